"""The one switch: nothing public leaves while it is off, and nothing that waited is lost when it is on again."""

import asyncio
from dataclasses import replace

import pytest

from bot.delivery import Delivery
from bot.errors import NotAllowed
from bot.mention import Action, State
from bot.store import schema, switch
from bot.store.sending import outbox
from bot.store.switch import AFTER_START
from tests.bot.council import Bench

MORAG, IAN, DEV, PRIYA = "U0MORAG", "U0IAN", "U0DEV", "U0PRIYA"
PUBLIC = schema.delivery.c.kind == "reply"


def of_two_leads(bench: Bench) -> Bench:
    """The same council, with a second lead."""
    bench.desk.house = replace(bench.house, leads=(MORAG, IAN))
    return bench


async def replying(bench: Bench) -> None:
    """M-1 has a reply whose hold is over."""
    await bench.arrives()
    await bench.does(Action.REPLY, PRIYA, text="Thursday.")
    bench.clock.advance(seconds=11)


async def leaves(bench: Bench) -> list[Delivery]:
    """Replies a sender gets to send now."""
    return [one for one in await bench.db.write(outbox.due, bench.clock.now(), "me", 50) if one.kind == "reply"]


async def test_while_publishing_is_stopped_no_reply_is_taken_and_staff_are_still_told(either: Bench) -> None:
    await replying(either)
    await either.desk.stop(DEV, "wrong figures went out")

    taken = await either.db.write(outbox.due, either.clock.now(), "me", 50)

    assert {one.kind for one in taken} == {"card", "post"}
    assert (await either.one(schema.delivery, PUBLIC))["state"] == "pending"


async def test_a_reply_in_doubt_is_still_looked_up_while_publishing_is_stopped(bench: Bench) -> None:
    await replying(bench)
    await leaves(bench)
    await bench.desk.stop(DEV, "wrong figures went out")
    bench.clock.advance(minutes=3)

    (looked,) = await leaves(bench)

    assert looked.state == "unknown"


async def test_the_second_to_stop_is_told_that_it_is_stopped_already(either: Bench) -> None:
    first = await either.desk.stop(DEV, "wrong figures")

    second = await either.desk.stop(MORAG, "wrong figures")

    stop = await either.desk.stopped()
    assert (first, second) == (True, False)
    assert stop is not None
    assert (stop.by, stop.at) == (DEV, either.clock.now())
    assert await either.actions("publishing") == ["stop"]


async def test_every_channel_is_told_once_and_why(bench: Bench) -> None:
    await bench.desk.stop(DEV, "wrong figures went out")

    (told,) = await bench.all(schema.delivery)
    assert (told["kind"], told["target"]) == ("post", "mentions")
    assert "wrong figures went out. Replies wait;" in told["payload"]["text"]


async def test_one_lead_is_enough_where_there_is_only_one(either: Bench) -> None:
    await either.desk.stop(DEV, "wrong figures")

    waits_with = await either.desk.start(MORAG)

    assert waits_with == ""
    assert await either.desk.stopped() is None


async def test_of_two_leads_both_must_say_start(either: Bench) -> None:
    of_two_leads(either)
    await either.desk.stop(DEV, "wrong figures")

    first, again = await either.desk.start(MORAG), await either.desk.start(MORAG)
    still = await either.desk.stopped()
    second = await either.desk.start(IAN)

    assert (first, again, second) == (MORAG, MORAG, "")
    assert still is not None
    assert await either.desk.stopped() is None
    assert await either.actions("publishing") == ["stop", "start_asked", "start"]
    assert (await either.verdict()).startswith("ok")


async def test_a_stop_after_the_first_lead_said_start_takes_that_word_back(either: Bench) -> None:
    of_two_leads(either)
    await either.desk.stop(DEV, "wrong figures")
    await either.desk.start(MORAG)

    await either.desk.stop(DEV, "there are more")

    assert await either.desk.start(IAN) == IAN
    assert await either.desk.stopped() is not None


async def test_what_goes_on_cannot_be_started(bench: Bench) -> None:
    with pytest.raises(NotAllowed, match="not stopped"):
        await bench.desk.start(MORAG)


async def test_it_can_be_stopped_again_after_a_start(either: Bench) -> None:
    await either.desk.stop(DEV, "wrong figures")
    await either.desk.start(MORAG)
    either.clock.advance(seconds=1)

    assert await either.desk.stop(DEV, "again")


async def test_after_a_start_replies_that_waited_are_held_again_and_then_leave(either: Bench) -> None:
    await replying(either)
    await either.desk.stop(DEV, "wrong figures")
    either.clock.advance(hours=1)
    await either.desk.start(MORAG)

    held_until = (await either.one(schema.reply))["hold_until"]
    at_once = await leaves(either)
    either.clock.advance(AFTER_START)
    then = await leaves(either)

    assert held_until == either.clock.now()
    assert at_once == []
    assert [one.state for one in then] == ["sending"]


async def test_a_reply_that_waited_for_the_start_can_still_be_undone(bench: Bench) -> None:
    await replying(bench)
    await bench.desk.stop(DEV, "wrong figures")
    await bench.desk.start(MORAG)

    after = await bench.does(Action.WITHDRAW, PRIYA)

    assert after.state is State.CLAIMED


async def test_a_reply_can_be_undone_while_publishing_is_stopped(bench: Bench) -> None:
    await replying(bench)
    await bench.desk.stop(DEV, "wrong figures")

    await bench.does(Action.WITHDRAW, PRIYA)

    assert (await bench.one(schema.delivery, PUBLIC))["state"] == "cancelled"


async def test_a_database_knows_whether_it_was_used_for_practice(either: Bench) -> None:
    marked = await either.db.write(switch.is_of_other_kind, practice=True)

    await either.arrives()

    assert not marked
    assert not await either.db.write(switch.is_of_other_kind, practice=True)
    assert await either.db.write(switch.is_of_other_kind, practice=False)


async def test_copies_that_start_together_mark_a_new_database_once(either: Bench) -> None:
    found = await asyncio.gather(*(either.db.write(switch.is_of_other_kind, practice=False) for _ in range(8)))

    assert found == [False] * 8


async def test_a_database_used_before_it_was_marked_is_no_practice(bench: Bench) -> None:
    await bench.arrives()

    assert await bench.db.write(switch.is_of_other_kind, practice=True)
    assert not await bench.db.write(switch.is_of_other_kind, practice=False)


async def test_the_time_publishing_was_stopped_does_not_count_against_a_reply(either: Bench) -> None:
    await replying(either)
    await either.desk.stop(DEV, "wrong figures")
    either.clock.advance(days=3)

    await either.desk.start(MORAG)
    either.clock.advance(AFTER_START)

    (leaving,) = await leaves(either)
    assert not leaving.is_late(either.clock.now())
