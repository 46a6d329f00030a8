"""Tells staff: cards, words under them, private messages. When in doubt whether it was said, it is said again.

A chat knows a post by the delivery's id: its key may be another mention's after a restore.
"""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.card import Card, Code, Notice, Picture, Quote, Strong
from bot.chats import chat_for
from bot.delivery import Delivery, DeliveryState, Kind, wait_before
from bot.desk import Desk
from bot.engine.rooms import Rooms
from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.notices import About, notice_apart, notice_for
from bot.notices.pings import many_wait
from bot.portray import card_of
from bot.ports import Chat, MessageRef
from bot.store.duty import gone, passing, ways
from bot.store.intake import accounts, arrivals
from bot.store.sending import deliveries, left_off, outbox
from bot.store.sending.deliveries import Leave, Scene

log = structlog.get_logger()
LOOK_FOR = timedelta(seconds=30)
"""How long a post whose answer was lost is looked for before it is said again."""
LOOK_FOR_AT_MOST = timedelta(minutes=5)
"""And how long at most where the chat has no time to be looked into: what was not looked for is not known to be missing."""
MUST_ARRIVE = frozenset({Kind.CARD, Kind.PING, Kind.TELL, Kind.POST})
"""A mention nobody sees is the failure: these are tried for ever, however often they are refused, a TELL for a week."""
AFTER_REFUSAL = timedelta(minutes=5)
UNSHOWN = "One chat does not show its cards: whoever works there may not see what the public says. See the other chat."
UNREACHED = timedelta(minutes=1)
"""How long a ping is tried in the chat before its person's next way is due."""


class Sayer:
    """Says one thing in a chat and writes down what became of it."""

    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self.desk = desk
        self.rooms = rooms

    async def something(self, taken: Delivery) -> None:
        """Say it, unless an earlier try can be found."""
        scene = await self.desk.db.read(deliveries.scene, taken)
        chat = chat_for(self.desk.chats, taken)
        if chat is None:
            await self.nowhere(taken)
            return
        if taken.state is DeliveryState.UNKNOWN and not await self.say_again(taken, scene, chat):
            return
        if not await self.may_leave(taken):
            return
        try:
            message = await self.said(taken, scene, chat)
        except OutsideError as error:
            if isinstance(error, Refused):
                self.rooms.refused(taken, str(error), AFTER_REFUSAL)
            await self.not_said(taken, error)
            return
        await self.done(taken, message, scene)

    async def nowhere(self, taken: Delivery) -> None:
        """Its chat is not set up any more: what was for the people there is said to nobody else."""
        log.warning("chat_not_set_up", kind=taken.kind, chat=taken.payload.get("chat") or taken.target)
        await self.desk.db.write(left_off.leave, taken)

    async def may_leave(self, taken: Delivery) -> bool:
        """Whether it is still ours to say, and a ping still that person's to hear."""
        if "role" in taken.payload:
            leave = await self.desk.db.write(passing.about_to_ping, taken, self.desk.house, self.desk.now())
        else:
            leave = await self.desk.db.write(deliveries.about_to_speak, taken, self.desk.now())
        if leave is Leave.TAKEN:
            log.warning("not_ours_to_say", kind=taken.kind)
        elif leave is Leave.STOPPED:
            log.info("ping_not_needed", kind=taken.kind)
            await self.desk.peers.wake("escalate")
        return leave is Leave.GO

    async def said(self, taken: Delivery, scene: Scene, chat: Chat) -> MessageRef | None:
        """Say it; None when there is nothing left to say."""
        match taken.kind:
            case Kind.CARD:
                return await chat.post(scene.channel, self.card(scene), taken.id)
            case Kind.REDRAW if not scene.channel and taken.number:
                await self.desk.db.write(arrivals.show_in, taken.number, chat.name, self.desk.house, now=self.desk.now())
                return None
            case Kind.THREAD if not scene.channel:
                return None
            case Kind.REDRAW:
                return await redrawn(chat, scene.card, self.card(scene))
            case _:
                notice = await self.notice(taken, scene, chat)
                return await self.say_notice(taken, scene, chat, notice) if notice else None

    def say_notice(self, taken: Delivery, scene: Scene, chat: Chat, notice: Notice) -> Awaitable[MessageRef]:
        """Under the card, to a person, or in a channel."""
        if taken.kind is Kind.THREAD:
            told = naming(f"M-{taken.number}", notice) if scene.card and scene.card.shared else notice
            return chat.post(scene.channel, told, taken.id, scene.card)
        if taken.kind is Kind.POST:
            return chat.post(taken.target, notice, taken.id)
        return chat.tell(taken.target, notice, taken.id)

    def card(self, scene: Scene) -> Card:
        """The card as it should look now."""
        if scene.story is None:
            raise LookupError("a card without a mention")
        return card_of(scene.story, self.desk.house, self.desk.now())

    async def notice(self, taken: Delivery, scene: Scene, chat: Chat) -> Notice | None:
        """The words, drawn from what is so now."""
        if "bundle" in taken.payload:
            return many_wait(await self.desk.db.read(passing.bundled, taken), self.desk.now())
        if scene.story is None:
            return notice_apart(taken.payload)
        link = await self.desk.card_link(taken.number or 0, chat.name) if taken.kind is Kind.PING else ""
        house, now = self.desk.house, self.desk.now()
        return notice_for(About(scene.story, taken.payload, house, now, note=scene.note, by=scene.by, card=link))

    async def say_again(self, taken: Delivery, scene: Scene, chat: Chat) -> bool:
        """After a lost answer: False when the earlier try was found, or is still being looked for."""
        if taken.kind in (Kind.REDRAW, Kind.PING, Kind.TELL):
            return True
        since = taken.unsure_since or taken.first_sent_at or self.desk.now()
        channel = scene.channel or taken.target
        look_for, soon = LOOK_FOR, timedelta(seconds=10)
        try:
            found = await chat.find_posted(channel, taken.id, since, scene.card if taken.kind is Kind.THREAD else None)
        except TryLater as error:
            found, look_for, soon = None, LOOK_FOR_AT_MOST, min(error.after, soon)
        except OutsideError:
            found = None
        if isinstance(found, MessageRef):
            await self.done(taken, found, scene)
            return False
        if self.desk.now() - since < look_for:
            await self.desk.db.write(outbox.finish, taken, DeliveryState.UNKNOWN, due_at=self.desk.now() + soon)
            return False
        log.warning("said_again_after_lost_answer", kind=taken.kind)
        await self.later(taken, timedelta(0), "its answer was lost and it was not found")
        return False

    async def done(self, taken: Delivery, message: MessageRef | None, scene: Scene) -> None:
        """It was said, or need not be."""
        if message and taken.kind in (Kind.CARD, Kind.POST):
            self.rooms.learn(taken, message.channel)
        moved = taken.kind is Kind.REDRAW and message != scene.card
        if (taken.kind is Kind.CARD or moved) and message and scene.story:
            await self.desk.db.write(deliveries.posted, taken, message, scene.story.mention.version)
            await self.all_well(scene.story.mention.account)
            return
        await self.desk.db.write(passing.said, taken, message.id if message else None, self.desk.now())

    async def all_well(self, account: str) -> None:
        """Say it once the last of an account's cards that were refused is shown."""
        if await self.desk.db.write(deliveries.all_cards_shown, account):
            log.info("cards_shown_again", account=account)

    async def not_said(self, taken: Delivery, error: OutsideError) -> None:
        """What to do next, by the kind of failure."""
        await self.try_another_way(taken)
        match error:
            case Unsure():
                soon = self.desk.now() + wait_before(taken.attempt, timedelta(seconds=5))
                await self.desk.db.write(outbox.finish, taken, DeliveryState.UNKNOWN, due_at=soon, trouble=str(error)[:300])
            case TryLater() if await self.rooms.heard(taken, error):
                await self.desk.db.write(back_in_queue, taken, taken.was_due_at or self.desk.now(), str(error)[:300])
            case TryLater():
                await self.later(taken, wait_before(taken.attempt, error.after), str(error))
            case NotThere() if taken.kind is Kind.REDRAW:
                log.warning("card_was_deleted")
                await self.desk.db.write(deliveries.card_lost, taken, self.desk.now())
            case Refused() if taken.kind is Kind.TELL and await self.is_pointless(taken):
                log.warning("staff_not_told", kind=taken.kind, reason=str(error))
                await self.failed(taken, str(error))
            case Refused() | SignInAgain() if taken.kind in MUST_ARRIVE:
                log.error("staff_not_told", kind=taken.kind, reason=str(error))
                await self.tell_leads(taken, error)
                await self.pass_on(taken, error)
                await self.later(taken, AFTER_REFUSAL, str(error))
            case _:
                log.warning("staff_not_told", kind=taken.kind, reason=str(error))
                await self.failed(taken, str(error))

    async def is_pointless(self, taken: Delivery) -> bool:
        """Whether nobody is there to be told, or it was tried for as long as it may take."""
        return taken.is_late(self.desk.now()) or await self.desk.db.read(gone.has_left, taken.target)

    async def try_another_way(self, taken: Delivery) -> None:
        """A ping that the chat has not taken for a while goes its person's next way at once."""
        ping, now = taken.payload.get("ping"), self.desk.now()
        if ping and now - (taken.first_sent_at or now) >= UNREACHED:
            await self.desk.db.write(ways.chat_failed, str(ping), self.desk.house, now)
            await self.desk.peers.wake("escalate")

    async def tell_leads(self, taken: Delivery, error: OutsideError) -> None:
        """A card that cannot be shown is told to the leads, once for each reason."""
        if taken.kind is Kind.CARD and taken.number:
            story = await self.desk.story(f"M-{taken.number}")
            what = f"{story.mention.account} cards"
            house, now = self.desk.house, self.desk.now()
            so = UNSHOWN if len(house.chats) > 1 else accounts.UNHEARD_PUBLIC
            await self.desk.db.write(accounts.in_trouble, what, str(error)[:300], house=house, now=now, so=so)

    async def pass_on(self, taken: Delivery, error: OutsideError) -> None:
        """Whoever is next is pinged at once in the place of one who cannot be told; while nobody can be, other ways are."""
        if "role" in taken.payload:
            house, now = self.desk.house, self.desk.now()
            if isinstance(error, SignInAgain):
                await self.desk.db.write(passing.unreached, taken, house, now=now)
            else:
                await self.desk.db.write(passing.refused, taken, str(error)[:300], house, now=now)
            await self.desk.peers.wake("escalate")

    async def later(self, taken: Delivery, wait: timedelta, why: str) -> None:
        """Back in the queue."""
        at = self.desk.now() + wait
        await self.desk.db.write(back_in_queue, taken, at, why[:300])

    async def failed(self, taken: Delivery, why: str) -> None:
        """Never mind: it only helped."""
        await self.desk.db.write(outbox.finish, taken, DeliveryState.FAILED, trouble=why[:300])


async def redrawn(chat: Chat, message: MessageRef | None, card: Card) -> MessageRef | None:
    """Draw a card again, and where it is now; None when it was never posted."""
    return (await chat.redraw(message, card) or message) if message is not None else None


def naming(ref: str, notice: Notice) -> Notice:
    """The words, beginning with the mention they are about: what they stand under holds several."""
    first = notice.body[0] if notice.body else ()
    if isinstance(first, Quote | Code | Picture):
        return replace(notice, body=((Strong(f"{ref}:"),), *notice.body))
    return replace(notice, body=((Strong(f"{ref}: "), *first), *notice.body[1:]))


back_in_queue = deliveries.try_again
