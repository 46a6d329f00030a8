"""Lines as Slack's rich text, whose text elements are shown letter by letter and never parsed."""

import re
from typing import Any

from bot.card import Line, Link, Part, Ping, Strong, When, plain
from integrations.slack.text import clean, cut, one_line, size

Json = dict[str, Any]

PIECE_LIMIT = 2800
LINK_LABEL = 300
MOMENT = 100
WEB_ADDRESS = re.compile(r"^https?://[^\s<>\"|\x00-\x20]{1,2900}$", re.IGNORECASE)
PERSON = re.compile(r"^[UW][A-Z0-9]+$")
DATE_FORMAT = "{date_short_pretty} at {time}"
SECTION = "rich_text_section"


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
