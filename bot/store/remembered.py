"""What a chat keeps through a restart: small texts by name, which go with the mention they are about when it is erased."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.clean import clean
from bot.ports import Clock
from bot.store.executor import Database
from bot.store.schema import remembered

KEPT_FOR = timedelta(days=400)
"""What was not kept anew for so long is forgotten."""
c = remembered.c


class Remembered:
    """The memory of one chat."""

    def __init__(self, database: Database, clock: Clock, chat: str) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat

    async def recall(self, name: str) -> str | None:
        """What was last kept under a name; None when nothing is. Raises Busy."""
        return await self._database.read(recall, self._chat, name)

    async def recall_all(self, beginning: str) -> Mapping[str, str]:
        """Everything whose name begins so. Raises Busy."""
        return await self._database.read(recall_all, self._chat, beginning)

    async def keep(self, name: str, value: str, ref: str = "") -> None:
        """Keep this in the place of what was there, as being about a mention if one is named. Raises Busy."""
        number = int(ref.removeprefix("M-")) if ref else None
        await self._database.write(keep, self._chat, name, value=value, number=number, now=self._clock.now())

    async def forget(self, name: str) -> None:
        """Keep nothing under a name. Raises Busy."""
        await self._database.write(forget, self._chat, name)


def recall(conn: Connection, chat: str, name: str) -> str | None:
    """What is kept under a name; what was erased counts as not kept."""
    return conn.execute(select(c.value).where(c.chat == chat, c.name == name)).scalar() or None


def recall_all(conn: Connection, chat: str, beginning: str) -> dict[str, str]:
    """Everything whose name begins so, by name."""
    here = (c.chat == chat) & c.name.startswith(beginning, autoescape=True) & (c.value != "")
    return {row.name: row.value for row in conn.execute(select(c.name, c.value).where(here).order_by(c.name))}


def keep(conn: Connection, chat: str, name: str, *, value: str, number: int | None, now: datetime) -> None:
    """Keep it, in the place of what was there."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(remembered)
    row = {"number": number, "value": clean(value), "at": now}
    new = insert.values(chat=chat, name=name, **row)
    conn.execute(new.on_conflict_do_update(index_elements=["chat", "name"], set_=row))


def forget(conn: Connection, chat: str, name: str) -> None:
    """Keep nothing under a name."""
    conn.execute(delete(remembered).where(c.chat == chat, c.name == name))


def forget_all(conn: Connection) -> None:
    """Begin anew: after a restore, how far was read is from before, and what was acted on since must not be again."""
    conn.execute(delete(remembered))


def forget_the_old(conn: Connection, now: datetime) -> int:
    """Forget what nobody kept anew for KEPT_FOR; returns how much that was."""
    return conn.execute(delete(remembered).where(c.at < now - KEPT_FOR)).rowcount
