"""Playing a scenario: its pace, its pauses, and that nothing of it is lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from integrations.sandbox.scenarios import scenario_named
from integrations.sandbox.town import Town

pytestmark = pytest.mark.slow

PATIENCE = 40.0


async def until(town: Town, so: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until it is so."""
    await town.slack.until(so, patience)


def cards(town: Town) -> list[str]:
    """The ref of every card, one for each time it is shown."""
    channels = town.slack.workspace.channels.values()
    return [one.footer.split(" ")[0] for channel in channels for one in channel.messages if one.footer]


def posted(town: Town) -> int:
    """How many posts by residents there are."""
    return sum(not post.ours for place in town.places.values() for thread in place.threads() for post in thread.posts)


async def test_a_minute_a_second_is_a_minute_a_second(town: Town) -> None:
    loop = asyncio.get_running_loop()
    real, began = loop.time(), town.clock.now()

    town.player.play("snow", 60)
    await until(town, lambda: town.clock.now() - began >= timedelta(minutes=3))

    assert 2.5 <= loop.time() - real <= 6
    assert (town.player.scenario, town.player.state, town.player.speed) == ("snow", "playing", 60)


async def test_at_ten_times_the_clock_is_slower_and_the_speed_can_be_changed_while_it_plays(town: Town) -> None:
    town.player.play("pile_on", 10)
    await until(town, lambda: town.player.done == 1)
    assert town.player.of == len(scenario_named("pile_on").posts)

    town.player.set_speed(600)

    await until(town, lambda: town.player.done >= 5)
    assert town.player.speed == 600
    await until(town, lambda: posted(town) == town.player.done)


async def test_a_pause_holds_the_posts_and_resuming_goes_on_where_it_was(town: Town) -> None:
    town.player.play("pile_on", 600)
    await until(town, lambda: town.player.done >= 2)

    town.player.pause()
    held, at = town.player.done, town.clock.now()
    await asyncio.sleep(0.5)

    assert (town.player.state, town.player.done) == ("paused", held)
    assert town.clock.now() - at < timedelta(seconds=15)
    town.player.resume()
    await until(town, lambda: town.player.done > held)
    assert town.player.state == "playing"


async def test_while_somebody_acts_the_clock_runs_at_its_own_pace(town: Town) -> None:
    town.player.play("snow", 600)
    await until(town, lambda: town.player.done)

    async with town.held():
        await asyncio.sleep(0.1)
        at = town.clock.now()
        await asyncio.sleep(0.5)
        assert town.clock.now() - at < timedelta(seconds=2)

    await until(town, lambda: town.clock.now() - at > timedelta(minutes=2))


async def test_stopping_ends_it_and_keeps_what_was_posted(town: Town) -> None:
    town.player.play("snow", 600)
    await until(town, lambda: town.player.done >= 3)

    town.player.stop()
    done, at = town.player.done, town.clock.now()
    await asyncio.sleep(0.3)

    assert (town.player.state, town.player.done) == ("over", done)
    assert town.clock.now() - at < timedelta(seconds=2)
    assert posted(town) == done


async def test_choosing_another_takes_the_place_of_what_plays(town: Town) -> None:
    town.player.play("snow", 600)
    await until(town, lambda: town.player.done >= 2)

    town.player.play("pile_on", 600)

    assert (town.player.scenario, town.player.name, town.player.done) == ("pile_on", "A pile-on", 0)
    await until(town, lambda: town.player.done >= 2)


async def test_what_cannot_be_played_is_refused_and_what_plays_goes_on(town: Town) -> None:
    town.player.play("quiet", 60)

    with pytest.raises(LookupError, match="There are: quiet"):
        town.player.play("flood", 60)
    with pytest.raises(LookupError, match=r"no speed 7\. There are: 1, 10, 60, 600"):
        town.player.play("snow", 7)
    with pytest.raises(LookupError, match="no speed 0"):
        town.player.set_speed(0)

    assert (town.player.scenario, town.player.state, town.player.speed) == ("quiet", "playing", 60)


async def test_the_night_is_waited_for_and_the_duty_officer_is_pinged(town: Town) -> None:
    town.player.play("night", 600)
    await until(town, lambda: town.player.done)

    local = town.clock.now().astimezone(ZoneInfo("Europe/London"))
    assert (local.hour, local.date().isoformat()) == (23, "2026-11-17")
    await until(town, lambda: cards(town))
    town.player.pause()
    await town.passes(minutes=61)
    await until(town, lambda: town.slack.user("dev").dms)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("scenario", "additions"), [("quiet", 2), ("snow", 2), ("night", 2), ("pile_on", 2)])
async def test_every_post_has_its_card_or_joins_one(town: Town, scenario: str, additions: int) -> None:
    town.player.play(scenario, 600)
    await until(town, lambda: town.player.state == "over", 250)

    assert (town.player.done, town.player.trouble) == (town.player.of, "")
    await until(town, lambda: len(cards(town)) == town.player.of - additions)
    assert len(set(cards(town))) == len(cards(town))


async def test_a_lost_connection_is_said_and_nothing_is_lost(town: Town) -> None:
    town.player.play("lost", 600)
    await until(town, lambda: "connection to Slack is down" in town.player.trouble)
    town.player.set_speed(60)
    shown_while_down: set[int] = set()

    def is_back() -> bool:
        """Whether it is; until then what is shown is noted, in the same step."""
        if town.player.trouble:
            shown_while_down.add(len(cards(town)))
        return not town.player.trouble

    await until(town, lambda: not town.slack.socket_count)
    refused = await town.slack.user("priya").command("/mention queue", channel="mentions")
    assert refused.failure == "dispatch_failed"

    town.player.set_speed(600)
    await until(town, is_back)
    assert len(shown_while_down) == 1

    await until(town, lambda: town.player.state == "over")
    every = {f"M-{n}" for n in range(1, 13)}
    await until(town, lambda: set(cards(town)) == every)  # one may be there twice, where an answer came late
    await until(town, lambda: town.slack.socket_count)
    answered = await town.slack.user("priya").command("/mention queue", channel="mentions")
    assert not answered.failure


async def test_what_the_bot_does_not_take_is_said_and_the_rest_goes_on(town: Town) -> None:
    board = town.boards["board"]
    board.hook = board.hook.replace("/hooks/board", "/hooks/nobody")

    town.player.play("quiet", 600)
    await until(town, lambda: town.player.trouble)

    assert town.player.trouble == "Tolbooth did not take the post on Mill Road Board: HTTP 404."
    done = town.player.done
    await until(town, lambda: town.player.done > done)


async def test_a_trainees_first_answer_is_approved_and_the_second_waits(town: Town) -> None:
    town.player.play("trainee", 600)
    await until(town, lambda: town.player.state == "over")

    await until(town, lambda: ours(town))
    assert ours(town) == ["It is, from 10 to 4. You are very welcome. ^TD"]
    [asked] = [one for one in town.slack.user("farah").dms if "SORRY, they come on Thursday." in one.text]
    assert asked.buttons[0].startswith("Approve")


def ours(town: Town) -> list[str]:
    """What we have said in public."""
    return [post.text for place in town.places.values() for thread in place.threads() for post in thread.posts if post.ours]
