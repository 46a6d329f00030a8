"""What a report counts: against a slow and obvious count of the same, and case by case."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reports.report import OTHER, Group, History, Measure, Period, last_month, last_week, report_of
from bot.reports.report_times import Span, Times, milliseconds
from bot.times.working_time import OfficeHours

LONDON = ZoneInfo("Europe/London")
OFFICE = OfficeHours.read("mon-thu 09:00-12:30 13:30-17:00, fri 09:00-16:00", LONDON)
ALWAYS = OfficeHours.read("", LONDON)
WEEK = Period(date(2026, 10, 19), date(2026, 10, 25), LONDON)
"""The clocks go back on its Sunday."""
NOW = datetime(2026, 10, 27, 10, 30, tzinfo=UTC)
MINUTE = 60_000


def at(text: str) -> int:
    """A moment by the clock on the wall in London: ``20 09:30``."""
    day, clock = text.split()
    return milliseconds(datetime.fromisoformat(f"2026-10-{day}T{clock}:00").replace(tzinfo=LONDON))


def lived(received: str, **more: object) -> History:
    """A mention: moments as ``at`` takes them."""
    moments = {name: at(str(value)) for name, value in more.items() if name in ("seen", "taken", "answered", "ended")}
    start, over = at(received), moments.get("seen", moments.get("ended"))
    words = {name: str(value) for name, value in more.items() if name not in moments}
    return History(
        **{"account": "website", "priority": "P3", "unseen": ((start, over),), **moments, **words}, received=start
    )  # type: ignore[arg-type]


def of(*histories: History, hours: OfficeHours = OFFICE, period: Period = WEEK, now: datetime = NOW) -> Group:
    """The figures of all that was received."""
    return report_of(histories, period, hours, now).whole


def test_each_mention_is_answered_closed_or_waiting() -> None:
    whole = of(
        lived("20 09:30", seen="20 09:40", taken="20 09:50", answered="20 10:00", ended="20 10:00"),
        lived("20 09:30", seen="20 09:40", taken="20 09:45", ended="20 09:45", reason="spam"),
        lived("20 09:30", seen="20 09:40"),
        lived("20 09:30"),
    )

    assert (whole.received, whole.seen, whole.answered, whole.closed, whole.waiting, whole.open) == (4, 3, 1, 1, 2, 2)
    assert whole.could_be_answered == 3


def test_what_was_answered_and_opened_again_is_answered_and_open() -> None:
    whole = of(lived("20 09:30", seen="20 09:40", answered="20 10:00"))

    assert (whole.answered, whole.waiting, whole.open) == (1, 0, 1)


def test_what_was_never_answered_counts_with_the_time_it_has_waited() -> None:
    answered = [lived("26 09:00", answered=f"26 09:{n:02}", ended=f"26 09:{n:02}") for n in range(1, 10)]
    monday = Period(date(2026, 10, 26), date(2026, 10, 26), LONDON)

    times = of(*answered, lived("26 09:00"), period=monday).wall[Measure.ANSWERED]

    assert (times.n, times.never) == (10, 1)
    assert times.half == Span(timedelta(minutes=5), at_least=False)
    assert times.most == Span(timedelta(minutes=9), at_least=False)
    assert times.longest == Span(timedelta(days=1, hours=1, minutes=30), at_least=True)


def test_a_figure_that_what_waits_could_still_lengthen_says_so() -> None:
    just_in = lived("27 10:29")
    today = Period(date(2026, 10, 27), date(2026, 10, 27), LONDON)

    answered = [lived("27 09:00", answered=end, ended=end) for end in ("27 09:50", "27 10:00")]

    times = of(just_in, *answered, period=today).wall[Measure.ANSWERED]

    assert times.half == Span(timedelta(minutes=50), at_least=True)


def test_what_needs_no_reply_has_no_time_to_one() -> None:
    times = of(lived("20 09:30", seen="20 09:40", taken="20 09:45", ended="20 09:45", reason="spam")).wall

    assert times[Measure.ANSWERED] == Times(0, 0)
    assert times[Measure.TAKEN].n == 1


def test_what_ended_unseen_was_never_seen() -> None:
    times = of(lived("20 09:30", ended="20 11:30", reason="deleted by its author")).wall[Measure.SEEN]

    assert (times.n, times.never, times.longest) == (1, 1, Span(timedelta(hours=2), at_least=True))


def test_a_night_does_not_count_in_working_time() -> None:
    group = of(lived("20 16:50", seen="21 09:10"))

    assert group.wall[Measure.SEEN].half == Span(timedelta(hours=16, minutes=20), at_least=False)
    assert group.working[Measure.SEEN].half == Span(timedelta(minutes=20), at_least=False)


def test_where_every_hour_counts_there_is_one_time_only() -> None:
    assert of(lived("20 16:50"), hours=ALWAYS).working == {}


def test_what_came_in_on_another_day_is_not_counted() -> None:
    assert of(lived("18 23:59"), lived("19 00:00"), lived("25 23:59"), lived("26 00:00")).received == 2


def test_an_account_and_a_priority_have_their_own_figures() -> None:
    histories = [lived("20 09:30", account="x", seen="20 09:40"), lived("20 09:30", priority="P1"), lived("20 09:30")]

    report = report_of(histories, WEEK, OFFICE, NOW)

    assert [(group.name, group.received, group.seen) for group in report.accounts] == [("website", 2, 0), ("x", 1, 1)]
    assert [(group.name, group.received) for group in report.priorities] == [("P1", 1), ("P3", 2)]


def test_reasons_are_counted_as_they_are_meant_and_rare_ones_are_not_repeated() -> None:
    given = ["Spam", "spam.", " SPAM", "Mrs Smith of 4 Mill Road rang", "thanks", "thanks", "thanks", "thanks", ""]
    histories = [lived("20 09:30", ended="20 09:40", reason=reason) for reason in given]

    assert report_of(histories, WEEK, OFFICE, NOW).reasons == (("thanks", 4), ("Spam", 3), (OTHER, 2))


def test_what_nobody_had_looked_at_is_counted_each_evening_at_close() -> None:
    left = report_of(
        [
            lived("16 18:00", seen="20 16:59"),  # over the weekend, and over Monday
            lived("22 16:59", seen="22 17:01"),
            lived("22 16:50", seen="22 17:00"),
            lived("23 15:59"),
            lived("23 16:00", seen="23 16:01"),  # as the doors close
        ],
        *(WEEK, OFFICE, NOW),
    ).left_unseen

    assert [(day.day, count) for day, count in left] == [(19, 1), (20, 0), (21, 0), (22, 1), (23, 1)]


def test_an_evening_still_to_come_is_not_counted() -> None:
    days = report_of([], Period(date(2026, 10, 26), date(2026, 10, 30), LONDON), OFFICE, NOW).left_unseen

    assert days == ((date(2026, 10, 26), 0),)


def test_without_office_hours_a_day_closes_at_midnight_also_when_the_clocks_change() -> None:
    left = report_of([lived("25 00:30", seen="25 23:59"), lived("25 23:30")], WEEK, ALWAYS, NOW).left_unseen

    assert dict(left)[date(2026, 10, 25)] == 1
    assert len(left) == 7


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [("2026-11-23 00:00", "2026-11-16", "2026-11-22"), ("2026-11-22 23:59", "2026-11-09", "2026-11-15")],
)
def test_last_week_is_the_last_from_monday_to_sunday(now: str, first: str, last: str) -> None:
    period = last_week(datetime.fromisoformat(now).replace(tzinfo=LONDON), LONDON)

    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


def test_last_month_is_by_the_calendar() -> None:
    period = last_month(datetime(2026, 3, 31, 22, 59, tzinfo=UTC), LONDON)

    assert (period.first, period.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert last_month(datetime(2026, 3, 31, 23, 0, tzinfo=UTC), LONDON).first == date(2026, 3, 1)


def test_a_week_with_a_change_of_the_clocks_is_an_hour_longer() -> None:
    assert WEEK.until - WEEK.since == timedelta(days=7, hours=1)


# --- against a slow and obvious count ----------------------------------------------------------------------------

FIRST, LAST = at("17 00:00"), milliseconds(NOW)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A mention to which any of the things have happened, each some minutes after the one before."""
    moment = draw(st.integers(FIRST // MINUTE, LAST // MINUTE - 1)) * MINUTE
    happened: dict[str, int] = {}
    received = moment
    for name in ("seen", "taken", "answered", "ended"):
        moment += draw(st.integers(0, 900)) * MINUTE
        if moment < LAST and draw(st.booleans()):
            happened[name] = moment
    over = happened.get("seen", happened.get("ended"))
    spells: list[tuple[int, int | None]] = [(received, over)]
    if over is not None and draw(st.booleans()):
        spells.append((over + MINUTE, None))
    account, priority = draw(st.sampled_from(["website", "x"])), draw(st.sampled_from(["P1", "P3"]))
    reason = draw(st.sampled_from(["", "spam", "Spam.", "thanks"]))
    return History(account, priority, received, **happened, reason=reason, unseen=tuple(spells))


def slowly_worked(start: datetime, end: datetime) -> timedelta:
    """Office time, day by day."""
    worked = timedelta(0)
    for day in range(10, 32):
        on = date(2026, 10, day)
        friday = [("09:00", "16:00")]
        others = [("09:00", "12:30"), ("13:30", "17:00")]
        for begins, ends in () if on.weekday() > 4 else friday if on.weekday() == 4 else others:
            window = [datetime.fromisoformat(f"{on}T{clock}").replace(tzinfo=LONDON) for clock in (begins, ends)]
            worked += max(min(window[1], end) - max(window[0], start), timedelta(0))
    return worked


def slow_times(group: list[History], measure: Measure, *, in_office: bool) -> Times:
    """By the definitions, one at a time."""

    def took(one: History, end: int) -> timedelta:
        start, over = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (one.received, end))
        return slowly_worked(start, over) if in_office else over - start

    def ranked(waits: list[timedelta], percent: int) -> timedelta:
        return min(wait for wait in waits if sum(other <= wait for other in waits) * 100 >= percent * len(waits))

    if measure is Measure.ANSWERED:
        group = [one for one in group if one.answered is not None or one.ended is None]
    done = [took(one, getattr(one, measure)) for one in group if getattr(one, measure) is not None]
    waiting = [took(one, one.ended or LAST) for one in group if getattr(one, measure) is None]
    if not group:
        return Times(0, 0)
    if_it_lasts = [*done, *(wait + timedelta(days=999) for wait in waiting)]
    spans = [
        Span(ranked(done + waiting, percent), at_least=ranked(done + waiting, percent) != ranked(if_it_lasts, percent))
        for percent in (50, 90, 100)
    ]
    return Times(len(group), len(waiting), *spans)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(histories(), max_size=12))
def test_it_agrees_with_a_slow_and_obvious_count(lives: list[History]) -> None:
    report = report_of(lives, WEEK, OFFICE, NOW)

    mine = [one for one in lives if WEEK.since <= datetime.fromtimestamp(one.received / 1000, UTC) < WEEK.until]
    whole = report.whole
    assert whole.received == len(mine) == whole.answered + whole.closed + whole.waiting
    assert whole.received == sum(group.received for group in report.accounts)
    assert whole.received == sum(group.received for group in report.priorities)
    assert whole.closed == sum(count for _, count in report.reasons)
    for group, members in [(whole, mine), *((g, [one for one in mine if one.account == g.name]) for g in report.accounts)]:
        for measure in Measure:
            assert group.wall[measure] == slow_times(members, measure, in_office=False)
            assert not members or group.working[measure] == slow_times(members, measure, in_office=True)
    for day, count in report.left_unseen:
        closes = milliseconds(OFFICE.closes(day))
        assert count == sum(
            any(start < closes and (end is None or closes < end) for start, end in one.unseen) for one in lives
        )
