"""``record 142`` - who did what to a mention, when and why."""

from collections.abc import Mapping
from datetime import datetime

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import SYSTEM
from bot.store.columns import from_ms
from bot.words.approvals import UNAPPROVED
from bot.words.asked import AS_ROLE
from bot.words.hiding import ACTS, came_of

DID = {
    "received": "came in",
    "claim": "claimed it",
    "release": "released it",
    "reply": "wrote a reply",
    "sent": "the reply went out",
    "not_sent": "the reply did not go out",
    "unsure": "could not tell whether the reply went out",
    "resend": "had the reply sent again",
    "withdraw": "stopped the reply",
    "answered": "answered by hand",
    "elsewhere": "answered elsewhere",
    "close": "closed it",
    "reopen": "opened it again",
    "see": "looked at it",
    "note": "noted",
    "acknowledge": "acknowledged a ping",
    "unavailable": "was not available",
    "give": "offered it to",
    "accept": "accepted it",
    "decline": "turned the offer down",
    "snooze": "let it sleep",
    "wake": "woke up",
    "expire": "put it back, as nobody answered",
    "priority": "set it",
    "topic": "said what it is about:",
    "escalate": "pinged",
    "add": "the author wrote again",
    "edit": "the post was edited",
    "gone": "the author deleted the post",
    "erase": "erased what the public said",
    "target": "was given a time by which somebody must look",
    "submit": "sent in a reply to be approved",
    "approve": "approved the reply",
    "send_back": "sent the reply back",
    "recall": "took the reply back before it was approved",
    "confirm": "the reply was looked for on its network",
    **ACTS,
}
SAID_SO = {
    "sent": "saw that the reply is there",
    "not_sent": "saw that the reply is not there",
    "unsure": "took back the second try",
}
"""What a person did when it was their word that settled it."""
OURS = frozenset({"close", "withdraw", "release", "reopen", "expire", "priority", "show_again", "owe", "owed_done"})
"""What the bot does of its own accord, and then stands there as the one who did it."""
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
    action = str(event["action"])
    by_us = event["actor"] == SYSTEM
    if action == "decline" and by_us:
        return (f"{event['seq']}. ", when, " · the offer ran out")
    did = DID.get(action, action) if by_us else SAID_SO.get(action, DID.get(action, action))
    if outcome := changed(event, "outcome"):
        return (f"{event['seq']}. ", when, f" · {came_of(action, str(outcome), str(changed(event, 'reason') or ''))}")
    who = ("Tolbooth " if action in OURS else "") if by_us else f"{names.get(str(event['actor']), event['actor'])} "
    why = f": {event['note']}" if event["note"] else ""
    return (f"{event['seq']}. ", when, f" · {who}{did}{object_of(event, names, desk)}{why}")


def object_of(event: Mapping[str, object], names: Mapping[str, str], desk: Desk) -> str:
    """Whom it was done to, until when, or what was set."""
    until = changed(event, "snooze_until")
    if event["action"] == "snooze" and isinstance(until, int):
        return f" until {words.when(from_ms(until), desk.house.zone).local}"
    if event["action"] == "priority":
        rule = f" (rule “{changed(event, 'rule')}”)" if changed(event, "rule") else ""
        return f" to {changed(event, 'priority')}{rule}" if changed(event, "priority") else f" apart{rule}"
    if event["action"] == "topic":
        return f" {changed(event, 'topic') or 'nothing in particular'}"
    if event["action"] == "hide":
        return f" by rule {changed(event, 'rule')}"
    if event["action"] == "approve" and changed(event, "changed"):
        return f" with a change{past(event)}"
    if changed(event, "shows") == "no":
        return ", and not found"
    if besides := f"{past(event)}{alone(event)}":
        return besides
    if event["action"] == "owe":
        due = changed(event, "due_at")
        by = f" by {words.when(from_ms(due), desk.house.zone).local}" if isinstance(due, int) else ""
        return f" ({changed(event, 'kind') or 'task'}): {names.get(str(whom(event)), 'anybody who may')}{by}"
    if event["action"] == "escalate":
        role = AS_ROLE.get(str(changed(event, "role")), "")
        return f" {names.get(str(whom(event)), 'the channel')}{f' {role}' if role else ''}"
    return f" {names.get(str(whom(event)), whom(event))}" if whom(event) else ""


def past(event: Mapping[str, object]) -> str:
    """What was found in the words that went all the same, for the reason that follows."""
    named = str(changed(event, "overrode") or "").split(",")
    return f" past {', '.join(one.replace('_', ' ') for one in named)}" if any(named) else ""


def alone(event: Mapping[str, object]) -> str:
    """That nobody approved an answer by hand, where that was needed."""
    return ", approved by nobody" if changed(event, "approval") == UNAPPROVED else ""


def whom(event: Mapping[str, object]) -> object:
    """Whom an escalation pinged or an offer was made to."""
    what = {"escalate": "pinged", "give": "offered_to", "owe": "to"}.get(str(event["action"]))
    return changed(event, what) if what else None


def changed(event: Mapping[str, object], what: str) -> object:
    """One thing an event changed."""
    changes = event["changes"]
    return changes.get(what) if isinstance(changes, Mapping) else None
