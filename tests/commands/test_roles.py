"""``tolbooth run --role``: processes that share the work, and what is said of a role there is not."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from integrations.sandbox.answering import sends
from integrations.sandbox.slack_server import StandInSlack
from tests.commands.line import Line, Running
from tests.commands.test_run import port_of, writes
from tests.town import WebchatReceiver

pytestmark = pytest.mark.slow

SOON = {"TOLBOOTH_REPLIES__HOLD": "1", "TOLBOOTH_ACCOUNTS__WEBSITE__RESPOND_WITHIN": "0.05"}
PATIENCE = 30.0


@pytest.fixture
async def copies(council: Line, postgres_database: str, redis_url: str) -> AsyncIterator[dict[str, Running]]:
    """Five processes: one of each role, and a second that delivers. What is due is due soon."""
    shared = {"TOLBOOTH_DATABASE_URL": postgres_database, "TOLBOOTH_REDIS_URL": redis_url, **SOON}
    async with AsyncExitStack() as all_of_them:
        copies = {}
        for name in ("web", "listen", "escalate", "deliver", "deliver too"):
            role = name.partition(" ")[0]
            copies[name] = await all_of_them.enter_async_context(council.running("run", "--role", role, **shared))
        yield copies
        stopped = await asyncio.gather(*(copy.stop() for copy in copies.values()))
        assert [code for code, _ in stopped] == [0] * len(copies)


@pytest.mark.timeout(120)
async def test_processes_by_role_walk_the_sentence_and_say_nothing_twice(
    copies: dict[str, Running], slack: StandInSlack, webchat: WebchatReceiver
) -> None:
    port = await port_of(copies["web"])
    await copies["listen"].until("slack_socket_opened")
    priya, dev = slack.user("priya"), slack.user("dev")

    for text in ("Is my bin day changed?", "There is smoke over the school"):
        assert await writes(port, text) == 202
    await slack.until(lambda: slack.card("M-1") and slack.card("M-2"), PATIENCE)
    first = await priya.command("/claim 1", channel="mentions")
    second = await dev.command("/claim 1", channel="mentions")
    await priya.command("/reply 1", channel="mentions")
    await priya.submit({"text": "It is Thursday this week. ^PS"})
    await sends(priya)
    await slack.until(lambda: webchat.posts, PATIENCE)
    await slack.until(lambda: any("M-2" in dm.text for dm in dev.dms), PATIENCE)
    told = await priya.command("/mention record 1", channel="mentions")
    handed = await priya.command("/handover", channel="mentions")

    assert "M-1 is yours" in first.text
    assert "Priya Shah has M-1" in second.text
    assert [post["text"] for post in webchat.posts] == ["It is Thursday this week. ^PS"]
    assert "Priya Shah" in told.text
    assert "Oldest unseen: M-2" in handed.text
    cards = Counter(message.footer.split()[0] for message in slack.channel("mentions").messages if "M-" in message.footer)
    assert cards == {"M-1": 1, "M-2": 1}


async def test_a_role_there_is_not_is_refused_with_those_there_are(council: Line) -> None:
    by_option = await council.tolbooth("run", "--role", "web,lisen")
    outside = await council.tolbooth("run", TOLBOOTH_ROLE="sender")

    assert (by_option.code, outside.code) == (2, 2)
    assert by_option.said == ["--role: 'lisen' is not one of web, listen, deliver, escalate"]
    assert outside.said == ["--role: 'sender' is not one of web, listen, deliver, escalate"]


async def test_roles_on_a_file_are_warned_of(council: Line) -> None:
    async with council.running("run", TOLBOOTH_ROLE="web,escalate") as running:
        said = await running.until("copies_share_a_file")
        await running.stop()

    assert "several copies need PostgreSQL" in said


async def test_a_redis_that_is_named_is_checked(council: Line, redis_url: str) -> None:
    there = await council.tolbooth("check", TOLBOOTH_REDIS_URL=redis_url)
    away = await council.tolbooth("check", TOLBOOTH_REDIS_URL="redis://127.0.0.1:9/0")

    assert (there.code, away.code) == (0, 1)
    assert "ok: redis can be used" in there.out
    assert "redis" in away.out.split("fault: ")[1]


async def test_the_look_at_what_must_be_so_can_be_asked_for(council: Line) -> None:
    await council.tolbooth("migrate")

    done = await council.tolbooth("check", "--invariants")

    assert (done.code, done.out.splitlines()[-1]) == (0, "Everything that must be so is so.")
