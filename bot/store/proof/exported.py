"""Every export is itself on the record: what was taken out, by whom and why, and the digest of what was written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.mention import Action
from bot.store.proof import personal, record
from bot.store.schema import event

SUBJECT = "export"
"""Its chain in the record."""
LOOKED = "find"
"""The chain of who looked for a member of the public, and why."""
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Taken:
    """One export. ``what`` names its kind in a word or two, such as ``evidence``; ``of`` says of what: never anybody's words
    or name, which belong into ``because``. ``sha256`` is that of the file, byte for byte, as hex.
    """

    what: str
    by: str
    because: str
    count: int
    sha256: str
    of: str = ""


def on_the_record(conn: Connection, taken: Taken, now: datetime) -> int:
    """Write down that something was taken out; returns its number among all exports.

    Call it once the file is whole and before anybody can have it: what cannot be recorded is not handed out. The reason
    stands behind a salted digest, so that it can be erased.
    """
    changes = {"count": taken.count, "sha256": taken.sha256, **({"of": taken.of} if taken.of else {})}
    because = taken.because.strip() or NO_REASON
    return record.append(conn, SUBJECT, taken.what, at=now, actor=taken.by, changes=changes, note=because)


def forget_reasons(conn: Connection, names: Iterable[str], by: str, now: datetime) -> list[int]:
    """Erase the reasons that name somebody who is to be forgotten, also why they were looked for; returns which exports lost
    theirs.
    """
    called = tuple(names)
    lost = {subject: naming(conn, subject, called) for subject in (LOOKED, SUBJECT)}
    for subject, named in lost.items():
        if named:
            here = (event.c.subject == subject) & event.c.seq.in_(named)
            conn.execute(update(event).where(here).values(personal.PLACES[event]))
            told = {"notes": ",".join(map(str, named))}
            record.append(conn, subject, Action.ERASE, at=now, actor=by, changes=told)
    return lost[SUBJECT]


def naming(conn: Connection, subject: str, called: tuple[str, ...]) -> list[int]:
    """Which events of a chain have a note that names somebody."""
    c = event.c
    noted = select(c.seq, c.note).where(c.subject == subject, c.note.is_not(None)).order_by(c.seq)
    return [row.seq for row in conn.execute(noted) if personal.repeats(row.note, called, ())]
