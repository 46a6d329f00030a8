"""Many new cards in one message, in a chat that takes few: what waits is said within minutes, and not for hours.

Each card stays a delivery of its own: its lease, its key by which it is looked for, its own end.
"""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.card import Digest
from bot.chats import chat_for
from bot.delivery import Delivery, DeliveryState, Kind
from bot.engine.say import AFTER_REFUSAL, Sayer
from bot.errors import OutsideError, Refused
from bot.store.sending import together

log = structlog.get_logger()
REMEMBERED = 1_000


class Together:
    """Gathers cards beside one there is room for, and says them at once."""

    def __init__(self, say: Sayer) -> None:
        self.say = say
        self.desk = say.desk
        self._alone: set[str] = set()
        """Deliveries a chat would not take together: one card that it cannot show must not hold up the others."""

    async def gather(self, taken: Delivery, holder: str) -> tuple[Delivery, ...]:
        """It and those that can be said with it, in the order they came in; mostly just it. Raises Busy."""
        chat = chat_for(self.desk.chats, taken)
        if chat is None or not self.may_share(taken) or chat.manner.together < together.FROM:
            return (taken,)
        most, now, alone = chat.manner.together - 1, self.desk.now(), frozenset(self._alone)
        beside = await self.desk.db.write(together.take_beside, taken, holder, now, most=most, alone=alone)
        return tuple(sorted((taken, *beside), key=lambda one: one.number or 0))

    def may_share(self, taken: Delivery) -> bool:
        """Whether it is a new card; one whose answer was lost is looked for by itself."""
        is_new = taken.kind is Kind.CARD and taken.state is DeliveryState.SENDING
        return is_new and taken.id not in self._alone

    async def cards(self, taken: Sequence[Delivery]) -> None:
        """Say them in one message, and write down for each what became of it."""
        said = await self.desk.db.write(together.about_to_speak, taken, self.desk.now())
        chat = chat_for(self.desk.chats, taken[0])
        if chat is None or not said:
            return
        cards = tuple((self.say.card(scene), one.id) for one, scene in said)
        what = Digest(cards) if len(cards) > 1 else cards[0][0]
        try:
            message = await chat.post(said[0][1].channel, what, said[0][0].id)
        except OutsideError as error:
            await self.not_said([one for one, _ in said], error)
            return
        self.say.rooms.learn(said[0][0], message.channel)
        accounts = await self.desk.db.write(together.posted, said, replace(message, shared=len(said) > 1))
        log.info("cards_shown_together", chat=chat.name, count=len(said))
        for account in sorted(accounts):
            await self.say.all_well(account)

    async def not_said(self, taken: Sequence[Delivery], error: OutsideError) -> None:
        """Each goes its usual way; what was refused together is tried one by one from now on."""
        if isinstance(error, Refused):
            self.say.rooms.refused(taken[0], str(error), AFTER_REFUSAL)
            self._alone = {one.id for one in taken} | (self._alone if len(self._alone) < REMEMBERED else set())
        for one in taken:
            await self.say.not_said(one, error)
