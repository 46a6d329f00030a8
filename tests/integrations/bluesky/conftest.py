"""A stand-in server on a loopback port, and an account that speaks to it."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.ports import Item, Outgoing
from integrations.bluesky.network import BlueskyNetwork, build
from integrations.bluesky.settings import BlueskyAccount
from integrations.http import Http
from tests.standins.bluesky import HANDLE, PASSWORD, StandInBluesky


class Kept:
    """A place for sign-ins that lasts through restarts; ``busy``: how often it cannot keep anything yet."""

    def __init__(self) -> None:
        self.text: str | None = None

    async def load(self, account: str, /) -> str | None:
        """What was last kept."""
        return self.text

    async def save(self, account: str, tokens: str, /) -> None:
        """Keep it."""
        self.text = tokens


@pytest.fixture
async def server(clock: MovableClock) -> AsyncIterator[StandInBluesky]:
    """Somebody's server."""
    async with StandInBluesky(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """Our calls."""
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def kept() -> Kept:
    """Where sign-ins are kept."""
    return Kept()


@pytest.fixture
def network(server: StandInBluesky, http: Http, clock: MovableClock, kept: Kept) -> Callable[..., BlueskyNetwork]:
    """Builds the account's network anew, as a restart does."""

    def made(**settings: Any) -> BlueskyNetwork:
        given = {"name": "main", "network": "bluesky", "channel": "C1", "handle": HANDLE, "app_password": PASSWORD}
        account = BlueskyAccount.model_validate(given | {"api_url": server.url} | settings)
        return build(account, http=http, clock=clock, tokens=kept)

    return made


@pytest.fixture
def reply(clock: MovableClock) -> Callable[..., Outgoing]:
    """A reply on its first try."""

    def made(to: str, text: str = "It opens at nine.", key: str = "r1", **more: Any) -> Outgoing:
        return Outgoing(key, text, to, more.pop("conversation", to), clock.now(), **more)

    return made


class Ear:
    """Reads on from where it was."""

    def __init__(self, network: BlueskyNetwork) -> None:
        self.network = network
        self.cursor: str | None = None

    async def hears(self) -> list[Item]:
        """All there is."""
        found: list[Item] = []
        more = True
        while more:
            page = await self.network.fetch(self.cursor)
            self.cursor, more = page.cursor, page.more
            found += page.items
        return found


@pytest.fixture
async def ear(network: Callable[..., BlueskyNetwork]) -> Ear:
    """It has listened before."""
    one = Ear(network())
    await one.hears()
    return one
