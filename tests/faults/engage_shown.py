"""What stands in a stand-in Viva Engage, as somebody reads it: where each mention is, and what was said of it."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Self

from integrations.sandbox.engage_server import Message, StandInEngage

CARD = re.compile(r"^(M-\d+) · ", re.MULTILINE)
HEAD = re.compile(r"\d+ mentions have come in")
CLAIMED = re.compile(r"Claimed by (\w+)")


@dataclass(frozen=True)
class Placed:
    """Where a mention stands: in a thread of its own, or with others."""

    starter: Message
    is_shared: bool


@dataclass
class Shown:
    """Reads what came since it last looked; ``now`` looks."""

    engage: StandInEngage
    digests: list[tuple[Message, list[str]]] = field(default_factory=list)
    threads: defaultdict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    """The threads of its own that each mention has; more than one where it was said twice."""
    in_digests: Counter[str] = field(default_factory=Counter)
    claimed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When it was first said that somebody has a mention."""
    said: defaultdict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    _places: dict[str, Placed] = field(default_factory=dict)
    _about: dict[int, str] = field(default_factory=dict)
    _read: int = 0

    def now(self) -> Self:
        """With all that is there by now."""
        world, service = self.engage.world, self.engage.service.id
        new = list(islice(world.messages.values(), self._read, None))
        self._read += len(new)
        for one in new:
            if one.sender == service and not one.between:
                self._takes(one)
        return self

    def _takes(self, one: Message) -> None:
        if not one.is_starter:
            if ref := self._about.get(one.thread_id):
                self._said_of(ref, one)
            return
        refs = CARD.findall(one.text)
        if HEAD.match(one.text):
            self.digests.append((one, refs))
            self.in_digests.update(refs)
            self._places |= {ref: Placed(one, True) for ref in refs if ref not in self.threads}
        elif refs:
            self.threads[refs[0]].append(one)
            self._places[refs[0]] = Placed(one, False)
            self._about[one.id] = refs[0]
            self._said_of(refs[0], one)

    def _said_of(self, ref: str, one: Message) -> None:
        self.said[ref].append(one)
        for who in CLAIMED.findall(one.text):
            self.claimed.setdefault((ref, who), one.at)

    def place_of(self, ref: str) -> Placed | None:
        """Where a mention stands, if it does."""
        return self._places.get(ref)

    def own(self, ref: str) -> Message:
        """The thread of its own that it was last given. Raises LookupError."""
        return self.threads[ref][-1]

    def says(self, ref: str, words: str, after: int = 0) -> bool:
        """Whether we said this in a thread of its own, after another message."""
        return any(words in one.text for one in self.said.get(ref, ()) if one.id > after)

    @property
    def doubles(self) -> dict[str, list[Message]]:
        """The mentions that stand in two threads of their own, or in two digests."""
        twice = {ref: threads for ref, threads in self.threads.items() if len(threads) > 1}
        return twice | {
            ref: [one for one, refs in self.digests if ref in refs] for ref, count in self.in_digests.items() if count > 1
        }
