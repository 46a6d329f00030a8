"""Erasing what the public said: what is older than it is kept, and one author's when somebody asks. The record stays whole.

Only what has ended: an open mention still wants an answer, and keeps its words until it has one.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.house import House
from bot.mention import Action, Mention, Move
from bot.retention.classes import RetentionClass
from bot.store import mentions, moves, schema
from bot.store.proof import aged, beside, exported, holds, personal, record
from bot.store.proof.aged import Ages
from bot.store.proof.beside import Names
from bot.store.replying import hiding
from bot.store.scene import redraw

M = schema.mention.c
SUBJECT = "retention"
ASKED: Mapping[str, str] = {"because": "its author asked"}
MENTION, BESIDE = re.compile(r"[Mm]-[0-9]{1,9}"), re.compile(r"beside [Mm]-([0-9]{1,9})")
"""What names the author of a mention, and whoever it answers."""
AT_A_TIME = 25
"""Mentions erased in one transaction, so that nobody who claims has to wait."""


def purge(conn: Connection, before: datetime | None, keeps: Collection[str], by: str, *, house: House, now: datetime) -> int:
    """Erase the words of the AT_A_TIME that ended longest ago; returns how many it did. Less than that: it is done.

    ``before`` is for what is in no class, None where that is kept for ever.
    """
    ages = Ages(before, now, house.classes)
    query = select(schema.mention).where(*aged.old(conn, ages, keeps)).order_by(M.ended_at, M.number).limit(AT_A_TIME)
    found = [mentions.mention_from(row) for row in conn.execute(query).mappings()]
    erased = [ref for one in found if (ref := erase(conn, one.number, by, rule_of(ages, one), house=house, now=now))]
    if before is not None and len(found) < AT_A_TIME:
        personal.empty_what_was_told(conn, before)
        conn.execute(delete(schema.early).where(schema.early.c.kept_at < before))
    if erased:
        told = {"mentions": erased, **({"ended_before": before} if before else {})}
        record.append(conn, SUBJECT, "purged", at=now, actor=by, changes={**told, **periods(house.classes)})
    return len(erased)


def rule_of(ages: Ages, mention: Mention) -> Mapping[str, str]:
    """Why a mention's time is over: its class, with the days words are kept in it."""
    name, days = ages.kept_in(mention)
    said = {"because": "its time is over"}
    return said if days is None else {**said, "class": name, "days": str(days)}


def periods(classes: Sequence[RetentionClass]) -> Mapping[str, list[str]]:
    """The classes in force, as the record has them: ``complaints 2190``, in days."""
    return {"classes": [f"{one.name} {one.kept_for.days}" for one in classes]} if classes else {}


def erase(conn: Connection, number: int, by: str, why: Mapping[str, str], *, house: House, now: datetime) -> str:
    """Erase what the public said in one mention, and have its card drawn without it; returns its reference.

    Nothing for one that is open, held, or was erased before: it is left as it is. ``why`` goes into the record.
    """
    mention = mentions.find(conn, f"M-{number}", lock=True)
    if mention.is_open or mention.erased_at or number in hiding.kept(conn) or holds.is_held(conn, number, now):
        return ""
    notes = personal.empty(conn, mention)
    move = Move(mention, Action.ERASE, by=by, detail={**why, "notes": ",".join(map(str, notes))})
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
    names: tuple[Names, ...] = ()
    """Every name and handle they ever had in what is held."""

    @property
    def refs(self) -> tuple[str, ...]:
        """All they said."""
        return (*self.ended, *self.open)

    @property
    def called(self) -> tuple[str, ...]:
        """Each name and each handle, once."""
        every = (part for pair in ((self.name, self.handle), *self.names) for part in pair if part)
        return tuple(dict.fromkeys(every))


def authors(conn: Connection, called: str, network: str = "") -> list[Found]:
    """Who goes by that id, handle or name, or wrote that mention: one for each id on each network, else for each handle.

    Of somebody with neither nobody knows whether they are one with the next of that name: each mention is one of its own.
    """
    if not beside.plain(called):
        return []
    if MENTION.fullmatch(called.strip()):
        number = mentions.number_of(called.strip())
        return [found_from(conn, said) for said in grouped(conn, [number], network)]
    if there := BESIDE.fullmatch(called.strip()):
        return [standing_beside(one) for one in beside.at(conn, int(there.group(1)))]
    who = select(M.number, M.author_id, M.author_name, M.author_handle).where(M.erased_at.is_(None)).order_by(M.number)
    wanted = (called.strip(), beside.plain(called))
    numbers = [number for number, *names in conn.execute(who) if goes_by(wanted, names)]
    found = [found_from(conn, said) for said in grouped(conn, numbers, network)]
    known = {ref for one in found for ref in one.beside}
    others = [one for one in beside.authors(conn, called, network) if not known.issuperset(refs_of(one.numbers))]
    return [*found, *map(standing_beside, others)]


def goes_by(wanted: tuple[str, str], names: Sequence[str]) -> bool:
    """Whether an id is the one typed, or a name or handle is it in small letters."""
    typed, plain = wanted
    own, *others = names
    return own == typed or any(beside.plain(other) == plain for other in others if other)


def grouped(conn: Connection, numbers: Sequence[int], network: str) -> list[list[Mention]]:
    """Those mentions by who wrote them."""
    here = [M.number.in_(numbers), M.erased_at.is_(None), *([M.network == network] if network else [])]
    groups: dict[tuple[str, str], list[Mention]] = {}
    for row in conn.execute(select(schema.mention).where(*here).order_by(M.number)).mappings():
        mention = mentions.mention_from(row)
        one = mention.author.id or beside.plain(mention.author.handle) or f"\n{mention.ref}"
        groups.setdefault((mention.network, one), []).append(mention)
    return list(groups.values())


def refs_of(numbers: Sequence[int]) -> tuple[str, ...]:
    """As staff write them."""
    return tuple(f"M-{number}" for number in numbers)


def standing_beside(one: beside.Beside) -> Found:
    """Somebody who never wrote to us, and whose words stand beside what did."""
    return Found(one.network, "", one.name, one.handle, (), (), refs_of(one.numbers), ((one.name, one.handle),))


def found_from(conn: Connection, said: Sequence[Mention]) -> Found:
    """An author with all they said, also under an earlier name; beside mentions by a handle only, for names are shared."""
    author, network = said[-1].author, said[-1].network
    if author.id:
        theirs = (M.network == network) & (M.author_id == author.id) & M.erased_at.is_(None)
        rows = conn.execute(select(schema.mention).where(theirs).order_by(M.number)).mappings()
        said = [mentions.mention_from(row) for row in rows]
    ended, still = [m.ref for m in said if not m.is_open], [m.ref for m in said if m.is_open]
    names = tuple(dict.fromkeys((m.author.name, m.author.handle) for m in said))
    others = refs_of(beside.of(conn, network, [pair for pair in names if pair[1]]))
    return Found(network, author.id, *names[-1], tuple(ended), tuple(still), others, names)


def forget(
    conn: Connection, found: Found, keeps: Collection[str], by: str, *, house: House, now: datetime
) -> tuple[str, ...]:
    """Erase one author's words and names; the references of what was erased. What is open, kept, held or evidence stays."""
    numbers = [mentions.number_of(ref) for ref in found.ended if ref not in keeps]
    erased = [ref for number in numbers if (ref := erase(conn, number, by, ASKED, house=house, now=now))]
    answers = [ref for ref in found.beside if ref not in keeps and not holds.is_held(conn, mentions.number_of(ref), now)]
    beside.erase(conn, found.names, [mentions.number_of(ref) for ref in answers])
    for ref in answers:
        redraw(conn, mentions.find(conn, ref), house, now)
    personal.empty_what_was_told(conn)
    exported.forget_reasons(conn, found.called, by, now)
    if erased or answers:
        told = {"mentions": erased, **({"beside": answers} if answers else {})}
        record.append(conn, SUBJECT, "forgot", at=now, actor=by, changes=told)
    return tuple(erased)
