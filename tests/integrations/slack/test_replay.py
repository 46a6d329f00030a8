"""The same thing sent again by Slack, or pressed again by a person, happens once; whoever forges one gains nothing."""

import asyncio
import json
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.card import Button, Card
from bot.desk import Desk
from bot.exchange import Incoming
from bot.house import Account, House
from bot.mention import Author
from bot.reply import TextLimits
from bot.settings import Commands
from bot.store import migrate
from bot.store.executor import Database
from bot.times.working_time import OfficeHours
from integrations.alone.peers import AlonePeers
from integrations.sandbox import slack_payloads
from integrations.slack.chat import build

from .conftest import serve, settings_for

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")
CARD = Card("M-1", 1, ("Ada on X",), "Hello", buttons=(Button("Claim", "claim", "M-1"), Button("Close", "close", "M-1")))


def house():
    account = Account(
        name="website",
        network="webchat",
        channel="mentions",
        private_channel="",
        label="web chat",
        respond_within=timedelta(hours=1),
        speaks_as="Harrowmere web chat",
        by_hand=False,
        limits=TextLimits(280, "characters", len),
    )
    return House(
        accounts={"website": account},
        zone=LONDON,
        hours=OfficeHours.read("", LONDON),
        chats=("slack",),
        officers=(),
        leads=(),
        organisation="Harrowmere Council",
        commands=Commands().model_dump(),
    )


@pytest.fixture(params=["socket", "http"])
async def office(request, slack, core, clock, tmp_path):
    """A real desk with one open mention, and the chat before it; its card is in the channel."""
    database = Database(f"sqlite:///{tmp_path / 'office.db'}")
    migrate.upgrade(database)
    desk = Desk(database, clock, house=house(), peers=AlonePeers(clock))
    chat = build(settings_for(slack, request.param), core=core, clock=clock)
    desk.chats = {"slack": chat}
    await desk.take_in([Incoming("p1", "Is my school shut?", Author("a1", "Ada"), clock.now())], "website")
    await chat.start(partial(handlers.run, desk=desk))
    runner = await serve(chat, slack, clock) if request.param == "http" else None
    await chat.post("mentions", CARD, "card:M-1")
    yield desk
    await chat.stop()
    if runner:
        await runner.cleanup()
    database.close()


async def record(desk, action):
    return [event for event in await desk.events("M-1") if event["action"] == action]


def press(slack, handle):
    """What Slack would send for a press on Claim."""
    world, person = slack.workspace, slack.user(handle)
    drawn, pressed = person.find(slack.card("M-1"), "Claim")
    outcome = person.begin()
    leave = world.response_url(person.id, drawn.channel, outcome.interaction, drawn)
    return slack_payloads.press_on_message(world, person.member, drawn, pressed) | person.answerable(outcome, leave)


async def test_ten_presses_by_one_person_are_one_change_and_ten_acknowledgements(office, slack):
    acks = await asyncio.gather(*(slack.courier.send("interactive", press(slack, "priya")) for _ in range(10)))

    assert [ack.failure for ack in acks] == [""] * 10
    assert len(await record(office, "claim")) == 1


async def test_a_note_delivered_twice_is_one_note(office, slack):
    world = slack.workspace
    place = world.channels["C0MENTIONS"]
    typed = slack_payloads.command(world, world.members["U0PRIYA"], place, ("/mention", "note 1 She rang too"))
    typed |= {"trigger_id": "t1", "response_url": ""}

    acks = [await slack.courier.send("slash_commands", typed) for _ in range(3)]

    assert [ack.failure for ack in acks] == [""] * 3
    assert len(await record(office, "note")) == 1


async def test_words_delivered_again_are_heard_once(office, slack):
    world = slack.workspace
    words = {"type": "message", "channel_type": "im", "user": "U0PRIYA", "text": "note 1 She rang too", "ts": "1.1"}
    event = slack_payloads.event(world, words | {"channel": world.direct("U0PRIYA").id})

    for attempt in (0, 0, 1, 2):
        assert (await slack.courier.send("events_api", event, attempt, "timeout")).failure == ""

    assert len(await record(office, "note")) == 1


async def test_a_form_sent_in_twice_is_one_change(office, slack):
    priya = slack.user("priya")
    await priya.click(slack.card("M-1"), "Close")
    payload = slack_payloads.submission(slack.workspace, priya.member, priya.view)
    payload["view"] = payload["view"] | {"state": {"values": {"why": {"value": {"value": "spam"}}}}}

    first, again = [await slack.courier.send("interactive", payload) for _ in range(2)]

    assert (first.failure, again.failure) == ("", "")
    assert again.body == first.body
    assert len(await record(office, "close")) == 1


async def test_a_button_forged_for_a_mention_that_is_not_there_changes_nothing(office, slack):
    payload = press(slack, "priya")
    payload["actions"][0]["value"] = json.dumps({"verb": "claim", "ref": "M-99", "argument": ""})

    ack = await slack.courier.send("interactive", payload)

    await slack.until(lambda: "M-99" in slack.user("priya").private[-1].text)
    assert ack.failure == ""
    assert await record(office, "claim") == []


async def test_a_forged_button_gives_nobody_rights_they_do_not_have(office, slack):
    slack.add_person("tam", "Tam")
    payload = press(slack, "priya")
    payload["user"] = {"id": "U0TAM", "team_id": slack.workspace.team_id}
    payload["actions"][0]["value"] = json.dumps({"verb": "close", "ref": "M-1", "argument": "nothing to see"})

    ack = await slack.courier.send("interactive", payload)

    assert ack.failure == ""
    assert await record(office, "close") == []


async def test_a_forged_form_does_not_send_words_nobody_confirmed(office, slack):
    priya = slack.user("priya")
    await priya.command("/reply 1")
    payload = slack_payloads.submission(slack.workspace, priya.member, priya.view)
    memory = json.dumps({"context": {"ref": "M-1", "shown": "0" * 24}, "at": {"channel": "C0MENTIONS"}})
    payload["view"] = payload["view"] | {"callback_id": "form:reply:send", "private_metadata": memory}

    ack = await slack.courier.send("interactive", payload)

    assert ack.failure == ""
    assert await record(office, "reply") == []


async def test_a_form_forged_to_another_mention_is_judged_on_that_mention(office, slack):
    slack.add_person("tam", "Tam")
    tam = slack.user("tam")
    memory = json.dumps({"context": {"ref": "M-1"}, "at": {"channel": "C0MENTIONS", "ref": "M-1"}})
    payload = slack_payloads.interaction(slack.workspace, tam.member, "view_submission")
    view = {"id": "V1", "hash": "1", "type": "modal", "callback_id": "form:close:", "private_metadata": memory}
    payload |= {"trigger_id": "t1", "view": view | {"state": {"values": {"why": {"value": {"value": "x"}}}}}}

    ack = await slack.courier.send("interactive", payload)

    assert ack.failure == ""
    assert await record(office, "close") == []
