"""Checks this bundle: python3 -I verify.py. It needs Python 3.8 or later, nothing else, and no network.

It prints one line, "ok: ..." (exit status 0), or the first thing that is wrong (exit status 1). What it checks:
1. every file is the one that manifest.json lists, by its SHA-256, there is no other, and there are as many as it counts;
2. every event's hash follows from the event before it: SHA-256(hash before it + the event as canonical JSON);
3. every seal's hash is that of its body, each names the seal before it, and the events are those it was set on;
4. the words of every event are here, SHA-256(salt + newline + words) stands in it, or a later event says where they went;
5. mentions.jsonl, what is quoted on the pages, and attachments/ say what these words and events say.
Who changes a bundle can make manifest.json anew, so nothing in here proves what no seal covers: see README.txt.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, Dict, Iterator, List, Tuple  # noqa: UP035 - as Python 3.8 has it

FIRST = "0" * 64
"""What stands before the first event, and before the first seal."""
HASHED = ("subject", "seq", "at", "actor", "action", "changes", "digests")
HOUR = 3600 * 1000
"""A seal is set on all that is new every hour; times are milliseconds since 1970."""
OF_A_POST = {"text", "about", "raw"}
"""Words that go when their author deletes that very post."""
REPLACED = {"reply": "reply", "chosen": "reply", "written": "reply", "posts": "reply", "task": "task"}
"""Words in whose place later ones may stand, and what in an event says which reply or task they are of."""
TAKEN_BACK = ("recall", "withdraw", "send_back", "not_sent")
"""After these the posts of a reply never went out, and are not held."""
Events = Dict[str, List[Dict[str, Any]]]  # noqa: UP006 - as Python 3.8 has it
Held = Dict[str, Dict[Tuple[int, str], str]]  # noqa: UP006 - as Python 3.8 has it


class Wrong(Exception):
    """Something is not as it was; the text names it."""


def check_files(folder: str, listed: dict[str, str]) -> int:
    """All files are those the manifest lists."""
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
    """Every file here, as the manifest writes it, and every link to a folder."""
    for place, folders, names in os.walk(folder):
        links = [one for one in folders if os.path.islink(os.path.join(place, one))]
        for name in names + links:
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


def check_events(folder: str) -> Events:
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


def check_seals(folder: str, events: Events) -> tuple[int, set[tuple[str, int]]]:
    """The seals follow one another and were set on these events; returns how many, and the events that are in none."""
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
            where = f"{event['subject']} event {event['seq']}"
            raise Wrong(f"{where}: is older than the last seal, and in none, unless a clock ran behind")
    return count, {(event["subject"], event["seq"]) for event in newer}


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


def check_texts(folder: str, events: Events) -> tuple[Held, list[tuple[str, int]]]:
    """Every digest in the events has its words here, or an event accounts for their absence; returns the words of each
    subject by event and name, and the events that account for the rest.
    """
    all_events = [event for mine in events.values() for event in mine]
    wanted = {(event["subject"], event["seq"], name) for event in all_events for name in event["digests"]}
    held: Held = {subject: {} for subject in events}
    gone = []
    for line in lines_of(folder, "record/texts.jsonl"):
        subject, seq, name = key = (line["subject"], line["seq"], line["name"])
        where = f"{subject} event {seq}: its {name}"
        if key not in wanted:
            raise Wrong(f"{where} is in the bundle twice, or no event speaks of it")
        wanted.remove(key)
        words = came_as(folder, line) if line.get("file") or line["words"] is None else line["words"].encode("utf-8")
        if words is None:
            by = why_gone(events[subject], seq, name)
            if by is None:
                raise Wrong(f"{where} is missing, and no event says that it was erased")
            gone.append((subject, by))
            continue
        mark = hashlib.sha256(f"{line['salt']}\n".encode() + words).hexdigest()
        if mark != events[subject][seq - 1]["digests"][name]:
            raise Wrong(f"{where} was changed")
        held[subject][seq, name] = line.get("file") or line["words"]
    if wanted:
        subject, seq, name = min(wanted)
        raise Wrong(f"{subject} event {seq}: its {name} is missing")
    return held, gone


def came_as(folder: str, line: dict[str, Any]) -> bytes | None:
    """What a post was when it came in, which stands in a file of its own; None where nothing is held."""
    if not line.get("file"):
        return None
    if not line["file"].startswith(f"attachments/{line['subject']}/") or ".." in line["file"]:
        raise Wrong(f"{line['subject']} event {line['seq']}: its {line['name']} is in no file of it")
    with open(os.path.join(folder, *line["file"].split("/")), "rb") as file:
        return file.read()


def why_gone(mine: list[dict[str, Any]], seq: int, name: str) -> int | None:
    """The event that says where these words went; None where nothing does."""
    return next((event["seq"] for event in mine if is_why(event, mine[seq - 1], name)), None)


def is_why(event: dict[str, Any], said: dict[str, Any], name: str) -> bool:
    """Whether they went with this event: by rule or because somebody asked, by their author, or others took their place."""
    told, action, seq = event["changes"], event["action"], said["seq"]
    if action == "erase":
        return str(seq) in str(told.get("notes", "")).split(",") if name == "note" else event["seq"] > seq or name == "kept"
    if event["seq"] <= seq:
        return False
    if name in OF_A_POST:
        return str(said["changes"].get("native_id")) in posts_gone(event)
    which = REPLACED.get(name, "")
    same = bool(which) and which in said["changes"] and said["changes"][which] in (told.get(which), told.get("taken_back"))
    back = name == "posts" and (action in TAKEN_BACK or "taken_back" in told)
    return same and (which in event["digests"] or name in event["digests"] or back)


def posts_gone(event: dict[str, Any]) -> set[str]:
    """The posts whose words went with this event, because their author deleted them."""
    told = event["changes"]
    gone = {str(one) for one in told.get("now_gone", ())}
    if (event["action"] == "gone" or "deleted" in told) and "still_kept" not in told:
        gone.add(str(told.get("native_id")))
    return gone


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
