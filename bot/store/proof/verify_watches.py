"""Proves the watches: replaying a watch's events gives its row, and no watch is missing."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from bot.store.intake.watches import RECORDED
from bot.store.proof.numbered import fault_in_numbers
from bot.store.proof.record import events_of, jsonable
from bot.store.schema_listening import watch

FROM_THE_FIRST = ("made_by", "made_at")
GIVES_A_REASON = ("made", "changed")
"""Events whose note is what the watch is for."""


def fault_in_watches(conn: Connection) -> str:
    """The first watch that is not what its record says; empty when all are."""
    rows = conn.execute(select(watch).order_by(watch.c.number)).mappings().all()
    if fault := fault_in_numbers(conn, "W", "watch", [row["number"] for row in rows]):
        return fault
    return next((fault for row in rows if (fault := fault_in(row, events_of(conn, f"watch:W-{row['number']}")))), "")


def fault_in(row: RowMapping, events: Sequence[RowMapping]) -> str:
    """What of one watch is not as its events say."""
    ref = f"W-{row['number']}"
    if row["version"] != len(events):
        return f"{ref}: the row is at version {row['version']}, its record at {len(events)}"
    expected: dict[str, object] = {"made_by": events[0]["actor"], "made_at": jsonable(events[0]["at"])}
    for event in events:
        expected.update({name: value for name, value in event["changes"].items() if name in RECORDED})
    names = (*RECORDED, *FROM_THE_FIRST)
    wrong = next((name for name in names if jsonable(row[name]) != expected.get(name)), "")
    reasons = [event["note"] for event in events if event["action"] in GIVES_A_REASON]
    wrong = wrong or ("why" if row["why"] != (reasons[-1] or "") else "")
    return f"{ref}: {wrong} is not what its record says" if wrong else ""
