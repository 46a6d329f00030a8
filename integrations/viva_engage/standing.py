"""How a card stands, said in its thread: here nothing can be drawn again, so what changed is said below, once."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from bot.card import Card
from bot.errors import Busy, NotThere, TryLater, Unsure
from bot.ports import Clock, Memory, MessageRef
from integrations.viva_engage.client import Engage
from integrations.viva_engage.copies import Copies
from integrations.viva_engage.digest import is_digest
from integrations.viva_engage.draw import ADDED, added, card_text, changed, first_words, quote, ref_in, standing, taken_back
from integrations.viva_engage.links import Links
from integrations.viva_engage.parse import POLL, Message
from integrations.viva_engage.posted import Posted, all_of_ours
from integrations.viva_engage.said import DIGEST, thread_name

NEW_WORDS = "The words are now:"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    """What a thread says of its card. ``words`` tell its post from others, ``taken_back`` is what stands in their place,
    ``added`` how many more there were; ``saying``: what may have been said, and when."""

    standing: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    taken_back: str = ""
    added: int = 0
    saying: str = ""
    since: str = ""


class Standing:
    """Cards in their threads, and what was said of each."""

    def __init__(
        self,
        engage: Engage,
        memory: Memory,
        posted: Posted,
        links: Links,
        *,
        copies: Copies,
        clock: Clock,
        each: timedelta = POLL,
    ) -> None:
        self._engage, self._memory, self._posted, self._links, self._clock = engage, memory, posted, links, clock
        self._copies, self._each = copies, each

    async def began(self, message: MessageRef, cards: Sequence[Card]) -> None:
        """Cards were posted: their thread says how they stand, and what is said in it is about them.

        Raises Unsure where that cannot be kept: it is looked for then, and ``found``.
        """
        await self._belongs(message.id, DIGEST if message.shared else cards[0].ref)
        await asyncio.gather(*(self._keep(message, card, said_by(card)) for card in cards))

    async def found(self, message: Message) -> None:
        """A post of ours was found after all: what is said in its thread is about what it begins with. Raises Unsure."""
        about = DIGEST if is_digest(message.plain) else ref_in(message.plain)
        if about and message.id == message.thread:
            await self._belongs(str(message.thread), about)
        await self._links.learn(message)

    async def redraw(self, message: MessageRef, card: Card) -> MessageRef | None:
        """Say what changed, if anything did. Words that are to be kept nowhere, and a card that leaves a digest, begin a new
        thread: where that is. Raises NotThere when the thread is gone.
        """
        before, now = await self._recall(message, card), said_by(card)
        news = news_of(card, before or Said())
        if loses_words(now, before or Said()):
            moved = await self._anew(message, card)
            if not message.shared:
                await self._take_down(message)
            await self._copies.take_down(card.ref)
            return moved
        if message.shared:
            return await self._anew(message, card) if news or before is None else None
        if news:
            await self._say(message, card, news, before or Said())
        if before != now:
            await self._keep(message, card, now)
        return None

    async def _say(self, message: MessageRef, card: Card, news: str, before: Said) -> None:
        """Say it under the card, unless an earlier try whose answer was lost is found there."""
        is_again = before.saying == news
        if is_again and await self._is_there(message, news, before.since):
            return
        try:
            await self._engage.say(news, under=int(message.id), patient=is_again)
        except Unsure:
            await self._keep(message, card, replace(before, saying=news, since=self._clock.now().isoformat()))
            raise

    async def _is_there(self, message: MessageRef, news: str, since: str) -> bool:
        wanted, group = flat(news), int(message.channel)

        def is_it(one: Message) -> bool:
            return flat(one.plain) == wanted

        found = await self._posted.find(group, datetime.fromisoformat(since), is_it, thread=int(message.id))
        return isinstance(found, Message)

    async def _anew(self, message: MessageRef, card: Card) -> MessageRef:
        """A thread of its own for a card that has one no longer, or never had; one that was begun before is used."""
        group, name = int(message.channel), f"anew:{message.id}:{card.ref}"
        begun = await self._asked(name)
        if begun.isdigit():
            return MessageRef(message.channel, begun)
        found = await self._posted.look_for(group, name, datetime.fromisoformat(begun)) if begun else None
        posted = found if isinstance(found, Message) else await self._begin(group, name, card, is_again=bool(begun))
        await self._links.learn(posted)
        own = MessageRef(message.channel, str(posted.thread))
        await self._try_to_keep(name, own.id, card.ref)
        await self.began(own, (card,))
        return own

    async def _begin(self, group: int, key: str, card: Card, *, is_again: bool) -> Message:
        """Having looked for it took the room there was, so that it is waited for."""
        try:
            return await self._engage.say(card_text(card, key, self._each), group=group, patient=is_again)
        except Unsure:
            await self._try_to_keep(key, self._clock.now().isoformat(), card.ref)
            raise

    async def _take_down(self, message: MessageRef) -> None:
        """Delete all that we said in a thread, the first of it before the rest, which may go with it."""
        thread, mine = int(message.id), list[int]()
        try:
            await self._engage.delete(thread, patient=True)
            mine = await all_of_ours(self._engage, thread)
        except NotThere:
            log.debug("viva_engage_thread_gone")
        for one in mine:
            await self._delete(one)

    async def _delete(self, message: int) -> None:
        try:
            await self._engage.delete(message, patient=True)
        except NotThere:
            log.debug("viva_engage_message_gone")

    # --- what is kept

    async def _recall(self, message: MessageRef, card: Card) -> Said | None:
        kept = await self._asked(name_of(message, card))
        try:
            told = json.loads(kept or "{}")
            return Said(**told | {"standing": tuple(told["standing"]), "words": tuple(told["words"])})
        except (ValueError, TypeError, KeyError):
            return None

    async def _belongs(self, thread: str, about: str) -> None:
        """What is said in a thread is about this. A thread that nobody knows would be deaf."""
        try:
            await self._memory.keep(thread_name(thread), about)
        except Busy as error:
            raise Unsure(f"it was posted, and what its thread is about cannot be kept: {error}") from error

    async def _keep(self, message: MessageRef, card: Card, said: Said) -> None:
        value = {name: getattr(said, name) for name in Said.__slots__}
        await self._try_to_keep(name_of(message, card), json.dumps(value, ensure_ascii=False), card.ref)

    async def _try_to_keep(self, name: str, value: str, ref: str) -> None:
        """Keep what was said; where that cannot be, it may be said again."""
        try:
            await self._memory.keep(name, value, ref)
        except Busy as error:
            log.warning("viva_engage_standing_not_kept", reason=str(error))

    async def _asked(self, name: str) -> str:
        try:
            return await self._memory.recall(name) or ""
        except Busy as error:
            raise TryLater(f"what was said cannot be read: {error}") from error


def name_of(message: MessageRef, card: Card) -> str:
    """What is kept of a card in its thread is kept under this."""
    return f"said:{message.id}:{card.ref}"


def said_by(card: Card) -> Said:
    """What a thread says once it says how the card stands."""
    return Said(tuple(standing(card)), words_of(card), taken_back(card), added(card))


def loses_words(now: Said, before: Said) -> bool:
    """Whether words that stood there are to be kept nowhere any longer. Over a deleted post its author's name still is."""
    return (bool(now.taken_back) and now.taken_back != before.taken_back) or now.added < before.added


def words_of(card: Card) -> tuple[str, ...]:
    """The post's words as two digests: of their beginning, and of all of them where nothing was added to them."""
    whole = "" if ADDED.search(card.quote) else card.quote
    return tuple(
        sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else "" for text in (first_words(card), whole)
    )


def news_of(card: Card, before: Said) -> str:
    """What is to be said under a card: how it stands now, and the post's words if they were edited."""
    line = changed(card, list(before.standing))
    is_edited = any(was and now and was != now for was, now in zip(before.words, words_of(card), strict=False))
    words = f"{NEW_WORDS}\n{quote(card)}" if is_edited and not taken_back(card) else ""
    return "\n".join(part for part in (line, words) if part)


def flat(text: str) -> str:
    """Words without their lines, which Viva Engage may draw its own way."""
    return " ".join(text.split())
