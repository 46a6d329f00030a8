"""Other ways through: by hand, under the card, in private, across a restart, and when a network does not answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from integrations.sandbox.x_server import Trouble
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each


async def test_a_reply_on_x_is_sent_by_a_person_and_recorded_when_done(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    post = town.x.says("@harrowmere when is the tip open?", author="Lou")
    await town.passes(seconds=6)
    await town.card("M-1")

    shown = await priya.command("/reply 1 Eight until six, every day.", channel="mentions")
    assert shown.view
    assert "Open the page, check the account" in shown.view.text
    await priya.click(shown.view, "Done")

    card = await town.card("M-1", "answered by Priya Shah")
    await town.until(lambda: any("answered by hand" in m.text and "Eight until six" in m.text for m in card.thread))
    assert town.x.replies_to(post) == []


async def test_under_a_card_the_bot_is_asked_by_name_and_only_the_asker_is_told(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await town.writes("Is the pool open?")
    card = await town.card("M-1")

    await priya.says("@Tolbooth claim", thread=card)
    await town.card("M-1", "claimed by Priya Shah")
    await priya.says("@Tolbooth reply Yes, until nine.", thread=card)
    await town.until(lambda: len(priya.private) == 2)

    assert "nothing has been published" in priya.private[1].text
    await town.passes(minutes=5)
    assert town.webchat.posts == []
    assert town.slack.user("farah").private == []


async def test_what_staff_say_under_a_card_is_never_public(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await town.writes("Why was my bin missed?")
    card = await town.card("M-1")
    await priya.command("/claim 1", channel="mentions")

    await priya.says("the crew refused again", thread=card)
    await priya.command("/mention note 1 the crew refused again", channel="mentions")
    await town.passes(minutes=5)

    await town.until(lambda: any("Priya Shah noted" in m.text for m in card.thread))
    assert town.webchat.posts == []


async def test_a_private_message_is_shown_in_the_private_channel_and_to_nobody_else(quiet_town: Town) -> None:
    town, farah = quiet_town, quiet_town.slack.user("farah")
    await town.writes("my ex knows where I live", kind="dm")
    await town.until(lambda: town.slack.channel("private").messages)

    shown = await farah.command("/mention show 1", channel="mentions")
    listed = await farah.command("/mention queue", channel="mentions")
    told = await farah.command("/mention record 1", channel="mentions")

    assert "my ex" not in shown.text + listed.text + told.text
    assert "M-1" in listed.text
    assert not any("my ex" in m.text for m in town.slack.channel("mentions").messages)


async def test_the_same_post_in_two_polls_with_a_restart_between_is_one_mention(quiet_town: Town) -> None:
    town = quiet_town
    town.x.says("@harrowmere the lift is broken", author="Lou")
    await town.passes(seconds=6)
    await town.card("M-1")

    await town.stop_bot()
    await town.start_bot()
    await town.passes(seconds=12)
    town.x.says("@harrowmere and now the stairs", author="Ann")
    await town.passes(seconds=6)
    await town.card("M-2")

    listed = await town.slack.user("priya").command("/mention queue", channel="mentions")
    assert "2 open" in listed.text


async def test_the_same_call_three_times_is_one_mention(quiet_town: Town) -> None:
    town = quiet_town
    post = {"id": "p1", "text": "hello", "author": {"id": "v", "name": "V"}, "posted_at": "2026-11-17T09:00:00Z"}
    event = {"type": "mention.created", "data": post}

    statuses = [await town.hook(event, message_id="msg_1") for _ in range(3)] + [await town.hook(event)]

    listed = await town.slack.user("priya").command("/mention queue", channel="mentions")
    assert statuses == [202, 202, 202, 202]
    assert "1 open" in listed.text


async def test_a_reply_held_when_the_bot_stops_goes_out_after_it_starts_again(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("Is it open?")
    await town.card("M-1")
    await town.replies("priya", 1, "Yes.")

    await town.stop_bot()
    town.clock.advance(seconds=30)
    await town.start_bot()

    await town.until(lambda: town.webchat.posts)
    await town.card("M-1", "answered by Priya Shah")
    assert [post["text"] for post in town.webchat.posts] == ["Yes."]
    assert len(town.webchat.ids) == 1


async def test_a_ping_that_fell_due_while_the_bot_was_away_is_sent_when_it_is_back(quiet_town: Town) -> None:
    town, dev = quiet_town, quiet_town.slack.user("dev")
    await town.writes("Anyone there?")
    await town.card("M-1")

    await town.stop_bot()
    town.clock.advance(hours=2)
    await town.start_bot()

    await town.until(lambda: dev.dms)
    assert "M-1 has waited 2 h" in dev.dms[0].text


async def test_a_web_chat_that_drops_the_line_is_told_again_with_the_same_id(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("Is it open?")
    await town.card("M-1")
    town.webchat.answers.append("lost")

    await town.replies("priya", 1, "Yes.")
    await town.passes(seconds=11)
    await town.until(lambda: town.webchat.ids)
    await town.passes(seconds=30)

    await town.card("M-1", "answered by Priya Shah")
    assert len(town.webchat.posts) == 1
    assert len(set(town.webchat.ids)) == 1


@pytest.fixture
async def town_on_x(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Town]:
    """A town that sends its replies on X by API."""
    town = Town(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}", x_replies="api")
    await town.start()
    yield town
    await town.stop()


async def test_a_lost_answer_from_x_is_looked_up_and_the_reply_is_there_once(town_on_x: Town) -> None:
    town = town_on_x
    post = town.x.says("@harrowmere when is the tip open?", author="Lou")
    await town.passes(seconds=6)
    await town.card("M-1")
    town.x.chaos.append(Trouble(accept=True, drop=True, method="POST"))

    await town.replies("priya", 1, "Eight until six.")
    await town.passes(seconds=11)
    await town.until(lambda: town.x.replies_to(post))

    await time_until(town, "answered by Priya Shah")
    assert len(town.x.replies_to(post)) == 1


async def test_a_reply_nobody_can_account_for_is_put_before_a_person_within_three_minutes(town_on_x: Town) -> None:
    town, priya = town_on_x, town_on_x.slack.user("priya")
    post = town.x.says("@harrowmere when is the tip open?", author="Lou")
    await town.passes(seconds=6)
    await town.card("M-1")
    town.x.chaos.append(Trouble(accept=True, drop=True, method="POST"))

    await town.replies("priya", 1, "Eight until six.")
    await town.passes(seconds=11)
    await town.until(lambda: town.x.replies_to(post))
    town.x.chaos += [Trouble(status=503, body={"title": "Service Unavailable"}, method="GET") for _ in range(200)]
    waited = await time_until(town, "Needs a person")
    card = town.slack.card("M-1")
    assert waited <= 240
    assert card.buttons == ["See It", "It Is There", "It Is Not", "Send Again"]
    town.x.chaos.clear()
    await priya.click(card, "It Is There")

    await town.card("M-1", "answered by Priya Shah")
    assert len(town.x.replies_to(post)) == 1


async def time_until(town: Town, says: str) -> int:
    """Let time pass in steps of 10 s until the card says so; how many seconds passed."""
    for passed in range(0, 600, 10):
        try:
            await town.until(lambda: says in town.slack.card("M-1").text, patience=0.15)
        except AssertionError:
            await town.passes(seconds=10)
        else:
            return passed
    raise AssertionError(f"the card never said {says!r}")
