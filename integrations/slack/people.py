"""Who somebody is in Slack, what they may do, and which channels there are: looked up live, kept five minutes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from bot.command import Role, Staff
from bot.errors import NotYours, OutsideError, Refused, Unsure
from bot.ports import Clock, Known
from bot.settings import CoreSettings
from integrations.fresh import Fresh
from integrations.slack import words
from integrations.slack.calls import Calls
from integrations.slack.failures import NobodyThere

USER_ID = re.compile(r"^[UW][A-Z0-9]{2,}$")
CHANNEL_ID = re.compile(r"^[CGD][A-Z0-9]{2,}$")
LEADS_NAMED = 3

log = structlog.get_logger()

Json = Mapping[str, Any]


class People:
    """The workspace's people, groups and channels, as of at most five minutes ago."""

    def __init__(self, calls: Calls, core: CoreSettings, clock: Clock) -> None:
        self.team = ""
        """Our workspace's id, once signed in."""
        self._calls = calls
        self._leads = core.roles.lead
        self._holders: Mapping[Role, tuple[str, ...]] = {
            Role.LEAD: core.roles.lead,
            Role.DUTY: (*core.roles.duty, *core.duty.officers),
            Role.APPROVER: core.roles.approver,
            Role.ADMIN: core.roles.admin,
            Role.PUBLISHER: core.staff.may_reply,
            Role.TRAINEE: core.roles.trainee,
        }
        self._watched = frozenset(holder for table in core.approval for holder in table.people if holder.startswith("S"))
        self._users: Fresh[str, Json] = Fresh(clock)
        self._groups: Fresh[str, frozenset[str]] = Fresh(clock)
        self._members: Fresh[str, frozenset[str]] = Fresh(clock)
        self._channels: Fresh[str, Mapping[str, str]] = Fresh(clock)
        self._unreadable: set[str] = set()
        self._resolved: dict[str, str] = {}
        """Every channel name that was ever found, so that renaming a channel does not lose it."""
        self._renamed: set[str] = set()

    @property
    def configured(self) -> frozenset[str]:
        """Every user and group id the settings give a role to."""
        return self._watched | frozenset(holder for holders in self._holders.values() for holder in holders)

    async def person(self, staff: str) -> Staff:
        """Who this is, with roles. Raises NotYours for anyone who is not full staff, OutsideError when Slack is away."""
        self.team = self.team or (await self._calls.identity()).team
        try:
            user = await self.user(staff)
        except Refused:
            user = {}
        if not is_full_member(user, self.team):
            raise await self.refusal()
        roles = [role for role, holders in self._holders.items() if await self._holds(staff, role, holders)]
        return Staff(staff, name_of(user), frozenset(roles), await self._among(staff, self._watched, on_doubt=True))

    async def knows(self, staff: str) -> Known:
        """Whether there is such an account, asked anew. Raises OutsideError: of all refusals only "nobody" says so."""
        self.forget(staff)
        try:
            user = await self.user(staff)
        except NobodyThere:
            return Known.UNKNOWN
        if not user.get("id"):
            raise Unsure("Slack gave no clear answer about a person")
        return Known.CLOSED if user.get("deleted") else Known.OPEN

    async def refusal(self) -> NotYours:
        """What somebody is told who may not use the bot, and who can help."""
        return NotYours(f"{words.OUTSIDER} {words.ask_instead(await self._names_of_leads())}")

    async def user(self, staff: str) -> Json:
        """What Slack says of somebody. Raises Refused for nobody."""

        async def ask() -> Json:
            user = (await self._calls.read("users.info", quick=True, user=staff)).get("user")
            return user if isinstance(user, dict) else {}

        return await self._users.get(staff, ask)

    def forget(self, staff: str) -> None:
        """Ask Slack anew about somebody."""
        self._users.forget(staff)

    async def group(self, group: str) -> frozenset[str]:
        """Who is in a user group. A group that cannot be read has nobody in it, which is said once in the log."""

        async def ask() -> frozenset[str]:
            try:
                answer = await self._calls.read("usergroups.users.list", quick=True, usergroup=group)
            except OutsideError as error:
                if group not in self._unreadable:
                    self._unreadable.add(group)
                    log.warning("slack_group_unreadable", group=group, reason=str(error))
                return frozenset()
            if group in self._unreadable:
                self._unreadable.discard(group)
                log.info("slack_group_readable_again", group=group)
            return frozenset(answer.get("users") or ())

        return await self._groups.get(group, ask)

    def is_unreadable(self, group: str) -> bool:
        """Whether the group could not be read when last tried."""
        return group in self._unreadable

    async def is_member(self, channel: str, staff: str) -> bool:
        """Whether somebody is in a channel, given by id or name. False on doubt."""
        try:
            return staff in await self.members(await self.channel_id(channel))
        except OutsideError as error:
            log.info("slack_membership_unknown", channel=channel, reason=str(error))
            return False

    async def members(self, channel: str) -> frozenset[str]:
        """Who is in a channel, by its id. Raises as ``Calls.read``."""

        async def ask() -> frozenset[str]:
            pages = self._calls.pages("conversations.members", quick=True, channel=channel)
            return frozenset([member async for page in pages for member in page.get("members") or ()])

        return await self._members.get(channel, ask)

    async def channel_id(self, channel: str) -> str:
        """The id of a channel given by id or by name, with or without ``#``. Raises Refused when there is none."""
        if CHANNEL_ID.match(channel):
            return channel
        name = channel.removeprefix("#").lower()
        for _ in range(2):
            if found := (await self._channels.get("", self._ask_for_channels)).get(name):
                self._resolved[name] = found
                return found
            if known := self._resolved.get(name):
                self._say_renamed(name, known)
                return known
            self._channels.forget("")  # it may be newer than the list
        raise Refused(words.no_such_channel(name))

    def _say_renamed(self, name: str, id: str) -> None:
        if name not in self._renamed:
            self._renamed.add(name)
            log.warning("slack_channel_renamed", setting=name, id=id, cure=words.RENAMED)

    async def _ask_for_channels(self) -> Mapping[str, str]:
        pages = self._calls.pages("conversations.list", types="public_channel,private_channel", exclude_archived="true")
        return {
            str(channel.get("name")): str(channel["id"]) async for page in pages for channel in page.get("channels") or ()
        }

    async def _holds(self, staff: str, role: Role, holders: Iterable[str]) -> bool:
        """By name or by a group that could be read; a role that takes away is held on doubt."""
        if staff in holders:
            return True
        groups = [holder for holder in holders if holder.startswith("S")]
        return bool(await self._among(staff, groups, on_doubt=role is Role.TRAINEE))

    async def _among(self, staff: str, groups: Iterable[str], *, on_doubt: bool) -> frozenset[str]:
        """The groups somebody is in; on doubt those too that could not be read."""
        return frozenset([g for g in groups if staff in await self.group(g) or (on_doubt and self.is_unreadable(g))])

    async def _names_of_leads(self) -> list[str]:
        names = []
        for lead in [lead for lead in self._leads if not lead.startswith("S")][:LEADS_NAMED]:
            try:
                names.append(name_of(await self.user(lead)))
            except OutsideError:
                continue
        return names


def is_user_id(staff: str) -> bool:
    """Whether this looks like somebody's id in Slack."""
    return USER_ID.match(staff) is not None


def is_full_member(user: Json, team: str) -> bool:
    """Whether this is a person of our own workspace, no guest, no bot and not gone."""
    if any(user.get(no) for no in ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")):
        return False
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    return bool(user.get("id")) and user.get("id") != "USLACKBOT" and team in teams


def name_of(user: Json) -> str:
    """The name colleagues see."""
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or "?")
