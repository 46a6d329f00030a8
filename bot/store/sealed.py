"""Secrets that have to outlive a restart, sealed before they reach the database."""

from datetime import datetime

import structlog
from sqlalchemy import Connection, inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import Clock
from bot.store.backup import file_of
from bot.store.executor import Database
from bot.store.schema import secret
from bot.vault import Unsealable, Vault

log = structlog.get_logger()


class SealedTokens:
    """One secret text for each account. What cannot be opened any more counts as not kept, and is said once in the log."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def load(self, account: str, /) -> str | None:
        """What was last kept; None when nothing was, as where there is no database yet: a look makes none. Raises Busy."""
        path = file_of(self._database)
        if path and not path.exists():
            return None
        sealed = await self._database.read(read_sealed, account)
        try:
            return self._vault.open(account, sealed) if sealed else None
        except Unsealable:
            log.error("secret_cannot_be_opened", account=account, cure="secrets_key was changed: sign the account in again")
            return None

    async def save(self, account: str, tokens: str, /) -> None:
        """Keep this in the place of what was there; it is durable once this returns. Raises Busy."""
        sealed = self._vault.seal(account, tokens)
        await self._database.write(keep_sealed, account, sealed, self._clock.now())


def read_sealed(conn: Connection, name: str) -> str | None:
    """What is kept under a name, still sealed."""
    if not inspect(conn).has_table(secret.name):
        return None
    return conn.execute(select(secret.c.sealed).where(secret.c.name == name)).scalar()


def keep_sealed(conn: Connection, name: str, sealed: str, now: datetime) -> None:
    """Keep it, in the place of what was there."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(secret)
    row = {"sealed": sealed, "at": now}
    conn.execute(insert.values(name=name, **row).on_conflict_do_update(index_elements=["name"], set_=row))
