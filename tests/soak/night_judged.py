"""What a night must have come to, whoever slept and whatever failed: each thing that should not be, in a sentence."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.duty.contact import AT_MOST
from bot.duty.escalation import AT_MOST as IN_SLACK
from bot.ports import Way
from bot.store import schema
from bot.store.proof import invariants
from bot.store.proof.verify import verify
from bot.store.schema_duty import handover
from tests.soak.night_town import Told

TO_LOOK, THEN_TEXT, A_MOMENT = timedelta(minutes=5), timedelta(minutes=3), timedelta(minutes=1)
"""How soon danger must be looked at; how soon a text follows; and what the loops may take."""
FOR_ROOM = timedelta(minutes=2)
"""How long a text may wait because the person has just had one."""
IN_VAIN = timedelta(minutes=1)
"""How long the chat is tried before the text is sent at once."""
TWO_RUNGS = timedelta(minutes=20)
QUIET_FROM, QUIET_TO = time(22), time(7)
RESPONSE, FOR_GOOD = timedelta(minutes=59), datetime.max.replace(tzinfo=UTC)
"""The account's response target, less what a moment takes."""
ON_ITS_WAY = timedelta(seconds=5)
"""The figures are about when a message is queued; it arrives a little later."""
CATCHING_UP = timedelta(minutes=10)
Outage = tuple[datetime, datetime]
Rows = Mapping[int, Any]


def judged(conn: Connection, told: Sequence[Told], outage: Outage, now: datetime) -> list[str]:
    """Everything that is wrong."""
    rows = {row.number: row for row in conn.execute(select(schema.mention))}
    pings = [one for one in told if one.is_ping]
    return [
        *danger_nobody_heard_of(rows, told, outage),
        *left_to_slack(rows, told),
        *woken_in_vain(rows, told),
        *pinged_all_the_same(told),
        *too_many(rows, pings),
        *caught_up_twice(pings, outage),
        *left_out_of_the_handover(conn, rows),
        *broken_rules(conn, now),
    ]


def without_a_next_ping(conn: Connection, now: datetime) -> list[str]:
    """Open mentions of which nothing will ever be heard again."""
    m, e = schema.mention.c, schema.escalation.c
    joined = schema.mention.outerjoin(schema.escalation, e.number == m.number)
    lacking = conn.execute(select(m.number).select_from(joined).where(schema.OPEN_ROWS, e.due_at.is_(None))).scalars()
    return [f"at {now:%H:%M} M-{number} has no next ping" for number in lacking]


def danger_nobody_heard_of(rows: Rows, told: Sequence[Told], outage: Outage) -> Iterator[str]:
    """Each P0 reaches somebody as soon as the policy says, while Slack is away by text; and two rungs on somebody acts."""
    for number, row in rows.items():
        if row.priority != "P0":
            continue
        heard = [one for one in told if number in one.numbers and one.at >= row.received_at]
        by = row.received_at + TO_LOOK + A_MOMENT + IN_VAIN * (outage[0] <= row.received_at < outage[1])
        if not heard or min(one.at for one in heard) > by:
            yield f"M-{number}, of {row.received_at:%H:%M}, reached nobody by {by:%H:%M}"
        by = row.received_at + TO_LOOK + TWO_RUNGS + A_MOMENT
        if not any(one.is_deed and one.at <= by for one in heard):
            yield f"M-{number}, of {row.received_at:%H:%M}, was seen to by nobody by {by:%H:%M}"


def left_to_slack(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """Whoever is pinged about something urgent and does not act gets a text."""
    for one in told:
        if not one.is_ping or one.way != "Slack" or rows[one.numbers[0]].priority not in ("P0", "P1"):
            continue
        soon = [other for other in told if one.at < other.at <= one.at + THEN_TEXT + FOR_ROOM]
        is_seen_to = any(other.is_deed and one.numbers[0] in other.numbers for other in soon)
        if not is_seen_to and not any(other.way == "text" and other.who == one.who for other in soon):
            yield f"no text followed: {one}"


def woken_in_vain(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """In quiet hours only P0 and P1 ping anybody, in whatever way."""
    for one in told:
        is_quiet = one.at.time() >= QUIET_FROM or one.at.time() < QUIET_TO
        lesser = [number for number in one.numbers if rows[number].priority not in ("P0", "P1")]
        if is_quiet and lesser and (one.is_ping or one.is_bundle):
            yield f"in quiet hours: {one}"


def pinged_all_the_same(told: Sequence[Told]) -> Iterator[str]:
    """Once somebody says that they look, nobody is pinged for one response target; once somebody claims it, for good."""
    silent: dict[int, tuple[datetime, datetime]] = {}
    for one in sorted(told, key=lambda one: one.at):
        for number in one.numbers:
            if one.is_deed:
                until = one.at + RESPONSE if "acknowledges" in one.text else FOR_GOOD
                silent[number] = (one.at + timedelta(seconds=1), until)
            elif one.is_ping and number in silent and silent[number][0] < one.at < silent[number][1]:
                yield f"M-{number} was seen to, and all the same: {one}"


def too_many(rows: Rows, pings: Sequence[Told]) -> Iterator[str]:
    """Nobody gets more in any stretch of time than the figures say, danger apart."""
    at: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
    for one in pings:
        if rows[one.numbers[0]].priority != "P0":
            at[one.who, one.way].append(one.at)
    limits = {"Slack": IN_SLACK, "text": AT_MOST[Way.TEXT], "e-mail": AT_MOST[Way.EMAIL]}
    for (who, way), moments in at.items():
        for many, span in limits.get(way, ()):
            if any(sum(start <= moment < start + span - ON_ITS_WAY for moment in moments) > many for start in moments):
                yield f"{who} got more than {many} by {way} within {span}"


def caught_up_twice(pings: Sequence[Told], outage: Outage) -> Iterator[str]:
    """What was due while Slack was away is said there once when it is back."""
    said: set[tuple[str, int]] = set()
    for one in pings:
        if one.way == "Slack" and outage[1] <= one.at < outage[1] + CATCHING_UP:
            if (one.who, one.numbers[0]) in said:
                yield f"caught up with twice: {one}"
            said.add((one.who, one.numbers[0]))


def left_out_of_the_handover(conn: Connection, rows: Rows) -> Iterator[str]:
    """What is open in the morning was counted when the handover was drafted, and it was accepted."""
    query = select(handover).where(handover.c.role == "duty").order_by(handover.c.shift_at.desc()).limit(1)
    last = conn.execute(query).one()
    still_open = set(conn.execute(select(schema.mention.c.number).where(schema.OPEN_ROWS)).scalars())
    if last.state != "accepted":
        yield f"the morning's handover is {last.state}"
    if last.facts["open"][0] != len(still_open):
        yield f"{len(still_open)} are open, and the handover says {last.facts['open'][0]}"
    for number in rows.keys() - still_open:
        if rows[number].state != "replied":
            yield f"M-{number} is neither open nor answered: {rows[number].state}"


def broken_rules(conn: Connection, now: datetime) -> Iterator[str]:
    """The record is whole, and what must always be so is so."""
    found = verify(conn)
    if not found.line.startswith("ok: "):
        yield found.line
    for finding in invariants.broken(conn, now, deep=True):
        yield f"{finding.name}: {', '.join(finding.refs)}"
