"""Reads the calendars of those who take turns, each quarter of an hour, so that the rota knows when they are away."""

import asyncio
import json
import os
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.desk import Desk
from bot.duty.absences import LARGEST, milliseconds
from bot.errors import Busy, OutsideError
from bot.store.duty import calendars, relief
from bot.store.duty.calendars import Feed
from bot.times.week import Stretch

log = structlog.get_logger()
EVERY = timedelta(minutes=15)
BEAT = timedelta(minutes=1)
"""How often it is looked whose calendar is due."""
WITHIN = timedelta(seconds=10)
AT_WORK = timedelta(seconds=20)
"""How long one calendar may be worked on; what takes longer is ended."""
PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZDIR", "PYTHONTZPATH")


class Read(Protocol):
    """Reads what stands at an address. Raises OutsideError, which never names the address."""

    async def __call__(self, url: str, *, most: int, within: timedelta, inside: Collection[str]) -> bytes:
        """At most ``most`` bytes; hosts of ``inside`` may be at private addresses."""
        ...


class Absences:
    """One copy at a time reads; what was read last stays until something newer can be used."""

    def __init__(self, desk: Desk, read: Read, *, inside: Collection[str] = ()) -> None:
        self.desk = desk
        self.read = read
        self.inside = inside

    @property
    def addresses(self) -> Mapping[str, str]:
        """Whose calendars are read, and where."""
        return {person: one.calendar_url for person, one in self.desk.house.contacts.items() if one.calendar_url}

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(BEAT.total_seconds())

    async def once(self) -> int:
        """Read what is due, one after another; returns how many could be read."""
        if not await self.desk.peers.lease("absences", BEAT * 2):
            return 0
        done = 0
        try:
            feeds = await self.desk.db.read(calendars.feeds)
            if {feed.person for feed in feeds} - set(self.addresses):
                await self.desk.db.write(
                    relief.forget_absences, list(self.addresses), house=self.desk.house, now=self.desk.now()
                )
            for person in due(self.addresses, feeds, self.desk.now()):
                done += await self.one(person)
        except Busy as error:
            log.log(error.level, "calendars_put_off", reason=str(error))
        return done

    async def one(self, person: str) -> bool:
        """Read one person's calendar. A trouble is said once for as long as it is the same, and that it is over."""
        try:
            raw = await self.read(self.addresses[person], most=LARGEST, within=WITHIN, inside=self.inside)
            away, trouble = await worked_out(raw, self.desk.house.zone, self.desk.now()), ""
        except (OutsideError, ValueError) as error:
            away, trouble = [], str(error)
        if trouble:
            before = await self.desk.db.write(calendars.note, person, trouble, self.desk.now())
        else:
            house, now = self.desk.house, self.desk.now()
            before = await self.desk.db.write(relief.keep_absences, person, away, house=house, now=now)
            await self.desk.peers.wake("deliver")
        if trouble and trouble != before:
            log.warning("calendar_not_read", staff=person, reason=trouble, instead="what was read last counts")
        elif before and not trouble:
            log.info("calendar_read_again", staff=person)
        return not trouble


def due(people: Iterable[str], feeds: Iterable[Feed], now: datetime) -> list[str]:
    """Of these people those whose calendars were not tried for a quarter of an hour, or were tried in the future."""
    fresh = {feed.person for feed in feeds if timedelta(0) <= now - feed.tried_at < EVERY}
    return [person for person in people if person not in fresh]


async def worked_out(raw: bytes, zone: ZoneInfo, now: datetime, limit: timedelta = AT_WORK) -> list[Stretch]:
    """When the owner of a calendar is away: see ``bot.duty.absences``, which does it in a process of its own.

    A thread could not be ended, and a calendar of a few lines can ask for work without end. Raises ValueError.
    """
    command = (sys.executable, "-P", "-m", "bot.duty.absences", zone.key, str(milliseconds(now)))
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=nowhere, env=environment())
    except OSError as error:
        raise ValueError(f"no process could be started to read it ({error.strerror})") from error
    try:
        async with asyncio.timeout(limit.total_seconds()):
            said, _ = await child.communicate(raw)
    except TimeoutError as error:
        raise ValueError("the calendar takes too long to work out") from error
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    return understood(said)


def environment() -> dict[str, str]:
    """What of our environment the process gets: none of our secrets."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def understood(said: bytes) -> list[Stretch]:
    """What the process answered; nothing when it was ended. Raises ValueError."""
    if not said:
        raise ValueError("the calendar takes too much time or memory to work out")
    answer: dict[str, Any] = json.loads(said)
    if trouble := answer.get("trouble"):
        raise ValueError(str(trouble))
    return [(moment(start), moment(end)) for start, end in answer["away"]]


def moment(since_1970: int) -> datetime:
    """From milliseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=since_1970)
