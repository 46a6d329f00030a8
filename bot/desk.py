"""The desk: the few things a handler may touch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from bot import words
from bot.authority.door import Door
from bot.command import Command, Place, Staff
from bot.errors import NotAllowed, NotYours, OutsideError
from bot.house import House
from bot.mention import Mention, Move
from bot.ports import Clock, Item, Known, MessageRef, Messenger, Network, Peers, Way
from bot.pulse import Pulse
from bot.reply import Written
from bot.store import mentions, moves, switch
from bot.store.duty import escalations, gone, passing, pinging
from bot.store.duty.passing import PassedOn
from bot.store.executor import Database
from bot.store.intake import arrivals
from bot.store.intake.corrections import Intake, Taken
from bot.store.moves import Made
from bot.store.proof import record
from bot.store.reading import queue
from bot.store.replying import replies
from bot.store.sending import recovery
from bot.store.switch import Stop
from bot.story import Story

log = structlog.get_logger()
ALONE = 60.0
"""Seconds for which the only chat is waited for: whoever asks is in it."""


class Desk(Door):
    """Reads and changes mentions, and knows who may do what. One for the life of a running bot."""

    def __init__(self, database: Database, clock: Clock, *, house: House, peers: Peers, restricted: bool = False) -> None:
        super().__init__(database, clock, house=house, restricted=restricted)
        self.peers = peers
        self.networks: dict[str, Network] = {}
        self.messengers: dict[Way, Messenger] = {}
        self.pulse = Pulse(clock)
        """When each loop of this copy last went round."""
        self._met: dict[str, str] = {}

    async def make(self, move: Move) -> Made:
        """Make one move and wake what must tell the world. Raises UserError when it cannot be made."""
        made = await self.db.write(moves.make, move, house=self.house, now=self.now())
        if made.changed:
            await self.peers.wake("deliver")
        return made

    async def would(self, move: Move) -> None:
        """Raise what ``make`` would raise now, changing nothing."""
        await self.db.read(allowed, move, self.now())

    async def story(self, ref: str) -> Story:
        """A mention with all that belongs to it. Raises NoSuchMention."""
        return await self.db.read(mentions.story, ref)

    async def keep_draft(self, mention: Mention, by: str, written: Written) -> str:
        """Keep what a person has written so far; returns the draft's id."""
        return await self.db.write(replies.keep_draft, mention, by, written=written, now=self.now())

    async def take_in(self, items: Sequence[Item], account: str, delivery_id: str = "") -> Taken:
        """Store what the public said. Returns once it is durable."""
        intake = Intake(self.house.accounts[account], self.house, self.now())
        taken = await self.db.write(arrivals.take_in, items, intake, delivery_id)
        if taken.new or taken.added or taken.changed:
            log.info("mentions_received", account=account, new=taken.new, added=taken.added, changed=taken.changed)
            await self.peers.wake("deliver")
        return taken

    def account_called(self, own_id: str, like: str) -> str:
        """The account that a network calls so, on the same network as another; empty when there is none."""
        network, known = self.house.accounts[like].network, self.house.accounts
        same = (name for name, one in self.networks.items() if name in known and own_id and one.own_id == own_id)
        return next((name for name in same if known[name].network == network), "")

    async def events(self, ref: str) -> Sequence[Mapping[str, object]]:
        """The record of a mention, oldest first."""
        return [dict(row) for row in await self.db.read(record.events_of, ref)]

    async def names(self, ids: set[str]) -> dict[str, str]:
        """Staff names by id."""
        return await self.db.read(mentions.names, ids)

    async def report(self, *, owner: str = "", channel: str = "") -> queue.Report:
        """What is open, in the order it should be looked at."""
        return await self.db.read(queue.report, self.now(), self.house, queue.Narrow(owner, channel))

    async def unclaimed(self, after: int, limit: int = 50) -> Sequence[Mention]:
        """Mentions nobody has, in the order to look at them, from the ``after``-th on."""
        return await self.db.read(queue.unclaimed, after, limit)

    async def readable(self, command: Command, found: Sequence[Mention]) -> frozenset[str]:
        """The references of those the person may read."""
        return frozenset([mention.ref for mention in found if await self.may_read(command, mention)])

    async def stopped(self) -> Stop | None:
        """Who stopped publishing and when; None while it goes on."""
        return await self.db.read(switch.stopped)

    async def stop(self, by: str, why: str) -> bool:
        """Stop everything public, in every copy; False when it was stopped already."""
        done = await self.db.write(switch.stop, by, why, house=self.house, now=self.now())
        await self.peers.wake("deliver")
        return done

    async def start(self, by: str) -> str:
        """Let publishing go on; returns who else is waited for: a second lead, or nobody. Raises NotAllowed."""
        waits = await self.db.write(switch.start, by, house=self.house, now=self.now())
        await self.peers.wake("deliver")
        return waits

    async def next_waiting(self, besides: int = 0) -> str | None:
        """The unclaimed mention that has waited longest against its target."""
        return await self.db.read(moves.next_waiting, besides)

    # --- who is asking, and where --------------------------------------------------------------------------------

    async def meet(self, staff: Staff) -> None:
        """Keep a person's newest name, for cards and the record."""
        if self._met.get(staff.id) != staff.name:
            await self.db.write(mentions.meet, staff.id, staff.name)
            self._met[staff.id] = staff.name

    def forget(self, person: str) -> None:
        """Meet them anew, should they come back."""
        self._met.pop(person, None)

    async def knows(self, person: str, patience: float = 0) -> Known | None:
        """What the chats that may have somebody have under their id: one where they are is enough. None on doubt: a chat
        that cannot be asked, or not within ``patience`` seconds, makes nobody leave, nor do chats that know no such ids.
        """
        patience = patience or (ALONE if len(self.chats) == 1 else 0)
        found: set[Known | None] = set()
        for chat in [one for one in self.chats.values() if one.manner.reaches(person)]:
            try:
                ask = partial(chat.knows, person)
                found.add(await self.elsewhere.ask(chat, ("knows", person), ask, patience=patience))
            except OutsideError:
                found.add(None)
        if Known.OPEN not in found and None in found:
            return None
        return next((known for known in Known if known in found), None)

    async def has_left(self, person: str) -> bool:
        """Whether somebody has left, asking the chats too."""
        return await self.db.read(gone.has_left, person) or await self.knows(person) in (Known.CLOSED, Known.UNKNOWN)

    async def ref_at(self, place: Place) -> str:
        """The mention whose card or thread this is; empty elsewhere."""
        if place.ref or not (place.thread or place.message):
            return place.ref
        return await self.db.read(mentions.under, place.chat, place.channel, place.thread or place.message)

    async def require_known(self, command: Command) -> None:
        """Raise NotAllowed for a button or form on a message from before a restore: its number may be another's now."""
        at, ref = command.at, command.at.ref or command.text.partition(" ")[0]
        is_old = bool(at.message) and await self.db.read(recovery.is_from_before, at, ref)
        if is_old:
            raise NotAllowed(recovery.FROM_BEFORE)

    async def admitted(self, command: Command, ref: str) -> Story:
        """The mention with all that belongs to it, for one who may act on it; see ``admit``."""
        story = await self.story(ref)
        await self.admit(command, story.mention)
        return story

    async def find(self, ref: str) -> Mention:
        """A mention's own row. Raises NoSuchMention."""
        return await self.db.read(mentions.find, ref)

    async def would_be_pinged(self, mention: Mention) -> tuple[str, ...]:
        """Everybody who would be pinged about a mention now, in order."""
        return await self.db.read(pinging.would_be_pinged, mention, self.house, self.now())

    async def next_ping(self, mention: Mention) -> datetime | None:
        """When somebody is pinged about a mention next; None when nobody will be."""
        return await self.db.read(escalations.due_at, mention.number)

    async def pass_on(self, ref: str, by: str, key: str) -> PassedOn:
        """Ask the next in turn in the place of somebody who is not available."""
        passed = await self.db.write(passing.pass_on, ref, by, self.house, now=self.now(), key=key)
        await self.peers.wake("deliver")
        return passed

    async def colleague(self, command: Command, staff: str, channel: str) -> Staff:
        """A full member of staff who can see the channel, in this chat or another. Raises NotYours, for whoever asked."""
        try:
            person = await self.person(staff, command.at)
            if channel and not await self.is_member(channel, staff, command.at):
                raise NotYours(words.cannot_be_given(channel))
        except (NotYours, OutsideError) as error:
            raise NotYours(words.cannot_be_given(channel)) from error
        await self.meet(person)
        return person

    async def card_link(self, number: int, chat: str) -> str:
        """Where a person can open a mention's card; empty when that is not known."""
        at: MessageRef | None = await self.db.read(mentions.card_of, number, chat)
        try:
            return await self.chats[chat].link_to(at) if at and chat in self.chats else ""
        except OutsideError:
            return ""


def allowed(conn: Connection, move: Move, now: datetime) -> None:
    """Raise what making the move would raise, for an answer as if it were claimed first."""
    before = mentions.find(conn, move.ref)
    if move.action in moves.ANSWERS and before.owner is None and before.is_open:
        return
    if not moves.nothing_to_do(before, move):
        moves.judge(conn, before, move, now)
