"""Several copies share the work by roles: each clause of the sentence holds on PostgreSQL and Redis."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.copies import CopyRole
from bot.wiring import Bot, load_settings
from tests.journeys import test_sentence
from tests.town import Town

pytestmark = pytest.mark.slow

WALKS = [walk for name, walk in vars(test_sentence).items() if name.startswith("test_")]
COPIES = (CopyRole.WEB, CopyRole.LISTEN, CopyRole.ESCALATE, CopyRole.DELIVER, CopyRole.DELIVER)


class TownOfCopies(Town):
    """As a town; ``bot`` is the copy that is called from outside, by its chat too."""

    redis_url = ""
    others: tuple[Bot, ...] = ()

    def toml(self) -> str:
        """The settings that all copies share."""
        return f'redis_url = "{self.redis_url}"\n{super().toml()}'

    async def start_bot(self) -> Bot:
        """One copy of each role, and two that deliver."""
        loaded = load_settings(self.folder / "tolbooth.toml")
        self.bot, *others = [Bot(loaded, self.clock, roles=frozenset({role})) for role in COPIES]
        self.others = tuple(others)
        for copy in (self.bot, *self.others):
            await copy.start()
        await self.hears_slack(self.bot)
        return self.bot

    async def stop_bot(self) -> None:
        """All of them."""
        for copy in self.others:
            await copy.stop()
        await super().stop_bot()


@pytest.fixture
async def copies(tmp_path: Path, clock: MovableClock, postgres_database: str, redis_url: str) -> AsyncIterator[TownOfCopies]:
    """A town of copies that its chat calls."""
    town = TownOfCopies(tmp_path, clock, database_url=postgres_database, mode="http")
    town.redis_url = redis_url
    await town.start()
    yield town
    await town.stop()


@pytest.mark.parametrize("walk", WALKS)
async def test_the_sentence_holds_when_copies_share_the_work(
    walk: Callable[[Town], Awaitable[None]], copies: TownOfCopies
) -> None:
    await walk(copies)


async def test_only_the_copy_whose_role_it_is_takes_calls_and_each_says_how_it_is(copies: TownOfCopies) -> None:
    web, listens = copies.bot, copies.others[0]
    taken = await copies.writes("Is my school shut?")
    copies.bot = listens
    try:
        refused = await copies.writes("And mine?")
        status, said = await copies.get("/readyz")
    finally:
        copies.bot = web

    assert (taken, refused, status) == (202, 404, 200)
    parts = json.loads(said)["parts"]
    assert (parts["loops"]["roles"], parts["invariants"]["ok"], parts["peers"]["connected"]) == (["listen"], True, True)
