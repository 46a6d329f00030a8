"""The demo's town for tests: opened, with X read for the first time, so that a post is heard at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.ports import Clock
from bot.store.intake import accounts
from bot.wiring import Bot, load_settings
from integrations.sandbox.town import Town

TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
PATIENCE = 10.0


@asynccontextmanager
async def opened_town(folder: Path, changed: Callable[[str], str] = str) -> AsyncIterator[Town]:
    """A town on a Tuesday morning, its settings file ``changed``, closed again whatever happens."""
    bots: list[Bot] = []

    def make_bot(settings: Path, clock: Clock) -> Bot:
        settings.write_text(changed(settings.read_text()))
        bots.append(Bot(load_settings(settings), clock, practice=True))
        return bots[-1]

    town = Town(make_bot, folder, database=folder / "demo.db", start=TUESDAY)
    try:
        await town.open()
        async with asyncio.timeout(PATIENCE):
            while await bots[-1].database.read(accounts.last_read, "x") is None:  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.01)
        yield town
    finally:
        await town.close()
