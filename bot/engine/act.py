"""Does in public what is no reply: hides, shows again, likes, takes down, corrects. A repeat does no harm."""

import asyncio
from datetime import timedelta

import structlog

from bot.delivery import Delivery, DeliveryState, wait_before
from bot.desk import Desk
from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network
from bot.reply import Act
from bot.store.replying import act_outcomes
from bot.store.replying.acts import Outcome
from bot.store.sending.deliveries import Leave

log = structlog.get_logger()
LONGEST = timedelta(seconds=30)
"""What a call may take: shorter than the lease."""
WHILE_STOPPED = timedelta(minutes=1)
"""How often an act that a stop holds looks whether publishing goes on."""

CHANGED = {
    Act.HIDE: "its author changed the post since: look at what it says now",
    Act.EDIT_OWN: "its words are not those that were asked for any more",
}
"""Why an act is not done of which something changed between the asking and the socket."""


class Actor:
    """Does one act, or writes down that it was not done."""

    def __init__(self, desk: Desk, longest: timedelta = LONGEST) -> None:
        self.desk = desk
        self.longest = longest

    async def something(self, taken: Delivery) -> None:
        """Carry one act a step further. One whose sender died is queued again, and takes its turn."""
        act, network = Act(str(taken.payload["act"])), self.desk.networks.get(taken.target)
        if taken.state is DeliveryState.UNKNOWN and not (act is Act.EDIT_OWN and taken.recovered_at):
            await self.desk.db.write(act_outcomes.later, taken, self.desk.now(), "its answer was lost")
        elif taken.state is DeliveryState.UNKNOWN:
            await self.ended(taken, Outcome.REFUSED, "the database was restored since, and it may have other words by now")
        elif network is None:
            await self.ended(taken, Outcome.REFUSED, "its account is no longer in the settings")
        elif act not in network.abilities.acts:
            await self.ended(taken, Outcome.REFUSED, "the account has no way to do that")
        else:
            await self.when_it_may(taken, act, network)

    async def when_it_may(self, taken: Delivery, act: Act, network: Network) -> None:
        """Do it, unless publishing is stopped or another sender has it."""
        match await self.desk.db.write(act_outcomes.leaving, taken, act, self.desk.now()):
            case Leave.GO:
                await self.perform(taken, act, network)
            case Leave.STOPPED:
                soon = self.desk.now() + WHILE_STOPPED
                await self.desk.db.write(act_outcomes.later, taken, soon, "publishing is stopped", counts=False)
            case Leave.CHANGED:
                await self.ended(taken, Outcome.REFUSED, CHANGED.get(act, "what it is about has changed"))
            case _:
                log.warning("act_not_ours_to_do")

    async def perform(self, taken: Delivery, act: Act, network: Network) -> None:
        """Do it, and write down what came of it."""
        native_id, text = str(taken.payload["native_id"]), str(taken.payload.get("text", ""))
        try:
            async with asyncio.timeout(self.longest.total_seconds()):
                await network.act(act, native_id, text)
        except (TryLater, Unsure, TimeoutError) as error:
            await self.later(taken, error)
        except NotThere as error:
            outcome = Outcome.GONE if act in (Act.HIDE, Act.UNHIDE, Act.DELETE_OWN) else Outcome.REFUSED
            await self.ended(taken, outcome, str(error) or "it is not there any more")
        except SignInAgain:
            await self.ended(taken, Outcome.REFUSED, "the account must be signed in again")
        except Refused as error:
            await self.ended(taken, Outcome.REFUSED, str(error))
        else:
            await self.ended(taken, Outcome.DONE)

    async def later(self, taken: Delivery, error: OutsideError | TimeoutError) -> None:
        """Again after a while, for a day."""
        if isinstance(error, TryLater) and error.bucket and taken.place:
            await self.desk.peers.pause(taken.place, error.after)  # the whole account was asked to wait, in every copy
        now, why = self.desk.now(), str(error) or "no answer came in time"
        if taken.is_late(now):
            await self.ended(taken, Outcome.REFUSED, f"{why}; it was tried for a day")
            return
        due_at = now + wait_before(taken.attempt, error.after if isinstance(error, TryLater) else timedelta(seconds=5))
        await self.desk.db.write(act_outcomes.later, taken, due_at, why)
        log.warning("act_put_off", network=taken.target, act=taken.payload["act"], until=due_at.isoformat())

    async def ended(self, taken: Delivery, outcome: Outcome, reason: str = "") -> None:
        """What came of it."""
        house, now = self.desk.house, self.desk.now()
        await self.desk.db.write(act_outcomes.ended, taken, outcome, house, now=now, reason=reason)
        say = log.warning if outcome is Outcome.REFUSED else log.info
        say("act_ended", network=taken.target, act=taken.payload["act"], outcome=outcome)
