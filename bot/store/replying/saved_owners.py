"""Whom saved replies concern: owners who are asked to look, approvers who are asked to read, leads where nobody owns one."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, or_, select, type_coerce, update

from bot.house import House
from bot.mention import SYSTEM
from bot.saving.saved import Saved
from bot.store import mentions
from bot.store.columns import to_ms
from bot.store.duty import gone
from bot.store.duty.rota import tell
from bot.store.replying import saved as store
from bot.store.schema_knowing import IN_USE
from bot.store.schema_knowing import saved as table
from bot.words import saving as words

owned_by = store.owned_by


def hand_on(conn: Connection, person: str, to: str, by: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """What a leaver owned is a colleague's, who hears of each; the references."""
    theirs = owned_by(conn, person)
    for one in theirs:
        give(conn, one.number, to, by, house=house, now=now)
    return tuple(one.ref for one in theirs)


def give(conn: Connection, number: int, to: str, by: str, *, house: House, now: datetime) -> Saved:
    """A colleague owns it, and hears so. Raises NotAllowed for one that ended."""
    after = store.give(conn, number, to, by, now=now)
    if to != by:
        name = mentions.names(conn, {by})[by]
        tell(conn, f"saved:{number}:given:{after.version}:{to}", to, words.given(after, name), house=house, now=now)
    return after


def ask_approvers(conn: Connection, one: Saved, *, house: House, now: datetime) -> None:
    """Those who approve hear that words wait for them: approvers by name, else leads; never whoever wrote them."""
    name = mentions.names(conn, {one.written_by})[one.written_by]
    look = (("Look at It", "saved", one.ref),)
    for person in [other for other in house.approvers or house.leads if other != one.written_by]:
        key = f"saved:{one.number}:waits:{one.version}:{person}"
        tell(conn, key, person, words.wants_approval(one, name), house=house, now=now, buttons=look)


def say_imported(conn: Connection, count: int, *, by: str, house: House, now: datetime) -> None:
    """Those who approve hear once that so many came in from a file."""
    for person in [other for other in house.approvers or house.leads if count and other != by]:
        key = f"saved:imported:{to_ms(now)}:{person}"
        tell(conn, key, person, words.imported(count), house=house, now=now)


def tell_writer(conn: Connection, one: Saved, *, house: House, now: datetime) -> None:
    """Whoever wrote it hears that it was approved."""
    if one.approved_by and one.approved_by != one.written_by:
        name = mentions.names(conn, {one.approved_by})[one.approved_by]
        key = f"saved:{one.number}:approved:{one.version}:{one.written_by}"
        tell(conn, key, one.written_by, words.is_approved(one, name), house=house, now=now)


# --- by the clock ------------------------------------------------------------------------------------------------


def look(conn: Connection, house: House, now: datetime) -> int:
    """Ask owners about what is due, once each time, and say to the leads which have no owner now; how much was done."""
    left = gone.everybody(conn)
    due = [one for one in soon_due(conn, house, now) if one.is_to_be_asked_about(house.saving, now)]
    for one in due:
        ask_to_look(conn, one, house=house, now=now, left=left)
    return len(due) + say_who_left(conn, left, house=house, now=now)


def soon_due(conn: Connection, house: House, now: datetime) -> list[Saved]:
    """Those whose review or end comes near, and about which nobody may have been asked yet."""
    c, remind = table.c, house.saving.remind
    told, review_at = type_coerce(c.told_at, BigInteger), type_coerce(c.review_at, BigInteger)
    before_review = review_at - remind // timedelta(milliseconds=1)
    unasked = or_(c.told_at.is_(None), told < before_review, c.told_at < c.expires_at)
    near = or_(c.review_at <= now + remind, c.expires_at <= now + remind)
    return [store.saved_from(row) for row in conn.execute(select(table).where(IN_USE, near, unasked)).mappings()]


def ask_to_look(conn: Connection, one: Saved, *, house: House, now: datetime, left: frozenset[str]) -> None:
    """A private word to its owner; to the leads where nobody here owns it. Not if another copy has asked."""
    unasked = (table.c.number == one.number, table.c.told_at.is_not_distinct_from(one.told_at))
    if not conn.execute(update(table).where(*unasked).values(told_at=now)).rowcount:
        return
    ends = one.expires_at is not None and one.expires_at <= one.review_at
    day = words.end(one.expires_at, house.zone) if ends and one.expires_at else words.day(one.review_at, house.zone)
    here = one.owner is not None and one.owner not in left and one.owner != SYSTEM
    for person in (str(one.owner),) if here else house.leads:
        key = f"saved:{one.number}:look:{to_ms(now)}:{person}"
        tell(conn, key, person, words.look_again(one, now, day, ends=ends), house=house, now=now)


def say_who_left(conn: Connection, left: frozenset[str], *, house: House, now: datetime) -> int:
    """To each lead who is here, once of each saved reply whose owner has left; how many owners those are.

    Where no lead is here nothing is noted: it is said as soon as there is one.
    """
    leads = [one for one in house.leads if one not in left]
    query = select(table.c.owner, table.c.number).where(IN_USE, table.c.owner.in_(left)).order_by(table.c.number)
    refs: dict[str, list[str]] = {}
    since = gone.left_at(conn, left) if left and leads else {}
    for row in conn.execute(query) if since else ():
        if mentions.first_time(conn, f"saved:left:{row.owner}:{to_ms(since[row.owner])}:{row.number}", now):
            refs.setdefault(row.owner, []).append(f"S-{row.number}")
    names = mentions.names(conn, set(refs))
    for person in refs:
        for lead in leads:
            key = f"saved:left:{person}:{to_ms(now)}:{lead}"
            tell(conn, key, lead, words.owner_left(names[person], refs[person]), house=house, now=now)
    return len(refs)
