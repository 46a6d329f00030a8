"""After a restore from a backup: what left since is not known here, so it is looked up first and nothing public is repeated.

A restore is noticed by a small file beside the database that says which event was the newest: see ``note``. Where there is
no such file, ``tolbooth run --recovered`` says it. Stop every copy before a restore, and begin again with one.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.command import Place, reference
from bot.delivery import DEADLINE, Kind, Rank
from bot.house import House
from bot.mention import SYSTEM
from bot.reply import ReplyState
from bot.store import remembered
from bot.store.backup import file_of
from bot.store.columns import from_ms, to_ms
from bot.store.executor import Database
from bot.store.proof import record
from bot.store.schema import OPEN_ROWS, UNFINISHED_ROWS, card, counter, delivery, event, mention, reply
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words import when

log = structlog.get_logger()
SUBJECT = "recovery"
BEGUN_AT, BEGUN_FROM = "recovered_at", "recovered_from"
"""Counters: when a restored database was last begun with (in ms), and the last mention number that was never given twice."""
FROM_BEFORE = (
    "That button is from before Tolbooth was restored from a backup, and its number may belong to another mention now. "
    "Look for the newer card in the channel."
)
NOTHING_ERASED_FOR = timedelta(days=7)
"""After a restore nights erase nothing: holds and rights that were placed since the backup must be put back first."""
CHAT_ROWS = (delivery.c.kind != Kind.REPLY) & (delivery.c.kind != Kind.REDRAW)
ALIVE = delivery.c.due_at.is_not(None)


@dataclass(frozen=True, slots=True)
class Noted:
    """The newest event there was when this was written; ``at`` is when it happened. Milliseconds; nobody's words.

    ``tries``: how often each doubtful reply to the public had been tried, for a try is no event until its end is known.
    """

    event: int
    hash: str
    at: int
    written: int
    tries: Mapping[str, int] = field(default_factory=dict)


def side_file(database: Database, named: Path | None = None) -> Path | None:
    """Where to keep the note: the file the settings name, else beside a SQLite file; None when there is no place for it."""
    path = file_of(database)
    return named or (path.with_name(f"{path.name}.newest") if path else None)


def newest(conn: Connection, now: datetime) -> Noted | None:
    """What to note now; None while the record is empty."""
    row = conn.execute(select(event.c.id, event.c.hash, event.c.at).order_by(event.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    d = delivery.c
    doubtful = (d.kind == Kind.REPLY) & d.state.in_(("unknown", "needs_human"))
    tries = conn.execute(select(d.id, d.attempt).where(UNFINISHED_ROWS, doubtful)).all()
    return Noted(row.id, row.hash, to_ms(row.at), to_ms(now), {one.id: one.attempt for one in tries})


def note(path: Path, what: Noted | None) -> bool:
    """Write the note, whole or not at all; once a minute, at every start and at a clean stop. False (and said) if it failed.

    What happened after the last note is what a restore can lose unnoticed: at most a minute.
    """
    if what is None:
        return True
    part = path.with_name(f"{path.name}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(asdict(what), stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        log.warning("recovery_note_not_written", file=str(path), reason=error.strerror)
        return False
    return True


def noted(path: Path) -> Noted | None:
    """The note as it was last written; None when there is none, or none that can be read."""
    try:
        return Noted(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        log.warning("recovery_note_not_read", file=str(path), reason=type(error).__name__)
        return None


def is_behind(conn: Connection, seen: Noted) -> bool:
    """Whether this database is an earlier one than was in use: it does not hold the event, or the tries, that were noted.

    A note written before the last recovery is spent: another copy's file must not begin it again.
    """
    begun = conn.execute(select(counter.c.value).where(counter.c.name == BEGUN_AT)).scalar()
    if begun is not None and seen.written <= begun:
        return False
    if conn.execute(select(event.c.hash).where(event.c.id == seen.event)).scalar() != seen.hash:
        return True
    d = delivery.c
    tries = {one.id: one.attempt for one in conn.execute(select(d.id, d.attempt).where(d.id.in_(seen.tries)))}
    return any(tries.get(one, -1) < tried for one, tried in seen.tries.items())


def begin(conn: Connection, house: House, now: datetime, seen: Noted | None = None) -> int:
    """Begin with a restored database, before any loop runs; returns how many public replies must be looked up.

    Whatever had not ended by the backup may have left since: it becomes unknown and is looked up. A public reply is then
    found or put before a person, never sent; what staff are told is said again when it is not found. Redraws are asked for
    anew, so that cards show what the database knows. Chats read on from now: what staff wrote since the backup was acted on,
    and would be again. Leads and channels are told from when to when nothing is known.
    """
    last = conn.execute(select(event.c.at).order_by(event.c.id.desc()).limit(1)).scalar()
    replies = doubt_replies(conn, now)
    doubt_what_staff_are_told(conn, now)
    draw_again(conn, now)
    remembered.forget_all(conn)
    until = from_ms(seen.at) if seen else None
    told = {"from": last, "to": until, "replies": replies}
    record.append(conn, SUBJECT, "recovered", at=now, actor=SYSTEM, changes=told)
    keep(conn, BEGUN_AT, to_ms(now))
    if conn.execute(select(counter.c.value).where(counter.c.name == BEGUN_FROM)).scalar() is None:
        keep(conn, BEGUN_FROM, conn.execute(select(counter.c.value).where(counter.c.name == "mention")).scalar() or 0)
    tell_everybody(conn, span(house, last, until), replies, house=house, now=now)
    return replies


def doubt_replies(conn: Connection, now: datetime) -> int:
    """Every reply on its way: it can no longer be undone, and is looked for from when it was queued on. How many."""
    d = delivery.c
    mine = ALIVE & (d.kind == Kind.REPLY)
    ids = [str(payload["reply"]) for payload in conn.execute(select(d.payload).where(mine)).scalars()]
    held = reply.c.id.in_(ids) & (reply.c.state == ReplyState.HELD)
    conn.execute(update(reply).where(held).values(state=ReplyState.SENDING, updated_at=now))
    doubtful = {"unsure_since": now, "deadline": now + DEADLINE[Kind.REPLY], "absent_at": None}
    conn.execute(update(delivery).where(mine).values(**unknown(now), **doubtful))
    return len(ids)


def doubt(conn: Connection, reply_id: str, since: datetime, now: datetime) -> None:
    """A reply that is queued now may have left since then, under the same key: looked up first, and never just sent."""
    doubtful = {"unsure_since": now, "absent_at": None, "first_sent_at": since, "sent_at": since}
    conn.execute(update(delivery).where(delivery.c.key == f"reply:{reply_id}").values({**unknown(now), **doubtful}))
    conn.execute(update(reply).where(reply.c.id == reply_id).values(state=ReplyState.SENDING, hold_until=None))


def may_be_out(conn: Connection, written_at: datetime) -> bool:
    """Whether words of that age may have been let go and sent between a backup and its restore: nothing here says so."""
    begun = conn.execute(select(counter.c.value).where(counter.c.name == BEGUN_AT)).scalar()
    return begun is not None and to_ms(written_at) <= begun


def doubt_what_staff_are_told(conn: Connection, now: datetime) -> None:
    """Cards, pings and words to staff: looked for since they were queued, then said again. Twice is better than never."""
    since = func.coalesce(delivery.c.first_sent_at, delivery.c.created_at)
    for kind in Kind:
        mine = ALIVE & CHAT_ROWS & (delivery.c.kind == kind)
        late = {"unsure_since": since, "deadline": now + DEADLINE[kind]}
        conn.execute(update(delivery).where(mine).values(**unknown(now), **late))


def unknown(now: datetime) -> dict[str, object]:
    """What is so of every delivery that may have left since the backup; whoever held one holds it no more."""
    d = delivery.c
    return {
        "state": "unknown",
        "due_at": now,
        "recovered_at": now,
        "holder": None,
        "attempt": d.attempt + 1,
        "first_sent_at": func.coalesce(d.first_sent_at, d.created_at),
        "sent_at": func.coalesce(d.sent_at, d.created_at),
    }


def draw_again(conn: Connection, now: datetime) -> None:
    """Cards show what happened since the backup: each open mention's is drawn as the database knows it."""
    over = {"state": "cancelled", "due_at": None, "holder": None}
    conn.execute(update(delivery).where(ALIVE & (delivery.c.kind == Kind.REDRAW)).values(over))
    shown = select(card.c.number, card.c.chat).join(mention, mention.c.number == card.c.number)
    for number, chat in conn.execute(shown.where(OPEN_ROWS, card.c.message.is_not(None)).order_by(card.c.number)).all():
        outbox.redraw(conn, number, chat, now)


def is_fresh(conn: Connection, now: datetime) -> bool:
    """Whether the database was restored so lately that nothing is erased by age yet."""
    begun = conn.execute(select(counter.c.value).where(counter.c.name == BEGUN_AT)).scalar()
    return begun is not None and now < from_ms(begun) + NOTHING_ERASED_FOR


def keep(conn: Connection, name: str, value: int) -> None:
    """Set a counter."""
    new = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(counter).values(name=name, value=value)
    conn.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def span(house: House, last: datetime | None, until: datetime | None) -> str:
    """From when to when nothing is known, as staff read it."""
    begins = when(last, house.zone).local if last else "the beginning"
    return f"between {begins} and {when(until, house.zone).local}" if until else f"after {begins}"


def tell_everybody(conn: Connection, unknown_time: str, replies: int, *, house: House, now: datetime) -> None:
    """Each channel of each chat and each lead, once."""
    text = (
        f"Tolbooth was restored from a backup: it does not know what happened {unknown_time}. What came in then may come in "
        "again, under other numbers; buttons on cards from then no longer work."
    )
    more = (
        f" {replies} {'reply is' if replies == 1 else 'replies are'} being looked up; none is sent again by itself. Before "
        "anybody answers, look at the accounts for replies that went out then. Webhooks from then are gone: ask their "
        "senders for them. If publishing was stopped then, stop it again. Holds and rights placed then, and ends of saved "
        "replies, are not known: put them back. Nothing is erased by age for a week."
    )
    for channel in sorted({account.channel for account in house.accounts.values() if account.channel}):
        outbox.post_everywhere(conn, told(Kind.POST, channel, text, now), house, now)
    for lead in house.leads:
        outbox.queue(conn, told(Kind.TELL, lead, text + more, now), now)


def told(kind: Kind, target: str, text: str, now: datetime) -> Wanted:
    """A word about the restore."""
    return Wanted(
        f"recovery:{to_ms(now)}:{target}", kind, f"recovery:{target}", Rank.ESCALATION, None, target, {"text": text}
    )


def is_from_before(conn: Connection, at: Place, ref: str) -> bool:
    """Whether a button or form is on a message from before a restore, about a mention whose number was given out again.

    Only a mention that came in after a restore can have had its number before: a message about it is one we know we posted,
    or one that was posted since the last restore, such as the answer to somebody's words.
    """
    number = int((reference(ref) or "M-0")[2:])
    rows = conn.execute(select(counter.c.name, counter.c.value).where(counter.c.name.in_((BEGUN_AT, BEGUN_FROM))))
    begun = {row.name: row.value for row in rows}
    if BEGUN_FROM not in begun or number <= begun[BEGUN_FROM] or not at.message:
        return False
    if at.said_at and to_ms(at.said_at) > begun[BEGUN_AT]:
        return False
    its_card = (card.c.number == number) & (card.c.chat == at.chat) & (card.c.message == at.message)
    if conn.execute(select(card.c.number).where(its_card)).first():
        return False
    d = delivery.c
    return conn.execute(select(d.id).where(d.number == number, d.remote_id == at.message).limit(1)).first() is None
