"""Forms while they are open: what the app hears of typing and closing, what files are, and what Slack refuses."""

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack_blocks import view_problems
from integrations.sandbox.slack_server import StandInSlack

from .shapes import asks, button, buttons, modal, option, plain

LETTERS = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
FILES = {"type": "file_input", "filetypes": ["png"], "max_files": 1}


async def opened(slack: StandInSlack, app: AsyncApp, view: dict[str, Any]) -> Any:
    """Priya, with this form before her."""

    @app.command("/reply")
    async def reply(ack, command, client):
        await client.views_open(trigger_id=command["trigger_id"], view=view)
        await ack()

    priya = slack.user("priya")
    await priya.command("/reply 1")
    return priya


async def test_letters_are_told_to_the_app_where_the_field_says_so(slack: StandInSlack, app: AsyncApp, handler: Any):
    heard: list[Any] = []

    @app.action("value")
    async def typed(ack, action, body):
        heard.append((action["value"], body["view"]["state"]["values"]["words"]["value"]["value"]))
        await ack()

    fields = asks("Words", LETTERS, dispatch_action=True), asks("Quiet")
    priya = await opened(slack, app, modal(*fields))
    await priya.types("Quiet", "not told")
    ack = await priya.types("Words", "Sorry")

    assert not ack.failure
    assert heard == [("Sorry", "Sorry")]


async def test_closing_is_told_without_what_was_filled_in_if_the_form_asks_for_it(
    slack: StandInSlack, app: AsyncApp, handler: Any
):
    heard: list[Any] = []

    @app.view_closed("form")
    async def closed(ack, view):
        heard.append(view["state"]["values"])
        await ack()

    priya = await opened(slack, app, modal(asks("Words"), notify_on_close=True))
    await priya.types("Words", "Sorry")
    priya.cancel()
    await slack.until(lambda: heard)
    await opened(slack, app, modal(asks("Words")))
    priya.cancel()

    assert heard == [{}]


async def test_a_file_that_was_put_in_can_be_looked_up_and_comes_with_the_form(
    slack: StandInSlack, app: AsyncApp, handler: Any, client: AsyncWebClient
):
    sent: list[Any] = []

    @app.view("form")
    async def submitted(ack, view):
        sent.append(view["state"]["values"]["pictures"]["value"]["files"])
        await ack()

    priya = await opened(slack, app, modal(asks("Pictures", FILES)))
    picture, notes = priya.uploads("bins.png", b"png"), priya.uploads("notes.pdf", b"pdf")
    missing = await priya.submit({})
    wrong = await priya.submit({"Pictures": [notes]})
    many = await priya.submit({"Pictures": [picture, picture]})
    await priya.submit({"Pictures": [picture]})
    about = await client.files_info(file=picture)

    assert list(missing.errors) == list(wrong.errors) == list(many.errors) == ["pictures"]
    assert [one["id"] for one in sent[0]] == [picture]
    assert (about["file"]["mimetype"], about["file"]["size"]) == ("image/png", 3)


async def test_an_app_that_may_not_read_files_cannot_ask_for_them(slack: StandInSlack, app: AsyncApp, handler: Any):
    slack.gate.scopes.discard("files:read")
    failed: list[str] = []

    @app.command("/reply")
    async def reply(ack, command, client):
        try:
            await client.views_open(trigger_id=command["trigger_id"], view=modal(asks("Pictures", FILES)))
        except SlackApiError as error:
            failed.append(error.response["error"])
        await ack()

    await slack.user("priya").command("/reply 1")

    assert failed == ["missing_scope"]


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (modal(asks("Words"), submit=None), "`submit` is required"),
        (modal(buttons(button("x" * 76))), "less than 76"),
        (modal(asks("Words"), submit=plain("x" * 25)), "less than 25"),
        (modal(asks("Also", {"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})), "1 to 10 items"),
        (modal(asks("Pictures", FILES | {"max_files": 11})), "from 1 to 10"),
        (modal(buttons(FILES)), "unsupported type: file_input"),
        (modal(buttons({"type": "plain_text_input"})), "unsupported type: plain_text_input"),
        (modal(asks("Words", button("Press"))), "unsupported type: button"),
        (modal(asks("Words", {"dispatch_action_config": {"trigger_actions_on": ["always"]}})), "dispatch_action_config"),
        (modal({"type": "context", "elements": [{"type": "image", "image_url": "https://a.example/b.png"}]}), "alt_text"),
        (modal({"type": "context", "elements": [{"type": "image", "alt_text": "A"}]}), "image_url"),
        (
            modal({"type": "context", "elements": [{"type": "image", "alt_text": "A", "image_url": "https://a.invalid/b"}]}),
            "downloading image failed",
        ),
    ],
)
def test_slack_refuses(view: dict[str, Any], complaint: str):
    assert any(complaint in problem for problem in view_problems(view, "modal"))
