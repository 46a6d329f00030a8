"""Viva Engage's bench: the chat as it ships, polled by a clock that the bench moves, and people at their own page."""

import asyncio
import re
from asyncio import Task
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import handlers
from bot.clock import MovableClock
from bot.ports import Chat, MessageRef
from integrations.http import Http, HttpAnswer
from integrations.sandbox.engage_server import NEXT_DOOR, Message, StandInEngage
from integrations.sandbox.engage_server import Trouble as Spoilt
from integrations.viva_engage.chat import build
from integrations.viva_engage.settings import VivaEngageSettings
from tests.contracts.chats.bench import CHANNEL, SHUT_OUT, ChatOffers, On, Shown, Trouble, Wrong
from tests.contracts.chats.desk import Desk, core_settings
from tests.contracts.chats.engage_person import EngagePerson
from tests.contracts.chats.standing import Kept, StandingPeers, at_its_pace
from tests.integrations.viva_engage.bench import Drawer

OFFERS = frozenset({ChatOffers.FINDS, ChatOffers.DIGESTS, ChatOffers.OVERHEARS, ChatOffers.READS})
CALLS: Mapping[On, Mapping[str, str]] = {
    On.POST: {"method": "POST", "path": "/messages.json"},
    On.REDRAW: {"method": "POST", "path": "/messages.json"},
    On.PERSON: {"path": "/users/"},
    On.MEMBERS: {"path": "/users/in_group/"},
    On.LOOK: {"method": "GET", "path": "/messages/sent"},
    On.SIGN_IN: {"path": "/users/current"},
}
TROUBLES: Mapping[Trouble, tuple[Spoilt, Mapping[str, object]]] = {
    Trouble.WAIT: (Spoilt.TOO_MANY, {"retry_after": 17}),
    Trouble.TOKEN: (Spoilt.EXPIRED, {}),
    Trouble.BROKEN: (Spoilt.UNAVAILABLE, {}),
    Trouble.HALF: (Spoilt.BAD_GATEWAY, {"done": True}),
    Trouble.LOST: (Spoilt.LOST, {}),
    Trouble.UNHEARD: (Spoilt.DROPPED, {}),
    Trouble.GARBAGE: (Spoilt.HTML, {}),
}
NOBODY_SIGNED_IN = {"client_id": "app", "tenant": "harrowmere.gov.uk"}
"""What ends a start. A sign-in that was kept and is refused may be taken again, and ends nothing."""
A_MOMENT = 0.001
"""Seconds between two looks at whether a call is done."""
ADDRESS = re.compile(r"https?://\S+")
WORD = re.compile(r"/?[a-z]+")


class Counted(Http):
    """The ordinary calls; how many are under way, so that it can be seen when nothing is."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way = 0

    async def call(self, method: str, url: str, **how: Any) -> HttpAnswer:
        """As ever."""
        self.under_way += 1
        try:
            return await super().call(method, url, **how)
        finally:
            self.under_way -= 1


class EngageBench:
    """One network with two communities, and the chat."""

    name, offers = "viva_engage", OFFERS

    def __init__(self, engage: StandInEngage, clock: MovableClock, http: Counted) -> None:
        self.engage, self.clock, self.http = engage, clock, http
        self.desk, self.peers, self.memory = Desk(), StandingPeers(clock), Kept()
        self._token = engage.token()
        for handle, name in (("priya", "Priya Shah"), ("dev", "Dev Patel"), ("morag", "Morag Reid")):
            engage.add_person(handle, name)
        engage.add_person("gus", "Gus Guest", network=NEXT_DOOR)
        engage.add_person("zoe", "Zoe Strange", network=NEXT_DOOR)
        engage.add_person("lee", "Lee Gone", state="suspended")
        self.community = engage.add_community("Mentions desk", members=["priya", "dev", "morag", "gus", "zoe"], private=True)
        self.shut = engage.add_community("Elsewhere", members=["priya"], private=True, service=False)
        self._people: dict[str, EngagePerson] = {}
        self.chat = self.another()

    @property
    def secrets(self) -> Sequence[str]:
        """The token."""
        return (self._token,)

    @property
    def calls(self) -> int:
        """Of the REST API."""
        return len(self.engage.limits.calls)

    def another(self, wrong: Wrong = Wrong.NOTHING) -> Chat:
        """From the settings of the contract."""
        signing_in = NOBODY_SIGNED_IN if wrong is Wrong.TOKEN else {"token": self._token}
        given = {"api_url": self.engage.api_url, **signing_in}
        communities = {CHANNEL: str(self.community.id)}
        if wrong is Wrong.CHANNEL:
            communities[SHUT_OUT] = str(self.shut.id)
        ids = {one: str(self.engage.world.person(one).id) for one in ("morag", "dev")}
        core = core_settings(ids["morag"], ids["dev"])
        chat = build(
            VivaEngageSettings.model_validate({**given, "communities": communities}),
            core=core,
            channels=list(communities),
            pictures=False,
            verbs=handlers.TYPED,
            clock=self.clock,
            peers=self.peers,
            http=self.http,
            tokens=Drawer(),
            memory=self.memory,
            others=False,
        )
        return at_its_pace(chat, self.clock)

    async def faults(self, wrong: Wrong = Wrong.NOTHING) -> list[str]:
        """What a check finds."""
        chat = self.another(wrong)
        found = list(await chat.check())
        await chat.stop()
        return found

    def person(self, name: str) -> EngagePerson:
        """By their handle."""
        return self._people.setdefault(name, EngagePerson(self, name))

    def adds(self, name: str, shown_as: str) -> EngagePerson:
        """A colleague, in no community."""
        self.engage.add_person(name, shown_as)
        return self.person(name)

    def nobody(self) -> str:
        """As ids look."""
        return "990017"

    def ourselves(self) -> str:
        """The service user."""
        return str(self.engage.service.id)

    def leaves(self, name: str) -> None:
        """Their account is closed."""
        self.engage.deactivate(name)

    def shown(self, channel: str = CHANNEL) -> list[Shown]:
        """What the service user said there."""
        community = self.community if channel == CHANNEL else self.shut
        ours = self.engage.world.live(lambda one: one.group == community.id and one.sender == self.engage.service.id)
        return [shown(one) for one in ours]

    def notified(self) -> list[str]:
        """Whom words of ours name."""
        ours = self.engage.world.live(lambda one: one.sender == self.engage.service.id and not one.between)
        return [str(id) for one in ours for id in one.names]

    def deletes(self, message: MessageRef) -> None:
        """With all that stands under it."""
        self.engage.delete_thread(self.message(message))

    def copies(self, text: str) -> None:
        """Priya begins a thread with it."""
        world = self.engage.world
        world.say(world.person("priya").id, text, group=self.community.id)

    def shuts(self, channel: str) -> None:
        """The community is deleted."""
        self.engage.delete_community(self.community if channel == CHANNEL else self.shut)

    def goes_wrong(self, trouble: Trouble, on: On, times: int = 1) -> None:
        """One kind of call."""
        spoilt, how = TROUBLES[trouble]
        more: dict[str, Any] = {**CALLS[on], **how}
        self.engage.problems.next(spoilt, times=times, **more)

    def calms(self) -> None:
        """Nothing more goes wrong."""
        self.engage.problems.coming.clear()

    async def restarts(self) -> None:
        """With what it remembers."""
        await self.chat.stop()
        self.chat = self.another()
        await self.chat.start(self.desk.run)
        await self.settled()

    async def heard(self) -> None:
        """Two polls: what is asked in the first may be answered by the second."""
        for _ in range(2):
            self.clock.advance(seconds=61)
            self.peers.rouse()
            await self.settled()

    async def settled(self) -> None:
        """Nothing is under way, and whoever goes on by itself waits for time to pass."""
        quiet = 0
        async with asyncio.timeout(5):
            while quiet < 10 and self.chat.health()["listening"]:
                await asyncio.sleep(0 if quiet else A_MOMENT)
                quiet = quiet + 1 if not self.http.under_way and self.peers.are_waiting else 0

    async def idles(self) -> None:
        """Three minutes."""
        for _ in range(3):
            self.clock.advance(seconds=61)
            self.peers.rouse()
            for _ in range(20):
                await asyncio.sleep(0)

    async def passes(self, work: Task[None]) -> None:
        """Half a minute at a time."""
        async with asyncio.timeout(5):
            while not work.done():
                if not self.http.under_way:
                    self.clock.advance(seconds=30)
                    self.peers.rouse()
                await asyncio.sleep(0)
        await work

    async def delivers_again(self) -> None:
        """The page that came last, each message twice, and in another order."""
        for spoilt in (Spoilt.REPEATED, Spoilt.DOUBLED, Spoilt.SHUFFLED):
            self.engage.problems.next(spoilt, method="GET", path="/messages/in_group")
            await self.heard()

    def message(self, at: MessageRef) -> Message:
        """A message by where it is."""
        return self.engage.world.messages[int(at.id)]


def shown(one: Message) -> Shown:
    """A message as it reads."""
    words = {word.removeprefix("/") for word in WORD.findall(one.text.lower())}
    under = "" if one.is_starter else str(one.thread_id)
    return Shown(str(one.id), one.text, under, tuple(ADDRESS.findall(one.text)), frozenset(words & handlers.TYPED.keys()))


@asynccontextmanager
async def open_bench(clock: MovableClock) -> AsyncIterator[EngageBench]:
    """Viva Engage listens as long as the bench is open, and the chat reads it."""
    async with StandInEngage(clock) as engage, Counted() as http:
        bench = EngageBench(engage, clock, http)
        await bench.chat.start(bench.desk.run)
        await bench.settled()
        yield bench
        await bench.chat.stop()
