"""Characters that do not show, turn others around, or pile up. Pure.

Bidirectional controls: https://www.unicode.org/reports/tr9/; why they are looked for: https://www.unicode.org/reports/tr36/.
"""

import re
import unicodedata
from collections.abc import Iterator

from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

FIX = "Delete it and type the words anew around it, or paste them as plain text."
UNSEEN = "There is something here that nobody can see ({}): it often comes along when one pastes."
TURNED = "Something here makes what follows read backwards or out of order ({})."
PILED = "So many marks are piled on one letter that it cannot be read, by people or by screen readers."
UNREADABLE = "A character here could not be read, and shows as a box or a question mark."

SHOWS_NOTHING = frozenset("\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
"""Letters by their kind, and blank all the same."""
OPENS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}
OVERRIDES = frozenset("\u202d\u202e")
CLOSES = frozenset("\u202c\u2069")
SIDES = frozenset("\u200e\u200f\u061c")
"""Marks of a direction: fine in a text that has both."""
JOINERS = frozenset("\u200c\u200d")
FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
"""The flags of Wales, Scotland and England are spelled in letters that do not show."""
MOST_MARKS = 4
LOOK_BACK = 30


def characters(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """The first of each kind in each text: who mends one sees the next."""
    for text in draft.texts:
        seen: set[str] = set()
        for reason, place in oddities(text):
            if reason not in seen:
                seen.add(reason)
                yield rules.found(Check.CHARACTERS, reason, FIX, excerpt=shown_before(text, place))


def oddities(text: str) -> Iterator[tuple[str, int]]:
    """Everything odd, and where."""
    flags = bytearray(len(text))
    for flag in FLAG.finditer(text):
        flags[flag.start() : flag.end()] = b"\x01" * len(flag[0])
    turns_both_ways = any(unicodedata.bidirectional(one) in ("R", "AL") for one in set(text))
    marks = 0
    for place, one in enumerate(text):
        kind = unicodedata.category(one)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks == MOST_MARKS + 1:
            yield PILED, place - MOST_MARKS
        elif kind in ("Cs", "Cc", "Co") or one == "\ufffd":
            if one not in "\t\n\r":
                yield UNREADABLE, place
        elif one in OVERRIDES:
            yield TURNED.format(unicodedata.name(one).lower()), place
        elif (kind == "Cf" or one in SHOWS_NOTHING) and not flags[place] and does_not_belong(text, place, turns_both_ways):
            yield UNSEEN.format(unicodedata.name(one, "no name").lower()), place
    yield from unbalanced(text)


def does_not_belong(text: str, place: int, turns_both_ways: bool) -> bool:
    """Whether something that does not show has no work to do where it stands."""
    one = text[place]
    if one in OPENS or one in CLOSES:
        return False
    if one in SIDES:
        return not turns_both_ways
    if one in JOINERS:
        near = text[place - 1 : place] + text[place + 1 : place + 2]
        return len(near) < 2 or any(ord(other) < 0x500 for other in near)
    return True


def unbalanced(text: str) -> Iterator[tuple[str, int]]:
    """Turns that are not turned back before the end of their line, and turns back of nothing."""
    waiting: list[tuple[str, int]] = []
    for place, one in enumerate(f"{text}\n"):
        if one in OPENS:
            waiting.append((OPENS[one], place))
        elif one in CLOSES:
            if not waiting or waiting.pop()[0] != one:
                yield TURNED.format("unbalanced"), place
        elif one == "\n":
            yield from ((TURNED.format("unbalanced"), begun) for _, begun in waiting)
            waiting.clear()


def shown_before(text: str, place: int) -> str:
    """The plain words just before a place, or behind it at the beginning: what is odd itself is not said again."""
    before = re.search(r"[^\W_][\w ,.'’-]*\Z", plain(text[max(0, place - LOOK_BACK) : place]))
    behind = re.match(r"[\w ,.'’-]*", plain(text[place + 1 : place + 1 + LOOK_BACK]))
    return (before[0] if before else behind[0] if behind else "").strip()


def plain(text: str) -> str:
    """The text with an end of line for everything that is no letter, digit, mark or space of the plain kind."""
    return "".join(one if unicodedata.category(one)[0] in "LNP" or one == " " else "\n" for one in text)
