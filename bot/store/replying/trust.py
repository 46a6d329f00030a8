"""Who needs no approval on which topic: earned by approvals without a change, given or taken back by a lead, on the record.

The record of ``trust:PERSON`` holds each approval that counted too, so that it can be seen how trust was earned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.house import House
from bot.mention import SYSTEM, Mention
from bot.reply import Reply
from bot.replying.approval import area
from bot.store import mentions
from bot.store.duty import rota
from bot.store.proof import record
from bot.store.schema import event
from bot.store.schema import trust as table
from bot.words import approvals as words

EARNED, GIVEN, TAKEN = "earned", "given", "taken"
APPROVED, CHANGED, SENT_BACK = "approved", "changed", "sent_back"
C = table.c


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands on a topic: trusted or not, and how many approvals in a row needed no change."""

    topic: str
    trusted: bool
    count: int
    by: str = ""
    """Who said so; the bot itself where it was earned; nobody where nothing was said."""


def subject(person: str) -> str:
    """Whose record it is."""
    return f"trust:{person}"


def is_trusted(conn: Connection, person: str, topic: str) -> bool:
    """Whether a person needs no approval there: the newest word on it counts."""
    newest = select(C.kind).where(C.person == person, C.topic == area(topic)).order_by(C.id.desc()).limit(1)
    return conn.execute(newest).scalar() in (EARNED, GIVEN)


def standings(conn: Connection, person: str) -> list[Standing]:
    """Everything that was ever said or counted of a person, by topic."""
    newest = {row.topic: row for row in conn.execute(select(table).where(C.person == person).order_by(C.id))}
    counts = {topic: len(refs) for topic, refs in in_a_row(conn, person).items()}
    topics = sorted({*newest, *counts})
    return [
        Standing(
            topic,
            topic in newest and newest[topic].kind in (EARNED, GIVEN),
            counts.get(topic, 0),
            newest[topic].by if topic in newest else "",
        )
        for topic in topics
    ]


def in_a_row(conn: Connection, person: str) -> Mapping[str, frozenset[str]]:
    """By topic, the mentions on which a reply was approved without a change since anything else was said of the person."""
    e = event.c
    rows = conn.execute(select(e.action, e.changes).where(e.subject == subject(person)).order_by(e.seq))
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        topic = str(row.changes.get("topic", ""))
        so_far = found.get(topic, frozenset())
        found[topic] = so_far | {str(row.changes.get("mention"))} if row.action == APPROVED else frozenset()
    return found


# --- what approving brings with it -------------------------------------------------------------------------------


def looked_over(
    conn: Connection, reply: Reply, what: str, *, by: str, mention: Mention, house: House, now: datetime
) -> bool:
    """Note what an approver made of a reply: APPROVED, CHANGED or SENT_BACK. True when that earned its writer trust.

    Without a topic nothing is earned: that would be trust in nearly everything, which only a lead gives.
    """
    after, topic = house.approval.graduate_after, area(mention.topic)
    if not after or not topic or is_trusted(conn, reply.by, topic):
        return False
    told = {"topic": topic, "mention": mention.ref}
    record.append(conn, subject(reply.by), what, at=now, actor=by, changes=told)
    if len(in_a_row(conn, reply.by).get(topic, ())) < after:
        return False
    say(conn, reply.by, topic, EARNED, by=SYSTEM, now=now, after=after)
    name = mentions.names(conn, {reply.by})[reply.by]
    key = f"trust:{reply.by}:{mention.ref}:{mention.version}"
    rota.tell(conn, f"{key}:{reply.by}", reply.by, words.earned(topic, after), house=house, now=now)
    rota.tell(conn, f"{key}:{by}", by, words.has_earned(name, topic, after), house=house, now=now)
    return True


# --- what a lead says --------------------------------------------------------------------------------------------


def give(conn: Connection, person: str, topic: str, by: str, *, house: House, now: datetime, key: str = "") -> bool:
    """A lead says that a person needs no approval there; False when that is so already. The person is told."""
    if not mentions.first_time(conn, key, now) or is_trusted(conn, person, topic):
        return False
    seq = say(conn, person, area(topic), GIVEN, by=by, now=now)
    told = words.given(area(topic), mentions.names(conn, {by})[by])
    rota.tell(conn, f"trust:{person}:{seq}:{person}", person, told, house=house, now=now)
    return True


def take(
    conn: Connection, person: str, topic: str, by: str, *, why: str, house: House, now: datetime, key: str = ""
) -> bool:
    """A lead says that a person needs approval there again; the count begins anew. False when that is so already."""
    if not mentions.first_time(conn, key, now) or not is_trusted(conn, person, topic):
        return False
    seq = say(conn, person, area(topic), TAKEN, by=by, now=now, note=why)
    told = words.taken(area(topic), mentions.names(conn, {by})[by], why)
    rota.tell(conn, f"trust:{person}:{seq}:{person}", person, told, house=house, now=now)
    return True


def say(
    conn: Connection, person: str, topic: str, kind: str, *, by: str, now: datetime, note: str = "", after: int = 0
) -> int:
    """The row and its event, in the same transaction; returns the event's number."""
    told: dict[str, object] = {"topic": topic, **({"after": after} if after else {})}
    seq = record.append(conn, subject(person), kind, at=now, actor=by, changes=told, note=note)
    conn.execute(table.insert().values(person=person, topic=topic, kind=kind, by=by, at=now))
    return seq


def unrecorded(conn: Connection) -> str:
    """The first person whose trust is not what their record says; empty when all is."""
    rows: dict[str, list[tuple[str, str, str, datetime]]] = {}
    for row in conn.execute(select(table).order_by(C.id)):
        rows.setdefault(row.person, []).append((row.topic, row.kind, row.by, row.at))
    e = event.c
    said: dict[str, list[tuple[str, str, str, datetime]]] = {}
    events = (
        select(event).where(e.subject.startswith("trust:"), e.action.in_((EARNED, GIVEN, TAKEN))).order_by(e.subject, e.seq)
    )
    for one in conn.execute(events):
        person = one.subject.removeprefix("trust:")
        said.setdefault(person, []).append((one.changes.get("topic"), one.action, one.actor, one.at))
    return next((person for person in sorted({*rows, *said}) if rows.get(person) != said.get(person)), "")
