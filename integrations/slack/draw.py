"""Cards, notices and answers as Slack's blocks. Nobody's words are ever put where Slack looks for markup."""

import json
import re
from collections.abc import Sequence

from bot.card import Answer, Button, Card, Line, Link, Notice, Part, Ping, Strong, Weight, When, plain
from integrations.slack import words
from integrations.slack.body import BODY_LIMIT, body_blocks
from integrations.slack.context import context_elements
from integrations.slack.rich_text import PERSON, Json, is_web, said, section
from integrations.slack.text import clean, cut, escaped, mixes_letters, one_line, size

CARD_QUOTE = 600
CARD_LINES = 6
CARD_LINE = 400
CARD_NAME = 120
CARD_BUTTONS = 4
FULL_TEXT = "… full text in the thread"
MOST_BLOCKS = 50
CARD_TAKES = 3_100
"""What a card may use up of the words Slack takes in one message."""
NAME = re.compile(r"\w+")
BUTTONS_IN_A_BLOCK = 25
BUTTON_VALUE = 2000
FALLBACK = 3000


def card_blocks(card: Card) -> list[Json]:
    """A card: heading, quote, media, status, footer and buttons, each a block named ``card:<ref>:<version>:<part>``."""
    parts = {
        "heading": section(on_one_line(marked(on_one_line(card.heading)))),
        "answers": section(on_one_line(card.answers)),
        "quote": quote(card),
        "media": section(on_one_line(card.media)),
        "status": section(on_one_line(card.status)),
        "footer": footer(card.footer),
        "buttons": actions(card.buttons[:CARD_BUTTONS]),
    }
    return [block | {"block_id": f"card:{card.ref}:{card.version}:{name}"} for name, block in parts.items() if block]


def marked(line: Line) -> Line:
    """The heading, with a warning behind a name whose letters are of two alphabets: it may pose as somebody else's."""
    parts: list[Part] = []
    for part in line:
        if isinstance(part, str):
            parts.append(NAME.sub(lambda word: word.group() + words.LOOKALIKES * mixes_letters(word.group()), part))
            continue
        parts.append(part)
        if isinstance(part, Strong | Link) and mixes_letters(plain(part)):
            parts.append(words.LOOKALIKES)
    return tuple(parts)


def on_one_line(line: Line) -> Line:
    """The line without line ends in anybody's words, so that a name cannot pose as the next line of a card; cut."""
    room, parts = CARD_LINE, []
    for part in line:
        shown = short(part, room)
        if room > 1 or isinstance(shown, When | Ping):
            parts.append(shown)
        room = max(0, room - size(plain(shown)))
    return tuple(parts)


def short(part: Part, room: int) -> Part:
    """One part of a card's line, at most ``room`` long; what cannot be drawn as a ping or a link is words like others."""
    match part:
        case When():
            return part
        case Ping(staff) if PERSON.match(staff):
            return part
        case Link(url, label) if is_web(url):
            return Link(url, cut(one_line(label), min(room, CARD_NAME)))
        case Strong(text):
            return Strong(cut(one_line(text), min(room, CARD_NAME)))
        case _:
            return cut(one_line(plain(part)), room)


def quote(card: Card) -> Json | None:
    """The public's words: what is left of six lines, line ends beyond them drawn as blanks."""
    others = sum(1 for line in (card.heading, card.answers, card.media, card.status, card.footer) if line)
    lines = [line for line in clean(card.quote).split("\n") if line.strip()]
    allowed = max(1, CARD_LINES - others)
    text = "\n".join([*lines[: allowed - 1], " ".join(lines[allowed - 1 :])]) if len(lines) > allowed else "\n".join(lines)
    if not text:
        return None
    shown = cut(text, CARD_QUOTE, "" if card.full_text_in_thread else "…")
    more = [said(FULL_TEXT, italic=True)] if card.full_text_in_thread else []
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [said(shown), *more]}]}


def footer(line: Line) -> Json | None:
    """Small print: words as plain text, moments in the reader's own zone. With a link or a ping, an ordinary line."""
    if any(isinstance(part, Ping) or (isinstance(part, Link) and is_web(part.url)) for part in line):
        return section(on_one_line(line))
    elements = list(context_elements(on_one_line(line)))
    return {"type": "context", "elements": elements} if elements else None


def actions(buttons: Sequence[Button]) -> Json | None:
    """A row of buttons; None when there are none."""
    drawn = [button(each, place) for place, each in enumerate(buttons[:BUTTONS_IN_A_BLOCK])]
    return {"type": "actions", "elements": drawn} if drawn else None


def button(pressed: Button, place: int) -> Json:
    """One button; ``place`` makes its action_id unique in the message. Raises ValueError if its value is too long."""
    value = json.dumps(
        {"verb": pressed.verb, "ref": pressed.ref, "argument": pressed.argument}, separators=(",", ":"), ensure_ascii=False
    )
    if size(value) > BUTTON_VALUE:
        raise ValueError(f"the button {pressed.verb!r} carries more than Slack gives back")
    drawn: Json = {
        "type": "button",
        "action_id": cut(f"do:{pressed.verb}:{place}", 255),
        "text": {"type": "plain_text", "text": cut(one_line(pressed.label), 75) or "…", "emoji": False},
        "value": value,
    }
    if pressed.weight is not Weight.PLAIN:
        drawn["style"] = pressed.weight.value
    if pressed.url and is_web(pressed.url):
        drawn["url"] = pressed.url
    if pressed.confirm:
        drawn["confirm"] = confirmation(pressed)
    return drawn


def confirmation(pressed: Button) -> Json:
    """The question asked before a press counts."""
    asked = {
        "title": {"type": "plain_text", "text": cut(one_line(pressed.label), 100) or "…"},
        "text": {"type": "plain_text", "text": cut(clean(pressed.confirm), 300).strip() or "…"},
        "confirm": {"type": "plain_text", "text": cut(one_line(pressed.label), 30) or "Yes"},
        "deny": {"type": "plain_text", "text": "Go Back"},
    }
    return asked | ({"style": "danger"} if pressed.weight is Weight.DANGER else {})


def notice_blocks(notice: Notice) -> list[Json]:
    """Something said to staff."""
    return [block for block in (*body_blocks(notice.body), actions(notice.buttons)) if block]


def answer_blocks(answer: Answer) -> list[Json]:
    """What one person is told: the words, the card it is about, the buttons."""
    shown = card_blocks(answer.card) if answer.card else []
    room = BODY_LIMIT - CARD_TAKES * bool(shown)
    blocks = [*body_blocks(answer.body, room), *shown, actions(answer.buttons)]
    return [block for block in blocks if block][:MOST_BLOCKS]


def blocks(what: Card | Notice) -> list[Json]:
    """Whatever may be posted."""
    return card_blocks(what) if isinstance(what, Card) else notice_blocks(what)


def fallback(what: Card | Notice | Answer) -> str:
    """What notifications and screen readers say, escaped: Slack takes this text, unlike the blocks, for markup."""
    if isinstance(what, Card):
        return escaped(what.summary or f"{plain(what.heading)}\n{what.quote}", FALLBACK)
    return escaped(what.plain, FALLBACK)
