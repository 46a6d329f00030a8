"""The page over HTTP: its files, the view as JSON, once or as it changes, and a POST for each deed."""

import asyncio
import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from integrations.sandbox.page.asked import Asked, Refused
from integrations.sandbox.page.deeds import NOT_IN_TIME, carry_out
from integrations.sandbox.page.guard import HEADERS, is_loopback, why_not
from integrations.sandbox.page.stream import Streams
from integrations.sandbox.page.view import Look, Pages
from integrations.sandbox.page.visit import Visit
from integrations.sandbox.slack_words import Json
from integrations.sandbox.town import Town

CLIENT = Path(__file__).with_name("client")
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""The files that are given out, by ending."""
LARGEST, LARGEST_FILE = 256 << 10, 14 << 20
"""What may be sent in one call; and what a file may be that Slack takes in a form, written in JSON."""
DEED_WITHIN = 30.0
TAKEN = (errno.EADDRINUSE, errno.EACCES)

log = structlog.get_logger()


class Page:
    """The town's page. Whoever opens it acts for everybody in the town, so it listens on loopback unless told otherwise."""

    def __init__(self, town: Town, visit: Visit, *, client: Path = CLIENT, deed_within: float = DEED_WITHIN) -> None:
        self.town = town
        self.visit = visit
        self.client = client.resolve()
        self.deed_within = deed_within
        self.streams = Streams(lambda: town.clock.now().replace(second=0, microsecond=0))
        self.pages = Pages(town, visit, self.changed)
        self.revision = 0
        self.any_host = False
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 8765) -> str:
        """Listen, on another port when that one is taken; returns the address to open."""
        self.any_host = not is_loopback(host)
        app = web.Application(client_max_size=LARGEST_FILE, middlewares=[self.answer_in_sentences])
        app.on_response_prepare.append(add_headers)
        app.add_routes(
            [
                web.get("/", self.front),
                web.get("/client/{path:.+}", self.file),
                web.get("/view", self.view),
                web.get("/events", self.events, allow_head=False),
                web.post("/do/{deed}", self.deed),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await listen(self._runner, host, port)
        for listeners in self.listened_to():
            listeners.append(self.changed)
        return address(host, self._runner.addresses[0][1])

    async def stop(self) -> None:
        """End the streams and stop listening."""
        self.streams.close()
        for listeners in self.listened_to():
            if self.changed in listeners:
                listeners.remove(self.changed)
        if self._runner is not None:
            await self._runner.cleanup()

    def listened_to(self) -> tuple[list[Callable[[], None]], ...]:
        """Who tells of changes: the town, and both chats of its staff."""
        return self.town.listeners, self.town.slack.workspace.listeners, self.town.engage.world.listeners

    def changed(self) -> None:
        """Something in the town is not as it was."""
        self.revision += 1
        self.streams.changed()

    async def front(self, _request: web.Request) -> web.StreamResponse:
        """The page itself."""
        return given_out(self.client, "index.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """One of its files."""
        return given_out(self.client, request.match_info["path"])

    async def view(self, request: web.Request) -> web.StreamResponse:
        """The view once, or older messages."""
        look = look_of(request)
        return web.json_response(self.pages.older(look) if look.before else self.pages.draw(look, self.revision))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The view as it changes."""
        if self.streams.is_full:
            raise Refused(503, "There are too many windows open. Close some, then try again.")
        look = look_of(request)
        return await self.streams.serve(request, lambda: self.pages.draw(look, self.revision))

    async def deed(self, request: web.Request) -> web.StreamResponse:
        """Something is done. Who watches is told even when it goes wrong: part of it may have been."""
        body = await read(request)
        try:
            async with asyncio.timeout(self.deed_within):
                came_of_it = await carry_out(request.match_info["deed"], body, self.asked)
        except TimeoutError:
            raise Refused(424, NOT_IN_TIME) from None
        finally:
            self.changed()
        return web.json_response({"ok": True, **came_of_it})

    def asked(self, fields: Json) -> Asked:
        """What a call asks of this town."""
        return Asked(self.town, self.visit, fields)

    @web.middleware
    async def answer_in_sentences(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whatever goes wrong is said as ``{"error": "a sentence"}``."""
        try:
            if reason := why_not(request, any_host=self.any_host):
                raise Refused(403, reason)
            return await handler(request)
        except Refused as refused:
            fields = {"fields": refused.fields} if refused.fields else {}
            return web.json_response({"error": str(refused), **fields}, status=refused.status)
        except web.HTTPException as error:
            return web.json_response({"error": f"{error.reason}."}, status=error.status, headers=allowed(error))
        except ConnectionError:
            raise
        except Exception as error:
            if is_told(error):
                return web.json_response({"error": f"{str(error).rstrip('.')}."}, status=404)
            log.exception("page_failed", path=request.path)
            return web.json_response({"error": "Something went wrong here. The terminal says what."}, status=500)


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer."""
    response.headers.update(HEADERS)


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Listen on that port, or on any free one when it cannot be had. Raises OSError for a host that is not ours."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno not in TAKEN or port == 0:
            raise
        await web.TCPSite(runner, host, 0).start()


def address(host: str, port: int) -> str:
    """What to open in a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


def look_of(request: web.Request) -> Look:
    """Who looks, and at what."""
    asked = request.query
    return Look(*(asked.get(name, "") for name in ("as", "in", "thread", "before", "engage")))


def given_out(client: Path, path: str) -> web.StreamResponse:
    """A file of the client. Raises LookupError for anything else, wherever the path leads."""
    try:
        real = (client / path).resolve()
        if real.is_relative_to(client) and real.suffix in KINDS and real.is_file():
            return web.FileResponse(real, headers={"Content-Type": KINDS[real.suffix]})
    except (OSError, ValueError):
        pass
    raise LookupError("There is no such file.")


async def read(request: web.Request) -> Any:
    """The JSON that was sent. Raises Refused."""
    sent = await request.read()
    if len(sent) > LARGEST and request.match_info["deed"] != "upload":
        raise web.HTTPRequestEntityTooLarge(LARGEST, len(sent))
    try:
        return json.loads(sent)
    except (ValueError, RecursionError):
        raise Refused(400, "This is not JSON.") from None


def is_told(error: Exception) -> bool:
    """Whether its words are for whoever asked: a LookupError's are, but not those of a key that was not there."""
    return isinstance(error, LookupError) and not isinstance(error, KeyError | IndexError)


def allowed(error: web.HTTPException) -> dict[str, str]:
    """What a 405 must say. https://www.rfc-editor.org/rfc/rfc9110#name-405-method-not-allowed"""
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
