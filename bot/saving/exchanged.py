"""Saved replies as files: written for people and spreadsheets, and read back row by row. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from bot.clean import clean
from bot.form import BOX, fits
from bot.replying.policy import TOPIC
from bot.saving.saved import Saved, Wish

READ = ("title", "text", "second", "topic", "owner", "review_at", "expires_at")
"""Columns that are read; ``title`` and ``text`` must be there. The others of a file are for people."""
FIELDS = ("ref", *READ, "standing", "approved_by", "approved_at", "made_by", "made_at", "edition", "uses")
LONGEST_TITLE = 120
MORNING = time(9)
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, also after blanks (OWASP, CSV injection)."""
MOST_ROWS = 50_000


class Unreadable(Exception):
    """No rows can be made out; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is read into: who is here by id, when, where, and for how long words go without a look."""

    staff: Mapping[str, str]
    now: datetime
    zone: ZoneInfo
    review: timedelta
    begin_with: str | None = None
    """Who owns what names no owner."""


@dataclass(slots=True)
class Sorted:
    """What a file holds: what can be saved, what is wrong with it, and rows whose title is there already."""

    wishes: list[Wish] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


# --- out ---------------------------------------------------------------------------------------------------------


def rows_of(
    found: Iterable[Saved], staff: Mapping[str, str], uses: Mapping[str, int], now: datetime
) -> Iterator[dict[str, Any]]:
    """One object each, its keys in the order of ``FIELDS``. People by name, or by id where two are called alike."""
    names = list(staff.values())
    called = {one: name if names.count(name) == 1 else one for one, name in staff.items()}
    gone = frozenset[str]()
    for one in found:
        yield {
            "ref": one.ref,
            "title": one.title,
            "text": one.text,
            "second": one.second,
            "topic": one.topic,
            "owner": called.get(one.owner or "", one.owner or ""),
            "review_at": written(one.review_at),
            "expires_at": written(one.expires_at),
            "standing": one.standing(now, gone).value,
            "approved_by": called.get(one.approved_by or "", one.approved_by or ""),
            "approved_at": written(one.approved_at),
            "made_by": called.get(one.made_by, one.made_by),
            "made_at": written(one.made_at),
            "edition": one.edition,
            "uses": uses.get(one.ref, 0),
        }


def written(at: datetime | None) -> str:
    """RFC 3339, in UTC to the second; empty for none."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""


def write_json(rows: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    """A list of objects; returns how many."""
    every = list(rows)
    json.dump(every, out, ensure_ascii=False, indent=1)
    out.write("\n")
    return len(every)


def write_csv(rows: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    """A table that no spreadsheet takes for formulas; returns how many rows."""
    writer, count = csv.writer(out, quoting=csv.QUOTE_ALL), 0
    writer.writerow(FIELDS)
    for row in rows:
        writer.writerow([safe(str(row[name])) for name in FIELDS])
        count += 1
    return count


def safe(text: str) -> str:
    """An apostrophe before what could begin a formula, or would be read back as if one stood there."""
    return f"'{text}" if is_formula(text.lstrip("'")) else text


def unsafe(text: str) -> str:
    """The words as they were before ``safe``."""
    return text[1:] if text.startswith("'") and is_formula(text.lstrip("'")) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may compute it."""
    return text.startswith(("\t", "\r")) or text.lstrip().startswith(FORMULA)


# --- in ----------------------------------------------------------------------------------------------------------


def read(content: bytes, shape: str) -> list[tuple[str, dict[str, str]]]:
    """The rows of a file, each with where it stands. Raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not text in UTF-8; save it as “CSV UTF-8” or as JSON") from error
    rows = read_json(text) if shape == "json" else read_csv(text)
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"it has more than {MOST_ROWS:,} rows; make several files of it")
    return rows


def read_csv(text: str) -> list[tuple[str, dict[str, str]]]:
    """A table whose first row names its columns; between them commas, semicolons or tabs."""
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True))
    except csv.Error as error:
        raise Unreadable(f"it is no table: {error}") from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    require_columns(names)
    found = []
    for number, row in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in row):
            values = {name: unsafe(cell) for name, cell in zip(names, row, strict=False)}
            found.append((f"row {number}", values))
    return found


def read_json(text: str) -> list[tuple[str, dict[str, str]]]:
    """A list of objects."""
    try:
        every = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is not JSON") from error
    if not isinstance(every, list) or not all(isinstance(one, dict) for one in every):
        raise Unreadable("it is not a list of objects, each with a title and a text")
    require_columns({name for one in every for name in one} if every else READ)
    return [
        (f"row {number}", {name: plain(one.get(name)) for name in READ if name in one})
        for number, one in enumerate(every, 1)
    ]


def plain(value: object) -> str:
    """A value as text; nothing for none."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def require_columns(names: Iterable[str]) -> None:
    """Raise Unreadable where it does not say which words are whose."""
    missing = [name for name in ("title", "text") if name not in set(names)]
    if missing:
        raise Unreadable(f"it has no column called {' and none called '.join(missing)}")


def sort_out(rows: Sequence[tuple[str, Mapping[str, str]]], taken: Mapping[str, str], place: Place) -> Sorted:
    """What can be saved of the rows. ``taken``: the titles there are, in small letters, and whose they are."""
    found, known = Sorted(), dict(taken)
    for where, row in rows:
        title = " ".join(clean(row.get("title", "")).split())
        if title.lower() in known:
            found.twice.append(f"{where}: {known[title.lower()]} has the title “{title[:60]}” already")
            continue
        wish, faults = wish_of(row, title, place)
        found.faults += [f"{where}, {fault}" for fault in faults]
        if wish:
            found.wishes.append(wish)
            known[title.lower()] = where
    return found


def wish_of(row: Mapping[str, str], title: str, place: Place) -> tuple[Wish | None, list[str]]:
    """One row as it is to be saved, or what is wrong with it: each with the name of its column."""
    text, second = (clean(row.get(name, "")).replace("\r\n", "\n").strip() for name in ("text", "second"))
    topic = row.get("topic", "").strip().lower()
    review_at, review_fault = moment(row.get("review_at", ""), place.zone)
    expires_at, expires_fault = moment(row.get("expires_at", ""), place.zone)
    owner, owner_fault = whose(row.get("owner", "").strip(), place)
    faults = {
        "title": "is empty" if not title else too_long(len(title), LONGEST_TITLE),
        "text": "is empty" if not text else "" if fits(text) else too_long(len(text), BOX),
        "second": "" if fits(second) else too_long(len(second), BOX),
        "topic": "" if not topic or TOPIC.fullmatch(topic) else "is not a word, or two with a dot between",
        "owner": owner_fault,
        "review_at": review_fault,
        "expires_at": expires_fault,
    }
    wrong = [f"{name}: {fault}" for name, fault in faults.items() if fault]
    review_at = review_at or place.now + place.review
    return (None if wrong else Wish(title, text, topic, review_at, second, expires_at, owner)), wrong


def too_long(length: int, most: int) -> str:
    """Longer than a form holds."""
    return f"has {length:,} characters, and {most:,} are the most" if length > most else ""


def moment(written_as: str, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """A day, or a time; a day means nine in the morning here."""
    text = written_as.strip()
    if not text:
        return None, ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None, "is not a date such as 2027-05-01"
    if len(text) == len("2027-05-01"):
        at = datetime.combine(at.date(), MORNING)
    try:
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), ""
    except OverflowError:
        return None, "is not a date such as 2027-05-01"


def whose(named: str, place: Place) -> tuple[str | None, str]:
    """The id of a member of staff, by id or by name."""
    if not named:
        return place.begin_with, ""
    if named in place.staff:
        return named, ""
    found = [one for one, name in place.staff.items() if name.casefold() == named.casefold()]
    if len(found) > 1:
        return None, "is the name of two people here; write the id"
    return (found[0], "") if found else (None, "is nobody who was met here; leave it empty, and give it to somebody later")
