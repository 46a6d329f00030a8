"""Lines, quotes and code as Slack's rich text, whose text elements are shown letter by letter and never parsed."""

import re
from typing import Any

from bot.card import Body, Code, Line, Link, Part, Picture, Ping, Quote, Strong, When, plain
from integrations.slack import words
from integrations.slack.text import chunks, clean, cut, one_line, size

Json = dict[str, Any]

PIECE_LIMIT = 2800
BODY_LIMIT = 12_000
"""Slack refuses messages of about 13,200 characters (msg_blocks_too_long)."""
LINK_LABEL = 300
MOMENT = 100
REST = 100
"""Room for the words that say how much is left out."""
WEB_ADDRESS = re.compile(r"^https?://[^\s<>\"|\x00-\x20]{1,2900}$", re.IGNORECASE)
PERSON = re.compile(r"^[UW][A-Z0-9]+$")
DATE_FORMAT = "{date_short_pretty} at {time}"
SECTION, QUOTE, CODE = "rich_text_section", "rich_text_quote", "rich_text_preformatted"


def is_web(url: str) -> bool:
    """Whether this may be drawn as a link."""
    return WEB_ADDRESS.match(url) is not None


def said(text: str, **style: bool) -> Json:
    """Words shown exactly as they are."""
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def element(part: Part, room: int = PIECE_LIMIT) -> Json | None:
    """One part of a line, at most ``room`` long; None when there is nothing to show."""
    match part:
        case When():
            fallback = {"fallback": cut(one_line(part.local), MOMENT)} if part.local else {}
            return {"type": "date", "timestamp": int(part.at.timestamp()), "format": DATE_FORMAT} | fallback
        case Ping() if PERSON.match(part.staff):
            return {"type": "user", "user_id": part.staff}
        case Link() if is_web(part.url) and size(part.url) <= room:
            return {"type": "link", "url": part.url, "text": cut(one_line(part.label), LINK_LABEL) or part.url}
        case Strong():
            shown = cut(clean(part.text), room)
            return said(shown, bold=True) if shown else None
        case _:
            shown = cut(clean(plain(part)), room)
            return said(shown) if shown else None


def elements(line: Line, room: int = PIECE_LIMIT) -> list[Json]:
    """The parts of a line that show anything, as many as there is room for."""
    drawn = []
    for part in line:
        if room > 1 and (one := element(part, room)):
            drawn.append(one)
            room -= length(one)
    return drawn


def length(drawn: Json) -> int:
    """How much of what Slack takes one element uses up."""
    return max(1, sum(size(str(drawn.get(key, ""))) for key in ("text", "url", "fallback")))


def section(line: Line) -> Json | None:
    """A block of one line; None when it would be empty, which Slack refuses."""
    parts = elements(line)
    return {"type": "rich_text", "elements": [{"type": SECTION, "elements": parts}]} if parts else None


def body_block(body: Body, room: int = BODY_LIMIT) -> Json | None:
    """The body as one block, an ellipsis for what does not fit; None when there is nothing in it.

    Lines that follow one another share a section.
    """
    groups: list[Json] = []
    for piece in body:
        if room <= REST:
            add(groups, SECTION, [said("…")])
            break
        kind, drawn = piece_of(piece, room)
        add(groups, kind, drawn)
        room -= sum(length(one) for one in drawn)
    groups = [group for group in groups if group["elements"]]
    return {"type": "rich_text", "elements": groups} if groups else None


def piece_of(piece: Line | Quote | Code | Picture, room: int) -> tuple[str, list[Json]]:
    """What kind of group a piece stands in, and its elements."""
    match piece:
        case Quote(text):
            return QUOTE, quoted(text, room)
        case Code(text):
            return CODE, quoted(text, room)
        case Picture():
            return SECTION, elements(piece.beside, min(room, PIECE_LIMIT))
        case _:
            return SECTION, elements(piece, min(room, PIECE_LIMIT))


def add(groups: list[Json], kind: str, drawn: list[Json]) -> None:
    """Put a piece after the others."""
    if groups and groups[-1]["type"] == kind == SECTION:
        groups[-1]["elements"] += [said("\n"), *drawn]
        return
    groups.append({"type": kind, "elements": drawn})


def quoted(text: str, room: int) -> list[Json]:
    """Somebody's words, in full if they fit into ``room``; else the beginning, and how much more the record holds."""
    text = clean(text) or " "
    if size(text) > room:
        shown = cut(text, max(1, room - REST), "")
        text = shown + words.rest_is_kept(len(text) - len(shown))
    return [said(chunk) for chunk in chunks(text, PIECE_LIMIT)]
