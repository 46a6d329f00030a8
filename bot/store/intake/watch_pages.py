"""What a watch finds: each page is stored with its cursor; what is over the day's budget is counted and not kept."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot import triage
from bot.clean import clean
from bot.exchange import Edited, Gone, Incoming, Page
from bot.house import House
from bot.mention import URGENT
from bot.store import mentions
from bot.store.duty.rota import tell
from bot.store.intake import arrivals, watches
from bot.store.intake.corrections import Intake, Taken, known_as
from bot.store.schema import arrival
from bot.store.schema_listening import RUNNING, watch_day, watch_reader
from bot.store.schema_listening import watch as table
from bot.watching.terms import folded
from bot.watching.watch import KIND, Watch, crossed
from bot.words import watching as words

SLOWER = 6
"""How many times less often a watch looks whose day's budget is used up."""
MOST = 2
"""How many times the day's budget may come in when what is over it is urgent."""
AT_ONCE = 20
PUT_BACK = timedelta(hours=1)
"""How far a clock must have been put back for that to be told from two copies whose clocks differ."""
R = watch_reader.c


class Overtaken(Exception):
    """Another copy of the bot read this meanwhile, or the watch was stopped; the page is dropped."""


@dataclass(frozen=True, slots=True)
class Due:
    """A watch that is to be read through an account. ``turn`` fences: of two readers only one moves the cursor."""

    watch: Watch
    account: str
    cursor: str | None
    turn: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What became of a page."""

    taken: Taken = field(default_factory=Taken)
    left_out: int = 0


def due(conn: Connection, account: str, now: datetime) -> list[Due]:
    """What is to be read through an account by now, the longest due first; what was read later than now has waited enough:
    the clock was put back.
    """
    is_due = or_(R.due_at <= now, R.read_at > now + PUT_BACK)
    found = conn.execute(
        select(R.watch, R.cursor, R.turn)
        .join(table, table.c.number == R.watch)
        .where(RUNNING, table.c.until > now, R.account == account, is_due)
        .order_by(R.due_at, R.watch)
        .limit(AT_ONCE)
    ).all()
    return [Due(watches.find(conn, row.watch), account, row.cursor, row.turn) for row in found]


def take_page(conn: Connection, page: Page, at: Due, *, every: timedelta, house: House, now: datetime) -> Hits:
    """Store a page and move the cursor, in one transaction. Raises Overtaken when another reader was first."""
    here = (R.watch == at.watch.number) & (R.account == at.account)
    moved = {"cursor": page.cursor, "turn": at.turn + 1, "read_at": now, "trouble": None, "slowed": page.slowed}
    done = conn.execute(update(watch_reader).where(here, R.turn == at.turn).values(**moved, due_at=now))
    watch = watches.find(conn, at.watch.number, lock=True)
    if done.rowcount != 1 or not watch.is_running or at.account not in house.accounts:
        raise Overtaken
    hits, is_full = keep_hits(conn, page, watch, account=at.account, house=house, now=now)
    wait = every * (SLOWER if is_full else 1)
    if page.more and not is_full:
        wait = timedelta(0)
    conn.execute(update(watch_reader).where(here).values(due_at=now + max(wait, page.wait or timedelta(0))))
    return hits


def keep_hits(conn: Connection, page: Page, watch: Watch, *, account: str, house: House, now: datetime) -> tuple[Hits, bool]:
    """Mentions of what is new, up to the day's budget, and whether that is used up."""
    intake = Intake(house.accounts[account], house, now, watch.channel, watch.ref)
    brought, left_out = brought_today(conn, watch, house, now), 0
    before, taken = brought, Taken()
    for item in page.items:
        if isinstance(item, Incoming) and is_news(conn, item, intake):
            if brought < watch.per_day or (brought < MOST * watch.per_day and is_urgent(item, house)):
                one = arrivals.take_in(conn, [as_hit(item, now)], intake)
                taken, brought = taken + one, brought + one.new + one.added
            else:
                left_out += first_left_out(conn, watch, item, intake)
        elif isinstance(item, Edited | Gone) and known_as(conn, account, clean(item.native_id)):
            taken += arrivals.take_in(conn, [item], intake)
    count(conn, watch, brought - before, left_out, day=day_of(house, now))
    tell_of_budget(conn, watch, before, brought, house=house, now=now)
    return Hits(taken, left_out), brought >= watch.per_day


def as_hit(post: Incoming, now: datetime) -> Incoming:
    """A post as what a watch found, and not later than now."""
    return replace(post, kind=KIND, posted_at=min(post.posted_at, now))


def is_urgent(post: Incoming, house: House) -> bool:
    """Whether the word list raises it so far that somebody must look: that is not left out with the rest."""
    return triage.raised(post.text, house.triage).priority in URGENT


def is_news(conn: Connection, post: Incoming, intake: Intake) -> bool:
    """Whether we do not have it, by whichever of our accounts on that network; it is public, and not our own."""
    if post.private or folded(post.author.handle).removeprefix("@") in intake.house.handles_on(intake.account.network):
        return False
    of_network = [one.name for one in intake.house.accounts.values() if one.network == intake.account.network]
    a = arrival.c
    held = select(a.number).where(a.account.in_(of_network), a.native_id == clean(post.native_id)).limit(1)
    return conn.execute(held).first() is None


def first_left_out(conn: Connection, watch: Watch, post: Incoming, intake: Intake) -> int:
    """One for a post that was not counted before: networks give the newest posts more than once."""
    key = f"left out:{watch.ref}:{intake.account.network}:{clean(post.native_id)}"
    return int(mentions.first_time(conn, key, intake.now))


def day_of(house: House, now: datetime) -> str:
    """The organisation's day."""
    return now.astimezone(house.zone).date().isoformat()


def brought_today(conn: Connection, watch: Watch, house: House, now: datetime) -> int:
    """How many hits the day had so far."""
    d = watch_day.c
    query = select(d.hits).where(d.watch == watch.number, d.day == day_of(house, now))
    return int(conn.execute(query).scalar() or 0)


def count(conn: Connection, watch: Watch, hits: int, left_out: int, *, day: str) -> None:
    """Add to the day's figures."""
    if not hits and not left_out:
        return
    new = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(watch_day)
    row = {"watch": watch.number, "day": day, "hits": hits, "left_out": left_out}
    more = {name: watch_day.c[name] + new.excluded[name] for name in ("hits", "left_out")}
    conn.execute(new.values(**row).on_conflict_do_update(index_elements=["watch", "day"], set_=more))


def tell_of_budget(conn: Connection, watch: Watch, before: int, after: int, *, house: House, now: datetime) -> None:
    """The owner hears of 80 % and of all of the day's budget, each once a day; of both at once only the latter."""
    for part in list(crossed(before, after, watch.per_day))[-1:]:
        text = words.budget(watch.ref, watch.terms.wanted, hits=after, per_day=watch.per_day, used_up=part == 100)
        tell(conn, f"watch:{watch.number}:{part}:{day_of(house, now)}", watch.owner, text, house=house, now=now)


def failed(conn: Connection, at: Due, reason: str, *, wait: timedelta, now: datetime) -> bool:
    """Note why it could not be read; True when that is news."""
    here = (R.watch == at.watch.number) & (R.account == at.account) & (R.turn == at.turn)
    before = conn.execute(select(R.trouble).where(here)).scalar()
    conn.execute(update(watch_reader).where(here).values(trouble=reason, due_at=now + wait))
    return before is None


def next_due(conn: Connection, account: str) -> datetime | None:
    """When an account is to be searched next."""
    query = select(func.min(R.due_at)).join(table, table.c.number == R.watch).where(RUNNING, R.account == account)
    return conn.execute(query).scalar()
