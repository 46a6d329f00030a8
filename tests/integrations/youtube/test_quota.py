"""Google's quota: counted by the Californian day, kept for replies when it runs out, and carried through a restart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.errors import TryLater
from integrations.youtube.budget import Budget, Used
from integrations.youtube.cursor import Cursor

MOST = 1000


def used(units, clock):
    """A cursor that says how much of today was used."""
    return str(replace(Cursor.first(clock.now()), used=Used("2026-11-17", units)))


async def test_reading_slows_down_and_says_so_when_most_of_the_day_is_used(youtube, network, clock):
    page = await network(units_per_day=MOST).fetch(used(800, clock))

    assert page.wait == timedelta(minutes=20)
    assert "most of Google's quota" in page.slowed


async def test_reading_stops_before_the_end_and_replies_still_go(youtube, network, reply, clock):
    asked = youtube.says("Is the tip open?")
    tube = network(units_per_day=MOST)

    page = await tube.fetch(used(950, clock))
    await tube.publish(reply(asked))

    assert (page.items, page.wait) == ((), timedelta(hours=23))
    assert "kept for replies" in page.slowed
    assert [method for method, _, _ in youtube.calls] == ["POST"]


async def test_what_google_says_is_used_up_waits_for_midnight_in_california(youtube, network, reply):
    asked = youtube.says("Is the tip open?")
    youtube.quota = 0
    tube = network()

    with pytest.raises(TryLater) as reading:
        await tube.fetch(None)
    with pytest.raises(TryLater) as replying:
        await tube.publish(reply(asked))

    assert reading.value.after == replying.value.after == timedelta(hours=23)
    assert replying.value.bucket


async def test_the_count_goes_on_after_a_restart_and_begins_anew_the_next_day(youtube, network, clock):
    page = await network().fetch(None)
    again = network()
    await again.fetch(page.cursor)
    assert again.quota_today()["units"] == 4

    clock.advance(hours=23)
    await again.fetch(page.cursor)
    assert again.quota_today() == {"day": "2026-11-18", "units": 2, "units_per_day": 10_000}


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-17T09:00", timedelta(hours=23)),
        ("2026-07-01T06:59", timedelta(minutes=1)),
        ("2026-07-01T07:00", timedelta(hours=24)),
        ("2026-11-01T07:00", timedelta(hours=25)),
        ("2026-03-08T08:00", timedelta(hours=23)),
    ],
)
def test_the_day_ends_at_midnight_in_california_also_when_the_clocks_change(now, until):
    clock = MovableClock(datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert Budget(MOST, clock).until_reset == until


def test_a_count_of_another_day_is_not_carried_on(clock):
    budget = Budget(MOST, clock)
    budget.resume(Used("2026-11-16", 900))

    assert budget.used == Used("2026-11-17", 0)
