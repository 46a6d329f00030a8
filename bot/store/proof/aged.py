"""What has been kept long enough, by its class and account; and what stays all the same, with the reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from bot.mention import Mention
from bot.retention.classes import ALL_BELOW, OTHERS, RetentionClass, by_exactness, class_of
from bot.store import mentions, schema
from bot.store.proof import holds
from bot.store.replying import hiding, tasks
from bot.store.schema import HELD_WORDS
from bot.task import Kind

M = schema.mention.c
ENDED: ColumnElement[bool] = literal_column(f"({HELD_WORDS.text})")
"""In the very words of its index, so that it serves."""
Classes = Sequence[RetentionClass]
NO_CLASS = -1
KEPT_BY_THE_SETTINGS = "named in retention.keep"
HIDDEN_NOW = "hidden from the public, or waiting for a second look: its words are evidence until that is over"


@dataclass(frozen=True, slots=True)
class Ages:
    """Since when what ended has been kept long enough: ``before`` for what is in no class, None where that is for ever; of
    classes it follows from ``now``.
    """

    before: datetime | None
    now: datetime
    classes: tuple[RetentionClass, ...] = ()

    def kept_in(self, mention: Mention) -> tuple[str, int | None]:
        """The class a mention is in, and the days its words are kept there; None where ``before`` says it alone."""
        found = class_of(mention.topic, self.classes)
        return (found.name, found.kept_for.days) if found else (OTHERS, None)


@dataclass(frozen=True, slots=True)
class Due:
    """How many of an account's mentions of a class are older than they are kept, and since when the oldest has been here."""

    account: str
    count: int
    oldest: datetime
    kept_as: str = OTHERS


@dataclass(frozen=True, slots=True)
class Staying:
    """A mention older than its words are kept that keeps them, and why."""

    ref: str
    kept_as: str
    reasons: tuple[str, ...]


def due(conn: Connection, ages: Ages, keeps: Collection[str]) -> list[Due]:
    """What would be erased, by class and account."""
    which = place_of(ages.classes).label("which")
    query = select(M.account, func.count(), func.min(M.received_at), which).where(*old(conn, ages, keeps))
    rows = conn.execute(query.group_by(which, M.account).order_by(which, M.account))
    names = {place: one.name for place, one in enumerate(ages.classes)}
    return [Due(account, count, oldest, names.get(place, OTHERS)) for account, count, oldest, place in rows]


def old(conn: Connection, ages: Ages, keeps: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Ended long enough ago, its words still here, and not to be kept."""
    kept = [mentions.number_of(ref) for ref in keeps]
    return *of_age(ages), M.number.not_in(kept), not_evidence(), M.number.not_in(holds.held(conn, ages.now))


def of_age(ages: Ages) -> tuple[ColumnElement[bool], ...]:
    """Ended long enough ago for its class, and its words still here."""
    ends = [(NO_CLASS, ages.before), *((place, one.before(ages.now)) for place, one in enumerate(ages.classes))]
    dated = [(place, before) for place, before in ends if before]
    if not dated:
        return ENDED, false()
    which = place_of(ages.classes)
    newest = max(before for _, before in dated)
    return ENDED, M.ended_at < newest, or_(*(and_(which == place, M.ended_at < before) for place, before in dated))


def place_of(classes: Classes) -> ColumnElement[int]:
    """The place of a mention's class among them, as ``class_of`` finds it; NO_CLASS for none."""
    places = {one.name: place for place, one in enumerate(classes)}
    found = [(is_below(pattern), places[one.name]) for pattern, one in by_exactness(classes)]
    none = cast(literal_column(str(NO_CLASS)), Integer)
    return case(*((where, literal_column(str(place))) for where, place in found), else_=none) if found else none


def is_below(pattern: str) -> ColumnElement[bool]:
    """Whether a mention's topic is the one named, or below the service named; capitals count, as in ``covers``."""
    if not pattern.endswith(ALL_BELOW):
        return M.topic == pattern
    service = pattern.removesuffix(ALL_BELOW)
    return or_(M.topic == service, func.substr(M.topic, 1, len(service) + 1) == literal(f"{service}."))


def not_evidence() -> ColumnElement[bool]:
    """Of what is hidden, or waits for a second look, the words are evidence, and stay."""
    hidden = select(schema.hiding.c.number).where(hiding.OPEN)
    waiting = select(schema.task.c.number).where(tasks.OPEN, schema.task.c.kind == Kind.REVIEW)
    return M.number.not_in(hidden) & M.number.not_in(waiting)


def staying(conn: Connection, ages: Ages, keeps: Collection[str], most: int) -> list[Staying]:
    """What is of age and stays, the oldest first, at most so many."""
    kept = [mentions.number_of(ref) for ref in keeps]
    stays = or_(M.number.in_(kept), ~not_evidence(), M.number.in_(holds.held(conn, ages.now)))
    query = select(schema.mention).where(*of_age(ages), stays).order_by(M.ended_at, M.number).limit(most)
    evidence = hiding.kept(conn)
    found = []
    for mention in map(mentions.mention_from, conn.execute(query).mappings()):
        why = [*holds.reasons(conn, mention.number, ages.now)]
        why += [KEPT_BY_THE_SETTINGS] if mention.ref in keeps else []
        why += [HIDDEN_NOW] if mention.number in evidence else []
        found.append(Staying(mention.ref, ages.kept_in(mention)[0], tuple(why)))
    return found
