"""Rotas for tests: any that can be written down, in any zone, with whatever may change them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.duty.rota import Absence, DutyRole, Hold, Override, Plan, Rota, Rotation, Unit
from bot.times.week import Span, Week

LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
TRICKY = ("Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo", "America/Santiago", "Pacific/Chatham")


def wall(*when: int) -> datetime:
    """A time by some clock on the wall: naive."""
    return datetime(*when, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc,arg-type]


SINCE, UNTIL = wall(2024, 1, 1), wall(2030, 12, 31)
PEOPLE = ("U0DEV", "U0FARAH", "U0TAM", "U0MORAG")


def rotation(**other: Any) -> Rotation:
    """Two officers who take turns by the week, from a Monday at nine in London."""
    fields: dict[str, Any] = {
        "name": "duty week",
        "role": DutyRole.DUTY,
        "people": ("U0DEV", "U0FARAH"),
        "first": wall(2026, 11, 16, 9, 0),
        "zone": LONDON,
    }
    return Rotation(**{**fields, **other})


def at(*when: int, zone: ZoneInfo = LONDON) -> datetime:
    """A moment by the clock of a zone, in UTC."""
    return datetime(*when, tzinfo=zone).astimezone(UTC)  # type: ignore[misc,arg-type]


ZONES = st.one_of(st.sampled_from(TRICKY), st.sampled_from(sorted(available_timezones() - {"localtime"}))).map(ZoneInfo)
"""Any zone, and oftener those whose clocks do odd things."""
CLOCKS = st.sampled_from([time(n // 4, n % 4 * 15) for n in [*range(96), *(0, 4, 6, 8, 10, 12) * 8]])
"""Clock times to hand over at: often in the small hours, when clocks change."""
MARKS = st.lists(CLOCKS, max_size=5, unique=True).map(sorted)
DAYS = st.integers(0, (UNTIL - SINCE).days)
LOCAL = st.builds(lambda days, clock: datetime.combine(SINCE + timedelta(days=days), clock), DAYS, CLOCKS)
"""Naive moments of the years we look at, on a quarter of an hour."""
MOMENTS = st.integers(0, int((UNTIL - SINCE).total_seconds())).map(
    lambda seconds: SINCE.replace(tzinfo=UTC) + timedelta(seconds=seconds)
)
"""Any moment of those years, to the second."""


def spans_between(marks: list[time]) -> tuple[Span, ...]:
    """Spans of a day that share no time; one mark too many begins a span that runs into the next day."""
    spans = [Span(*marks[index : index + 2]) for index in range(0, len(marks) - 1, 2)]
    return (*spans, Span(marks[-1], marks[0])) if len(marks) % 2 else tuple(spans)


SPANS = MARKS.map(spans_between)
KINDS = st.tuples(SPANS, SPANS, SPANS)
WHICH = st.lists(st.integers(0, 2), min_size=7, max_size=7)
HOURS = st.builds(lambda kinds, which: tuple(kinds[one] for one in which), KINDS, WHICH)
WEEKS = st.one_of(st.just(Week()), HOURS.map(lambda days: Week(days) if any(days) else Week()))
"""Hours of the week; every hour in half of the cases."""
FIRST = st.one_of(LOCAL, st.sampled_from([wall(2024, 2, 29, 9), wall(2024, 1, 31, 2, 30), wall(2025, 12, 31, 17)]))
"""First hand-offs: months may begin on the 31st or on a leap day."""
LASTS = st.one_of(st.none(), st.integers(1, 900).map(lambda days: timedelta(days=days, hours=1)))
UNITS, COUNTS, LAYERS = st.sampled_from(Unit), st.integers(1, 14), st.integers(1, 3)
SOMEBODY = st.sampled_from(PEOPLE)
CREWS = st.lists(SOMEBODY, min_size=1, max_size=4).map(tuple)
NEAR = st.tuples(st.integers(-4 * 24 * 7, 4 * 24 * 20), st.integers(1, 4 * 24 * 9))
"""A stretch in quarters of an hour: from so long after a moment, for so long."""


@st.composite
def rotations(draw: st.DrawFn, name: str = "any", layer: int = 0, role: DutyRole = DutyRole.DUTY) -> Rotation:
    """Any rotation."""
    first, lasts = draw(FIRST), draw(LASTS)
    return Rotation(
        name=name,
        role=role,
        people=draw(CREWS),
        first=first,
        zone=draw(ZONES),
        count=draw(COUNTS),
        unit=draw(UNITS),
        hours=draw(WEEKS),
        until=first + lasts if lasts else None,
        layer=layer,
    )


LAYERED = [rotations(f"layer {layer}", layer) for layer in range(3)]
BESIDE = st.one_of(st.none(), rotations("beside", role=DutyRole.BACKUP))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to three layers of one role, and a role beside it."""
    layered, beside = [draw(one) for one in LAYERED[: draw(LAYERS)]], draw(BESIDE)
    return Plan((*layered, beside) if beside else tuple(layered))


PLANS = plans()
CHANGES = st.lists(st.tuples(SOMEBODY, NEAR), max_size=3)


@st.composite
def rotas(draw: st.DrawFn) -> tuple[Rota, datetime]:
    """A plan with overrides, absences and hand-offs near a moment, and that moment."""
    around, quarter = draw(MOMENTS), timedelta(minutes=15)

    def changes() -> list[tuple[str, datetime, datetime]]:
        return [(who, around + after * quarter, around + (after + long) * quarter) for who, (after, long) in draw(CHANGES)]

    overrides = tuple(Override(f"d{n}", DutyRole.DUTY, *one, "swap") for n, one in enumerate(changes()))
    absences = tuple(Absence(*one) for one in changes())
    return Rota(draw(PLANS), overrides, absences, tuple(Hold(DutyRole.DUTY, *one) for one in changes())), around
