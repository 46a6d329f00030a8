"""A stand-in Viva Engage over loopback, for tests, the demo and practice: its REST API, its rules, people to drive."""

import asyncio
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import structlog
from aiohttp import web

from bot.ports import Clock
from integrations.sandbox import engage_problems
from integrations.sandbox.engage_limits import Call, EngageLimits
from integrations.sandbox.engage_person import EngagePerson
from integrations.sandbox.engage_problems import Coming, EngageProblems, Trouble
from integrations.sandbox.engage_routes import ME, EngageRoutes
from integrations.sandbox.engage_shapes import Wrong, refusal
from integrations.sandbox.engage_world import HOME, NEXT_DOOR, Colleague, Community, EngageWorld, Message, Thread

__all__ = ["HOME", "NEXT_DOOR", "Colleague", "Community", "EngagePerson", "Message", "StandInEngage", "Thread", "Trouble"]

log = structlog.get_logger()

SERVICE = "tolbooth"
NOBODY = (0, "")


@dataclass(slots=True)
class Session:
    """What an access token opens: one person's sight, through one app."""

    who: Colleague
    app: str
    until: datetime | None = None
    is_withdrawn: bool = False


class StandInEngage:
    """One network on a loopback port; ``clock`` rules limits, tokens and the times of messages.

    In a test::

        async with StandInEngage(clock) as engage:                        # or await engage.start() … await engage.stop()
            engage.add_person("priya", "Priya Shah")                      # email=, network=NEXT_DOOR, state="suspended"
            desk = engage.add_community("Desk", members=["priya"], private=True)   # the service user is a member too
            engage.api_url, engage.token(), str(desk.id)                  # what goes into the settings

            thread = engage.thread_of("M-142")                            # .text .replies[-1].text .starter.liked_by
            said = engage.person("priya").says("claim", under=thread)     # said.liked_by, said.id; .edits .deletes .likes
            engage.person("priya").says("Lunch?", where=desk)             # begins a thread; where= a name, an id or it
            engage.person("priya").writes("queue")                        # private, to the service user; .told: its answers
            engage.person("priya").notifications                          # what named them or was private to them

            engage.limits.tightest_window() <= 10                         # most calls within any 30 s
            engage.limits.shortest_gap(f"in_group/{desk.id}")             # polls(feed), reads(feed), calls, refused
            engage.problems.next(Trouble.LOST, method="POST")             # times=, lasting=, path=, done=, retry_after=
            engage.expire_tokens(); engage.withdraw_consent(); engage.limits.tells_when = True    # Retry-After
            engage.routes.poll_interval = 120; engage.routes.hides = engage.routes.counts_all_older = True
            engage.delete_community(desk); engage.delete_thread(thread)
            engage.world.version, engage.world.listeners                  # for a page; threads_in, conversations, messages
    """

    def __init__(self, clock: Clock, *, domain: str = "harrowmere.gov.uk") -> None:
        self.clock = clock
        self.world = EngageWorld(clock, domain)
        self.limits = EngageLimits(clock)
        self.problems = EngageProblems(clock)
        self.routes = EngageRoutes(self.world)
        self.service = self.world.add_person(SERVICE, "Tolbooth")
        self.sessions: dict[str, Session] = {}
        self.api_url = ""
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    # --- server

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> Self:
        """Listen; ``port`` 0 lets the system choose; ``api_url`` says where."""
        self._stopping.clear()
        app = web.Application(middlewares=[self._answer])
        self.routes.add_to(app.router)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.api_url = f"http://{host}:{self._runner.addresses[0][1]}/api/v1"
        log.info("stand_in_engage_started", address=self.api_url)
        return self

    async def stop(self) -> None:
        """Stop listening; calls that hang are cut off."""
        self._stopping.set()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        session = self.sessions.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        who = (session.who.id, session.app) if session else NOBODY
        call = self.limits.counted(who, request.method, request.path, request.query)
        if session is None or session.who.state != "active":
            return refusal(*engage_problems.UNKNOWN)
        if session.until and session.until <= self.clock.now():
            return refusal(*engage_problems.EXPIRED)
        if session.is_withdrawn:
            return refusal(*engage_problems.WITHDRAWN)
        if call.refused:
            return self._too_many(who)
        request[ME] = session.who
        coming = self.problems.take(call)
        if coming is None or coming.trouble in engage_problems.OF_A_PAGE:
            return await self._true(request, handler, call, coming)
        if coming.done:
            await self._true(request, handler, call, None)
        return await self._troubled(request, coming)

    def _too_many(self, who: tuple[int, str]) -> web.Response:
        wait = str(int(self.limits.shut_for(who).total_seconds()) + 1)
        return refusal(*engage_problems.TOO_MANY, {"Retry-After": wait} if self.limits.tells_when else None)

    async def _true(self, request: web.Request, handler: Any, call: Call, coming: Coming | None) -> web.StreamResponse:
        """The real answer; a page of a feed may be spoilt."""
        try:
            answer: web.Response = await handler(request)
        except Wrong as wrong:
            return refusal(wrong.status, str(wrong), wrong.code)
        if not call.feed or not answer.text:
            return answer
        body = json.loads(answer.text)
        sent = self.problems.page(coming, call.feed, body)
        return answer if sent is body else web.json_response(sent)

    async def _troubled(self, request: web.Request, coming: Coming) -> web.StreamResponse:
        answer = engage_problems.answered(coming)
        if answer is not None:
            return answer
        if coming.trouble is Trouble.HANGS:
            await self._stopping.wait()
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    # --- who may call

    def token(self, who: str | int = SERVICE, app: str = "stand-in-app", lasts: timedelta | None = None) -> str:
        """A new access token for somebody through an app, by default one that does not expire."""
        made = f"stand-in-{secrets.token_urlsafe(24)}"
        until = self.clock.now() + lasts if lasts is not None else None
        self.sessions[made] = Session(self.world.person(who), app, until)
        return made

    def expire_tokens(self) -> None:
        """Every token given out so far has expired."""
        for session in self.sessions.values():
            session.until = self.clock.now()

    def forget_tokens(self) -> None:
        """Every token given out so far is unknown."""
        self.sessions.clear()

    def withdraw_consent(self, app: str = "", *, withdrawn: bool = True) -> None:
        """An administrator no longer lets an app (or any) in; or lets it in again."""
        for session in self.sessions.values():
            if app in ("", session.app):
                session.is_withdrawn = withdrawn

    # --- who and what is there

    def add_person(self, handle: str, name: str, **more: Any) -> Colleague:
        """Add somebody. ``email`` (by default the handle at our domain), ``network`` (NEXT_DOOR: a guest), ``state``."""
        return self.world.add_person(handle, name, **more)

    def add_community(
        self, name: str, *, members: Iterable[str | int] = (), private: bool = False, service: bool = True
    ) -> Community:
        """Add a community with its members by handle; the service user is one, unless ``service`` is off."""
        ids = [self.world.person(one).id for one in members] + [self.service.id] * service
        return self.world.add_community(name, members=ids, private=private)

    def person(self, who: str | int) -> EngagePerson:
        """Somebody to drive. Raises LookupError."""
        return EngagePerson(self.world, self.world.person(who), self.service)

    def deactivate(self, who: str | int, state: str = "suspended") -> None:
        """An administrator closes somebody's account."""
        self.world.person(who).state = state
        self.world.changed()

    def thread_of(self, ref: str, where: Any = None) -> Thread:
        """The thread of a mention, by its code; ``where``: in one community. Raises LookupError."""
        return self.world.thread_of(ref, among=() if where is None else {self.world.community(where).id})

    def delete_thread(self, thread: Thread | Message) -> None:
        """An administrator deletes a thread."""
        self.world.delete(thread.thread.starter if isinstance(thread, Message) else thread.starter)

    def delete_community(self, which: str | int | Community) -> None:
        """An administrator deletes a community with all that was said in it."""
        self.world.delete_community(self.world.community(which))
