"""Sends text messages and e-mails to those the chat did not reach. In doubt it is sent again: a doubled ping is cheap."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.delivery import Delivery, DeliveryState, wait_before
from bot.desk import Desk
from bot.errors import OutsideError, SignInAgain, TryLater, Unsure
from bot.ports import Found, Message, Messenger, Way
from bot.store.duty import ways
from bot.store.sending import deliveries, messages, outbox
from bot.store.sending.deliveries import Leave
from bot.store.sending.messages import Letter
from bot.words.pings import email, subject, text_message

log = structlog.get_logger()
LOOK_SOON = timedelta(seconds=5)
PATIENCE = timedelta(minutes=1)
"""How long a service may put us off before the person's next way is due."""
AFTER_REFUSAL = timedelta(minutes=5)
MOST_TRIES = 4
"""How often a message is sent whose answer was lost each time: it may have come each time."""


class Sender:
    """Sends one message and writes down what became of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def something(self, taken: Delivery) -> None:
        """Send it, unless nothing of it needs saying any more, or an earlier try can be found."""
        way = ways.WAYS[taken.kind]
        messenger = self.desk.messengers.get(way)
        letter = await self.desk.db.read(messages.letter, taken, self.desk.house, self.desk.now())
        if letter is None or messenger is None:
            await self.desk.db.write(not_needed, taken, self.desk.now())
            return
        message = drawn(letter, way, taken.id)
        if taken.state is DeliveryState.UNKNOWN and await self.has_left(taken, message, messenger):
            return
        if await self.desk.db.write(deliveries.about_to_speak, taken, self.desk.now()) is not Leave.GO:
            log.warning("not_ours_to_say", kind=taken.kind)
            return
        try:
            sent = await messenger.send(message)
        except OutsideError as error:
            await self.not_sent(taken, error, messenger)
            return
        await self.desk.db.write(outbox.finish, taken, DeliveryState.DONE, remote_id=sent[:500] or taken.id)
        log.info("ping_sent", way=way, service=messenger.name)

    async def has_left(self, taken: Delivery, message: Message, messenger: Messenger) -> bool:
        """After a lost answer: whether the service has an earlier try. What it cannot say counts as no."""
        since = taken.first_sent_at or self.desk.now()
        try:
            found = await messenger.find_sent(message, since)
        except OutsideError as error:
            log.warning("ping_not_looked_up", service=messenger.name, reason=str(error))
            return False
        if not isinstance(found, Found):
            log.warning("ping_sent_again", service=messenger.name)
            return False
        remote = found.receipt.native_id or taken.id
        await self.desk.db.write(outbox.finish, taken, DeliveryState.DONE, remote_id=remote)
        return True

    async def not_sent(self, taken: Delivery, error: OutsideError, messenger: Messenger) -> None:
        """What to do next, by the kind of failure. The person's next way never waits for this one to be well again."""
        now, reason = self.desk.now(), str(error)[:300]
        match error:
            case Unsure() if taken.attempt < MOST_TRIES:
                soon = now + wait_before(taken.attempt, LOOK_SOON)
                await self.desk.db.write(outbox.finish, taken, DeliveryState.UNKNOWN, due_at=soon, trouble=reason)
                return
            case TryLater():
                wait = wait_before(taken.attempt, error.after)
                await self.later(taken, wait, reason)
                if wait <= PATIENCE and now - (taken.first_sent_at or now) < PATIENCE:
                    return
            case SignInAgain():
                log.error("ping_service_refuses", service=messenger.name, reason=reason)
                await self.later(taken, AFTER_REFUSAL, reason)
                await self.desk.db.write(messages.tell_leads, taken, reason, self.desk.house, now=now)
            case _:
                log.warning("ping_not_sent", service=messenger.name, staff=taken.target, reason=reason)
                await self.desk.db.write(outbox.finish, taken, DeliveryState.FAILED, trouble=reason)
                await self.desk.db.write(messages.tell_leads, taken, reason, self.desk.house, now=now)
        await self.desk.db.write(ways.way_failed, taken, now)
        await self.desk.peers.wake("escalate")

    async def later(self, taken: Delivery, wait: timedelta, reason: str) -> None:
        """Back in the queue, until it would come too late to help."""
        now = self.desk.now()
        if taken.is_late(now + wait):
            await self.desk.db.write(outbox.finish, taken, DeliveryState.FAILED, trouble=reason)
            return
        await self.desk.db.write(deliveries.try_again, taken, now + wait, reason)


def drawn(letter: Letter, way: Way, key: str) -> Message:
    """The message in the way's own shape. A service knows it by the delivery's id, which no restore gives to another."""
    if way is Way.EMAIL:
        return Message(letter.to, subject(letter.told), email(letter.told), key)
    return Message(letter.to, "", text_message(letter.told), key)


def not_needed(conn: Connection, taken: Delivery, now: datetime) -> None:
    """Nothing to say, or no way to say it: over, and what still waits for an answer has its next way at once."""
    outbox.finish(conn, taken, DeliveryState.DONE)
    ways.way_failed(conn, taken, now)
