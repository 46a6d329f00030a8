"""Letting go of what somebody had: each by a move on the record, and a second time there is nothing to do."""

from bot.mention import SYSTEM, Action, State
from bot.store.duty import leaver
from bot.store.duty.leaver import LetGo
from tests.bot.council import Bench, post

WHY = "no longer in the chat"


async def let_go(bench: Bench, by: str = SYSTEM) -> LetGo:
    """Priya has nothing any more."""
    now = bench.clock.now()
    return await bench.db.write(leaver.release_all, "U0PRIYA", by, WHY, house=bench.house, now=now)


async def at_work(bench: Bench) -> None:
    """Priya has one claim, one asleep, one that Dev offers her, and one whose reply is on its way; Farah has one."""
    await bench.arrives(*(post(f"p{n}", by=f"author{n}") for n in range(1, 6)))
    for ref in ("M-1", "M-2", "M-4"):
        await bench.does(Action.CLAIM, ref=ref)
    until = bench.clock.now().replace(hour=17)
    await bench.does(Action.SNOOZE, ref="M-2", note="highways will know", until=until)
    await bench.does(Action.CLAIM, "U0DEV", ref="M-3")
    await bench.does(Action.GIVE, "U0DEV", ref="M-3", to="U0PRIYA", until=until)
    await bench.does(Action.REPLY, ref="M-4", text="Hello.")
    await bench.does(Action.CLAIM, "U0FARAH", ref="M-5")


async def test_all_is_let_go_but_a_reply_that_is_on_its_way(either: Bench) -> None:
    await at_work(either)

    gone = await let_go(either)

    now = [await either.mention(f"M-{number}") for number in range(1, 6)]
    assert gone == LetGo(claims=("M-1",), asleep=("M-2",), offers=("M-3",))
    assert [(one.state, one.owner) for one in now] == [
        (State.NEW, None),
        (State.SNOOZED, None),
        (State.CLAIMED, "U0DEV"),
        (State.REPLYING, "U0PRIYA"),
        (State.CLAIMED, "U0FARAH"),
    ]
    assert now[2].offered_to is None
    assert (await either.desk.events("M-1"))[-1]["note"] == WHY
    assert (await either.verdict()).startswith("ok: ")


async def test_what_sleeps_wakes_when_it_would_have_and_nobody_is_forgotten(bench: Bench) -> None:
    await at_work(bench)
    before = await bench.mention("M-2")

    await let_go(bench)

    after = await bench.mention("M-2")
    assert after.snooze_until == before.snooze_until == await bench.due_at(2)
    assert await bench.due_at(1)


async def test_a_second_time_there_is_nothing_to_do(bench: Bench) -> None:
    await at_work(bench)
    await let_go(bench)
    before = await bench.at_rest()

    again = await let_go(bench)

    assert not again
    assert await bench.at_rest() == before


async def test_a_claim_made_after_the_list_was_read_is_let_go_too(bench: Bench) -> None:
    await at_work(bench)
    shown = await bench.db.read(leaver.held_by, "U0PRIYA")
    await bench.does(Action.RELEASE, "U0FARAH", ref="M-5")
    await bench.does(Action.CLAIM, ref="M-5")

    gone = await let_go(bench, by="U0MORAG")

    assert [one.ref for one in shown.claims] == ["M-1"]
    assert gone.claims == ("M-1", "M-5")
