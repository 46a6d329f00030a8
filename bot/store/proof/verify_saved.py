"""Proves the saved replies: replaying one's events gives its row, its words are those of its record, and none is missing."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from bot.store.proof.numbered import fault_in_numbers
from bot.store.proof.record import events_of, jsonable
from bot.store.replying.saved import COUNTS, RECORDED, WRITES, saved_from, words_digest
from bot.store.schema_knowing import saved


def fault_in_saved(conn: Connection) -> str:
    """The first saved reply that is not what its record says; empty when all are."""
    rows = conn.execute(select(saved).order_by(saved.c.number)).mappings().all()
    if fault := fault_in_numbers(conn, "S", "saved", [row["number"] for row in rows]):
        return fault
    return next((fault for row in rows if (fault := fault_in(row, events_of(conn, f"saved:S-{row['number']}")))), "")


def fault_in(row: RowMapping, events: Sequence[RowMapping]) -> str:
    """What of one saved reply is not as its events say."""
    ref = f"S-{row['number']}"
    if row["version"] != len(events):
        return f"{ref}: the row is at version {row['version']}, its record at {len(events)}"
    expected: dict[str, object] = {"made_by": events[0]["actor"], "made_at": jsonable(events[0]["at"])}
    for event in events:
        expected.update({name: value for name, value in event["changes"].items() if name in RECORDED})
        expected |= {"changed_at": jsonable(event["at"])} if event["action"] in COUNTS else {}
    names = (*RECORDED, "made_by", "made_at", "changed_at")
    if wrong := next((name for name in names if jsonable(row[name]) != expected.get(name)), ""):
        return f"{ref}: {wrong} is not what its record says"
    told = [event["digests"].get("words") for event in events if event["action"] in WRITES]
    return "" if words_digest(row["words_salt"], saved_from(row)) == told[-1] else f"{ref}: its words were changed"
