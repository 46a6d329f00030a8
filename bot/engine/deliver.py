"""Tells the world what the outbox holds. The commit that says "sending" comes before the socket is opened."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.delivery import Delivery, Kind, Rank
from bot.desk import Desk
from bot.engine.say import Sayer
from bot.engine.speak import Speaker
from bot.errors import Busy
from bot.store import outbox

log = structlog.get_logger()
AT_ONCE = 16
IDLE = timedelta(seconds=1)
TOGETHER = 0.025
"""Seconds in which what is asked gathers: whoever asked is answered first, and one look takes all of it."""


class Deliver:
    """Takes what is due and hands each to the chat or the network; lanes never wait for one another."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.holder = uuid4().hex
        self.say = Sayer(desk)
        self.speak = Speaker(desk)
        self._running: set[asyncio.Task[None]] = set()
        self._is_taking = False

    @property
    def is_busy(self) -> bool:
        """Whether anything is being taken, or has been begun and is not yet over."""
        return self._is_taking or bool(self._running)

    async def run(self) -> None:
        """For ever, until cancelled; then what is in hand is finished first."""
        try:
            while True:
                if not await self.once():
                    await self.desk.peers.wait("deliver", await self.until_due())
                    await asyncio.sleep(TOGETHER)
        finally:
            await self.finish_in_hand()

    async def once(self) -> int:
        """Start on what is due and has a free hand; returns how many were started."""
        free = AT_ONCE - len(self._running)
        if free <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return 1
        self._is_taking = True
        try:
            taken = await self.take(free)
        except Busy as error:
            log.warning("outbox_unavailable", reason=str(error))
            return 0
        finally:
            self._is_taking = False
        for delivery in taken:
            task = asyncio.create_task(self.one(delivery))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(taken)

    async def take(self, free: int) -> list[Delivery]:
        """Take what is due. Told to stop before any of it has begun, all of it is given back."""
        now = self.desk.now()
        taking = asyncio.ensure_future(self.desk.db.write(outbox.due, now, self.holder, free, up_to=self.up_to()))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            with suppress(Busy):  # then the leases run out, and it is looked up
                await self.desk.db.write(outbox.give_back, await taking, now)
            raise

    def up_to(self) -> Rank:
        """What there is room for now."""
        return Rank.REDRAW if self.desk.now() >= self.say.redraws_from else Rank.CARD

    async def until_due(self) -> timedelta:
        """How long nothing will be due, at most IDLE."""
        try:
            due: datetime | None = await self.desk.db.read(outbox.next_due, self.desk.now(), self.up_to())
        except Busy:
            return IDLE
        wait = due - self.desk.now() if due else IDLE
        return min(max(wait, timedelta(milliseconds=20)), IDLE)

    async def one(self, delivery: Delivery) -> None:
        """Tell one thing. A bug leaves the lease to run out, and the delivery is then looked up."""
        with structlog.contextvars.bound_contextvars(mention=f"M-{delivery.number}" if delivery.number else None):
            try:
                if delivery.kind is Kind.REPLY:
                    await self.speak.reply(delivery)
                else:
                    await self.say.something(delivery)
            except Busy as error:
                log.warning("outcome_not_stored", kind=delivery.kind, reason=str(error))
            except Exception:
                log.exception("delivery_broke", kind=delivery.kind, delivery=delivery.id)
        await self.desk.peers.wake("deliver")

    async def finish_in_hand(self) -> None:
        """Wait for what has been started: each has a time limit of its own."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=25)
