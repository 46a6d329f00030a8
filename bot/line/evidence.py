"""``tolbooth evidence`` and ``tolbooth decisions``: what happened, for somebody who must be sure of it."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path

from bot.errors import SettingsError
from bot.evidence import decisions as log
from bot.evidence.matter import Asked, Nameless
from bot.line.asking import Sought, Wanted, bounds, checked, sought
from bot.line.drawing import Drawing, draw, in_html
from bot.line.forgetting import opened
from bot.line.ledger import named_file
from bot.line.progress import watched, wiped
from bot.line.taking import actor, ended_well, one_view, put_on_record, sha256_of
from bot.store.executor import Database
from bot.store.finding import index
from bot.store.proof import evidence as reading
from bot.store.proof.exported import NO_REASON, Taken
from bot.wiring import Bot

Say = Callable[[str], object]


def evidence(config: Path | None, wanted: Wanted, say: Say) -> bool:
    """Write a bundle; False, with a sentence, when there is nothing or it is not certain who is meant.

    Raises SettingsError, Busy, and OSError when there is no room: then nothing is left behind.
    """
    with ended_well():
        return asyncio.run(taken_out(config, checked(wanted), say))


async def taken_out(config: Path | None, wanted: Wanted, say: Say) -> bool:
    """Draw it, put it on the record, and only then let it appear."""
    async with opened(config) as bot:
        house, now = bot.desk.house, bot.clock.now()
        if wanted.search:
            await caught_up(bot.database, now)
        with one_view(bot.database) as conn:
            found = sought(conn, wanted, house, now)
            if not found.numbers:
                say(found.said)
                return False
            asked = asked_for(wanted, found, now, house.organisation)
            names = Nameless() if asked.redacted else reading.names(conn)
            out = new_file(wanted, found, now)
            with named_file(out) as file:
                count = draw(
                    Drawing(conn, asked, found.numbers, names, house.zone, watched("mentions")), file, out.resolve().parent
                )
                taken = Taken("evidence", asked.by, asked.because, count, sha256_of(file), of=asked.of)
                await put_on_record(bot.database, taken, now)
    wiped()
    say(f"Wrote {out}: {found.said}. It is on the record, with its SHA-256: {taken.sha256}")
    return True


async def caught_up(database: Database, now: datetime) -> None:
    """What came in a moment ago is found too."""
    while await database.read(index.is_behind):
        if not await database.write(index.catch_up, now):
            return


def asked_for(wanted: Wanted, found: Sought, now: datetime, organisation: str) -> Asked:
    """What stands on the cover."""
    return Asked(
        found.said,
        found.of,
        by=actor(wanted.by),
        because=wanted.because.strip(),
        at=now,
        organisation=organisation,
        redacted=wanted.redact_staff,
        beside=found.beside,
    )


def new_file(wanted: Wanted, found: Sought, now: datetime) -> Path:
    """Where the bundle goes. Raises SettingsError for a file that is there: evidence is not written over."""
    out = wanted.out or Path(f"evidence-{found.name}-{now:%Y%m%d-%H%M%S}.zip")
    if out.exists():
        raise SettingsError(f"--out {out}: is there already, and evidence is not written over. Name another file.")
    return out


# --- the decision log alone --------------------------------------------------------------------------------------


def decisions(config: Path | None, days: tuple[date, date], out: Path | None, *, because: str, by: str) -> int:
    """Write the log of these days as a page to print; returns how many lines. Raises as ``evidence`` does."""

    async def work() -> int:
        async with opened(config) as bot:
            return await logged(bot, days, out, because=because, by=by)

    with ended_well():
        return asyncio.run(work())


async def logged(bot: Bot, days: tuple[date, date], out: Path | None, *, because: str, by: str) -> int:
    """All that was done on these days, to whatever it was done; on the record before anybody can read it."""
    house, now = bot.desk.house, bot.clock.now()
    first, last = days
    begin, end = bounds(first, last, house.zone)
    said = f"{first}" if first == last else f"{first} to {last}"
    asked = Asked(said, said, actor(by), because.strip() or NO_REASON, at=now, organisation=house.organisation)
    with one_view(bot.database) as conn, named_file(out) as file:
        rows = log.decisions(reading.between(conn, begin, end), reading.names(conn), house.zone)
        page = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        count = sum(1 for _ in in_html(rows, page, asked))
        page.detach()
        taken = Taken("decisions", asked.by, asked.because, count, sha256_of(file), of=said)
        await put_on_record(bot.database, taken, now)
    return count
