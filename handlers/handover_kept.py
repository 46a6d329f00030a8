"""``handover last``, ``handover 2026-11-20`` and ``handover find words`` - what was said at earlier changes of shift."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bot import words
from bot.authority import Deed, Subject
from bot.card import Answer, Line, Quote, Strong
from bot.command import Command, Staff
from bot.desk import Desk
from bot.duty.shifts import Handover
from bot.errors import NeedsMore
from bot.store.duty import handovers
from bot.words.handover import kept as first_line

KEPT = re.compile(r"^(last|find|\d{4}-\d{2}-\d{2})$")


async def kept(command: Command, desk: Desk) -> Answer:
    """Those of the rota, and leads, may read them: they are for whoever has the duty."""
    await require_reader(command.by, desk)
    which, rest = command.word()
    if which == "last":
        return await shown(await desk.db.read(handovers.latest), "No handover has been sent yet.", desk)
    if which == "find":
        if not rest.text:
            raise NeedsMore(f"Say what to look for: {words.typed('handover', 'find mill road')}")
        nothing = f"No handover holds “{rest.text[:60]}”."
        return await shown(await desk.db.read(handovers.holding, rest.text), nothing, desk)
    since, until = day(which, desk)
    return await shown(await desk.db.read(handovers.between, since, until), f"No handover was sent for {which}.", desk)


async def require_reader(by: Staff, desk: Desk) -> None:
    """Raise NotYours for one who is neither a lead nor ever on duty."""
    desk.require(by, Deed.READ_HANDOVERS, Subject(is_on_rota=by.id in (await desk.rota()).plan.people))


def day(written: str, desk: Desk) -> tuple[datetime, datetime]:
    """A day of the organisation's own, in UTC. Raises NeedsMore for one there is not."""
    try:
        local = datetime.combine(date.fromisoformat(written), datetime.min.time(), tzinfo=desk.house.zone)
        return local.astimezone(UTC), (local + timedelta(days=1)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NeedsMore(f"There is no such day: {words.typed('handover', '2026-11-20')}") from error


async def shown(found: Sequence[tuple[Handover, str]], nothing: str, desk: Desk) -> Answer:
    """Each with who, when and what."""
    if not found:
        return Answer(((nothing,),))
    body: list[Line | Quote] = []
    for one, note in found:
        body += [(Strong(first_line(await desk.db.read(handovers.telling, one, desk.house))),), Quote(note)]
    return Answer(tuple(body))
