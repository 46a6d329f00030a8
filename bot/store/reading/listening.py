"""How each account is heard now: in trouble, slowed, quiet, or with a sign-in that ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.schema import account


@dataclass(frozen=True, slots=True)
class Hearing:
    """One account. Each is None or empty while all is well."""

    trouble: str = ""
    slowed: str = ""
    quiet_since: datetime | None = None
    """When it was last heard, once the leads were told that it is quiet."""
    ends_at: datetime | None = None


def hearing(conn: Connection) -> Mapping[str, Hearing]:
    """Every account that was ever heard or asked, by its name."""
    a = account.c
    rows = conn.execute(select(a.name, a.trouble, a.slowed, a.quiet_at, a.heard_at, a.ends_at))
    return {
        row.name: Hearing(row.trouble or "", row.slowed, row.heard_at if row.quiet_at else None, row.ends_at) for row in rows
    }


def figures(conn: Connection, names: Collection[str]) -> Mapping[str, float]:
    """For /metrics, of the accounts in the settings."""
    found = [one for name, one in hearing(conn).items() if name in names]
    return {
        "accounts_slowed": float(sum(bool(one.slowed) for one in found)),
        "accounts_quiet": float(sum(one.quiet_since is not None for one in found)),
    }
