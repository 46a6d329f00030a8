"""What a message is to us: a mention, an answer of the service user's, or nothing. The rest is asked for."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from bot.errors import Refused, TryLater
from bot.ports import Clock, Item, Parent
from integrations.viva_engage import items
from integrations.viva_engage.client import Engage
from integrations.viva_engage.items import Around, Heard
from integrations.viva_engage.parse import Message
from integrations.viva_engage.settings import VivaEngageAccount
from integrations.viva_engage.text import MARK, MARK_LENGTH
from integrations.viva_engage.walk import Walked

MOST_ASKED = 6
"""How many calls one fetch makes to know what a message answers, and who began its thread."""
MOST_TRIES = 3
"""A thread that cannot be read so often holds up nothing any longer: what is said in it is told."""
RECEIVED, PRIVATE = "received", "private"
IN_COMMUNITY = "community:"
ENDS_IN_MARK = re.compile(rf"\n(?:digest )?{MARK.format(f'[A-Z2-7]{{{MARK_LENGTH}}}')}\Z")
"""A line of its own, as nobody ends a message by chance."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What became of some messages: items, who named us where, and the first message there was no room to understand."""

    items: tuple[Item, ...]
    named_us: tuple[tuple[int, int], ...] = ()
    stopped_at: int = 0


class Understanding:
    """Knows what the messages of one account are."""

    def __init__(self, account: VivaEngageAccount, engage: Engage, clock: Clock) -> None:
        self.around = Around()
        self._engage, self._clock = engage, clock
        self._not_in = frozenset(map(int, account.not_in))
        self._listens_to = frozenset(map(int, account.listens_to))
        self._hears_private = account.private_messages
        self._asked = 0
        self._tries: Counter[int] = Counter()

    async def of(self, feed: str, walked: Walked, *, me: int, follow: Collection[tuple[int, int]]) -> Understood:
        """Each message of a feed for what it is. ``follow``: who named us in which thread."""
        self._asked, following = 0, set(follow)
        found: list[Item] = []
        named: list[tuple[int, int]] = []
        for one in self.around.note(walked, me):
            message = one.message
            if not self._is_heard_in(feed, message, me=me, follow=following):
                continue
            if not await self._knows_starter(message):
                return Understood(tuple(found), tuple(named), message.id)
            if self.around.starters.get(message.thread) == me or self._is_under_a_bots(message):
                continue
            if items.names(message, me) and message.sender != me:
                named.append((message.thread, message.sender))
                following.add(named[-1])
            found.append(await self._item(feed, one, me))
        return Understood(tuple(found), tuple(named))

    def _is_heard_in(self, feed: str, message: Message, *, me: int, follow: set[tuple[int, int]]) -> bool:
        """Whether it is for us: what stands in a community, is private, names us, or carries on from what did."""
        if message.is_system or message.group in self._not_in or is_a_bots(message):
            return False
        if message.is_direct and not self._hears_private:
            return False
        if message.sender == me:
            return message.replied_to is not None
        if feed.startswith(IN_COMMUNITY) or feed == PRIVATE or message.is_direct:
            return True
        return items.names(message, me) or (message.thread, message.sender) in follow

    def _is_under_a_bots(self, message: Message) -> bool:
        """Whether what began its thread is known to be a bot's: what staff write under a card is for the desk."""
        began = self.around.said.get(message.thread)
        return began is not None and is_a_bots(began.message)

    async def _knows_starter(self, message: Message) -> bool:
        """Whether it is known who began its thread; asked if there is room for that."""
        if message.thread in self.around.starters:
            return True
        if message.thread == message.id:
            self.around.began(message.thread, message.sender)
            return True
        if not await self._ask(message.thread, message.thread):
            return False
        if message.thread not in self.around.starters:
            self.around.began(message.thread, 0)
        return True

    async def _ask(self, thread: int, message: int) -> bool:
        """Read a thread from a message back; False when too much was asked already."""
        if self._asked >= MOST_ASKED:
            return False
        self._asked += 1
        try:
            feed = await self._engage.in_thread(thread, older_than=message + 1, patient=True)
        except Refused:
            return True
        except TryLater as error:
            self._tries[thread] += not error.bucket
            if self._tries[thread] < MOST_TRIES:
                raise
            return True
        del self._tries[thread]
        self.around.note(feed, feed.me or (await self._engage.me(patient=True)).id)
        return True

    async def _item(self, feed: str, one: Heard, me: int) -> Item:
        """One message as what it is to the core."""
        message, now = one.message, self._clock.now()
        if message.sender == me:
            return items.answered(one, now)
        private = await self._is_private(feed, message)
        parent = await self._parent(message, me=me, private=private)
        return items.incoming(one, kind=kind_of(message, me), private=private, parent=parent, now=now)

    async def _parent(self, message: Message, *, me: int, private: bool) -> Parent | None:
        """What it answers, if that is known or can be asked."""
        if message.replied_to is None:
            return None
        if message.replied_to not in self.around.said:
            await self._ask(message.thread, message.replied_to)
        found = self.around.said.get(message.replied_to)
        return items.parent_of(found, me=me, private=private) if found else None

    async def _is_private(self, feed: str, message: Message) -> bool:
        """Whether not all colleagues can read it. What stands in a community that is listened to is for the channel."""
        if message.is_direct or feed == PRIVATE:
            return True
        if message.group is None or message.group in self._listens_to:
            return False
        try:
            return await self._engage.is_private(message.group, patient=True)
        except Refused:
            return True


def is_a_bots(message: Message) -> bool:
    """Whether a bot said it, of whatever service user: a card that came in as a mention would be shown as a card again."""
    return ENDS_IN_MARK.search(message.plain.rstrip()) is not None


def kind_of(message: Message, me: int) -> str:
    """What staff see it called."""
    if message.is_direct:
        return "direct"
    if items.names(message, me):
        return "mention"
    return "reply" if message.replied_to else "post"
