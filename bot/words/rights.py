"""What staff read about rights: what was claimed, by when it is answered by each calendar, and whose it is. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.card import Line, Strong
from bot.rights.kinds import Kind, RightRules, Unit
from bot.rights.right import Outcome, Right, Running, Stage
from bot.words import typed, when

NOTHING_RUNS = "No right is running. To put one on a mention: "
FOR_GOVERNANCE = "This is for information governance: keep what is personal out of the channel."
END_IT = "A reply does not end it: say how it ended once it has."
FROM_ACKNOWLEDGEMENT = "The answer is counted from the acknowledgement; the earlier date is for one on the day itself."
NOT_ADVICE = "Starting points, not legal advice: whoever looks after information governance decides."
ENDS: Mapping[Outcome, str] = {
    Outcome.ANSWERED: "answered",
    Outcome.REFUSED: "refused",
    Outcome.PASSED: "passed to another body",
    Outcome.WITHDRAWN: "withdrawn",
    Outcome.NOT_ONE: "not one after all",
}
"""How a right may end."""
SAID: Mapping[str, Outcome] = {
    "answered": Outcome.ANSWERED,
    "refused": Outcome.REFUSED,
    "passed": Outcome.PASSED,
    "withdrawn": Outcome.WITHDRAWN,
    "not": Outcome.NOT_ONE,
    "mistake": Outcome.NOT_ONE,
}
"""The first word after ``end``."""
STAGES: Mapping[Stage, str] = {
    Stage.EARLY: "",
    Stage.AMBER: "amber, half of its time is gone",
    Stage.RED: "red, little of its time is left",
    Stage.TODAY: "due today",
    Stage.LATE: "overdue",
}


def day(on: date, today: date | None = None) -> str:
    """``Mon 2 Nov``, with its year where that is not this one."""
    year = "" if today and on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


def by_when(right: Right, kind: Kind, now: datetime, zone: ZoneInfo) -> str:
    """By when, and by which count; both dates where calendars disagree."""
    today = now.astimezone(zone).date()
    length = kind.in_units(kind.length + (kind.extension if right.extended_at else 0))
    takes = f" ({length})" if length else ""
    if right.due_at:
        return f"answer by {day(right.due, today)} at {right.due_at.astimezone(zone):%H:%M}{takes}"
    if right.due_on == right.last_on:
        return f"answer by {day(right.due, today)}{takes}"
    return f"answer by {day(right.due, today)}, at the very latest {day(right.last, today)}{takes}"


def state(right: Right, now: datetime, zone: ZoneInfo) -> str:
    """Amber, red, late, standing still or over, in words; empty while there is time."""
    if right.ended_at:
        return f"over: {ENDS.get(Outcome(right.outcome), right.outcome)}"
    if right.paused_at:
        return f"standing still since {day(right.paused_at.astimezone(zone).date())}"
    return STAGES[right.stage(now, zone)]


def line(right: Right, kind: Kind, owner: str, *, now: datetime, zone: ZoneInfo, ref: bool = True) -> Line:
    """One on a line: what, by when, whose, and how it stands."""
    told = state(right, now, zone)
    first: Line = (f"{right.ref} · ",) if ref else ()
    stands: Line = (" · ", Strong(told)) if told else ()
    return (*first, f"{kind.name}: {by_when(right, kind, now, zone)}, {owner}", *stands)


def page(right: Right, kind: Kind, owner: str, *, now: datetime, zone: ZoneInfo) -> list[Line]:
    """All there is to say of one."""
    lines: list[Line] = [line(right, kind, owner, now=now, zone=zone, ref=False)]
    lines.append(("Counted from when it was posted: ", when(right.received_at, zone), "."))
    if right.paused_days:
        unit = "working days" if kind.unit is Unit.WORKING_DAYS else "days"
        lines.append((f"It stood still for {right.paused_days} {unit}, which are added.",))
    if right.extended_at:
        lines.append((f"Extended once, by {kind.in_units(kind.extension)}.",))
    return lines


def counted(because: Sequence[str]) -> list[Line]:
    """Why there are two dates."""
    return [(f"The calendars disagree about: {'; '.join(because)}.",)] if because else []


def reached(at: datetime, zone: ZoneInfo) -> Line:
    """When we could first have known, beside when it was posted."""
    return ("It reached us ", when(at, zone), "; the clock began all the same.")


def acknowledge(on: date) -> str:
    """Before it is answered."""
    return f"Acknowledge it by {day(on)}."


def of_the_kind(kind: Kind) -> list[Line]:
    """What holds of every one of a kind."""
    lines: list[Line] = [(FOR_GOVERNANCE,)] if kind.governance else []
    lines += [(kind.advice,)] if kind.advice else []
    lines += [(FROM_ACKNOWLEDGEMENT,)] if kind.from_acknowledgement else []
    lines += [(kind.caveat,)] if kind.caveat else []
    return [*lines, (f"By: {kind.source}. {NOT_ADVICE}",)]


def kinds(rules: RightRules) -> list[Line]:
    """Those that can be put on a mention here."""
    lines: list[Line] = [(Strong("Rights with a clock: "), f"as they are in {rules.nation.replace('-', ' ').title()}")]
    lines += [(f"{one.label} · {one.name}{f', {one.takes}' if one.takes else ''}",) for one in rules.offered]
    return [*lines, (f"For example: {typed('rights', '142 foi')}. {NOT_ADVICE}",)]


def running_lines(
    running: Running, rules: RightRules, names: Mapping[str, str], *, now: datetime, zone: ZoneInfo
) -> list[Line]:
    """For a handover: a line each, what is due first at the front."""
    if not running.total:
        return []
    head: Line = (Strong("Rights with a clock: "), f"{running.total} open")
    each = [line(one, rules.kind(one.kind), names.get(one.owner, one.owner), now=now, zone=zone) for one in running.first]
    more = running.total - len(running.first)
    return [head, *each, *([(f"and {more} more: {typed('rights')}",)] if more > 0 else [])]


def go_on(right: Right, kind: Kind) -> str:
    """Asked of one that stands still."""
    resume = typed("rights", f"{right.ref[2:]} resume {kind.label}")
    return f"Is what it waited for here? Then let it go on: {resume}. Else nothing is to do; you are asked again."


def on_a_card(
    rights: Sequence[Right], rules: RightRules, names: Mapping[str, str], *, now: datetime, zone: ZoneInfo
) -> Line:
    """The first that is due, short; a card is not drawn anew as time passes, so no stage is on it."""
    if not rights:
        return ()
    first, more = rights[0], f" (and {len(rights) - 1} more)" if len(rights) > 1 else ""
    kind = rules.kind(first.kind)
    still = ", standing still" if first.paused_at else ""
    return (f"{kind.name}: {by_when(first, kind, now, zone)}, {names.get(first.owner, first.owner)}{still}{more} · ",)


def might_be(ref: str, label: str, name: str) -> Line:
    """What the words made somebody think of; only a person says that it is one."""
    return (f"Could this be a {name[0].lower()}{name[1:]}? If it is: {typed('rights', f'{ref[2:]} {label}')}",)


def still_runs(right: Right, kind: Kind, now: datetime, zone: ZoneInfo) -> str:
    """Beside a mention that was closed all the same."""
    by, end = by_when(right, kind, now, zone), typed("rights", f"{right.ref[2:]} end")
    return f"{kind.name}: its clock still runs, {by}. To end it: {end}"


# --- after a press -----------------------------------------------------------------------------------------------


def put_on(right: Right, kind: Kind, owner: str, *, now: datetime, zone: ZoneInfo) -> list[Line]:
    """To the one who put it there; ``owner`` is a name, or empty where that is them."""
    hears = f"{owner or 'You'} will hear as its time passes."
    return [
        (Strong(f"{kind.name} on {right.ref}: "), f"{by_when(right, kind, now, zone)}. {hears}"),
        ("A reply does not end it. When it is dealt with: ", typed("rights", f"{right.ref[2:]} end answered")),
    ]


def over(kind: Kind, ref: str, outcome: str) -> str:
    """To the one who ended it."""
    return f"{kind.name} on {ref} is over: {ENDS[Outcome(outcome)]}. Its clock has stopped, and the record keeps it."


def given_to(kind: Kind, ref: str, name: str) -> str:
    """To the one who gave it away."""
    return f"{name} has it now: {kind.name}, {ref}. They have been told."


def changed(deed: str, right: Right, kind: Kind, *, now: datetime, zone: ZoneInfo) -> str:
    """After a pause, its end, or an extension."""
    if deed == "paused":
        return f"{kind.name} on {right.ref} stands still. When it goes on: {typed('rights', f'{right.ref[2:]} resume')}"
    told = "goes on" if deed == "resumed" else "has longer"
    return f"{kind.name} on {right.ref} {told}: {by_when(right, kind, now, zone)}."


# --- in the record, under the card, and in private ---------------------------------------------------------------

DID: Mapping[str, str] = {
    "put": "put a right on it:",
    "given": "gave on the right",
    "paused": "let its clock stand still:",
    "resumed": "let its clock go on:",
    "extended": "extended the right",
    "ended": "ended the right",
}


def named(kind_id: str) -> str:
    """A kind in the record, whatever the settings say today."""
    return RightRules().kind(kind_id).name


def did(changes: Mapping[str, object], names: Mapping[str, str]) -> str:
    """What somebody did about a right, as its event says."""
    row = changes.get("row")
    row = row if isinstance(row, Mapping) else {}
    deed, owner = str(changes.get("deed") or ""), str(row.get("owner") or "")
    what = f"{DID.get(deed, 'changed the right')} {named(str(row.get('kind') or ''))}"
    if deed == "given":
        return f"{what} to {names.get(owner, owner)}"
    if deed == "ended":
        return f"{what} ({ENDS.get(Outcome(str(row.get('outcome') or 'answered')), '')})"
    return f"{what}, answer by {row.get('due_on')}, {names.get(owner, owner)}"


SHORT: Mapping[str, str] = {
    "put": "put on it by",
    "given": "given on by",
    "paused": "standing still, says",
    "resumed": "going on, says",
    "extended": "given longer by",
}


def short(deed: str, by: str) -> str:
    """What was done about one, in a few words."""
    return f"{SHORT.get(deed, 'changed by')} {by}"


def turned(right: Right, kind: Kind, *, now: datetime, zone: ZoneInfo) -> Line:
    """To whoever has it, as its clock turns."""
    told = state(right, now, zone)
    head = f"{told[0].upper()}{told[1:]}" if told else kind.name
    return (Strong(f"{right.ref}: {head}."), f" {kind.name}, {by_when(right, kind, now, zone)}.")
