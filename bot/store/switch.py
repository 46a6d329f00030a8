"""The one switch that stops everything public, in every copy at once: it is read with each delivery that is taken."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import DEADLINE, Kind, Rank
from bot.errors import NotAllowed
from bot.house import House
from bot.reply import ReplyState
from bot.store import mentions
from bot.store.proof import record
from bot.store.schema import counter, delivery, reply, switch
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

NAME = "publishing"
PRACTICE = "practice"
STOPPED, STARTING = "stopped", "starting"
AFTER_START = timedelta(minutes=2)
"""How long replies that waited are held again, so that each author can still stop theirs."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Publishing is stopped. ``starting`` is the lead who has said it may go on, and waits for a second."""

    by: str
    at: datetime
    starting: str = ""


def stopped(conn: Connection) -> Stop | None:
    """Who stopped publishing and when; None while it goes on."""
    row = conn.execute(select(switch).where(switch.c.name == NAME)).mappings().one_or_none()
    if row is None:
        return None
    _, _, starting = row["value"].partition(":")
    return Stop(row["by"], row["at"], starting)


def stop(conn: Connection, by: str, why: str, *, house: House, now: datetime) -> bool:
    """Stop everything public; False when it was stopped already."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(switch)
    row = {"name": NAME, "value": STOPPED, "by": by, "at": now}
    once = insert.values(row).on_conflict_do_nothing(index_elements=["name"])
    done = conn.execute(once.execution_options(preserve_rowcount=True))
    if done.rowcount != 1:
        stop_again(conn, by, why, now)
        return False
    record.append(conn, NAME, "stop", at=now, actor=by, note=why)
    because = why if why.endswith((".", "!", "?")) else f"{why}."
    tell_channels(conn, f"Publishing is stopped by {name(conn, by)}: {because} Replies wait; nothing goes out.", house, now)
    return True


def stop_again(conn: Connection, by: str, why: str, now: datetime) -> None:
    """Whoever says stop once more takes back the one lead's word that it may go on."""
    asked = (switch.c.name == NAME) & switch.c.value.startswith(f"{STARTING}:")
    if conn.execute(update(switch).where(asked).values(value=STOPPED)).rowcount:
        record.append(conn, NAME, "stop", at=now, actor=by, note=why)


def start(conn: Connection, by: str, *, house: House, now: datetime) -> str:
    """A lead says it may go on; with the second lead it does. Returns the lead still waited with, empty once it goes on.

    Where the settings name only one lead, one is enough.
    """
    held = conn.execute(select(switch).where(switch.c.name == NAME).with_for_update()).mappings().one_or_none()
    if held is None:
        raise NotAllowed("Publishing is not stopped.")
    _, _, first = held["value"].partition(":")
    if house.has_two_leads and first in ("", by):
        conn.execute(update(switch).where(switch.c.name == NAME).values(value=f"{STARTING}:{by}"))
        if not first:
            record.append(conn, NAME, "start_asked", at=now, actor=by)
        return by
    conn.execute(delete(switch).where(switch.c.name == NAME))
    hold_again(conn, house, now)
    record.append(conn, NAME, "start", at=now, actor=by, changes={"with": first})
    tell_channels(conn, f"Publishing goes on, says {name(conn, by)}. Replies that waited go out in 2 minutes.", house, now)
    return ""


def hold_again(conn: Connection, house: House, now: datetime) -> None:
    """Replies that waited are held once more, and their cards say until when. The time they were stopped does not count."""
    until, d, r = now + AFTER_START, delivery.c, reply.c
    waiting = (d.kind == Kind.REPLY) & (d.state == "pending") & (d.due_at < until)
    held = conn.execute(select(d.number, d.payload).where(waiting).with_for_update()).all()
    for number, payload in held:
        again = (r.id == str(payload["reply"])) & (r.state == ReplyState.HELD)
        conn.execute(update(reply).where(again).values(hold_until=until))
        for chat in house.chats:
            outbox.redraw(conn, number, chat, now)
    conn.execute(update(delivery).where(waiting).values(due_at=until))
    frozen = (d.kind == Kind.REPLY) & (d.state == "pending") & d.due_at.is_not(None)
    conn.execute(update(delivery).where(frozen).values(deadline=until + DEADLINE[Kind.REPLY]))


def is_of_other_kind(conn: Connection, *, practice: bool) -> bool:
    """Whether a database that has been used was used for practice when this is not, or the other way round.

    An unused one is marked for what it is used for now.
    """
    marked = conn.execute(select(counter.c.value).where(counter.c.name == PRACTICE)).scalar()
    used = conn.execute(select(counter.c.value).where(counter.c.name == "mention")).scalar()
    if marked is None and not used:
        insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(counter)
        mine = insert.values(name=PRACTICE, value=int(practice)).on_conflict_do_nothing(index_elements=["name"])
        conn.execute(mine)  # of copies that start together one marks it
        marked = conn.execute(select(counter.c.value).where(counter.c.name == PRACTICE)).scalar()
    return bool(marked) != practice


def name(conn: Connection, staff: str) -> str:
    """What a member of staff is called."""
    return mentions.names(conn, {staff})[staff]


def tell_channels(conn: Connection, text: str, house: House, now: datetime) -> None:
    """Say it wherever cards appear, in each chat."""
    channels = {account.channel for account in house.accounts.values() if account.channel}
    for channel in sorted(channels):
        key, lane = f"switch:{int(now.timestamp() * 1000)}:{channel}", f"switch:{channel}"
        outbox.post_everywhere(
            conn, Wanted(key, Kind.POST, lane, Rank.ESCALATION, None, channel, {"text": text}), house, now
        )
