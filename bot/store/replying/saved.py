"""Saved replies: made, changed, approved, renewed, given and ended; each is a line in the saved reply's own record."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from bot.errors import NotAllowed
from bot.mention import SYSTEM
from bot.reply import ReplyState
from bot.saving.saved import Drawn, Saved, Wish, read_mark
from bot.store import mentions, schema
from bot.store.duty import gone
from bot.store.proof import record
from bot.store.proof.record import Entry, digest, new_salt
from bot.store.schema_knowing import IN_USE
from bot.store.schema_knowing import saved as table
from bot.words import saving as words

RECORDED = (
    *("topic", "edition", "owner", "written_by", "review_at", "expires_at", "approved_by", "approved_at", "ended_at"),
    "begun_from",
)
"""Columns whose changes are in the record: replaying a saved reply's events must give these."""
WRITES = ("made", "changed")
"""Events that bring words."""
COUNTS = frozenset({*WRITES, "renewed"})
"""Events from which its life counts."""
AT_A_TIME = 1_000
OUT = (ReplyState.SENT, ReplyState.BY_HAND, ReplyState.DELETED)


def saved_from(row: RowMapping) -> Saved:
    """A row as the core knows it."""
    return Saved(**{one.name: row[one.name] for one in fields(Saved)})


def get(conn: Connection, number: int) -> Saved | None:
    """The saved reply of that number."""
    row = conn.execute(select(table).where(table.c.number == number)).mappings().one_or_none()
    return saved_from(row) if row else None


def find(conn: Connection, number: int | None, *, lock: bool = False) -> Saved:
    """The saved reply of that number. Raises NotAllowed, which says which there are."""
    query = select(table).where(table.c.number == (number or 0))
    row = conn.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        newest = select(table.c.number).where(IN_USE).order_by(table.c.number.desc()).limit(12)
        raise NotAllowed(words.which([f"S-{number}" for number in conn.execute(newest).scalars()]))
    return saved_from(row)


def in_use(conn: Connection) -> list[Saved]:
    """All that have not been ended, the oldest first."""
    return [saved_from(row) for row in conn.execute(select(table).where(IN_USE).order_by(table.c.number)).mappings()]


def owned_by(conn: Connection, person: str) -> list[Saved]:
    """Those of one person that are in use."""
    mine = select(table).where(IN_USE, table.c.owner == person).order_by(table.c.number)
    return [saved_from(row) for row in conn.execute(mine).mappings()]


def owners(conn: Connection) -> frozenset[str]:
    """Everybody who owns one that is in use."""
    named = select(table.c.owner).where(IN_USE, table.c.owner.is_not(None), table.c.owner != SYSTEM).distinct()
    return frozenset(str(person) for person in conn.execute(named).scalars())


def uses(conn: Connection, refs: Sequence[str]) -> Mapping[str, int]:
    """How many replies the public can read, or could, began with each of these saved replies."""
    c = schema.reply.c
    begins = f"{refs[0]}@" if len(refs) == 1 else "S-"
    drawn = (c.drawn_from != "") & c.drawn_from.startswith(begins, autoescape=True) & c.state.in_(OUT) & (c.part == 1)
    counted = dict.fromkeys(refs, 0)
    for mark, times in conn.execute(select(c.drawn_from, func.count()).where(drawn).group_by(c.drawn_from)):
        ref = mark.partition("@")[0]
        counted[ref] = counted.get(ref, 0) + times
    return counted


# --- what a reply began with -------------------------------------------------------------------------------------


def drawn(conn: Connection, mark: str) -> Drawn | None:
    """The saved reply that a reply began with; None where it began with none."""
    read = read_mark(mark)
    found = get(conn, read[0]) if read else None
    if read is None or found is None:
        return None
    here = found.owner is not None and not gone.has_left(conn, found.owner)
    owner = mentions.names(conn, {found.owner})[found.owner] if here and found.owner else ""
    approved = editions(conn, found).get(read[1], False)
    return Drawn(found, read[1], words_of(conn, found, read[1]), approved, owner)


def words_of(conn: Connection, found: Saved, edition: int) -> tuple[str, ...]:
    """The words of an edition, each language."""
    if edition == found.edition:
        return tuple(text for text in (found.text, found.second) if text)
    e = schema.event.c
    written = select(e.note).where(e.subject == found.subject, e.action.in_(WRITES)).order_by(e.seq)
    note = conn.execute(written.offset(max(0, edition - 1)).limit(1)).scalar()
    return (note,) if note else ()


def editions(conn: Connection, found: Saved) -> dict[int, bool]:
    """Each edition that was approved: whether it still is. Approval that is taken back is that of all until then."""
    e, row, known = schema.event.c, {"edition": 1}, dict[int, bool]()
    for action, changes in conn.execute(select(e.action, e.changes).where(e.subject == found.subject).order_by(e.seq)):
        row |= changes
        if action == "withdrawn":
            known = dict.fromkeys(range(1, row["edition"] + 1), False)
        elif row.get("approved_by"):
            known[row["edition"]] = True
    return known


def why_not(conn: Connection, mark: str, now: datetime) -> str:
    """Why a reply that began with it cannot be sent, in a sentence; empty when it can."""
    found = drawn(conn, mark) if mark else None
    barred = found.barred(now) if found else None
    return words.cannot(found, barred, now) if found and barred else ""


# --- changing ----------------------------------------------------------------------------------------------------


def make(conn: Connection, wish: Wish, by: str, *, approved: bool, now: datetime, key: str = "") -> Saved | None:
    """A new one, approved at once or waiting for approval; None when the same key has made it before."""
    if not mentions.first_time(conn, key, now):
        return None
    return make_all(conn, [wish], by, approved=approved, now=now)[0]


def make_all(conn: Connection, wishes: Sequence[Wish], by: str, *, approved: bool = False, now: datetime) -> list[Saved]:
    """New ones, in a few statements however many they are."""
    counter = schema.counter.c
    last = conn.execute(select(counter.value).where(counter.name == "saved").with_for_update()).scalar_one()
    conn.execute(update(schema.counter).where(counter.name == "saved").values(value=last + len(wishes)))
    by_whom = {"approved_by": by, "approved_at": now} if approved else {}
    made, rows, entries = [], [], []
    for number, wish in enumerate(wishes, last + 1):
        own = {"topic": wish.topic, "owner": wish.owner, "review_at": wish.review_at, "expires_at": wish.expires_at}
        who = {"made_by": by, "made_at": now, "written_by": by, "changed_at": now, "begun_from": wish.begun_from}
        one = Saved(number=number, title=wish.title, text=wish.text, second=wish.second, **own, **who, **by_whom)  # type: ignore[arg-type]
        salt = new_salt()
        rows.append({**row_of(one), "words_salt": salt})
        told = {name: getattr(one, name) for name in RECORDED}
        entries.append(Entry(one.subject, "made", by, told, {"words": words_digest(salt, one)}, noted(one)))
        made.append(one)
    for start in range(0, len(rows), AT_A_TIME):
        conn.execute(table.insert(), rows[start : start + AT_A_TIME])
        record.append_all(conn, entries[start : start + AT_A_TIME], now)
    return made


def row_of(one: Saved) -> dict[str, Any]:
    """The columns, but for the salt of its words."""
    return {name.name: getattr(one, name.name) for name in fields(Saved)}


def words_digest(salt: str, one: Saved) -> str:
    """What stands in the record for its words."""
    return digest(salt, "\x00".join((one.title, one.text, one.second)))


def noted(one: Saved) -> str:
    """Its words as its record keeps them."""
    return f"{one.text}\n\n{one.second}" if one.second else one.text


def change(conn: Connection, number: int, wish: Wish, by: str, *, since: int, approved: bool, now: datetime) -> Saved:
    """Other words, topic, owner or times. New words wait for approval. Raises NotAllowed where it was changed ``since``."""
    before = still_in_use(conn, number)
    if before.version != since:
        raise NotAllowed(words.CHANGED_MEANWHILE)
    told = {"topic": wish.topic, "review_at": wish.review_at, "expires_at": wish.expires_at, "owner": wish.owner}
    after = replace(before, title=wish.title, text=wish.text, second=wish.second, changed_at=now, told_at=None, **told)  # type: ignore[arg-type]
    if (wish.title, wish.text, wish.second) == (before.title, before.text, before.second):
        return written(conn, before, after, "renewed", by=by, now=now)
    whose = (by, now) if approved else (None, None)
    after = replace(after, edition=before.edition + 1, written_by=by, approved_by=whose[0], approved_at=whose[1])
    return written(conn, before, after, "changed", by=by, note=noted(after), now=now)


def approve(conn: Connection, number: int, by: str, *, since: int, now: datetime) -> Saved:
    """It can be used from now on. Raises NotAllowed where it is not as it was shown, or is approved."""
    before = still_in_use(conn, number)
    if before.approved_by:
        raise NotAllowed(words.approved_already(before.ref))
    if before.version != since:
        raise NotAllowed(words.CHANGED_MEANWHILE)
    return written(conn, before, replace(before, approved_by=by, approved_at=now), "approved", by=by, now=now)


def withdraw(conn: Connection, number: int, by: str, *, why: str, now: datetime) -> Saved:
    """Its approval is taken back: what began with it and has not left is not sent."""
    before = still_in_use(conn, number)
    after = replace(before, approved_by=None, approved_at=None)
    return written(conn, before, after, "withdrawn", by=by, note=why, now=now)


def renew(
    conn: Connection, number: int, by: str, *, review_at: datetime, expires_at: datetime | None, now: datetime
) -> Saved:
    """Somebody looked: it holds until then. Whoever renews one that nobody here owns has it from then on."""
    before = still_in_use(conn, number)
    is_ownerless = before.owner is None or gone.has_left(conn, before.owner)
    owner = by if is_ownerless and by != SYSTEM else before.owner
    after = replace(before, review_at=review_at, expires_at=expires_at, changed_at=now, told_at=None, owner=owner)
    return written(conn, before, after, "renewed", by=by, now=now)


def give(conn: Connection, number: int, to: str, by: str, *, now: datetime) -> Saved:
    """A colleague owns it."""
    before = still_in_use(conn, number)
    return written(conn, before, replace(before, owner=to, told_at=None), "given", by=by, now=now)


def end(conn: Connection, number: int, by: str, *, why: str, now: datetime) -> Saved:
    """It is not used any more."""
    before = still_in_use(conn, number)
    return written(conn, before, replace(before, ended_at=now), "ended", by=by, note=why, now=now)


def still_in_use(conn: Connection, number: int) -> Saved:
    """One to be changed, locked. Raises NotAllowed for one that ended."""
    found = find(conn, number, lock=True)
    if found.ended_at:
        raise NotAllowed(words.over(found.ref))
    return found


def written(conn: Connection, before: Saved, after: Saved, action: str, *, by: str, note: str = "", now: datetime) -> Saved:
    """Write what changed, with its line in the record. Raises LookupError when those are out of step, which is a bug."""
    after = replace(after, version=before.version + 1)
    row = {name: value for name, value in row_of(after).items() if name != "number"}
    digests = {}
    if action in WRITES:
        row["words_salt"] = new_salt()
        digests = {"words": words_digest(row["words_salt"], after)}
    conn.execute(update(table).where(table.c.number == before.number).values(**row))
    changed = {name: getattr(after, name) for name in RECORDED if getattr(after, name) != getattr(before, name)}
    told = {"at": now, "actor": by, "changes": changed, "digests": digests, "note": note}
    if record.append(conn, after.subject, action, **told) != after.version:  # type: ignore[arg-type]
        raise LookupError(f"{after.ref}: its record is not at version {after.version}")
    return after
