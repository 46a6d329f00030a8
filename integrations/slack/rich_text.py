"""Lines, quotes and code as Slack's rich text, whose text elements are shown letter by letter and never parsed."""

import re
from collections.abc import Iterable
from typing import Any

from bot.card import Body, Code, Line, Link, Part, Ping, Quote, Strong, When, plain
from integrations.slack.text import clean, cut, one_line, size

Json = dict[str, Any]

PIECE_LIMIT = 2800
BODY_LIMIT = 12_000
"""Slack refuses messages of about 13,200 characters (msg_blocks_too_long)."""
WEB_ADDRESS = re.compile(r"^https?://[^\s<>\"|\x00-\x20]{1,2900}$", re.IGNORECASE)
PERSON = re.compile(r"^[UW][A-Z0-9]+$")
DATE_FORMAT = "{date_short_pretty} at {time}"


def is_web(url: str) -> bool:
    """Whether this may be drawn as a link."""
    return WEB_ADDRESS.match(url) is not None


def said(text: str, **style: bool) -> Json:
    """Words shown exactly as they are."""
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def element(part: Part) -> Json | None:
    """One part of a line; None when there is nothing to show."""
    match part:
        case When():
            fallback = {"fallback": clean(part.local)} if part.local else {}
            return {"type": "date", "timestamp": int(part.at.timestamp()), "format": DATE_FORMAT} | fallback
        case Ping() if PERSON.match(part.staff):
            return {"type": "user", "user_id": part.staff}
        case Link() if is_web(part.url):
            return {"type": "link", "url": part.url, "text": cut(one_line(part.label), 300) or part.url}
        case Strong():
            words = cut(clean(part.text), PIECE_LIMIT)
            return said(words, bold=True) if words else None
        case _:
            words = cut(clean(plain(part)), PIECE_LIMIT)
            return said(words) if words else None


def elements(line: Line) -> list[Json]:
    """The parts of a line that show anything."""
    return [drawn for part in line if (drawn := element(part))]


def section(line: Line) -> Json | None:
    """A block of one line; None when it would be empty, which Slack refuses."""
    parts = elements(line)
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]} if parts else None


def body_block(body: Body) -> Json | None:
    """The whole body as one block; None when there is nothing in it. Lines that follow one another share a section."""
    groups: list[Json] = []
    for piece in fitted(body, BODY_LIMIT):
        match piece:
            case Quote(text):
                groups.append({"type": "rich_text_quote", "elements": [said(cut(clean(text), PIECE_LIMIT) or " ")]})
            case Code(text):
                groups.append({"type": "rich_text_preformatted", "elements": [said(cut(clean(text), PIECE_LIMIT) or " ")]})
            case _ if groups and groups[-1]["type"] == "rich_text_section":
                groups[-1]["elements"] += [said("\n"), *elements(piece)]
            case _:
                groups.append({"type": "rich_text_section", "elements": elements(piece)})
    groups = [group for group in groups if group["elements"]]
    return {"type": "rich_text", "elements": groups} if groups else None


def fitted(body: Body, room: int) -> Iterable[Line | Quote | Code]:
    """The pieces that fit into ``room``; an ellipsis stands for the rest."""
    for piece in body:
        room -= min(size(plain(piece)), PIECE_LIMIT)
        if room < 0:
            yield ("…",)
            return
        yield piece
