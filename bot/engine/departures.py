"""Notices that somebody has left though the chat did not say so: looks up, once an hour, everybody something waits for."""

from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.chats import reaching
from bot.desk import Desk
from bot.errors import Busy, NotYours, OutsideError, UserError
from bot.ports import Known
from bot.store.duty import departed, gone, handed_on

log = structlog.get_logger()
EVERY = timedelta(hours=1)
BEAT = timedelta(seconds=1)
PATIENCE = 60.0
"""Seconds a chat may take to say of one person: nobody waits for it, and some may only be asked a few questions a minute."""
MAY_RETURN = timedelta(days=30)
"""For how long it is looked whether somebody is back; later they are once they ask for something."""


class Departures:
    """Only a definite answer counts: a chat that cannot be asked makes nobody leave. Runs where the chat is signed in to."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._due = desk.now() + EVERY

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.desk.peers.wait("departures", BEAT)
            if self.desk.now() >= self._due:
                self._due = self.desk.now() + EVERY
                if await self.desk.peers.lease("departures", EVERY / 2):
                    await self.once()

    async def once(self) -> int:
        """Look everybody up; returns how many have left."""
        now = self.desk.now()
        try:
            await self.welcome_back(now)
            left = await self.who_left(await self.desk.db.read(departed.to_look_up, self.desk.house, now))
            done = [await self.depart(one, now) for one in left]
            await self.desk.db.write(departed.remind, self.desk.house, now)
            await self.desk.db.write(handed_on.remind, self.desk.house, now)
        except Busy as error:
            log.log(error.level, "departures_not_looked_for", reason=str(error))
            return 0
        for person in left:
            self.desk.forget(person)
        if any(done):
            log.info("staff_departed", count=sum(done))
        await self.desk.peers.wake("deliver")
        return len(left)

    async def depart(self, person: str, now: datetime) -> bool:
        """Whether anything was done about one who has left. What one of them holds up holds up no other."""
        try:
            return bool(await self.desk.db.write(departed.depart, person, house=self.desk.house, now=now))
        except UserError as refused:
            log.warning("departure_put_off", staff=person, reason=str(refused))
            return False

    async def who_left(self, people: list[str]) -> list[str]:
        """Those whose accounts are closed. Those nobody knows too, unless they are many: then it is the wrong workspace."""
        found = {person: await self.desk.knows(person, PATIENCE) for person in people}
        unknown = [person for person in people if found[person] is Known.UNKNOWN]
        closed = [person for person in people if found[person] is Known.CLOSED]
        if len(unknown) * 2 > len(people):
            log.warning("nobody_known_in_the_chat", people=len(people), cure="look whose token the chat was given")
            return closed
        return [*closed, *unknown]

    async def welcome_back(self, now: datetime) -> None:
        """Whoever left lately and is staff again counts again."""
        for person in sorted(await self.desk.db.read(gone.everybody, since=now - MAY_RETURN)):
            if await self.desk.knows(person, PATIENCE) is Known.OPEN:
                await self.meet(person)

    async def meet(self, person: str) -> None:
        """As staff, where a chat has them as that: not as a guest."""
        self.desk.forget(person)
        for chat in reaching(self.desk.chats, person):
            with suppress(NotYours, OutsideError):
                await self.desk.meet(await chat.person(person))
