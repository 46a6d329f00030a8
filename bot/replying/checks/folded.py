"""Text folded for comparison, with the place each folded letter came from. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
UNSEEN = frozenset({"Mn", "Me", "Cf"})
"""Accents and what does not show: left out, so that neither hides a word."""


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` without accents, full-width forms and capitals, one space at a time; ``text[i]`` stood at ``places[i]``."""

    text: str
    places: tuple[int, ...]

    def stood(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that became ``text[start:end]``, which must not be empty."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=4096)
def letter(one: str) -> str:
    """One character as it is compared; empty for what is left out."""
    if one.isspace():
        return " "
    kept = (part for part in unicodedata.normalize("NFKD", one) if unicodedata.category(part) not in UNSEEN)
    return "".join(kept).casefold().translate(QUOTES)


@lru_cache(maxsize=16)
def fold(text: str) -> Folded:
    """Fold a text; each check of one draft shares the work."""
    folded: list[str] = []
    places: list[int] = []
    for place, one in enumerate(text):
        for part in letter(one):
            if part.isspace() and folded and folded[-1] == " ":
                continue
            folded.append(" " if part.isspace() else part)
            places.append(place)
    return Folded("".join(folded), tuple(places))


@lru_cache(maxsize=64)
def whole_words(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for phrases as whole words of folded text, the longest first; ``*`` at the end stands for any ending.

    None when there is nothing to look for.
    """
    wanted = {fold(phrase).text.strip() for phrase in phrases}
    parts = [as_pattern(one) for one in sorted(wanted, key=len, reverse=True) if one.rstrip("*").strip()]
    return re.compile("|".join(parts)) if parts else None


def as_pattern(phrase: str) -> str:
    """A folded phrase as a pattern. Its edges are letters and digits, so that ``_`` joins no words together."""
    stem = re.escape(phrase.rstrip("*").strip())
    starts = r"(?<![^\W_])" if stem[0].isalnum() else ""
    if phrase.endswith("*"):
        return rf"{starts}{stem}[^\W_]*"
    return rf"{starts}{stem}(?![^\W_])"


def standing(text: str, phrases: Iterable[str]) -> Iterator[str]:
    """Each of the phrases that stands in a text, as it stands there."""
    pattern = whole_words(tuple(phrases))
    folded = fold(text)
    for match in pattern.finditer(folded.text) if pattern else ():
        start, end = folded.stood(*match.span())
        yield text[start:end]
