"""Speaks to the public. What may have gone out is looked up, never guessed, and never sent again without proof."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.delivery import CALL, Delivery, DeliveryState, wait_before
from bot.desk import Desk
from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import REPEATABLE, Found, Guarantee, Network, NotFound, Outgoing, Preflight, Receipt, Verdict
from bot.reply import Answers, Post, Reply
from bot.store import mentions
from bot.store.intake import accounts
from bot.store.replying import media
from bot.store.replying.gate import CHANGED, Learnt, learn, pass_gate, wait_for_room
from bot.store.sending import deliveries
from bot.store.sending.deliveries import Leave
from bot.words.replying import NOT_ACCEPTED, POST_CHANGED

log = structlog.get_logger()
STOPPED = {Leave.ASKED: "reply_stopped_by_the_public", Leave.STALE: "reply_stopped_as_its_saved_words_ended"}


class Speaker:
    """Sends one reply, or finds out what became of it."""

    def __init__(self, desk: Desk, longest: timedelta = CALL) -> None:
        self.desk = desk
        self.longest = longest
        """What any one step may take."""

    async def reply(self, taken: Delivery) -> None:
        """Carry one reply a step further."""
        reply = await self.desk.db.write(deliveries.leaving, taken, self.desk.now())
        network = self.desk.networks.get(taken.target)
        if reply is None:
            log.warning("reply_not_ours_to_send")
            return
        if network is None:
            await self.failed(taken, Refused("its account is no longer in the settings"))
            return
        if taken.state is DeliveryState.SENDING and taken.is_late(self.desk.now()):
            await self.failed(taken, Refused("it could not be sent within a day"))
            return
        outgoing = await self.desk.db.read(outgoing_of, taken, reply)
        if taken.state is DeliveryState.UNKNOWN and (
            not may_repeat(taken, network, self.desk.now()) or await self.desk.stopped()
        ):
            await self.look(taken, network, outgoing)
        else:
            await self.send(taken, network, outgoing, reply)

    async def send(self, taken: Delivery, network: Network, outgoing: Outgoing, reply: Reply) -> None:
        """Look whether it may go, then send it."""
        try:
            may = await self.preflight(network, outgoing)
            if may.verdict is not Verdict.OK and not await self.may_go_on(taken, reply, may):
                return
        except (TryLater, Unsure) as error:
            await self.later(taken, error)
            return
        except (Refused, SignInAgain) as error:
            await self.failed(taken, error)
            return
        house, now = self.desk.house, self.desk.now()
        gate = await self.desk.db.write(pass_gate, taken, reply, house=house, now=now)
        match gate.leave:
            case Leave.GO:
                await self.publish(taken, network, outgoing, reply)
            case Leave.STOPPED:
                await self.stopped(taken)
            case Leave.CHANGED:
                log.error("reply_is_not_what_was_let_go", network=taken.target)
                await self.failed(taken, Refused(CHANGED))
            case Leave.ASKED | Leave.STALE:
                log.info(STOPPED[gate.leave], network=taken.target)
            case Leave.FULL:
                await self.desk.db.write(wait_for_room, taken, gate.until or now, house=house, now=now)
                log.info("reply_waits_for_room", network=taken.target)
            case _:
                log.warning("reply_not_ours_to_send")

    async def preflight(self, network: Network, outgoing: Outgoing) -> Preflight:
        """Whether it may go. Raises TryLater when that takes too long."""
        try:
            async with asyncio.timeout(self.longest.total_seconds()):
                return await network.preflight(outgoing)
        except TimeoutError as error:
            raise TryLater("the look before sending took too long") from error

    async def may_go_on(self, taken: Delivery, reply: Reply, may: Preflight) -> bool:
        """After a look that found something: True where it was known when the reply was let go; False when it was stopped.

        Raises Refused for what cannot be answered any more, or not like this.
        """
        learnt = Learnt.NOTHING
        if may.items:
            house, now = self.desk.house, self.desk.now()
            learnt = await self.desk.db.write(learn, taken, reply, may.items, house=house, now=now)
        if learnt is Learnt.STOPPED:
            log.info("reply_stopped_by_the_public", network=taken.target)
            await self.desk.peers.wake("deliver")
            return False
        if may.verdict is Verdict.CHANGED and may.items and (learnt is Learnt.NOTHING or reply.part > 1):
            return True
        otherwise = POST_CHANGED if may.verdict is Verdict.CHANGED else "the post can no longer be answered"
        raise Refused(may.reason or otherwise, may.by_hand or None)

    async def published(self, network: Network, outgoing: Outgoing) -> Receipt:
        """Send it, once. Raises Unsure too when that takes too long: it may have arrived."""
        try:
            async with asyncio.timeout(self.longest.total_seconds()):
                return await network.publish(outgoing)
        except TimeoutError as error:
            raise Unsure("no answer came in time") from error

    async def publish(self, taken: Delivery, network: Network, outgoing: Outgoing, reply: Reply) -> None:
        """Send it, and write down what became of it."""
        try:
            receipt = await self.published(network, outgoing)
        except Unsure as error:
            await self.unsure(taken, str(error))
        except TryLater as error:
            await self.later(taken, error)
        except OutsideError as error:
            await self.failed(taken, error)
        except Exception as error:  # a bug in an adapter after the request may have left: nobody can tell
            log.exception("publish_broke", network=taken.target)
            await self.unsure(taken, type(error).__name__)
        else:
            await self.desk.db.write(deliveries.reply_sent, taken, receipt, self.desk.house, now=self.desk.now())
            log.info("reply_published", network=taken.target, by=reply.by)

    async def stopped(self, taken: Delivery) -> None:
        """It waits for publishing to go on; after a doubtful try the doubt stays."""
        if taken.state is DeliveryState.UNKNOWN:
            await self.unsure(taken, "publishing is stopped")
            return
        await self.desk.db.write(deliveries.try_again, taken, self.desk.now(), "publishing is stopped")

    async def look(self, taken: Delivery, network: Network, outgoing: Outgoing) -> None:
        """Whether an earlier try arrived. Only proof that it did not lets it be sent again: two late looks that agree."""
        try:
            async with asyncio.timeout(self.longest.total_seconds()):
                found = await network.find_sent(outgoing)
        except (OutsideError, TimeoutError) as error:
            await self.unsure(taken, str(error) or "the look took too long")
            return
        if isinstance(found, Found) and found.receipt.native_id in outgoing.others:
            await self.unsure(taken, "what was found is another reply of ours")
        elif isinstance(found, Found):
            await self.desk.db.write(deliveries.reply_sent, taken, found.receipt, self.desk.house, now=self.desk.now())
            log.info("reply_found_published", network=taken.target)
        elif found is not NotFound.ABSENT or not counts(taken, network, self.desk.now()):
            await self.unsure(taken, "no evidence either way")
        elif taken.absent_at is None:
            await self.unsure(taken, "not found; it is looked for once more", absent=True)
        else:
            await self.desk.db.write(deliveries.try_again, taken, self.desk.now(), "proved not to have arrived")

    async def unsure(self, taken: Delivery, why: str, *, absent: bool = False) -> None:
        """Nobody can tell yet."""
        state = await self.desk.db.write(
            deliveries.stay_unsure, taken, self.desk.house, now=self.desk.now(), trouble=why[:300], absent=absent
        )
        log.warning("reply_not_confirmed", network=taken.target, state=state, reason=why)

    async def later(self, taken: Delivery, error: OutsideError) -> None:
        """It certainly did not go: again after a while, but not past its deadline. After a doubtful try the doubt stays."""
        if isinstance(error, TryLater) and error.bucket and taken.place:
            await self.desk.peers.pause(taken.place, error.after)  # the whole account was asked to wait, in every copy
        if taken.state is DeliveryState.UNKNOWN:
            await self.unsure(taken, str(error))
            return
        now = self.desk.now()
        if taken.is_late(now):
            await self.failed(taken, Refused(f"{error}; it was tried for a day"))
            return
        asked = error.after if isinstance(error, TryLater) else timedelta(seconds=10)
        due_at = now + wait_before(taken.attempt, asked)
        await self.desk.db.write(deliveries.try_again, taken, due_at, str(error)[:300])
        log.warning("reply_put_off", network=taken.target, reason=str(error), until=due_at.isoformat())

    async def failed(self, taken: Delivery, error: OutsideError) -> None:
        """It certainly did not go out and will not; after a doubtful try a person must look first."""
        if taken.is_doubtful:
            await self.unsure(taken, str(error))
            return
        house, now = self.desk.house, self.desk.now()
        reason, by_hand = str(error), error.by_hand or "" if isinstance(error, Refused) else ""
        if isinstance(error, SignInAgain):
            reason = NOT_ACCEPTED
            await self.desk.db.write(accounts.cannot_send, taken.target, house=house, now=now)
        await self.desk.db.write(deliveries.reply_failed, taken, reason, house, now=now, by_hand=by_hand)
        log.warning("reply_refused", network=taken.target, reason=reason)


def outgoing_of(conn: Connection, taken: Delivery, reply: Reply) -> Outgoing:
    """What is said: the first of the posts that were let go, no more. Pictures go with the first in each language."""
    mention = mentions.find(conn, f"M-{taken.number}")
    post = reply.posts[0] if reply.posts else Post(reply.text)
    pictures = media.of(conn, reply.first_id or reply.id) if post.answers is Answers.SAME else ()
    return Outgoing(
        key=reply.id,
        text=post.text,
        in_reply_to=str(taken.payload.get("to") or mention.native_id),
        conversation=mention.conversation,
        created_at=reply.created_at,
        first_sent_at=taken.first_sent_at,
        last_sent_at=taken.sent_at,
        audience=reply.audience,
        author_id=mention.author.id,
        media=pictures,
        language=post.language,
        others=deliveries.sent_beside(conn, taken),
        private=mention.private,
    )


def may_repeat(taken: Delivery, network: Network, now: datetime) -> bool:
    """Whether a second try is harmless: its network knows a repeat by its key, and has not forgotten the first by now.

    After a restore nothing is repeated: it may have gone out, been seen, and been taken back since the backup.
    """
    if network.guarantee not in REPEATABLE or taken.recovered_at is not None:
        return False
    return network.repeat_within is None or now - (taken.first_sent_at or taken.created_at) < network.repeat_within


def counts(taken: Delivery, network: Network, now: datetime) -> bool:
    """Whether a look that finds nothing now says something: where looks are proof, and no late try may still turn up."""
    if network.guarantee is not Guarantee.LOOKUP or taken.recovered_at is not None or taken.sent_at is None:
        return False
    return now - taken.sent_at >= network.settle
