"""What a report says besides mentions: posts hidden by rule, replies owed in two languages, promises that were due. Pure."""

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
class Promises:
    """Dated promises that were due in a period, and how each ended; ``open`` are neither kept nor given up yet."""

    kept: int = 0
    late: int = 0
    broken: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        """All that were due."""
        return self.kept + self.late + self.broken + self.open


@dataclass(frozen=True, slots=True)
class Reused:
    """Replies that went out in a period and began with a saved reply, or with an earlier answer."""

    saved: int = 0
    earlier: int = 0
    past_review: int = 0
    """Saved replies in use that somebody should have looked at by the end of the period, and nobody has."""


@dataclass(frozen=True, slots=True)
class InPublic:
    """What was done in public besides answering; ``hidden`` maps the code of a rule to how often, most often first."""

    hidden: tuple[tuple[str, int], ...] = ()
    not_looked_at: int = 0
    """How many of these no colleague has looked at again yet."""
    parity: Parity = Parity()
    promises: Promises = Promises()
    reused: Reused = Reused()


def lines(done: InPublic) -> Sequence[str]:
    """A line for each that has something to say."""
    said = (parity_line(done.parity), promises_line(done.promises), reused_line(done.reused), hidden_line(done))
    return tuple(line for line in said if line)


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


def promises_line(promises: Promises) -> str:
    """How many of those that were due were kept."""
    if not promises.total:
        return ""
    told = [f"{promises.kept:,} kept in time"]
    told += [f"{promises.late:,} kept late"] if promises.late else []
    told += [f"{promises.broken:,} not kept"] if promises.broken else []
    told += [f"{promises.open:,} still open"] if promises.open else []
    return f"Promises that were due: {promises.total:,}, of which {', '.join(told)}"


def reused_line(reused: Reused) -> str:
    """How often what the organisation knew was used again."""
    late = f"saved replies past their review: {reused.past_review:,}" if reused.past_review else ""
    if not (reused.saved or reused.earlier):
        return late.capitalize()
    told = f"{reused.saved:,} with a saved reply, {reused.earlier:,} with an earlier answer"
    said = f"Replies begun with words said before: {reused.saved + reused.earlier:,}, of which {told}"
    return f"{said}; {late}" if late else said


def hidden_line(done: InPublic) -> str:
    """How often something was hidden, and by which rules."""
    total = sum(count for _, count in done.hidden)
    if not total:
        return ""
    rules = ", ".join(f"rule {code} {count:,}" for code, count in done.hidden)
    second = f"; no colleague has looked again yet at {done.not_looked_at:,}" if done.not_looked_at else ""
    return f"Posts hidden: {total:,} ({rules}){second}"
