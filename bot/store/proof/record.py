"""The record: append-only events, hash-chained by subject, sealed every hour.

``hash = SHA-256(previous hash ‖ canonical JSON)``: sorted keys, UTF-8, no floats. Words (notes, texts) are outside the
hashed part, behind salted digests, so that erasing them leaves the chain whole.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.mention import Mention
from bot.store.columns import to_ms
from bot.store.schema import chain, event, seal

FIRST = "0" * 64
HEAD = select(chain.c.seq, chain.c.head).where(chain.c.subject == bindparam("subject")).with_for_update()
HEADS = (
    select(chain.c.subject, chain.c.seq, chain.c.head)
    .where(chain.c.subject.in_(bindparam("subjects", expanding=True)))
    .order_by(chain.c.subject)
    .with_for_update()
)
ADD = event.insert()
Digests = Mapping[str, str]


KEEP = {
    name: new.on_conflict_do_update(index_elements=["subject"], set_={"seq": new.excluded.seq, "head": new.excluded.head})
    for name, new in (("sqlite", sqlite.insert(chain)), ("postgresql", postgresql.insert(chain)))
}
"""Built once: building a statement costs more than running it."""


def canonical(value: object) -> bytes:
    """The one way a value is written down before it is hashed. Raises TypeError for a float."""
    refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def refuse_floats(value: object) -> None:
    """Floats do not come back the same everywhere, so none is hashed."""
    if isinstance(value, float):
        raise TypeError("no floats in the record")
    if isinstance(value, Mapping):
        for item in value.values():
            refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            refuse_floats(item)


def new_salt() -> str:
    """A salt for a digest: 128 bits, as hex."""
    return secrets.token_hex(16)


def digest(salt: str, words: str) -> str:
    """What stands in the record for words that may have to be erased."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def raw_digest(salt: str, raw: bytes) -> dict[str, str]:
    """What stands in the record for a post as its network sent it, behind the salt of its first words; nothing for none."""
    return {"raw": hashlib.sha256(f"{salt}\n".encode() + raw).hexdigest()} if raw else {}


def about(mention: Mention) -> str:
    """What the record holds of a post besides its words, behind the same salt: whose it is, and what came with it."""
    media = [asdict(item) for item in mention.media]
    return canonical([asdict(mention.author), mention.url, mention.language, media]).decode()


def hash_of(previous: str, row: Mapping[str, Any] | RowMapping) -> str:
    """An event's hash from the one before it and its own hashed part: see ``hashed_part``."""
    return hashlib.sha256(previous.encode() + canonical(hashed_part(row))).hexdigest()


def hashed_part(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    """What of an event the chain protects; the words themselves are behind ``digests``."""
    part = {name: row[name] for name in ("subject", "seq", "actor", "action", "changes", "digests")}
    return {**part, "at": to_ms(row["at"])}


def jsonable(value: object) -> object:
    """A column's value as the record keeps it: times in milliseconds."""
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, tuple | list):
        return [jsonable(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record, before it has its place in a chain."""

    subject: str
    action: str
    actor: str
    changes: Mapping[str, object] = field(default_factory=dict)
    digests: Digests = field(default_factory=dict)
    note: str = ""


def append(
    conn: Connection,
    subject: str,
    action: str,
    *,
    at: datetime,
    actor: str,
    changes: Mapping[str, object] | None = None,
    digests: Digests | None = None,
    note: str = "",
) -> int:
    """Add an event to a subject's chain and return its ``seq``. Locks the chain's row until the transaction ends."""
    head = conn.execute(HEAD, {"subject": subject}).one_or_none()
    entry = Entry(subject, action, actor, changes or {}, digests or {}, note)
    row = linked(entry, *((head.seq, head.head) if head else (0, FIRST)), at=at)
    conn.execute(ADD, row)
    keep_head(conn, subject, row["seq"], row["hash"])
    return int(row["seq"])


def append_all(conn: Connection, entries: Sequence[Entry], at: datetime) -> list[int]:
    """Add an event to each subject's chain, and return their ``seq``: as ``append`` does one by one, in a few statements."""
    if not entries:
        return []
    found = conn.execute(HEADS, {"subjects": sorted({entry.subject for entry in entries})})
    heads: dict[str, tuple[int, str]] = {row.subject: (row.seq, row.head) for row in found}
    rows = []
    for entry in entries:
        row = linked(entry, *heads.get(entry.subject, (0, FIRST)), at=at)
        heads[entry.subject] = (row["seq"], row["hash"])
        rows.append(row)
    conn.execute(ADD, rows)
    kept = [{"subject": one, "sealed_seq": 0, "seq": heads[one][0], "head": heads[one][1]} for one in heads]
    conn.execute(KEEP[conn.dialect.name], kept)
    return [row["seq"] for row in rows]


def linked(entry: Entry, seq: int, previous: str, *, at: datetime) -> dict[str, Any]:
    """The row of an event that follows the one of ``seq`` whose hash is ``previous``."""
    salt = new_salt() if entry.note else None
    row: dict[str, Any] = {
        "subject": entry.subject,
        "seq": seq + 1,
        "at": at,
        "actor": entry.actor,
        "action": entry.action,
        "changes": {name: jsonable(value) for name, value in entry.changes.items()},
        "digests": {**entry.digests, **({"note": digest(salt, entry.note)} if salt else {})},
        "note": entry.note or None,
        "note_salt": salt,
    }
    return {**row, "hash": hash_of(previous, row)}


def keep_head(conn: Connection, subject: str, seq: int, head: str) -> None:
    """Note where a subject's chain ends."""
    conn.execute(KEEP[conn.dialect.name], {"subject": subject, "sealed_seq": 0, "seq": seq, "head": head})


def events_of(conn: Connection, subject: str) -> Sequence[RowMapping]:
    """A subject's events, oldest first."""
    return conn.execute(select(event).where(event.c.subject == subject).order_by(event.c.seq)).mappings().all()


def seal_up(conn: Connection, now: datetime) -> str | None:
    """Write a seal over all chains that grew since the last, and return its hash; None when nothing did.

    A seal lists ``[subject, seq, head]`` of each, the total of events sealed so far, and the last seal's hash.
    """
    grown = conn.execute(
        select(chain.c.subject, chain.c.seq, chain.c.head)
        .where(chain.c.seq > chain.c.sealed_seq)
        .order_by(chain.c.subject)
        .with_for_update()
    ).all()
    if not grown:
        return None
    last = conn.execute(select(seal).order_by(seal.c.number.desc()).limit(1)).mappings().one_or_none()
    number = last["number"] + 1 if last else 1
    for start in range(0, len(grown), 300):
        heads = [(row.subject, row.seq) for row in grown[start : start + 300]]
        conn.execute(update(chain).where(tuple_(chain.c.subject, chain.c.seq).in_(heads)).values(sealed_seq=chain.c.seq))
    total = conn.execute(select(func.coalesce(func.sum(chain.c.sealed_seq), 0))).scalar_one()
    body = canonical(
        {
            "number": number,
            "at": to_ms(now),
            "heads": [[row.subject, row.seq, row.head] for row in grown],
            "total": int(total),
            "previous": last["hash"] if last else FIRST,
        }
    ).decode()
    sealed = hashlib.sha256(body.encode()).hexdigest()
    conn.execute(seal.insert().values(number=number, at=now, body=body, hash=sealed))
    return sealed


def newest_event(conn: Connection) -> datetime | None:
    """When the newest event was: the last one written, which takes no longer with a long history."""
    return conn.execute(select(event.c.at).order_by(event.c.id.desc()).limit(1)).scalar()


def last_sealed_at(conn: Connection) -> datetime | None:
    """When the newest seal was written."""
    return conn.execute(select(seal.c.at).order_by(seal.c.number.desc()).limit(1)).scalar_one_or_none()
