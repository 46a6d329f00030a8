"""What staff type, press and send in, over the stand-in, in Socket Mode and by HTTP."""

import asyncio
import logging

import pytest
from structlog.testing import capture_logs

from bot.card import Answer, Button, Card, Notice
from bot.command import Command, Role, Way
from bot.errors import Busy, FormProblem
from bot.form import Field, Form
from integrations.slack.payloads import is_for_us

CARD = Card(
    ref="M-1",
    version=1,
    heading=("Ada on X",),
    quote="Is my school shut?",
    status=("Nobody has this yet",),
    buttons=(Button("Claim", "claim", "M-1"), Button("Reply", "reply", "M-1")),
)
REPLY = Form(
    verb="reply",
    step="preview",
    title="Reply to M-1",
    submit="Preview",
    fields=(Field("words", "Your reply", lines=4),),
    buttons=(Button("Save Draft", "save", "M-1"),),
    context={"draft": "7"},
)


def said(words, **how):
    return Answer(((words,),), **how)


async def test_a_command_is_answered_privately(chat, slack, desk):
    seen = await slack.user("priya").command("/claim 1", channel="mentions")

    assert seen.text == "did claim 1"
    assert slack.channel("mentions").messages == []


async def test_a_command_says_who_asked_where_and_what(chat, slack, desk):
    await slack.user("morag").command("/mention close 1 spam & <b>", channel="mentions")

    [asked] = desk.asked
    assert (asked.verb, asked.text, asked.way) == ("close", "1 spam & <b>", Way.TYPED)
    assert (asked.by.id, asked.by.name, asked.by.roles) == ("U0MORAG", "Morag", {Role.LEAD})
    assert (asked.at.chat, asked.at.channel) == ("slack", "C0MENTIONS")


async def test_a_bare_command_asks_for_the_menu(chat, slack, desk):
    await slack.user("priya").command("/mention")

    assert desk.asked[0].verb == "menu"


async def test_a_command_may_speak_of_the_payload(chat, slack, desk):
    await slack.user("priya").command("/mention note 1 the payload is late")

    assert desk.asked[0].text == "1 the payload is late"


async def test_somebody_named_in_a_command_stays_an_id(chat, slack, desk):
    await slack.user("priya").command("/mention give 1 @dev")

    assert desk.asked[0].text == "1 <@U0DEV>"


async def test_a_guest_is_told_who_can_help(chat, slack, desk):
    seen = await slack.user("gus").command("/claim 1")

    assert seen.text == "Only full members of this workspace can use Tolbooth. Please ask Morag."
    assert desk.asked == []


async def test_a_fault_of_ours_is_answered_with_a_reference(chat, slack, desk):
    desk.on("claim", ZeroDivisionError("oops"))

    seen = await slack.user("priya").command("/claim 1")

    assert "Something went wrong (ref " in seen.text


async def test_a_full_database_is_said_so(chat, slack, desk):
    desk.on("claim", Busy())

    seen = await slack.user("priya").command("/claim 1")

    assert "could not store that just now" in seen.text


async def test_a_press_on_a_card_names_the_card_and_its_thread(chat, slack, desk):
    posted = await chat.post("mentions", CARD, "card:M-1")

    seen = await slack.user("priya").click(slack.card("M-1"), "Claim")

    [asked] = desk.asked
    assert (asked.verb, asked.text, asked.way) == ("claim", "M-1", Way.PRESSED)
    assert (asked.at.ref, asked.at.thread, asked.at.message) == ("M-1", posted.id, posted.id)
    assert seen.text == "did claim M-1"


async def test_a_press_the_card_answers_is_not_answered_twice(chat, slack, desk):
    desk.on("claim", said("You have M-1", card_says_it=True))
    await chat.post("mentions", CARD, "card:M-1")

    seen = await slack.user("priya").click(slack.card("M-1"), "Claim")

    assert (seen.text, seen.failure) == ("", "")


async def test_a_press_elsewhere_is_answered_even_if_the_card_says_it(chat, slack, desk):
    desk.on("claim", said("You have M-1", card_says_it=True))
    await chat.tell("U0PRIYA", Notice((("M-1 waits",),), buttons=(Button("Claim", "claim", "M-1"),)), "ping:1")

    seen = await slack.user("priya").click(slack.user("priya").dms[-1], "Claim")

    assert seen.text == "You have M-1"


async def test_a_message_that_has_done_its_work_is_replaced(chat, slack, desk):
    desk.on("ack", said("You acknowledged M-1", replaces=True))
    await chat.tell("U0DEV", Notice((("M-1 waits",),), buttons=(Button("Acknowledge", "ack", "M-1"),)), "ping:1")

    await slack.user("dev").click(slack.user("dev").dms[-1], "Acknowledge")

    [message] = slack.user("dev").dms
    assert (message.text, message.buttons) == ("You acknowledged M-1", [])


async def test_the_same_press_twice_has_two_keys_and_its_repeat_the_same_one(chat, slack, desk):
    await chat.post("mentions", CARD, "card:M-1")

    await slack.user("priya").click(slack.card("M-1"), "Claim")
    await slack.user("dev").click(slack.card("M-1"), "Claim")

    assert len({asked.key for asked in desk.asked}) == 2
    assert all(asked.key.startswith("slack:") for asked in desk.asked)


async def test_a_command_can_open_a_form(chat, slack, desk):
    desk.on("reply", REPLY)

    seen = await slack.user("priya").command("/reply 1")

    assert (seen.view.title, seen.view.submit, list(seen.view.fields)) == ("Reply to M-1", "Preview", ["Your reply"])


async def test_a_form_sent_in_brings_its_words_context_and_place(chat, slack, desk):
    desk.on("reply", REPLY)
    posted = await chat.post("mentions", CARD, "card:M-1")
    await slack.user("priya").click(slack.card("M-1"), "Reply")

    await slack.user("priya").submit({"Your reply": "Yes & no"})

    asked = desk.asked[-1]
    assert (asked.verb, asked.step, asked.way) == ("reply", "preview", Way.SENT_IN)
    assert (dict(asked.values), dict(asked.context)) == ({"words": "Yes & no"}, {"draft": "7"})
    assert (asked.at.channel, asked.at.thread, asked.at.ref) == ("C0MENTIONS", posted.id, "M-1")


async def test_an_answer_to_a_form_stands_in_its_place_with_its_buttons(chat, slack, desk):
    desk.on("reply", REPLY)
    desk.on("preview", said("Going out in 10 seconds", buttons=(Button("Undo", "undo", "M-1", "r1"),)))
    await slack.user("priya").command("/reply 1")
    seen = await slack.user("priya").submit({"Your reply": "Yes"})
    assert (seen.view.title, seen.view.text) == ("Done", "Going out in 10 seconds")

    undone = await slack.user("priya").click(seen.view, "Undo")

    assert (desk.asked[-1].verb, desk.asked[-1].text) == ("undo", "M-1 r1")
    assert undone.view.text == "did undo M-1 r1"


async def test_a_form_can_lead_to_the_next_form(chat, slack, desk):
    desk.on("reply", REPLY)
    desk.on("preview", Form("reply", "send", "Check it", "Send", body=(("As @harrowmere on X",),)))
    await slack.user("priya").command("/reply 1")

    seen = await slack.user("priya").submit({"Your reply": "Yes"})

    assert (seen.view.title, seen.view.submit) == ("Check it", "Send")


async def test_each_form_in_a_row_is_sent_in_under_a_key_of_its_own(chat, slack, desk):
    desk.on("reply", REPLY)
    desk.on("preview", Form("reply", "send", "Check it", "Send", body=(("As @harrowmere on X",),)))
    await slack.user("priya").command("/reply 1")

    await slack.user("priya").submit({"Your reply": "Yes"})
    await slack.user("priya").submit()

    assert [asked.step for asked in desk.asked] == ["", "preview", "send"]
    assert len({asked.key for asked in desk.asked}) == 3


async def test_what_is_wrong_with_a_field_is_said_under_it_and_the_words_stay(chat, slack, desk):
    desk.on("reply", REPLY)
    desk.on("preview", FormProblem("words", "12 characters too long"))
    await slack.user("priya").command("/reply 1")

    seen = await slack.user("priya").submit({"Your reply": "Yes"})

    assert seen.errors == {"words": "12 characters too long"}
    assert slack.user("priya").view.typed["words"]["value"]["value"] == "Yes"


async def test_a_fault_of_ours_leaves_the_form_and_its_words(chat, slack, desk):
    desk.on("reply", REPLY)
    desk.on("preview", ZeroDivisionError("oops"))
    await slack.user("priya").command("/reply 1")

    seen = await slack.user("priya").submit({"Your reply": "Yes"})

    assert "Something went wrong" in seen.errors["words"]


async def test_a_problem_with_a_field_that_is_not_there_is_still_shown(chat, slack, desk):
    desk.on("reply", REPLY)
    desk.on("preview", FormProblem("account", "That account is gone"))
    await slack.user("priya").command("/reply 1")

    seen = await slack.user("priya").submit({"Your reply": "Yes"})

    assert seen.errors == {"words": "That account is gone"}


@pytest.mark.parametrize("way", ["typed", "pressed", "sent in"])
async def test_an_answer_that_cannot_be_drawn_is_still_an_answer(way, chat, slack, desk):
    desk.on("reply", REPLY)
    too_long = said("x", buttons=(Button("A", "see", "M-1", "x" * 3000),))
    desk.on("claim", too_long)
    desk.on("preview", too_long)
    await chat.post("mentions", CARD, "card:M-1")
    priya = slack.user("priya")

    match way:
        case "typed":
            seen = (await priya.command("/claim 1")).text
        case "pressed":
            seen = (await priya.click(slack.card("M-1"), "Claim")).text
        case _:
            await priya.command("/reply 1")
            seen = (await priya.submit({"Your reply": "Yes"})).errors["words"]

    assert "Something went wrong" in seen


def test_words_sent_with_a_file_are_heard():
    assert is_for_us({"user": "U1", "subtype": "file_share"})
    assert not is_for_us({"user": "U1", "subtype": "message_changed"})
    assert not is_for_us({"user": "U1", "bot_id": "B1"})


async def test_a_press_in_a_form_brings_what_was_typed_and_changes_the_form(chat, slack, desk):
    desk.on("reply", REPLY)
    opened = await slack.user("priya").command("/reply 1")

    seen = await slack.user("priya").click(opened.view, "Save Draft")

    assert (desk.asked[-1].verb, dict(desk.asked[-1].context)) == ("save", {"draft": "7"})
    assert seen.view.text == "did save M-1"


async def test_naming_the_bot_in_a_thread_asks_there_and_answers_only_the_person(chat, slack, desk):
    posted = await chat.post("mentions", CARD, "card:M-1")

    await slack.user("priya").says("@Tolbooth: claim 1 please", thread=slack.card("M-1"))

    [asked] = desk.asked
    assert (asked.verb, asked.text, asked.way, asked.at.thread) == ("claim", "1 please", Way.SAID, posted.id)
    [answer] = slack.user("priya").private
    assert (answer.text, answer.thread_ts) == ("did claim 1 please", posted.id)


async def test_words_in_the_bots_direct_messages_count_as_typed(chat, slack, desk):
    await slack.user("priya").says("queue", channel="dm")

    assert (desk.asked[0].verb, desk.asked[0].way) == ("queue", Way.SAID)
    assert slack.user("priya").dms[-1].text == "did queue"


async def test_an_event_that_could_not_be_stored_is_delivered_again(chat, slack, desk):
    slack.courier.ack_within = 0.3
    desk.on("queue", Busy())
    await slack.user("priya").says("queue", channel="dm")
    desk.on("queue", said("2 wait"))

    await slack.tick()

    first, again = desk.asked
    assert first.key == again.key
    assert slack.user("priya").dms[-1].text == "2 wait"


@pytest.mark.slow
async def test_a_slow_answer_says_so_and_comes_later(chat, slack, desk):
    done = asyncio.Event()

    async def slow(command: Command) -> Answer:
        await done.wait()
        return said("You have M-1")

    desk.on("claim", slow)
    seen = await slack.user("priya").command("/claim 1")
    assert seen.text == "Still working on it: look at the card in a moment."

    done.set()

    await slack.until(lambda: seen.messages[-1].text == "You have M-1")


async def test_a_form_slack_would_not_open_is_explained(chat, slack, desk):
    desk.on("reply", REPLY)
    slack.chaos.next("views.open", "expired_trigger_id")

    seen = await slack.user("priya").command("/reply 1")

    assert seen.text == "Slack did not open the form in time. Send the command again."


async def test_a_button_of_another_make_is_explained(chat, slack, desk):
    await chat.post("mentions", CARD, "card:M-1")
    slack.card("M-1").blocks[-1]["elements"][0]["value"] = "42"

    seen = await slack.user("priya").click(slack.card("M-1"), "Claim")

    assert "older version" in seen.text


async def test_what_is_not_for_us_is_acknowledged(chat, slack, desk):
    opened = await slack.user("priya").opens_home()
    used = await slack.user("priya").shortcut("somebody_elses")

    assert (opened.failure, used.failure) == ("", "")


async def test_no_words_names_or_tokens_are_logged(chat, slack, desk, caplog):
    caplog.set_level(logging.INFO)
    desk.on("reply", REPLY)
    desk.on("claim", Busy())
    await chat.post("mentions", CARD, "card:M-1")
    with capture_logs() as lines:
        slack.chaos.next("response_url", 500)
        await slack.user("priya").click(slack.card("M-1"), "Claim")
        slack.chaos.next("views.open", 500)
        await slack.user("priya").command("/reply 1 the bus never came")
        slack.chaos.next("chat.postEphemeral", "drop")
        await slack.user("priya").says("@Tolbooth note 1 the bus never came", channel="mentions")

    logged = f"{lines} {caplog.text}"
    assert "slack_answer_not_shown" in logged
    for never in (
        "bus never came",
        "school",
        "Ada",
        "Priya",
        slack.bot_token,
        slack.app_token,
        slack.signing_secret,
        "ticket=",
    ):
        assert never not in logged
