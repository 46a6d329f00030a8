"""Cards, notices, answers and forms as plain text. Nobody's words stand where they could notify or pose as ours."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.card import Button, Card, Line, Link, Notice, Part, Strong, When
from bot.words import DELETED, ERASED
from bot.words.helping import each_so_often
from integrations.viva_engage.body import Known, body_text, buttons_text, line_text, nobody, quoted
from integrations.viva_engage.parse import POLL
from integrations.viva_engage.text import LIMIT, LOOKED_AT, as_typed, cut, mark, one_line, safe

__all__ = ["as_typed", "mark", "safe"]

HINT = "Anything else here is a note for staff, never public. It is read within {}."
FULL_TEXT = "… (the full text is below)"
USUAL = frozenset({"claim", "reply", "release", "close", "note", "record"})
"""What a card's first words, or its other lines, have said already can be typed."""
TAKEN_BACK = frozenset({ERASED, DELETED})
"""What stands in the place of words that are not to be kept any longer."""
BEGINS = re.compile(r"(M-\d{1,9}) · ")
ADDED = re.compile(r"\n\+(?: \(and (\d{1,9}) more before this\))?(?= )")
QUOTE, LINES, LINE, NAME = 600, 8, 500, 120
SOURCE = 2_000
"""Room for an address at the end of a line."""
ENDING = 300
"""Room for what can be typed, and for the mark."""


# --- cards -------------------------------------------------------------------------------------------------------


def card_text(card: Card, key: str, each: timedelta = POLL) -> str:
    """A card as what begins its thread, found again by ``key``; what is said there is read ``each`` so often."""
    pressed = [button for button in card.buttons if button.verb != "note"]
    hint = buttons_text((*pressed, Button("Help", "help")), card.ref)
    return "\n".join([*card_lines(card), "", hint, HINT.format(each_so_often(each)), mark(key)])


def card_lines(card: Card) -> list[str]:
    """What a card says: who wrote, where and when; the words; how it stands."""
    lines = (
        first_line(card),
        card_line(card.answers),
        quote(card),
        card_line(card.media),
        capital(" · ".join(standing(card))),
    )
    return [line for line in lines if line]


def first_line(card: Card) -> str:
    """Which mention it is, who wrote it, where and when."""
    return f"{card.ref} · {card_line(card.heading)}"


def ref_in(text: str) -> str:
    """Which mention one of our messages begins a thread for; empty where it begins none."""
    found = BEGINS.match(text)
    return found.group(1) if found else ""


def card_line(line: Line) -> str:
    """A line of a card, on one line, so that no name can pose as the next; an address at its end is never cut."""
    links = [part for part in line if isinstance(part, Link)]
    words = tuple(short(part) for part in line if not isinstance(part, Link))
    said = cut(one_line(line_text(words)), LINE).strip(" ·")
    return " · ".join(one for one in (said, *(one_line(line_text((link,))) for link in links)) if one)


def short(part: Part) -> Part:
    """A part, cut: a name as long as the line would hide the rest of it."""
    if isinstance(part, Strong):
        return Strong(cut(one_line(part.text), NAME))
    return part[:LOOKED_AT] if isinstance(part, str) else part


def quote(card: Card) -> str:
    """The public's words, of which the first lines show."""
    lines = [line for line in safe(card.quote.strip()[:LOOKED_AT]).split("\n") if line.strip()]
    text = "\n".join([*lines[: LINES - 1], " ".join(lines[LINES - 1 :])]).strip()
    return quoted(cut(text, QUOTE, FULL_TEXT if card.full_text_in_thread else "…")) if text else ""


def capital(text: str) -> str:
    """With a capital letter at the beginning."""
    return text[:1].upper() + text[1:]


# --- how a card stands -------------------------------------------------------------------------------------------


def standing(card: Card) -> list[str]:
    """Who has it, what happens next, and each address there is to look at."""
    who = card_line(card.footer).removeprefix(card.ref).strip(" ·")
    what = card_line(tuple(part for part in card.status if not isinstance(part, Link)))
    links = [card_line((part,)) for part in card.status if isinstance(part, Link)]
    return [one for one in ("" if repeats(card, who, what) else who, what, *links) if one]


def holder(card: Card) -> str:
    """Who has a card that nobody else can take as it stands; empty where it waits for somebody."""
    is_free = not card.buttons or any(button.verb == "claim" for button in card.buttons)
    return "" if is_free else card_line(card.footer).removeprefix(card.ref).strip(" ·")


def repeats(card: Card, who: str, what: str) -> bool:
    """Whether what happens next says already who has it: *Priya is replying* beside *Priya’s reply goes out at 9:41:10*."""
    is_dated = any(isinstance(part, When) for part in card.footer)
    return not is_dated and bool(who) and first_word(who) == first_word(what)


def first_word(text: str) -> str:
    """The first word, however it is written and whosever it is."""
    return re.split(r"[\s’']", text, maxsplit=1)[0].casefold()


def changed(card: Card, said: list[str]) -> str:
    """What is so now and was not yet ``said``, on one line; below it what can be typed, where that is out of the usual."""
    news = [one for one in standing(card) if one not in said]
    if not news:
        return ""
    is_urgent = any(isinstance(part, Strong) and one_line(part.text) in " ".join(news) for part in card.status)
    is_held = all(button.verb != "claim" for button in card.buttons)
    line = ("⚠ " if is_urgent else "✔ " if is_held else "") + capital(" · ".join(news))
    typed = "" if USUAL.issuperset(button.verb for button in card.buttons) else buttons_text(card.buttons, card.ref)
    return f"{line}\n{typed}" if typed else line


def first_words(card: Card) -> str:
    """The post itself, without what was added to it, to tell an edit from an addition."""
    found = ADDED.search(card.quote)
    return " ".join(card.quote[: found.start() if found else None].split())[:250]


def taken_back(card: Card) -> str:
    """What stands in the place of words that are to be kept nowhere any longer; empty while they are there."""
    words = card.quote[: found.start()] if (found := ADDED.search(card.quote)) else card.quote
    return words.strip() if words.strip() in TAKEN_BACK else ""


def added(card: Card) -> int:
    """How many times more words were added to the post."""
    found = ADDED.search(card.quote)
    return int(found.group(1) or 0) + 1 if found else 0


# --- what is said ------------------------------------------------------------------------------------------------


def notice_text(
    notice: Notice,
    key: str = "",
    *,
    here: str = "",
    known: Known = nobody,
    words: Mapping[Button, str] = MappingProxyType({}),
) -> str:
    """Something said to staff, found again by ``key`` if there is one; ``here`` and ``words`` as for ``buttons_text``."""
    typed = cut(buttons_text(notice.buttons, here, words), SOURCE)
    ending = [one for one in (typed, mark(key) if key else "") if one]
    return "\n".join([body_text(notice.body, LIMIT - SOURCE - ENDING, known), *ending])
