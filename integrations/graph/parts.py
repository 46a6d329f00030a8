"""Lists read part by part: what one read had no time for is left for the next, with its place, and nothing is passed over.

Some have lists of their own below each of their nodes: posts and their comments, conversations and their messages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import NotThere, Refused
from bot.ports import Item
from integrations.graph.client import Body, GraphClient, mapping, mappings
from integrations.graph.reading import Further, following, is_older, some_of, word


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to read: what follows ``after``, and what lies ``below`` nodes that were read, each with its place."""

    after: str = ""
    below: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.after or self.below)


@dataclass(frozen=True, slots=True)
class Job:
    """A list to be read back to ``since``; ``left`` by ``turns`` reads before, the last at ``at``; None: from the newest."""

    since: datetime
    begun: datetime
    at: datetime
    left: Left | None = None
    turns: int = 0
    missing_from: datetime | None = None
    """From when on nothing was read, where that is further back than is ever read."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one read of a list brought, and what it left. ``lost``: some of it can never be read."""

    items: list[Item]
    left: Left = field(default_factory=Left)
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A list whose nodes hold an ``edge`` of their own: how each is asked for, and ``again`` one node by itself."""

    path: str
    pages: int
    asked: Mapping[str, object]
    again: str
    edge: str
    below: Mapping[str, object]
    size: int
    by: str = "created_time"


@dataclass(slots=True)
class Nodes:
    """Nodes, each with what lies below it, and what was left."""

    found: list[tuple[Body, list[Body]]] = field(default_factory=list)
    left: Left = field(default_factory=Left)
    lost: bool = False


class Nested:
    """Reads lists that have lists below them."""

    def __init__(self, client: GraphClient, further: Further) -> None:
        self._client, self._further = client, further

    async def read(self, shape: Shape, job: Job) -> Nodes:
        """The next part: first what was left below nodes, then what follows. Raises what ``get`` raises."""
        if job.left and job.left.below:
            return await self._left_below(shape, job.left, job.since)
        most, after = shape.pages, job.left.after if job.left else None
        nodes, rest = await some_of(self._client, shape.path, most, until=job.since, after=after, **shape.asked)
        read, below = Nodes(), list[tuple[str, str]]()
        for node in nodes:
            edge = mapping(node.get(shape.edge))
            under, place = mappings(edge), following(edge)
            if place and word(node.get("id")) and not is_older(under, job.since, shape.by):
                await self._further_below(shape, read, job.since, at=(node, place), above=under, below=below)
            else:
                read.found.append((node, under))
        read.left = Left(rest, tuple(below))
        return read

    async def _left_below(self, shape: Shape, left: Left, since: datetime) -> Nodes:
        read, below = Nodes(), list[tuple[str, str]]()
        for native_id, place in left.below:
            if self._further.is_over:
                below.append((native_id, place))
                continue
            try:
                node = {**await self._client.get(native_id, fields=shape.again), "id": native_id}
            except Refused as error:
                read.lost = read.lost or not isinstance(error, NotThere)
                continue
            await self._further_below(shape, read, since, at=(node, place), above=[], below=below)
        read.left = Left(left.after, tuple(below))
        return read

    async def _further_below(
        self,
        shape: Shape,
        read: Nodes,
        since: datetime,
        *,
        at: tuple[Body, str],
        above: list[Body],
        below: list[tuple[str, str]],
    ) -> None:
        """What follows a place below a node; what Meta does not show of it is lost, and hides nothing beside it."""
        node, place = at
        native_id = word(node.get("id"))
        try:
            how = {**shape.below, "by": shape.by, "until": since}
            nodes, rest = await self._further.below(f"{native_id}/{shape.edge}", place, shape.size, how)
        except Refused as error:
            nodes, rest = [], ""
            read.lost = read.lost or not isinstance(error, NotThere)
        read.found.append((node, above + nodes))
        if rest:
            below.append((native_id, rest))
