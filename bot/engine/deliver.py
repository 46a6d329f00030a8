"""Tells the world what the outbox holds. The commit that says "sending" comes before the socket is opened."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.delivery import Delivery, Kind, Rank
from bot.desk import Desk
from bot.engine.act import Actor
from bot.engine.group import GroupKeeper
from bot.engine.read_back import Reader
from bot.engine.rooms import Rooms
from bot.engine.say import Sayer
from bot.engine.send import Sender
from bot.engine.speak import Speaker
from bot.engine.together import Together
from bot.errors import Busy
from bot.store.duty.ways import WAYS
from bot.store.sending import outbox
from bot.store.sending.next_due import Shut

log = structlog.get_logger()
AT_ONCE = 16
AT_ONCE_BELOW = 12
"""Hands for cards and redraws: the others stay free for pings and what people wait for, however long a chat hangs."""
EACH = 4
"""Hands for one place: a channel, a person, an account. One that hangs holds up no other."""
IDLE = timedelta(seconds=1)
TOGETHER = 0.025
"""Seconds in which what is asked gathers: whoever asked is answered first, and one look takes all of it."""


class Deliver:
    """Takes what is due and hands each to the chat or the network; lanes never wait for one another."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.holder = uuid4().hex
        self.rooms = Rooms(desk)
        self.say = Sayer(desk, self.rooms)
        self.together = Together(self.say)
        self.speak = Speaker(desk)
        self.act = Actor(desk)
        self.reader = Reader(desk)
        self.send = Sender(desk)
        self.group = GroupKeeper(desk)
        self._running: dict[asyncio.Task[None], Delivery] = {}
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
        if len(self._running) >= AT_ONCE:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return 1
        self._is_taking = True
        try:
            taken, going = await self.take()
            self.desk.pulse.beat("deliver")
        except Busy as error:
            log.log(error.level, "outbox_unavailable", reason=str(error))
            return 0
        finally:
            self._is_taking = False
        for first, *others in going:
            task = asyncio.create_task(self.several((first, *others)) if others else self.one(first))
            self._running[task] = first
            task.add_done_callback(self._running.pop)
        return taken

    async def take(self) -> tuple[int, list[tuple[Delivery, ...]]]:
        """How much was taken, and what of it there is room for. Told to stop before any has begun, all is given back."""
        taking = asyncio.ensure_future(self.taken_with_room())
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            with suppress(Busy):  # then the leases run out, and it is looked up
                await self.give_back([one for those in (await taking)[1] for one in those])
            raise

    async def taken_with_room(self) -> tuple[int, list[tuple[Delivery, ...]]]:
        """Take what is due, with what can be said beside it; what there is no room for goes back, and keeps its turn."""
        up_to, limit = self.hands()
        shut = Shut(full=self.rooms.full(), busy=self.busy_places())
        taken = await self.desk.db.write(outbox.due, self.desk.now(), self.holder, limit, up_to=up_to, shut=shut, each=EACH)
        going, waiting = await self.rooms.sort(taken)
        with suppress(Busy):  # then their leases run out; what is in hand goes on
            await self.give_back(waiting)
        return len(taken), [await self.with_others(one) for one in going]

    async def with_others(self, taken: Delivery) -> tuple[Delivery, ...]:
        """It, and what one message can say with it."""
        with suppress(Busy):  # then it goes by itself
            return await self.together.gather(taken, self.holder)
        return (taken,)

    async def give_back(self, taken: Sequence[Delivery]) -> None:
        """Due again as before."""
        if taken:
            await self.desk.db.write(outbox.give_back, taken, self.desk.now())

    def hands(self) -> tuple[Rank, int]:
        """Up to which rank there are hands free, and how many."""
        free = AT_ONCE - len(self._running)
        below = AT_ONCE_BELOW - sum(one.rank > Rank.ACTION for one in self._running.values())
        return (Rank.REDRAW, min(free, below)) if below > 0 else (Rank.ACTION, free)

    def busy_places(self) -> frozenset[str]:
        """Places that have as many hands as one place may have."""
        return frozenset(
            place for place, busy in Counter(one.place for one in self._running.values()).items() if busy >= EACH
        )

    async def until_due(self) -> timedelta:
        """How long nothing will be due that there is room for, at most IDLE."""
        now = self.desk.now()
        try:
            due: datetime | None = await self.desk.db.read(outbox.next_due, now)
        except Busy:
            return IDLE
        soonest = min((at for at in (due, self.rooms.reopens()) if at), default=now + IDLE)
        return min(max(soonest - now, timedelta(milliseconds=20)), IDLE)

    async def several(self, cards: Sequence[Delivery]) -> None:
        """Say many new cards at once. A bug leaves their leases to run out, and each is then looked up."""
        try:
            await self.together.cards(cards)
        except Busy as error:
            log.warning("outcome_not_stored", kind=Kind.CARD, reason=str(error))
        except Exception:
            log.exception("delivery_broke", kind=Kind.CARD, deliveries=[one.id for one in cards])
        await self.desk.peers.wake("deliver")

    async def one(self, delivery: Delivery) -> None:
        """Tell one thing. A bug leaves the lease to run out, and the delivery is then looked up."""
        with structlog.contextvars.bound_contextvars(mention=f"M-{delivery.number}" if delivery.number else None):
            try:
                if delivery.kind is Kind.REPLY:
                    await self.speak.reply(delivery)
                elif delivery.kind in WAYS:
                    await self.send.something(delivery)
                elif delivery.kind is Kind.ACT:
                    await self.act.something(delivery)
                elif delivery.kind is Kind.CHECK:
                    await self.reader.look(delivery)
                elif delivery.kind is Kind.GROUP:
                    await self.group.something(delivery)
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
