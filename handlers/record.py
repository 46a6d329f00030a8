"""``record 142`` - who did what to a mention, when and why."""

from collections.abc import Mapping
from datetime import datetime

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import SYSTEM
from bot.words.recorded import deed, whom

SHOWN = 40


async def record(command: Command, desk: Desk) -> Answer:
    """One line an event, oldest first, and the newest hash so that a copy can be checked."""
    ref, _ = command.ref_and_rest()
    await desk.admitted(command, ref)
    events = await desk.events(ref)
    people = {str(e["actor"]) for e in events} | {str(whom(e)) for e in events if whom(e)}
    names = await desk.names(people - {SYSTEM, "channel"})
    lines: list[Line] = [(Strong(f"The record of {ref}"),)]
    if len(events) > SHOWN:
        lines.append((f"The newest {SHOWN} of {len(events)}:",))
    lines += [line(event, names, desk) for event in events[-SHOWN:]]
    return Answer((*lines, (f"Event {events[-1]['seq']}, hash {str(events[-1]['hash'])[:16]}…",)))


def line(event: Mapping[str, object], names: Mapping[str, str], desk: Desk) -> Line:
    """Who, what, why."""
    at = event["at"]
    when = words.when(at, desk.house.zone) if isinstance(at, datetime) else ""
    return (f"{event['seq']}. ", when, f" · {deed(event, names, desk.house.zone).sentence}")
