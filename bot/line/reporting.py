"""``tolbooth report``: what came in during some days and what became of it, as a page, as text or as figures."""

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.errors import SettingsError
from bot.house import House
from bot.line.forgetting import opened
from bot.line.ledger import to_file
from bot.reports.report import Period, Report, last_month
from bot.reports.report_page import SHAPES
from bot.store.reading import reports

EARLIEST = date(2000, 1, 1)
"""Nothing came in before."""
Days = tuple[date | None, date | None]


def report(config: Path | None, shape: str, days: Days, out: Path | None) -> None:
    """Write it; a file appears whole or not at all. Raises SettingsError, and OSError when there is no room."""
    text = asyncio.run(page(config, shape, days))
    if out:
        to_file(lambda stream: stream.write(text), out)
        return
    sys.stdout.write(text)
    sys.stdout.flush()


async def page(config: Path | None, shape: str, days: Days) -> str:
    """The report in one of its shapes."""
    async with opened(config) as bot:
        house, now = bot.desk.house, bot.clock.now()
        made = await bot.database.read(at_leisure, house, period(days, now, house.zone), now)
    return SHAPES[shape](made, house.organisation)


def at_leisure(conn: Connection, house: House, days: Period, now: datetime) -> Report:
    """The report, however long it takes: many years may be asked for."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
    return reports.report(conn, house, days, now)


def period(days: Days, now: datetime, zone: ZoneInfo) -> Period:
    """The days asked for, up to today; the last month that is over when none are. Raises SettingsError."""
    first, last = days
    today = now.astimezone(zone).date()
    if first is None and last is None:
        return last_month(now, zone)
    if first is None:
        raise SettingsError("--to: say the first day too, with --from")
    last = min(last or today, today)
    if first > last:
        raise SettingsError(f"--from {first}: is after the last day counted, {last}")
    return Period(max(first, EARLIEST), last, zone)
