"""What is known of one mention, with all that proves it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.mention import SYSTEM, Action
from bot.story import Story

Event = Mapping[str, Any]
"""A row of the record."""
Names = Mapping[str, str]
"""Staff by id; asked with ``get``, so that it may make names up."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a post said before it was edited."""

    native_id: str
    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """The words behind one digest of one event; None with the reason in ``gone`` where they are not held any more."""

    seq: int
    name: str
    salt: str | None
    words: str | None
    gone: str = ""
    file: str = ""
    """The file it stands in, where it is what a network sent: then ``words`` is None."""


@dataclass(frozen=True, slots=True)
class Held:
    """A file we still hold. ``name`` is ours, never anybody else's."""

    name: str
    what: str
    content: bytes
    salt: str = ""
    """That of its digest in the record, for what a network sent."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One mention: what was said, done and decided, and what proves it."""

    story: Story
    events: Sequence[Event]
    earlier: tuple[Earlier, ...] = ()
    proofs: tuple[Proof, ...] = ()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What evidence was asked for: ``said`` in words, ``of`` without anybody's words or names, for the record."""

    said: str
    of: str
    by: str
    because: str
    at: datetime
    organisation: str = ""
    redacted: bool = False
    beside: tuple[str, ...] = ()
    """Mentions of others beside which this person's words stand."""


class Nameless(dict[str, str]):
    """Names that tell nobody: *Staff member 1* is the same person all through one bundle."""

    def get(self, staff: str, default: Any = None) -> Any:
        """The same for the same id; what is no person stays as it is."""
        if staff in ("", "None", "channel", SYSTEM):
            return default
        return self.setdefault(staff, f"Staff member {len(self) + 1}")


def without_names(told: dict[str, Any], names: Names) -> dict[str, Any]:
    """A mention's object with ids of staff replaced too."""
    replies = [
        {**one, "by": unnamed(one["by"], names), "approved_by": unnamed(one["approved_by"], names)}
        for one in told["replies"]
    ]
    events = [{**one, "actor": unnamed(one["actor"], names)} for one in told["events"]]
    return {**told, "owner": unnamed(told["owner"], names), "replies": replies, "events": events}


def unnamed(person: Any, names: Names) -> Any:
    """One of staff without the id; the bot and nobody stay."""
    return {"id": names.get(person["id"]), "name": names.get(person["id"])} if isinstance(person, dict) else person


# --- what is not held any more -----------------------------------------------------------------------------------


def proofs_of(
    events: Sequence[Event], behind: Iterable[tuple[str, str, str]], sent: Mapping[str, Held]
) -> tuple[Proof, ...]:
    """One for every digest of these events; ``behind`` are digests with the salt and the words they are of, ``sent`` files
    by the digest of what they hold.
    """
    known = {mark: (salt, words) for mark, salt, words in behind}
    found = []
    for event in events:
        for name, mark in sorted(event["digests"].items()):
            if name == "raw" and mark in sent:
                found.append(Proof(event["seq"], name, sent[mark].salt, None, file=sent[mark].name))
                continue
            salt, words = known.get(mark, (None, None))
            gone = "" if words is not None else why_gone(events, event["seq"])
            found.append(Proof(event["seq"], name, salt, words, gone))
    return tuple(found)


def why_gone(events: Sequence[Event], seq: int) -> str:
    """Why words of an event are not held, from the record itself."""
    for event in events:
        if event["seq"] > seq and event["action"] == Action.ERASE:
            return f"erased on {event['at']:%Y-%m-%d}: {event['changes'].get('because') or 'no reason noted'}"
    for event in events:
        if event["seq"] > seq and (event["action"] == Action.GONE or "deleted" in event["changes"]):
            return f"erased on {event['at']:%Y-%m-%d}: its author deleted it"
    return "not held any more: other words took their place"


def why_erased(events: Sequence[Event]) -> str:
    """When and why the words of the public went; empty while they are here."""
    erased = next((event for event in reversed(events) if event["action"] == Action.ERASE), None)
    return f"Erased on {erased['at']:%-d %B %Y}: {erased['changes'].get('because') or 'no reason noted'}" if erased else ""


LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def language(told: str | None) -> str:
    """A language tag a browser may be told; empty for anything else."""
    return told if told and LANGUAGE.fullmatch(told) else ""
