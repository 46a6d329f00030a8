"""``check`` names each fault with its cure, and posts nothing."""

from datetime import timedelta

import pytest

from bot.settings import CoreSettings
from integrations.sandbox.slack_gate import SCOPES
from integrations.sandbox.slack_server import StandInSlack
from integrations.slack.chat import build
from integrations.slack.check import clock_faults

from .conftest import settings_for


@pytest.fixture
def faults(slack, core, clock):
    async def faults(mode="socket", core=core, channels=("mentions",), **other):
        chat = build(settings_for(slack, mode, **other), core=core, clock=clock, channels=channels)
        found = [fault for fault in await chat.check() if "clock" not in fault]
        await chat.stop()
        return found

    return faults


async def test_nothing_wrong_is_nothing_said(faults, slack):
    assert await faults() == []
    assert slack.channel("mentions").messages == []


async def test_a_bad_bot_token_is_all_there_is_to_say(faults):
    [fault] = await faults(bot_token="xoxb-wrong")

    assert fault.startswith("slack.bot_token: Slack does not accept the token")


async def test_a_bad_app_token_is_named(faults):
    [fault] = await faults(app_token="xapp-wrong")

    assert fault.startswith("slack.app_token:")


async def test_missing_scopes_are_named_with_their_reasons(clock, core):
    slack = StandInSlack(clock, scopes=set(SCOPES) - {"im:write"})
    await slack.start()
    chat = build(settings_for(slack), core=CoreSettings(), clock=clock)

    found = [fault for fault in await chat.check() if "scope" in fault]

    assert len(found) == 1
    assert "im:write, to ping a duty officer in a direct message" in found[0]
    await chat.stop()
    await slack.stop()


async def test_channels_that_are_missing_or_closed_to_the_bot_are_named(faults, slack):
    slack.add_channel("elsewhere", with_bot=False)

    missing, closed = await faults(channels=("nowhere", "elsewhere"))

    assert "no channel #nowhere" in missing
    assert "The bot is not in elsewhere: type /invite @" in closed


async def test_people_who_hold_a_role_but_are_not_there_are_named(faults):
    core = CoreSettings(roles={"lead": ["U0NOBODY"]}, duty={"officers": ["U0GUS", "U0DEV"]})

    guest, nobody = await faults(core=core)

    assert guest.startswith("U0GUS has a role")
    assert nobody.startswith("U0NOBODY has a role")


@pytest.mark.parametrize(("apart", "said"), [(61, 1), (59, 0), (-61, 1)])
def test_a_clock_a_minute_out_is_named(apart, said, clock):
    assert len(clock_faults(clock.now() + timedelta(seconds=apart), clock.now())) == said
