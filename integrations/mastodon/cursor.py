"""How far lists are read: an id to read on from, and the newest ids after it, read once more for what comes late."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.mastodon.failures import iso
from integrations.mastodon.parse import ident, mapping, text

VERSION = 1
LATE = timedelta(minutes=10)
"""How old an entry is before nothing is expected to turn up beside it."""
OVERLAP = 20
"""At most so many entries are read once more each time."""


@dataclass(frozen=True, slots=True)
class Window:
    """``anchor`` is the id after which a list is read; ``seen`` are those after it that were told of. ``since``: when there
    is no anchor yet, how far back to go.
    """

    since: datetime
    anchor: str = ""
    seen: tuple[str, ...] = ()

    def unseen(self, listed: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """What was not told of yet."""
        return [one for one in listed if ident(one.get("id")) not in self.seen]

    def after(self, listed: Sequence[Mapping[str, Any]], now: datetime, *, late: timedelta = LATE) -> "Window":
        """The window once all that is listed, oldest first, was told of.

        A full window without anything new is left behind: on a server with short pages it would be all that is ever read.
        """
        ids = [ident(one.get("id")) for one in listed]
        old = [number for number, one in enumerate(listed) if moment(one) <= now - late]
        cut = max([number + 1 for number in old[-1:]] + [len(ids) - OVERLAP])
        if len(ids) >= OVERLAP and not self.unseen(listed):
            cut = len(ids)
        if cut <= 0:
            return replace(self, seen=tuple(ids))
        return replace(self, anchor=ids[cut - 1], seen=tuple(ids[cut:]))

    def kept(self) -> dict[str, object]:
        """As JSON."""
        return {"since": self.since.isoformat(), "anchor": self.anchor, "seen": list(self.seen)}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Windows by the name of their list."""

    windows: Mapping[str, Window] = field(default_factory=dict)

    def window(self, name: str, since: datetime) -> Window:
        """One list's window; one that begins at ``since`` for a list that was never read."""
        return self.windows.get(name) or Window(since)

    def with_window(self, name: str, window: Window) -> "Cursor":
        """The same with one list read further."""
        return Cursor({**self.windows, name: window})

    def __str__(self) -> str:
        kept = {name: window.kept() for name, window in self.windows.items()}
        return json.dumps({"v": VERSION, "lists": kept}, separators=(",", ":"))


def read(kept: str | None) -> Cursor:
    """A cursor as it was stored; an empty one for what nobody can read."""
    try:
        given = mapping(json.loads(kept or ""))
    except (ValueError, RecursionError):
        return Cursor()
    if given.get("v") != VERSION:
        return Cursor()
    windows = {name: window_in(mapping(one)) for name, one in mapping(given.get("lists")).items()}
    return Cursor({name: window for name, window in windows.items() if window})


def window_in(given: Mapping[str, Any]) -> Window | None:
    """One window, as it was stored."""
    since, seen = iso(text(given.get("since"))), given.get("seen")
    if since is None:
        return None
    ids = tuple(filter(None, map(ident, seen))) if isinstance(seen, list) else ()
    return Window(since, ident(given.get("anchor")), ids)


def moment(entry: Mapping[str, Any]) -> datetime:
    """When an entry was made, as the server says; the end of time when it does not, so that it is never taken for old."""
    return iso(text(entry.get("created_at"))) or datetime.max.replace(tzinfo=UTC)
