"""The Web API through the unmodified SDK: what is kept, and what is refused."""

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import MovableClock
from integrations.sandbox.slack_server import StandInSlack

from .shapes import asks, button, buttons, card, modal, plain, section


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response


async def test_the_bot_learns_who_it_is_and_what_it_may_do(slack: StandInSlack, client: AsyncWebClient):
    who = await client.auth_test()

    assert (who["user_id"], who["team"]) == (slack.bot_user, "Harrowmere")
    assert "chat:write" in who.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type"), ("", "not_authed")]
)
async def test_only_the_right_token_is_taken(slack: StandInSlack, token: str, error: str):
    token = slack.app_token if token == "app" else token

    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await (await session.post(f"{slack.api_url}users.list", headers=headers)).json()

    assert answer == {"ok": False, "error": error}


async def test_a_scope_not_granted_is_named(slack: StandInSlack, client: AsyncWebClient):
    slack.gate.scopes.discard("chat:write")

    answer = await refused(client.chat_postMessage(channel="C0MENTIONS", text="hi"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "users:read" in answer["provided"]
    assert (await refused(client.conversations_history(channel="C0MENTIONS")))["needed"] == "channels:history"


async def test_times_rise_strictly_while_the_clock_stands_still(slack: StandInSlack, client: AsyncWebClient):
    times = [(await client.chat_postMessage(channel="C0MENTIONS", text="hi"))["ts"] for _ in range(3)]

    assert times == sorted(set(times))


async def test_a_card_is_read_by_its_parts_and_changed_in_place(slack: StandInSlack, client: AsyncWebClient):
    metadata = {"event_type": "card", "event_payload": {"ref": "M-1"}}
    posted = await client.chat_postMessage(
        channel="mentions", text="New", blocks=card(1, "M-1 · new", "Claim"), metadata=metadata
    )
    await client.chat_postMessage(channel="C0MENTIONS", text="A note", thread_ts=posted["ts"])
    await client.chat_update(
        channel="C0MENTIONS", ts=posted["ts"], text="Claimed", blocks=card(2, "M-1 · claimed", "Release")
    )

    seen = slack.card("M-1")
    assert (seen.heading, seen.quote) == ("Priority 1", "Is my <@U0DEV> school *shut*?")
    assert (seen.footer, seen.buttons, seen.edited) == ("M-1 · claimed", ["Release"], True)
    assert [message.text for message in seen.thread] == ["A note"]
    assert seen.metadata == metadata

    await client.chat_delete(channel="C0MENTIONS", ts=posted["ts"])

    with pytest.raises(LookupError):
        slack.card("M-1")


async def test_only_members_are_notified_and_only_by_markup(slack: StandInSlack, client: AsyncWebClient):
    await client.chat_postMessage(channel="C0MENTIONS", text="New", blocks=card(1, "M-1", "Claim"))
    await client.chat_postMessage(channel="C0MENTIONS", text="@priya <@U0GUS> look")
    await client.chat_postMessage(channel="C0MENTIONS", text="<!subteam^S0DUTY> wake up")

    assert slack.user("priya").notifications == []
    assert slack.user("gus").notifications == []
    assert [one.text for one in slack.user("dev").notifications] == ["<!subteam^S0DUTY> wake up"]


async def test_an_ephemeral_is_seen_by_one_member_and_cannot_be_changed(slack: StandInSlack, client: AsyncWebClient):
    sent = await client.chat_postEphemeral(channel="C0MENTIONS", user="U0PRIYA", text="psst")

    assert [message.text for message in slack.user("priya").private] == ["psst"]
    assert slack.user("dev").private == slack.channel("mentions").messages == []
    change = client.chat_update(channel="C0MENTIONS", ts=sent["message_ts"], text="no")
    assert (await refused(change))["error"] == "cant_update_message"
    stranger = client.chat_postEphemeral(channel="C0MENTIONS", user="U0GUS", text="psst")
    assert (await refused(stranger))["error"] == "user_not_in_channel"


async def test_a_direct_message_opens_once_and_notifies(slack: StandInSlack, client: AsyncWebClient):
    first = await client.conversations_open(users="U0DEV")
    second = await client.conversations_open(users=["U0DEV"])
    await client.chat_postMessage(channel=first["channel"]["id"], text="M-1 waits")

    assert first["channel"]["id"] == second["channel"]["id"]
    assert (first["already_open"], second["already_open"]) == (False, True)
    assert [message.text for message in slack.user("dev").dms] == ["M-1 waits"]
    assert str(slack.user("dev").notifications[0]) == "M-1 waits"


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C0ELSEWHERE", "not_in_channel"), ("C0NOWHERE", "channel_not_found"), ("U0NOBODY", "channel_not_found")],
)
async def test_posting_needs_a_channel_the_bot_is_in(client: AsyncWebClient, channel: str, error: str):
    assert (await refused(client.chat_postMessage(channel=channel, text="hi")))["error"] == error


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([section("x")] * 51, "no more than 50 items"),
        ([section("x" * 3001)], "less than 3001"),
        ([section("")], "more than 0"),
        ([buttons()], "missing required field: elements"),
        ([buttons(button("x" * 76))], "less than 76"),
        ([buttons(button("Go", value="v" * 2001))], "less than 2001"),
        ([buttons(button("Go"), button("Go"))], "`action_id` already exists"),
        ([section("x", block_id="a"), section("y", block_id="a")], "`block_id` 'a' already exists"),
        ([section("x", block_id="a" * 256)], "less than 256"),
        ([{"type": "alert"}], "unsupported type: alert"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be a plain_text object"),
    ],
)
async def test_blocks_slack_would_refuse_are_refused(client: AsyncWebClient, blocks: list[Any], said: str):
    answer = await refused(client.chat_postMessage(channel="C0MENTIONS", text="hi", blocks=blocks))

    assert answer["error"] == "invalid_blocks"
    assert said in answer["response_metadata"]["messages"][0]


async def test_a_dialogue_that_asks_for_confirmation_is_checked_whole(client: AsyncWebClient):
    dialogue = {"title": plain("Sure?"), "text": plain("It goes out."), "confirm": plain("Send"), "deny": plain("Keep It")}

    await client.chat_postMessage(channel="C0MENTIONS", text="hi", blocks=[buttons(button("Go", confirm=dialogue))])
    dialogue["deny"] = plain("x" * 31)
    answer = await refused(
        client.chat_postMessage(channel="C0MENTIONS", text="hi", blocks=[buttons(button("Go", confirm=dialogue))])
    )

    assert answer["response_metadata"]["messages"] == [
        "must be more than 0 and less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]"
    ]


async def test_a_form_body_is_as_good_as_json(slack: StandInSlack):
    form = {"token": slack.bot_token, "channel": "C0MENTIONS", "text": "hi", "blocks": json.dumps([section("Hello")])}

    async with aiohttp.ClientSession() as session:
        answer = await (await session.post(f"{slack.api_url}chat.postMessage", data=form)).json()

    assert answer["ok"]
    assert slack.channel("mentions").messages[0].text == "Hello"


async def test_a_trigger_works_once_and_for_three_seconds(slack: StandInSlack, client: AsyncWebClient, clock: MovableClock):
    fresh, stale = (slack.workspace.trigger("U0PRIYA").id for _ in range(2))

    await client.views_open(trigger_id=fresh, view=modal(asks("Words")))
    again = await refused(client.views_open(trigger_id=fresh, view=modal(asks("Words"))))
    clock.advance(timedelta(seconds=3.1))
    late = await refused(client.views_open(trigger_id=stale, view=modal(asks("Words"))))

    assert (again["error"], late["error"]) == ("exchanged_trigger_id", "expired_trigger_id")


async def test_a_view_is_changed_only_by_who_saw_it_as_it_is(slack: StandInSlack, client: AsyncWebClient):
    opened = await client.views_open(trigger_id=slack.workspace.trigger("U0PRIYA").id, view=modal(asks("Words")))
    id, hash = opened["view"]["id"], opened["view"]["hash"]

    await client.views_update(view_id=id, hash=hash, view=modal(asks("Words"), title="Second"))
    conflict = await refused(client.views_update(view_id=id, hash=hash, view=modal(asks("Words"), title="Third")))

    assert conflict["error"] == "hash_conflict"
    assert slack.user("priya").view.title == "Second"


async def test_a_form_without_a_way_to_send_it_is_refused(slack: StandInSlack, client: AsyncWebClient):
    view = modal(asks("Words"))
    del view["submit"]

    answer = await refused(client.views_open(trigger_id=slack.workspace.trigger("U0PRIYA").id, view=view))

    assert "`submit` is required" in answer["response_metadata"]["messages"][0]


async def test_people_groups_and_channels_are_listed(slack: StandInSlack, client: AsyncWebClient):
    slack.add_person("leaver", "Lee", deleted=True)
    slack.add_person("visitor", "Vi", team="T0OTHER")

    users = {user["id"]: user for user in (await client.users_list())["members"]}
    public = [channel["id"] for channel in (await client.conversations_list())["channels"]]
    both = await client.conversations_list(types="public_channel,private_channel", limit=2)
    rest = await client.conversations_list(
        types="public_channel,private_channel", cursor=both["response_metadata"]["next_cursor"]
    )

    assert users["U0LEAVER"]["deleted"]
    assert users["U0GUS"]["is_restricted"]
    assert users["U0VISITOR"]["team_id"] == "T0OTHER"
    assert users["U0PRIYA"]["profile"]["email"] == "priya@harrowmere.example"
    assert public == ["C0MENTIONS", "C0ELSEWHERE"]
    assert [one["id"] for one in (*both["channels"], *rest["channels"])] == ["C0MENTIONS", "C0LEADS", "C0ELSEWHERE"]
    assert (await client.conversations_members(channel="C0LEADS"))["members"] == ["U0PRIYA", slack.bot_user]
    assert (await client.usergroups_users_list(usergroup="S0DUTY"))["users"] == ["U0DEV"]


async def test_a_private_channel_without_the_bot_is_not_there(slack: StandInSlack, client: AsyncWebClient):
    slack.add_channel("union", members=["priya"], private=True, with_bot=False)

    listed = await client.conversations_list(types="private_channel")

    assert [one["id"] for one in listed["channels"]] == ["C0LEADS"]
    assert (await refused(client.conversations_members(channel="C0UNION")))["error"] == "channel_not_found"


async def test_history_gives_metadata_only_when_asked(slack: StandInSlack, client: AsyncWebClient):
    slack.gate.scopes.add("channels:history")
    metadata = {"event_type": "card", "event_payload": {"ref": "M-1"}}
    first = await client.chat_postMessage(channel="C0MENTIONS", text="one", metadata=metadata)
    await client.chat_postMessage(channel="C0MENTIONS", text="two")

    bare = await client.conversations_history(channel="C0MENTIONS")
    full = await client.conversations_history(
        channel="C0MENTIONS", include_all_metadata=True, oldest=first["ts"], inclusive=True
    )

    assert [(one["text"], "metadata" in one) for one in bare["messages"]] == [("two", False), ("one", False)]
    assert full["messages"][1]["metadata"] == metadata
