"""Speaks to the public. What may have gone out is looked up, never guessed, and never sent again without proof."""

from datetime import timedelta

import structlog

from bot.delivery import Delivery, DeliveryState, wait_before
from bot.desk import Desk
from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import REPEATABLE, Found, Network, NotFound, Outgoing, Verdict
from bot.reply import Reply
from bot.store import deliveries

log = structlog.get_logger()
GIVE_UP = timedelta(hours=24)
"""How long a network may go on saying "later" before the reply is given back to its author."""


class Speaker:
    """Sends one reply, or finds out what became of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

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
        mention = (await self.desk.story(f"M-{taken.number}")).mention
        outgoing = Outgoing(
            key=reply.id,
            text=reply.text,
            in_reply_to=str(taken.payload.get("to") or mention.native_id),
            conversation=mention.conversation,
            created_at=reply.created_at,
            first_sent_at=taken.unsure_since or taken.first_sent_at,
        )
        may_repeat = network.guarantee in REPEATABLE and not await self.desk.stopped()
        if taken.state is DeliveryState.UNKNOWN and not may_repeat:
            await self.look(taken, network, outgoing)
        else:
            await self.send(taken, network, outgoing, reply)

    async def send(self, taken: Delivery, network: Network, outgoing: Outgoing, reply: Reply) -> None:
        """Look whether it may go, then send it."""
        try:
            may = await network.preflight(outgoing)
            if may.verdict is not Verdict.OK:
                raise Refused(may.reason or "the post can no longer be answered", may.by_hand or None)
        except (TryLater, Unsure) as error:
            await self.later(taken, error)
            return
        except (Refused, SignInAgain) as error:
            await self.failed(taken, error)
            return
        if await self.desk.stopped():
            await self.stopped(taken)
            return
        try:
            receipt = await network.publish(outgoing)
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
        """Whether an earlier try arrived. Only a proved absence lets it be sent again."""
        try:
            found = await network.find_sent(outgoing)
        except OutsideError as error:
            await self.unsure(taken, str(error))
            return
        if isinstance(found, Found):
            await self.desk.db.write(deliveries.reply_sent, taken, found.receipt, self.desk.house, now=self.desk.now())
            log.info("reply_found_published", network=taken.target)
        elif found is NotFound.ABSENT:
            await self.desk.db.write(deliveries.try_again, taken, self.desk.now(), "proved not to have arrived")
        else:
            await self.unsure(taken, "no evidence either way")

    async def unsure(self, taken: Delivery, why: str) -> None:
        """Nobody can tell yet."""
        state = await self.desk.db.write(
            deliveries.stay_unsure, taken, self.desk.house, now=self.desk.now(), trouble=why[:300]
        )
        log.warning("reply_not_confirmed", network=taken.target, state=state, reason=why)

    async def later(self, taken: Delivery, error: OutsideError) -> None:
        """It certainly did not go: again after a while, but not for ever. After a doubtful try the doubt stays."""
        if taken.state is DeliveryState.UNKNOWN:
            await self.unsure(taken, str(error))
            return
        now = self.desk.now()
        if now - taken.created_at > GIVE_UP:
            await self.failed(taken, Refused(f"{error}; it was tried for a day"))
            return
        asked = error.after if isinstance(error, TryLater) else timedelta(seconds=10)
        due_at = now + wait_before(taken.attempt, asked)
        await self.desk.db.write(deliveries.try_again, taken, due_at, str(error)[:300])
        log.warning("reply_put_off", network=taken.target, reason=str(error), until=due_at.isoformat())

    async def failed(self, taken: Delivery, error: OutsideError) -> None:
        """It certainly did not go out and will not; after a doubtful try a person must look first."""
        if taken.state is DeliveryState.UNKNOWN:
            await self.unsure(taken, str(error))
            return
        reason = "the account must be signed in again" if isinstance(error, SignInAgain) else str(error)
        by_hand = error.by_hand or "" if isinstance(error, Refused) else ""
        house, now = self.desk.house, self.desk.now()
        await self.desk.db.write(deliveries.reply_failed, taken, reason, house, now=now, by_hand=by_hand)
        log.warning("reply_refused", network=taken.target, reason=reason)
