"""Proves the record: every chain, every seal, every text still held, and that replaying the events gives the rows."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, Table, func, select

from bot.store import mentions, record, schema
from bot.store.moves import replayed
from bot.store.record import FIRST, digest, hash_of


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


def verify(conn: Connection) -> Verdict:
    """Walk it all on one view of the database."""
    try:
        heads = dict(walk_chains(conn))
        seals, sealed = walk_seals(conn, heads)
        check_counter(conn)
        for number in conn.execute(select(schema.mention.c.number).order_by(schema.mention.c.number)).scalars().all():
            check_mention(conn, number)
    except Broken as fault:
        return Verdict(fault=str(fault))
    events = sum(len(hashes) for hashes in heads.values())
    unsealed = events - sum(sealed.values())
    return Verdict(events, len(heads), seals, unsealed)


def walk_chains(conn: Connection) -> Iterator[tuple[str, list[str]]]:
    """Each subject with the hashes of its events, in order. Raises Broken at the first that does not fit."""
    ends = {row.subject: row for row in conn.execute(select(schema.chain))}
    subjects = conn.execute(select(schema.event.c.subject).distinct()).scalars().all()
    if missing := next((subject for subject in sorted(ends) if subject not in set(subjects)), None):
        raise Broken(f"{missing}: its events are missing")
    for subject in sorted(subjects, key=subject_order):
        hashes: list[str] = []
        for seq, event in enumerate(record.events_of(conn, subject), 1):
            if event["seq"] != seq:
                raise Broken(f"{subject} event {seq}: is missing")
            previous = hashes[-1] if hashes else FIRST
            if hash_of(previous, event) != event["hash"]:
                raise Broken(f"{subject} event {seq}: its hash does not match")
            if event["note"] and digest(event["note_salt"] or "", event["note"]) != event["digests"].get("note"):
                raise Broken(f"{subject} event {seq}: its note was changed")
            hashes.append(event["hash"])
        end = ends.get(subject)
        if end is None or end.seq != len(hashes) or end.head != hashes[-1]:
            raise Broken(f"{subject} event {len(hashes) + 1}: is missing")
        yield subject, hashes


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


def check_counter(conn: Connection) -> None:
    """Numbers have no gaps, so a removed mention shows."""
    last = conn.execute(select(schema.counter.c.value).where(schema.counter.c.name == "mention")).scalar() or 0
    held, highest = conn.execute(select(func.count(), func.max(schema.mention.c.number)).select_from(schema.mention)).one()
    if held == last and (highest or 0) == last:
        return
    numbers = set(conn.execute(select(schema.mention.c.number)).scalars())
    missing = next((n for n in range(1, max(last, highest or 0) + 1) if n not in numbers), None)
    raise Broken(f"M-{missing}: is missing" if missing else f"M-{highest}: was never counted")


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
    for name in mentions.TRACKED:
        if record.jsonable(row[name]) != expected.get(name):
            raise Broken(f"{ref}: {name} is not what its record says")
    digests = {value for event in events for value in event["digests"].values()}
    check_texts(conn, ref, row, digests)


def check_texts(conn: Connection, ref: str, row: RowMapping, digests: set[str]) -> None:
    """Texts that were not erased fit their digests; drafts are nobody's word yet."""
    number = row["number"]
    held = [("text", row["text_salt"], row["text"])]
    tables: list[tuple[str, Table]] = [("an addition", schema.addition), ("an earlier text", schema.earlier_text)]
    for what, table in tables:
        rows = conn.execute(select(table.c.text_salt, table.c.text).where(table.c.number == number))
        held += [(what, r.text_salt, r.text) for r in rows]
    spoken = schema.reply.c.state != "draft"
    rows = conn.execute(select(schema.reply.c.text_salt, schema.reply.c.text).where(schema.reply.c.number == number, spoken))
    held += [("a reply", r.text_salt, r.text) for r in rows]
    for what, salt, text in held:
        if not salt and text:
            raise Broken(f"{ref}: {what} was changed")
        if salt and digest(salt, text) not in digests:
            raise Broken(f"{ref}: {what} was changed")
