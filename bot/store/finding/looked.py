"""That somebody looked for a member of the public stands in the record, with why, and in which mentions they were found."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.store.proof import record
from bot.store.proof.exported import LOOKED

SUBJECT, ACTION = LOOKED, "find_author"


def looked_for_author(conn: Connection, by: str, why: str, *, shown: Sequence[str], now: datetime) -> int:
    """Write it down; returns the event's number. The name is not in it: the mentions hold that, for as long as they may."""
    return record.append(conn, SUBJECT, ACTION, at=now, actor=by, changes={"shown": ",".join(shown)}, note=why)
