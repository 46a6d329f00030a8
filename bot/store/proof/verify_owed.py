"""Proves what is owed and what is hidden: replaying a mention's events gives the rows, and every one of them is there."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, Table, select

from bot.mention import SYSTEM, Action
from bot.store import schema
from bot.store.proof.record import canonical, digest, jsonable
from bot.store.replying.acts import OUTCOME, Outcome
from bot.store.replying.hiding import TRIED_AGAIN, without_salt
from bot.task import Kind

Events = Sequence[RowMapping]
Row = dict[str, object]
HIDES = (Action.HIDE, Action.SHOW_AGAIN, Action.REVIEW)
TASK, HIDING = "what is owed", "what was hidden"


def fault_in_owed(conn: Connection, row: RowMapping, events: Events) -> str:
    """What of a mention's tasks and hidden posts is not what its record says; empty when all is."""
    hidings = rows_of(conn, schema.hiding, row["number"])
    tasks = rows_of(conn, schema.task, row["number"])
    is_erased = any(event["action"] == Action.ERASE for event in events)
    return fault_in_hidings(row, hidings, events, is_erased) or fault_in_tasks(tasks, events, is_erased)


def rows_of(conn: Connection, table: Table, number: int) -> Mapping[str, RowMapping]:
    """A mention's rows by their id."""
    return {one["id"]: one for one in conn.execute(select(table).where(table.c.number == number)).mappings()}


def first_wrong(what: str, held: Mapping[str, RowMapping], expected: Mapping[str, Row]) -> str:
    """The first row that is missing, that nobody made, or that has a column other than expected."""
    if set(expected) - set(held):
        return f"{what}: a row its record speaks of is missing"
    if set(held) - set(expected):
        return f"{what}: a row is not in its record"
    for one, columns in expected.items():
        wrong = [name for name, value in columns.items() if jsonable(held[one][name]) != jsonable(value)]
        if wrong:
            return f"{what}: {wrong[0]} is not what its record says"
    return ""


# --- hidden ------------------------------------------------------------------------------------------------------


def fault_in_hidings(row: RowMapping, held: Mapping[str, RowMapping], events: Events, is_erased: bool) -> str:
    """What of the hidden posts is not as the events say; their evidence is erased with the words of the mention."""
    expected: dict[str, Row] = {}
    for event in events:
        if (one := str(event["changes"].get("hiding", ""))) and event["action"] in HIDES:
            expected[one] = {**expected.get(one, {}), **after(expected.get(one), row, event)}
            if instead := str(event["changes"].get("instead_of", "")):
                expected[instead] = {**expected[instead], "state": "shown", "ended_at": event["at"]}
        if (one := str(event["changes"].get("instead_of", ""))) in expected:
            expected[one] = {**expected[one], "state": "shown", "ended_at": event["at"]}
    if wrong := first_wrong(HIDING, held, expected):
        return wrong
    marks = {str(event["changes"].get("hiding")): mark for event in events if (mark := event["digests"].get("evidence"))}
    for one, there in held.items():
        evidence = there["evidence"]
        if is_erased and not evidence:
            continue
        if digest(evidence["salt"], canonical(without_salt(evidence)).decode()) != marks.get(one):
            return f"{HIDING}: the evidence was changed"
    return ""


def after(before: Row | None, row: RowMapping, event: RowMapping) -> Row:
    """The columns of a hidden post that one event sets."""
    told, at = event["changes"], event["at"]
    if before is None:
        native_id = told.get("post") or row["native_id"]
        fresh = {"native_id": native_id, "rule": told["rule"], "by": event["actor"], "at": at, "until": told["until"]}
        return {**fresh, "state": "asked", "reviewed_by": None, "reviewed_at": None, "ended_at": None}
    if OUTCOME in told and event["actor"] == SYSTEM:
        return ended(event["action"], Outcome(told[OUTCOME]), event)
    looked = {"reviewed_by": event["actor"], "reviewed_at": at}
    seen = looked if event["actor"] not in (SYSTEM, before["by"]) and before["reviewed_at"] is None else {}
    if event["action"] == Action.REVIEW:
        return {**seen, **({"until": told["until"]} if "until" in told else {})}
    return {**seen, **({"state": "shown", "ended_at": at} if "never_hidden" in told else {"state": "showing"})}


def ended(action: str, outcome: Outcome, event: RowMapping) -> Row:
    """What came of hiding a post, or of showing it again."""
    at = event["at"]
    if action == Action.HIDE:
        return {"state": "hidden"} if outcome is Outcome.DONE else {"state": "failed", "ended_at": at}
    if outcome is Outcome.REFUSED:
        return {"state": "hidden", "until": at + TRIED_AGAIN}
    return {"state": "shown", "ended_at": at}


# --- owed --------------------------------------------------------------------------------------------------------


def fault_in_tasks(held: Mapping[str, RowMapping], events: Events, is_erased: bool) -> str:
    """What of the tasks is not as the events say; their words are erased with those of the mention."""
    reviews = {str(one["reply"]): one["id"] for one in held.values() if one["kind"] == Kind.REVIEW}
    expected: dict[str, Row] = {}
    marks: dict[str, str] = {}
    for event in events:
        told, by, at = event["changes"], event["actor"], event["at"]
        one = str(told.get("task", ""))
        if event["action"] == Action.OWE:
            fresh = {"made_at": at, "reply": told.get("of"), "done_at": None, "done_by": None}
            fresh |= {"by": told.get("owed_by", by), "outcome": ""}
            changed = {name: told[name] for name in ("kind", "due_at", "to")}
            expected[one] = {**expected.get(one, fresh), **changed}
            marks |= {one: mark} if (mark := event["digests"].get("task")) else {}
        elif event["action"] == Action.OWED_DONE:
            expected[one] = {**expected.get(one, {}), "done_at": at, "done_by": by, "outcome": told.get("outcome", "")}
        elif event["action"] in HIDES:
            look(expected, reviews, event)
    if wrong := first_wrong(TASK, held, expected):
        return wrong
    for one, there in held.items():
        if there["kind"] == Kind.REVIEW or (is_erased and not (there["what"] or there["what_salt"])):
            continue
        if digest(there["what_salt"], there["what"]) != marks.get(one):
            return f"{TASK}: its words were changed"
    return ""


def look(expected: dict[str, Row], reviews: Mapping[str, str], event: RowMapping) -> None:
    """A second look is owed with each post that is hidden, and done by whoever looks; or nothing was hidden after all."""
    told, by, at = event["changes"], event["actor"], event["at"]
    hidden = str(told.get("hiding", ""))
    one = reviews.get(hidden, hidden)
    if one not in expected:
        owed = {"kind": Kind.REVIEW, "to": told["review"], "by": by, "made_at": at, "reply": hidden}
        owed |= {"what": "", "due_at": told["review_by"], "outcome": ""}
        expected[one] = {**owed, "done_at": None, "done_by": None}
        return
    failed = event["action"] == Action.HIDE and told.get(OUTCOME) != Outcome.DONE
    looked = event["action"] != Action.HIDE and by != SYSTEM and OUTCOME not in told
    if (failed or looked) and expected[one]["done_at"] is None:
        expected[one] |= {"done_at": at, "done_by": by}
