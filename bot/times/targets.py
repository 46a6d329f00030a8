"""Response targets: how soon somebody must look at a mention, and how soon an answer is due. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.mention import URGENT, Mention
from bot.times.working_time import OfficeHours
from bot.watching.watch import KIND

SHAPE = re.compile(r"^(\d{1,4}) ?(working |office )?(minute|min|hour|day)s?$")
UNITS = {"min": timedelta(minutes=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
LONGEST, MOST_DAYS = timedelta(days=31), 60
HELP = 'write "15 minutes", "4 working hours", "1 working day" or "same working day"; a bare number is working minutes'


@dataclass(frozen=True, slots=True)
class Length:
    """How long something may take: by the clock on the wall, in office time, or until the close of a working day."""

    words: str
    span: timedelta = timedelta(0)
    is_working: bool = False
    """Whether only office hours count."""
    days: int | None = None
    """Until the office closes on this many working days later; 0 is the same day. Then there is no ``span``."""

    @property
    def goes_by_office_hours(self) -> bool:
        """Whether it depends on when the office is open."""
        return self.is_working or self.days is not None

    def end(self, start: datetime, hours: OfficeHours) -> datetime:
        """When it is over, counted from ``start``. UTC."""
        if self.days is not None:
            return hours.close_of_play(start, self.days)
        return hours.after(start, self.span) if self.is_working else start.astimezone(UTC) + self.span


def read_length(text: str) -> Length:
    """A length from words: see HELP. Raises ValueError."""
    written = " ".join(text.lower().split())
    if written == "same working day":
        return Length(written, days=0)
    if written.isdigit() and int(written) > 0:
        return working(timedelta(minutes=int(written)))
    found = SHAPE.match(written)
    if not found or not int(found[1]):
        raise ValueError(f"{text!r}: {HELP}")
    count, is_working, unit = int(found[1]), bool(found[2]), found[3]
    if is_working and unit == "day":
        if count > MOST_DAYS:
            raise ValueError(f"{text!r} is too long: {MOST_DAYS} working days at most")
        return Length(written, days=count)
    if count * UNITS[unit] > LONGEST:
        raise ValueError(f"{text!r} is too long: {LONGEST.days} days at most")
    return Length(written, count * UNITS[unit], is_working)


def working(span: timedelta) -> Length:
    """So much office time, in words too."""
    hours, rest = divmod(span, timedelta(hours=1))
    count, unit = (span // timedelta(minutes=1), "minute") if rest else (hours, "hour")
    return Length(f"{count} working {unit}{'' if count == 1 else 's'}", span, is_working=True)


SEE: Mapping[str, Length] = {
    "P0": read_length("5 minutes"),
    "P1": read_length("15 minutes"),
    "P2": read_length("1 working hour"),
    "P3": read_length("4 working hours"),
    "P4": read_length("1 working day"),
}
"""How soon somebody must look, where the settings say nothing."""
CEILING = "P1"
"""Nobody knows what is in a private message: where people take duty in turn, it is looked at as soon as one of these."""
RAISED = URGENT | {"P2"}
"""Above what mentions come in as."""
WATCHED_SEE, WATCHED_ANSWER = read_length("1 working day"), read_length("5 working days")
"""How soon what a watch found is looked at and answered, if it wants an answer, where the settings say nothing."""
AT_MOST = read_length("1 hour")
"""How soon an urgent one is answered at the latest, where the settings say nothing, whatever the account promises."""


@dataclass(frozen=True, slots=True)
class Target:
    """How soon to look at, and answer, the mentions it fits; what it leaves empty fits all, or is left to others."""

    account: str = ""
    priority: str = ""
    kind: str = ""
    private: bool | None = None
    see: Length | None = None
    respond: Length | None = None

    def fits(self, mention: Mention, priority: str) -> bool:
        """Whether it is about a mention, taken as one of that priority."""
        return (
            self.account in ("", mention.account)
            and self.priority in ("", priority)
            and self.kind in ("", mention.kind)
            and self.private in (None, mention.private)
        )

    def about(self, label: str) -> str:
        """What it is about, in words: ``P1 on every account``. ``label`` is what staff call its account."""
        whom = {True: "private messages", False: "public posts", None: "posts" if self.kind else ""}[self.private]
        kind = f"of kind {self.kind}" if self.kind else ""
        what = " ".join(filter(None, (self.priority, whom, kind))) or "everything"
        return f"{what} on {label if self.account else 'every account'}"


@dataclass(frozen=True, slots=True)
class Due:
    """A time something is due by, how long that gives, and which target says so."""

    at: datetime
    length: Length
    because: str


@dataclass(frozen=True, slots=True)
class Targets:
    """The organisation's targets: of several that fit, the first that says so counts; then the ones built in."""

    rows: tuple[Target, ...] = ()

    def to_see(self, mention: Mention, *, has_rota: bool) -> list[tuple[Length, Target]]:
        """The targets for looking at a mention; the one that ends first counts. ``has_rota``: people take duty in turn."""
        length, target = self.see_of(mention, mention.priority)
        if not mention.private or not has_rota or target.private:
            return [(length, target)]
        ceiling, _ = self.see_of(mention, CEILING)
        return [(length, target), (ceiling, Target(private=True))]

    def see_of(self, mention: Mention, priority: str) -> tuple[Length, Target]:
        """The target for looking at a mention, taken as one of that priority."""
        for row in self.rows:
            if row.see and row.fits(mention, priority):
                return row.see, row
        if is_watched(mention, priority):
            return WATCHED_SEE, Target(kind=KIND)
        return SEE[priority], Target(priority=priority)

    def to_answer(self, mention: Mention, promised: timedelta) -> list[tuple[Length, Target]]:
        """The targets for answering a mention, whose account answers within ``promised``; the one that ends first counts."""
        for row in self.rows:
            if row.respond and row.fits(mention, mention.priority):
                return [(row.respond, row)]
        if is_watched(mention, mention.priority):
            return [(WATCHED_ANSWER, Target(kind=KIND))]
        of_account = (working(promised), Target(account=mention.account))
        at_most = (AT_MOST, Target(priority=mention.priority))
        return [of_account, at_most] if mention.priority in URGENT else [of_account]


def is_watched(mention: Mention, priority: str) -> bool:
    """Whether a watch found it and nothing in it is urgent: nobody spoke to us, so nobody waits."""
    return mention.kind == KIND and priority not in RAISED


def first(found: Iterable[tuple[Length, Target]], start: datetime, hours: OfficeHours, label: str) -> Due:
    """Of several targets, the one that ends first, counted from ``start``."""
    ends = (Due(length.end(start, hours), length, target.about(label)) for length, target in found)
    return min(ends, key=lambda due: due.at)
