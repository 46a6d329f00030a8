"""The town's time: mornings that are working days, and jumps that hurt nothing under way."""

from datetime import UTC, datetime, time

import pytest

from integrations.sandbox.town import MORNING, OFFICE, Town, next_at, opening, slug


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-17T09:00", "2026-11-18T08:30"),
        ("2026-11-17T03:00", "2026-11-17T08:30"),
        ("2026-11-17T08:30", "2026-11-18T08:30"),
        ("2026-11-20T09:00", "2026-11-23T08:30"),
        ("2026-11-21T15:00", "2026-11-23T08:30"),
        ("2026-07-14T12:00", "2026-07-15T07:30"),
        ("2026-03-27T12:00", "2026-03-30T07:30"),
        ("2026-12-24T12:00", "2026-12-29T08:30"),
    ],
)
def test_the_next_morning_is_half_past_eight_local_on_a_working_day(now: str, morning: str) -> None:
    found = next_at(datetime.fromisoformat(now).replace(tzinfo=UTC), MORNING, OFFICE.is_working_day)

    assert found.astimezone(UTC) == datetime.fromisoformat(morning).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-17T23:30", "2026-11-17T09:30"),
        ("2026-11-17T03:00", "2026-11-17T09:30"),
        ("2026-11-21T15:00", "2026-11-23T09:30"),
        ("2026-12-25T12:00", "2026-12-29T09:30"),
    ],
)
def test_a_town_opens_with_a_working_day_before_it_whenever_it_is_started(now: str, opens: str) -> None:
    assert opening(datetime.fromisoformat(now).replace(tzinfo=UTC)) == datetime.fromisoformat(opens).replace(tzinfo=UTC)


def test_a_night_may_be_any_night() -> None:
    found = next_at(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), time(23, 10))

    assert found.astimezone(UTC) == datetime(2026, 11, 22, 23, 10, tzinfo=UTC)


async def test_on_the_next_morning_what_waited_has_been_pinged(town: Town) -> None:
    await town.post("board", "Lou Tranter", "Is the ford open?")
    await town.slack.until(lambda: town.slack.card("M-1"), 10)

    await town.morning()

    assert f"{town.clock.now():%d %H:%M}" == "18 08:30"
    officers = [town.slack.user(who) for who in ("farah", "dev")]
    await town.slack.until(lambda: any("M-1 has waited" in said.text for one in officers for said in one.dms), 10)


async def test_a_jump_while_a_card_is_on_its_way_makes_no_second_card(town: Town) -> None:
    town.slack.chaos.next("chat.postMessage", delay=0.2)
    await town.post("board", "Lou Tranter", "Is the ford open?")
    await town.slack.until(lambda: any(method == "chat.postMessage" for method, _ in town.slack.calls), 10)

    await town.passes(minutes=15)
    await town.post("board", "Ada Begum", "Is the bridge open?")

    await town.slack.until(lambda: town.slack.card("M-2"), 10)
    cards = [one.footer.split(" ")[0] for one in town.slack.channel("mentions").messages if one.footer]
    assert cards == ["M-1", "M-2"]


async def test_listeners_hear_of_posts_jumps_and_the_player(town: Town) -> None:
    heard: list[None] = []
    town.listeners.append(lambda: heard.append(None))

    for deed in (
        town.post("x", "Lou Tranter", "Is the ford open?"),
        town.passes(minutes=1),
    ):
        before = len(heard)
        await deed
        assert len(heard) > before
    before = len(heard)
    town.player.play("quiet", 1)
    assert len(heard) > before


@pytest.mark.parametrize(("name", "handle"), [("Lou Tranter", "lou_tranter"), ("Zoë <b>", "zoë_b"), ("!!!", "resident")])
def test_a_handle_is_made_of_a_name(name: str, handle: str) -> None:
    assert slug(name) == handle
