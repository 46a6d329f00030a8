"""What staff read about the rota: who is on duty until when, what an override or a cover does, and why one is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.duty.rota import DutyRole, Override, Rota, Rotation, Switch, Turn, Why
from bot.times.week import DAY, Stretch
from bot.words import age, typed

TITLES: Mapping[DutyRole, str] = {
    DutyRole.DUTY: "Duty officer",
    DutyRole.BACKUP: "Backup",
    DutyRole.LEAD: "Team lead",
    DutyRole.SHADOW: "Shadow",
}
TURNS_SHOWN = 4
LOOK_AHEAD = 60 * DAY
"""How far ahead a next turn is looked for."""
EXAMPLES = ("fri 18:00 to sat 09:00", "tonight", "21 Dec 09:00 to 23 Dec 09:00")
UNREAD = f"Say when, such as: {'; '.join(EXAMPLES)}; or “my shift” for your next turn."
NO_REASON = "Say why, in a word or two, so that whoever reads the rota later knows."


def title(role: DutyRole) -> str:
    """A role in a sentence: ``duty officer``."""
    return TITLES[role].lower()


def moment(at: datetime, zone: ZoneInfo) -> str:
    """``Fri 20 Nov 18:00``, by the clock on the wall."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


def stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """``Fri 20 Nov 18:00 to Sat 21 Nov 09:00``; the day once where it is the same."""
    same_day = start.astimezone(zone).date() == end.astimezone(zone).date()
    last = f"{end.astimezone(zone):%H:%M}" if same_day else moment(end, zone)
    return f"{moment(start, zone)} to {last}"


def spelled_out(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """``Friday 20 November 2026 18:00 to Saturday 21 November 2026 09:00 (15 h)``, before anything is changed."""
    first, last = (f"{at:%A} {at.day} {at:%B %Y %H:%M}" for at in (start.astimezone(zone), end.astimezone(zone)))
    return f"{first} to {last} ({age(end - start)})"


# --- who is on duty ----------------------------------------------------------------------------------------------


def on_duty_now(rota: Rota, now: datetime, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """``Dev Rao until Wed 18 Nov 09:00, then Farah Ali``; or those who are always on duty, in the order they are pinged."""
    return who_has(rota, DutyRole.DUTY, now, names=names, zone=zone) or "nobody; pings go to the channel"


def who_has(rota: Rota, role: DutyRole, now: datetime, *, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """Who has a role now, until when, and who is next; empty where nobody ever has it."""
    here = ", then ".join(names.get(one, one) for one in rota.on_duty(role, now))
    coming = rota.next_change(role, now, LOOK_AHEAD)
    if not here and coming is None and role not in rota.plan.roles:
        return ""
    if coming is None:
        return here or "nobody"
    after = names.get(coming.person, coming.person) if coming.person else "nobody"
    return f"{here or 'nobody'} until {moment(coming.start, zone)}, then {after}"


def turn_line(turn: Turn, zone: ZoneInfo) -> str:
    """One turn, without why it was changed: that may be somebody's illness."""
    return f"{stretch(turn.start, turn.end, zone)}, {title(turn.role)}"


def gap_line(turn: Turn, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """When nobody has a role that should be covered, and why."""
    because = {Why.AWAY: "is away", Why.LEFT: "has left"}.get(turn.why)
    missing = f": {names.get(turn.reason, turn.reason)} {because}" if because else ""
    return f"nobody is {title(turn.role)}, {stretch(turn.start, turn.end, zone)}{missing}"


def turns_of(rota: Rota, person: str, since: datetime, *, most: int = 4, within: int = 60) -> list[Turn]:
    """A person's next turns in any role, in order; the one under way is the first."""
    roles = [role for role in DutyRole if role in rota.plan.roles or any(one.role is role for one in rota.overrides)]
    mine = [turn for role in roles for turn in turns_as(rota, role, person, (since, since + within * DAY))]
    return sorted(mine, key=lambda turn: (turn.start, turn.role))[:most]


def turns_as(rota: Rota, role: DutyRole, person: str, within: Stretch) -> list[Turn]:
    """A person's turns in one role, also one that somebody else holds on to for them, and one they hold on to themselves."""
    held = [turn for turn in rota.turns(role, *within) if turn.why is Why.HOLD]
    found = [*replace(rota, holds=()).turns(role, *within), *held]
    return sorted((turn for turn in found if turn.person == person), key=lambda turn: turn.start)


def next_turns(one: Rotation, now: datetime, most: int, *, names: Mapping[str, str], zone: ZoneInfo) -> list[str]:
    """``Dev Rao, Mon 23 Nov 09:00 to Mon 30 Nov 09:00``: what the rotation by itself says, the turn under way first."""
    first = max(one.index_at(now), 0)
    spans = [(index, one.hand_off(index), min(one.hand_off(index + 1), one.ends_at)) for index in range(first, first + most)]
    found = [(one.person(index), start, end) for index, start, end in spans if start < end and end > now]
    return [f"{names.get(person, person)}, {stretch(start, end, zone)}" for person, start, end in found] or ["it has ended"]


# --- what was changed, to those it is about ----------------------------------------------------------------------


def put_on(role: DutyRole, when: str, by: str, reason: str) -> str:
    """To the one who has a role now because somebody said so."""
    return f"{by} put you on as {title(role)}: {when}. {reason}".rstrip()


def relieved(role: DutyRole, when: str, person: str, reason: str) -> str:
    """To the one who would have had it."""
    return f"{person} is {title(role)} in your place: {when}. {reason}".rstrip()


def from_now_on(one: Switch, names: Mapping[str, str]) -> str:
    """Who has a role in whose place, when that is so at once: also said before it is put in force."""
    had, has = (" and ".join(sorted(names.get(person, person) for person in people)) for people in (one.had, one.has))
    instead = f", in the place of {had}" if had else ""
    return f"From now on {has or 'nobody'} is {title(one.role)}{instead}."


def said_by(name: str, why: str) -> str:
    """Who changed the rota, and why."""
    return f"{name} changed the rota: {why}" if name else why


def nobody_now(role: DutyRole, then: Turn | None, *, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """To the leads too: until when nobody has a role, and what they can do."""
    until = f"{names.get(then.person, then.person)} comes {moment(then.start, zone)}. " if then and then.person else ""
    return f"{until}To put somebody on: {typed('duty', f'put @name on {role} WHEN why')}"


def given_back(role: DutyRole, when: str, by: str) -> str:
    """To those an override was about, when it is withdrawn."""
    return f"{by} withdrew the change to the rota for {title(role)}, {when}. The turns are as the rota has them again."


# --- cover and swaps ---------------------------------------------------------------------------------------------


def wanted(person: str, role: DutyRole, when: str, reason: str) -> str:
    """To everybody who could cover."""
    return f"{person} asks for cover as {title(role)}: {when}. Why: {reason}\nWhoever takes it first has it."


def not_taken(person: str, role: DutyRole, when: str, ref: str) -> str:
    """To the asker and the leads, while nobody has taken it."""
    ways = f"A team lead can put somebody on: {typed('duty', f'put @name on {role} WHEN why')}."
    return f"Nobody covers {person} as {title(role)} yet ({ref}): {when}. Until somebody does it stays with {person}. {ways}"


def taken_by(taker: str, person: str, role: DutyRole, when: str) -> str:
    """To the asker and to whom it was for."""
    return f"{taker} covers {person} as {title(role)}: {when}. The rota has it."


def swap_wanted(person: str, role: DutyRole, *, theirs: str, yours: str, reason: str) -> str:
    """To the one a swap is offered to."""
    return (
        f"{person} offers you a swap as {title(role)}.\nYou would take: {theirs}\n{person} would take: {yours}\n"
        f"Why: {reason}\nNothing changes until you accept."
    )


def swap_declined(by: str, when: str) -> str:
    """To the one who offered it."""
    return f"{by} cannot swap this time: {when} stays yours. You can ask somebody else, or for cover."


def second_to_cover(taker: str, when: str) -> str:
    """To one who pressed after somebody else had."""
    return f"{taker} was first and covers it: {when}. Thank you all the same."


# --- refusals ----------------------------------------------------------------------------------------------------


def in_the_way(other: Override, person: str, zone: ZoneInfo) -> str:
    """An override that overlaps one that stands."""
    return (
        f"{person} is put on as {title(other.role)} already, {stretch(other.start, other.end, zone)} ({other.id}). "
        f"To change that, first: {typed('duty', f'withdraw {other.id}')}"
    )


def changed_since(person: str, role: DutyRole, when: str, ref: str) -> str:
    """Cover or a swap for what, by the rota as it is now, is not that person's alone."""
    again = f" Whoever asked can take it back, and ask for what is left: {typed('duty', f'withdraw {ref}')}" if ref else ""
    return f"{person} is not {title(role)} for all of that any more: {when}. The rota was changed; nothing is done.{again}"


def only_part(until: datetime, after: datetime, zone: ZoneInfo) -> str:
    """Asked for more turns than one, with somebody else's between them."""
    return f"Somebody else is on duty from {moment(until, zone)}. The turn from {moment(after, zone)} is asked for apart."


def swap_begun(worked: str) -> str:
    """A swap of which somebody has done, or is doing, their half."""
    return f"{worked} has begun their half of that swap: {worked} or a team lead can withdraw it."


SWAP_BROKEN = "Part of that swap has been changed since, or both halves have begun: a team lead can withdraw what is left."


def not_on_then(who: str, turns: Sequence[Turn], zone: ZoneInfo) -> str:
    """Cover asked for when there is nothing to cover."""
    has = "; ".join(turn_line(turn, zone) for turn in turns)
    return f"{who} is not on the rota then. Next turns: {has}." if has else f"{who} has no turn in the next 60 days."
