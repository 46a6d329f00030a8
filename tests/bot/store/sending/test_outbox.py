"""What the world must be told: in order, once, by one sender at a time, and never lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.delivery import ALLOWED, LEASE, LEASE_OF_REPLY, Delivery, DeliveryState, Kind, Rank
from bot.errors import Busy
from bot.store import schema
from bot.store.sending import outbox
from bot.store.sending.next_due import Shut
from bot.store.sending.outbox import Wanted
from tests.bot.council import Bench, post

D = DeliveryState


def wanted(key: str, lane: str = "", rank: Rank = Rank.ACTION, **more: object) -> Wanted:
    """Something to be told a person."""
    return Wanted(key, Kind.TELL, lane or key, rank, target="U0DEV", **more)  # type: ignore[arg-type]


async def queue(bench: Bench, *all_wanted: Wanted) -> list[str | None]:
    """Put them in the outbox, one transaction each."""
    return [await bench.db.write(outbox.queue, one, bench.clock.now()) for one in all_wanted]


async def due(bench: Bench, holder: str = "me", limit: int = 50) -> list[Delivery]:
    """Take what is due."""
    return await bench.db.write(outbox.due, bench.clock.now(), holder, limit)


async def state_of(bench: Bench, key: str) -> str:
    """Where a delivery stands."""
    return str((await bench.one(schema.delivery, schema.delivery.c.key == key))["state"])


async def test_the_same_key_twice_is_told_once(either: Bench) -> None:
    first, again = await queue(either, wanted("a"), wanted("a"))

    assert first is not None
    assert again is None
    assert [one.key for one in await due(either)] == ["a"]


async def test_rows_of_one_lane_leave_in_order_each_when_the_one_before_is_over(either: Bench) -> None:
    await queue(either, wanted("a", "lane"), wanted("b", "lane"), wanted("c", "lane"))

    seen = []
    while taken := await due(either):
        seen.append([one.key for one in taken])
        await either.db.write(outbox.finish, taken[0], D.DONE)

    assert seen == [["a"], ["b"], ["c"]]


async def test_a_lane_that_is_stuck_holds_up_no_other(either: Bench) -> None:
    await queue(either, wanted("stuck", "one"), wanted("behind", "one"))
    (stuck,) = await due(either)
    await queue(either, wanted("free", "two"))

    taken = await due(either)

    assert stuck.key == "stuck"
    assert [one.key for one in taken] == ["free"]


@pytest.mark.parametrize("state", [D.PENDING, D.UNKNOWN, D.NEEDS_HUMAN])
async def test_what_is_not_over_still_holds_its_lane(bench: Bench, state: DeliveryState) -> None:
    await queue(bench, wanted("a", "lane"), wanted("b", "lane"))
    (first,) = await due(bench)
    later = bench.clock.now() + timedelta(minutes=5)
    await bench.db.write(outbox.finish, first, D.UNKNOWN, due_at=later)
    if state is not D.UNKNOWN:
        looked = replace(first, state=D.UNKNOWN)
        await bench.db.write(outbox.finish, looked, state, due_at=later if state is D.PENDING else None)

    assert await due(bench) == []


async def test_what_matters_most_leaves_first_and_among_equals_what_waited_longest(either: Bench) -> None:
    await queue(either, wanted("redraw", rank=Rank.REDRAW), wanted("card", rank=Rank.CARD), wanted("act"))
    either.clock.advance(seconds=1)
    await queue(either, wanted("act later"), wanted("ping", rank=Rank.ESCALATION))

    taken = await due(either)

    assert [one.key for one in taken] == ["ping", "act", "act later", "card", "redraw"]


async def test_what_is_put_off_leaves_when_its_time_has_come(bench: Bench) -> None:
    await queue(bench, wanted("later", after=timedelta(seconds=10)))
    early = await due(bench)
    bench.clock.advance(seconds=10)

    assert early == []
    assert [one.key for one in await due(bench)] == ["later"]


async def test_no_more_is_taken_than_there_are_hands(bench: Bench) -> None:
    await queue(bench, *(wanted(f"k{n}") for n in range(5)))

    assert len(await due(bench, limit=2)) == 2


async def test_what_one_sender_has_no_other_takes(either: Bench) -> None:
    await queue(either, wanted("a"))

    first, second = await due(either, "one"), await due(either, "two")

    assert (len(first), len(second)) == (1, 0)


async def test_a_lease_that_ran_out_is_looked_up_and_never_sent_again(either: Bench) -> None:
    await queue(either, wanted("a"))
    (first,) = await due(either)
    left_at = either.clock.now()
    either.clock.advance(LEASE)

    (again,) = await due(either)

    assert (first.state, again.state) == (D.SENDING, D.UNKNOWN)
    assert (again.attempt, again.unsure_since) == (2, left_at)


async def test_a_look_up_whose_lease_ran_out_is_looked_up_again(bench: Bench) -> None:
    await queue(bench, wanted("a"))
    states = []
    for _ in range(4):
        states += [one.state for one in await due(bench)]
        bench.clock.advance(LEASE)

    assert states == [D.SENDING, D.UNKNOWN, D.UNKNOWN, D.UNKNOWN]


@pytest.mark.parametrize("asleep_in", [D.SENDING, D.UNKNOWN])
@pytest.mark.parametrize("state", [D.DONE, D.FAILED, D.PENDING, D.UNKNOWN])
async def test_a_sender_that_wakes_after_its_lease_writes_nothing(
    bench: Bench, asleep_in: DeliveryState, state: DeliveryState
) -> None:
    sleeper = await one_in(bench, asleep_in)
    bench.clock.advance(LEASE)
    await due(bench)
    before = await bench.at_rest()

    wrote = await bench.db.write(outbox.finish, sleeper, state, due_at=bench.clock.now())

    assert not wrote
    assert not await bench.db.write(outbox.is_held, sleeper)
    assert await bench.at_rest() == before


async def test_the_time_of_doubt_begins_anew_after_a_definite_no(bench: Bench) -> None:
    await queue(bench, wanted("a"))
    (first,) = await due(bench)
    await bench.db.write(outbox.finish, first, D.UNKNOWN, due_at=bench.clock.now())
    (looked,) = await due(bench)
    await bench.db.write(outbox.finish, looked, D.PENDING, due_at=bench.clock.now())
    second_time = bench.clock.advance(hours=3)
    await due(bench)
    bench.clock.advance(LEASE)

    (doubtful,) = await due(bench)

    assert doubtful.unsure_since == second_time
    assert doubtful.first_sent_at == second_time - timedelta(hours=3)


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in (D.SENDING, D.UNKNOWN) for b in sorted(ALLOWED[a])])
async def test_a_sender_may_do_what_the_table_allows(bench: Bench, before: DeliveryState, after: DeliveryState) -> None:
    taken = await one_in(bench, before)
    alive = after in (D.PENDING, D.UNKNOWN)

    assert await bench.db.write(outbox.finish, taken, after, due_at=bench.clock.now() if alive else None)
    assert await state_of(bench, "a") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [(a, b) for a in (D.SENDING, D.UNKNOWN) for b in D if b not in ALLOWED[a] and a is not b],
)
async def test_a_sender_may_do_nothing_else(bench: Bench, before: DeliveryState, after: DeliveryState) -> None:
    taken = await one_in(bench, before)

    with pytest.raises(ValueError, match=f"does not go from {before} to {after}"):
        await bench.db.write(outbox.finish, taken, after)


@pytest.mark.parametrize(
    ("state", "due_at"),
    [(D.PENDING, None), (D.SENDING, None), (D.UNKNOWN, None), (D.DONE, 1), (D.NEEDS_HUMAN, 1), (D.CANCELLED, 1)],
)
async def test_nothing_alive_is_without_a_time_and_nothing_over_has_one(
    either: Bench, state: DeliveryState, due_at: int | None
) -> None:
    await queue(either, wanted("a"))

    with pytest.raises(Busy, match="due_while_alive"):
        change = text("UPDATE delivery SET state = :state, due_at = :due")
        await either.db.write(lambda conn: conn.execute(change, {"state": str(state), "due": due_at}))


async def test_only_what_has_not_left_can_be_cancelled(either: Bench) -> None:
    await queue(either, wanted("left"))
    await due(either)
    await queue(either, wanted("waits"))

    stopped = await either.db.write(outbox.cancel, "left", "waits", "nothing")

    assert stopped == 1
    assert (await state_of(either, "left"), await state_of(either, "waits")) == ("sending", "cancelled")


async def test_what_was_cancelled_holds_up_nobody_and_leaves_no_more(bench: Bench) -> None:
    await queue(bench, wanted("a", "lane"), wanted("b", "lane"))
    await bench.db.write(outbox.cancel, "a")

    assert [one.key for one in await due(bench)] == ["b"]


async def test_a_persons_word_counts_only_while_it_is_asked_for(bench: Bench) -> None:
    taken = await one_in(bench, D.UNKNOWN)
    early = await bench.db.write(outbox.settle, taken.id, D.DONE, [D.NEEDS_HUMAN])
    await bench.db.write(outbox.finish, taken, D.NEEDS_HUMAN)

    assert not early
    assert await bench.db.write(outbox.settle, taken.id, D.DONE, [D.NEEDS_HUMAN])
    assert await state_of(bench, "a") == "done"


async def test_a_redraw_asked_ten_times_before_it_leaves_is_drawn_once(either: Bench) -> None:
    await either.arrives()

    for _ in range(10):
        await either.db.write(outbox.redraw, 1, "wall", either.clock.now())

    assert len(await either.all(schema.delivery, schema.delivery.c.kind == Kind.REDRAW)) == 1


async def test_a_redraw_asked_while_one_is_being_drawn_is_drawn_after_it(bench: Bench) -> None:
    await bench.arrives()
    (card,) = await due(bench)
    await bench.db.write(outbox.finish, card, D.DONE)
    await bench.db.write(outbox.redraw, 1, "wall", bench.clock.now())
    await due(bench)

    await bench.db.write(outbox.redraw, 1, "wall", bench.clock.now())

    states = {row["state"] for row in await bench.all(schema.delivery, schema.delivery.c.kind == Kind.REDRAW)}
    assert states == {"sending", "pending"}


async def test_cards_of_two_mentions_are_two_lanes(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", by="ann"))

    assert {one.number for one in await due(bench)} == {1, 2}


async def test_when_the_next_is_due_is_known_without_taking_it(bench: Bench) -> None:
    nothing = await bench.db.read(outbox.next_due, bench.clock.now())
    await queue(bench, wanted("b", after=timedelta(seconds=20)), wanted("a", after=timedelta(seconds=10)))

    assert nothing is None
    assert await bench.db.read(outbox.next_due, bench.clock.now()) == bench.clock.now() + timedelta(seconds=10)


# --- places -------------------------------------------------------------------------------------------------------


def said_in(channel: str, key: str, rank: Rank = Rank.CARD) -> Wanted:
    """Something to be said in a channel."""
    return Wanted(key, Kind.POST, key, rank, target=channel)


async def piled_up(bench: Bench, channel: str, count: int) -> None:
    """So many wait for one channel."""
    now = bench.clock.now()
    pile = [said_in(channel, f"{channel}{n}") for n in range(count)]
    await bench.db.write(lambda conn: [outbox.queue(conn, one, now) for one in pile])


async def test_a_pile_for_one_place_gives_each_other_place_its_turn_in_the_same_take(either: Bench) -> None:
    await piled_up(either, "C1", 3000)
    either.clock.advance(seconds=1)
    await queue(either, said_in("C2", "alone"))

    taken = await either.db.write(outbox.due, either.clock.now(), "me", 16, each=4)

    assert sorted(one.place for one in taken) == ["in:C1"] * 4 + ["in:C2"]


@pytest.mark.parametrize("shut", [Shut(full=frozenset({"in:C1"})), Shut(busy=frozenset({"in:C1"}))])
async def test_nothing_is_taken_for_a_place_that_is_shut_and_all_else_is(either: Bench, shut: Shut) -> None:
    await queue(either, said_in("C1", "a", Rank.ESCALATION), said_in("C2", "b"), wanted("c"))

    taken = await either.db.write(outbox.due, either.clock.now(), "me", 16, shut=shut)

    assert sorted(one.key for one in taken) == ["b", "c"]
    assert [one.key for one in await due(either)] == ["a"]


async def test_a_reply_in_doubt_is_looked_up_though_its_account_is_full_but_not_without_a_hand(bench: Bench) -> None:
    reply = Wanted("r", Kind.REPLY, "r", Rank.ACTION, target="website")
    await queue(bench, reply)
    await due(bench)
    bench.clock.advance(LEASE_OF_REPLY)
    shut = frozenset({"net:website"})

    no_hand = await bench.db.write(outbox.due, bench.clock.now(), "me", 16, shut=Shut(busy=shut))
    no_room = await bench.db.write(outbox.due, bench.clock.now(), "me", 16, shut=Shut(full=shut))

    assert no_hand == []
    assert [(one.key, one.state) for one in no_room] == [("r", D.UNKNOWN)]


async def test_what_an_older_release_queued_without_a_place_is_taken_too(either: Bench) -> None:
    await queue(either, wanted("old"), wanted("new"))
    await either.db.write(lambda conn: conn.execute(text("UPDATE delivery SET place = NULL WHERE key = 'old'")))

    taken = await either.db.write(outbox.due, either.clock.now(), "me", 16, shut=Shut(full=frozenset({"in:C1"})), each=4)

    assert sorted((one.key, one.place) for one in taken) == [("new", "to:U0DEV"), ("old", "")]


async def test_each_kind_knows_the_place_it_needs_room_in(bench: Bench) -> None:
    await bench.arrives()
    await bench.db.write(outbox.redraw, 1, "wall", bench.clock.now())
    await queue(
        bench,
        wanted("tell"),
        said_in("C1", "post"),
        Wanted("ping", Kind.PING, "ping", Rank.ESCALATION, target="U0DEV"),
        Wanted("reply", Kind.REPLY, "reply", Rank.ACTION, target="website"),
        Wanted("thread", Kind.THREAD, "thread", Rank.ACTION, 1, "wall"),
    )

    places = {row["kind"]: row["place"] for row in await bench.all(schema.delivery)}

    assert places == {
        "card": "in:wall/mentions",
        "thread": "in:wall/mentions",
        "redraw": "redraw:wall",
        "post": "in:C1",
        "tell": "to:U0DEV",
        "ping": "to:U0DEV",
        "reply": "net:website",
    }


async def test_what_is_given_back_unbegun_is_as_it_was(either: Bench) -> None:
    await queue(either, wanted("a"))
    either.clock.advance(seconds=3)
    before = await either.at_rest()

    taken = await due(either)
    returned = await either.db.write(outbox.give_back, taken, either.clock.now())

    assert returned == 1
    assert await either.at_rest() == before


async def test_two_copies_that_take_at_once_share_what_is_due(either: Bench) -> None:
    await piled_up(either, "C1", 8)

    one, other = await asyncio.gather(due(either, "one", 4), due(either, "other", 4))
    rest = await due(either, "third", 8)

    keys = [taken.key for taken in (*one, *other, *rest)]
    assert len(keys) == len(set(keys)) == 8


async def one_in(bench: Bench, state: DeliveryState) -> Delivery:
    """A delivery we hold, in that state."""
    await queue(bench, wanted("a"))
    (taken,) = await due(bench)
    if state is D.SENDING:
        return taken
    bench.clock.advance(LEASE)
    (taken,) = await due(bench)
    return taken
