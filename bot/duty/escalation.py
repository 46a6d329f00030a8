"""Who is pinged next about a mention that waits, and when to look again. Pure.

A policy is a ladder: its rungs are climbed one after another until somebody acts. People are found when a rung is reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.duty.rota import DutyRole, Rota
from bot.mention import Mention
from bot.times.week import DAY, MIDNIGHT, Week, instant, read_span

OWNER, CHANNEL, NAMED = "owner", "channel", "named"
"""What is no role of the rota: whoever claimed it, everybody in the mention's channel, and a person a rung names."""
NAG_EVERY = timedelta(hours=24)
NOBODY_WAIT = timedelta(hours=1)
"""When there is nobody at all to ping: how soon to look whether there is."""
FARTHEST = 800
"""Quiet stretches that are looked past, one after another."""
URGENT = "P0"
"""Never held back, however much a person is told."""
ROLES = frozenset(DutyRole)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a policy: whom to ping (OWNER, CHANNEL, a role, or a person's id), and how long until the next."""

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

    @property
    def people(self) -> tuple[str, ...]:
        """Those its rungs name."""
        return tuple(rung.who for rung in self.rungs if rung.who not in (*ROLES, OWNER, CHANNEL))

    def fits(self, mention: Mention) -> bool:
        """Whether it is meant for such mentions."""
        return mention.account in (self.accounts or (mention.account,)) and mention.priority in (
            self.priorities or (mention.priority,)
        )

    def to_json(self) -> dict[str, Any]:
        """What is kept with a mention; which mentions it was meant for is decided by then."""
        quiet = [[f"{span.start:%H:%M}-{span.end:%H:%M}" for span in day] for day in self.quiet.days] if self.quiet else None
        return {
            "name": self.name,
            "rungs": [[rung.who, int(rung.wait.total_seconds())] for rung in self.rungs],
            "repeat": self.repeat,
            "quiet": quiet,
            "closed": self.quiet_on_closed_days,
            "awake": sorted(self.awake_for),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Policy":
        """The policy as it was kept. Raises KeyError or ValueError for what is none."""
        quiet = kept["quiet"]
        return cls(
            name=kept["name"],
            rungs=tuple(Rung(who, timedelta(seconds=wait)) for who, wait in kept["rungs"]),
            repeat=kept["repeat"],
            quiet=Week(tuple(tuple(read_span(span) for span in day) for day in quiet)) if quiet else None,
            quiet_on_closed_days=kept["closed"],
            awake_for=frozenset(kept["awake"]),
        )


MINUTE = timedelta(minutes=1)
LAST_WAIT = 30 * MINUTE
"""How long a rung waits that does not say so."""
BY_ROTA = Policy(
    "by rota",
    (
        Rung(OWNER, 10 * MINUTE),
        Rung(DutyRole.DUTY, 10 * MINUTE),
        Rung(DutyRole.BACKUP, 10 * MINUTE),
        Rung(DutyRole.LEAD, 20 * MINUTE),
        Rung(CHANNEL, LAST_WAIT),
    ),
)
"""What an organisation with a rota gets that has written no policy."""


IN_TURN = "in turn"
"""The policy nobody wrote: its people are those of the settings, whenever it is climbed."""


def in_turn(people: Sequence[str], wait: timedelta) -> Policy:
    """Without a rota: the owner, each of these people, then the channel, and all of it again a day later."""
    rungs = (Rung(OWNER, wait), *(Rung(person, wait) for person in people), Rung(CHANNEL, wait))
    return Policy(IN_TURN, rungs, repeat=0)


def fitted(policy: Policy, mention: Mention, wait: timedelta) -> Policy:
    """The policy with what none may be without: an owner is asked first, and about a private message who may read it."""
    asked = {rung.who for rung in policy.rungs}
    first = () if OWNER in asked else (Rung(OWNER, wait),)
    readers = () if not mention.private or asked & {DutyRole.LEAD, CHANNEL} else (Rung(DutyRole.LEAD, LAST_WAIT),)
    return replace(policy, rungs=(*first, *policy.rungs, *readers))


def choose(policies: Sequence[Policy], mention: Mention) -> Policy | None:
    """The first that is meant for such a mention."""
    return next((policy for policy in policies if policy.fits(mention)), None)


# --- who ---------------------------------------------------------------------------------------------------------


OnDuty = Callable[[DutyRole], tuple[str, ...]]


def people_for(who: str, mention: Mention, rota: Rota, now: datetime) -> tuple[str, ...]:
    """The people on a rung now who have not left. An owner is asked as the owner only; CHANNEL is nobody in particular."""
    found = people_on(who, mention, lambda role: rota.on_duty(role, now))
    return tuple(person for person in found if person not in rota.gone)


def people_on(who: str, mention: Mention, on_duty: OnDuty) -> tuple[str, ...]:
    """See ``people_for``; ``on_duty`` says who has a role now."""
    if who == CHANNEL:
        return ()
    if who == OWNER:
        return (mention.owner,) if mention.owner else ()
    found = on_duty(DutyRole(who)) if who in ROLES else (who,)
    return tuple(person for person in found if person != mention.owner)


def everybody(policy: Policy, mention: Mention, rota: Rota, now: datetime) -> tuple[str, ...]:
    """All who would be pinged about a mention now, in order, with those who learn by looking on."""
    named = [person for rung in policy.rungs for person in people_for(rung.who, mention, rota, now)]
    if any(rung.who == DutyRole.DUTY for rung in policy.rungs):
        named += people_for(DutyRole.SHADOW, mention, rota, now)
    return tuple(dict.fromkeys(named))


# --- when --------------------------------------------------------------------------------------------------------


def opens_at(policy: Policy, priority: str, now: datetime, *, zone: ZoneInfo, is_closed: Callable[[date], bool]) -> datetime:
    """The first moment from ``now`` on at which people may be pinged about something of this priority."""
    if priority == URGENT or priority in policy.awake_for:
        return now
    moment = now
    for _ in range(FARTHEST):
        ends = quiet_until(policy, moment, zone, is_closed)
        if ends is None:
            return moment
        moment = ends
    return now


def quiet_until(policy: Policy, moment: datetime, zone: ZoneInfo, is_closed: Callable[[date], bool]) -> datetime | None:
    """The end of the quiet stretch a moment is in; None outside of any."""
    if policy.quiet is not None:
        for begins, ends in policy.quiet.windows(moment, moment + timedelta(milliseconds=1), zone):
            if begins <= moment < ends:
                return ends
    today = moment.astimezone(zone).date()
    if policy.quiet_on_closed_days and is_closed(today):
        return instant(datetime.combine(today + DAY, MIDNIGHT), zone)
    return None


# --- the ladder --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the ladder a mention is: the rung that is next, its round (for ever rising), and the times gone through."""

    step: int = 0
    round: int = 1
    lap: int = 0


@dataclass(frozen=True, slots=True)
class Climb:
    """One rung climbed: ``people`` on it are pinged as ``who``, and it is looked again from ``place`` on after ``wait``.

    Nobody is on it where nobody is left to ping today. ``skipped`` are the rungs passed over because nobody was on them.
    """

    place: Place
    wait: timedelta
    who: str = ""
    people: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def rung(self) -> int:
        """Which rung it was."""
        return self.place.step - 1


def climb(policy: Policy, place: Place, people: Callable[[str], tuple[str, ...]]) -> Climb:
    """The next rung with somebody on it. After the last one all are gone through ``repeat`` more times, then once a day.

    Where nobody is on any rung the channel is told: never silence.
    """
    rungs, seen = policy.rungs, 0
    skipped: list[str] = []
    if place.step >= len(rungs):
        place = Place(0, place.round + 1, place.lap + 1)
    step = place.step
    while seen < len(rungs):
        if step == len(rungs):
            if place.lap >= policy.repeat:
                break
            place, step = Place(0, place.round + 1, place.lap + 1), 0
        if found := people(rungs[step].who):
            return climbed(policy, Place(step + 1, place.round, place.lap), found, tuple(skipped))
        skipped.append(rungs[step].who)
        step, seen = step + 1, seen + 1
    end = Place(len(rungs), place.round, place.lap)
    told = people(CHANNEL) if place.step == 0 else ()
    wait = NAG_EVERY if told or place.step else NOBODY_WAIT
    return Climb(end, wait, CHANNEL if told else "", told, tuple(skipped))


def climbed(policy: Policy, after: Place, people: tuple[str, ...], skipped: tuple[str, ...]) -> Climb:
    """A rung with somebody on it; after the last rung of the last time through, the next is a day away."""
    rung = policy.rungs[after.step - 1]
    is_last = after.step == len(policy.rungs) and after.lap >= policy.repeat
    return Climb(after, NAG_EVERY if is_last else rung.wait, rung.who, people, skipped)


# --- not too much at once ----------------------------------------------------------------------------------------

AT_MOST: Sequence[tuple[int, timedelta]] = ((5, 15 * MINUTE), (11, 60 * MINUTE), (21, 180 * MINUTE))
"""How many pings one person gets in the chat within which time (GoAlert's figures). What is over goes into one message."""
LONGEST = 180 * MINUTE
SLOT = 15 * MINUTE
"""How far apart such messages are."""


def room(earlier: Sequence[datetime], now: datetime) -> int:
    """How many more pings a person may get now; ``earlier`` holds when they got the last ones."""
    return max(0, min(many - sum(at > now - span for at in earlier) for many, span in AT_MOST))
