"""What a report says besides mentions: posts that were hidden, by rule, and replies owed in two languages. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot import words


@dataclass(frozen=True, slots=True)
class Parity:
    """Replies of accounts that owe two languages: ``together`` went in both at once, each of ``later`` was so much later
    in the other, ``owed`` still lack one. What went in one language without its other being owed is not counted.
    """

    together: int = 0
    later: tuple[timedelta, ...] = ()
    owed: int = 0

    @property
    def total(self) -> int:
        """All that were owed in two languages."""
        return self.together + len(self.later) + self.owed


@dataclass(frozen=True, slots=True)
class InPublic:
    """What was done in public besides answering; ``hidden`` maps the code of a rule to how often, most often first."""

    hidden: tuple[tuple[str, int], ...] = ()
    not_looked_at: int = 0
    """How many of these no colleague has looked at again yet."""
    parity: Parity = Parity()


def lines(done: InPublic) -> Sequence[str]:
    """A line for each that has something to say."""
    return tuple(line for line in (parity_line(done.parity), hidden_line(done)) if line)


def parity_line(parity: Parity) -> str:
    """How both languages were served."""
    if not parity.total:
        return ""
    said = [f"{parity.together:,} together"]
    if parity.later:
        ranked = sorted(parity.later)
        half = ranked[(len(ranked) - 1) // 2]
        said.append(f"{len(ranked):,} later (half within {words.age(half)}, longest {words.age(ranked[-1])})")
    if parity.owed:
        said.append(f"{parity.owed:,} still owed")
    return f"Replies owed in two languages: {parity.total:,}, of which {', '.join(said)}"


def hidden_line(done: InPublic) -> str:
    """How often something was hidden, and by which rules."""
    total = sum(count for _, count in done.hidden)
    if not total:
        return ""
    rules = ", ".join(f"rule {code} {count:,}" for code, count in done.hidden)
    second = f"; no colleague has looked again yet at {done.not_looked_at:,}" if done.not_looked_at else ""
    return f"Posts hidden: {total:,} ({rules}){second}"
