"""Sign-ins kept in the database: sealed, and back after a restart."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import MovableClock
from bot.store import migrate
from bot.store.executor import Database
from bot.store.sealed import SealedTokens, read_sealed
from bot.vault import Vault


async def test_before_there_is_a_database_nothing_is_kept_and_none_is_made_by_looking(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'not_yet.db'}")
    tokens = SealedTokens(database, Vault([bytes(32)]), MovableClock())

    assert await tokens.load("x") is None
    assert files(tmp_path) == []
    (tmp_path / "not_yet.db").touch()
    assert await tokens.load("x") is None
    database.close()


async def test_what_was_kept_comes_back_after_a_restart_and_lies_sealed(database_url: str) -> None:
    key, clock = secrets.token_bytes(32), MovableClock(datetime(2026, 11, 17, tzinfo=UTC))
    first = Database(database_url)
    migrate.upgrade(first)
    await SealedTokens(first, Vault([key]), clock).save("x", "refresh-1")
    await SealedTokens(first, Vault([key]), clock).save("x", "refresh-2")
    first.close()

    second = Database(database_url)
    kept = await SealedTokens(second, Vault([key]), clock).load("x")
    raw = await second.read(read_sealed, "x")
    other = await SealedTokens(second, Vault([secrets.token_bytes(32)]), clock).load("x")
    second.close()

    assert kept == "refresh-2"
    assert raw
    assert "refresh" not in raw
    assert other is None


async def test_an_account_never_signed_in_has_nothing_kept(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    migrate.upgrade(database)

    kept = await SealedTokens(database, Vault([secrets.token_bytes(32)]), MovableClock()).load("x")
    database.close()

    assert kept is None


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
