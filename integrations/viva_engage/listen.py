"""What staff write in Viva Engage: read once a minute, acted on in the order it was written, and answered.

No message is lost: one that could not be acted on stays unread and comes again; one that was acted on is known by its id.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.errors import Busy, OutsideError, SignInAgain, TryLater
from bot.ports import Clock, Memory, Peers, Run
from bot.settings import CoreSettings
from integrations.viva_engage.act import Acting
from integrations.viva_engage.answer import Speaker
from integrations.viva_engage.client import Engage
from integrations.viva_engage.feeds import IN_COMMUNITY, Ear, Heard
from integrations.viva_engage.people import People
from integrations.viva_engage.settings import VivaEngageSettings

A_MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=5)
LEASE = timedelta(seconds=90)
"""How long another copy waits before it reads in the place of one that died."""
HEAR = "hear:viva_engage"
MOST_TRIES = 15
"""A message that cannot be acted on this often, while Viva Engage answers all else, holds up nobody any longer."""

log = structlog.get_logger()


class Listener:
    """Reads each community once, however many channels share it, and the private messages of the service user."""

    def __init__(
        self,
        run: Run,
        *,
        engage: Engage,
        people: People,
        memory: Memory,
        clock: Clock,
        peers: Peers,
        settings: VivaEngageSettings,
        core: CoreSettings,
        verbs: Mapping[str, str],
    ) -> None:
        self._engage, self._clock, self._peers = engage, clock, peers
        self.speaker = Speaker(engage, peers=peers, clock=clock, memory=memory)
        self._acting = Acting(
            run,
            engage=engage,
            people=people,
            memory=memory,
            speaker=self.speaker,
            clock=clock,
            verbs=verbs,
            commands=core.commands,
        )
        reads = {
            f"{IN_COMMUNITY}{group}": partial(engage.in_community, group, patient=True) for group in communities(settings)
        }
        reads["private"] = partial(engage.private, patient=True)
        self._ears = [Ear(name, read, memory, each=settings.poll_every) for name, read in reads.items()]
        self._waiting: list[Heard] = []
        self._tries: dict[int, int] = {}
        self._last_read: datetime | None = None
        self._trouble: dict[str, str] = {}
        self._signed_in = True
        self._in_hand, self._stops = asyncio.Lock(), False

    async def run(self) -> None:
        """Listen for ever. A wait counts from where its round began: what acting took is no reason to read later."""
        while True:
            began = self._clock.now()
            wait = await self.round()
            until = began + wait
            while timedelta(0) < (left := until - self._clock.now()) <= wait:
                await self._peers.wait(HEAR, left)

    async def round(self) -> timedelta:
        """Read what may be read, and act on it; how long until there is something to do again."""
        try:
            if not await self._peers.lease(HEAR, LEASE):
                self.let_go()
                return SOON
            async with self.staying_ours():
                wait = await self.read()
                await self._acting.say_what_is_in_doubt()
                wait = min(wait, await self.act_on_what_waits())
                wait = min(wait, await self.speaker.like_what_waits())
        except Busy as busy:
            log.log(busy.level, "viva_engage_listener_waits", reason=str(busy))
            return SOON
        except Exception:
            log.exception("viva_engage_listener_failed")
            return A_MINUTE
        return max(wait, timedelta(0))

    @asynccontextmanager
    async def staying_ours(self) -> AsyncIterator[None]:
        """No other copy begins to read while this one is at it, however long that takes."""

        async def hold() -> None:
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                await self._peers.lease(HEAR, LEASE)

        holding = asyncio.create_task(hold())
        try:
            yield
        finally:
            holding.cancel()

    def let_go(self) -> None:
        """Another copy reads: where it is, is looked up anew once it does not."""
        self._waiting.clear()
        for ear in self._ears:
            ear.forget()

    async def read(self) -> timedelta:
        """Each feed whose minute is over; how long until the next one's is. Raises Busy."""
        waits, now = [], self._clock.now()
        self._last_read = min(self._last_read, now) if self._last_read else None
        for ear in self._ears:
            wait = await ear.due_in(self._clock.now())
            if not wait:
                wait = await self.read_one(ear)
            waits.append(wait)
        self._waiting.sort(key=lambda heard: heard.message.id)
        return min(waits)

    async def read_one(self, ear: Ear) -> timedelta:
        """One feed, if no copy has read it this minute. What goes wrong is said once, and once when it is over."""
        if wait := await self._engage.may_poll(ear.name, ear.each):
            return wait
        try:
            self._waiting += await ear.read(
                self._clock.now(), besides=frozenset(heard.message.id for heard in self._waiting)
            )
        except OutsideError as error:
            self.failed(ear.name, error)
            return max(ear.each, error.after if isinstance(error, TryLater) else A_MINUTE)
        finally:
            await self._engage.polled(ear.name, ear.each)
            await ear.polled(self._clock.now())
        self._last_read = self._clock.now()
        self.works(ear.name)
        return ear.each

    async def act_on_what_waits(self) -> timedelta:
        """One after the other, as they were written; how long until the first that could not be is tried again.

        Raises Busy.
        """
        while self._waiting and not self._stops:
            if not await self._peers.lease(HEAR, LEASE):
                self.let_go()
                return SOON
            async with self._in_hand:
                heard = self._waiting[0]
                try:
                    await self._acting.act(heard.message, heard.starter, heard.ear.name)
                except OutsideError as error:
                    if not self.gives_up(heard, error):
                        return max(error.after if isinstance(error, TryLater) else A_MINUTE, SOON)
                await heard.ear.acted_on(heard.message.id)
                self._waiting.pop(0)
                self._tries.pop(heard.message.id, None)
        return A_MINUTE

    async def finish(self, within: float) -> None:
        """Act on nothing more, and wait so many seconds for the message in hand. It is read again if it has to be."""
        self._stops = True
        with suppress(TimeoutError):
            async with asyncio.timeout(within), self._in_hand:
                return

    def gives_up(self, heard: Heard, error: OutsideError) -> bool:
        """Whether a message is passed over, for it alone goes wrong; that is logged as an error. Others wait behind it."""
        if self._trouble:
            return False
        tries = self._tries[heard.message.id] = self._tries.get(heard.message.id, 0) + 1
        log.info("viva_engage_message_waits", reason=str(error), tries=tries)
        if tries < MOST_TRIES:
            return False
        log.error("viva_engage_message_passed_over", message=heard.message.id, reason=str(error))
        return True

    # --- how it is

    def failed(self, feed: str, error: OutsideError) -> None:
        """Say so, once."""
        if isinstance(error, SignInAgain) and self._signed_in:
            self._signed_in = False
            log.error("viva_engage_signed_out", reason=str(error))
        elif feed not in self._trouble and not isinstance(error, SignInAgain):
            log.warning("viva_engage_not_read", feed=feed, reason=str(error))
        self._trouble[feed] = str(error)

    def works(self, feed: str) -> None:
        """Say once that it does again."""
        if not self._signed_in:
            self._signed_in = True
            self._trouble.clear()
            log.info("viva_engage_signed_in_again")
        if self._trouble.pop(feed, None):
            log.info("viva_engage_read_again", feed=feed)

    def health(self) -> Mapping[str, object]:
        """When it last read, whether it is signed in, and whether anything waits to be acted on. Calls nobody."""
        slowest = max(ear.each for ear in self._ears)
        is_late = self._last_read is not None and self._clock.now() - self._last_read > 3 * slowest
        return {
            "last_read": self._last_read.isoformat() if self._last_read else None,
            "signed_in": self._signed_in,
            "behind": bool(self._waiting) or is_late,
            "not_read": sorted(self._trouble),
            **({} if self._signed_in else {"why": next(iter(self._trouble.values()), "")}),
        }


def communities(settings: VivaEngageSettings) -> list[int]:
    """Each community once."""
    return sorted({int(group) for group in settings.communities.values()})
