"""Where in a text something stands, and what it is; each letter belongs to one thing only. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What would be somebody's own; the value is what staff call it."""

    EMAIL = "e-mail address"
    POSTCODE = "postcode"
    PHONE = "telephone number"
    NHS = "NHS number"
    INSURANCE = "National Insurance number"
    CARD = "card number"
    BANK = "bank account number"
    ACCOUNT = "account number"
    BIRTH = "date of birth"


@dataclass(frozen=True, slots=True)
class Span:
    """``text`` of a kind, from ``start``."""

    kind: Kind
    start: int
    text: str

    @property
    def end(self) -> int:
        """One past its last letter."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Page:
    """A text from which things are taken one after another: what one look has taken, no later one finds again."""

    text: str
    taken: bytearray = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is taken yet."""
        self.taken = bytearray(len(self.text))

    def take(self, found: Iterator[Span]) -> Iterator[Span]:
        """Those of the spans that are still free."""
        for span in found:
            if not any(self.taken[span.start : span.end]):
                self.cover(span.start, span.end)
                yield span

    def cover(self, start: int, end: int) -> None:
        """Take a stretch that is nothing to look at."""
        self.taken[start:end] = b"\x01" * (end - start)

    @property
    def rest(self) -> str:
        """The text with an end of line for each letter that is taken, so that nothing is read across it."""
        return "".join("\n" if taken else one for one, taken in zip(self.text, self.taken, strict=True))


def before(text: str, place: int, letters: int = 30) -> str:
    """What stands just before a place, in small letters."""
    return text[max(0, place - letters) : place].lower()
