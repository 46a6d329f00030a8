"""When each person on duty gets the week's test ping: at an hour of their own turn that nobody knows beforehand. Pure."""

import hashlib
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.duty.rota import DutyRole, Rota
from bot.times.week import DAY, instant

ROLES = (DutyRole.DUTY, DutyRole.BACKUP)
HOURS = range(9, 20)
"""By the clock on the wall: a test wakes nobody."""
ANSWER_WITHIN = DAY
"""After this long without an answer the leads hear of it."""


def week_of(now: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week a moment is in."""
    today = now.astimezone(zone).date()
    return today - DAY * today.weekday()


def is_daytime(now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is an hour for tests."""
    return now.astimezone(zone).hour in HOURS


def moment_of(person: str, rota: Rota, week: date, zone: ZoneInfo) -> datetime | None:
    """When in the week that begins on this Monday it is a person's time; None when they are not on duty by day.

    Derived from the week and the person alone, so that a restart, or another copy, comes to the same.
    """
    hours = [instant(datetime.combine(week + DAY * day, time(hour)), zone) for day in range(7) for hour in HOURS]
    own = [hour for hour in hours if person in on_duty(rota, hour)]
    drawn = int.from_bytes(hashlib.sha256(f"{week}:{person}".encode()).digest()[:8])
    return own[drawn % len(own)] + timedelta(minutes=drawn // len(own) % 60) if own else None


def is_due(person: str, rota: Rota, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a person's time this week has come, and they are on duty by day; what was slept through is made up for."""
    if not (is_daytime(now, zone) and person in on_duty(rota, now)):
        return False
    moment = moment_of(person, rota, week_of(now, zone), zone)
    return moment is not None and moment <= now


def on_duty(rota: Rota, moment: datetime) -> dict[str, DutyRole]:
    """Who is pinged first and second at a moment, each with the role."""
    return {person: role for role in reversed(ROLES) for person in rota.on_duty(role, moment)}
