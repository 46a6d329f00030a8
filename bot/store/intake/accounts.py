"""What a running bot remembers of each account: where reading carries on, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import Kind, Rank
from bot.house import House
from bot.ports import Page
from bot.store import mentions, schema
from bot.store.intake import arrivals, pace
from bot.store.intake.corrections import Intake, Taken
from bot.store.proof import record
from bot.store.schema import account
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

UNHEARD_PUBLIC = "What the public says there may not be reaching you."
UNSENT = "Replies from it are kept as drafts until it is put right."
CANNOT_SEND = "its network does not accept its credentials, so no reply can be sent from it."
"""What is wrong with an account whose replies are refused for its credentials; that it can be read says nothing of it."""
VERIFIED = "verified"
"""The event in an account's own record: somebody signed in to see that it is as it should be."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading an account carries on. ``turn`` fences: of two readers only one moves the cursor."""

    cursor: str | None
    turn: int
    trouble: str | None
    slowed: str = ""
    """Why it is read more slowly than it should be; empty while it is not."""


STAYS = account.c.trouble == CANNOT_SEND
READ = {
    "trouble": case((STAYS, account.c.trouble), else_=None),
    "trouble_at": case((STAYS, account.c.trouble_at), else_=None),
}
"""What a page that was read makes of an account's trouble."""


class Overtaken(Exception):
    """Another copy of the bot read this account meanwhile; its page stands, ours is dropped."""


def place(conn: Connection, name: str) -> Place:
    """Where reading carries on; an account seen for the first time gets its row."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(account)
    conn.execute(insert.values(name=name, turn=0).on_conflict_do_nothing(index_elements=["name"]))
    columns = (account.c.cursor, account.c.turn, account.c.trouble, account.c.slowed)
    row = conn.execute(select(*columns).where(account.c.name == name)).one()
    return Place(row.cursor, row.turn, row.trouble, row.slowed)


def take_page(conn: Connection, page: Page, at: Place, intake: Intake) -> Taken:
    """Store a page and move the cursor, in one transaction. Raises Overtaken when another reader was first."""
    waits = intake.now + page.wait if page.wait else None
    done = conn.execute(
        update(account)
        .where(account.c.name == intake.account.name, account.c.turn == at.turn)
        .values(cursor=page.cursor, turn=at.turn + 1, polled_at=intake.now, waits_until=waits, **READ)
    )
    if done.rowcount != 1:
        raise Overtaken
    if page.slowed or at.slowed:
        pace.note(conn, page.slowed, intake.account.name, house=intake.house, now=intake.now)
    return arrivals.take_in(conn, page.items, intake)


def last_read(conn: Connection, name: str) -> datetime | None:
    """When an account was last read."""
    return conn.execute(select(account.c.polled_at).where(account.c.name == name)).scalar()


def in_trouble(conn: Connection, name: str, reason: str, *, house: House, now: datetime, so: str = UNHEARD_PUBLIC) -> bool:
    """Note that an account does not work, and tell the leads when that is news, and what of it; True when it is."""
    before = place(conn, name)
    if before.trouble == reason:
        return False
    conn.execute(update(account).where(account.c.name == name).values(trouble=reason, trouble_at=now))
    for lead in house.leads:
        text = f"{name} needs attention: {reason} {so}"
        key = f"trouble:{name}:{lead}:{int(now.timestamp())}"
        outbox.queue(conn, Wanted(key, Kind.TELL, f"trouble:{name}:{lead}", Rank.ACTION, None, lead, {"text": text}), now)
    return True


def cannot_send(conn: Connection, name: str, *, house: House, now: datetime) -> bool:
    """Note that replies are refused for the account's credentials; the leads hear it once, until one goes out again."""
    if place(conn, name).trouble not in (None, CANNOT_SEND):
        return False  # what they were told already is the same fault, or a worse one
    return in_trouble(conn, name, CANNOT_SEND, house=house, now=now, so=UNSENT)


def sends_again(conn: Connection, name: str) -> None:
    """A reply went out."""
    mended = (account.c.name == name) & (account.c.trouble == CANNOT_SEND)
    conn.execute(update(account).where(mended).values(trouble=None, trouble_at=None))


def well_again(conn: Connection, name: str) -> bool:
    """The account works; True when it did not before."""
    done = conn.execute(
        update(account).where(account.c.name == name, account.c.trouble.is_not(None)).values(trouble=None, trouble_at=None)
    )
    return bool(done.rowcount)


def looks_again(conn: Connection, name: str) -> bool:
    """An account that nobody reads can be looked at; True when it could not before. That replies are refused stays."""
    mended = (account.c.name == name) & account.c.trouble.is_not(None) & ~STAYS
    return bool(conn.execute(update(account).where(mended).values(trouble=None, trouble_at=None)).rowcount)


def verified(conn: Connection, house: House) -> Mapping[str, date]:
    """The last day each account was said to be verified, as the organisation's calendar has it."""
    e = schema.event.c
    subjects = {f"account:{kept.name}": kept.name for kept in house.register}
    query = select(e.subject, func.max(e.at)).where(e.subject.in_(subjects), e.action == VERIFIED).group_by(e.subject)
    return {subjects[row[0]]: row[1].astimezone(house.zone).date() for row in conn.execute(query)}


def note_verified(conn: Connection, name: str, by: str, key: str, *, now: datetime) -> None:
    """Somebody signed in to an account and found it as it should be; said twice by the same key it stands once."""
    if mentions.first_time(conn, key, now):
        record.append(conn, f"account:{name}", VERIFIED, at=now, actor=by)
