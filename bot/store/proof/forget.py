"""Erasing what the public said: what is older than it is kept, and one author's when somebody asks. The record stays whole.

Only what has ended: an open mention still wants an answer, and keeps its words until it has one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, literal_column, or_, select

from bot.house import House
from bot.mention import Action, Mention, Move
from bot.store import mentions, moves, schema
from bot.store.proof import beside, personal, record
from bot.store.replying import hiding, tasks
from bot.store.scene import redraw
from bot.store.schema import HELD_WORDS
from bot.task import Kind

M = schema.mention.c
ENDED: ColumnElement[bool] = literal_column(f"({HELD_WORDS.text})")
"""In the very words of its index, so that it serves."""
SUBJECT = "retention"
AT_A_TIME = 25
"""Mentions erased in one transaction, so that nobody who claims has to wait."""


@dataclass(frozen=True, slots=True)
class Due:
    """How many of an account's mentions are older than they are kept, and since when the oldest has been here."""

    account: str
    count: int
    oldest: datetime


def due(conn: Connection, before: datetime, keeps: Collection[str]) -> list[Due]:
    """What would be erased, by account."""
    query = select(M.account, func.count(), func.min(M.received_at)).where(*old(before, keeps))
    return [Due(*row) for row in conn.execute(query.group_by(M.account).order_by(M.account))]


def old(before: datetime, keeps: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Ended before then, its words still here, and not to be kept."""
    kept = [mentions.number_of(ref) for ref in keeps]
    return ENDED, M.ended_at < before, M.number.not_in(kept), not_evidence()


def not_evidence() -> ColumnElement[bool]:
    """Of what is hidden, or waits for a second look, the words are evidence, and stay."""
    hidden = select(schema.hiding.c.number).where(hiding.OPEN)
    waiting = select(schema.task.c.number).where(tasks.OPEN, schema.task.c.kind == Kind.REVIEW)
    return M.number.not_in(hidden) & M.number.not_in(waiting)


def purge(conn: Connection, before: datetime, keeps: Collection[str], by: str, *, house: House, now: datetime) -> int:
    """Erase the words of the AT_A_TIME that ended longest ago; returns how many it did. Less than that: it is done."""
    query = select(M.number).where(*old(before, keeps)).order_by(M.ended_at, M.number).limit(AT_A_TIME)
    numbers = conn.execute(query).scalars().all()
    erased = [ref for number in numbers if (ref := erase(conn, number, by, "its time is over", house=house, now=now))]
    if len(numbers) < AT_A_TIME:
        personal.empty_what_was_told(conn, before)
        conn.execute(delete(schema.early).where(schema.early.c.kept_at < before))
    if erased:
        record.append(conn, SUBJECT, "purged", at=now, actor=by, changes={"mentions": erased, "ended_before": before})
    return len(erased)


def erase(conn: Connection, number: int, by: str, why: str, *, house: House, now: datetime) -> str:
    """Erase what the public said in one mention, and have its card drawn without it; returns its reference.

    Nothing for one that is open, or was erased before: it is left as it is.
    """
    mention = mentions.find(conn, f"M-{number}", lock=True)
    if mention.is_open or mention.erased_at or number in hiding.kept(conn):
        return ""
    notes = personal.empty(conn, mention)
    move = Move(mention, Action.ERASE, by=by, detail={"because": why, "notes": ",".join(map(str, notes))})
    moves.step(conn, without_reason(conn, mention), move, house=house, now=now)
    return mention.ref


def without_reason(conn: Connection, mention: Mention) -> Mention:
    """The mention with the reason it was closed for as the record has it now."""
    reason = moves.reason_now([dict(event) for event in record.events_of(conn, mention.ref)])
    return replace(mention, close_reason=str(reason))


# --- one author --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """One author on one network, as last named, with the references of what they said."""

    network: str
    id: str
    name: str
    handle: str
    ended: tuple[str, ...]
    open: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """The mentions beside which their words stand, because those answer them."""


def authors(conn: Connection, called: str, network: str = "") -> list[Found]:
    """Who goes by that id, handle or name: one for each id on each network, or for each name where there is no id."""
    wanted, plain = called.strip(), called.strip().casefold()
    named = or_(
        M.author_id == wanted,
        M.author_name == wanted,
        func.lower(M.author_name) == plain,
        func.lower(M.author_handle).in_((plain, f"@{plain}", plain.removeprefix("@"))),
    )
    here = [named, M.erased_at.is_(None)] + ([M.network == network] if network else [])
    rows = conn.execute(select(schema.mention).where(*here).order_by(M.number)).mappings()
    groups: dict[tuple[str, str], list[Mention]] = {}
    for mention in map(mentions.mention_from, rows):
        author = mention.author
        groups.setdefault((mention.network, author.id or f"{author.name}\n{author.handle}"), []).append(mention)
    found = [found_from(conn, said) for said in groups.values()]
    known = {ref for one in found for ref in one.beside}
    others = [one for one in beside.authors(conn, called, network) if not known.issuperset(refs_of(one.numbers))]
    return [*found, *(Found(one.network, "", one.name, one.handle, (), (), refs_of(one.numbers)) for one in others)]


def refs_of(numbers: Sequence[int]) -> tuple[str, ...]:
    """As staff write them."""
    return tuple(f"M-{number}" for number in numbers)


def found_from(conn: Connection, said: Sequence[Mention]) -> Found:
    """An author with all they said, also under an earlier name."""
    author, network = said[-1].author, said[-1].network
    if author.id:
        theirs = (M.network == network) & (M.author_id == author.id) & M.erased_at.is_(None)
        rows = conn.execute(select(schema.mention).where(theirs).order_by(M.number)).mappings()
        said = [mentions.mention_from(row) for row in rows]
    ended, still = [m.ref for m in said if not m.is_open], [m.ref for m in said if m.is_open]
    name, handle = said[-1].author.name, said[-1].author.handle
    others = refs_of(beside.of(conn, network, name, handle))
    return Found(network, author.id, name, handle, tuple(ended), tuple(still), others)


def forget(
    conn: Connection, found: Found, keeps: Collection[str], by: str, *, house: House, now: datetime
) -> tuple[str, ...]:
    """Erase one author's words and names; the references of what was erased. What is open, kept or evidence stays."""
    numbers = [mentions.number_of(ref) for ref in found.ended if ref not in keeps]
    erased = [ref for number in numbers if (ref := erase(conn, number, by, "its author asked", house=house, now=now))]
    answers = [ref for ref in found.beside if ref not in keeps]
    beside.erase(conn, found.name, found.handle, [mentions.number_of(ref) for ref in answers])
    for ref in answers:
        redraw(conn, mentions.find(conn, ref), house, now)
    personal.empty_what_was_told(conn)
    if erased or answers:
        told = {"mentions": erased, **({"beside": answers} if answers else {})}
        record.append(conn, SUBJECT, "forgot", at=now, actor=by, changes=told)
    return tuple(erased)
