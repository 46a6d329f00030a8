"""Which of several chats is meant: for a delivery, and for somebody who was named where they may not be."""

from collections.abc import Mapping
from functools import partial

from bot.command import Place, Staff
from bot.delivery import Delivery, Kind
from bot.elsewhere import Elsewhere
from bot.errors import NotYours, OutsideError
from bot.ports import Chat

OF_A_CARD = frozenset({Kind.CARD, Kind.REDRAW, Kind.THREAD})
TO_A_PERSON = frozenset({Kind.PING, Kind.TELL})
SAID = OF_A_CARD | TO_A_PERSON | {Kind.POST}
"""What is said in a chat. A user group is kept there too, but no words are."""
Chats = Mapping[str, Chat]


def chat_for(chats: Chats, taken: Delivery) -> Chat | None:
    """The chat a delivery is said in: its card's, the one it was asked in, one that reaches the person, else the first.

    None for what is not said in a chat, where there is none, and for what belongs to a chat that is not set up any more:
    what was meant for its people is never said to those of another. A person is told wherever they are reached.
    """
    if taken.kind not in SAID or not chats:
        return None
    named = taken.target if taken.kind in OF_A_CARD else str(taken.payload.get("chat", ""))
    if taken.kind in TO_A_PERSON:
        return chats.get(named) or reaching(chats, taken.target)[0]
    return chats.get(named) if named else next(iter(chats.values()))


def reaching(chats: Chats, person: str) -> list[Chat]:
    """The chats somebody may be reached in, those that are heard at once first; all of them where none knows such an id."""
    able = [chat for chat in chats.values() if chat.manner.reaches(person)] or list(chats.values())
    return sorted(able, key=lambda chat: bool(chat.manner.reads_each))


def where_known(chats: Chats, person: str, at: Place) -> list[Chat]:
    """Where somebody who was named may be known: first where they were named, then in the other chats that reach them."""
    here = chats.get(at.chat)
    if here is None:
        return reaching(chats, person)
    return [here, *(chat for chat in reaching(chats, person) if chat is not here and chat.manner.reaches(person))]


async def person(chats: Chats, staff: str, at: Place, elsewhere: Elsewhere) -> Staff:
    """Who somebody is, by the first chat that has them as staff. Raises NotYours; OutsideError where one could not say."""
    doubt: OutsideError | None = None
    for chat in where_known(chats, staff, at):
        try:
            if not at.chat or chat.name == at.chat:
                return await chat.person(staff)
            return await elsewhere.ask(chat, ("person", staff), partial(chat.person, staff))
        except NotYours:
            continue
        except OutsideError as error:
            doubt = doubt or error
    if doubt:
        raise doubt
    raise NotYours("No chat has them as a full member of staff.")


async def is_member(chats: Chats, channel: str, staff: str, *, at: Place, elsewhere: Elsewhere) -> bool:
    """Whether somebody is in the channel, in any chat. Raises OutsideError where one could not say and no other has them."""
    doubt: OutsideError | None = None
    for chat in where_known(chats, staff, at):
        ask = partial(chat.is_member, channel, staff)
        try:
            if await (ask() if chat.name == at.chat else elsewhere.ask(chat, ("is_member", channel, staff), ask)):
                return True
        except OutsideError as error:
            doubt = doubt or error
    if doubt:
        raise doubt
    return False
