"""``report [week|month]`` - what came in during the last whole week or month, and what became of it, on one screen."""

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.reports.report import last_month, last_week
from bot.reports.report_tables import summary
from bot.store.reading import reports

PERIODS = {"": last_week, "week": last_week, "month": last_month}


async def report(command: Command, desk: Desk) -> Answer:
    """Figures only, so anybody on the staff may ask; the week is the one whose report goes to the channel."""
    wanted, now = command.text.strip().lower(), desk.now()
    if wanted not in PERIODS:
        raise NeedsMore(f"Which report? The last whole week or month: {words.typed('report', 'month')}")
    made = await desk.db.read(reports.report, desk.house, PERIODS[wanted](now, desk.house.zone), now)
    return Answer(tuple((line,) for line in summary(made)))
