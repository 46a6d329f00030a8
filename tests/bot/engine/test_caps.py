"""An account's cap: so many replies in an hour, in all copies together; the others wait and say until when."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.delivery import Delivery
from bot.errors import Refused, Unsure
from bot.mention import Action
from bot.ports import Guarantee, NotFound
from bot.reply import Post, Reply
from bot.store import schema
from bot.store.replying import gate
from bot.store.sending import deliveries, outbox
from bot.store.sending.deliveries import Leave
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Office

pytestmark = pytest.mark.slow  # each walks through the outbox

PRIYA = "U0PRIYA"
CAPPED = account(per_hour=2)


@pytest.fixture
async def capped(office: Office) -> Office:
    """Two replies an hour."""
    office.bench.desk.house = house(CAPPED)
    return office


async def asks(bench: Bench, *numbers: int) -> None:
    """A reply to each of these mentions, whose hold is over."""
    for number in numbers:
        await bench.arrives(post(f"p{number}", f"words {number}", by=f"lou{number}", conversation=f"c{number}"))
        await bench.does(Action.REPLY, PRIYA, ref=f"M-{number}", text=f"Words {number}")
    bench.clock.advance(seconds=11)


def public(office: Office) -> list[str]:
    """What is out."""
    return sorted(one.text for one in office.box.public)


async def test_over_the_cap_a_reply_waits_until_the_oldest_is_an_hour_old(capped: Office) -> None:
    await asks(capped.bench, 1, 2, 3)
    await capped.delivers()
    before = public(capped)

    await capped.passes(minutes=59, every=60)
    almost = public(capped)
    await capped.passes(minutes=2, every=60)

    assert len(before) == len(almost) == 2
    assert public(capped) == ["Words 1", "Words 2", "Words 3"]


async def test_it_is_said_once_with_the_time_it_goes_and_can_be_undone_until_then(capped: Office) -> None:
    await asks(capped.bench, 1, 2, 3)
    await capped.passes(minutes=30, every=60)

    (held,) = await capped.bench.all(schema.reply, schema.reply.c.state == "held")
    after = await capped.bench.does(Action.WITHDRAW, PRIYA, ref=f"M-{held['number']}")
    await capped.passes(hours=2, every=600)

    assert held["hold_until"] > capped.bench.clock.now() - timedelta(hours=2)
    assert (await capped.bench.told(kind="thread")).count("full") == 1
    assert after.owner == PRIYA
    assert len(capped.box.public) == 2


async def test_what_nobody_can_account_for_takes_its_place_in_the_hour(capped: Office) -> None:
    capped.box.guarantee = Guarantee.NONE
    capped.box.answers = [Unsure("no answer"), Unsure("no answer")]
    capped.box.looks = [NotFound.CANNOT_TELL] * 99
    await asks(capped.bench, 1, 2, 3)

    await capped.passes(minutes=10, every=10)

    assert len(capped.box.tries) == 2


async def test_a_refusal_takes_no_place(capped: Office) -> None:
    await asks(capped.bench, 1, 2, 3)
    capped.box.answers = [Refused("closed.")]

    await capped.delivers()
    await capped.passes(hours=2, every=600)

    assert len(capped.box.public) == 2


PAIR = (Post("Dydd Iau.", "cy"), Post("Thursday.", "en"))


async def test_two_languages_wait_together_until_there_is_room_for_both(capped: Office) -> None:
    await asks(capped.bench, 1)
    await capped.delivers()
    await capped.bench.arrives(post("p2", by="jo", conversation="c2"))
    await capped.bench.does(Action.REPLY, PRIYA, ref="M-2", text="Dydd Iau.", posts=PAIR)

    await capped.passes(minutes=58, every=60)
    before = public(capped)
    await capped.passes(minutes=4, every=60)

    assert before == ["Words 1"]
    assert public(capped) == ["Dydd Iau.", "Thursday.", "Words 1"]


async def test_a_reply_in_more_posts_than_the_cap_goes_to_its_end_in_an_hour_of_its_own(capped: Office) -> None:
    await capped.bench.arrives()
    posts = (Post("One"), Post("Two"), Post("Three"))
    await capped.bench.does(Action.REPLY, PRIYA, text="One Two Three", posts=posts)

    await capped.passes(minutes=1)

    assert public(capped) == ["One", "Three", "Two"]


async def test_what_is_left_of_a_reply_that_has_begun_has_its_place_already(either: Bench) -> None:
    rules = house(account(per_hour=2))
    await either.arrives()
    await either.does(Action.REPLY, PRIYA, text="Dydd Iau.", posts=PAIR)
    await asks(either, 2)
    pair, other = sorted(await takes(either, "a copy"), key=lambda one: one[0].number or 0)
    at = either.clock.now()

    begun = await either.db.write(gate.pass_gate, *pair, house=rules, now=at)
    second = await either.db.write(gate.pass_gate, *other, house=rules, now=at)

    assert (begun.leave, second.leave) == (Leave.GO, Leave.FULL)


async def test_an_account_without_a_cap_is_never_counted(office: Office) -> None:
    await asks(office.bench, *range(1, 6))

    await office.delivers()

    assert len(office.box.public) == 5


async def takes(bench: Bench, holder: str) -> list[tuple[Delivery, Reply]]:
    """One copy has taken what is due, and not yet opened a socket."""
    taken = [one for one in await bench.db.write(outbox.due, bench.clock.now(), holder, 50) if one.kind == "reply"]
    found = [(one, await bench.db.write(deliveries.leaving, one, bench.clock.now())) for one in taken]
    return [(one, reply) for one, reply in found if reply]


async def passes(bench: Bench, at: datetime, *held: tuple[Delivery, Reply]) -> list[Any]:
    """They come to the gate in this order."""
    rules = house(account(per_hour=1))
    return [(await bench.db.write(gate.pass_gate, *one, house=rules, now=at)).leave for one in held]


async def test_two_copies_that_hold_one_each_do_not_both_send_the_last_of_the_hour(either: Bench) -> None:
    await asks(either, 1, 2)
    first, second = await takes(either, "a copy")

    assert await passes(either, either.clock.now(), first, second) == [Leave.GO, Leave.FULL]


async def test_one_that_was_taken_and_has_not_reached_the_gate_holds_up_nobody(either: Bench) -> None:
    await asks(either, 1, 2)
    _, second = await takes(either, "a copy")

    assert await passes(either, either.clock.now(), second) == [Leave.GO]


async def test_a_try_that_came_to_nothing_leaves_its_place_to_another(either: Bench) -> None:
    await asks(either, 1, 2)
    first, second = await takes(either, "a copy")
    await passes(either, either.clock.now(), first)
    await either.db.write(deliveries.try_again, first[0], either.clock.now(), "busy")
    (again,) = await takes(either, "another")

    assert await passes(either, either.clock.now(), second, again) == [Leave.GO, Leave.FULL]
