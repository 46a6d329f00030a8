"""One look at what is due: the rota and the policies as they are at that moment, each asked for once."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from bot import words
from bot.delivery import Kind, Rank
from bot.duty.escalation import CHANNEL, NAG_EVERY, ROLES, Policy
from bot.duty.rota import DutyRole, Rota
from bot.house import House
from bot.mention import Mention
from bot.store import mentions
from bot.store.duty import escalations, pings, rota
from bot.store.duty.escalations import Waiting
from bot.store.duty.pings import Ping
from bot.store.replying import asked
from bot.store.sending import outbox, outbox_many
from bot.store.sending.outbox import Wanted
from bot.words.asked import AS_ROLE


class Tick:
    """A transaction's view of who is on duty and which policies there are."""

    def __init__(self, conn: Connection, house: House, now: datetime) -> None:
        self.conn, self.house, self.now = conn, house, now
        self._on_duty: dict[DutyRole, tuple[str, ...]] = {}
        self._comes_on: dict[str, datetime] = {}
        self._policies: dict[str, Policy] = {}
        self._of_today: dict[tuple[str, str, bool], Policy] = {}

    @cached_property
    def rota(self) -> Rota:
        """The rota now."""
        return rota.snapshot(self.conn, self.house, self.now)

    @cached_property
    def with_approvers(self) -> frozenset[int]:
        """The mentions to which a reply waits for approval: their owners have done what was theirs to do."""
        return asked.waited_for(self.conn)

    def on_duty(self, role: DutyRole) -> tuple[str, ...]:
        """Who has a role now."""
        if role not in self._on_duty:
            self._on_duty[role] = self.rota.on_duty(role, self.now)
        return self._on_duty[role]

    def comes_on(self, who: str) -> datetime:
        """When somebody has a role that nobody has now; a day from now at the latest."""
        if who not in self._comes_on:
            role, latest = DutyRole(who), self.now + NAG_EVERY
            turns = () if self.on_duty(role) else self.rota.turns(role, self.now, latest)
            self._comes_on[who] = min((turn.start for turn in turns if turn.person), default=latest)
        return self._comes_on[who]

    def kept(self, waiting: Waiting) -> Policy | None:
        """The policy a mention was armed with; None for an old row."""
        if waiting.policy is None:
            return None
        if waiting.policy not in self._policies:
            self._policies[waiting.policy] = Policy.from_json(json.loads(waiting.policy))
        return self._policies[waiting.policy]

    def policy(self, waiting: Waiting) -> Policy:
        """The policy a mention is climbed by: the one it was armed with, or the one it would be armed with now."""
        kept, mention = self.kept(waiting), waiting.mention
        if kept and escalations.is_kept(kept, mention, self.house):
            return kept
        alike = (mention.account, mention.priority, mention.private)
        if alike not in self._of_today:
            self._of_today[alike] = escalations.policy_for(self.conn, mention, self.house)
        return self._of_today[alike]

    def show(self, made: Iterable[Ping], shadows: Sequence[str]) -> None:
        """Those who learn by looking on get a copy of what the duty officer gets, and are not waited for."""
        copies = [
            copy(one, shadow)
            for one in made
            for shadow in shadows
            if one.asked.role == DutyRole.DUTY and one.bundle is None and shadow != one.asked.person
        ]
        outbox_many.queue_all(self.conn, copies, self.now)

    def show_everywhere(self, made: Iterable[Ping]) -> None:
        """What the channel is pinged with is said in the channel of every chat; the first one's is waited for."""
        copies = [copy for one in made if one.asked.role == CHANNEL for copy in self.in_other_chats(one)]
        outbox_many.queue_all(self.conn, copies, self.now)

    def in_other_chats(self, one: Ping) -> Iterator[Wanted]:
        """The same for the channel of each chat but the first."""
        asked = one.asked
        for chat in self.house.chats[1:]:
            if one.bundle is not None:
                key, told = f"{pings.bundle_key(asked.person, one.bundle)}:{chat}", {"what": "bundle", "bundle": one.bundle}
                after, said = pings.leaves_after(one.bundle, self.now), {**told, "chat": chat}
                yield Wanted(key, Kind.POST, key, Rank.ESCALATION, None, asked.person, said, after=after)
            elif channel := self.channel_in(chat, asked.number or 0):
                key, said = f"ping:{one.id}:{chat}", {**asked.payload, "chat": chat}
                yield Wanted(key, Kind.POST, key, Rank.ESCALATION, asked.number, channel, said)

    def channel_in(self, chat: str, number: int) -> str:
        """The channel of a mention in one chat."""
        return mentions.channel_of(self.conn, mentions.find(self.conn, f"M-{number}"), self.house, chat)

    def tell_nobody_is_on(self, skipped: Iterable[str]) -> None:
        """Each lead hears that a role people take in turn is held by nobody: once a day."""
        roles = ROLES.intersection(skipped)
        day = self.now.astimezone(self.house.zone).date()
        unmanned = roles.intersection(self.rota.plan.roles) if roles else ()
        for role in (one for one in unmanned if not self.on_duty(DutyRole(one))):
            text = (
                f"Nobody is on duty {AS_ROLE[role]} just now, so pings go straight on to the next. "
                f"To see who is on when, and put somebody on: {words.typed('rota')}"
            )
            for lead in self.house.leads:
                key = f"nobody:{role}:{day}:{lead}"
                self.tell(key, lead, text)

    def tell_nobody_heard(self, waiting: Iterable[Mention]) -> None:
        """Nobody on a ladder could be asked: each lead hears which mention waits, else a channel does; once a day."""
        day = self.now.astimezone(self.house.zone).date()
        leads = [lead for lead in self.house.leads if lead not in self.rota.gone]
        for mention in waiting:
            text = (
                f"{mention.ref} waits, and nobody who should be pinged about it could be asked. "
                f"To look at it: {words.typed('show', mention.number)}"
            )
            for lead in leads:
                self.tell(f"unheard:{mention.number}:{day}:{lead}", lead, text)
            if not leads and (channel := self.channel_for(mention)):
                self.post(f"unheard:{mention.number}:{day}", channel, text)

    def channel_for(self, mention: Mention) -> str:
        """Where staff can be told that a mention waits, though not what it says."""
        channels = (account.channel for account in self.house.accounts.values())
        return self.house.account_of(mention).channel or next((channel for channel in channels if channel), "")

    def post(self, key: str, channel: str, text: str) -> None:
        """A word in a channel that belongs to no mention, in every chat."""
        said = {"text": words.spelled(text, self.house.commands)}
        outbox.post_everywhere(
            self.conn, Wanted(key, Kind.POST, key, Rank.ACTION, None, channel, said), self.house, self.now
        )

    def tell(self, key: str, person: str, text: str) -> None:
        """A private word that belongs to no mention."""
        said = {"text": words.spelled(text, self.house.commands)}
        outbox.queue(self.conn, Wanted(key, Kind.TELL, key, Rank.ACTION, None, person, said), self.now)


def copy(one: Ping, shadow: str) -> Wanted:
    """What a duty officer is pinged with, for somebody who looks on."""
    key = f"shadow:{one.id}:{shadow}"
    payload = {**one.asked.payload, "what": "shadow", "role": DutyRole.SHADOW, "by": one.asked.person}
    return Wanted(key, Kind.TELL, key, Rank.ESCALATION, one.asked.number, shadow, payload)
