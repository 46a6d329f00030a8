"""``tolbooth run``: what stops it at once says so in a few lines; what will pass is waited for."""

import json
import secrets
import signal
import socket
from datetime import UTC, datetime

import aiohttp
import pytest
from pydantic import SecretStr

from integrations.webchat.settings import key_of
from integrations.webchat.signature import sign
from tests.commands.line import KEY, Done, Line, Running
from tests.servers import PostgresServer, create_database, free_port

pytestmark = pytest.mark.slow

AT_ONCE = 12.0
"""Seconds: 5 on a machine with nothing else to do, and this file shares one with other tests."""
KEY_BYTES = key_of(SecretStr(KEY))


def assert_refused(done: Done, *words: str) -> None:
    """Exit status 2, soon, in few lines that say these words and no secret."""
    assert done.code == 2
    assert done.took < AT_ONCE
    assert len(done.lines) <= 6, done.err
    for word in words:
        assert word in "\n".join(done.said)
    assert "hidden" not in done.err


async def port_of(running: Running) -> int:
    """Where the bot listens."""
    return int(json.loads(await running.until('"started"'))["port"])


async def writes(port: int, text: str, by: str = "Lou") -> int:
    """A visitor writes in the web chat; the HTTP status."""
    post = {"id": text, "text": text, "author": {"id": "v", "name": by}, "posted_at": datetime.now(UTC).isoformat()}
    return await call(port, json.dumps({"type": "mention.created", "data": post}).encode())


async def call(port: int, body: bytes, key: bytes = KEY_BYTES) -> int:
    """A signed call; the HTTP status."""
    stamp, message_id = int(datetime.now(UTC).timestamp()), secrets.token_hex(6)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(key, message_id, stamp, body),
    }
    url = f"http://127.0.0.1:{port}/hooks/website"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_with_nothing_set_it_says_what_to_set_and_how_to_see_it_work(line: Line) -> None:
    done = await line.tolbooth("run")

    assert_refused(done, "Nothing is set up in the environment", "slack.bot_token", "[[accounts]]", "tolbooth demo")


async def test_tokens_nobody_gave_out_are_refused_by_the_settings_name(line: Line, slack) -> None:
    done = await line.tolbooth(
        "run",
        TOLBOOTH_SLACK__BOT_TOKEN="xoxb-hidden",
        TOLBOOTH_SLACK__APP_TOKEN="xapp-hidden",
        TOLBOOTH_SLACK__API_URL=slack.api_url,
        TOLBOOTH_WEB__PORT="0",
    )

    assert_refused(done, "slack.bot_token is not accepted", "Copy the Bot User OAuth Token")


async def test_an_app_token_nobody_gave_out_is_refused_by_its_name(council: Line) -> None:
    done = await council.tolbooth("run", TOLBOOTH_SLACK__APP_TOKEN="xapp-hidden")

    assert_refused(done, "slack.app_token is not accepted", "connections:write")


async def test_swapped_tokens_are_told_apart_before_anything_is_asked(council: Line, slack) -> None:
    done = await council.tolbooth(
        "run", TOLBOOTH_SLACK__BOT_TOKEN=slack.app_token, TOLBOOTH_SLACK__APP_TOKEN=slack.bot_token
    )

    assert_refused(done, "slack.bot_token holds an app-level token (xapp-…): swap it with slack.app_token")
    assert slack.bot_token not in done.err
    assert not slack.calls


async def test_a_port_that_is_taken_is_named(council: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = await council.tolbooth("run", TOLBOOTH_WEB__PORT=str(taken.getsockname()[1]))

    assert_refused(done, "web.port: cannot listen on 127.0.0.1:", "Set another")


async def test_a_database_that_cannot_be_opened_is_named(council: Line) -> None:
    done = await council.tolbooth("run", TOLBOOTH_DATABASE_URL=f"sqlite:///{council.folder}/nowhere/t.db")

    assert_refused(done, "database_url: cannot use sqlite:///", "unable to open database file")


async def test_a_database_server_that_is_away_is_waited_for_and_named_without_its_password(council: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"postgresql://me:pass-word@127.0.0.1:{closed.getsockname()[1]}/t"
    async with council.running("run", TOLBOOTH_DATABASE_URL=nobody) as running:
        said = await running.until("database_not_there")
        code, took = await running.stop()

    assert "database_url: cannot use postgresql" in said
    assert "Connection refused" in said
    assert "pass-word" not in "".join(running.log)
    assert (code, took < AT_ONCE) == (0, True)


async def test_a_bot_that_waits_for_its_database_takes_nothing_and_begins_once_it_is_there(
    council: Line, private_postgres: PostgresServer
) -> None:
    url = create_database(private_postgres.url)
    port = free_port()
    private_postgres.stop()
    async with council.running("run", TOLBOOTH_DATABASE_URL=url, TOLBOOTH_WEB__PORT=str(port)) as running:
        await running.until("database_not_there")
        refused = await writes(port, "Is my school shut?")
        private_postgres.start()
        await port_of(running)
        taken = await writes(port, "Is my school shut?")
        await running.stop()

    assert (refused, taken) == (503, 202)
    assert len([line for line in running.log if "database_not_there" in line]) == 1


@pytest.mark.parametrize(("wrong", "says"), [("tolbooth@", 'role "nobody"'), ("/postgres", 'database "nothing"')])
async def test_a_name_the_database_server_does_not_know_is_not_waited_for(
    council: Line, postgres_url: str, wrong: str, says: str
) -> None:
    url = postgres_url.replace(wrong, "nobody@" if wrong.endswith("@") else "/nothing")

    done = await council.tolbooth("run", TOLBOOTH_DATABASE_URL=url)

    assert_refused(done, "database_url: cannot use postgresql", f"{says} does not exist")


async def test_commands_that_ask_once_do_not_wait_for_a_database_server(council: Line) -> None:
    done = await council.tolbooth("migrate", TOLBOOTH_DATABASE_URL="postgresql://me:hidden@127.0.0.1:9/t")

    assert_refused(done, "database_url: cannot use postgresql", "Connection refused")


async def test_while_slack_is_away_it_says_so_once_takes_webhooks_and_stops_when_asked(council: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
    async with council.running("run", TOLBOOTH_SLACK__API_URL=nobody) as running:
        port = await port_of(running)
        await running.until("slack_unreachable")

        status = await writes(port, "Is my school shut?")
        again = await writes(port, "And mine?")
        code, took = await running.stop()

    assert (status, again) == (202, 202)
    assert len([line for line in running.log if "slack_unreachable" in line]) == 1
    assert (code, took < AT_ONCE) == (0, True)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_it_runs_relays_and_stops_cleanly_when_asked(council: Line, slack, sign: signal.Signals) -> None:
    async with council.running("run") as running:
        port = await port_of(running)
        await running.until("slack_socket_opened")
        status = await writes(port, "Is my school shut?")
        await slack.until(lambda: slack.card("M-1"))

        code, took = await running.stop(sign)

    assert (status, code, took < AT_ONCE) == (202, 0, True)
    assert json.loads(running.log[-1])["event"] == "stopped"
    assert not [line for line in running.log if "Traceback" in line]


async def test_a_run_with_no_account_says_what_to_add(council: Line, slack) -> None:
    council.settings(f"""
[web]
port = 0
[slack]
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
api_url = "{slack.api_url}"
""")
    async with council.running("run") as running:
        said = await running.until("no_accounts")
        await running.stop()

    assert json.loads(said)["cure"] == "add an [[accounts]] table to the settings"
