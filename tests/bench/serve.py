"""The servers that are measured, each in a process of its own: prints one line of JSON when it listens, ends with its input.

``bot FILE`` is the shipped bot; ``bare SECRET`` a slack-bolt app whose one listener acks, behind Bolt's own adapter;
``empty`` an aiohttp handler that reads and answers 202; ``slack`` the stand-in the bot signs in to.
"""

import asyncio
import json
import sys
from pathlib import Path

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import logs
from bot.clock import SystemClock
from bot.wiring import REGISTERED, Bot, load_settings
from integrations.sandbox.slack_server import StandInSlack
from tests.bench.people import CHANNEL, STAFF


async def until_told(**about: object) -> None:
    """Say that it listens, and wait for the end of the input."""
    print(json.dumps(about), flush=True)
    await asyncio.to_thread(sys.stdin.read)


async def bot(path: str) -> None:
    """What ``tolbooth run`` runs, logging as it does by default."""
    loaded = load_settings(Path(path))
    logs.configure(loaded.core.log_level, quiet=REGISTERED.quiet)
    running = Bot(loaded)
    await running.start()
    while not running.chats["slack"].health().get("signed_in"):  # noqa: ASYNC110 - a chat tells nobody when it is ready
        await asyncio.sleep(0.01)
    await until_told(port=running.port)
    await running.stop()


async def bare(secret: str) -> None:
    """The least a Bolt app can do: verify, sort, ack in line."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0HARROWMERE", bot_user_id="U0BOT", bot_id="B0BOT", bot_token="x"
        )

    app = AsyncApp(authorize=authorize, signing_secret=secret, process_before_response=True)

    @app.command("/claim")
    async def claim(ack) -> None:
        await ack("acked")

    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    await listening(answer)


async def empty() -> None:
    """The least an aiohttp handler can do."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({}, status=202)

    await listening(answer)


async def listening(answer) -> None:
    """The same aiohttp server the bot has, with one address."""
    app = web.Application(client_max_size=1 << 20)
    app.router.add_post("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await until_told(port=runner.addresses[0][1])
    await runner.cleanup()


async def slack() -> None:
    """A workspace with enough staff."""
    logs.configure("error")
    standing_in = StandInSlack(SystemClock())
    await standing_in.start()
    for handle in STAFF:
        standing_in.add_person(handle, handle.title())
    channel = standing_in.add_channel(CHANNEL, members=STAFF)
    await until_told(
        api_url=standing_in.api_url,
        bot_token=standing_in.bot_token,
        signing_secret=standing_in.signing_secret,
        channel=channel,
    )
    await standing_in.stop()


if __name__ == "__main__":
    asyncio.run({"bot": bot, "bare": bare, "empty": empty, "slack": slack}[sys.argv[1]](*sys.argv[2:]))
