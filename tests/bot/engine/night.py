"""A night at the council: a rota, the loops that ping and say, and what was told to whom since one last looked."""

from datetime import datetime, timedelta
from typing import Any

from bot.duty.escalation import Policy, Rung
from bot.duty.rota import DutyRole, Plan, Rotation, Unit
from bot.engine.escalate import Escalate
from bot.store import schema
from tests.bot.council import LONDON, Bench, house
from tests.bot.engine.fakes import Office

PRIYA, DEV, FARAH, MORAG, TAM = "U0PRIYA", "U0DEV", "U0FARAH", "U0MORAG", "U0TAM"
FIRST = datetime(2026, 11, 16, 9, 0)  # noqa: DTZ001 - by the clock on the wall
TEN = timedelta(minutes=10)


def rotation(role: DutyRole, *people: str, **other: Any) -> Rotation:
    """These people take a role in turn, each for a day from nine to nine."""
    return Rotation(f"{role} in turn", role, people, FIRST, LONDON, unit=Unit.DAYS, **other)


def plan(*rotations: Rotation) -> Plan:
    """A rota: Dev has Monday, Farah Tuesday, and so on; Priya is the backup; Morag always leads."""
    usual = (rotation(DutyRole.DUTY, DEV, FARAH), rotation(DutyRole.BACKUP, PRIYA))
    return Plan(rotations or usual, {DutyRole.DUTY: (DEV, FARAH), DutyRole.LEAD: (MORAG,)})


def ladder(*steps: str, **other: Any) -> Policy:
    """A policy from words such as ``duty`` or ``U0DEV``, each waiting ten minutes."""
    fields = {"name": "a ladder", "repeat": 0, **other}
    return Policy(rungs=tuple(Rung(step, TEN) for step in steps), **fields)


class Night(Office):
    """The loops of a bot, at work whenever time passes."""

    def __init__(self, bench: Bench, **rules: Any) -> None:
        super().__init__(bench)
        bench.desk.house = house(**{"plan": plan(), **rules})

    async def goes_by(self, **units: float) -> list[str]:
        """Time passes, and the loops look once; whom the chat told or pinged meanwhile, in order."""
        self.bench.clock.advance(**units)
        return await self.looks()

    async def looks(self) -> list[str]:
        """The loops look once, at this moment."""
        before, posts = len(self.wall.told), len(self.wall.posts)
        await self.escalates()
        await self.delivers()
        in_channels = [where for where, what, _ in self.wall.posts[posts:] if "has waited" in what_is_said(what)]
        return [who for who, _ in self.wall.told[before:]] + in_channels

    async def escalates(self) -> int:
        """The loop that finds what is due, until nothing is."""
        loop, count = Escalate(self.bench.desk), 0
        while done := await loop.once():
            count += done
        return count

    def said_to(self, person: str) -> list[str]:
        """What one person was told, oldest first."""
        return [notice.plain for who, notice in self.wall.told if who == person]

    def buttons(self) -> list[str]:
        """On the last message to anybody."""
        return [button.label for button in self.wall.told[-1][1].buttons]

    async def pings(self, number: int = 1) -> list[tuple[str, str, str | None]]:
        """Who was asked about a mention, as what, and what became of it."""
        rows = await self.bench.all(schema.ping, schema.ping.c.number == number)
        ordered = sorted(rows, key=lambda row: (row["asked_at"], row["round"], row["rung"]))
        return [(row["person"], row["role"], row["answer"]) for row in ordered]


def what_is_said(what: Any) -> str:
    """The words of what was posted, if it has any."""
    return str(getattr(what, "plain", ""))
