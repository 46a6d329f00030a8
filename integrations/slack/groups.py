"""A user group of Slack's that holds certain people: looked at, changed where it differs, and read back.

https://docs.slack.dev/reference/methods/usergroups.users.update replaces the whole list. It takes neither guests nor people
who have left, and no empty list; it has been seen to refuse one name and yet change the group, so what counts is the list.
"""

from collections.abc import Sequence

import structlog

from bot.errors import Refused, TryLater, Unsure
from integrations.slack.calls import Calls
from integrations.slack.people import People, is_full_member

log = structlog.get_logger()


class Groups:
    """The user groups that are kept for somebody."""

    def __init__(self, calls: Calls, people: People) -> None:
        self._calls = calls
        self._people = people

    async def keep(self, group: str, people: Sequence[str]) -> None:
        """Have the group hold these and nobody else. Raises as ``Calls``, never Unsure: it can be done again."""
        wanted = [one for one in people if await self._may_be_in(one)]
        if not wanted:
            raise Refused("none of those on duty can be in a user group: they have left, or are guests")
        if await self._members(group) == set(wanted):
            return
        try:
            await self._calls.write("usergroups.users.update", usergroup=group, users=",".join(wanted))
        except Unsure as error:
            log.info("slack_group_read_back", group=group, reason=str(error))
        if await self._members(group) != set(wanted):
            raise TryLater("Slack did not change the user group as asked")

    async def _members(self, group: str) -> set[str]:
        answer = await self._calls.read("usergroups.users.list", usergroup=group)
        return {str(one) for one in answer.get("users") or ()}

    async def _may_be_in(self, staff: str) -> bool:
        try:
            return is_full_member(await self._people.user(staff), self._people.team)
        except Refused:
            return False
