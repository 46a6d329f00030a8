"""``record 142`` - who did what to a mention, when and why."""

from collections.abc import Mapping
from datetime import datetime

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import SYSTEM

DID = {
    "received": "came in",
    "claim": "claimed it",
    "release": "released it",
    "reply": "wrote a reply",
    "sent": "the reply went out",
    "not_sent": "the reply did not go out",
    "unsure": "could not tell whether the reply went out",
    "withdraw": "stopped the reply",
    "answered": "answered by hand",
    "close": "closed it",
    "reopen": "opened it again",
    "see": "looked at it",
    "note": "noted",
    "acknowledge": "acknowledged a ping",
    "escalate": "pinged",
    "add": "the author wrote again",
    "edit": "the post was edited",
    "gone": "the author deleted the post",
}
SAID_SO = {"sent": "saw that the reply is there", "not_sent": "saw that the reply is not there"}
"""What a person did when it was their word that settled it."""
OURS = frozenset({"close", "withdraw", "release", "reopen"})
"""What the bot does of its own accord, and then stands there as the one who did it."""
SHOWN = 40


async def record(command: Command, desk: Desk) -> Answer:
    """One line an event, oldest first, and the newest hash so that a copy can be checked."""
    ref, _ = command.ref_and_rest()
    await desk.admitted(command, ref)
    events = await desk.events(ref)
    people = {str(e["actor"]) for e in events} | {str(pinged(e)) for e in events if pinged(e)}
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
    action = str(event["action"])
    by_us = event["actor"] == SYSTEM
    did = DID.get(action, action) if by_us else SAID_SO.get(action, DID.get(action, action))
    who = ("Tolbooth " if action in OURS else "") if by_us else f"{names.get(str(event['actor']), event['actor'])} "
    whom = f" {names.get(str(pinged(event)), 'the channel')}" if action == "escalate" else ""
    why = f": {event['note']}" if event["note"] else ""
    return (f"{event['seq']}. ", when, f" · {who}{did}{whom}{why}")


def pinged(event: Mapping[str, object]) -> object:
    """Whom an escalation pinged."""
    changes = event["changes"]
    return changes.get("pinged") if isinstance(changes, Mapping) else None
