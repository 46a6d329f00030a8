"""Who is refused: other workspaces, other apps, guests and visitors, and whoever Slack will not vouch for just now."""

import json

import pytest

from bot.card import Button, Card
from bot.form import Field, Form
from integrations.sandbox import slack_payloads
from integrations.slack.chat import build
from integrations.slack.origin import Home, comes_from
from integrations.slack.settings import SlackSettings, app_of

from .conftest import serve, settings_for

REFUSED = "Only full members of this workspace can use Tolbooth. Please ask Morag."
HOME = Home("T1", "E1", "A1")
CARD = Card("M-1", 1, ("Ada on X",), "Hello", buttons=(Button("Claim", "claim", "M-1"),))
FORM = Form("reply", "send", "Reply", "Send", fields=(Field("words", "Words"),), context={"ref": "M-1"})


@pytest.fixture
async def served(slack, core, clock, desk):
    """The chat over HTTP, where a test can send whatever it likes."""
    chat = build(settings_for(slack, "http"), core=core, clock=clock)
    await chat.start(desk.run)
    runner = await serve(chat, slack, clock)
    yield chat
    await chat.stop()
    await runner.cleanup()


def command(slack, **changes):
    world = slack.workspace
    place = world.channels["C0MENTIONS"]
    payload = slack_payloads.command(world, world.members["U0PRIYA"], place, ("/claim", "1"))
    return payload | {"trigger_id": "t1", "response_url": ""} | changes


async def test_a_command_from_another_workspace_is_refused_with_who_to_ask(served, slack, desk):
    ack = await slack.courier.send("slash_commands", command(slack, team_id="T0ELSEWHERE"))

    assert ack.body["text"] == REFUSED
    assert desk.asked == []


async def test_a_press_from_another_workspace_is_refused_with_who_to_ask(served, slack, desk):
    await served.post("mentions", CARD, "k")
    world, priya = slack.workspace, slack.user("priya")
    drawn, press = priya.find(slack.card("M-1"), "Claim")
    outcome = priya.begin()
    leave = world.response_url(priya.id, drawn.channel, outcome.interaction, drawn)
    payload = slack_payloads.press_on_message(world, priya.member, drawn, press) | priya.answerable(outcome, leave)

    await slack.courier.send("interactive", payload | {"team": {"id": "T0ELSEWHERE", "domain": "elsewhere"}})

    await slack.until(lambda: priya.private[-1].text == REFUSED)
    assert desk.asked == []


async def test_a_form_from_another_workspace_is_refused_and_keeps_its_words(served, slack, desk):
    desk.on("reply", FORM)
    priya = slack.user("priya")
    await priya.command("/reply 1")
    payload = slack_payloads.submission(slack.workspace, priya.member, priya.view)

    ack = await slack.courier.send("interactive", payload | {"team": {"id": "T0ELSEWHERE"}})

    assert ack.body["response_action"] == "errors"
    assert REFUSED in ack.body["errors"].values()
    assert [asked.step for asked in desk.asked] == [""]


async def test_words_for_another_workspace_do_nothing(served, slack, desk):
    event = {"type": "message", "channel_type": "im", "user": "U0PRIYA", "channel": "D0PRIYA", "text": "queue", "ts": "1.1"}
    payload = slack_payloads.event(slack.workspace, event)
    payload["authorizations"][0]["team_id"] = "T0ELSEWHERE"

    ack = await slack.courier.send("events_api", payload)

    assert ack.failure == ""
    assert desk.asked == []


async def test_the_same_person_from_home_is_served(served, slack, desk):
    ack = await slack.courier.send("slash_commands", command(slack))

    assert ack.body["text"] == "did claim 1"


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ({"api_app_id": "A1", "team_id": "T1"}, True),
        ({"api_app_id": "A1", "team_id": "T1", "enterprise_id": "E1"}, True),
        ({"api_app_id": "A1", "team_id": "T1", "enterprise_id": "E2"}, False),
        ({"api_app_id": "A2", "team_id": "T1"}, False),
        ({"team_id": "T1"}, False),
        ({"api_app_id": "A1"}, False),
        ({"api_app_id": "A1", "team": None, "user": {"team_id": "T1"}}, False),
        ({"api_app_id": "A1", "team": {"id": "T1"}, "enterprise": {"id": "E1"}}, True),
        ({"api_app_id": "A1", "team": {"id": "T1"}, "enterprise": {"id": "E2"}}, False),
        ({"api_app_id": "A1", "team": {"id": "T2"}, "view": {"app_installed_team_id": "T1"}}, True),
        ({"api_app_id": "A1", "team": {"id": "T1"}, "view": {"app_installed_team_id": "T2"}}, False),
        ({"api_app_id": "A1", "team_id": "T2", "authorizations": [{"team_id": "T1"}]}, True),
        ({"api_app_id": "A1", "team_id": "T1", "authorizations": [{"team_id": "T2"}]}, False),
        ({"api_app_id": "A1", "team_id": "T1", "authorizations": []}, False),
        ({"api_app_id": "A1", "team_id": "T1", "authorizations": ["T1"]}, False),
    ],
)
def test_a_payload_is_ours_when_it_names_our_app_and_workspace(body, ours):
    assert comes_from(body, HOME) is ours


@pytest.mark.parametrize(("token", "app"), [("xapp-1-A0HARROW1-77-c0ffee", "A0HARROW1"), ("xapp-1-c0ffee", "")])
def test_the_app_is_known_from_its_token(token, app):
    assert app_of(SlackSettings.model_validate({"bot_token": "xoxb-1", "app_token": token})) == app


@pytest.mark.parametrize(
    "what",
    [
        {"guest": True},
        {"bot": True},
        {"deleted": True},
        {"team": "T0ELSEWHERE"},
    ],
)
async def test_whoever_is_no_full_member_is_told_who_to_ask(what, served, slack, desk):
    stranger = slack.add_person("zoe", "Zoe", **what)

    ack = await slack.courier.send("slash_commands", command(slack, user_id=stranger))

    assert ack.body["text"] == REFUSED
    assert desk.asked == []


async def test_nobody_is_believed_while_slack_does_not_say_who_they_are(served, slack, desk):
    slack.chaos.next("users.info", 500)

    ack = await slack.courier.send("slash_commands", command(slack))

    assert ack.body["text"].startswith("Slack did not say who you are just now, so nothing was done.")
    assert "ask a team lead" in ack.body["text"]
    assert desk.asked == []


async def test_a_person_without_an_address_is_served(served, slack, desk):
    slack.add_person("nomail", "Nomi", email=None)

    ack = await slack.courier.send("slash_commands", command(slack, user_id="U0NOMAIL"))

    assert ack.body["text"] == "did claim 1"


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"at": {"channel": 5, "evil": 1}}', '{"context": []}', "null"])
async def test_a_form_with_a_forged_memory_is_read_without_it(kept, served, slack, desk):
    desk.on("reply", FORM)
    priya = slack.user("priya")
    await priya.command("/reply 1")
    payload = slack_payloads.submission(slack.workspace, priya.member, priya.view)
    payload["view"] = payload["view"] | {"private_metadata": kept}

    ack = await slack.courier.send("interactive", payload)

    assert ack.failure == ""
    assert desk.asked[-1].by.id == "U0PRIYA"
    assert all(isinstance(value, str) for value in desk.asked[-1].context.values())
    assert isinstance(desk.asked[-1].at.channel, str)


@pytest.mark.parametrize("value", ["", "{", "7", "[]", '{"ref": "M-1"}', json.dumps({"verb": {"a": 1}})])
async def test_a_button_with_a_forged_value_breaks_nothing(value, served, slack, desk):
    await served.post("mentions", CARD, "k")
    slack.card("M-1").blocks[-1]["elements"][0]["value"] = value

    seen = await slack.user("priya").click(slack.card("M-1"), "Claim")

    assert seen.failure == ""
