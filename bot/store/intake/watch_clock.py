"""What becomes of watches by the clock: their end, told before; trouble that lasts; and an owner who has left."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, select, update

from bot import words as core_words
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions
from bot.store.columns import to_ms
from bot.store.duty import gone
from bot.store.duty.rota import tell
from bot.store.intake import watches
from bot.store.schema_listening import watch as table
from bot.store.schema_listening import watch_reader
from bot.watching.watch import Watch
from bot.words import watching as words

BEFORE = timedelta(days=words.ENDS_IN_DAYS)
LONG = timedelta(minutes=30)
"""How long a watch may find nothing for trouble before its owner hears of it."""
OVER = "its time was over"


def look(conn: Connection, house: House, now: datetime, *, began: datetime) -> int:
    """All that is due; how much was done. ``began``: what nobody read before this copy began is no fault of now."""
    left = gone.everybody(conn)
    done = 0
    for watch in watches.running(conn):
        if watch.until <= now:
            end(conn, watch, house, now)
            done += 1
            continue
        if watch.told == 0 and watch.until - now <= BEFORE:
            say_when_it_ends(conn, watch, house, now)
            done += 1
        if watch.owner in left:
            done += say_that_owner_left(conn, watch, house, now)
        done += say_what_is_wrong(conn, watch, house, began=began, now=now)
    return done


def whom(conn: Connection, watch: Watch, house: House) -> Iterable[str]:
    """Its owner; the leads in the place of one who has left."""
    return house.leads if gone.has_left(conn, watch.owner) else (watch.owner,)


def tell_all(conn: Connection, watch: Watch, what: str, text: str, *, house: House, now: datetime) -> None:
    """Each of those it concerns, once."""
    for person in whom(conn, watch, house):
        tell(conn, f"watch:{watch.number}:{what}:{person}", person, text, house=house, now=now)


def end(conn: Connection, watch: Watch, house: House, now: datetime) -> None:
    """It looks no more."""
    watches.stop(conn, watch.number, SYSTEM, why=OVER, now=now)
    tell_all(conn, watch, f"ended:{watch.version}", words.ended(watch.ref, watch.terms.wanted), house=house, now=now)


def say_when_it_ends(conn: Connection, watch: Watch, house: House, now: datetime) -> None:
    """Three days before."""
    conn.execute(update(table).where(table.c.number == watch.number).values(told=1))
    day = core_words.when(watch.until, house.zone).local
    tell_all(conn, watch, f"ends:{watch.version}", words.ends_soon(watch.ref, watch.terms.wanted, day), house=house, now=now)


def say_that_owner_left(conn: Connection, watch: Watch, house: House, now: datetime) -> int:
    """To the leads, once for each owner; how often."""
    if not mentions.first_time(conn, f"watch:{watch.number}:left:{watch.owner}", now):
        return 0
    name = mentions.names(conn, {watch.owner})[watch.owner]
    tell_all(conn, watch, "left", words.owner_left(watch.ref, watch.terms.wanted, name), house=house, now=now)
    return 1


def wrong_with(row: RowMapping, house: House, waited: timedelta) -> str:
    """Why a watch finds nothing through an account, whose turn it has been for so long; empty while it looks."""
    account = house.accounts.get(row["account"])
    if account is None or account.abilities.searches is None:
        return words.NOT_SEARCHED
    return str(row["trouble"] or "") or (words.NOBODY_READS if waited >= LONG else "")


def say_what_is_wrong(conn: Connection, watch: Watch, house: House, *, began: datetime, now: datetime) -> int:
    """Of each account that could not be read for LONG, once while it lasts; how often."""
    r, said = watch_reader.c, 0
    rows = conn.execute(select(watch_reader).where(r.watch == watch.number).order_by(r.account)).mappings()
    for row in rows.all():
        reason = wrong_with(row, house, now - max(row["due_at"], began))
        since = row["read_at"] or watch.made_at
        key = f"watch:{watch.number}:{row['account']}:{to_ms(since)}"
        if not reason or now - since < LONG or not mentions.first_time(conn, key, now):
            continue
        account = house.accounts.get(row["account"])
        label = account.speaks_as if account else row["account"]
        text = words.not_read(watch.ref, watch.terms.wanted, account=label, reason=reason)
        tell_all(conn, watch, f"wrong:{row['account']}:{to_ms(since)}", text, house=house, now=now)
        said += 1
    return said
