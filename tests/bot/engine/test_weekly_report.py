"""Last week's report is posted on Monday at nine by the clock on the wall, once, whatever starts and stops."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.engine.reports import WeeklyReport, queue, week_due
from bot.mention import Action
from bot.reports.report import Period
from bot.store import schema
from bot.store.reading import reports
from tests.bot.council import LONDON, Bench
from tests.bot.engine.fakes import Office

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
POSTS = schema.delivery.c.kind == "post"


def until(clock: MovableClock, moment: datetime) -> None:
    """Time passes."""
    clock.advance(seconds=(moment - clock.now()).total_seconds())


def weekly(bench: Bench) -> WeeklyReport:
    """A copy that has just started."""
    return WeeklyReport(bench.desk, "reports")


@pytest.fixture
async def busy(either: Bench) -> Bench:
    """A council to which something was said last Tuesday, and answered."""
    await either.arrives()
    await either.does(Action.ANSWERED)
    return either


async def test_it_comes_on_monday_at_nine(busy: Bench) -> None:
    copy = weekly(busy)
    until(busy.clock, MONDAY - timedelta(seconds=1))
    early = await copy.once()
    until(busy.clock, MONDAY)

    posted = await copy.once()

    assert (early, posted) == (False, True)
    (post,) = await busy.all(schema.delivery, POSTS)
    assert post["target"] == "reports"
    assert post["payload"]["text"].startswith("Report for 16 to 22 November 2026\nOldest unseen: none.")
    assert "Answered 1 of 1 that could be: 100 %" in post["payload"]["text"]


async def test_a_restart_does_not_post_it_again(busy: Bench) -> None:
    until(busy.clock, MONDAY)
    await weekly(busy).once()
    busy.clock.advance(hours=30)

    assert not await weekly(busy).once()
    assert len(await busy.all(schema.delivery, POSTS)) == 1


async def test_of_two_copies_that_made_it_one_posts_it(busy: Bench) -> None:
    until(busy.clock, MONDAY)
    now, week = busy.clock.now(), week_due(busy.clock.now(), LONDON)
    mine, theirs = [await busy.db.read(reports.report, busy.house, week, now) for _ in "ab"]

    assert await busy.db.write(queue, mine, "reports", now)
    assert not await busy.db.write(queue, theirs, "reports", now)


async def test_one_that_was_missed_is_made_up_for(busy: Bench) -> None:
    until(busy.clock, MONDAY + timedelta(days=3))

    assert await weekly(busy).once()


async def test_the_next_week_has_its_own(busy: Bench) -> None:
    copy = weekly(busy)
    until(busy.clock, MONDAY)
    await copy.once()
    until(busy.clock, MONDAY + timedelta(days=7))

    assert await copy.once()
    assert len(await busy.all(schema.delivery, POSTS)) == 2


async def test_a_new_installation_has_none_of_before_its_time(either: Bench) -> None:
    await either.arrives()

    assert not await weekly(either).once()


async def test_it_reads_as_a_notice_in_the_channel(office: Office) -> None:
    await office.bench.arrives()
    until(office.bench.clock, MONDAY)
    await weekly(office.bench).once()
    await office.delivers()

    assert [notice.plain.splitlines()[0] for where, notice, _ in office.wall.posts if where == "reports"] == [
        "Report for 16 to 22 November 2026"
    ]


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-03-30T07:59:59", date(2026, 3, 16)),
        ("2026-03-30T08:00:00", date(2026, 3, 23)),  # the clocks went forward on Sunday: nine is eight in UTC
        ("2026-10-26T08:59:59", date(2026, 10, 12)),
        ("2026-10-26T09:00:00", date(2026, 10, 19)),  # and back
    ],
)
def test_nine_is_by_the_clock_on_the_wall(now: str, monday: date) -> None:
    week = week_due(datetime.fromisoformat(now).replace(tzinfo=UTC), LONDON)

    assert week == Period(monday, monday + timedelta(days=6), LONDON)
