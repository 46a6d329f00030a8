"""Proves the record: every chain, every seal, every text still held, and that replaying the events gives the rows."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, Table, func, select

from bot.mention import Action
from bot.store import mentions, schema
from bot.store.columns import to_ms
from bot.store.moves import replayed
from bot.store.proof import mirrored, record
from bot.store.proof.record import FIRST, digest, hash_of
from bot.store.proof.verify_owed import fault_in_owed
from bot.store.proof.verify_posts import fault_in_posts
from bot.store.proof.verify_replies import fault_in_replies
from bot.store.proof.verify_rights import fault_in_rights
from bot.store.proof.verify_saved import fault_in_saved
from bot.store.proof.verify_watches import fault_in_watches
from bot.store.replying.trust import unrecorded

Told = dict[tuple[str, str], list[str]]
"""The digests the record holds of each post, oldest first."""
Tell = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk over the whole record found: ``fault`` names the first thing that does not fit."""

    events: int = 0
    subjects: int = 0
    seals: int = 0
    unsealed: int = 0
    fault: str = ""

    @property
    def line(self) -> str:
        """The one line ``tolbooth verify`` prints."""
        if self.fault:
            return self.fault
        newer = f"{self.unsealed:,} events newer than the last seal"
        return f"ok: {self.events:,} events, {self.subjects:,} subjects, {self.seals:,} seals, {newer}"


class Broken(Exception):
    """The record does not fit; the text names where."""


def verify(conn: Connection, tell: Tell = lambda _done: None) -> Verdict:
    """Walk it all on one view of the database; ``tell`` hears how many events and mentions it has come by."""
    try:
        heads = dict(walk_chains(conn, tell))
        with readable("a seal"):
            seals, sealed = walk_seals(conn, heads)
        check_counter(conn, heads)
        come = sum(map(len, heads.values()))
        numbers = conn.execute(select(schema.mention.c.number).order_by(schema.mention.c.number)).scalars().all()
        for count, number in enumerate(numbers, come + 1):
            with readable(f"M-{number}"):
                check_mention(conn, number)
            tell(count)
        if person := unrecorded(conn):
            raise Broken(f"trust:{person}: whose replies need no approval is not what its record says")
        if fault := fault_in_watches(conn) or fault_in_saved(conn):
            raise Broken(fault)
    except Broken as broken:
        return Verdict(fault=str(broken))
    events = sum(len(hashes) for hashes in heads.values())
    unsealed = events - sum(sealed.values())
    return Verdict(events, len(heads), seals, unsealed)


@contextmanager
def readable(what: str) -> Iterator[None]:
    """A value of a shape that we never write is a fault in the record, not a bug here."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise Broken(f"{what}: holds something that cannot be read") from error


def walk_chains(conn: Connection, tell: Tell) -> Iterator[tuple[str, list[str]]]:
    """Each subject with the hashes of its events, in order. Raises Broken at the first that does not fit."""
    come = 0
    ends = {row.subject: row for row in conn.execute(select(schema.chain))}
    subjects = conn.execute(select(schema.event.c.subject).distinct()).scalars().all()
    if missing := next((subject for subject in sorted(ends) if subject not in set(subjects)), None):
        raise Broken(f"{missing}: its events are missing")
    for subject in sorted(subjects, key=subject_order):
        with readable(subject):
            hashes = hashes_of(conn, subject)
        end = ends.get(subject)
        if end is None or end.seq != len(hashes) or end.head != hashes[-1]:
            raise Broken(f"{subject} event {len(hashes) + 1}: is missing")
        come += len(hashes)
        tell(come)
        yield subject, hashes


def hashes_of(conn: Connection, subject: str) -> list[str]:
    """The hashes of a subject's events, each proved from the one before. Raises Broken."""
    hashes: list[str] = []
    events = record.events_of(conn, subject)
    erased = notes_erased(events)
    for seq, event in enumerate(events, 1):
        if event["seq"] != seq:
            raise Broken(f"{subject} event {seq}: is missing")
        if hash_of(hashes[-1] if hashes else FIRST, event) != event["hash"]:
            raise Broken(f"{subject} event {seq}: its hash does not match")
        note = digest(event["note_salt"] or "", event["note"]) if event["note"] else None
        is_erased = seq in erased and not event["note"] and not event["note_salt"]
        is_salt_alone = bool(event["note_salt"]) and not event["note"]
        if (note != event["digests"].get("note") and not is_erased) or is_salt_alone:
            raise Broken(f"{subject} event {seq}: its note was changed")
        hashes.append(event["hash"])
    return hashes


def notes_erased(events: Sequence[RowMapping]) -> set[int]:
    """Which events of a subject lost their note, as the record says: it named the author, or repeated what was said."""
    told = [str(event["changes"].get("notes", "")) for event in events if event["action"] == Action.ERASE]
    return {int(seq) for seqs in told for seq in seqs.split(",") if seq}


def subject_order(subject: str) -> tuple[str, int]:
    """M-2 before M-10."""
    name, _, number = subject.rpartition("-")
    return (name, int(number)) if number.isdigit() else (subject, 0)


def walk_seals(conn: Connection, heads: Mapping[str, list[str]]) -> tuple[int, dict[str, int]]:
    """How many seals there are, and up to which event each subject is sealed."""
    sealed: dict[str, int] = {}
    previous, count = FIRST, 0
    for count, row in enumerate(conn.execute(select(schema.seal).order_by(schema.seal.c.number)).mappings(), 1):
        if row["number"] != count:
            raise Broken(f"seal {count}: is missing")
        if hashlib.sha256(row["body"].encode()).hexdigest() != row["hash"]:
            raise Broken(f"seal {count}: its hash does not match")
        body = json.loads(row["body"])
        if body["previous"] != previous or body["number"] != count:
            raise Broken(f"seal {count}: does not follow the one before it")
        if body["at"] != to_ms(row["at"]):
            raise Broken(f"seal {count}: its time does not match")
        for subject, seq, head in body["heads"]:
            hashes = heads.get(subject, [])
            if len(hashes) < seq or hashes[seq - 1] != head:
                raise Broken(f"{subject} event {seq}: is not what seal {count} holds")
            sealed[subject] = seq
        if body["total"] != sum(sealed.values()):
            raise Broken(f"seal {count}: its total does not match")
        previous = row["hash"]
    check_sealed_marks(conn, sealed)
    return count, sealed


def check_sealed_marks(conn: Connection, sealed: Mapping[str, int]) -> None:
    """Each chain remembers up to where it was sealed, so a removed last seal shows."""
    for row in conn.execute(select(schema.chain.c.subject, schema.chain.c.sealed_seq)):
        if row.sealed_seq != sealed.get(row.subject, 0):
            raise Broken(f"{row.subject}: was sealed up to event {row.sealed_seq}, but no seal says so")


def check_counter(conn: Connection, subjects: Iterable[str]) -> None:
    """Numbers have no gaps and each has its record, so a removed mention shows."""
    last = conn.execute(select(schema.counter.c.value).where(schema.counter.c.name == "mention")).scalar() or 0
    held, highest = conn.execute(select(func.count(), func.max(schema.mention.c.number)).select_from(schema.mention)).one()
    recorded = max((number for name, number in map(subject_order, subjects) if name == "M"), default=0)
    if held == last == (highest or 0) == recorded:
        return
    numbers = set(conn.execute(select(schema.mention.c.number)).scalars())
    missing = next((n for n in range(1, max(last, highest or 0, recorded) + 1) if n not in numbers), None)
    raise Broken(f"M-{missing}: is missing" if missing else f"M-{highest}: was never counted or has no record")


def check_mention(conn: Connection, number: int) -> None:
    """The row is what its events make it, and every text still held is the one they are about."""
    ref = f"M-{number}"
    row = conn.execute(select(schema.mention).where(schema.mention.c.number == number)).mappings().one()
    events = record.events_of(conn, ref)
    if not events:
        raise Broken(f"{ref}: its events are missing")
    if row["version"] != len(events):
        raise Broken(f"{ref}: the row is at version {row['version']}, its record at {len(events)}")
    expected = replayed([dict(event) for event in events])
    for name in (*mentions.TRACKED, *mentions.TOLD, *mentions.TOLD_IF_SET, "close_reason"):
        if record.jsonable(row[name]) != expected.get(name):
            raise Broken(f"{ref}: {name} is not what its record says")
    check_texts(conn, row, events)
    for fault_in in (fault_in_posts, fault_in_replies, fault_in_owed, fault_in_rights):
        if fault := fault_in(conn, row, events):
            raise Broken(f"{ref}: {fault}")


def check_texts(conn: Connection, row: RowMapping, events: Sequence[RowMapping]) -> None:
    """Every text the record speaks of is here as it was and where it was, unless the record says it was erased.

    Before an ERASE that is all of it; a deletion by the author took one post. Of replies see ``verify_replies``.
    """
    number, ref = row["number"], f"M-{row['number']}"
    erased = {("post", native_id) for native_id in mirrored.gone_by(events)}
    told = told_by(events)
    last = max((at for at, event in enumerate(events) if event["action"] == Action.ERASE), default=-1)
    erased |= set(told_by(events[: last + 1]))
    for what, whose, salt, text in texts_of(conn, row, number):
        if whose in erased and not salt and not text:
            continue
        marks = told.get(whose, []) if whose not in erased else []
        mark = digest(salt, text)
        if not salt or mark not in (marks if what == "an earlier text" else marks[-1:]):
            raise Broken(f"{ref}: {what} was changed")
        marks.remove(mark)
    if any(marks for whose, marks in told.items() if whose not in erased):
        raise Broken(f"{ref}: words its record speaks of are missing")
    if ("post", row["native_id"]) not in erased:
        check_about(conn, row, events[0]["digests"].get("about"))
    check_raw(conn, row, events, erased)


def told_by(events: Sequence[RowMapping]) -> Told:
    """What the events hold of each post."""
    told: Told = {}
    for event in events:
        if mark := event["digests"].get("text"):
            told.setdefault(("post", event["changes"]["native_id"]), []).append(mark)
    return told


def texts_of(conn: Connection, row: RowMapping, number: int) -> Iterator[tuple[str, tuple[str, str], str, str]]:
    """All that the public said on a mention: what it is, the post it belongs to, its salt and the words.

    Words as they are now come before earlier ones.
    """
    yield "text", ("post", row["native_id"]), row["text_salt"], row["text"]
    tables: list[tuple[str, Table]] = [("an addition", schema.addition), ("an earlier text", schema.earlier_text)]
    for what, table in tables:
        c = table.c
        for r in conn.execute(select(c.native_id, c.text_salt, c.text).where(c.number == number)):
            yield what, ("post", r.native_id), r.text_salt, r.text


def check_about(conn: Connection, row: RowMapping, told: str | None) -> None:
    """Whose the post is, where it stands and what came with it are as they were; the salt is that of its first words."""
    salt = first_salt(conn, row["number"], row["native_id"], row["text_salt"])
    if told is not None and digest(salt, record.about(mentions.mention_from(row))) != told:
        raise Broken(f"M-{row['number']}: its author, link, language or media were changed")


def check_raw(conn: Connection, row: RowMapping, events: Sequence[RowMapping], erased: Set[tuple[str, str]]) -> None:
    """Each post is as its network sent it; releases before 0.9.0 did not write down how that was."""
    told = {event["changes"]["native_id"]: mark for event in events if (mark := event["digests"].get("raw"))}
    a = schema.addition.c
    added = conn.execute(select(a.native_id, a.text_salt, a.raw).where(a.number == row["number"])) if told else ()
    for native_id, salt, raw in [(row["native_id"], row["text_salt"], row["raw"]), *added]:
        if ("post", native_id) in erased or native_id not in told:
            continue
        if record.raw_digest(first_salt(conn, row["number"], native_id, salt), bytes(raw)) != {"raw": told[native_id]}:
            raise Broken(f"M-{row['number']}: a post as its network sent it was changed")


def first_salt(conn: Connection, number: int, native_id: str, salt_now: str) -> str:
    """The salt of a post's first words."""
    c = schema.earlier_text.c
    first = select(c.text_salt).where(c.number == number, c.native_id == native_id).order_by(c.id).limit(1)
    return conn.execute(first).scalar() or salt_now
