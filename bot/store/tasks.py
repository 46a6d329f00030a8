"""Tasks: what is owed once a mention was answered, asked about until it is done."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from bot.store.record import new_salt
from bot.store.schema import task as table
from bot.task import Kind


def add(
    conn: Connection, number: int, kind: Kind, *, what: str, due_at: datetime, to: str, by: str, reply: str, now: datetime
) -> str:
    """A new task; returns its id. Its person is asked about it when it is due."""
    new_id = uuid4().hex
    told = {"what": what, "what_salt": new_salt(), "due_at": due_at, "next_ask_at": due_at, "made_at": now}
    conn.execute(table.insert().values(id=new_id, number=number, kind=kind, to=to, by=by, reply=reply or None, **told))
    return new_id
