"""Whether what a leaver had was handed on: by the record of the day, the rows and the settings of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.duty.test_pings import is_daytime
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions, schema
from bot.store.duty import calendars, gone
from bot.store.duty.held import Held, held_by
from bot.store.duty.leaver import HANDED_ON, coming_turns
from bot.store.duty.rota import tell
from bot.store.intake import accounts
from bot.words.leaving import still_theirs
from bot.words.rota import turn_line

DEPARTED = "departed"
AFTER, WITHIN = timedelta(days=3), timedelta(days=30)
"""How long after it was handed on, or they left, the leads hear once what is theirs still; and until when that is news."""
E = schema.event.c


class Found(StrEnum):
    """How far one thing has come, as far as can be seen from here."""

    DONE = "done"
    CLAIMED = "claimed, not verified"
    THEIRS = "still theirs"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to hand on: what is theirs still, or nothing."""

    what: str
    found: Found
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handing:
    """When something of theirs was handed on last, and by whom; None and nobody where it never was."""

    at: datetime | None = None
    by: str = ""
    why: str = ""
    had: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What was theirs by then, by kind, in the words of the record."""
    seq: int = 0


def handing(conn: Connection, person: str) -> Handing:
    """What the record of a person says of it."""
    here = (E.subject == f"staff:{person}", E.action.in_((HANDED_ON, DEPARTED)))
    rows = conn.execute(select(schema.event).where(*here).order_by(E.seq)).mappings().all()
    if not rows:
        return Handing()
    had: dict[str, frozenset[str]] = {}
    for row in rows:
        lists = {what: told for what, told in row["changes"].items() if isinstance(told, list)}
        had |= {what: had.get(what, frozenset()) | {str(one) for one in told} for what, told in lists.items()}
    last = rows[-1]
    return Handing(last["at"], last["actor"], last["note"] or "", had, last["seq"])


def steps(conn: Connection, person: str, *, house: House, now: datetime) -> list[Step]:
    """All that was theirs, or is: each with how far it has come."""
    before, held = handing(conn, person), held_by(conn, person)
    turns = [turn_line(turn, house.zone) for turn in coming_turns(conn, person, house, now)]
    found = [step(what, had, refs) for what, had, refs in kinds(before, held) if had or refs]
    found += [Step("Turns on duty", Found.THEIRS, tuple(turns))] if turns else []
    found += account_steps(conn, person, before, house)
    settings = [name for name, people in house.named_in.items() if person in people]
    if settings or before.had.get("settings"):
        found.append(step("Settings that name them", before.had.get("settings", frozenset()), settings))
    if calendars.has_link(conn, person) or calendars.made_for_all(conn, person):
        found.append(Step("A calendar address they know", Found.THEIRS))
    return found


def kinds(before: Handing, held: Held) -> Sequence[tuple[str, frozenset[str], Sequence[str]]]:
    """Each kind of thing: its name, what was theirs of it by the record, and what is now."""
    had = before.had
    none: frozenset[str] = frozenset()
    return (
        ("Claims", had.get("claims", none), [one.ref for one in held.claims]),
        ("Asleep", had.get("asleep", none), [one.ref for one in held.asleep]),
        ("Offers to them", had.get("offers", none), [one.ref for one in held.offers]),
        ("Replies on their way", none, [one.ref for one in held.replying]),
        ("Promises and what else was owed", had.get("owed", none), held.owed),
        ("Watches", had.get("watched", none), held.watched),
        ("Saved replies", had.get("saved", none), [one.ref for one in held.saved]),
        ("Rights", had.get("rights", none), [f"M-{one.number}" for one in held.rights]),
    )


def step(what: str, had: frozenset[str], refs: Sequence[str]) -> Step:
    """What the system itself can see."""
    return Step(what, Found.THEIRS, tuple(refs)) if refs else Step(what, Found.DONE, tuple(sorted(had)))


def account_steps(conn: Connection, person: str, before: Handing, house: House) -> list[Step]:
    """Of each account they held or hold: whether the settings name others, and somebody has signed in since."""
    name = mentions.names(conn, {person})[person]
    said = accounts.verified(conn, house)
    since = before.at.astimezone(house.zone).date() if before.at else None
    found = []
    for kept in house.register:
        what = f"Account {kept.name}"
        if kept.is_held_by(person, name):
            found.append(Step(what, Found.THEIRS))
        elif kept.name in before.had.get("accounts", frozenset()):
            looked = max((day for day in (kept.last_verified, said.get(kept.name)) if day), default=None)
            found.append(Step(what, Found.DONE if is_since(looked, since) else Found.CLAIMED, kept.holders))
    return found


def is_since(looked: date | None, since: date | None) -> bool:
    """Whether somebody has looked after it was handed on."""
    return looked is not None and since is not None and looked >= since


# --- once, some days later ---------------------------------------------------------------------------------------


def remind(conn: Connection, house: House, now: datetime) -> int:
    """Once for each time that something was handed on, by day, the leads hear what is theirs still; how many people."""
    if not is_daytime(now, house.zone):
        return 0
    return sum(say_what_is_left(conn, person, house=house, now=now) for person in parted(conn, now))


def parted(conn: Connection, now: datetime) -> list[str]:
    """Whose things were handed on, or who left, AFTER ago, and not longer than WITHIN."""
    staff = (E.subject >= "staff:") & (E.subject < "staff;")
    here = (staff, E.action.in_((HANDED_ON, DEPARTED)), E.at >= now - WITHIN, E.at <= now - AFTER)
    rows = conn.execute(select(E.subject).where(*here).distinct().order_by(E.subject)).scalars()
    return [subject.removeprefix("staff:") for subject in rows]


def say_what_is_left(conn: Connection, person: str, *, house: House, now: datetime) -> bool:
    """Whether there was something to say. Of one who is still here only what they had then: the rest is new work."""
    before = handing(conn, person)
    left = [one for one in steps(conn, person, house=house, now=now) if one.found is Found.THEIRS]
    if not gone.has_left(conn, person):
        known = frozenset[str]().union(*before.had.values())
        left = [one for one in left if one.what.startswith(("Account", "Settings")) or known & set(one.about)]
    if not left or not mentions.first_time(conn, f"left:{person}:{before.seq}", now):
        return False
    name = mentions.names(conn, {person})[person]
    text = still_theirs(name, person, [(one.what, one.about) for one in left])
    for lead in house.leads:
        if lead not in (person, SYSTEM):
            tell(conn, f"left:{person}:{before.seq}:{lead}", lead, text, house=house, now=now)
    return True
