"""The second part of a bundle's verifier: what people read in it says what its record says."""

from __future__ import annotations

import csv
import json
import os
import re
from html import unescape
from typing import Any, Iterable  # noqa: UP035 - as Python 3.8 has it

from bot.evidence.verifying_record import Events, Held, Wrong, canonical, lines_of, read_json, sha256_of

PIECE = re.compile(
    r'<article aria-labelledby="([^"]*)"|<blockquote[^>]*>(.*?)</blockquote>|</article>', re.DOTALL | re.IGNORECASE
)
"""Where a mention begins on a page, what is quoted of it, and where it ends."""
AT_FIRST, AT_LAST = ("account", "network", "native_id", "conversation"), ("state", "priority", "topic", "flags")
"""What of a mention the first event that speaks of it says, and what the last."""


def check_mentions(folder: str, events: Events, held: Held) -> dict[str, dict[str, Any]]:
    """mentions.jsonl has every mention the record has, and of each what its record says; returns them by name."""
    found: dict[str, dict[str, Any]] = {}
    for told in lines_of(folder, "mentions.jsonl"):
        ref = told["ref"]
        if ref in found or ref not in events:
            raise Wrong(f"mentions.jsonl: {ref} is there twice, or not in the record")
        wrong = wrong_in(told, events[ref], held[ref])
        if wrong:
            raise Wrong(f"mentions.jsonl: {wrong} of {ref} is not what its record says")
        found[ref] = told
    missing = sorted(one for one in events if one not in found)
    if missing:
        raise Wrong(f"mentions.jsonl: {missing[0]} is missing")
    return found


def wrong_in(told: dict[str, Any], mine: list[dict[str, Any]], words: dict[tuple[int, str], str]) -> str:
    """What of a mention is not what its events and their words say; empty when all is."""
    shown = [(one["seq"], one["action"], one["hash"], one["note"]) for one in told["events"]]
    if shown != [(one["seq"], one["action"], one["hash"], words.get((one["seq"], "note"))) for one in mine]:
        return "what happened"
    for name in AT_FIRST + AT_LAST:
        known = [one["changes"][name] for one in mine if name in one["changes"]]
        if known and (told[name] or None) != (known[0 if name in AT_FIRST else -1] or None):
            return name
    said = {one["changes"]["native_id"]: words.get((one["seq"], "text"), "") for one in mine if "text" in one["digests"]}
    if said != {one["native_id"]: one["text"] for one in [told, *told["additions"]]}:
        return "the words"
    about = words.get((1, "about"))
    if about is not None:
        author, url, language, _ = json.loads(about)
        whose = {"id": author["id"] or None, "name": author["name"] or None}
        if [told["author"], told["url"], told["language"]] != [whose, url or None, language or None]:
            return "the author, the address or the language"
    replies = [one for one in told["replies"] if one["state"] not in ("withdrawn", "failed")]
    texts = [text for one in told["replies"] for text in (one["text"], one["written"])]
    texts += [post["text"] for one in replies for post in one["posts"]]
    return "" if proved_words(words).issuperset(filter(None, texts)) else "a reply"


def proved_words(words: dict[tuple[int, str], str]) -> set[str]:
    """All that was said, noted and answered on a mention, each text for itself."""
    proved: set[str] = set()
    for (_, name), held in words.items():
        frozen = json.loads(json.loads(held)["posts"]) if name == "posts" else []
        proved.update([post["text"] for post in frozen] if frozen else [held, *held.split("\x00")])
    return proved


def shown_of(told: dict[str, Any], words: dict[tuple[int, str], str]) -> tuple[set[str], set[str]]:
    """What the page of a mention may quote, and what of it there has to be. What it answers is in no event."""
    must = {told["text"], *(one["text"] for one in told["additions"])}
    must.update(one["posts"][0]["text"] if one["posts"] else one["text"] for one in told["replies"])
    must.update(one["note"] or "" for one in told["events"] if one["action"] == "note")
    others = {one["text"] for one in told["context"]} | {post["text"] for one in told["replies"] for post in one["posts"]}
    may = {one.replace("\x00", "\ufffd") for one in proved_words(words) | others | must}
    return may, {one.replace("\x00", "\ufffd") for one in must if one}


def check_pages(folder: str, files: Iterable[str], shown: dict[str, tuple[set[str], set[str]]]) -> None:
    """Every mention is on one page, which quotes what is theirs and all of it."""
    seen: list[str] = []
    for name in sorted(files):
        if name == "index.html" or name.startswith("pages/"):
            with open(os.path.join(folder, *name.split("/")), encoding="utf-8", newline="") as file:
                seen += quoted_on(name, file.read(), shown)
    if sorted(seen) != sorted(shown):
        raise Wrong("index.html: has not every mention of the record, each once")


def quoted_on(name: str, page: str, shown: dict[str, tuple[set[str], set[str]]]) -> list[str]:
    """The mentions on a page, in order. Raises Wrong where it quotes something else than they say, or not all of it."""
    seen: list[str] = []
    quoted: set[str] = set()
    for found in PIECE.finditer(page):
        begins, quote = found.groups()
        if begins is not None:
            seen.append(unescape(begins))
            quoted = set()
            continue
        may, must = shown.get(seen[-1] if seen else "", (set(), set()))
        if quote is not None:
            quoted.add(unescape(quote))
        if not quoted <= may or (quote is None and must - quoted):
            raise Wrong(f"{name}: what it quotes of {seen[-1] if seen else 'nobody'} is not what its record says")
    return seen


def check_log(folder: str, events: Events) -> int:
    """decisions.csv has every event once, numbered from 1; returns how many."""
    with open(os.path.join(folder, "decisions.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    refs = sorted(f"{one['subject']}/{one['seq']}" for mine in events.values() for one in mine)
    if [row[0] for row in rows] != [str(number) for number in range(1, len(rows) + 1)] or sorted(
        row[-1] for row in rows
    ) != refs:
        raise Wrong("decisions.csv: its lines are not the events of the record")
    return len(rows)


def is_proved(folder: str, name: str, held: Held) -> bool:
    """Whether a file is one that an event has the digest of. Raises Wrong for evidence other than was kept."""
    _, ref, own = name.split("/")
    words = held.get(ref, {})
    path = os.path.join(folder, *name.split("/"))
    if own.startswith("hidden-"):
        kept = canonical({key: value for key, value in read_json(path).items() if key != "salt"}).decode("utf-8")
        if kept not in [text for (_, what), text in words.items() if what == "evidence"]:
            raise Wrong(f"{name}: is not what its record says was kept")
        return True
    is_raw = any(what == "raw" and file == name for (_, what), file in words.items())
    return is_raw or any(what == "posts" and sha256_of(path) in text for (_, what), text in words.items())
