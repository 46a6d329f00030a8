"""Where reading a feed carries on from: an opaque string to everybody else."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Self

MOST_KNOWN = 1000
LONGEST_TAG = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """``known``: the entries there were, oldest first, each with a digest of its words. One that was not brought in has a
    mark before it: ``.`` it was too old, ``-`` it had none of the words that are wanted.

    ``of`` names the address in the settings; ``moved`` is where that leads for good; ``etag`` and ``modified`` belong to
    ``at``, the address that gave them; ``seconds`` is how long the feed asked to be left alone. ``shared``: ids that
    several entries had, which therefore name none.
    """

    of: str
    known: Mapping[str, str] = field(default_factory=dict)
    moved: str = ""
    at: str = ""
    etag: str = ""
    modified: str = ""
    seconds: int = 0
    shared: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str | None, url: str) -> Self | None:
        """The cursor in a stored string; None for the first read, also of another address than the one it is of."""
        if text is None:
            return None
        try:
            stored = json.loads(text)
            known = {str(key): str(mark) for key, mark in stored["known"].items()}
            rest = {name: str(stored.get(name, "")) for name in ("moved", "at", "etag", "modified")}
            shared = tuple(map(str, stored.get("shared", ())))
            found = cls(str(stored["of"]), known, **rest, seconds=int(stored.get("seconds", 0)), shared=shared)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return found if found.of == short(url) else None

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    def knowing(self, present: Mapping[str, str]) -> Self:
        """The cursor once these stood in the feed: they are the last to be forgotten."""
        rest = {key: mark for key, mark in self.known.items() if key not in present}
        room = max(0, MOST_KNOWN - len(present))
        kept = dict(list(rest.items())[-room:]) if room else {}
        return replace(self, known={**kept, **present})

    def sharing(self, ids: Iterable[str]) -> Self:
        """The cursor once these, in short, were the ids of several entries; the longest known are forgotten first."""
        return replace(self, shared=tuple(dict.fromkeys((*self.shared, *ids)))[-MOST_KNOWN // 2 :])


def short(text: str) -> str:
    """A short name for an address or an id."""
    return sha256(text.encode(errors="replace")).hexdigest()[:16]
