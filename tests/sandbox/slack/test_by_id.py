"""A client knows what is on its screen by ids: it presses by them, and puts private answers away."""

import re
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack_server import StandInSlack

PLAIN = {"type": "plain_text", "text": "Same"}
BUTTONS = {
    "type": "actions",
    "block_id": "row",
    "elements": [{"type": "button", "action_id": f"do:{number}", "text": PLAIN, "value": str(number)} for number in (1, 2)],
}
OPTIONS = [{"text": {"type": "plain_text", "text": word}, "value": word} for word in ("red", "blue")]
CHOICES = {
    "type": "actions",
    "block_id": "choices",
    "elements": [
        {"type": "static_select", "action_id": "one", "placeholder": PLAIN, "options": OPTIONS},
        {"type": "checkboxes", "action_id": "many", "options": OPTIONS},
    ],
}


@pytest.fixture
def pressed(app: AsyncApp) -> list[dict[str, Any]]:
    """The actions the app heard of."""
    heard: list[dict[str, Any]] = []

    @app.action({"type": "block_actions", "action_id": re.compile(".*")})
    async def press(ack: Any, action: dict[str, Any]) -> None:
        heard.append(action)
        await ack()

    return heard


async def test_of_two_buttons_with_one_label_the_one_named_is_pressed(
    slack: StandInSlack, client: AsyncWebClient, handler: AsyncSocketModeHandler, pressed: list[dict[str, Any]]
) -> None:
    await client.chat_postMessage(channel="C0MENTIONS", text="x", blocks=[BUTTONS])

    await slack.user("priya").press(slack.channel("mentions").messages[0], "row", "do:2")

    assert [(action["block_id"], action["action_id"], action["value"]) for action in pressed] == [("row", "do:2", "2")]


@pytest.mark.parametrize("ids", [("row", "do:3"), ("column", "do:1"), ("", "")])
async def test_what_no_id_names_cannot_be_pressed(slack: StandInSlack, client: AsyncWebClient, ids: tuple[str, str]) -> None:
    await client.chat_postMessage(channel="C0MENTIONS", text="x", blocks=[BUTTONS])

    with pytest.raises(LookupError, match="to press"):
        await slack.user("priya").press(slack.channel("mentions").messages[0], *ids)


async def test_a_choice_on_home_is_told_and_kept(
    slack: StandInSlack, client: AsyncWebClient, handler: AsyncSocketModeHandler, pressed: list[dict[str, Any]]
) -> None:
    await client.views_publish(user_id="U0PRIYA", view={"type": "home", "blocks": [CHOICES]})
    priya = slack.user("priya")
    assert priya.home

    await priya.press(priya.home, "choices", "one", "blue")
    for value in ("red", "blue", "red"):
        await priya.press(priya.home, "choices", "many", value)

    assert pressed[0]["selected_option"]["value"] == "blue"
    assert priya.home.typed["choices"]["one"]["selected_option"]["value"] == "blue"
    assert [one["value"] for one in priya.home.typed["choices"]["many"]["selected_options"]] == ["blue"]


async def test_an_option_there_is_not_cannot_be_chosen(slack: StandInSlack, client: AsyncWebClient) -> None:
    await client.views_publish(user_id="U0PRIYA", view={"type": "home", "blocks": [CHOICES]})
    priya = slack.user("priya")
    assert priya.home

    for value in ("green", None):
        with pytest.raises(LookupError):
            await priya.press(priya.home, "choices", "one", value)


async def test_a_private_answer_is_put_away_by_the_one_who_sees_it(slack: StandInSlack, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel="C0MENTIONS", user="U0PRIYA", text="only you")
    await client.chat_postMessage(channel="C0MENTIONS", text="all of you")
    (private,), (public,) = slack.user("priya").private, slack.channel("mentions").messages

    with pytest.raises(LookupError):
        slack.user("dev").dismiss(private)
    with pytest.raises(LookupError):
        slack.user("priya").dismiss(public)
    slack.user("priya").dismiss(private)

    assert slack.user("priya").private == []
    assert len(slack.channel("mentions").messages) == 1


async def test_a_deleted_reply_is_not_under_its_message_any_more(slack: StandInSlack, client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel="C0MENTIONS", text="a"))["ts"]
    first = (await client.chat_postMessage(channel="C0MENTIONS", text="b", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel="C0MENTIONS", text="c", thread_ts=parent, reply_broadcast=True)

    await client.chat_delete(channel="C0MENTIONS", ts=first)

    (message, broadcast) = slack.workspace.shelf.top("C0MENTIONS")
    assert [one.raw_text for one in message.thread] == ["c"]
    assert message.thread == [broadcast]
