"""What each line of the record says: who did what to a mention. The same in chat, in the decision log and in evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.mention import SYSTEM
from bot.store.columns import from_ms
from bot.words import when
from bot.words.approvals import UNAPPROVED
from bot.words.asked import AS_ROLE
from bot.words.hiding import ACTS, DEEDS, came_of
from bot.words.holding import DEEDS as HOLDS
from bot.words.rights import did as rights_did

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
    **HOLDS,
}
SAID_SO = {
    "sent": "saw that the reply is there",
    "not_sent": "saw that the reply is not there",
    "unsure": "took back the second try",
}
"""What a person did when it was their word that settled it."""
PROMISE_IS = {"kept": " (the promise was kept)", "late": " (the promise was kept, late)"}
BROKEN = "said that a promise cannot be kept"
OURS = frozenset(
    {"close", "withdraw", "release", "reopen", "expire", "priority", "show_again", "owe", "owed_done", "right", "let_go"}
)
"""What the bot does of its own accord, and then stands there as the one who did it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One event in words. ``who`` is empty where the sentence needs nobody; ``why`` where no reason was given."""

    who: str
    what: str
    why: str = ""

    @property
    def sentence(self) -> str:
        """All of it."""
        return f"{self.who}{' ' if self.who else ''}{self.what}{f': {self.why}' if self.why else ''}"


def deed(event: Mapping[str, object], names: Mapping[str, str], zone: ZoneInfo) -> Deed:
    """Who, what, why of a row of the record."""
    action = str(event["action"])
    by_us = event["actor"] == SYSTEM
    if action == "decline" and by_us:
        return Deed("", "the offer ran out")
    did = done_as(event, by_us=by_us)
    if action in DEEDS and (outcome := changed(event, "outcome")):
        return Deed("", came_of(action, str(outcome), str(changed(event, "reason") or "")))
    if action == "right" and isinstance(changes := event["changes"], Mapping):
        did = rights_did(changes, names)
    who = ("Tolbooth" if action in OURS else "") if by_us else names.get(str(event["actor"]), str(event["actor"]))
    return Deed(who, f"{did}{object_of(event, names, zone)}", str(event["note"] or ""))


def done_as(event: Mapping[str, object], *, by_us: bool) -> str:
    """What was done, in words."""
    action = str(event["action"])
    if action == "owed_done" and changed(event, "outcome") == "broken":
        return BROKEN
    return DID.get(action, action) if by_us else SAID_SO.get(action, DID.get(action, action))


def object_of(event: Mapping[str, object], names: Mapping[str, str], zone: ZoneInfo) -> str:
    """Whom it was done to, until when, or what was set."""
    until = changed(event, "snooze_until")
    if event["action"] == "snooze" and isinstance(until, int):
        return f" until {when(from_ms(until), zone).local}"
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
    if besides := f"{past(event)}{alone(event)}{promise(event)}":
        return besides
    if event["action"] == "owe":
        due = changed(event, "due_at")
        by = f" by {when(from_ms(due), zone).local}" if isinstance(due, int) else ""
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


def promise(event: Mapping[str, object]) -> str:
    """How a promise ended."""
    outcome = changed(event, "outcome") if event["action"] == "owed_done" else None
    return PROMISE_IS.get(str(outcome), "")


def whom(event: Mapping[str, object]) -> object:
    """Whom an escalation pinged or an offer was made to."""
    what = {"escalate": "pinged", "give": "offered_to", "owe": "to"}.get(str(event["action"]))
    return changed(event, what) if what else None


def changed(event: Mapping[str, object], what: str) -> object:
    """One thing an event changed."""
    changes = event["changes"]
    return changes.get(what) if isinstance(changes, Mapping) else None
