"""A rota made in the chat, and cover asked for and taken there, as staff would."""

import pytest

from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_world import Message
from tests.town import Town

pytestmark = pytest.mark.slow
CHANNEL = "mentions"
WEEKS = {"name": "weeks", "people": "<@U0DEV>\n<@U0FARAH>", "starts": "2026-11-16 09:00", "reason": "winter"}


async def told(town: Town, who: str, text: str) -> str:
    """What one person is told about what they typed."""
    return (await town.slack.user(who).command(text, channel=CHANNEL)).text


def asked(person: Person) -> list[Message]:
    """What asks one person to cover."""
    return [message for message in person.dms if "I Can Cover" in message.buttons]


async def with_weeks(town: Town) -> None:
    """Morag makes a rotation in the form."""
    morag = town.slack.user("morag")
    await morag.command("/mention rota add", channel=CHANNEL)
    await morag.submit(WEEKS)
    await morag.submit({})


async def test_a_lead_makes_a_rota_in_a_form_that_shows_the_turns_it_would_give(quiet_town: Town) -> None:
    town, morag = quiet_town, quiet_town.slack.user("morag")
    await morag.command("/mention rota", channel=CHANNEL)
    await morag.command("/mention rota add", channel=CHANNEL)

    wrong = await morag.submit({**WEEKS, "starts": "next week"})
    await morag.submit(WEEKS)
    looked = morag.view.text if morag.view else ""
    await morag.submit({})

    assert "cannot be read; write YYYY-MM-DD HH:MM" in wrong.errors["starts"]
    assert "Farah Ali, Mon 23 Nov 09:00 to Mon 30 Nov 09:00" in looked
    assert "Duty officer: Dev Rao until Mon 23 Nov 09:00, then Farah Ali" in await told(town, "priya", "/mention duty")


async def test_cover_is_asked_for_in_a_form_and_the_first_to_press_has_it(quiet_town: Town) -> None:
    town, dev, farah = quiet_town, quiet_town.slack.user("dev"), quiet_town.slack.user("farah")
    await with_weeks(town)

    await dev.command("/mention duty cover me fri 18:00 to sat 09:00 dentist", channel=CHANNEL)
    await dev.submit({})
    morag = town.slack.user("morag")
    await town.until(lambda: asked(farah) and asked(morag))
    await farah.click(asked(farah)[0], "I Can Cover")
    second = await morag.click(asked(morag)[0], "I Can Cover")

    assert "Farah Ali was first and covers it" in second.text
    await town.until(lambda: any("Farah Ali covers Dev Rao" in message.text for message in dev.dms))
    assert "Changed: Farah Ali is duty officer, Fri 20 Nov 18:00 to Sat 21 Nov 09:00 (" in await told(
        town, "priya", "/mention duty"
    )


async def test_what_staff_made_is_still_there_after_a_restart(quiet_town: Town) -> None:
    town = quiet_town
    await with_weeks(town)

    await town.stop_bot()
    await town.start_bot()

    assert "In turn: Dev Rao, Farah Ali" in await told(town, "priya", "/mention rota")
