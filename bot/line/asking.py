"""Which mentions evidence is asked of: one, a person's, those of some days, or those that hold some words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.command import reference
from bot.errors import NeedsMore, NoSuchMention, SettingsError
from bot.finding.query import Known, read_query
from bot.house import House
from bot.line.forgetting import which
from bot.store import mentions
from bot.store.proof import evidence as reading
from bot.store.proof import forget
from bot.store.reading import search

MOST = 100_000
"""Mentions one search may put into a bundle."""
EACH = "--mention, --person, --day or --search"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    mention: str = ""
    person: str = ""
    network: str = ""
    day: date | None = None
    until: date | None = None
    search: str = ""
    because: str = ""
    by: str = ""
    out: Path | None = None
    redact_staff: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """What that is: the mentions, in words, without anybody's words or names, and for the name of a file.

    Without ``numbers``, ``said`` is what to tell whoever asked.
    """

    said: str
    numbers: Sequence[int] = ()
    of: str = ""
    name: str = ""
    beside: tuple[str, ...] = ()


def checked(wanted: Wanted) -> Wanted:
    """What can be asked. Raises SettingsError in a sentence."""
    asked = [bool(one) for one in (wanted.mention, wanted.person, wanted.day, wanted.search)]
    if sum(asked) != 1:
        raise SettingsError(f"Say what the evidence is of: one of {EACH}.")
    if not wanted.because.strip():
        raise SettingsError("--because: say why. It goes on the record with the evidence.")
    if wanted.until and not wanted.day:
        raise SettingsError("--until: goes with --day")
    if wanted.network and not wanted.person:
        raise SettingsError("--network: goes with --person")
    return wanted


def sought(conn: Connection, wanted: Wanted, house: House, now: datetime) -> Sought:
    """The mentions that are meant. Raises SettingsError."""
    if wanted.mention:
        return one(conn, wanted.mention)
    if wanted.person:
        return of_person(conn, wanted)
    if wanted.day:
        return of_days(conn, wanted.day, wanted.until or wanted.day, house.zone)
    return holding(conn, wanted.search, house, now)


def one(conn: Connection, called: str) -> Sought:
    """A mention by its reference."""
    ref = reference(called)
    if ref is None:
        raise SettingsError(f"--mention: {called!r} is not a mention; write M-142")
    try:
        mentions.find(conn, ref)
    except NoSuchMention:
        return Sought(f"There is no {ref}. Nothing was written.")
    return Sought(ref, (int(ref[2:]),), ref, ref)


def of_person(conn: Connection, wanted: Wanted) -> Sought:
    """All that one member of the public said, if it is certain who is meant."""
    found = forget.authors(conn, wanted.person, wanted.network)
    refs = [ref for who in found for ref in who.refs]
    if len(found) > 1 or not refs:
        return Sought(which(found if refs else (), "Nothing was written."))
    numbers = sorted(int(ref[2:]) for ref in refs)
    said = f"what {found[0].name or found[0].handle or found[0].id} said on {found[0].network}, {counted(len(numbers))}"
    return Sought(said, numbers, "a person", "person", found[0].beside)


def of_days(conn: Connection, first: date, last: date, zone: ZoneInfo) -> Sought:
    """What came in or was dealt with on these days."""
    begin, end = bounds(first, last, zone)
    numbers = reading.numbers_of_days(conn, begin, end)
    days = f"{first}" if first == last else f"{first} to {last}"
    if not numbers:
        return Sought(f"Nothing came in and nothing was done on {days}. Nothing was written.")
    return Sought(f"all that came in or was dealt with on {days}, {counted(len(numbers))}", numbers, days, f"{first}")


def bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, where the organisation is. Raises SettingsError."""
    if first > last:
        raise SettingsError(f"--until {last}: is before --day {first}")
    if last == date.max:
        raise SettingsError(f"--until {last}: is later than any time can be written")
    begin = datetime.combine(first, time.min, zone)
    return begin, datetime.combine(last + timedelta(days=1), time.min, zone)


def holding(conn: Connection, words: str, house: House, now: datetime) -> Sought:
    """What a search finds."""
    accounts = {account.name: account.label for account in house.accounts.values()}
    networks = frozenset(account.network for account in house.accounts.values())
    try:
        query = read_query(words, Known(networks, accounts, now, house.zone))
    except NeedsMore as error:
        raise SettingsError(f"--search: {error}") from None
    query = replace(query, people=tuple(colleague(conn, name) for name in query.people))
    numbers = sorted(found.number for found in search.found(conn, query, MOST))
    if not numbers:
        return Sought("No mention holds those words. Nothing was written.")
    return Sought(f"what a search for {words!r} found, {counted(len(numbers))}", numbers, "a search", "search")


def colleague(conn: Connection, name: str) -> str:
    """The id of whoever is named. Raises SettingsError for nobody, and for several: else evidence would come out smaller."""
    if not (found := search.colleague(conn, name)):
        raise SettingsError(
            f"--search: by:{name} is nobody's name here, or more than one's. Write the whole name or the id."
        )
    return found


def counted(count: int) -> str:
    """How many."""
    return f"{count:,} mention{'' if count == 1 else 's'}"
