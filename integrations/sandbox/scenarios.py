"""What can be played: days of a made-up council, from ``mentions.jsonl``, and a storm made on the spot."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from integrations.sandbox import duty_night, trainee
from integrations.sandbox.planned import Acted, Planned
from integrations.sandbox.storm import FROM_HOUR, storm

__all__ = ["SCENARIOS", "Acted", "Planned", "Scenario", "any_day", "scenario_named"]

FILE = Path(__file__).with_name("mentions.jsonl")
OURS = "harrowmere"
LANGUAGES = ("en", "sco")
CALLED = ("@HarrowmereCncl", "@harrowmere@gov.example", "@harrowmere.example")
HANDLE = "@harrowmere"
A_POST_EACH = timedelta(minutes=2)

Record = dict[str, Any]


def any_day(_day: date) -> bool:
    """Whatever day it is."""
    return True


@dataclass(frozen=True, slots=True)
class Scenario:
    """A stretch of a day. ``begins``: the time of day it belongs to, to which the clock is first moved on, and ``on``: the
    days; ``lost``: from when to when there is no connection to Slack; ``acts``: what staff do by themselves."""

    id: str
    name: str
    about: str
    posts: tuple[Planned, ...]
    begins: time | None = None
    lost: tuple[timedelta, timedelta] | None = None
    on: Callable[[date], bool] = any_day
    acts: tuple[Acted, ...] = ()


def read(path: Path = FILE) -> list[Record]:
    """What the file holds, without other organisations', other languages' and mere reshares."""
    records: list[Record] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        one for one in records if one["org"] == OURS and one["language"] in LANGUAGES and not one["text"].startswith("RT @")
    ]


def of(records: Iterable[Record], *clusters: str) -> list[Record]:
    """Those of some clusters."""
    return [one for one in records if one["cluster"] in clusters]


def written(record: Record) -> datetime:
    """When it was written."""
    return datetime.fromisoformat(record["created_at"])


def time_of_day(record: Record) -> timedelta:
    """When it was written, whatever the day."""
    at = written(record)
    return timedelta(hours=at.hour, minutes=at.minute)


def planned(record: Record, after: timedelta) -> Planned:
    """A record as it is posted here. X stays X; what was said in private goes to the web chat, the rest to the board."""
    text = record["text"]
    for called in CALLED:
        text = text.replace(called, HANDLE)
    handle = str(record["author"]["handle"] or record["author"]["name"])
    private = record["visibility"] == "private"
    return Planned(
        id=record["id"],
        after=after,
        place="webchat" if private else "x" if record["network"] == "x" else "board",
        author_name=record["author"]["name"] or handle,
        handle=handle.removeprefix("@").removesuffix(".example"),
        text=text,
        in_reply_to=record["in_reply_to"] or "",
        private=private and record["kind"] != "webchat",
    )


def together(posts: Iterable[Planned]) -> tuple[Planned, ...]:
    """In order of time, from the first of them on; an answer only to what came before it in the same place."""
    ordered = sorted(posts, key=lambda one: one.after)
    first = ordered[0].after
    places: dict[str, str] = {}
    found = []
    for one in ordered:
        answers = one.in_reply_to if places.get(one.in_reply_to) == one.place else ""
        found.append(replace(one, after=one.after - first, in_reply_to=answers))
        places[one.id] = one.place
    return tuple(found)


def as_it_was(records: Sequence[Record]) -> tuple[Planned, ...]:
    """With the times between them as they were."""
    first = min(map(written, records))
    return together(planned(one, written(one) - first) for one in records)


def quiet(records: Sequence[Record]) -> tuple[Planned, ...]:
    """A missed round of bins, a few potholes, a little praise: one morning made of three."""
    mixed = [*of(records, "C01"), *of(records, "C02")[:20:2], *of(records, "C30")[:4:2]]
    return together(planned(one, time_of_day(one)) for one in mixed if time_of_day(one) < timedelta(hours=12))


def evenly(records: Sequence[Record]) -> tuple[Planned, ...]:
    """One every two minutes."""
    return together(planned(one, number * A_POST_EACH) for number, one in enumerate(records))


def all_scenarios(records: Sequence[Record]) -> tuple[Scenario, ...]:
    """Every scenario, the calmest first."""
    away = (timedelta(minutes=5), timedelta(minutes=14))
    return (
        Scenario("quiet", "A quiet morning", "A missed bin round, potholes, some praise.", quiet(records)),
        Scenario(
            "snow",
            "A snow day",
            "Gritting, schools, bins, and somebody in danger among them.",
            as_it_was(of(records, "C03", "C04", "C05")),
        ),
        Scenario(
            "trainee",
            "A trainee answers",
            "Tam's replies wait until Farah has looked at them; the second still waits for you.",
            trainee.posts(),
            acts=trainee.acts(),
        ),
        *nights(records),
        Scenario(
            "pile_on",
            "A pile-on",
            "A crowd turns on the library; a few real questions get lost in it.",
            as_it_was(of(records, "C07")),
        ),
        Scenario(
            "lost",
            "A lost connection",
            "Slack goes away for nine minutes of an ordinary morning. Nothing is lost.",
            evenly(of(records, "C02")[:12]),
            lost=away,
        ),
        Scenario(
            "storm",
            "A long snow day",
            "A thousand posts in a day, made up on the spot.",
            storm(1, 1000),
            begins=time(FROM_HOUR),
        ),
    )


def nights(records: Sequence[Record]) -> tuple[Scenario, ...]:
    """When nobody is in, and when somebody is on duty."""
    return (
        Scenario(
            "night",
            "A night with nobody in",
            "People at risk write at ten past eleven, when only the duty officer's phone is on.",
            as_it_was(of(records, "C10")),
            begins=time(23, 10),
        ),
        Scenario(
            "duty",
            "A night on duty",
            "Friday to Saturday morning. The duty officer sleeps: a ping in Slack, a text, the backup, the lead.",
            duty_night.posts(),
            begins=duty_night.BEGINS,
            on=duty_night.is_friday,
            acts=duty_night.acts(),
        ),
    )


SCENARIOS = all_scenarios(read())


def scenario_named(id: str) -> Scenario:
    """A scenario by its id. Raises LookupError naming those there are."""
    for scenario in SCENARIOS:
        if scenario.id == id:
            return scenario
    raise LookupError(f"There is nothing called {id!r} to play. There are: {', '.join(one.id for one in SCENARIOS)}")
