"""The rota as a calendar (iCalendar) that people subscribe to: a person's own turns, or everybody's. Pure.

It shows where they are on duty and never makes them busy. What an override was made for stays with us.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from icalendar import Calendar, Event

from bot.duty.rota import NEVER, DutyRole, Rota, Turn, Why
from bot.times.week import DAY
from bot.words.rota import TITLES

BEHIND, AHEAD = 7 * DAY, 90 * DAY
ASK_AGAIN = "PT1H"
"""How often a calendar program should look again. Many take longer, whatever is said here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn in a calendar. ``uid`` stays the same however the turn's ends move."""

    uid: str
    summary: str
    start: datetime
    end: datetime


def entries(rota: Rota, person: str, names: Mapping[str, str], now: datetime) -> list[Entry]:
    """The turns of one person, or of everybody (``person`` is empty) with the gaps, from a week ago to 90 days ahead.

    A hand-over that nobody accepted yet is a matter of minutes and no plan, so it is not shown.
    """
    planned = replace(rota, holds=tuple(hold for hold in rota.holds if hold.end != NEVER))
    found = [
        Entry(uid, summary(turn, names, alone=bool(person)), turn.start, turn.end)
        for role in DutyRole
        for uid, turn in whole_turns(planned, role, now)
        if not person or turn.person == person
    ]
    return sorted(found, key=lambda entry: (entry.start, entry.uid))


def whole_turns(rota: Rota, role: DutyRole, now: datetime) -> Iterator[tuple[str, Turn]]:
    """A role's turns that touch the time shown, each whole, and the gaps to come, with what each is known by."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since, until = today - BEHIND, today + AHEAD
    pieces: Counter[str] = Counter()
    for turn in rota.turns(role, *whole(rota, role, since, until)):
        name = "/".join((role, turn.name, str(turn.index), turn.person or turn.start.isoformat()))
        pieces[name] += 1
        if turn.end > (now if turn.is_gap else since) and turn.start < until:
            yield uid_of(name, pieces[name]), turn


def whole(rota: Rota, role: DutyRole, since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """A stretch made longer, so that it cuts no turn of the role."""
    rotations = [one for one in rota.plan.of(role) if one.hand_off(0) <= since]
    begins = [one.hand_off(one.index_at(since)) for one in rotations]
    ends = [one.hand_off(one.index_at(until) + 1) for one in rota.plan.of(role)]
    changes = [one for one in rota.overrides if one.role is role]
    begins += [one.start for one in changes if one.start < since < one.end]
    ends += [one.end for one in changes if one.start < until < one.end]
    return min([since, *begins]), max([until, *ends])


def uid_of(name: str, number: int) -> str:
    """A name for an event that is told to nobody but calendars. Of a turn in several pieces each has its number."""
    return f"{hashlib.sha256(f'{name}/{number}'.encode()).hexdigest()[:32]}@tolbooth"


def summary(turn: Turn, names: Mapping[str, str], *, alone: bool) -> str:
    """What the calendar shows: whose turn it is, unless it is the reader's own, and of which rotation."""
    part = "cover" if turn.why is Why.OVERRIDE else turn.name
    what = f"{TITLES[turn.role]} ({part})"
    who = names.get(turn.person, turn.person) if turn.person else "Nobody"
    return one_line(what if alone else f"{who}: {what}")


def one_line(text: str) -> str:
    """Somebody's words without control characters or lines."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def fingerprint(shown: list[Entry], title: str) -> str:
    """Changes only when what is shown does."""
    return hashlib.sha256(repr((title, shown)).encode()).hexdigest()[:32]


def drawn(shown: list[Entry], title: str, now: datetime) -> bytes:
    """The calendar. Every time is in UTC, so that no reader needs to know our zone."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tolbooth//Rota//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(title))
    calendar.add("x-published-ttl", ASK_AGAIN)
    for entry in shown:
        calendar.add_component(drawn_entry(entry, now))
    return bytes(calendar.to_ical())


def drawn_entry(entry: Entry, now: datetime) -> Event:
    """One turn: free time, for whoever is on duty may have meetings."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("summary", entry.summary)
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return event
