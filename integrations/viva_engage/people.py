"""Who somebody is in Viva Engage and what they may do: by id and e-mail, never by name; kept five minutes."""

from collections.abc import Iterable, Mapping

import structlog

from bot.command import Role, Staff
from bot.errors import NotThere, NotYours, OutsideError
from bot.ports import Clock, Known, Memory
from bot.settings import CoreSettings
from integrations.fresh import Fresh
from integrations.viva_engage import says
from integrations.viva_engage.client import Engage
from integrations.viva_engage.parse import User

LEADS_NAMED = 3

log = structlog.get_logger()


class People:
    """The network's people, as of at most five minutes ago.

    Somebody whose e-mail stands in ``[[people]]`` is staff by the id there. Nobody else is where another chat is set up too
    (``others``): they would be two people, one of whom could approve what the other wrote. Where this is the only chat, the
    digits of their user id are their staff id. Nobody becomes somebody else by another answer of Viva Engage: which staff id
    a user has is remembered.
    """

    def __init__(self, engage: Engage, core: CoreSettings, clock: Clock, *, others: bool, memory: Memory) -> None:
        self._engage, self._others, self._memory = engage, others, memory
        self._email_of = {one.id: one.email.get_secret_value().lower() for one in core.people if one.email}
        self._staff_of = without_doubles((email, id) for id, email in self._email_of.items())
        self._leads = core.roles.lead
        named = (holder for table in core.approval for holder in table.people)
        self._watched = frozenset(holder for holder in named if is_group(holder))
        self._holders: Mapping[Role, tuple[str, ...]] = {
            Role.LEAD: core.roles.lead,
            Role.DUTY: (*core.roles.duty, *core.duty.officers),
            Role.APPROVER: core.roles.approver,
            Role.ADMIN: core.roles.admin,
            Role.PUBLISHER: core.staff.may_reply,
            Role.TRAINEE: core.roles.trainee,
        }
        self._users: Fresh[int, User] = Fresh(clock)
        self._by_email: Fresh[str, User | None] = Fresh(clock)
        self._members: Fresh[int, frozenset[int]] = Fresh(clock)
        self._ids: dict[str, int] = {}
        """The user id of each staff id that was ever looked up."""
        self._was: dict[int, str] = {}
        """The staff id of each user who was told from others, as it is remembered."""

    def reaches(self, staff: str) -> bool:
        """Whether an id can be one of the people here, by the settings alone."""
        return staff in self._email_of or (staff.isdigit() and not self._others)

    async def who_sent(self, user: int) -> Staff:
        """The member of staff a user is. Raises NotYours for anyone else, OutsideError when Viva Engage does not say."""
        return await self._as_staff(await self._own(user))

    async def person(self, staff: str) -> Staff:
        """Who this is, with roles. Raises NotYours for anyone who is not full staff here, and OutsideError."""
        found = await self._as_staff(await self._own(await self.user_id(staff)))
        if found.id != staff:
            raise await self.refusal()
        return found

    async def user_id(self, staff: str) -> int:
        """Their number here. Raises NotYours where they have none, and OutsideError."""
        if staff in self._email_of:
            found = await self._called(self._email_of[staff])
            if found is None:
                raise await self.refusal()
            self._ids[staff] = found.id
            return found.id
        if not self.reaches(staff):
            raise await self.refusal()
        return int(staff)

    def known_id(self, staff: str) -> int | None:
        """The same without a call; None where that would take one."""
        return self._ids.get(staff) or (int(staff) if staff not in self._email_of and self.reaches(staff) else None)

    async def knows(self, staff: str) -> Known:
        """Whether there is such an account, asked anew. Raises OutsideError: of all refusals only "nobody" says so."""
        if not self.reaches(staff):
            return Known.UNKNOWN
        self.forget(staff)
        try:
            user = await self._called(self._email_of[staff]) if staff in self._email_of else await self._user(int(staff))
        except NotThere:
            return Known.UNKNOWN
        if user is None:
            return Known.UNKNOWN
        return Known.OPEN if user.is_active else Known.CLOSED

    def forget(self, staff: str) -> None:
        """Ask anew about somebody."""
        if email := self._email_of.get(staff):
            self._by_email.forget(email)
        if (id := self.known_id(staff)) is not None:
            self._users.forget(id)

    async def is_member(self, group: int, staff: str) -> bool:
        """Whether somebody is in a community, as of at most five minutes ago. False on doubt."""

        async def ask() -> frozenset[int]:
            return await self._engage.members(group, patient=True)

        try:
            return await self.user_id(staff) in await self._members.get(group, ask)
        except NotYours:
            return False
        except OutsideError as error:
            log.info("viva_engage_membership_unknown", community=group, reason=str(error))
            return False

    async def refusal(self, why: str = says.OUTSIDER) -> NotYours:
        """What somebody is told who may not use the bot, and who can help."""
        return NotYours(f"{why} {says.ask_instead(await self._names_of_leads())}")

    async def _user(self, user: int, *, patient: bool = True) -> User:
        async def ask() -> User:
            return await self._engage.user(user, patient=patient)

        return await self._users.get(user, ask)

    async def _called(self, email: str, *, patient: bool = True) -> User | None:
        """The one user with this e-mail, as Viva Engage itself has it."""

        async def ask() -> User | None:
            return await self._engage.by_email(email, patient=patient)

        return await self._by_email.get(email, ask)

    async def _own(self, id: int) -> User:
        """Raises NotYours for nobody, a guest of another network, one who has left, and the service user itself."""
        try:
            user, me = await self._user(id), await self._engage.me(patient=True)
        except NotThere as error:
            raise await self.refusal() from error
        if not user.is_active or user.id == me.id or not user.network or user.network != me.network:
            raise await self.refusal()
        return user

    async def _as_staff(self, user: User) -> Staff:
        """Raises NotYours for one whose staff id nobody can tell for certain, and Busy."""
        if self._email_of and not user.email:
            self._users.forget(user.id)
            raise await self.refusal(says.NO_EMAIL)
        staff = self._staff_of.get(user.email, "") if user.email else ""
        if staff:
            one = await self._called(user.email)
            if one is None or one.id != user.id:
                log.warning("viva_engage_email_of_two", staff=staff)
                raise await self.refusal(says.NOT_ALONE)
        elif self._others:
            raise await self.refusal(says.NOT_LISTED)
        elif str(user.id) in self._email_of or user.email in self._email_of.values():
            raise await self.refusal()
        staff = staff or str(user.id)
        await self._is_as_before(user.id, staff)
        self._ids[staff] = user.id
        roles = frozenset(role for role, holders in self._holders.items() if holds(staff, role, holders))
        return Staff(staff, user.name, roles, self._watched)

    async def _is_as_before(self, user: int, staff: str) -> None:
        """Raises NotYours for a user who was somebody else before, unless the settings made them who they are now."""
        name = f"staff:{user}"
        before = self._was.get(user) or await self._memory.recall(name)
        if before not in (None, staff):
            is_by_settings = staff in self._email_of and before not in self._email_of
            log.warning("viva_engage_staff_id_changed", user=user, before=before, now=staff, taken=is_by_settings)
            if not is_by_settings:
                self._users.forget(user)
                raise await self.refusal(says.NOT_AS_BEFORE)
        if self._was.get(user) != staff:
            await self._memory.keep(name, staff)
            self._was[user] = staff

    async def _names_of_leads(self) -> list[str]:
        names = []
        for lead in [lead for lead in self._leads if self.reaches(lead)][:LEADS_NAMED]:
            try:
                email = self._email_of.get(lead)
                user = await (self._called(email, patient=False) if email else self._user(int(lead), patient=False))
            except OutsideError:
                continue
            if user:
                names.append(user.name)
        return names


def is_group(holder: str) -> bool:
    """Whether the settings name a user group of another chat: who is in it cannot be looked up here."""
    return holder.startswith("S")


def holds(staff: str, role: Role, holders: Iterable[str]) -> bool:
    """By name. What takes away is held on doubt: nobody escapes approval by asking here."""
    return staff in holders or (role is Role.TRAINEE and any(is_group(holder) for holder in holders))


def without_doubles(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Staff ids by e-mail, without an e-mail that stands with two of them: nobody could say who wrote."""
    ids: dict[str, list[str]] = {}
    for email, id in pairs:
        ids.setdefault(email, []).append(id)
    for shared in (found for found in ids.values() if len(found) > 1):
        log.warning("people_share_an_email", staff=shared)
    return {email: found[0] for email, found in ids.items() if len(found) == 1}
