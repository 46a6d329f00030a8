"""What a message to a person says as it leaves, judged by what is so then; and who hears that it could not be carried."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from bot.delivery import Delivery, Kind, Rank
from bot.house import House
from bot.ports import Way
from bot.store import mentions
from bot.store.duty.passing import STANDING, is_wanted
from bot.store.duty.tick import Tick
from bot.store.duty.ways import UNHEARD, WAYS, named_in
from bot.store.schema import mention
from bot.store.schema_duty import ping
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words.pings import Told, Waiting

ESCALATIONS = STANDING.add_columns(mention.c.account, mention.c.seen_at, mention.c.received_at)
NAMES = {Way.TEXT: "A text message", Way.EMAIL: "An e-mail"}


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom, and what it is drawn from."""

    to: str
    told: Told


def letter(conn: Connection, taken: Delivery, house: House, now: datetime) -> Letter | None:
    """None when nothing of it needs saying any more, or the person has no such address now.

    After a lost answer it is drawn as of then: word for word the same, so that it can be found where a service keeps texts.
    """
    contact = house.contacts.get(taken.target)
    to = contact.address(WAYS[taken.kind]) if contact else ""
    waiting = [waiting_from(row, house) for row in standing(conn, taken, house, now)] if to else []
    if not waiting:
        return None
    more = int(str(taken.payload.get("more", 0)))
    return Letter(to, Told(waiting, taken.unsure_since or now, house.organisation, more))


def standing(conn: Connection, taken: Delivery, house: House, now: datetime) -> list[RowMapping]:
    """The pings that still want an answer of that person, in the order they were named in. A test goes all its ways."""
    named, tick = named_in(taken), Tick(conn, house, now)
    escalations = conn.execute(ESCALATIONS.where(ping.c.id.in_(named), UNHEARD)).mappings().all()
    wanted = [row for row in escalations if is_wanted(tick, row)]
    apart = (ping.c.id.in_(named), ping.c.number.is_(None), UNHEARD | (ping.c.kind == "test"))
    wanted += conn.execute(select(ping).where(*apart)).mappings().all()
    return sorted(wanted, key=lambda row: named.index(row["id"]))


def waiting_from(row: RowMapping, house: House) -> Waiting:
    """A ping as words are made of it."""
    if row["number"] is None:
        return Waiting(row["kind"])
    account = house.accounts.get(row["account"])
    return Waiting(
        row["kind"],
        f"M-{row['number']}",
        row["received_at"],
        account.speaks_as if account else row["account"],
        is_seen=row["seen_at"] is not None,
        is_owned=row["owner"] is not None,
        is_own=row["owner"] == row["person"],
    )


def tell_leads(conn: Connection, taken: Delivery, reason: str, house: House, *, now: datetime) -> None:
    """A person cannot be reached this way: each lead hears it once a day for each person."""
    day = now.astimezone(house.zone).date()
    name = mentions.names(conn, {taken.target})[taken.target]
    text = f"{NAMES[WAYS[taken.kind]]} to {name} could not be sent: {reason} They were pinged in the chat too."
    for lead in house.leads:
        key = f"unreached:{taken.kind}:{taken.target}:{day}:{lead}"
        lane = f"trouble:{taken.target}:{lead}"
        outbox.queue(conn, Wanted(key, Kind.TELL, lane, Rank.ACTION, None, lead, {"text": text}), now)
