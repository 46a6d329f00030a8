"""``tolbooth check`` and the ways besides the chat."""

from collections.abc import AsyncIterator

import pytest

from bot.clock import SystemClock
from integrations.sandbox.phone_server import StandInPhone, Template
from tests.commands.line import Line

pytestmark = pytest.mark.slow


@pytest.fixture
async def phone() -> AsyncIterator[StandInPhone]:
    async with StandInPhone(SystemClock()) as stand_in:
        yield stand_in


@pytest.fixture
def notify(phone: StandInPhone) -> dict[str, str]:
    """GOV.UK Notify, in the environment."""
    keys = {"api_url": phone.api_url, **phone.notify}
    return {f"TOLBOOTH_NOTIFY__{name.upper()}": value for name, value in keys.items()}


async def test_a_service_that_is_as_it_should_be_is_well_and_sends_nothing(
    council: Line, phone: StandInPhone, notify: dict[str, str]
) -> None:
    people = '[{"id": "U0DEV", "phone": "+447700900123"}]'

    done = await council.tolbooth("check", TOLBOOTH_PEOPLE=people, **notify)

    assert "ok: notify can send text messages" in done.out.splitlines()
    assert (done.code, phone.arrived) == (0, [])
    assert "7700900123" not in done.out + done.err


async def test_a_template_with_other_words_is_a_fault_and_a_service_nobody_has_a_phone_for_a_note(
    council: Line, phone: StandInPhone, notify: dict[str, str]
) -> None:
    phone.templates[phone.notify["text_template"]] = Template("sms", "Hello ((name))")

    done = await council.tolbooth("check", **notify)

    assert done.code == 1
    assert (
        "fault: notify.text_template: the template lacks ((message)), so nothing we say would arrive: put it in" in done.out
    )
    assert "note: text messages can be sent, and nobody under [[people]] has a phone" in done.out
