"""Who is pinged next about a mention that waits, and when to look again. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from bot.week import Week

CHANNEL = ""
"""In the place of a person: everybody in the mention's channel."""
NAG_EVERY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Step:
    """Ping ``person`` (CHANNEL: the channel), then look again after ``wait`` at step ``then`` of round ``round``."""

    person: str
    wait: timedelta
    then: int
    round: int


def step(people: tuple[str, ...], at: int, round_: int, acknowledge_within: timedelta) -> Step:
    """What to do at step ``at``: each person in turn, then the channel, then all of it again a day later. Never silence."""
    if at < len(people):
        return Step(people[at], acknowledge_within, at + 1, round_)
    return Step(CHANNEL, NAG_EVERY, 0, round_ + 1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a policy: whom to ping (a role of ``WHO``, or a person's id), and how long until the next."""

    who: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is pinged in which order. Frozen with each mention when it comes in; the people are found when a ping is sent."""

    name: str
    rungs: tuple[Rung, ...]
    repeat: int = 2
    quiet: Week | None = None
    quiet_on_closed_days: bool = False
    awake_for: frozenset[str] = frozenset({"P0", "P1"})
    accounts: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
