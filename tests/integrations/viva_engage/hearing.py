"""A listener over loopback for tests: what it was asked is remembered, and answered as a test says."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import handlers
from bot.card import Answer
from bot.clock import MovableClock
from bot.command import Command
from bot.form import Form
from bot.settings import CoreSettings
from integrations.sandbox.engage_server import Community, EngagePerson, StandInEngage, Thread
from integrations.viva_engage.client import Engage
from integrations.viva_engage.listen import Listener
from integrations.viva_engage.people import People
from integrations.viva_engage.settings import VivaEngageSettings
from tests.integrations.viva_engage.bench import PassingPeers

Answers = Callable[[Command], Answer | Form]


class OneOfTwo(PassingPeers):
    """There is another copy, which may be the one that reads."""

    is_ours = True

    async def lease(self, what: str, ttl: timedelta) -> bool:
        return self.is_ours


class Keeps:
    """A memory that lasts as long as a test."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def recall(self, name: str) -> str | None:
        return self.kept.get(name)

    async def recall_all(self, beginning: str) -> Mapping[str, str]:
        return {name: value for name, value in self.kept.items() if name.startswith(beginning)}

    async def keep(self, name: str, value: str, ref: str = "") -> None:
        self.kept[name] = value

    async def forget(self, name: str) -> None:
        self.kept.pop(name, None)


def done(_command: Command) -> Answer:
    """Done, and the thread shows it."""
    return Answer((("Done.",),), card_says_it=True)


class Hearing:
    """A community with the thread of M-142, and a listener that has listened before."""

    def __init__(self, there: StandInEngage, desk: Community, engage: Engage, peers: OneOfTwo) -> None:
        self.there, self.desk, self.engage, self.peers = there, desk, engage, peers
        self.memory = Keeps()
        self.asked: list[Command] = []
        self.answers: Answers = done
        self.core = CoreSettings(roles={"lead": (str(there.world.person("dev").id),)})
        self.listener = self.begun()
        self.thread: Thread

    @property
    def clock(self) -> MovableClock:
        return self.peers.clock

    def begun(self, *, others: bool = False) -> Listener:
        """Another listener, as after a restart."""

        async def run(command: Command) -> Answer | Form:
            self.asked.append(command)
            return self.answers(command)

        return Listener(
            run,
            engage=self.engage,
            people=People(self.engage, self.core, self.clock, others=others, memory=self.memory),
            memory=self.memory,
            clock=self.clock,
            peers=self.peers,
            settings=VivaEngageSettings(token="t", communities={"mentions": str(self.desk.id), "also": str(self.desk.id)}),
            core=self.core,
            verbs=handlers.TYPED,
        )

    async def opens(self) -> None:
        """It is read for the first time, and then the card of M-142 is posted."""
        await self.hears()
        self.thread = await self.posts("M-142 · Lou on X, 09:00\n> When are the bins collected?\nref ABCDEFGH")

    async def posts(self, text: str) -> Thread:
        """We begin a thread."""
        said = await self.engage.say(text, group=self.desk.id, patient=True)
        return self.there.world.threads[said.id]

    async def hears(self) -> list[Command]:
        """A minute passes, and whatever was written is heard; what was asked since."""
        before = len(self.asked)
        self.clock.advance(seconds=61)
        await self.listener.round()
        return self.asked[before:]

    async def says(self, who: str, text: str, **more: object) -> list[Command]:
        """Somebody writes in the thread, and is heard."""
        self.person(who).says(text, **({"under": self.thread} | more))
        return await self.hears()

    def person(self, who: str) -> EngagePerson:
        return self.there.person(who)

    @property
    def answered(self) -> str:
        """What was last said in the thread."""
        return self.thread.replies[-1].text
