"""Checks this bundle: python3 verify.py. It needs Python 3.8 or later, nothing else, and no network.

It prints one line, "ok: ..." (exit status 0), or the first thing that is wrong (exit status 1). What it proves:
1. every file is the one that manifest.json lists, by its SHA-256, and there is no other;
2. every event's hash follows from the event before it: SHA-256(hash before it + the event as canonical JSON);
3. every seal's hash is that of its body, each names the seal before it, and the events are those it was set on;
4. all words still held are those the events were about: SHA-256(salt + newline + words) stands in the event.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import Any, Iterator  # noqa: UP035 - as Python 3.8 has it

FIRST = "0" * 64
"""What stands before the first event, and before the first seal."""
HASHED = ("subject", "seq", "at", "actor", "action", "changes", "digests")
HOUR = 3600 * 1000
"""A seal is set on all that is new every hour; times are milliseconds since 1970."""
ERASABLE = {"text", "about", "note"}
"""Words whose absence an event of the record must account for."""


class Wrong(Exception):
    """Something is not as it was; the text names it."""


def check(folder: str) -> str:
    """Check everything and return the line that says so. Raises Wrong."""
    files = check_files(folder)
    events = check_events(folder)
    seals, newer = check_seals(folder, events)
    texts, gone = check_texts(folder, events)
    count = sum(len(of_one) for of_one in events.values())
    return (
        f"ok: {files:,} files, {count:,} events of {len(events):,} subjects, {seals:,} seals, {newer:,} events newer than "
        f"the last seal, {texts:,} texts as they were, {gone:,} not held any more"
    )


def check_files(folder: str) -> int:
    """All files are those the manifest lists."""
    listed = read_json(os.path.join(folder, "manifest.json"))["files"]
    for name in sorted(listed):
        path = os.path.join(folder, *name.split("/"))
        if name.startswith("/") or ".." in name.split("/") or not os.path.isfile(path):
            raise Wrong(f"{name}: is missing")
        if sha256_of(path) != listed[name]:
            raise Wrong(f"{name}: was changed: its SHA-256 is not the one in manifest.json")
    for there in sorted(files_in(folder)):
        if there not in listed and there != "manifest.json":
            raise Wrong(f"{there}: is not in manifest.json, so it was added later")
    return len(listed)


def files_in(folder: str) -> Iterator[str]:
    """Every file here, as the manifest writes it."""
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one != "__pycache__"]
        for name in names:
            yield os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")


def sha256_of(path: str) -> str:
    """The digest of a file."""
    total = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            total.update(part)
    return total.hexdigest()


def canonical(value: object) -> bytes:
    """The one way a value is written down before it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def check_events(folder: str) -> dict[str, list[dict[str, Any]]]:
    """Each subject's events are whole, in order, and each hash follows from the one before."""
    events: dict[str, list[dict[str, Any]]] = {}
    for event in lines_of(folder, "record/events.jsonl"):
        subject, seq = event["subject"], event["seq"]
        before = events.setdefault(subject, [])
        if seq != len(before) + 1:
            raise Wrong(f"{subject} event {len(before) + 1}: is missing")
        hashed = canonical({name: event[name] for name in HASHED})
        last = before[-1]["hash"] if before else FIRST
        if hashlib.sha256(last.encode() + hashed).hexdigest() != event["hash"]:
            raise Wrong(f"{subject} event {seq}: its hash does not match")
        before.append(event)
    return events


def check_seals(folder: str, events: dict[str, list[dict[str, Any]]]) -> tuple[int, int]:
    """The seals follow one another and were set on these events; returns how many, and how many events are newer."""
    sealed: dict[str, int] = {}
    last: dict[str, Any] = {}
    count = 0
    for seal in lines_of(folder, "record/seals.jsonl"):
        body = check_seal(seal, last)
        for subject, seq, head in body["heads"]:
            if subject in events:
                if len(events[subject]) < seq or events[subject][seq - 1]["hash"] != head:
                    raise Wrong(f"{subject} event {seq}: is not what seal {seal['number']} was set on")
                sealed[subject] = seq
        count, last = count + 1, {**seal, "at": body["at"]}
    newer = [event for subject, mine in events.items() for event in mine[sealed.get(subject, 0) :]]
    for event in newer:
        if last and event["at"] < last["at"] - HOUR:
            raise Wrong(f"{event['subject']} event {event['seq']}: is older than the last seal, and in none")
    return count, len(newer)


def check_seal(seal: dict[str, Any], last: dict[str, Any]) -> dict[str, Any]:
    """A seal is whole and follows the one before it; returns its body."""
    number = seal["number"]
    if hashlib.sha256(seal["body"].encode("utf-8")).hexdigest() != seal["hash"]:
        raise Wrong(f"seal {number}: its hash does not match")
    body: dict[str, Any] = json.loads(seal["body"])
    if last and number != last["number"] + 1:
        raise Wrong(f"seal {last['number'] + 1}: is missing")
    before = last["hash"] if last else FIRST if number == 1 else body["previous"]
    if body["number"] != number or body["previous"] != before:
        raise Wrong(f"seal {number}: does not follow the one before it")
    return body


def check_texts(folder: str, events: dict[str, list[dict[str, Any]]]) -> tuple[int, int]:
    """Every digest in the events has its words here, or the record accounts for their absence."""
    all_events = [event for mine in events.values() for event in mine]
    wanted = {(event["subject"], event["seq"], name) for event in all_events for name in event["digests"]}
    texts = gone = 0
    for line in lines_of(folder, "record/texts.jsonl"):
        key = (line["subject"], line["seq"], line["name"])
        where = f"{line['subject']} event {line['seq']}: its {line['name']}"
        if key not in wanted:
            raise Wrong(f"{where} is in the bundle twice, or no event speaks of it")
        wanted.remove(key)
        if line["words"] is None:
            gone += 1
            if line["name"] in ERASABLE and not is_erased(events[line["subject"]], line["seq"], line["name"]):
                raise Wrong(f"{where} is missing, and no event says that it was erased")
            continue
        texts += 1
        mark = hashlib.sha256(f"{line['salt']}\n{line['words']}".encode()).hexdigest()
        if mark != events[line["subject"]][line["seq"] - 1]["digests"][line["name"]]:
            raise Wrong(f"{where} was changed")
    if wanted:
        subject, seq, name = min(wanted)
        raise Wrong(f"{subject} event {seq}: its {name} is missing")
    return texts, gone


def is_erased(mine: list[dict[str, Any]], seq: int, name: str) -> bool:
    """Whether a later event says that these words went: by rule, because somebody asked, or because the author did it."""
    later = [event for event in mine if event["seq"] > seq]
    erased = [event for event in later if event["action"] == "erase"]
    if name == "note":
        return any(str(seq) in str(event["changes"].get("notes", "")).split(",") for event in erased)
    return bool(erased) or any(event["action"] == "gone" or "deleted" in event["changes"] for event in later)


def lines_of(folder: str, name: str) -> Iterator[dict[str, Any]]:
    """One JSON object a line."""
    with open(os.path.join(folder, *name.split("/")), encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            try:
                value = json.loads(line)
            except ValueError:
                raise Wrong(f"{name} line {number}: cannot be read") from None
            if not isinstance(value, dict):
                raise Wrong(f"{name} line {number}: cannot be read")
            yield value


def read_json(path: str) -> dict[str, Any]:
    """A file with one JSON object."""
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except (OSError, ValueError):
        raise Wrong(f"{os.path.basename(path)}: cannot be read") from None
    if not isinstance(value, dict):
        raise Wrong(f"{os.path.basename(path)}: cannot be read")
    return value


def main() -> int:
    """Check the folder named, or the one this file stands in; returns the exit status."""
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    try:
        print(check(folder))
    except Wrong as wrong:
        print(wrong)
        return 1
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        print(f"The bundle holds something that cannot be read: {error!r}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
