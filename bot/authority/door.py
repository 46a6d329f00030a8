"""Who stands before the desk: what they may read and do, looked up only as far as it matters, and whom they can ask."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot import chats
from bot.authority import Deed, NotPermitted, Subject, Who, authorise, permits, subject_of
from bot.command import Command, Place, Role, Staff
from bot.duty.rota import DutyRole, Rota
from bot.elsewhere import Elsewhere
from bot.errors import OutsideError
from bot.house import House
from bot.mention import Action, Mention
from bot.ports import Chat, Clock
from bot.store import mentions
from bot.store.duty import gone, pinging, rights_rows, rota
from bot.store.executor import Database

log = structlog.get_logger()
NAMED = 3
"""As many names as a refusal holds."""
GROUPS = {Who.LEAD: "a member of the team leads’ group", Who.APPROVER: "a member of the approvers’ group"}


class Door:
    """What the desk knows of whoever asks. A fact is looked up once those before it did not suffice; no on doubt."""

    def __init__(self, database: Database, clock: Clock, *, house: House, restricted: bool = False) -> None:
        self.db = database
        self.clock = clock
        self.house = house
        self.restricted = restricted
        """Whether only those named in the settings may publish."""
        self.chats: dict[str, Chat] = {}
        self.elsewhere = Elsewhere()
        """What is asked of another chat than the one somebody waits in."""

    def now(self) -> datetime:
        """Now: aware, UTC."""
        return self.clock.now()

    def spelling(self, at: Place) -> Mapping[str, str]:
        """How commands are typed where something was asked."""
        chat = self.chats.get(at.chat)
        return (chat.manner.commands if chat else {}) or self.house.commands

    async def rota(self) -> Rota:
        """Whoever is on duty when, as it stands now."""
        return await self.db.read(rota.snapshot, self.house, self.now())

    async def admit(self, command: Command, mention: Mention) -> None:
        """Let through a lead, one who is pinged about the mention, or a member of its channel. Raises NotYours."""
        authorise(command.by, Deed.READ, await self.reader(command, mention))

    async def may_read(self, command: Command, mention: Mention) -> bool:
        """Whether the person may read and act on a mention; no on doubt. A private one only where it is shown, or held."""
        return permits(command.by, Deed.READ, await self.reader(command, mention))

    async def reader(self, command: Command, mention: Mention) -> Subject:
        """A mention with as many facts about whoever asks as it takes to let them read it."""
        known = subject_of(mention, is_held=self.house.is_held(mention), is_restricted=self.restricted)
        if permits(command.by, Deed.READ, known):
            return known
        channel = await self.db.read(mentions.channel_of, mention, self.house, command.at.chat)
        known = replace(known, channel=channel, is_member=bool(channel) and await self.in_channel(command, channel))
        if known.is_member or (known.is_private and not known.is_held):
            return known
        return replace(known, is_pinged=await self.concerns(mention, command.by.id))

    async def concerns(self, mention: Mention, person: str) -> bool:
        """Whether a person was pinged about a mention, or would be now, or answers for a right that it claims."""
        pinged = await self.db.read(pinging.concerns, mention, person, house=self.house, now=self.now())
        return pinged or await self.db.read(rights_rows.is_theirs, mention.number, person)

    async def in_channel(self, command: Command, channel: str) -> bool:
        """Whether the person is in the channel; no on doubt."""
        try:
            return await self.is_member(channel, command.by.id, command.at)
        except OutsideError as error:
            log.warning("membership_not_known", reason=str(error))
            return False

    async def is_member(self, channel: str, staff: str, at: Place) -> bool:
        """Whether somebody is in the channel, in any chat: first where it is asked. Raises OutsideError on doubt."""
        return await chats.is_member(self.chats, channel, staff, at=at, elsewhere=self.elsewhere)

    async def person(self, staff: str, at: Place) -> Staff:
        """Who somebody is, by the first chat that has them as staff. Raises NotYours, OutsideError."""
        return await chats.person(self.chats, staff, at, self.elsewhere)

    def overrides(self, staff: Staff) -> bool:
        """Whether the person may act on what somebody else holds."""
        return permits(staff, Deed.HOLD, Subject())

    async def may_release(self, staff: Staff) -> bool:
        """Whether the person may put back what somebody else holds: leads, and whoever is on duty."""
        return self.overrides(staff) or permits(staff, Deed.PUT_BACK, Subject(is_on_duty=await self.is_on_duty(staff)))

    async def is_on_duty(self, staff: Staff) -> bool:
        """Whether the person is a duty officer: by the settings always, by the rota while it is their turn."""
        return staff.has(Role.DUTY) or staff.id in (await self.rota()).on_duty(DutyRole.DUTY, self.now())

    def require_publisher(self, staff: Staff, ref: str) -> None:
        """Raise NotYours for one who may not write to the public. Whether it needs approval is asked when it is sent."""
        authorise(staff, Deed.WRITE, Subject(ref, is_restricted=self.restricted))

    def require(self, staff: Staff, wanted: Deed | Action, about: Subject | None = None) -> None:
        """Raise NotYours, which says who can, for one who may not; what the subject does not say counts against them."""
        authorise(staff, wanted, about or Subject())

    # --- whom to ask instead -------------------------------------------------------------------------------------

    async def told(self, refusal: NotPermitted, asker: str) -> str:
        """A refusal with the names of those who can, as far as the settings name them and the chat has."""
        people = [person for person in await self.who_can(refusal.ask) if person != asker]
        names = await self.db.read(mentions.names, set(people))
        known = [names[person] for person in people if names[person] != person][:NAMED]
        groups = [GROUPS[who] for who in refusal.ask if self.has_group(who)]
        return refusal.naming(" or ".join([", ".join(known), *groups] if known else groups))

    async def who_can(self, ask: Iterable[Who]) -> tuple[str, ...]:
        """Those the settings name who are still here, and those on duty now, by id."""
        named: dict[Who, tuple[str, ...]] = {Who.LEAD: self.house.leads, Who.APPROVER: self.house.approvers}
        if Who.DUTY in ask:
            now = (await self.rota()).on_duty(DutyRole.DUTY, self.now())
            named[Who.DUTY] = tuple(now)
        left = await self.db.read(gone.everybody)
        return tuple(dict.fromkeys(one for who in ask for one in named.get(who, ()) if one not in left))

    def has_group(self, who: Who) -> bool:
        """Whether the settings give a role to a group of the chat."""
        return self.house.lead_groups if who is Who.LEAD else self.house.approver_groups and who is Who.APPROVER
