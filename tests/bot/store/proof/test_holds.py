"""What is held keeps its words on either database, and says why; the record proves it there too."""

from datetime import datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.mention import Action
from bot.store import schema
from bot.store.duty import rights_due, rights_rows
from bot.store.executor import Database
from bot.store.proof import forget, holds
from bot.store.reading import overview
from bot.store.reading.queue import Narrow
from tests.bot.council import Bench, house, post

pytestmark = pytest.mark.slow  # on both databases

PRIYA, MORAG = "U0PRIYA", "U0MORAG"
Reasons = list[str]


async def reasons(bench: Bench, number: int, now: datetime | None = None) -> Reasons:
    return await bench.db.read(holds.reasons, number, now)


async def test_holds_and_rights_stop_a_purge_say_why_and_end(either_database: Database, clock: MovableClock) -> None:
    bench = Bench(either_database, clock, house())
    await bench.arrives(post("p1"), post("p2", by="ann"), post("p3", by="bob"))
    for ref in ("M-1", "M-2", "M-3"):
        await bench.does(Action.CLOSE, ref=ref, note="done")
    week = clock.now() + timedelta(days=7)
    await bench.does(Action.KEEP, ref="M-1", text="a solicitor wrote", until=week)
    await bench.does(Action.RIGHT, ref="M-2", to=MORAG, detail={"deed": "put", "label": "foi"})
    soon, now = clock.now() + timedelta(days=1), clock.now()

    before = [await reasons(bench, number, now) for number in (1, 2, 3)]
    erased = await bench.db.write(forget.purge, soon, frozenset(), "operator", house=bench.house, now=now)
    seen = await bench.db.read(overview.read, now, bench.house, Narrow())
    verdicts = [await bench.verdict()]

    assert before[0] == [f"on hold until {week:%Y-%m-%d}: a solicitor wrote"]
    assert before[1] == ["an open right (foia_20wd), answer by 2026-12-15: kept until its outcome is noted"]
    assert (before[2], erased) == ([], 1)
    assert (seen.rights.total, seen.rights.first[0].owner) == (1, MORAG)

    clock.advance(days=8)
    held = await bench.one(schema.claim_of_right)
    await bench.does(Action.RIGHT, MORAG, ref="M-2", detail={"deed": "ended", "right": held["id"], "ended_as": "answered"})
    ended = await bench.db.write(rights_due.end_holds, bench.house, clock.now())
    erased = await bench.db.write(forget.purge, soon, frozenset(), "operator", house=bench.house, now=clock.now())
    verdicts.append(await bench.verdict())

    assert (ended, erased, await bench.db.read(rights_rows.count_open)) == (1, 2, 0)
    assert (await bench.one(schema.kept))["why"] == ""
    assert [one[:4] for one in verdicts] == ["ok: ", "ok: "]
