"""Everything that can be done on the page is done to the real bot; what cannot be done is refused with a sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.sandbox.page.server import Page
from integrations.sandbox.page.visit import Visit
from integrations.sandbox.slack_server import StandInSlack
from tests.sandbox.page.caller import Caller, Json, add_messages, press_of

pytestmark = pytest.mark.slow


async def test_a_command_is_answered_to_whoever_typed_it(caller: Caller) -> None:
    await caller.card()

    await caller.says("/claim 1", who="U0PRIYA")

    mine = (await caller.view("U0PRIYA"))["open"]["messages"][-1]
    theirs = (await caller.view("U0FARAH"))["open"]["messages"][-1]
    assert (mine["private"], "M-1 is yours" in mine["text"], mine["user"]["bot"]) == (True, True, True)
    assert theirs["private"] is False


async def test_a_command_is_understood_in_capitals_too(caller: Caller) -> None:
    await caller.card()

    await caller.says("/CLAIM 1")

    assert "M-1 is yours" in (await caller.view())["open"]["messages"][-1]["text"]


@pytest.mark.parametrize(
    ("typed", "verb"),
    [("/claim 1", "claim"), ("/mention snooze 1", "snooze"), ("/mention", "help"), ("/Reply 1 Hello", "Reply")],
)
async def test_a_command_in_a_thread_is_refused_with_what_works_there(caller: Caller, typed: str, verb: str) -> None:
    card = await caller.card()

    status, answer = await caller.tries("write", who="U0PRIYA", where="C0MENTIONS", text=typed, thread=card["ts"])

    assert status == 422
    assert answer["error"] == (
        f"{typed.split()[0]} does not work in threads. Slack has no slash commands there: "
        f"press a button, or write @Tolbooth {verb}."
    )


async def test_what_is_said_in_a_thread_stays_there_and_the_bot_hears_its_name(caller: Caller) -> None:
    card = await caller.card()

    await caller.says("@Tolbooth claim", thread=card["ts"])

    thread = await caller.until(
        lambda view: view["thread"] if view["thread"] and len(view["thread"]["messages"]) > 1 else None, thread=card["ts"]
    )
    assert thread["parent"]["id"] == card["id"]
    assert (thread["messages"][0]["text"], thread["messages"][0]["user"]["name"]) == ("<@U0TOLBOOTH> claim", "Priya Shah")
    assert (await caller.view())["open"]["messages"][0]["replies"] >= 1


async def test_a_direct_message_is_answered(caller: Caller) -> None:
    await caller.says("help", where="D0PRIYA")

    await caller.until_message(lambda message: message["user"]["bot"], channel="D0PRIYA")


async def test_a_button_is_pressed(caller: Caller) -> None:
    card = await caller.card()

    await caller.do("press", who="U0PRIYA", message=card["id"], **press_of(card, "Claim"))

    await caller.until_message(lambda message: message["id"] == card["id"] and "Priya Shah" in str(message["blocks"]))


async def test_whoever_comes_second_is_told_who_has_it(caller: Caller) -> None:
    card = await caller.card()

    await caller.do("press", who="U0PRIYA", message=card["id"], **press_of(card, "Claim"))
    await caller.says("/claim 1", who="U0FARAH")

    told = (await caller.view("U0FARAH"))["open"]["messages"][-1]
    assert told["private"]
    assert "Priya Shah has M-1" in told["text"]


async def test_a_button_that_is_not_there_any_more_is_said(caller: Caller) -> None:
    card = await caller.card()

    press = {"block_id": "nothing", "action_id": "do:claim:0"}

    assert await caller.tries("press", who="U0PRIYA", message=card["id"], **press) == (
        404,
        {"error": "That is not there to press any more: somebody may have been quicker."},
    )


async def test_nobody_presses_what_only_another_can_see(caller: Caller) -> None:
    await caller.card()
    await caller.says("/mention", who="U0PRIYA")
    private = (await caller.view("U0PRIYA"))["open"]["messages"][-1]
    press = press_of(private, private_label(private))

    assert private["private"]
    assert (await caller.tries("press", who="U0FARAH", message=private["id"], **press))[0] == 404
    assert (await caller.tries("dismiss", who="U0FARAH", message=private["id"]))[0] == 404
    assert (await caller.tries("press", who="U0PRIYA", message=private["id"], **press))[0] == 200


def private_label(message: Json) -> str:
    """The first button's words."""
    label: str = next(e["text"]["text"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"])
    return label


async def test_a_reply_goes_through_its_form_to_the_public(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1")
    modal = (await caller.view())["modal"]
    assert (modal["title"], modal["submit"], modal["close"], modal["depth"]) == ("Reply to M-1", "Look It Over", "Cancel", 1)

    values = {"text": "An engineer is on the way. ^PS"}
    assert await caller.do("submit", who="U0PRIYA", view=modal["id"], values=values) == {"ok": True}
    modal = (await caller.view())["modal"]
    pressed = press_of(modal, "Reply as Mill Road Board")
    assert await caller.do("press", who="U0PRIYA", view=modal["id"], **pressed) == {"ok": True}
    await caller.do("pass", minutes=1)

    posts = await caller.until(lambda view: [p for t in view["networks"][2]["threads"] for p in t["posts"] if p["ours"]])
    assert posts[0]["text"] == "An engineer is on the way. ^PS"


async def test_a_form_says_under_the_field_what_is_missing(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1")
    modal = (await caller.view())["modal"]

    answer = await caller.do("submit", who="U0PRIYA", view=modal["id"], values={"text": ""})

    assert answer["errors"] == {"text": "Please complete this required field."}
    assert (await caller.view())["modal"]["id"] == modal["id"]


async def test_a_form_keeps_what_was_typed_and_is_its_owners_alone(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1")
    modal = (await caller.view())["modal"]
    await caller.do("submit", who="U0PRIYA", view=modal["id"], values={"text": "a" * 3001})

    assert (await caller.view())["modal"]["values"]["text"]["value"]["value"] == "a" * 3001
    assert (await caller.view("U0FARAH"))["modal"] is None
    assert (await caller.tries("submit", who="U0FARAH", view=modal["id"], values={}))[0] == 404
    assert (await caller.tries("cancel", who="U0FARAH", view=modal["id"]))[0] == 404


async def test_a_form_is_left_and_then_is_not_open_any_more(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1")
    modal = (await caller.view())["modal"]

    await caller.do("cancel", who="U0PRIYA", view=modal["id"])

    gone = (404, {"error": "That form is not open any more."})
    assert (await caller.view())["modal"] is None
    assert await caller.tries("cancel", who="U0PRIYA", view=modal["id"]) == gone
    assert await caller.tries("submit", who="U0PRIYA", view=modal["id"], values={}) == gone


async def test_a_field_the_form_has_not_is_refused(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1")
    modal = (await caller.view())["modal"]

    status, answer = await caller.tries("submit", who="U0PRIYA", view=modal["id"], values={"colour": "red"})

    assert (status, answer["fields"]) == (422, ["values"])


async def test_what_is_typed_is_kept_by_the_bot_though_the_form_is_never_sent_in(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1")
    modal = (await caller.view())["modal"]

    typed = {"text": "An engineer is"}
    assert await caller.do("type", who="U0PRIYA", view=modal["id"], block_id="text", values=typed) == {"ok": True}
    await caller.do("cancel", who="U0PRIYA", view=modal["id"])
    await caller.do("pass", minutes=1)
    await caller.says("/reply 1")

    again = (await caller.view())["modal"]
    assert again["id"] != modal["id"]
    assert again["values"]["text"]["value"]["value"] == "An engineer is"


async def test_typing_into_a_field_the_form_has_not_is_refused(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1")
    modal = (await caller.view())["modal"]

    for values in ({"colour": "red"}, {}):
        answer = await caller.tries("type", who="U0PRIYA", view=modal["id"], block_id="colour", values=values)
        assert answer[0] == 422


async def test_a_press_in_a_form_with_what_cannot_be_in_it_is_refused(caller: Caller) -> None:
    await caller.card()
    await caller.says("/claim 1")
    await caller.says("/reply 1 They come on Thursday.")
    modal = (await caller.view())["modal"]
    pressed = press_of(modal, "Change the Words")

    status, answer = await caller.tries("press", who="U0PRIYA", view=modal["id"], **pressed, values={"colour": "red"})

    assert (status, answer["fields"]) == (422, ["values"])
    assert await caller.do("press", who="U0PRIYA", view=modal["id"], **pressed, values={}) == {"ok": True}


async def test_a_file_is_put_in_whole_or_not_at_all(caller: Caller) -> None:
    put = await caller.do("upload", who="U0PRIYA", name="bins.png", content="iVBORw0KGgo=")
    broken = await caller.tries("upload", who="U0PRIYA", name="bins.png", content="not base64!")

    assert caller.town.slack.workspace.files[put["file"]].content.startswith(b"\x89PNG")
    assert broken == (422, {"error": "That file is too large, or did not arrive whole.", "fields": ["content"]})


async def test_home_is_opened_and_its_buttons_pressed(caller: Caller) -> None:
    await caller.card()
    assert (await caller.view())["home"] is None

    await caller.do("home", who="U0PRIYA")

    home = await caller.until(lambda view: view["home"])
    await caller.do("press", who="U0PRIYA", view=home["id"], **press_of(home, private_label(home)))
    assert (await caller.view("U0FARAH"))["home"] is None


async def test_a_message_is_raised_by_its_shortcut(caller: Caller) -> None:
    await caller.says("A letter came about the bins in Kirk Wynd")
    said = (await caller.view())["open"]["messages"][-1]

    await caller.do("shortcut", who="U0PRIYA", callback_id="raise_mention", message=said["id"])

    await caller.until(lambda view: view["modal"] or len(view["open"]["messages"]) > 1)


async def test_a_global_shortcut_opens_the_queue(caller: Caller) -> None:
    await caller.card()

    await caller.do("shortcut", who="U0PRIYA", callback_id="show_queue")

    await caller.until(lambda view: view["modal"] or view["open"]["messages"][-1]["private"])


async def test_a_shortcut_is_where_the_manifest_puts_it_and_nowhere_else(caller: Caller) -> None:
    await caller.says("Hello")
    await caller.says("/mention queue")
    said, private = (await caller.view())["open"]["messages"][-2:]

    for fields in (
        {"callback_id": "nothing"},
        {"callback_id": "raise_mention"},
        {"callback_id": "show_queue", "message": said["id"]},
    ):
        assert (await caller.tries("shortcut", who="U0PRIYA", **fields))[0] == 404
    assert (await caller.tries("shortcut", who="U0PRIYA", callback_id="raise_mention", message=private["id"]))[0] == 422


async def test_nobody_uses_a_shortcut_on_what_they_cannot_see(caller: Caller) -> None:
    (message,) = add_messages(caller.town, 1, channel="C0MENTIONSPRIVATE")
    fields = {"callback_id": "raise_mention", "message": f"m{message.order}"}

    assert (await caller.tries("shortcut", who="U0FARAH", **fields))[0] == 404
    assert (await caller.tries("shortcut", who="U0MORAG", **fields))[0] == 200


async def test_a_private_answer_is_put_away_and_nothing_else(caller: Caller) -> None:
    await caller.says("Hello")
    await caller.says("/mention queue")
    said, private = (await caller.view())["open"]["messages"]

    await caller.do("dismiss", who="U0PRIYA", message=private["id"])

    assert [one["id"] for one in (await caller.view())["open"]["messages"]] == [said["id"]]
    assert (await caller.tries("dismiss", who="U0PRIYA", message=private["id"]))[0] == 404
    assert (await caller.tries("dismiss", who="U0PRIYA", message=said["id"]))[0] == 422


async def test_a_bot_that_does_not_answer_is_said_so(caller: Caller) -> None:
    slack: StandInSlack = caller.town.slack
    await caller.town.bot.stop()

    answer = await caller.tries("write", who="U0PRIYA", where="C0MENTIONS", text="/claim 1")

    assert answer == (424, {"error": "Tolbooth cannot be reached just now. Try again in a moment."})
    assert slack.socket_count == 0


async def test_a_bot_that_is_too_slow_is_said_so(caller: Caller) -> None:
    caller.town.slack.courier.ack_within = 0

    answer = await caller.tries("write", who="U0PRIYA", where="C0MENTIONS", text="/claim 1")

    assert answer == (424, {"error": "Tolbooth did not answer in time. Try again."})


async def test_a_deed_that_takes_too_long_is_given_up(caller: Caller) -> None:
    page = Page(caller.town, Visit(caller.town), deed_within=0)
    async with Caller(page, await page.start(port=0)) as hasty:
        answer = await hasty.tries("write", who="U0PRIYA", where="C0MENTIONS", text="/claim 1")
    await page.stop()

    assert answer == (424, {"error": "Tolbooth did not answer in time. Try again."})
    assert not caller.town.is_held


# --- the public


async def test_a_resident_posts_answers_changes_and_deletes(caller: Caller) -> None:
    first = await caller.do("post", network="x", author="Lou Tranter", text="The lights are stuck", picture=True)
    await caller.do("post", network="x", author="Ann", text="Here too", in_reply_to=first["post"])
    await caller.do("edit", network="x", post=first["post"], text="The lights are stuck on red")

    thread = (await caller.view())["networks"][0]["threads"][0]
    assert [post["author"]["name"] for post in thread["posts"]] == ["Lou Tranter", "Ann"]
    assert (thread["posts"][0]["edited"], "on red" in thread["posts"][0]["text"]) == (True, True)
    assert thread["posts"][0]["picture"]["src"] == "/client/pictures/crossing.svg"
    assert thread["posts"][0]["picture"]["alt"]
    assert thread["posts"][1]["picture"] is None

    await caller.do("delete", network="x", post=first["post"])
    assert (await caller.view())["networks"][0]["threads"][0]["posts"][0]["gone"] is True


# --- the clock, and what is played


async def test_the_clock_is_moved_on(caller: Caller) -> None:
    before = caller.town.clock.now()

    await caller.do("pass", minutes=15)

    assert timedelta(minutes=15) <= caller.town.clock.now() - before < timedelta(minutes=16)


async def test_the_clock_is_moved_on_to_the_next_morning(caller: Caller) -> None:
    await caller.do("pass", until="morning")

    assert caller.town.clock.now().replace(second=0, microsecond=0) == datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
    assert (await caller.view())["clock"] == "Wed 18 Nov, 08:30"


async def test_a_scenario_is_played_paused_and_ended(caller: Caller) -> None:
    await caller.do("play", scenario="snow", speed=600)
    playing = await caller.until(lambda view: view["play"] if view["play"]["done"] else None)
    assert (playing["scenario"], playing["state"], playing["speed"]) == ("snow", "playing", 600)

    await caller.do("pause")
    assert (await caller.view())["play"]["state"] == "paused"
    await caller.do("resume")
    await caller.do("speed", speed=10)
    assert (await caller.view())["play"]["speed"] == 10
    await caller.do("stop")
    assert (await caller.view())["play"]["state"] == "over"


async def test_the_visit_begins_and_is_skipped(caller: Caller) -> None:
    await caller.do("visit", go="start")
    assert (await caller.view())["visit"]["state"] == "on"

    await caller.do("visit", go="skip")
    assert (await caller.view())["visit"]["state"] == "skipped"


async def test_while_somebody_acts_the_fast_clock_stands_still(caller: Caller) -> None:
    held: list[bool] = []
    caller.town.slack.workspace.listeners.append(lambda: held.append(caller.town.is_held))

    await caller.says("Hello")

    assert held[0] is True
    assert caller.town.is_held is False
