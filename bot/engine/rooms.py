"""Where there is room to say something: a channel takes a message a second, a chat so many redraws, an account its replies.

All copies take from one budget for each place. A place that is full, or asked for a pause, holds up no other. A chat that
takes few messages in all is one place, whatever is said in it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.chats import chat_for
from bot.delivery import Delivery, DeliveryState, Kind, Rank
from bot.desk import Desk
from bot.errors import TryLater
from bot.ports import Pace

log = structlog.get_logger()
ALL = "all:"
"""How the one place of a chat begins that has a pace of its own."""
OWN_PACES = 2
"""Where a chat has a pace, a wait of no more than so many is its own doing: nobody outside asked for it."""
CARDS_AT_ONCE = 4
"""Where one message may hold many cards, so many go as they come; of more they take every second message, with more in each:
what people did is said between them, and not after the last of a thousand.
"""
A_SECOND = timedelta(seconds=1)
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
        """A channel the settings name and its id are one place; so is all that is said in a chat with a pace of its own."""
        self._cards: dict[str, list[datetime]] = {}
        """When the last cards of a chat went."""
        self._refused: dict[str, tuple[str, str]] = {}
        """The card that was last refused in a channel since anything was taken there, and why."""

    def full(self) -> frozenset[str]:
        """The places nothing need be taken for now."""
        self._full = {place: until for place, until in self._full.items() if until > self.desk.now()}
        also = [name for name, place in self._known_as.items() if place in self._full]
        return frozenset((*self._full, *also))

    def reopens(self) -> datetime | None:
        """When the first of those that are full has room again."""
        return min(self._full.values(), default=None)

    def place_of(self, taken: Delivery) -> str:
        """What a delivery needs room in, by the one name it has here. An older release did not say in which chat."""
        chat, found = chat_for(self.desk.chats, taken), taken.place
        if chat and chat.manner.pace:
            found = f"{ALL}{chat.name}"
        elif chat and found.startswith("in:"):
            here = f"in:{chat.name}/"
            found = found if found.startswith(here) else here + found.removeprefix("in:")
            found = self._known_as.get(found, found)
        if found == taken.place:
            self._known_as.pop(found, None)
        elif taken.place:
            self._known_as[taken.place] = found
        return found

    def pace_of(self, place: str) -> Pace:
        """How fast a place takes words."""
        chat = self.desk.chats.get(place.removeprefix(ALL)) if place.startswith(ALL) else None
        return (chat.manner.pace if chat else None) or PACES.get(place.partition(":")[0], SLOWLY)

    async def sort(self, taken: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
        """Those there is room for, which is spent, and those that must wait. What comes first has its room first."""
        going: list[Delivery] = []
        waiting: list[Delivery] = []
        for one in taken:
            (going if await self._has_room(one) else waiting).append(one)
        return going, waiting

    async def _has_room(self, taken: Delivery) -> bool:
        place = self.place_of(taken)
        if not place or (taken.state is DeliveryState.UNKNOWN and taken.kind in LOOKS_FIRST):
            return True
        if place in self._full and self._full[place] > self.desk.now():
            return False
        pace = self.pace_of(place)
        wait = await self.desk.peers.spend(place, pace.per, pace.burst)
        if wait > timedelta(0):
            self._full[place] = self.desk.now() + wait
        elif taken.kind is Kind.CARD and taken.rank is Rank.CARD:
            self._let_others_in(taken, place)
        return wait <= timedelta(0)

    def _let_others_in(self, taken: Delivery, place: str) -> None:
        """After a card of many, in a chat where one message may hold many: its channel waits for one message of others."""
        chat = self.desk.chats.get(place.removeprefix(ALL)) if place.startswith(ALL) else None
        if chat is None or chat.manner.together <= 1 or not taken.place:
            return
        now, turn = self.desk.now(), 2 * self.pace_of(place).per
        lately = [at for at in self._cards.get(place, ()) if now - CARDS_AT_ONCE * turn < at <= now]
        self._cards[place] = [*lately, now]
        if len(lately) + 1 >= CARDS_AT_ONCE:
            self._full[taken.place] = now + turn

    def refused(self, taken: Delivery, reason: str, wait: timedelta) -> None:
        """A card was refused by itself. When a second is, for the same reason, it is the channel: in a chat that takes few
        messages it is left alone for a while, so that what it will not take is no trouble to the other channels.
        """
        chat = chat_for(self.desk.chats, taken)
        if taken.kind is not Kind.CARD or not taken.place or chat is None or not chat.manner.pace:
            return
        before, self._refused[taken.place] = self._refused.get(taken.place), (taken.id, reason)
        if before and before[0] != taken.id and before[1] == reason:
            self._full[taken.place] = self.desk.now() + wait

    async def heard(self, taken: Delivery, error: TryLater) -> bool:
        """The other side asked for a pause: no copy says anything there until it is over. False when it did not ask."""
        place = self.place_of(taken)
        if not (error.bucket and place):
            return False
        is_known = self._full.get(place, self.desk.now()) >= self.desk.now() + error.after - A_SECOND
        await self.pause(place, error.after)
        if not is_known and not (place.startswith(ALL) and error.after <= OWN_PACES * self.pace_of(place).per):
            log.warning("place_paused", place=place, bucket=error.bucket, seconds=error.after.total_seconds())
        return True

    async def pause(self, place: str, wait: timedelta) -> None:
        """Leave a place alone for so long, in every copy."""
        place = self._known_as.get(place, place)
        self._full[place] = max(self._full.get(place, self.desk.now()), self.desk.now() + wait)
        await self.desk.peers.pause(place, wait)

    def learn(self, taken: Delivery, channel: str) -> None:
        """Something was said in a channel, which may turn out to have another name."""
        self._refused.pop(taken.place, None)
        chat, named = chat_for(self.desk.chats, taken), self.place_of(taken)
        if chat is None or not named.startswith("in:") or named == f"in:{chat.name}/{channel}":
            return
        place = f"in:{chat.name}/{channel}"
        self._known_as = {name: place if known == named else known for name, known in self._known_as.items()}
        self._known_as |= {name: place for name in (named, taken.place) if name != place}
