"""Mentions by which Tolbooth tries itself: they take the way every mention takes, and are closed as they come in.

Each uses an M-number and keeps its record, because a way of its own would prove less. It is closed in the transaction that
brings it in, so that at no moment is it open: nobody is pinged about it, and it is in no queue and no count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.delivery import DeliveryState, Kind, Rank
from bot.house import CANARY, House
from bot.mention import SYSTEM, Action, Author, Move
from bot.ports import Incoming
from bot.store import moves
from bot.store.intake import arrivals
from bot.store.intake.corrections import Intake, known_as
from bot.store.schema import arrival, delivery, mention
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

WORDS = "This is a test: Tolbooth posts one each hour to see that its whole way works. There is nothing to do."
BY = Author("", "Tolbooth")
REASON = "test"
TOLD = (
    "Tolbooth tries itself each hour, and its test {ref} has not become a card in {channel} within a minute. What the "
    "public says may not be reaching you. “canary_did_not_arrive” in deploy/RUNBOOK.md says what to do."
)


@dataclass(frozen=True, slots=True)
class Canary:
    """The newest of them. ``hour`` is whose it is; ``took`` is how long its cards took to leave, None until all are up."""

    number: int
    hour: str
    began: datetime
    took: timedelta | None = None

    @property
    def ref(self) -> str:
        """Its reference."""
        return f"M-{self.number}"

    def age(self, now: datetime) -> timedelta:
        """How long it took, or has taken so far."""
        return now - self.began if self.took is None else self.took


def hour_of(now: datetime) -> str:
    """Which hour it is; a later one is greater."""
    return f"{now:%Y-%m-%dT%H}"


def send(conn: Connection, house: House, now: datetime) -> bool:
    """Bring this hour's in and close it; False when another copy did."""
    post = Incoming(native_id=hour_of(now), text=WORDS, author=BY, posted_at=now, kind=REASON)
    if not arrivals.take_in(conn, [post], Intake(house.accounts[CANARY], house, now)).new:
        return False
    number = known_as(conn, CANARY, post.native_id)
    moves.make(conn, Move(f"M-{number}", Action.CLOSE, by=SYSTEM, note=REASON), house=house, now=now)
    return True


def newest(conn: Connection, house: House) -> Canary | None:
    """The newest, and whether it has become a card in every chat."""
    hour = conn.execute(select(func.max(arrival.c.native_id)).where(arrival.c.account == CANARY)).scalar()
    if hour is None:
        return None
    number = known_as(conn, CANARY, hour)
    began = conn.execute(select(mention.c.received_at).where(mention.c.number == number)).scalar_one()
    d, keys = delivery.c, [f"card:{chat}:{number}" for chat in house.chats]
    done = select(d.sent_at).where(d.key.in_(keys), d.state == DeliveryState.DONE)
    left = [at for at in conn.execute(done).scalars() if at is not None]
    return Canary(number or 0, hour, began, max(left) - began if left and len(left) == len(keys) else None)


def tell_leads(conn: Connection, canary: Canary, house: House, now: datetime) -> None:
    """Each lead, once for each test that is late, whichever copies look."""
    text = TOLD.format(ref=canary.ref, channel=house.accounts[CANARY].channel)
    for lead in house.leads:
        lane = f"canary:{lead}"
        key = f"{lane}:{canary.hour}"
        outbox.queue(conn, Wanted(key, Kind.TELL, lane, Rank.ACTION, None, lead, {"text": text}), now)


def figures(conn: Connection, house: House, now: datetime) -> dict[str, float]:
    """For /metrics; nothing where no such test is made."""
    canary = newest(conn, house) if CANARY in house.accounts else None
    return {"canary_seconds": canary.age(now).total_seconds()} if canary else {}
