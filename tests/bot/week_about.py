"""A small rota for tests: Dev and Farah take weeks in turn from Monday at nine, with Priya behind them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.duty.rota import DutyRole, Override, Plan, Rotation
from tests.bot.council import Bench

LONDON = ZoneInfo("Europe/London")
DEV, FARAH, PRIYA, MORAG = "U0DEV", "U0FARAH", "U0PRIYA", "U0MORAG"
MONDAY = datetime.fromisoformat("2026-11-16 09:00")
WEEKS = Rotation("weeks", DutyRole.DUTY, (DEV, FARAH), MONDAY, LONDON)
BEHIND = Rotation("behind", DutyRole.BACKUP, (PRIYA,), MONDAY, LONDON)
PLAN = Plan((WEEKS, BEHIND))


def november(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of November 2026, when London's clocks show UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


FRIDAY = november(20, 18), november(21, 9)


def with_rota(bench: Bench, plan: Plan = PLAN, **rules: Any) -> Bench:
    """The same council, whose settings have a rota."""
    bench.desk.house = replace(bench.house, plan=plan, **rules)
    return bench


def override(person: str = FARAH, *, by: str = MORAG, **other: Any) -> Override:
    """Somebody put on for Friday night."""
    fields: dict[str, Any] = {"start": FRIDAY[0], "end": FRIDAY[1], "reason": "Dev is ill", "role": DutyRole.DUTY}
    return Override(id="", person=person, made_by=by, **{**fields, **other})
