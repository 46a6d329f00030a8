"""Every sentence staff read at a change of shift: the draft, the handover itself, and who waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.duty.rota import Why
from bot.duty.shifts import Handover, Stage
from bot.errors import FormProblem
from bot.words import typed
from bot.words.rota import moment, title

MOST_LINES, MOST_CHARACTERS = 12, 3000
NOTHING = "Nothing is open."
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Telling:
    """A handover with the names of those it is between and the zone its times are told in."""

    one: Handover
    names: Mapping[str, str]
    zone: ZoneInfo

    @property
    def outgoing(self) -> str:
        """Who hands over."""
        return self.names.get(self.one.from_person, self.one.from_person) or NOBODY

    @property
    def incoming(self) -> str:
        """Who takes over."""
        return self.names.get(self.one.to_person, self.one.to_person)

    @property
    def at(self) -> str:
        """When the shift changes, by the clock on the wall."""
        return f"{self.one.shift_at.astimezone(self.zone):%H:%M}"

    @property
    def role(self) -> str:
        """What they are on duty as."""
        return title(self.one.role)


# --- the draft ---------------------------------------------------------------------------------------------------


def drafted(facts: Mapping[str, Sequence[object]], outgoing: str) -> str:
    """What was open, in at most nine lines, from facts by number: oldest first, and nobody's words."""
    if not facts["open"][0]:
        return "\n".join([NOTHING, *troubled(facts)])
    lines = [
        f"Open: {facts['open'][0]}",
        named("Unseen, oldest first", facts, "unseen"),
        named("Overdue", facts, "overdue"),
        named(f"Claimed by {outgoing}", facts, "claimed"),
        named("Replies not confirmed", facts, "not_confirmed"),
        named("Asleep, waking in your shift", facts, "waking"),
    ]
    return "\n".join([*filter(None, lines), *troubled(facts)])


def named(label: str, facts: Mapping[str, Sequence[object]], what: str) -> str:
    """A list of mentions with a label, from how many there are and the first of their numbers; empty for none."""
    total, *numbers = facts.get(what) or (0,)
    if not numbers:
        return ""
    more = f" and {int(str(total)) - len(numbers)} more" if int(str(total)) > len(numbers) else ""
    return f"{label}: {', '.join(f'M-{number}' for number in numbers)}{more}"


def troubled(facts: Mapping[str, Sequence[object]]) -> list[str]:
    """The rights whose clocks run, and the accounts that need attention, if any."""
    names, rights = ", ".join(map(str, facts.get("trouble") or ())), named("Rights with a clock", facts, "rights")
    return [*([rights] if rights else []), *([f"Accounts needing attention: {names}"] if names else [])]


def checked(note: str) -> str:
    """A note as it goes on. Raises FormProblem for one too long to be read at a change of shift."""
    note = "\n".join(line.rstrip() for line in note.strip().splitlines())
    lines = note.count("\n") + 1
    if lines > MOST_LINES:
        raise FormProblem("note", f"{lines} lines: {MOST_LINES} at most, so that it is read. Nothing is cut for you.")
    if len(note) > MOST_CHARACTERS:
        raise FormProblem("note", f"{len(note)} of {MOST_CHARACTERS} characters. Shorten it; nothing is cut for you.")
    return note or NOTHING


# --- to the outgoing person --------------------------------------------------------------------------------------


def draft(told: Telling, note: str) -> str:
    """Half an hour before: the draft is theirs to edit and send."""
    return (
        f"Your turn as {told.role} ends at {told.at}; {told.incoming} comes next. This is the handover as it stands. "
        f"Edit it and send it, or it goes as it is at {told.at}.\n{note}"
    )


def went_as_it_was(told: Telling) -> str:
    """At the change, when they had not sent it."""
    return f"It is {told.at}, and your handover went to {told.incoming} as it was drafted. {stays(told)}"


def went_on(told: Telling) -> str:
    """When somebody else comes than the one they sent it to, or the change was gone for a while."""
    return f"The rota was changed: your handover went to {told.incoming}. {stays(told)}"


def sent(told: Telling) -> str:
    """To the one who sent it."""
    return f"Sent to {told.incoming}. {stays(told)}"


def stays(told: Telling) -> str:
    """Who has the role until it is accepted."""
    if not told.one.keeps:
        return f"{told.incoming} has the duty from {told.at}."
    return f"You have the duty until {told.incoming} accepts it, from {told.at} on; a team lead hears if that takes long."


def off_duty(told: Telling, by: str) -> str:
    """To the one who handed over."""
    whose = told.incoming if by == told.incoming else f"{by}, for {told.incoming},"
    return f"{whose} accepted your handover. You are off duty as {told.role}{from_when(told)}. Thank you."


def from_when(told: Telling) -> str:
    """When the duty changes hands, where that is still to come."""
    accepted = told.one.accepted_at
    return f" from {told.at}" if accepted and accepted < told.one.shift_at else ""


def relieved(told: Telling) -> str:
    """To the one who kept the role until the turn of the next was over too."""
    return f"{told.incoming} never accepted the handover, and that turn is over: you no longer have the duty as {told.role}."


def changes_no_more(told: Telling) -> str:
    """To the one who has a draft for a change that the rota no longer has."""
    return f"The rota was changed: at {told.at} you hand over to nobody, or to somebody else. That draft is not needed."


# --- to the incoming person --------------------------------------------------------------------------------------


def ready_wanted(told: Telling) -> str:
    """Ten minutes before."""
    after = f" after {told.outgoing}" if told.one.from_person else ""
    return f"You are on duty as {told.role} from {told.at}{after}. Are you ready?"


def handed_over(told: Telling, note: str, *, as_drafted: bool) -> str:
    """The handover as the incoming person reads it."""
    return "\n".join([headed(told, as_drafted=as_drafted), note, what_accepting_does(told)])


def headed(told: Telling, *, as_drafted: bool) -> str:
    """Its first line: from whom, and whether they looked it over."""
    drafted = told.one.drafted_at if as_drafted else None
    unread = f", as it was drafted at {drafted.astimezone(told.zone):%H:%M}; they did not edit it" if drafted else ""
    return f"Handover from {told.outgoing}, {told.role} until {told.at}{unread}:"


def what_accepting_does(told: Telling) -> str:
    """What the button is for."""
    if not told.one.keeps:
        return f"You have the duty from {told.at}. Accept says that you have read this."
    return f"Until you accept it, {told.outgoing} has the duty."


def accepted(told: Telling) -> str:
    """To the one who accepted."""
    since = from_when(told) or " now"
    return f"Thank you. You are on duty as {told.role}{since}. To read it again: {typed('handover', 'last')}"


def accepted_for(told: Telling) -> str:
    """To a lead who accepted in somebody's place."""
    return f"Accepted for {told.incoming}, who is on duty as {told.role}{from_when(told) or ' now'}, and is told."


def was_accepted_for(told: Telling, by: str) -> str:
    """To the one for whom a lead accepted."""
    return f"{by} accepted {told.outgoing}'s handover for you. You are on duty as {told.role}{from_when(told) or ' now'}."


def ready(told: Telling) -> str:
    """To one who said they are ready."""
    if told.one.stage is Stage.SENT:
        return f"Thank you. Read the handover and accept it: until then {told.outgoing} has the duty."
    if told.one.from_person:
        return f"Thank you. The handover from {told.outgoing} comes by {told.at}; the duty is yours once you accept it."
    return f"Thank you. You are on duty as {told.role} from {told.at}."


def not_ready(told: Telling) -> str:
    """To one who said they cannot."""
    stays = f" Until somebody has accepted, {told.outgoing} stays." if told.one.keeps else ""
    return f"Thank you for saying. The team leads know, and cover is asked for.{stays}"


# --- to the leads ------------------------------------------------------------------------------------------------


def cannot(told: Telling) -> str:
    """The incoming person said so."""
    return f"{told.incoming} cannot be on duty as {told.role} from {told.at}. Cover has been asked for. {meanwhile(told)}"


def missed(told: Telling) -> str:
    """The incoming person did not answer by the start."""
    return f"{told.incoming} has not said that they are ready to be {told.role} from {told.at}. {meanwhile(told)}"


def meanwhile(told: Telling) -> str:
    """Who has the role as long as the incoming person does not."""
    if told.one.keeps:
        return f"{told.outgoing} stays on duty until the handover is accepted."
    return f"Nobody stays on for them: look who is there. To put somebody on: {typed('rota')}"


def late(told: Telling) -> str:
    """A quarter of an hour late."""
    stays = f"{told.outgoing} is still on duty. " if told.one.keeps else ""
    return (
        f"The handover from {told.outgoing} to {told.incoming}, {told.role} from {told.at}, has not been accepted. {stays}"
        f"Ask {told.incoming}; or accept it for them, once you know that they are there."
    )


# --- refusals ----------------------------------------------------------------------------------------------------


def not_sent_yet(told: Telling) -> str:
    """To one who accepts what is still being written."""
    return f"{told.outgoing} is still writing this handover. It comes to you by {told.at} at the latest."


def not_drafted_yet(told: Telling) -> str:
    """To one who writes it before there is anything to edit."""
    return f"The rota was changed, and this handover to {told.incoming} is drafted anew: you get it in a moment."


def not_their_turn(told: Telling, who: str, why: Why | None) -> str:
    """To one who takes a turn that the rota does not have as theirs; ``why`` when it is only that they are not there."""
    if why is Why.AWAY:
        ways = f"A team lead can put {told.incoming} on: {typed('duty', 'put @name on duty tonight why')}"
        return f"{told.incoming}'s own calendar says they are away, so the rota has nobody in their place. {ways}"
    if why is Why.LEFT:
        return f"{told.incoming} has left. To put somebody on: {typed('duty', 'put @name on duty tonight why')}"
    return f"The rota was changed: {who} is {told.role} from {told.at}, so nothing is wanted of {told.incoming} here."


def over(told: Telling) -> str:
    """To one who answers when it no longer counts."""
    if told.one.stage is Stage.ACCEPTED:
        by = told.names.get(told.one.accepted_by, told.one.accepted_by)
        return f"That handover was accepted by {by} already."
    return f"That change of shift is over. Who is on duty now: {typed('duty')}"


def has_left(told: Telling) -> str:
    """To a lead who would accept it for somebody who is not there any more."""
    put = typed("duty", "put @name on duty WHEN why")
    return f"{told.incoming} has left, so nobody can accept it for them. Put somebody else on: {put}"


def for_others(told: Telling) -> str:
    """To one whom it is not meant for."""
    return f"That is for {told.incoming} to answer, or for a team lead in their place."


def not_yours_to_write(told: Telling) -> str:
    """To one who wants to write somebody else's handover."""
    return f"{told.outgoing} hands over, so {told.outgoing} writes it."


# --- kept handovers ----------------------------------------------------------------------------------------------


def kept(told: Telling) -> str:
    """The first line of a handover that was read up: between whom, when, and how it ended."""
    one = told.one
    ends = {
        Stage.ACCEPTED: f"accepted by {told.names.get(one.accepted_by, one.accepted_by)} {when_accepted(one, told.zone)}",
        Stage.LAPSED: "never accepted",
        Stage.SENT: "not accepted yet",
    }
    people = f"{told.outgoing} to {told.incoming}" if one.from_person else told.incoming
    return f"{moment(one.shift_at, told.zone)} · {told.role} · {people} · {ends.get(one.stage, 'not sent yet')}"


def when_accepted(one: Handover, zone: ZoneInfo) -> str:
    """``at 17:04``."""
    at: datetime | None = one.accepted_at
    return f"at {at.astimezone(zone):%H:%M}" if at else ""
