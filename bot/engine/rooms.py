"""Where there is room to say something: a channel takes a message a second, a chat so many redraws, an account its replies.

All copies take from one budget for each place. A place that is full, or asked for a pause, holds up no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery import Delivery, DeliveryState, Kind
from bot.desk import Desk
from bot.errors import TryLater

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """One each ``per``, and up to ``burst`` at once after a rest."""

    per: timedelta
    burst: int


PACES: Mapping[str, Pace] = {
    "in": Pace(timedelta(seconds=1), 4),
    "to": Pace(timedelta(seconds=1), 4),
    "redraw": Pace(timedelta(seconds=1.2), 20),
    "net": Pace(timedelta(seconds=0.2), 20),
}
"""By how the place begins: words in a channel, words to a person, a chat's redraws, an account's public replies."""
SLOWLY = Pace(timedelta(seconds=1), 1)
"""For a kind of place that only a later release knows."""
LOOKS_FIRST = frozenset({Kind.CARD, Kind.THREAD, Kind.POST, Kind.REPLY, Kind.ACT})
"""After a lost answer these are looked for, or put back in the queue, which needs no room; the others are said again."""


class Rooms:
    """What this copy knows of which places are full, and until when."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._full: dict[str, datetime] = {}
        self._known_as: dict[str, str] = {}
        """A channel the settings name and its id are one place."""

    def full(self) -> frozenset[str]:
        """The places nothing need be taken for now."""
        self._full = {place: until for place, until in self._full.items() if until > self.desk.now()}
        also = [name for name, place in self._known_as.items() if place in self._full]
        return frozenset((*self._full, *also))

    def reopens(self) -> datetime | None:
        """When the first of those that are full has room again."""
        return min(self._full.values(), default=None)

    async def sort(self, taken: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
        """Those there is room for, which is spent, and those that must wait."""
        going: list[Delivery] = []
        waiting: list[Delivery] = []
        for one in taken:
            (going if await self._has_room(one) else waiting).append(one)
        return going, waiting

    async def _has_room(self, taken: Delivery) -> bool:
        place = self._known_as.get(taken.place, taken.place)
        if not place or (taken.state is DeliveryState.UNKNOWN and taken.kind in LOOKS_FIRST):
            return True
        if place in self._full and self._full[place] > self.desk.now():
            return False
        pace = PACES.get(place.partition(":")[0], SLOWLY)
        wait = await self.desk.peers.spend(place, pace.per, pace.burst)
        if wait > timedelta(0):
            self._full[place] = self.desk.now() + wait
        return wait <= timedelta(0)

    async def heard(self, taken: Delivery, error: TryLater) -> bool:
        """The other side asked for a pause: no copy says anything there until it is over. False when it did not ask."""
        if not (error.bucket and taken.place):
            return False
        await self.pause(taken.place, error.after)
        log.warning("place_paused", place=taken.place, bucket=error.bucket, seconds=error.after.total_seconds())
        return True

    async def pause(self, place: str, wait: timedelta) -> None:
        """Leave a place alone for so long, in every copy."""
        place = self._known_as.get(place, place)
        self._full[place] = max(self._full.get(place, self.desk.now()), self.desk.now() + wait)
        await self.desk.peers.pause(place, wait)

    def learn(self, taken: Delivery, channel: str) -> None:
        """A channel turned out to have another name for what was said in it."""
        place = f"in:{channel}"
        if taken.place.startswith("in:") and taken.place != place:
            self._known_as[taken.place] = place
