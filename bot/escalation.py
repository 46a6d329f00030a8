"""Who is pinged next about a mention that waits, and when to look again. Pure."""

from dataclasses import dataclass
from datetime import timedelta

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
