"""The town's people on duty: who is when, what reaches their telephones, and what they do while a night is played."""

import asyncio
from datetime import timedelta

import pytest

from integrations.sandbox import duty_night
from integrations.sandbox.scenarios import scenario_named
from integrations.sandbox.town import Town
from integrations.sandbox.town_people import PEOPLE

pytestmark = pytest.mark.slow

DANGER = "Somebody has collapsed by the ford"


async def told(town: Town, who: str, text: str) -> str:
    """What somebody is answered in #mentions."""
    return (await town.slack.user(who).command(text, channel="mentions")).text


def received(town: Town) -> list[tuple[str, str]]:
    """Who got what kind of message outside Slack, oldest first."""
    posts = [thread.posts[0] for thread in reversed(town.phones.threads())]
    return [(post.author_name, post.author_handle.partition(" to ")[0]) for post in posts]


async def test_somebody_is_on_duty_at_every_hour_and_everybody_can_look_who(town: Town) -> None:
    async with asyncio.timeout(10):
        while "U0" in (rota := await told(town, "tam", "/mention rota")):  # noqa: ASYNC110 - names are learnt after the start
            await asyncio.sleep(0.05)
    now = await told(town, "tam", "/mention duty")

    assert "Duty officer: Farah Ali until Tue 17 Nov 17:00, then Dev Rao" in now
    assert "Priya Shah" in now
    assert "In turn: Dev Rao, Farah Ali" in rota
    assert "Gap" not in rota


async def test_the_account_that_one_person_holds_comes_first(town: Town) -> None:
    accounts = (await told(town, "morag", "/mention accounts")).splitlines()

    assert accounts[0].startswith("Fewer than two people hold these")
    assert accounts[1].startswith("pinterest (Harrowmere Museum on Pinterest) · Pinterest · Tam Doig")


async def test_what_nobody_answers_in_slack_comes_as_a_text_and_then_as_an_email(town: Town) -> None:
    await town.post("board", "Ada Begum", DANGER)
    await town.slack.until(lambda: town.slack.card("M-1"), 10)
    await town.passes(minutes=6)
    await town.slack.until(lambda: town.slack.user("farah").dms, 10)
    assert received(town) == []

    await town.passes(minutes=3)
    await town.slack.until(lambda: received(town) == [("Farah Ali", "Text message")], 10)
    await town.passes(minutes=3)
    await town.slack.until(lambda: received(town)[1:] == [("Farah Ali", "E-mail")], 10)

    text = town.phones.threads()[-1].posts[0]
    assert text.author_handle == "Text message to +447700900102"
    assert "M-1 has waited 9 minutes" in text.text
    assert DANGER not in text.text


def test_every_number_is_one_that_is_kept_for_drama() -> None:
    assert all(person.phone.startswith("+447700900") for person in PEOPLE if person.phone)


async def test_in_a_night_on_duty_staff_do_their_part_at_the_change_of_shift(town: Town) -> None:
    town.player.play("duty", 600)

    farah = town.slack.user("farah")
    await town.slack.until(lambda: any("Dev Rao accepted your handover" in said.text for said in farah.dms), 40)

    assert f"{town.clock.now():%a %H}" == "Fri 17"
    assert any("The handover from Farah Ali comes by 17:00" in said.text for said in town.slack.user("dev").dms)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_night_on_duty_goes_from_slack_to_a_text_to_the_backup_to_the_lead(town: Town) -> None:
    town.player.play("duty", 600)

    await town.slack.until(lambda: town.player.state == "over", 250)

    assert town.player.trouble == ""
    by_text = [who for who, way in received(town) if way == "Text message"]
    assert by_text == ["Dev Rao", "Priya Shah", "Morag Muir"]
    assert "Morag Muir closed it" in await told(town, "morag", "/mention record 8")


def test_a_night_on_duty_lasts_until_nine() -> None:
    lasts = timedelta(hours=16, minutes=35)

    assert max(post.after for post in scenario_named("duty").posts) == lasts
    assert duty_night.after("16:25") == timedelta()
