"""Keeps the chat's user group holding whoever is on duty, as it is when that leaves. Doing it again is harmless."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.delivery import Delivery, wait_before
from bot.desk import Desk
from bot.duty.rota import DutyRole
from bot.errors import OutsideError, Refused, SignInAgain
from bot.store.duty import groups
from bot.store.sending import deliveries
from bot.store.sending.deliveries import Leave

log = structlog.get_logger()
LATER = timedelta(seconds=20)


class GroupKeeper:
    """Brings one user group up to date and writes down what became of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def something(self, taken: Delivery) -> None:
        """The people on duty, and nobody else. With nobody on duty the last ones are kept: a group cannot be empty."""
        if await self.desk.db.write(deliveries.about_to_speak, taken, self.desk.now()) is not Leave.GO:
            log.warning("not_ours_to_say", kind=taken.kind)
            return
        people = (await self.desk.rota()).on_duty(DutyRole(str(taken.payload["role"])), self.desk.now())
        if not people:
            log.warning("group_left_as_it_was", group=taken.target, reason="nobody is on duty")
        try:
            if people:
                await self.keep(taken.target, people)
        except OutsideError as error:
            await self.not_kept(taken, error)
            return
        if await self.desk.db.write(groups.kept, taken):
            log.info("group_kept_again", group=taken.target)

    async def keep(self, group: str, people: Sequence[str]) -> None:
        """In the first chat that has such a group. Raises what the first that has not said of it."""
        refused: Refused | None = None
        for chat in self.desk.chats.values():
            try:
                await chat.keep_group(group, people)
                return
            except Refused as error:
                refused = refused or error
        if refused:
            raise refused

    async def not_kept(self, taken: Delivery, error: OutsideError) -> None:
        """What cannot be done is said once for each reason; what may work later is tried again for an hour."""
        now, reason = self.desk.now(), str(error)[:300]
        if isinstance(error, Refused | SignInAgain) or taken.is_late(now):
            if await self.desk.db.write(groups.not_kept, taken, f"{reason.rstrip('.')}.", house=self.desk.house, now=now):
                log.warning("group_not_kept", group=taken.target, reason=reason)
            return
        await self.desk.db.write(deliveries.try_again, taken, now + wait_before(taken.attempt, LATER), reason)
