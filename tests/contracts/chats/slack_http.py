"""Slack's bench in HTTP mode: Slack calls us."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.clock import MovableClock
from bot.ports import Webhook
from tests.contracts.chats.slack_side import OFFERS, SlackBench, workspace

__all__ = ["OFFERS", "open_bench"]


@asynccontextmanager
async def open_bench(clock: MovableClock) -> AsyncIterator[SlackBench]:
    """Slack listens as long as the bench is open, and so do we."""
    async with workspace(clock) as slack:
        bench = SlackBench("slack_http", slack, clock, mode="http")
        await bench.chat.start(bench.desk.run)
        async with served(bench, clock):
            yield bench
            await bench.chat.stop()


@asynccontextmanager
async def served(bench: SlackBench, clock: MovableClock) -> AsyncIterator[None]:
    """The chat's own addresses, on a loopback port."""
    app = web.Application()

    async def answer(request: web.Request) -> web.Response:
        (route,) = bench.chat.routes()
        called = Webhook(request.method, request.headers, dict(request.query), await request.read(), clock.now())
        given = await route.answer(called)
        return web.Response(status=given.status, body=given.body, headers={"Content-Type": given.content_type})

    for route in bench.chat.routes():
        app.router.add_route(route.method, route.path, answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bench.slack.deliver_by_http(f"http://127.0.0.1:{runner.addresses[0][1]}{bench.chat.routes()[0].path}")
    yield
    await runner.cleanup()
