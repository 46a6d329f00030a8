"""Looks at the live database each minute: what must always be so, and whether the loops still go round."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection

from bot.delivery import Kind, Rank
from bot.desk import Desk
from bot.errors import Busy, OutsideError
from bot.house import House
from bot.pulse import Pulse
from bot.store.proof import invariants
from bot.store.proof.invariants import Finding
from bot.store.reading import pulses
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

log = structlog.get_logger()
EVERY = timedelta(minutes=1)
STILL_AFTER = timedelta(minutes=2)
"""A loop that has not been round for so long, in any copy, is frozen: it goes round each second."""
LONGEST = 10.0
"""Seconds a heartbeat may take."""
IN_PYTHON = (invariants.READ, invariants.LET_IN)
SENTENCES: Mapping[str, str] = {one.name: one.sentence for one in (*invariants.INVARIANTS, *IN_PYTHON)}
TOLD = (
    "Tolbooth has looked at itself, and something is not as it must always be: {sentence}. It is not so of {refs}. "
    "Look at this yourself, and tell whoever looks after Tolbooth: “{name}” in deploy/RUNBOOK.md says what to do."
)


class Answered(Protocol):
    """What came of a call."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...


class Caller(Protocol):
    """Calls other people's servers. Raises OutsideError."""

    async def call(self, method: str, url: str, **how: Any) -> Answered:
        """One call."""
        ...


class SelfCheck:
    """Each copy looks for itself; the one with the lease says what was found, and calls the heartbeat when all is well.

    What is found at one look only is not said: a loop may have been about to catch up.
    """

    def __init__(
        self,
        desk: Desk,
        pulse: Pulse,
        *,
        http: Caller | None = None,
        heartbeat: str = "",
        loops: Sequence[str] = ("deliver", "escalate"),
        every: timedelta = EVERY,
    ) -> None:
        self.desk = desk
        self.pulse = pulse
        self.http = http
        self.heartbeat = heartbeat
        self.loops = loops
        self.every = every
        self.began = desk.now()
        self.at: datetime | None = None
        """When a look was last finished."""
        self.found: Sequence[Finding] = ()
        self.still: Sequence[str] = ()
        self._said: set[str] = set()
        self._troubles: set[str] = set()

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await asyncio.sleep(self.every.total_seconds())
            await self.once()

    async def once(self) -> bool:
        """Look once; returns whether all is well. While the database is away nothing is known, so it is not."""
        before, now = {finding.name for finding in self.found}, self.desk.now()
        try:
            await self.desk.db.write(pulses.note, self.pulse.within(STILL_AFTER))
            found, self.still = await self.desk.db.read(look, self.desk, self.loops, now)
            self.found = [*found, *kept_out(self.desk)]
            self.at = now
            if await self.desk.peers.lease("selfcheck", self.every * 2):
                await self.say([finding for finding in self.found if finding.name in before])
        except Busy as error:
            self.note_trouble("self_check_put_off", str(error))
            return False
        self.note_trouble("self_check_put_off", "")
        self.note_trouble("loop_stands_still", ", ".join(self.still))
        if well := not self.found and not self.still:
            await self.beat()
        return well

    async def say(self, findings: Sequence[Finding]) -> None:
        """In the log once for as long as it lasts; to the leads once a day, whichever copies look."""
        for finding in findings:
            if finding.name not in self._said:
                log.error("invariant_broken", invariant=finding.name, broken_by=list(finding.refs))
            await self.desk.db.write(tell_leads, finding, self.desk.house, self.desk.now())
        names = {finding.name for finding in self.found}
        for name in sorted(self._said - names):
            log.info("invariant_holds_again", invariant=name)
        self._said = (self._said & names) | {finding.name for finding in findings}
        if findings:
            await self.desk.peers.wake("deliver")

    async def beat(self) -> None:
        """Tell the outside that all is well; only the copy with the lease does."""
        if not (self.http and self.heartbeat and await self.desk.peers.lease("selfcheck", self.every * 2)):
            return
        try:
            async with asyncio.timeout(LONGEST):
                status = (await self.http.call("GET", self.heartbeat)).status
            trouble = "" if status < 300 else f"it answered {status}"
        except (OutsideError, TimeoutError) as error:
            trouble = str(error) or "it did not answer in time"
        self.note_trouble("heartbeat_not_delivered", trouble)

    def note_trouble(self, what: str, reason: str) -> None:
        """Say once that something does not work, and once that it does again (an empty reason)."""
        if reason and what not in self._troubles:
            log.error(what, reason=reason)
            self._troubles.add(what)
        elif not reason and what in self._troubles:
            log.info("self_check_trouble_over", trouble=what)
            self._troubles.remove(what)

    @property
    def age(self) -> timedelta:
        """How long ago a look was last finished."""
        return self.desk.now() - (self.at or self.began)

    def health(self) -> Mapping[str, object]:
        """For /readyz. Calls nobody."""
        return {
            "ok": not self.found and not self.still and self.age < self.every * 3,
            "at": self.at.isoformat() if self.at else None,
            "broken": {finding.name: list(finding.refs) for finding in self.found},
            "standing_still": list(self.still),
        }

    def figures(self) -> Mapping[str, float]:
        """For /metrics."""
        return {
            "invariants_broken": float(len(self.found)),
            "invariants_checked_seconds": self.age.total_seconds(),
            "loops_standing_still": float(len(self.still)),
        }


def look(conn: Connection, desk: Desk, loops: Sequence[str], now: datetime) -> tuple[list[Finding], list[str]]:
    """All of it on one view of the database: what is broken, and which loops stand still."""
    every = {name: network.poll_every for name, network in desk.networks.items() if network.poll_every is not None}
    found = [*invariants.broken(conn, now), *invariants.unread(conn, every, now)]
    return found, pulses.still(conn, loops, now - STILL_AFTER)


def kept_out(desk: Desk) -> list[Finding]:
    """Chats that say why they do not let us in. Calls nobody."""
    chats = tuple(name for name, chat in sorted(desk.chats.items()) if chat.health().get("why"))
    return [Finding(invariants.LET_IN.name, chats)] if chats else []


def tell_leads(conn: Connection, finding: Finding, house: House, now: datetime) -> None:
    """Each lead, once a day."""
    text = TOLD.format(sentence=SENTENCES[finding.name], refs=", ".join(finding.refs), name=finding.name)
    for lead in house.leads:
        lane = f"invariant:{finding.name}:{lead}"
        key = f"{lane}:{now:%Y%m%d}"
        outbox.queue(conn, Wanted(key, Kind.TELL, lane, Rank.ACTION, None, lead, {"text": text}), now)
