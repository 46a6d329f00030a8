"""Time that jumps to whatever is due next, and calls that are counted, for many accounts in one process."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from bot.clock import MovableClock
from bot.errors import Unsure
from bot.ports import Page
from integrations.alone.peers import AlonePeers
from integrations.http import TOTAL, Http, HttpAnswer

PATIENCE = 60.0


class VirtualPeers(AlonePeers):
    """Waits end when the virtual clock says so, not when a second has passed."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(clock)
        self.clock = clock
        self.waiting: dict[asyncio.Future[None], datetime] = {}
        self.changed = asyncio.Event()

    async def wait(self, loop: str, timeout: timedelta) -> None:  # the port's names
        """Until the driver has moved the clock so far."""
        future = asyncio.get_running_loop().create_future()
        self.waiting[future] = self.clock.now() + timeout
        self.changed.set()
        await future

    async def settled(self, count: int) -> None:
        """Until so many wait."""
        async with asyncio.timeout(PATIENCE):
            while len(self.waiting) < count:
                self.changed.clear()
                await self.changed.wait()

    def advance(self, until: datetime) -> None:
        """Move the clock to the next moment somebody waits for, and let them go on."""
        self.clock.advance(max(min([*self.waiting.values(), until]) - self.clock.now(), timedelta(0)))
        for future in [one for one, at in self.waiting.items() if at <= self.clock.now()]:
            del self.waiting[future]
            future.set_result(None)


class CountingHttp(Http):
    """One account's calls, through the process's one session; or nobody's, where its network is in trouble."""

    def __init__(self, shared: Http, peers: VirtualPeers, trouble: str = "") -> None:
        super().__init__(shared.total)
        self.shared, self.peers, self.trouble = shared, peers, trouble
        self.at: list[datetime] = []

    async def call(self, method: str, url: str, **how: Any) -> HttpAnswer:
        """Counted; in trouble it ends as the real one would, after its time limit of the virtual clock."""
        self.at.append(self.peers.clock.now())
        if self.trouble == "hangs":
            await self.peers.wait("hangs", TOTAL)
            raise Unsure("no answer came (TimeoutError)")
        if self.trouble == "429":
            return HttpAnswer(429, {"Retry-After": "60"}, b"{}")
        return await self.shared.call(method, url, **how)


class CountedReads:
    """A network that connects by itself: its reads are counted as calls."""

    def __init__(self, network: Any, http: CountingHttp) -> None:
        self.network, self.http = network, http

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)

    async def fetch(self, cursor: str | None) -> Page:
        """One read."""
        self.http.at.append(self.http.peers.clock.now())
        page: Page = await self.network.fetch(cursor)
        return page
