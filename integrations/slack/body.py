"""What is said to staff as blocks: words as rich text, and each picture as a block of its own, in its place."""

import re

from bot.card import Body, Code, Line, Picture, Quote, plain
from integrations.slack import words
from integrations.slack.context import CONTEXT_ELEMENTS, context_elements
from integrations.slack.rich_text import PIECE_LIMIT, SECTION, Json, elements, length, said
from integrations.slack.text import chunks, clean, cut, one_line, size

QUOTE, CODE = "rich_text_quote", "rich_text_preformatted"
BODY_LIMIT = 12_000
"""Slack refuses messages of about 13,200 characters (msg_blocks_too_long)."""
REST = 100
"""Room for the words that say how much is left out."""
MOST_PICTURES = 10
ALT, BESIDE = 500, 200
"""How long the words may be that stand for a picture, and those beside it."""
PICTURE_ADDRESS = re.compile(
    r"^(?:https://[^\s<>\"|\x00-\x20]{1,2900}|http://(?:127\.0\.0\.1|localhost|\[::1\])[:/][^\s<>\"|\x00-\x20]{0,2900})$",
    re.IGNORECASE,
)
"""Slack fetches pictures itself, by https; on a machine of one's own, as in the demo, http will do."""


def body_blocks(body: Body, room: int = BODY_LIMIT) -> list[Json]:
    """The body, an ellipsis for what does not fit; empty when there is nothing in it.

    Lines that follow one another share a section. A picture whose address will not do is only the words beside it.
    """
    blocks: list[Json] = []
    groups: list[Json] = []
    pictures = 0
    for piece in body:
        if room <= REST:
            add(groups, SECTION, [said("…")])
            break
        if isinstance(piece, Picture) and pictures < MOST_PICTURES and PICTURE_ADDRESS.match(piece.url):
            blocks += [*whole(groups), picture_block(piece)]
            groups, pictures = [], pictures + 1
            room -= min(size(plain(piece.beside)), BESIDE)
            continue
        kind, drawn = piece_of(piece, room)
        add(groups, kind, drawn)
        room -= sum(length(one) for one in drawn)
    return [*blocks, *whole(groups)]


def whole(groups: list[Json]) -> list[Json]:
    """What has been gathered as one block; nothing when it would be empty, which Slack refuses."""
    filled = [group for group in groups if group["elements"]]
    return [{"type": "rich_text", "elements": filled}] if filled else []


def picture_block(piece: Picture) -> Json:
    """A small picture with words beside it. What it shows is said too, to those who do not see it."""
    alt = cut(one_line(piece.alt or plain(piece.beside)), ALT).strip() or words.PICTURE
    shown = {"type": "image", "image_url": piece.url, "alt_text": alt}
    return {"type": "context", "elements": [shown, *context_elements(piece.beside, CONTEXT_ELEMENTS - 1, BESIDE)]}


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
