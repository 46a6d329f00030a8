"""One feed that staff write in: how far it was acted on, and when it was last read, through restarts."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.errors import TryLater
from bot.ports import Memory
from integrations.viva_engage.parse import Feed, Message
from integrations.viva_engage.walk import Read, Walked, since

log = structlog.get_logger()

OVERLAP = 10
"""So many of the newest are read once more each time: one with a lower id may show late."""
KEPT = 40
"""Ids that are remembered as acted on: more than are read once more."""
MOST = 5_000
"""How far back it is read after an outage: some days of a busy desk."""
MOST_GAPS = 5
"""So many reads in a row may lack something before what they do have is acted on."""
NOTHING = 0
IN_COMMUNITY = "community:"
"""How the name of a community's feed begins; its number follows."""


class Ear:
    """Reads one feed from where it was acted on to. What stood there before the first start is left alone."""

    def __init__(self, name: str, read: Read, memory: Memory, *, each: timedelta) -> None:
        self.name = name
        self.each = each
        """How often it is read: as the settings say, or more seldom where Viva Engage asks for that."""
        self._read, self._memory, self._least = read, memory, each
        self._seen: list[int] | None = None
        self._polled_at: datetime | None = None
        self._is_looked_up = False
        self._gaps = 0

    def forget(self) -> None:
        """Look up anew how far it is."""
        self._seen, self._polled_at, self._is_looked_up = None, None, False

    async def due_in(self, now: datetime) -> timedelta:
        """How long until it may be read; zero when that is now. Raises Busy."""
        if not self._is_looked_up:
            await self._look_up()
        if self._polled_at and self._polled_at > now:
            self._polled_at = now
        return max(self._polled_at + self.each - now, timedelta(0)) if self._polled_at else timedelta(0)

    async def read(self, now: datetime, besides: Collection[int]) -> list["Heard"]:
        """What was not acted on yet, nor is among ``besides``. Raises Busy and OutsideError."""
        await self.polled(now)
        began = await self._begun(now) if self._seen is None else None
        walked = await since(back_to(self._read, began) if began else self._read, self._floor, most=MOST)
        self.each = self._pace(walked.poll_each)
        self._require_all(walked)
        if began:
            self._seen = sorted(one.id for one in walked.messages if one.at < began)[-KEPT:] or [NOTHING]
            await self._write()
        known = {*(self._seen or ()), *besides}
        new = [one for one in walked.messages if one.id not in known]
        return [Heard(self, one, walked.starters.get(one.thread, 0)) for one in new]

    async def _begun(self, now: datetime) -> datetime:
        """When this feed was first to be read: what is younger is acted on, though it could not be read until now."""
        name = f"began:{self.name}"
        if kept := await self._memory.recall(name):
            return min(datetime.fromisoformat(kept), now)
        await self._memory.keep(name, now.isoformat())
        return now

    def _require_all(self, walked: Walked) -> None:
        """Raises TryLater where messages are missing, which would be passed over for ever; a few times, then that is so."""
        if walked.complete:
            self._gaps = 0
            return
        self._gaps += 1
        if self._gaps < MOST_GAPS and len(walked.messages) < MOST:
            raise TryLater("Viva Engage did not show all that was written there, so nothing of it was acted on yet")
        self._gaps = 0
        log.error("viva_engage_messages_passed_over", feed=self.name, acted_on=len(walked.messages))

    async def polled(self, now: datetime) -> None:
        """Its minute counts from now. Raises Busy."""
        self._polled_at = now
        await self._memory.keep(f"polled:{self.name}", now.isoformat())

    async def acted_on(self, message: int) -> None:
        """It need not be read again. Raises Busy."""
        self._seen = sorted({*(self._seen or ()), message})[-KEPT:]
        await self._write()

    @property
    def _floor(self) -> int:
        """The id after which it is read."""
        seen = self._seen or [NOTHING]
        return seen[-OVERLAP] if len(seen) >= OVERLAP else seen[0]

    def _pace(self, asked: timedelta) -> timedelta:
        return max(self._least, asked)

    async def _look_up(self) -> None:
        polled, seen = await self._memory.recall(f"polled:{self.name}"), await self._memory.recall(f"read:{self.name}")
        self._polled_at = datetime.fromisoformat(polled) if polled else None
        self._seen = [int(one) for one in seen.split()] if seen else None
        self._is_looked_up = True

    async def _write(self) -> None:
        await self._memory.keep(f"read:{self.name}", " ".join(str(one) for one in self._seen or ()))


def back_to(read: Read, moment: datetime) -> Read:
    """Reads a feed for a walk that ends where it is older than a moment."""

    async def page(*, newer_than: int | None = None, older_than: int | None = None) -> Feed:
        found = await read(newer_than=newer_than, older_than=older_than)
        return replace(found, older=False, oldest=0) if any(one.at < moment for one in found.messages) else found

    return page


@dataclass(frozen=True, slots=True)
class Heard:
    """A message to act on. ``starter``: who began its thread; 0 where that was not told."""

    ear: Ear
    message: Message
    starter: int = 0
