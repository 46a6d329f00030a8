"""Slack says that somebody's account was deactivated: heard at once, from our own workspace only."""

import pytest

from bot.card import Answer
from bot.command import Way
from bot.errors import Busy, NotYours
from integrations.sandbox import slack_payloads


async def test_the_core_hears_who_has_left(chat, slack, desk):
    await slack.deactivate("dev")

    [asked] = desk.asked
    assert (asked.verb, asked.text, asked.way, asked.by.name) == ("departed", "U0DEV", Way.HAPPENED, "Dev")


async def test_who_has_left_is_no_longer_remembered_as_staff(chat, slack, desk):
    assert (await chat.person("U0DEV")).name == "Dev"

    await slack.deactivate("dev")

    with pytest.raises(NotYours):
        await chat.person("U0DEV")


async def test_other_changes_to_an_account_are_not_for_us(chat, slack, desk):
    user = {"id": "U0DEV", "team_id": slack.workspace.team_id, "deleted": False, "name": "dev"}

    ack = await slack.courier.event(slack_payloads.event(slack.workspace, slack_payloads.user_change(slack.workspace, user)))

    assert not ack.failure
    assert desk.asked == []


@pytest.mark.parametrize(
    "user",
    [
        {"id": "U0ELSE", "team_id": "T0ELSE", "deleted": True},
        {"id": "", "team_id": "T0", "deleted": True},
        {"deleted": True},
        "U0DEV",
        None,
    ],
)
async def test_an_account_of_another_workspace_or_none_is_not_ours_to_close(chat, slack, desk, user):
    told = {"type": "user_change", "user": user, "event_ts": "1.0"}

    await slack.courier.event(slack_payloads.event(slack.workspace, told))

    assert desk.asked == []


async def test_an_event_for_another_workspace_is_not_believed(chat, slack, desk):
    user = {"id": "U0DEV", "team_id": slack.workspace.team_id, "deleted": True, "name": "dev"}
    payload = slack_payloads.event(slack.workspace, slack_payloads.user_change(slack.workspace, user))

    await slack.courier.event(payload | {"authorizations": [{"team_id": "T0OTHER"}]})

    assert desk.asked == []


@pytest.mark.slow
async def test_what_could_not_be_stored_is_told_to_us_again(chat, slack, desk, clock):
    desk.on("departed", Busy("full"))
    await slack.deactivate("dev")
    desk.on("departed", Answer(()))

    clock.advance(minutes=2)
    await slack.tick()

    assert [asked.text for asked in desk.asked][-1] == "U0DEV"
    assert len({asked.key for asked in desk.asked}) == 1
    assert len(desk.asked) > 1
