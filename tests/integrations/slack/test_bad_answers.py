"""What Slack answers on a bad day, byte by byte, and channels that are renamed, archived or closed to the bot."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.card import Card, Notice
from bot.errors import Refused, TryLater, Unsure
from integrations.slack.calls import Calls
from integrations.slack.chat import build
from integrations.slack.settings import SlackSettings

CARD = Card("M-1", 1, ("Ada on X",), "Hello")
JSON = b"Content-Type: application/json\r\n"


def answer(body, head=JSON, status=b"200 OK", length=None):
    size = str(len(body) if length is None else length).encode()
    return b"HTTP/1.1 " + status + b"\r\n" + head + b"Content-Length: " + size + b"\r\nConnection: close\r\n\r\n" + body


@asynccontextmanager
async def answering(given):
    """Something that answers every call with these bytes, and counts the calls."""
    taken = []

    async def take(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        wanted = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        await reader.readexactly(int(wanted[0].partition(b":")[2]) if wanted else 0)
        taken.append(head.split()[1])
        writer.write(given)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/"
    calls = Calls(SlackSettings.model_validate({"bot_token": "xoxb-1", "app_token": "xapp-1", "api_url": url}))
    yield calls, taken
    await calls.close()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "given",
    [
        answer(b"<!doctype html><title>Maintenance</title>", b"Content-Type: text/html\r\n"),
        answer(b"<!doctype html>"),
        answer(b'{"ok": tr'),
        answer(b'{"ok": true, "ts": "1.1"', length=4000),
        answer(b""),
        answer(b"[]"),
        answer(b"null"),
        answer(b'"ok"'),
        answer(b'{"ok": false, "error": "fatal_error"}'),
        answer(b'{"ok": false}'),
        answer(b"\xff\xfe\x00"),
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
    ],
)
async def test_an_answer_nobody_can_read_may_mean_it_was_done_and_is_never_asked_twice(given):
    async with answering(given) as (calls, taken):
        with pytest.raises(Unsure):
            await calls.write("chat.postMessage", channel="C1", text="Hello")
        with pytest.raises(TryLater):
            await calls.read("users.info", user="U1")

    assert taken.count(b"/api/chat.postMessage") == 1


@pytest.mark.parametrize("status", [b"200 OK", b"429 Too Many Requests"])
async def test_a_limit_that_names_no_time_is_half_a_minute(status):
    async with answering(answer(b'{"ok": false, "error": "ratelimited"}', status=status)) as (calls, _):
        with pytest.raises(TryLater) as caught:
            await calls.write("chat.postMessage", channel="C1", text="Hello")

    assert caught.value.after == timedelta(seconds=30)


async def test_a_channel_renamed_while_running_is_still_found_and_said_once(signed_in, slack, clock):
    before = await signed_in.post("mentions", CARD, "k1")
    slack.channel("mentions").name = "public-mentions"
    clock.advance(minutes=6)

    with capture_logs() as lines:
        after = [await signed_in.post("#mentions", CARD, f"k{n}") for n in (2, 3)]

    assert {posted.channel for posted in after} == {before.channel}
    [said] = [line for line in lines if line["event"] == "slack_channel_renamed"]
    assert said["setting"] == "mentions"


async def test_a_channel_renamed_before_the_start_is_refused_naming_the_setting(signed_in, slack):
    slack.channel("mentions").name = "public-mentions"

    with pytest.raises(Refused, match=r"There is no channel #mentions .* account's channel setting"):
        await signed_in.post("mentions", CARD, "k")


async def test_the_new_channel_under_an_old_name_is_the_one_meant(signed_in, slack, clock):
    await signed_in.post("mentions", CARD, "k1")
    slack.channel("mentions").name = "old-mentions"
    slack.workspace.channels["C0NEW"] = type(slack.channel("old-mentions"))(
        "C0NEW", "mentions", False, members=[slack.bot_user]
    )
    clock.advance(minutes=6)

    assert (await signed_in.post("mentions", CARD, "k2")).channel == "C0NEW"


async def test_an_archived_channel_is_refused_with_the_cure(signed_in, slack, clock):
    await signed_in.post("mentions", CARD, "k1")
    slack.channel("mentions").archived = True
    clock.advance(minutes=6)

    with pytest.raises(Refused, match="#mentions: the channel is archived: unarchive it, or put another"):
        await signed_in.post("mentions", CARD, "k2")


async def test_a_bot_removed_from_its_channel_is_refused_with_the_cure(signed_in, slack):
    await signed_in.post("mentions", CARD, "k1")
    slack.channel("mentions").members.remove(slack.bot_user)

    with pytest.raises(Refused, match=r"not in #mentions: type /invite @\w+ there"):
        await signed_in.post("mentions", CARD, "k2")


async def test_nothing_is_said_after_a_stop_and_it_may_be_said_after_the_next_start(signed_in, slack, desk):
    await signed_in.stop()
    with pytest.raises(TryLater, match="stopping"):
        await signed_in.post("C0MENTIONS", CARD, "k")

    await signed_in.start(desk.run)

    assert (await signed_in.post("C0MENTIONS", CARD, "k")).channel == "C0MENTIONS"


@pytest.mark.parametrize("body", [b'{"ok": true}', b'{"ok": true, "ts": null, "channel": "C1"}', b'{"ok": true, "ts": ""}'])
async def test_a_yes_that_names_no_message_leaves_a_doubt(body, core, clock):
    async with answering(answer(body)) as (calls, taken):
        chat = build(calls.settings, core=core, clock=clock)
        with pytest.raises(Unsure):
            await chat.post("C0123456789", CARD, "card:M-1")
        await chat.stop()

    assert taken.count(b"/api/chat.postMessage") == 1


@pytest.mark.parametrize("body", [b'{"ok": true}', b'{"ok": true, "channel": {}}', b'{"ok": true, "channel": "D1"}'])
async def test_nobody_is_written_to_at_an_address_slack_did_not_name(body, core, clock):
    async with answering(answer(body)) as (calls, taken):
        chat = build(calls.settings, core=core, clock=clock)
        for _ in range(2):
            with pytest.raises(TryLater):
                await chat.tell("U0DEV", Notice((("M-1 has waited",),)), "ping:1")
        await chat.stop()

    assert taken == [b"/api/conversations.open"] * 2
