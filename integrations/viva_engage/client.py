"""The calls to Viva Engage's REST API: signed, and never more often than it allows, whoever of us calls.

Each user of an app has ten calls in 30 seconds for messages, ten for all others, and one poll of a feed a minute:
https://learn.microsoft.com/rest/api/yammer/rest-api-rate-limits
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import structlog

from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Clock, Pace, Peers
from integrations.fresh import Fresh
from integrations.http import Http, HttpAnswer, of_a_read
from integrations.viva_engage import reading_json as parse
from integrations.viva_engage.failures import Call, Slower, failure, read
from integrations.viva_engage.keys import Keys
from integrations.viva_engage.parse import PAGE, POLL, Community, Feed, Message, User
from integrations.viva_engage.settings import SigningIn

log = structlog.get_logger()

ROOM = "all:viva_engage"
"""The budget of all that is said; the outbox spends it too."""
WRITES = Pace(timedelta(seconds=4.5), 1)
LONGEST_WAIT = timedelta(minutes=10)
LARGEST = 8 << 20
"""Twenty messages of the greatest length, each in three forms, fit in."""
A_DAY = timedelta(days=1)
MOST_PAGES = 40
"""Of the members of a community, 50 on each."""


class Gate(StrEnum):
    """What Viva Engage counts apart."""

    MESSAGES = "messages"
    OTHERS = "others"


PACES: Mapping[Gate, Pace] = {
    Gate.MESSAGES: Pace(timedelta(seconds=3.5), 1),
    Gate.OTHERS: Pace(timedelta(seconds=6), 4),
}
"""At most nine in any 30 seconds, where ten are allowed."""


class Engage:
    """One service user's way to the API. What it raises names no token and nobody's words.

    A call without room raises TryLater and sends nothing; with ``patient`` it waits for room, at most LONGEST_WAIT.
    """

    def __init__(self, signing_in: SigningIn, *, http: Http, clock: Clock, keys: Keys, peers: Peers) -> None:
        self.settings = signing_in
        self.clock = clock
        self._http, self._keys, self._peers = http, keys, peers
        self._budgets = f"viva_engage:{app_of(signing_in)}"
        self._slower = Slower()
        self._me: User | None = None
        self._private: Fresh[int, bool] = Fresh(clock)

    # --- people and communities

    async def me(self, *, patient: bool = False) -> User:
        """The service user, asked once, and again when somebody else was signed in."""
        if self._me is None:
            found = parse.user(await self._read(Gate.OTHERS, "/users/current.json", patient=patient))
            if found is None:
                raise TryLater("Viva Engage did not say whose token this is")
            self._me = found if found.is_active else None
            return found
        return self._me

    async def user(self, user: int, *, patient: bool = False) -> User:
        """Somebody by their id. Raises NotThere, and Refused for one of whom it will not tell."""
        try:
            found = parse.user(await self._read(Gate.OTHERS, f"/users/{user}.json", patient=patient))
        except SignInAgain as error:
            self._me = None
            await self.me(patient=patient)
            raise Refused("Viva Engage does not tell us of this person, though it lets us in") from error
        if found is None or found.id != user:
            raise TryLater("Viva Engage's answer about a person could not be read")
        return found

    async def by_email(self, email: str, *, patient: bool = False) -> User | None:
        """Somebody by their e-mail; None where nobody has it."""
        try:
            body = await self._read(Gate.OTHERS, "/users/by_email.json", {"email": email}, patient=patient)
        except NotThere:
            return None
        return parse.one_by_email(body, email)

    async def members(self, group: int, *, patient: bool = False) -> frozenset[int]:
        """The ids of a community's members. Past the first page it waits for room."""
        found: set[int] = set()
        for page in range(1, MOST_PAGES + 1):
            where, params = f"/users/in_group/{group}.json", {"page": str(page)}
            body = await self._read(Gate.OTHERS, where, params, patient=patient or page > 1)
            if (read_page := parse.members(body)) is None:
                raise TryLater("Viva Engage's answer about a community could not be read")
            ids, more = read_page
            if not more or ids <= found:
                return frozenset(found | ids)
            found |= ids
        log.warning("viva_engage_members_cut", group=group, counted=len(found))
        return frozenset(found)

    async def community(self, group: int, *, patient: bool = False) -> Community:
        """A community by its number. Raises NotThere."""
        found = parse.community(await self._read(Gate.OTHERS, f"/groups/{group}.json", patient=patient))
        if found is None or found.id != group:
            raise TryLater("Viva Engage's answer about a community could not be read")
        return found

    async def is_private(self, group: int, *, patient: bool = False) -> bool:
        """Whether only its members can read a community, as of at most five minutes ago. Raises NotThere."""

        async def ask() -> bool:
            return (await self.community(group, patient=patient)).is_private

        return await self._private.get(group, ask)

    # --- messages

    async def in_community(
        self, group: int, *, newer_than: int | None = None, older_than: int | None = None, patient: bool = False
    ) -> Feed:
        """A page of a community, all its threads mixed. With ``newer_than`` the newest of those: see ``walk``."""
        return await self._feed(f"/messages/in_group/{group}.json", newer_than, older_than, patient=patient)

    async def in_thread(
        self, thread: int, *, newer_than: int | None = None, older_than: int | None = None, patient: bool = False
    ) -> Feed:
        """A page of a thread. Raises NotThere."""
        return await self._feed(f"/messages/in_thread/{thread}.json", newer_than, older_than, patient=patient)

    async def received(self, *, newer_than: int | None = None, older_than: int | None = None, patient: bool = False) -> Feed:
        """A page of what names the service user or is written to it."""
        return await self._feed("/messages/received.json", newer_than, older_than, patient=patient)

    async def private(self, *, newer_than: int | None = None, older_than: int | None = None, patient: bool = False) -> Feed:
        """A page of the private messages of the service user, its own too."""
        return await self._feed("/messages/private.json", newer_than, older_than, patient=patient)

    async def sent(self, *, newer_than: int | None = None, older_than: int | None = None, patient: bool = False) -> Feed:
        """A page of what the service user said, wherever; read only to look for something."""
        return await self._feed("/messages/sent.json", newer_than, older_than, patient=patient)

    async def say(
        self, body: str, *, group: int | None = None, under: int | None = None, to: int | None = None, patient: bool = False
    ) -> Message:
        """Begin a thread in a community, say something under a message, or write to one person.

        Raises Unsure when it may have been said, NotThere when the thread or the community is gone.
        """
        where = {"group_id": group, "replied_to_id": under, "direct_to_user_ids": [to] if to is not None else None}
        content = {"body": body} | {name: value for name, value in where.items() if value is not None}
        answer = await self._call("POST", "/messages.json", Gate.MESSAGES, call=Call.WRITE, patient=patient, json=content)
        said = parse.feed(read(answer.body), self.clock.now())
        if said is None or not said.messages:
            raise Unsure("Viva Engage took it, and its answer could not be read")
        return said.messages[-1]

    async def like(self, message: int, *, patient: bool = False) -> None:
        """Like a message; twice is harmless. Raises NotThere."""
        where, which = "/messages/liked_by/current.json", {"message_id": str(message)}
        await self._call("POST", where, Gate.OTHERS, call=Call.REPEATABLE, patient=patient, params=which)

    async def delete(self, message: int, *, patient: bool = False) -> None:
        """Delete a message of the service user. Raises NotThere when it is gone already."""
        await self._call("DELETE", f"/messages/{message}", Gate.MESSAGES, call=Call.REPEATABLE, patient=patient)

    # --- room

    async def may_poll(self, feed: str, each: timedelta) -> timedelta:
        """Zero when this feed may be read now, by whichever copy asks first; else how long to wait: it is once a minute."""
        return await self._peers.spend(f"{self._budgets}:poll:{feed}", max(each, POLL), 1)

    async def polled(self, feed: str, each: timedelta) -> None:
        """Count the minute of a feed from now: its call waited for room, and came later than ``may_poll`` was asked."""
        await self._peers.pause(f"{self._budgets}:poll:{feed}", max(each, POLL))

    async def room_to_write(self) -> timedelta:
        """Take room to say something: zero when there is, else how long to wait. For what does not go by the outbox."""
        return await self._peers.spend(ROOM, WRITES.per, WRITES.burst)

    async def begins(self) -> None:
        """Begin slowly: who was just started does not know what was used a moment before. Several who begin count as one."""
        for gate, pace in PACES.items():
            if not await self._peers.spend(f"{self._budgets}:{gate} begun", A_DAY):
                for _ in range(pace.burst - 1):
                    await self._peers.spend(f"{self._budgets}:{gate}", pace.per, pace.burst)

    async def _room(self, gate: Gate, *, patient: bool) -> None:
        """Take room for one call. Raises TryLater without any."""
        pace, begun = PACES[gate], self.clock.now()
        while (wait := await self._peers.spend(f"{self._budgets}:{gate}", pace.per, pace.burst)) > timedelta(0):
            if not patient or self.clock.now() + wait - begun > LONGEST_WAIT:
                raise TryLater("Viva Engage allows ten calls in 30 seconds, and these are used", wait, bucket=gate)
            await self._peers.wait("room viva_engage", wait)

    # --- calls

    async def _feed(self, path: str, newer_than: int | None, older_than: int | None, *, patient: bool) -> Feed:
        asked = {"newer_than": newer_than, "older_than": older_than, "limit": PAGE}
        params = {name: str(value) for name, value in asked.items() if value}
        found = parse.feed(await self._read(Gate.MESSAGES, path, params, patient=patient), self.clock.now())
        if found is None:
            raise TryLater("Viva Engage answered with something that is no list of messages")
        if self._me and found.me not in (0, self._me.id):
            log.warning("viva_engage_service_user_changed", before=self._me.id, now=found.me)
            self._me = None
        return found

    async def _read(self, gate: Gate, path: str, params: Mapping[str, str] | None = None, *, patient: bool) -> object:
        """The JSON at a path."""
        answer = await self._call("GET", path, gate, call=Call.READ, patient=patient, params=params)
        body = read(answer.body)
        if body is None:
            raise TryLater("Viva Engage's answer could not be read")
        return body

    async def _call(self, method: str, path: str, gate: Gate, *, call: Call, patient: bool, **how: Any) -> HttpAnswer:
        """One call, and another where the token had to be renewed. Raises OutsideError."""
        await self._room(gate, patient=patient)
        token = await self._keys.token()
        answer = await self._send(method, path, call, how | signed(token))
        if answer.status == 401:
            token = await self._keys.renew(token)
            await self._room(gate, patient=True)
            answer = await self._send(method, path, call, how | signed(token))
        if 200 <= answer.status < 300:
            self._slower.calm()
            return answer
        if answer.status == 429:
            raise await self._pause(gate, answer)
        raise failure(answer, call)

    async def _send(self, method: str, path: str, call: Call, how: Mapping[str, Any]) -> HttpAnswer:
        try:
            return await self._http.call(method, self.settings.api_url + path, largest=LARGEST, **how)
        except Unsure as error:
            if call is Call.WRITE:
                raise
            raise of_a_read(error, "Viva Engage") from error

    async def _pause(self, gate: Gate, answer: HttpAnswer) -> TryLater:
        """Both gates are shut for every copy: past its limit Viva Engage refuses all calls, whatever they are."""
        wait = self._slower.wait_after(answer.headers.get("Retry-After"), self.clock.now())
        await asyncio.gather(*(self._peers.pause(f"{self._budgets}:{each}", wait) for each in Gate))
        log.warning("viva_engage_asks_for_a_pause", seconds=wait.total_seconds())
        return TryLater("Viva Engage asks us to slow down", wait, bucket=gate)


def signed(token: str) -> dict[str, Any]:
    """What makes it the service user's call."""
    return {"headers": {"Authorization": f"Bearer {token}", "Accept": "application/json"}}


def app_of(settings: SigningIn) -> str:
    """Which app and user the limits are counted for: one service user is signed in to each app."""
    if settings.client_id:
        return f"{settings.tenant} {settings.client_id}".strip()
    given = settings.token.get_secret_value() if settings.token else ""
    return sha256(given.encode()).hexdigest()[:12]
