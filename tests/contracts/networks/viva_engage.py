"""Viva Engage's bench: the adapter as it ships, and the stand-in that staff's bridge is tested with, its limits and all."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing, Peers
from integrations.http import Http
from integrations.sandbox.engage_problems import PAGE, Trouble
from integrations.sandbox.engage_server import Message, StandInEngage
from integrations.viva_engage.network import build
from integrations.viva_engage.settings import VivaEngageAccount, VivaEngageSettings
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.contracts.networks.jumping import JumpingPeers

A_RESTART = timedelta(seconds=30)
"""What Viva Engage counts by: whoever is started anew knows nothing of the calls before."""


def said(message: str, code: int) -> bytes:
    """A refusal in the shape of the sample."""
    return f'{{"response": {{"message": "{message}", "code": {code}, "stat": "fail"}}}}'.encode()


TOKEN, CONSENT = said("Token not found.", 16), said("The app is not authorized for this network.", 18)
MANY, MEMBER = said("Rate limited due to excessive requests.", 33), said("You are not a member of this private group.", 19)
HTML = PAGE.encode()
WAIT = {"Retry-After": "120"}


@dataclass
class Answers:
    """What a call is answered in place of the truth."""

    on: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class RudeEngage(StandInEngage):
    """The same, which can be made to answer anything."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(clock)
        self.rude: list[Answers] = []

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        on = "write" if request.method == "POST" else "read"
        for one in self.rude:
            if one.on == on and "/messages" in request.path:
                self.rude.remove(one)
                return web.Response(status=one.status, body=one.body, headers=one.headers)
        answer: web.StreamResponse = await super()._answer(request, handler)
        return answer


class VivaEngageBench:
    """Colleagues write in one community; the inbox is read too."""

    name = "viva_engage"
    offers = frozenset(
        {Offers.POLL, Offers.REPLIES, Offers.THREADS, Offers.EDITS, Offers.DELETIONS, Offers.ELSEWHERE}
        | {Offers.PREFLIGHT, Offers.LOOKS, Offers.LIMIT}
    )
    errors = (
        ErrorCase("token", "read", 401, TOKEN, SignInAgain),
        ErrorCase("consent", "read", 403, CONSENT, SignInAgain),
        ErrorCase("a proxy's 404", "read", 404, HTML, TryLater),
        ErrorCase("too many", "read", 429, MANY, TryLater, WAIT, timedelta(minutes=2)),
        ErrorCase("too many, no word how long", "read", 429, MANY, TryLater, {}, timedelta(seconds=30)),
        ErrorCase("a page", "read", 200, HTML, TryLater),
        ErrorCase("no feed", "read", 200, b"{}", TryLater),
        ErrorCase("away", "read", 503, b"", TryLater),
        ErrorCase("token", "write", 401, TOKEN, SignInAgain),
        ErrorCase("consent", "write", 403, CONSENT, SignInAgain),
        ErrorCase("no member", "write", 403, MEMBER, Refused),
        ErrorCase("gone", "write", 404, said("Replied to message not found.", 20), NotThere),
        ErrorCase("not taken", "write", 422, b'{"errors": {"body": ["is spam"]}}', Refused),
        ErrorCase("too many", "write", 429, MANY, TryLater, WAIT, timedelta(minutes=2)),
        ErrorCase("broken", "write", 500, b"", Unsure),
        ErrorCase("a page in its place", "write", 201, HTML, Unsure),
        ErrorCase("nothing in it", "write", 201, b"{}", Unsure),
    )

    def __init__(self, engage: RudeEngage, http: Http, clock: MovableClock) -> None:
        self.engage, self.clock, self._http = engage, clock, http
        self.community = engage.add_community("All Staff")
        self._token = engage.token()
        self.network: Network = self.built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "viva_engage", "channel": "mentions", "private_channel": "private"}
        given |= {"token": self._token, "listens_to": [str(self.community.id)], "api_url": self.engage.api_url}
        return given | {"private_messages": True}

    def built(self, peers: Peers | None = None, *, beside: VivaEngageSettings | None = None, **changed: object) -> Network:
        """The adapter as it ships. Its waits take no time, or that of whoever lets many accounts live together."""
        peers = peers or getattr(self._http, "peers", None) or JumpingPeers(self.clock)
        account = VivaEngageAccount.model_validate({**self.settings, **changed})
        return build(account, http=self._http, clock=self.clock, peers=peers, beside=beside)

    async def restart(self) -> Network:
        """It keeps nothing."""
        self.clock.advance(A_RESTART)
        self.network = self.built()
        return self.network

    def message(self, native_id: str) -> Message:
        """One message."""
        return self.engage.world.messages[int(native_id)]

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A colleague begins a thread, or says something in one."""
        if by not in {one.handle for one in self.engage.world.people.values()}:
            self.engage.add_person(by, by.capitalize())
        person = self.engage.person(by)
        under = self.message(in_reply_to) if in_reply_to else None
        made = person.says(text, under=under, where=self.community)
        made.at = at or made.at
        return str(made.id)

    async def edits(self, native_id: str, text: str) -> None:
        """Its author changes it, which nothing tells of."""
        self.engage.world.edit(self.message(native_id), text)

    async def deletes(self, native_id: str) -> None:
        """Its author deletes it, and with it its thread if it began that."""
        self.engage.world.delete(self.message(native_id))

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """Somebody who signs in as the service user answers at Viva Engage's own page."""
        return str(self.engage.person("tolbooth").says(text, under=self.message(native_id)).id)

    def calls(self) -> Calls:
        """Nobody calls."""
        raise NotImplementedError

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """Answered so, and nothing is done."""
        self.engage.rude.append(Answers(on, status, body, headers or {}))

    async def loses_the_answer(self) -> None:
        """Said, and the line is cut."""
        self.engage.problems.next(Trouble.LOST, method="POST")

    def public(self) -> Sequence[Shown]:
        """What we said, as colleagues read it."""
        ours = self.engage.world.live(lambda one: one.sender == self.engage.service.id and one.replied_to is not None)
        return [Shown(str(one.id), one.text, str(one.replied_to)) for one in ours]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply under a message."""
        now, thread = self.clock.now(), str(self.message(native_id).thread_id)
        return Outgoing(key, text, native_id, thread, now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """Messages cannot be searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[VivaEngageBench]:
    """Viva Engage answers as long as the bench is open."""
    async with RudeEngage(clock) as engage:
        yield VivaEngageBench(engage, http, clock)
