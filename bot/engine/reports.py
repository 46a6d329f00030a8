"""Posts last week's report on Monday at nine by the clock on the wall: once, however often a copy starts or how many run."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, select

from bot.delivery import Kind, Rank
from bot.desk import Desk
from bot.errors import Busy
from bot.reports.report import Period, Report, last_week
from bot.reports.report_tables import summary
from bot.store.reading import reports
from bot.store.schema import delivery, mention
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.times.week import DAY, instant

log = structlog.get_logger()
AT = time(9)
BEAT = timedelta(seconds=1)
LANE = "report"


class WeeklyReport:
    """One that was missed, because nothing ran, is made up for until the next is due."""

    def __init__(self, desk: Desk, channel: str) -> None:
        self.desk = desk
        self.channel = channel
        self._seen_to: Period | None = None

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.desk.peers.wait("reports", BEAT)
            await self.once()

    async def once(self) -> bool:
        """Post the report that is due, unless that was done; whether it was done now."""
        now = self.desk.now()
        week = week_due(now, self.desk.house.zone)
        if week == self._seen_to:
            return False
        try:
            posted = await self.desk.db.read(needs_none, week) or not await self.post(week, now)
        except Busy as error:
            log.log(error.level, "report_not_made", reason=str(error))
            return False
        self._seen_to = week
        return not posted

    async def post(self, week: Period, now: datetime) -> bool:
        """Make it and have it posted; False when another copy did meanwhile."""
        made = await self.desk.db.read(reports.report, self.desk.house, week, now)
        queued = await self.desk.db.write(queue, made, self.channel, now)
        if queued:
            log.info("report_made", first=week.first.isoformat(), last=week.last.isoformat())
            await self.desk.peers.wake("deliver")
        return queued


def week_due(now: datetime, zone: ZoneInfo) -> Period:
    """The week whose report was last due: on a Monday before nine, the one before the last."""
    week = last_week(now, zone)
    posted_at = instant(datetime.combine(week.last + DAY, AT), zone)
    return week if now >= posted_at else last_week(week.since, zone)


def key_of(week: Period) -> str:
    """What the report of a week is known by."""
    return f"report:{week.first.isoformat()}"


def needs_none(conn: Connection, week: Period) -> bool:
    """Its report is out, or nothing had come in by its end: then this is a new installation."""
    if conn.execute(select(delivery.c.id).where(delivery.c.key == key_of(week))).first():
        return True
    return conn.execute(select(mention.c.number).where(mention.c.received_at < week.until).limit(1)).first() is None


def queue(conn: Connection, made: Report, channel: str, now: datetime) -> bool:
    """Into the outbox, for the channel in the first chat: once is enough. False when it is there already."""
    payload = {"text": "\n".join(summary(made))}
    return (
        outbox.queue(conn, Wanted(key_of(made.period), Kind.POST, LANE, Rank.REDRAW, None, channel, payload), now)
        is not None
    )
