"""One account read as the core reads it, in the open: calls taken, pages asked for, posts looked at again."""

from datetime import timedelta

from bot.ports import Answered, Edited, Gone, Held, Incoming, Item
from tests.contracts.networks.bench import NetworkBench, Offers

MOST_PAGES = 50
A_MINUTE = timedelta(minutes=1)
LOOKS_AFTER = (timedelta(0), timedelta(minutes=20), timedelta(hours=7))
"""How long after a change it is looked for again; the slowest network is asked after edits every six hours."""


class Listener:
    """Keeps the cursor and what it heard of."""

    def __init__(self, bench: NetworkBench) -> None:
        self.bench = bench
        self.cursor: str | None = None
        self.held: dict[str, Held] = {}

    async def hears(self) -> list[Item]:
        """All that is told and all that is asked for, once the network's own pace allows asking."""
        items: list[Item] = []
        if Offers.CALLS in self.bench.offers:
            for call in self.bench.calls().made:
                items += self.bench.network.receive(call).items
        self.bench.clock.advance(self.bench.network.poll_every or A_MINUTE)
        if Offers.POLL in self.bench.offers:
            items += await self.reads()
        posts = (one for one in items if isinstance(one, Incoming))
        self.held |= {one.native_id: Held(one.native_id, one.conversation, one.posted_at) for one in posts}
        return items

    async def reads(self) -> list[Item]:
        """Pages until there are no more, the cursor stored after each."""
        items: list[Item] = []
        for _ in range(MOST_PAGES):
            page = await self.bench.network.fetch(self.cursor)
            items += page.items
            self.cursor = page.cursor
            if not page.more:
                return items
        raise AssertionError(f"{self.bench.name} promised more pages {MOST_PAGES} times")

    async def posts(self) -> list[Incoming]:
        """What the public said, each post once."""
        found = {one.native_id: one for one in await self.hears() if isinstance(one, Incoming)}
        return list(found.values())

    async def looks_again(self) -> list[Item]:
        """What became of the posts it heard of, as far as the network can be asked."""
        looks = self.bench.network.abilities.look_ups
        if looks is None:
            return []
        self.bench.clock.advance(looks.every)
        held = list(self.held.values())
        chunks = [held[first : first + looks.at_once] for first in range(0, len(held), looks.at_once)]
        return [item for chunk in chunks for item in await self.bench.network.look_up(chunk)]

    async def learns(self, kind: type[Edited] | type[Gone] | type[Answered]) -> list[Item]:
        """Items of one kind, whichever way they come and however often the network wants to be asked."""
        for wait in LOOKS_AFTER:
            self.bench.clock.advance(wait)
            found = [one for one in [*await self.hears(), *await self.looks_again()] if isinstance(one, kind)]
            if found:
                return list(found)
        return []
