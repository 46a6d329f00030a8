"""The rest of the verbs, each walked as staff would."""

import pytest

from integrations.sandbox.answering import sends
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each

CHANNEL = "mentions"


async def told(town: Town, who: str, text: str) -> str:
    """What one person is told about what they typed."""
    return (await town.slack.user(who).command(text, channel=CHANNEL)).text


async def test_a_colleague_who_accepts_has_it_and_until_then_the_giver_does(quiet_town: Town) -> None:
    town, farah = quiet_town, quiet_town.slack.user("farah")
    await town.writes("Is it open?")
    await town.card("M-1")
    await told(town, "priya", "/claim 1")

    await told(town, "priya", "/mention give 1 <@U0FARAH> she knows the pool")
    await town.card("M-1", "claimed by Priya Shah")
    await town.until(lambda: farah.dms)
    await farah.click(farah.dms[-1], "Accept")

    card = await town.card("M-1", "claimed by Farah Ali")
    assert "Reply" in card.buttons


async def test_an_offer_nobody_answers_stays_with_the_giver(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("Is it open?")
    card = await town.card("M-1")
    await told(town, "priya", "/claim 1")

    await told(town, "priya", "/mention give 1 <@U0FARAH>")
    await town.passes(minutes=11)

    await town.until(lambda: any("did not answer in time" in m.text for m in card.thread))
    assert "not on offer any more" in await told(town, "farah", "/mention accept 1")
    assert "claimed by Priya Shah" in (await town.card("M-1")).footer


async def test_only_a_member_of_the_channel_can_be_given_it(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("Is it open?")
    await town.card("M-1")
    await told(town, "priya", "/claim 1")

    answer = await told(town, "priya", "/mention give 1 <@U0TAM>")

    assert "Name a colleague with @ who is in the channel" in answer


async def test_a_mention_that_sleeps_wakes_by_itself_and_is_pinged_again(quiet_town: Town) -> None:
    town, dev = quiet_town, quiet_town.slack.user("dev")
    await town.writes("When will the road open?")
    await town.card("M-1")

    await told(town, "priya", "/mention snooze 1 2h highways will know")
    await town.card("M-1", "Asleep until 17 Nov at 11:0")
    await town.passes(minutes=90)
    assert dev.dms == []
    await town.passes(minutes=31)
    await town.card("M-1", "An answer is due by")
    await town.passes(minutes=61)

    await town.until(lambda: dev.dms)


async def test_a_mention_that_sleeps_wakes_at_once_when_its_author_writes_again(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("When will the road open?", post="p1")
    await town.card("M-1")
    await told(town, "priya", "/mention snooze 1 tomorrow highways will know")
    await town.card("M-1", "Asleep")

    await town.writes("an ambulance is stuck", post="p2", in_reply_to="p1")

    card = await town.card("M-1", "an ambulance is stuck")
    assert "Claim" in card.buttons
    assert "the word list raised it" in await told(town, "priya", "/mention why 1")


async def test_a_person_lowers_a_priority_only_with_a_reason(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("I can smell gas on Mill Road")
    await town.card("M-1")

    refused = await told(town, "priya", "/mention priority 1 P3")
    done = await told(town, "priya", "/mention priority 1 P3 it was the tannery")

    assert "Say why it is less urgent" in refused
    assert "M-1 is P3 now: routine" in done
    assert "set by Priya Shah: it was the tannery" in await told(town, "priya", "/mention why 1")


async def test_stop_freezes_what_is_held_and_two_leads_let_it_go_on(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("Is it open?")
    await town.card("M-1")
    await town.replies("priya", 1, "Yes.")

    assert "Team leads and duty officers can stop" in await told(town, "priya", "/mention stop no")
    stopped = await told(town, "morag", "/mention stop wrong figures")
    await town.passes(minutes=5)
    assert town.webchat.posts == []
    await town.writes("And the pool?", by="Bob")
    await town.card("M-2")
    person = town.slack.user("farah")
    await person.command("/reply 2", channel=CHANNEL)
    await person.submit({"text": "Also."})
    refused = await sends(person)
    seen = refused.text + str(refused.errors) + (refused.view.text if refused.view else "")
    going_on = await told(town, "morag", "/mention start")
    await town.passes(minutes=2, seconds=1)

    assert "Stopped." in stopped
    assert "Publishing is stopped by Morag Muir" in seen
    assert "Publishing goes on" in going_on
    await town.until(lambda: town.webchat.posts)


async def test_a_claim_that_goes_cold_is_asked_about_then_put_back(quiet_town: Town) -> None:
    town, priya, dev = quiet_town, quiet_town.slack.user("priya"), quiet_town.slack.user("dev")
    await town.writes("Is it open?")
    await town.card("M-1")
    await told(town, "priya", "/claim 1")

    await town.passes(minutes=61)
    await town.until(lambda: priya.dms)
    assert priya.dms[-1].buttons == ["Reply", "Still on It", "Release"]
    await town.passes(minutes=11)

    await town.card("M-1", "Priya Shah had it before")
    await town.passes(seconds=1)
    await town.until(lambda: dev.dms)


async def test_whoever_is_still_on_it_keeps_it(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await town.writes("Is it open?")
    await town.card("M-1")
    await told(town, "priya", "/claim 1")
    await town.passes(minutes=61)
    await town.until(lambda: priya.dms)

    await priya.click(priya.dms[-1], "Still on It")
    await town.passes(minutes=30)

    assert "claimed by Priya Shah" in (await town.card("M-1")).footer


async def test_find_shows_only_what_one_may_read(quiet_town: Town) -> None:
    town = quiet_town
    await town.writes("the bins at Mill Road")
    await town.writes("my bins and my ex", kind="dm")
    await town.card("M-1")

    found = (await told(town, "farah", "/mention find bins")).splitlines()
    assert found == ["M-1 · new · Lou · 17 Nov at 09:00 · “the bins at Mill Road”"]
    assert "Nothing you can read holds" in await told(town, "farah", "/mention find 100%_")


async def test_a_message_in_a_channel_is_raised_as_a_mention_once(quiet_town: Town) -> None:
    town = quiet_town
    message = await town.slack.user("dev").says("A caller says the bins were missed in Elm Row", channel=CHANNEL)

    await town.slack.user("priya").shortcut("raise_mention", message)
    await town.slack.user("farah").shortcut("raise_mention", message)

    card = await town.card("M-1", "bins were missed in Elm Row")
    assert "Dev" in card.heading
    assert "1 open" in await told(town, "priya", "/mention queue")


async def test_home_shows_what_needs_me_now(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await town.writes("Is it open?")
    await town.card("M-1")
    await told(town, "priya", "/claim 1")

    await priya.opens_home()
    await town.until(lambda: priya.home is not None)

    assert priya.home
    assert "You have 1 open" in priya.home.text
    assert "On duty: Dev Rao, then Farah Ali" in priya.home.text
