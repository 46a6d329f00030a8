"""Giving a mention to a colleague, and letting one sleep: neither may end in silence."""

from datetime import timedelta

import pytest

from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action, Move, State
from bot.store import moves, schema
from bot.store.duty import pinging
from tests.bot.council import Bench, post

PRIYA, FARAH, DEV, MORAG = "U0PRIYA", "U0FARAH", "U0DEV", "U0MORAG"
TEN = timedelta(minutes=10)


async def offered(bench: Bench) -> None:
    """Priya has M-1 and offers it to Farah."""
    await bench.arrives()
    await bench.does(Action.CLAIM, PRIYA)
    await bench.does(Action.GIVE, PRIYA, to=FARAH, until=bench.clock.now() + TEN, note="you know the street")


async def asleep(bench: Bench, *, owner: str = "") -> None:
    """M-1 sleeps until an hour from now."""
    await bench.arrives()
    if owner:
        await bench.does(Action.CLAIM, owner)
    await bench.does(Action.SNOOZE, PRIYA, until=bench.clock.now() + timedelta(hours=1), note="highways will know")


async def lapse(bench: Bench) -> int:
    """What the loop does about offers nobody answered."""
    return await bench.db.write(pinging.lapse_offers, bench.house, bench.clock.now())


async def ping(bench: Bench) -> int:
    """What the loop does about what is due."""
    return await bench.db.write(pinging.ping_due, bench.house, bench.clock.now())


async def test_an_offer_is_told_to_the_one_it_is_made_to_and_the_giver_keeps_it_until_then(either: Bench) -> None:
    await offered(either)

    after = await either.mention()
    assert (after.owner, after.offered_to) == (PRIYA, FARAH)
    assert await either.told(kind="tell", target=FARAH) == ["offer"]


async def test_accepted_it_is_theirs_with_a_clock_of_their_own(either: Bench) -> None:
    await offered(either)
    either.clock.advance(minutes=5)

    after = await either.does(Action.ACCEPT, FARAH)

    assert (after.owner, after.last_owner, after.offered_to, after.state) == (FARAH, FARAH, None, State.CLAIMED)
    assert await either.due_at() == either.clock.now() + timedelta(hours=1)
    assert (await either.verdict()).startswith("ok")


@pytest.mark.parametrize("by", [FARAH, PRIYA])
async def test_declined_or_taken_back_it_stays_with_the_giver(bench: Bench, by: str) -> None:
    await offered(bench)

    after = await bench.does(Action.DECLINE, by)

    assert (after.owner, after.offered_to) == (PRIYA, None)
    assert "declined" in await bench.told(kind="thread")


async def test_only_the_one_it_was_offered_to_accepts_even_of_the_leads(bench: Bench) -> None:
    await offered(bench)

    for by in (PRIYA, DEV, MORAG):
        with pytest.raises(NotAllowed, match=r"not on offer|offered to"):
            await bench.does(Action.ACCEPT, by, overrides=True)


async def test_a_bystander_cannot_decline_for_another_but_a_lead_can(bench: Bench) -> None:
    await offered(bench)

    with pytest.raises(NotAllowed):
        await bench.does(Action.DECLINE, DEV)

    assert (await bench.does(Action.DECLINE, MORAG, overrides=True)).offered_to is None


async def test_it_cannot_be_given_to_the_one_who_has_it(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM, PRIYA)

    with pytest.raises(NotAllowed):
        await bench.does(Action.GIVE, PRIYA, to=PRIYA, until=bench.clock.now() + TEN)


async def test_an_offer_nobody_answers_lapses_and_the_giver_is_told(either: Bench) -> None:
    await offered(either)
    either.clock.advance(minutes=9)
    early = await lapse(either)
    either.clock.advance(minutes=1)

    assert (early, await lapse(either), await lapse(either)) == (0, 1, 0)
    after = await either.mention()
    assert (after.owner, after.offered_to) == (PRIYA, None)
    lapsed = [row["payload"] for row in await either.all(schema.delivery) if row["payload"].get("what") == "declined"]
    assert [payload["lapsed"] for payload in lapsed] == [True]
    assert (await either.desk.events("M-1"))[-1]["actor"] == SYSTEM


async def test_when_an_offer_lapses_is_when_the_loop_looks_next(bench: Bench) -> None:
    await offered(bench)

    assert await bench.db.read(pinging.next_due) == bench.clock.now() + TEN


async def test_an_acceptance_after_the_lapse_is_refused(bench: Bench) -> None:
    await offered(bench)
    bench.clock.advance(TEN)
    await lapse(bench)

    with pytest.raises(NotAllowed, match="not on offer"):
        await bench.does(Action.ACCEPT, FARAH)


async def test_a_lapse_after_the_acceptance_changes_nothing(bench: Bench) -> None:
    await offered(bench)
    bench.clock.advance(TEN)
    await bench.does(Action.ACCEPT, FARAH)

    assert await lapse(bench) == 0
    assert (await bench.mention()).owner == FARAH


async def test_an_offer_made_anew_is_the_only_one_that_counts(bench: Bench) -> None:
    await offered(bench)
    await bench.does(Action.GIVE, PRIYA, to=DEV, until=bench.clock.now() + TEN)

    with pytest.raises(NotAllowed):
        await bench.does(Action.ACCEPT, FARAH)

    assert (await bench.does(Action.ACCEPT, DEV)).owner == DEV


async def test_a_claim_released_while_on_offer_is_nobodys_and_on_offer_no_more(bench: Bench) -> None:
    await offered(bench)
    await bench.does(Action.RELEASE, PRIYA)

    with pytest.raises(NotAllowed):
        await bench.does(Action.ACCEPT, FARAH)


async def test_one_on_duty_may_put_back_what_somebody_else_holds(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM, PRIYA)

    after = await bench.does(Action.RELEASE, DEV, overrides=True, note="her shift is over")

    assert (after.state, after.owner, after.last_owner) == (State.NEW, None, PRIYA)
    assert (await bench.desk.events("M-1"))[-1]["actor"] == DEV


# --- asleep ------------------------------------------------------------------------------------------------------


async def test_nobody_is_pinged_about_what_sleeps_and_then_it_wakes_with_a_new_clock(either: Bench) -> None:
    await asleep(either)
    either.clock.advance(minutes=59)
    early = await ping(either)
    either.clock.advance(minutes=1)
    await ping(either)

    after = await either.mention()
    assert early == 0
    assert (after.state, after.snooze_until) == (State.NEW, None)
    assert after.respond_by == await either.due_at() == either.clock.now() + timedelta(hours=1)
    assert not await either.all(schema.delivery, schema.delivery.c.rank == 0)
    assert (await either.verdict()).startswith("ok")


async def test_what_somebody_had_wakes_as_theirs(bench: Bench) -> None:
    await asleep(bench, owner=PRIYA)
    bench.clock.advance(hours=1)

    await ping(bench)

    after = await bench.mention()
    assert (after.state, after.owner) == (State.CLAIMED, PRIYA)


async def test_pings_that_had_not_left_are_stopped_when_it_is_put_to_sleep(bench: Bench) -> None:
    await bench.arrives()
    bench.clock.advance(hours=1)
    await ping(bench)

    await bench.does(Action.SNOOZE, PRIYA, until=bench.clock.now() + TEN, note="highways")

    pings = await bench.all(schema.delivery, schema.delivery.c.rank == 0)
    assert [row["state"] for row in pings] == ["cancelled"]


async def test_it_wakes_when_its_author_writes_again(either: Bench) -> None:
    await asleep(either, owner=PRIYA)

    await either.arrives(post("p2", "It is worse now", conversation="p1"))

    after = await either.mention()
    assert (after.state, after.owner) == (State.CLAIMED, PRIYA)
    assert await either.actions() == ["received", "claim", "snooze", "wake", "add"]


async def test_a_wake_that_comes_after_somebody_claimed_it_changes_nothing(bench: Bench) -> None:
    await asleep(bench)
    bench.clock.advance(hours=1)
    await bench.does(Action.CLAIM, FARAH)

    await ping(bench)

    assert (await bench.mention()).owner == FARAH
    assert await bench.actions() == ["received", "snooze", "claim"]


async def test_what_was_closed_in_its_sleep_wakes_no_more(bench: Bench) -> None:
    await asleep(bench)
    wakes = Move("M-1", Action.WAKE, by=SYSTEM)
    await bench.does(Action.CLOSE, PRIYA, note="spam")

    with pytest.raises(NotAllowed, match="M-1 is closed"):
        await bench.db.write(moves.make, wakes, house=bench.house, now=bench.clock.now())

    assert await bench.due_at() is None


async def test_a_reply_to_what_a_colleague_lets_sleep_is_a_leads_to_make(bench: Bench) -> None:
    await asleep(bench, owner=PRIYA)

    after = await bench.does(Action.REPLY, MORAG, text="Thursday.", overrides=True)

    assert (after.state, after.owner) == (State.REPLYING, MORAG)


async def test_its_owner_may_reply_to_what_sleeps(bench: Bench) -> None:
    await asleep(bench, owner=PRIYA)
    await bench.desk.would(Move("M-1", Action.REPLY, PRIYA))

    after = await bench.does(Action.REPLY, PRIYA, text="Thursday.")

    assert (after.state, after.owner, after.snooze_until) == (State.REPLYING, PRIYA, None)
