"""What people do, and what they see come of it, with an unmodified Bolt app."""

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from integrations.sandbox.slack_server import StandInSlack

from .shapes import asks, button, buttons, modal, option, section


async def test_a_command_is_answered_privately(slack: StandInSlack, app: AsyncApp, handler: Any):
    @app.command("/claim")
    async def claim(ack, command):
        await ack(f"You asked for {command['text']}")

    outcome = await slack.user("priya").command("/claim 1 for @dev & <co>", channel="mentions")

    assert outcome.text == "You asked for 1 for @Dev & <co>"
    assert slack.user("priya").private[0].ephemeral
    assert slack.channel("mentions").messages == []


async def test_a_command_nobody_acks_times_out(slack: StandInSlack, app: AsyncApp, handler: Any):
    outcome = await slack.user("priya").command("/unknown")

    assert outcome.timed_out
    assert "operation_timeout" in outcome.text


async def test_an_answer_after_the_ack_joins_the_outcome(slack: StandInSlack, app: AsyncApp, handler: Any):
    responds: list[Any] = []

    @app.command("/claim")
    async def claim(ack, respond):
        responds.append(respond)
        await ack()

    outcome = await slack.user("priya").command("/claim 1")
    said_at_first = outcome.text
    await slack.user("priya").command("/claim 2")
    await responds[0]("Done")

    assert (said_at_first, outcome.text) == ("", "Done")
    assert slack.user("priya").last.text == ""


async def test_a_form_opens_keeps_what_was_wrong_and_closes(slack: StandInSlack, app: AsyncApp, handler: Any):
    choose = asks("Reason", {"type": "static_select", "options": [option("Spam"), option("Thanks")]})
    sent: list[dict[str, Any]] = []

    @app.command("/reply")
    async def reply(ack, command, client):
        await client.views_open(trigger_id=command["trigger_id"], view=modal(asks("Words", {"max_length": 20}), choose))
        await ack()

    @app.view("form")
    async def submitted(ack, view):
        sent.append(view["state"]["values"])
        words = view["state"]["values"]["words"]["value"]["value"]
        await ack(response_action="errors", errors={"words": "Be kind"}) if words == "no" else await ack()

    priya = slack.user("priya")
    opened = await priya.command("/reply 1")
    missing = await priya.submit({"Words": "x" * 21})
    unkind = await priya.submit({"words": "no", "Reason": "Thanks"})
    closed = await priya.submit({"Words": "Sorry"})

    assert opened.view is not None
    assert opened.view.title == "Reply"
    assert missing.errors == {"words": "Must be at most 20 characters.", "reason": "Please complete this required field."}
    assert unkind.errors == {"words": "Be kind"}
    assert closed.errors == {}
    assert priya.view is None
    assert [one["reason"]["value"]["selected_option"]["value"] for one in sent] == ["thanks", "thanks"]


async def test_a_form_can_put_another_in_its_place_or_on_top(slack: StandInSlack, app: AsyncApp, handler: Any):
    @app.shortcut("start")
    async def start(ack, shortcut, client):
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(asks("Words")))
        await ack()

    @app.view("form")
    async def submitted(ack, view):
        action = {"Reply": "update", "Preview": "push", "Sure": "clear"}[view["title"]["text"]]
        title = {"update": "Preview", "push": "Sure"}.get(action)
        await ack({"response_action": action, **({"view": modal(asks("Words"), title=title)} if title else {})})

    dev = slack.user("dev")
    await dev.shortcut("start")
    first = await dev.submit({"Words": "Hello"})
    second = await dev.submit({})
    dev.cancel()
    below = dev.view
    await dev.submit({})
    await dev.submit({"Words": "Yes"})

    assert first.view is not None
    assert first.view.title == "Preview"
    assert second.view is not None
    assert second.view.title == "Sure"
    assert below is not None
    assert below.typed["words"]["value"]["value"] == "Hello"
    assert dev.view is None


async def test_buttons_menus_and_confirmations_reach_the_app(slack: StandInSlack, app: AsyncApp, handler: Any):
    pressed: list[tuple[str, str]] = []
    ask = {"title": {"type": "plain_text", "text": "Sure?"}, "text": {"type": "plain_text", "text": "It goes out."}}
    menu = {"type": "overflow", "action_id": "more", "options": [option("Close"), option("Note")]}

    @app.action({"block_id": "deeds"})
    async def any_press(ack, action, body):
        assert body["container"]["is_ephemeral"] is False
        assert body["message"]["ts"] == body["container"]["message_ts"]
        pressed.append((action["action_id"], action.get("value") or action["selected_option"]["value"]))
        await ack()

    elements = buttons(button("Claim"), button("Send", confirm=ask), button("Open", url="https://x.example"), menu)
    posted = await app.client.chat_postMessage(channel="C0MENTIONS", text="hi", blocks=[{**elements, "block_id": "deeds"}])
    message = slack.channel("mentions").messages[0]
    outcomes = [await slack.user("dev").click(message, label) for label in ("Claim", "Send", "Open", "Note")]

    assert posted["ts"] == message.ts
    assert message.buttons == ["Claim", "Send", "Open", "Close", "Note"]
    assert pressed == [("claim", "M-1"), ("send", "M-1"), ("open", "M-1"), ("more", "note")]
    assert outcomes[1].confirm == {"title": "Sure?", "text": "It goes out."}
    with pytest.raises(LookupError, match="no 'Release' to press"):
        await slack.user("dev").click(message, "Release")


async def test_only_what_the_bot_may_hear_is_sent(slack: StandInSlack, app: AsyncApp, handler: Any):
    heard: list[tuple[str, str, str | None]] = []

    @app.event("app_mention")
    async def mentioned(event):
        heard.append((event["type"], event["text"], event.get("thread_ts")))

    @app.event("message")
    async def message(event):
        heard.append((event["channel_type"], event["text"], event.get("thread_ts")))

    priya = slack.user("priya")
    first = await priya.says("morning all", channel="mentions")
    await priya.says("@Tolbooth claim 1", thread=first)
    await priya.says("@Tolbooth hello", channel="elsewhere")
    await priya.says("help")

    bot = slack.bot_user
    assert heard == [("app_mention", f"<@{bot}> claim 1", first.ts), ("im", "help", None)]


async def test_without_the_scope_private_words_are_not_sent(slack: StandInSlack, app: AsyncApp, handler: Any):
    heard: list[str] = []
    slack.gate.scopes.discard("im:history")

    @app.event("message")
    async def message(event):
        heard.append(event["text"])

    await slack.user("priya").says("help")

    assert heard == []


async def test_typed_words_arrive_escaped_and_with_ids(slack: StandInSlack, app: AsyncApp, handler: Any):
    texts: list[str] = []

    @app.command("/mention")
    async def mention(ack, command):
        texts.append(command["text"])
        await ack()

    await slack.user("priya").command(
        "/mention give 1 @dev & tell @duty in #mentions <now>, not a@b.example", channel="mentions"
    )

    wanted = "give 1 <@U0DEV> &amp; tell <!subteam^S0DUTY> in <#C0MENTIONS|mentions> &lt;now&gt;, not a@b.example"
    assert texts == [wanted]


async def test_a_press_on_an_ephemeral_names_it_without_its_words(slack: StandInSlack, app: AsyncApp, handler: Any):
    bodies: list[dict[str, Any]] = []

    @app.action("undo")
    async def undo(ack, body):
        bodies.append(body)
        await ack()

    blocks = [section("Sent"), buttons(button("Undo"))]
    sent = await app.client.chat_postEphemeral(channel="C0MENTIONS", user="U0DEV", text="Sent", blocks=blocks)
    await slack.user("dev").click(slack.user("dev").private[0], "Undo")

    assert "message" not in bodies[0]
    assert bodies[0]["container"]["message_ts"] == sent["message_ts"]
    assert bodies[0]["container"]["is_ephemeral"] is True


async def test_what_is_shown_later_answers_what_was_done_last(slack: StandInSlack, app: AsyncApp, handler: Any):
    @app.command("/claim")
    async def claim(ack):
        await ack()

    first = await slack.user("dev").command("/claim 1")
    second = await slack.user("dev").command("/claim 2")
    await app.client.chat_postEphemeral(channel="C0MENTIONS", user="U0DEV", text="Yours")

    assert (first.text, second.text) == ("", "Yours")


async def test_home_is_published_when_opened(slack: StandInSlack, app: AsyncApp, handler: Any):
    @app.event("app_home_opened")
    async def home(event, client):
        blocks = [section("Nothing waits"), buttons(button("Next"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    outcome = await slack.user("priya").opens_home()

    assert outcome.view is slack.user("priya").home
    assert outcome.view is not None
    assert (outcome.view.text, outcome.view.buttons) == ("Nothing waits", ["Next"])
