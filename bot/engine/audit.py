"""Keeps the record provable: a seal every hour, its hash posted where a rewritten database could not hide it."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, delete

from bot.delivery import Kind, Rank
from bot.desk import Desk
from bot.engine.intervals import at_intervals
from bot.errors import Busy
from bot.store.proof import record
from bot.store.schema import early, handled
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

log = structlog.get_logger()
EVERY = timedelta(hours=1)
SOON, OFTEN = timedelta(minutes=1), timedelta(minutes=5)
"""How soon after a start, and how often then, it is looked whether an hour has passed since the last seal."""
KEEP_HANDLED = timedelta(days=7)
"""How long a repeat of the same request is recognised, and a correction waits for its post; both come within hours."""


class Audit:
    """Seals what has grown, once an hour, whichever copy comes first."""

    def __init__(self, desk: Desk, channel: str) -> None:
        self.desk = desk
        self.channel = channel

    async def run(self) -> None:
        """For ever, until cancelled."""
        await at_intervals(self.desk, "audit", OFTEN, self.once, first=SOON)

    async def once(self) -> str | None:
        """Seal now unless that was done within the hour; returns the seal's hash."""
        try:
            sealed = await self.desk.db.write(seal, self.desk.now(), self.channel)
        except Busy as error:
            log.log(error.level, "seal_not_written", reason=str(error))
            return None
        if sealed:
            log.info("record_sealed", hash=sealed)
            await self.desk.peers.wake("deliver")
        return sealed


def seal(conn: Connection, now: datetime, channel: str) -> str | None:
    """Write a seal and queue its announcement, in the first chat: one witness is enough; forget repeats and corrections too
    old to be wanted again.
    """
    last = record.last_sealed_at(conn)
    if last and timedelta(0) <= now - last < EVERY:
        return None
    conn.execute(delete(handled).where(handled.c.at < now - KEEP_HANDLED))
    conn.execute(delete(early).where(early.c.kept_at < now - KEEP_HANDLED))
    sealed = record.seal_up(conn, now)
    if sealed and channel:
        text = f"Seal of the record up to this hour: {sealed}"
        outbox.queue(conn, Wanted(f"seal:{sealed}", Kind.POST, "seal", Rank.REDRAW, None, channel, {"text": text}), now)
    return sealed
