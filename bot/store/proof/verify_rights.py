"""Proves the rights and the holds: the newest event of each gives its row, and every one of them is there."""

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping

from bot.mention import Action
from bot.rights.right import RECORDED
from bot.store import schema
from bot.store.proof.record import digest
from bot.store.proof.verify_owed import Events, Row, first_wrong, rows_of

RIGHT, HOLD = "a right", "a hold"


def fault_in_rights(conn: Connection, row: RowMapping, events: Events) -> str:
    """What of a mention's rights and holds is not what its record says; empty when all is."""
    rights, holds = rows_of(conn, schema.claim_of_right, row["number"]), rows_of(conn, schema.kept, row["number"])
    is_erased = any(event["action"] == Action.ERASE for event in events)
    expected: dict[str, Row] = {}
    for event in events:
        if event["action"] == Action.RIGHT:
            told = event["changes"]
            expected[str(told["right"])] = {name: told["row"].get(name) for name in RECORDED}
    return first_wrong(RIGHT, rights, expected) or fault_in_holds(holds, events, is_erased=is_erased)


def fault_in_holds(held: Mapping[str, RowMapping], events: Events, *, is_erased: bool) -> str:
    """What of the holds is not as the events say; their reasons are erased with the words of the mention."""
    expected: dict[str, Row] = {}
    marks: dict[str, str] = {}
    for event in events:
        told, by, at = event["changes"], event["actor"], event["at"]
        if event["action"] == Action.KEEP:
            fresh = {"by": by, "at": at, "until": told["until"], "ended_at": None, "ended_by": None}
            expected[str(told["kept"])] = fresh
            marks[str(told["kept"])] = event["digests"].get("kept", "")
        elif event["action"] == Action.LET_GO:
            expected |= {one: {**expected[one], "ended_at": at, "ended_by": by} for one in told["let_go"]}
    if wrong := first_wrong(HOLD, held, expected):
        return wrong
    for one, there in held.items():
        if is_erased and not (there["why"] or there["why_salt"]):
            continue
        if digest(there["why_salt"], there["why"]) != marks[one]:
            return f"{HOLD}: its reason was changed"
    return ""
