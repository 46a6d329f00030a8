"""Shortcuts and Home: asked as whoever acts, shown where they look, and silent until switched on."""

import pytest

from bot.card import Answer, Button
from bot.command import Way
from bot.form import Field, Form
from bot.settings import CoreSettings
from integrations.slack.chat import build
from integrations.slack.manifest import SURFACES, manifest

from .conftest import serve, settings_for


@pytest.fixture
async def everywhere(slack, core, clock, desk):
    chat = build(settings_for(slack, "http"), core=core, clock=clock, surfaces=SURFACES)
    await chat.start(desk.run)
    runner = await serve(chat, slack, clock)
    yield chat
    await chat.stop()
    await runner.cleanup()


async def test_a_message_is_raised_with_its_author_and_a_link_to_it(everywhere, slack, desk):
    message = await slack.user("dev").says("A caller says the bins were missed & smell", channel="mentions")

    seen = await slack.user("priya").shortcut("raise_mention", message)

    [asked] = desk.asked
    assert (asked.verb, asked.way, asked.by.id, asked.at.channel) == ("add", Way.PRESSED, "U0PRIYA", "C0MENTIONS")
    words, link = asked.text.split("\n")
    assert words == "A caller says the bins were missed & smell"
    assert "C0MENTIONS" in link
    assert dict(asked.values) == {"who": "Dev"}
    assert seen.text.startswith("did add")


async def test_the_same_message_raised_by_two_is_one_thing(everywhere, slack, desk):
    message = await slack.user("dev").says("Bins missed", channel="mentions")

    await slack.user("priya").shortcut("raise_mention", message)
    await slack.user("morag").shortcut("raise_mention", message)

    first, second = desk.asked
    assert first.key == second.key


async def test_a_message_is_raised_even_if_slack_does_not_say_whose_it_is(everywhere, slack, desk):
    message = await slack.user("dev").says("Bins missed", channel="mentions")
    slack.chaos.next("users.info", 500)
    slack.chaos.next("chat.getPermalink", 500)

    await slack.user("priya").shortcut("raise_mention", message)

    assert (desk.asked[0].text, dict(desk.asked[0].values)) == ("Bins missed", {})


async def test_a_guest_raises_nothing(everywhere, slack, desk):
    message = await slack.user("dev").says("Bins missed", channel="mentions")

    seen = await slack.user("gus").shortcut("raise_mention", message)

    assert "Please ask Morag" in seen.text
    assert desk.asked == []


async def test_a_message_without_words_asks_for_them(everywhere, slack, desk):
    desk.on("add", Form("add", "write", "Add a mention", "Add", fields=(Field("what", "What was said?"),)))
    message = await slack.user("dev").says("", channel="mentions")

    seen = await slack.user("priya").shortcut("raise_mention", message)

    assert seen.view.title == "Add a mention"


async def test_the_queue_opens_in_a_window_that_only_tells(everywhere, slack, desk):
    desk.on("queue", Answer((("2 wait",),), (Button("Show", "show", "M-1"),)))

    seen = await slack.user("priya").shortcut("show_queue")

    assert (seen.view.text, seen.view.submit) == ("2 wait", "")
    assert (desk.asked[0].verb, desk.asked[0].way) == ("queue", Way.PRESSED)
    pressed = await slack.user("priya").click(seen.view, "Show")
    assert pressed.view.text == "did show M-1"


async def test_home_is_drawn_for_whoever_looks_at_it(everywhere, slack, desk):
    desk.on("home", Answer((("Nothing needs you now",),)))

    await slack.user("priya").opens_home()

    await slack.until(lambda: slack.user("priya").home and slack.user("priya").home.text == "Nothing needs you now")
    assert (desk.asked[0].verb, desk.asked[0].by.id) == ("home", "U0PRIYA")


async def test_the_other_tab_of_home_draws_nothing(everywhere, slack, desk):
    event = {"type": "app_home_opened", "user": "U0PRIYA", "channel": "D0PRIYA", "tab": "messages", "event_ts": "1.1"}
    await slack.user("priya").stage.courier.event(
        {"type": "event_callback", "event": event, "event_id": "Ev1", "team_id": slack.workspace.team_id}
        | {"api_app_id": slack.workspace.app_id}
    )

    assert desk.asked == []


async def test_a_press_on_home_is_answered_in_a_window_and_home_is_drawn_anew(everywhere, slack, desk):
    desk.on("home", Answer((("M-1 waits",),), (Button("Claim", "claim", "M-1"),)))
    priya = slack.user("priya")
    await priya.opens_home()
    await slack.until(lambda: priya.home)

    seen = await priya.click(priya.home, "Claim")

    await slack.until(lambda: priya.view and priya.view.text == "did claim M-1")
    await slack.until(lambda: [asked.verb for asked in desk.asked].count("home") == 2)
    assert seen.failure == ""
    assert next(asked for asked in desk.asked if asked.verb == "claim").at.ref == "M-1"


async def test_a_form_opened_from_home_opens_over_it(everywhere, slack, desk):
    desk.on("home", Answer((("M-1 waits",),), (Button("Reply", "reply", "M-1"),)))
    desk.on("reply", Form("reply", "write", "Reply to M-1", "Send", fields=(Field("text", "Words"),)))
    priya = slack.user("priya")
    await priya.opens_home()
    await slack.until(lambda: priya.home)

    seen = await priya.click(priya.home, "Reply")

    await slack.until(lambda: priya.view and priya.view.title == "Reply to M-1")
    assert seen.failure == ""


@pytest.mark.parametrize("callback", ["raise_mention", "show_queue"])
async def test_what_is_not_switched_on_is_acknowledged_and_does_nothing(callback, chat, slack, desk):
    message = await slack.user("dev").says("Bins missed", channel="mentions")

    seen = await slack.user("priya").shortcut(callback, message if callback == "raise_mention" else None)
    home = await slack.user("priya").opens_home()

    assert (seen.failure, home.failure, desk.asked) == ("", "", [])


def test_the_manifest_promises_only_what_is_switched_on():
    quiet, full = manifest(CoreSettings(), surfaces=frozenset()), manifest(CoreSettings())

    assert "shortcuts" not in quiet["features"]
    assert not quiet["features"]["app_home"]["home_tab_enabled"]
    assert [shortcut["callback_id"] for shortcut in full["features"]["shortcuts"]] == ["raise_mention", "show_queue"]
    assert full["features"]["app_home"]["home_tab_enabled"]
    assert "app_home_opened" in full["settings"]["event_subscriptions"]["bot_events"]
    assert quiet["oauth_config"] == full["oauth_config"]
