"""A few words around what was found, with what was found made strong. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.card import Line, Strong
from bot.finding.terms import terms, words_of

LENGTH, BEFORE = 160, 40
"""Characters of an excerpt, and how many of them may stand before the first word that was found."""
WORD = re.compile(r"(?:[^\W_]|[^\x00-\u02ff\s\u2000-\u206f\u3000-\u303f\ufe0f])+(?:['’][^\W_]+)*")
"""A word as it stands in a text, with the signs of other scripts that belong to their letters."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What makes a word strong: its stem, or how it begins."""

    stems: Collection[str]
    beginnings: tuple[str, ...] = ()

    def found_in(self, text: str) -> set[str]:
        """Which stems and beginnings a text holds."""
        return {mark for word in WORD.findall(text) for mark in self.marks(word)}

    def marks(self, word: str) -> set[str]:
        """Which of them one word is."""
        found = set(terms(word)) & set(self.stems)
        if self.beginnings:
            plain = [one.replace("'", "") for one in words_of(word)]
            found |= {begin for begin in self.beginnings if any(one.startswith(begin) for one in plain)}
        return found


def excerpt(text: str, sought: Sought, length: int = LENGTH) -> Line:
    """The part of a text that holds the first of what is sought, on one line; the text's beginning where none is."""
    flat = " ".join(text.split())
    hits = [found.span() for found in WORD.finditer(flat) if sought.marks(found.group())]
    start, end = bounds(flat, hits[0][0] if hits else 0, length)
    parts = list(pieces(flat, [hit for hit in hits if start <= hit[0] and hit[1] <= end], start, end))
    return (*(("…",) if start else ()), *parts, *(("…",) if end < len(flat) else ()))


def bounds(flat: str, first: int, length: int) -> tuple[int, int]:
    """Where an excerpt begins and ends: at a blank, where there is one near."""
    start = max(0, min(first - BEFORE, len(flat) - length))
    if start and (blank := flat.find(" ", start, first)) > 0:
        start = blank + 1
    end = min(len(flat), start + length)
    if end < len(flat) and (blank := flat.rfind(" ", start, end)) > first:
        end = blank
    return start, end


def pieces(flat: str, hits: list[tuple[int, int]], start: int, end: int) -> Iterator[str | Strong]:
    """The text between two places, with the hits made strong."""
    for left, right in hits:
        if left > start:
            yield flat[start:left]
        yield Strong(flat[left:right])
        start = right
    if end > start:
        yield flat[start:end]
