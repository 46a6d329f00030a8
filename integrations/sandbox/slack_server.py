"""A stand-in Slack to connect an unmodified app to: Web API, sockets and response URLs over loopback, people to drive."""

import asyncio
import json
import re
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from aiohttp import web

from bot.ports import Clock
from integrations.sandbox import slack_files, slack_payloads
from integrations.sandbox.slack_call import Call
from integrations.sandbox.slack_chaos import Chaos, Trouble
from integrations.sandbox.slack_courier import Courier
from integrations.sandbox.slack_gate import SCOPES, Gate, RateLimited, SlackError, failed
from integrations.sandbox.slack_members import Group, Member
from integrations.sandbox.slack_outcome import Outcome
from integrations.sandbox.slack_people import METHODS, as_user
from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_respond import respond, spend
from integrations.sandbox.slack_stage import Stage
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Channel, Message, View, Workspace

__all__ = ["Channel", "Message", "Outcome", "Person", "StandInSlack", "View", "Workspace"]

log = structlog.get_logger()

LARGEST = 4 << 20


class StandInSlack:
    """One workspace, one app. ``clock`` rules triggers, response URLs, tickets, event retries and message times.

    ``ack_within`` and ``late_wait`` are seconds of real time: what the app has to ack, and how long a person looks
    for an answer that comes after an empty ack.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        team_name: str = "Harrowmere",
        scopes: set[str] | None = None,
        ack_within: float = 3.0,
        late_wait: float = 0.5,
    ) -> None:
        self.bot_token = f"xoxb-{secrets.token_hex(16)}"
        self.app_token = f"xapp-1-{secrets.token_hex(16)}"
        self.signing_secret = secrets.token_hex(16)
        self.workspace = Workspace(clock, team_name, f"T0{identifier(team_name)}")
        self.bot_user = self.workspace.bot_user
        self.gate = Gate(self.bot_token, self.app_token, set(SCOPES) if scopes is None else scopes)
        self.courier = Courier(clock, self.signing_secret, self.workspace.app_id, ack_within=ack_within)
        self.chaos = Chaos(self.courier)
        self.stage = Stage(self.workspace, self.courier, self.gate.scopes, late_wait=late_wait)
        self.calls: deque[tuple[str, Json]] = deque(maxlen=1000)
        """The last Web API calls: method and arguments, no tokens."""
        self._people: dict[str, Person] = {}
        self._runner: web.AppRunner | None = None
        bot = Member(self.bot_user, "tolbooth", "Tolbooth", self.workspace.team_id, bot=True)
        self.workspace.members[bot.id] = bot

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; ``port`` 0 lets the system choose."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.courier.link)
        app.router.add_get(slack_files.ROUTE, self._download)
        app.router.add_post("/response/{id}", self._response)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.stage.address = self.workspace.address = f"http://{host}:{self._runner.addresses[0][1]}"
        log.info("stand_in_slack_started", address=self.stage.address)

    async def stop(self) -> None:
        """Close every socket and stop listening."""
        await self.courier.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """Where the app finds the Web API; ends in ``/api/``."""
        return f"{self.stage.address}/api/"

    @property
    def socket_count(self) -> int:
        """How many sockets the app has open."""
        return len(self.courier.sockets)

    def add_person(
        self,
        handle: str,
        name: str,
        *,
        guest: bool = False,
        bot: bool = False,
        deleted: bool = False,
        team: str | None = None,
        email: str | None = None,
    ) -> str:
        """Add somebody and return their id. ``team`` is the id of another workspace, for one who visits from there."""
        id, team = f"U0{identifier(handle)}", team or self.workspace.team_id
        self.workspace.members[id] = Member(id, handle, name, team, guest=guest, bot=bot, deleted=deleted, email=email)
        return id

    async def deactivate(self, handle: str) -> None:
        """An administrator closes somebody's account, and Slack tells the app."""
        member = self._member(handle)
        member.deleted = True
        self.workspace.changed()
        if "users:read" in self.gate.scopes:
            told = slack_payloads.user_change(self.workspace, as_user(Call(self.workspace, self.gate, {}), member))
            await self.courier.event(slack_payloads.event(self.workspace, told))

    def add_channel(self, name: str, *, members: Iterable[str] = (), private: bool = False, with_bot: bool = True) -> str:
        """Add a channel and return its id; ``members`` are handles."""
        inside = [self._member(handle).id for handle in members] + [self.bot_user] * with_bot
        channel = Channel(f"C0{identifier(name)}", name, private, members=inside)
        self.workspace.channels[channel.id] = channel
        return channel.id

    def add_group(self, handle: str, members: Iterable[str]) -> str:
        """Add a user group and return its id; ``members`` are handles."""
        group = Group(f"S0{identifier(handle)}", handle, [self._member(one).id for one in members])
        self.workspace.groups[group.id] = group
        return group.id

    def user(self, handle: str) -> Person:
        """The person to drive, by handle or id."""
        member = self._member(handle)
        return self._people.setdefault(member.id, Person(self.stage, member))

    def _member(self, handle: str) -> Member:
        for member in self.workspace.members.values():
            if handle in (member.handle, member.id):
                return member
        raise LookupError(f"there is nobody called {handle!r}")

    def channel(self, name: str) -> Channel:
        """A channel by name or id."""
        for channel in self.workspace.channels.values():
            if name in (channel.name, channel.id):
                return channel
        raise LookupError(f"there is no channel {name!r}")

    def card(self, ref: str) -> Message:
        """The newest live message whose blocks say they are this mention's card. Raises LookupError without one."""
        found = [
            message
            for channel in self.workspace.channels.values()
            for message in channel.messages
            if any(block.get("block_id", "").startswith(f"card:{ref}:") for block in message.blocks)
        ]
        if not found:
            raise LookupError(f"there is no card for {ref}")
        return max(found, key=lambda message: message.order)

    def deliver_by_http(self, url: str) -> None:
        """POST everything to ``url``, signed, from now on; an empty one goes back to sockets."""
        self.courier.url = url

    async def verify_url(self) -> bool:
        """Send the ``url_verification`` challenge; whether the app gave it back."""
        challenge = secrets.token_urlsafe(16)
        payload = {"token": "stand-in", "challenge": challenge, "type": "url_verification"}
        ack = await self.courier.post("events_api", payload)
        return challenge in (ack.body.get("challenge"), ack.body.get("text"))

    async def tick(self) -> int:
        """Send again the events that are due by the clock; returns how many. Call it after moving the clock."""
        return await self.courier.send_again()

    async def connected(self, n: int = 1, timeout: float = 5) -> None:
        """Wait until the app has ``n`` sockets open. Raises TimeoutError."""
        await self.until(lambda: self.socket_count >= n, timeout)

    async def until(self, predicate: Callable[[], object], timeout: float = 5) -> None:
        """Look every 5 ms until it is so; what is not there yet (LookupError) is not so. Raises TimeoutError."""
        deadline = asyncio.get_running_loop().time() + timeout
        while not so(predicate):
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"still not so after {timeout} s")
            await asyncio.sleep(0.005)

    async def _api(self, request: web.Request) -> web.Response:
        method, arguments = request.match_info["method"], await read_arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
        arguments.pop("token", None)
        self.calls.append((method, arguments))
        trouble = self.chaos.take(method)
        await asyncio.sleep(trouble.delay)
        if trouble.error:
            return self._answer({"ok": False, "error": trouble.error})
        answer = self._answered(method, token, arguments) if trouble.done or not is_bad(trouble) else web.Response()
        return spoilt(request, trouble, answer)

    def _answered(self, method: str, token: str, arguments: Json) -> web.Response:
        """What Slack answers on a good day."""
        try:
            if method not in METHODS and method != "apps.connections.open":
                raise SlackError("unknown_method", req_method=method)
            self.gate.check(method, token, arguments, self.workspace.clock.now())
            if method == "apps.connections.open":
                link = self.stage.address.replace("http", "ws", 1)
                address = f"{link}/link?ticket={self.courier.ticket()}&app_id={self.workspace.app_id}"
                return self._answer({"ok": True, "url": address})
            return self._answer({"ok": True, **METHODS[method](Call(self.workspace, self.gate, arguments))})
        except SlackError as error:
            return self._answer(failed(error))
        except RateLimited as limit:
            return refused(429, limit.after)

    def _answer(self, body: Json) -> web.Response:
        return web.json_response(body, headers={"x-oauth-scopes": ",".join(sorted(self.gate.scopes))})

    async def _download(self, request: web.Request) -> web.Response:
        """A file's content."""
        trouble = self.chaos.take("download")
        await asyncio.sleep(trouble.delay)
        return spoilt(request, trouble, slack_files.download(self.workspace, self.gate, request))

    async def _response(self, request: web.Request) -> web.Response:
        """An answer through a response URL. No token: knowing the URL is the leave."""
        body, trouble = await read_arguments(request), self.chaos.take("response_url")
        await asyncio.sleep(trouble.delay)
        answer = web.Response(text="ok")
        if trouble.done or not (trouble.error or is_bad(trouble)):
            try:
                respond(self.workspace, spend(self.workspace, request.match_info["id"]), body)
            except SlackError as error:
                status = 404 if error.code in ("expired_url", "used_url") else 400
                answer = web.json_response(failed(error), status=status)
        if trouble.error:
            return web.json_response({"ok": False, "error": trouble.error}, status=404)
        return spoilt(request, trouble, answer)


def identifier(name: str) -> str:
    """A name as it stands in an id: ``out-of-hours`` is ``OUTOFHOURS``."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def so(predicate: Callable[[], object]) -> bool:
    """Whether it is so yet."""
    try:
        return bool(predicate())
    except LookupError:
        return False


def is_bad(trouble: Trouble) -> bool:
    """Whether the HTTP answer itself goes wrong."""
    return bool(trouble.status or trouble.drop)


def spoilt(request: web.Request, trouble: Trouble, answer: web.Response) -> web.Response:
    """The answer, or what the trouble makes of it."""
    if trouble.drop and request.transport is not None:
        request.transport.abort()
    return refused(trouble.status, trouble.retry_after) if trouble.status else answer


def refused(status: int, retry_after: int) -> web.Response:
    """An HTTP error as Slack words it."""
    if status == 429:
        return web.json_response(
            {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(retry_after)}
        )
    return web.Response(status=status, text="<!doctype html><title>Server Error</title>", content_type="text/html")


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """The arguments from the query and the body, JSON or form. What is no object counts as nothing."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        return arguments | (body if isinstance(body, dict) else {})
    return arguments | dict(await request.post())
