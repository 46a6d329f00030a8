"""Proves what stands around the words of the public: when each was said, changed and deleted, and that erased is erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from bot.mention import Action
from bot.store import schema
from bot.store.columns import to_ms
from bot.store.proof import mirrored
from bot.store.proof.personal import EMPTY, PLACES

Events = Sequence[RowMapping]
SAID_AT = "said_at"
"""In the event of an addition: when it was posted, in milliseconds. Releases before 0.9.0 did not say so."""


def fault_in_posts(conn: Connection, row: RowMapping, events: Events) -> str:
    """What of a mention's posts is not what its record says; empty when all is. Their words: see ``verify``."""
    return (
        fault_in_arrivals(conn, row, events)
        or fault_in_additions(conn, row, events)
        or fault_in_earlier(conn, row, events)
        or fault_in_emptiness(row, events)
    )


def fault_in_arrivals(conn: Connection, row: RowMapping, events: Events) -> str:
    """That each post is known to have come in: else what was erased would come back when its network tells it again."""
    came = [events[0]["changes"].get("native_id", row["native_id"]), *told(events, Action.ADD)]
    a = schema.arrival.c
    known = set(conn.execute(select(a.native_id).where(a.number == row["number"])).scalars())
    return "" if known.issuperset(came) else "that a post came in is not known any more"


def fault_in_additions(conn: Connection, row: RowMapping, events: Events) -> str:
    """When the author added something, and when they deleted it."""
    said, gone = told(events, Action.ADD), told_gone(events)
    a = schema.addition.c
    for one in conn.execute(select(a.native_id, a.posted_at, a.gone_at).where(a.number == row["number"])):
        added = said.get(one.native_id, [])
        if added and SAID_AT in added[0]["changes"] and added[0]["changes"][SAID_AT] != str(to_ms(one.posted_at)):
            return "when an addition was posted is not what its record says"
        if one.gone_at != gone.get(one.native_id):
            return "when an addition was deleted is not what its record says"
    return ""


def fault_in_earlier(conn: Connection, row: RowMapping, events: Events) -> str:
    """Until when a post said something else: the moment of one of its edits."""
    edits = told(events, Action.EDIT)
    e = schema.earlier_text.c
    for one in conn.execute(select(e.native_id, e.until).where(e.number == row["number"])):
        if one.until not in [event["at"] for event in edits.get(one.native_id, [])]:
            return "until when an earlier text stood is not what its record says"
    return ""


def fault_in_emptiness(row: RowMapping, events: Events) -> str:
    """Whether what was erased, or deleted by its author, came back: without its salt nothing else would show that."""
    place = PLACES[schema.mention] if row["erased_at"] else {}
    if row["native_id"] in mirrored.gone_by(events):
        place = {**EMPTY, "media": [], **place}
    wrong = [name for name, empty in place.items() if as_kept(row[name]) != empty]
    return f"{wrong[0]} was erased, and is there" if wrong else ""


def as_kept(value: object) -> object:
    """A column's value as ``PLACES`` has it, whichever database gave it."""
    return bytes(value) if isinstance(value, memoryview) else list(value) if isinstance(value, tuple) else value


def told(events: Events, action: Action) -> Mapping[str, list[RowMapping]]:
    """The events of an action, by the post they are about."""
    found: dict[str, list[RowMapping]] = {}
    for event in events:
        if event["action"] == action and "native_id" in event["changes"]:
            found.setdefault(event["changes"]["native_id"], []).append(event)
    return found


def told_gone(events: Events) -> Mapping[str, datetime]:
    """When each addition was deleted by its author."""
    return {event["changes"]["native_id"]: event["at"] for event in events if "deleted" in event["changes"]}
