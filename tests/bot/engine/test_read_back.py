"""The tick: a reply has it once it was seen where anybody can see it, on networks that let us look."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import NotDelivered, Refused, SignInAgain, TryLater, Unsure
from bot.mention import SYSTEM, Action, State
from bot.ports import Found, Guarantee, NotFound, Receipt
from bot.reply import Abilities, ReplyState
from bot.store import schema
from bot.store.replying import readback, replies
from bot.store.sending import recovery
from tests.bot.council import account, house
from tests.bot.engine.fakes import Office

pytestmark = pytest.mark.slow  # each walks through the outbox

PRIYA, WORDS = "U0PRIYA", "It is Thursday this week."
LOOKED_AT = account(abilities=Abilities(reads_back=True, settles_within=timedelta(minutes=10)))
AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SHOWS = Found(Receipt("r1", "https://example.org/seen"))


@pytest.fixture
async def office(office: Office) -> Office:
    """M-1 has a reply whose hold is over, on a network that lets us look."""
    office.bench.desk.house = house(LOOKED_AT)
    office.box.abilities = LOOKED_AT.abilities
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    office.bench.clock.advance(seconds=11)
    return office


async def reply(office: Office) -> Mapping[str, Any]:
    """The one that is public."""
    return await office.bench.one(schema.reply, schema.reply.c.state == "sent")


async def test_what_the_network_took_has_no_tick_until_it_is_seen(office: Office) -> None:
    await office.delivers()

    taken = await reply(office)
    assert (await office.bench.mention()).state is State.REPLIED
    assert taken["confirmed_at"] is None
    assert "sent" not in await office.bench.told(kind="thread")


async def test_it_has_its_tick_and_its_link_once_it_is_read_back(office: Office) -> None:
    office.box.shown = [SHOWS]
    await office.delivers()

    await office.passes(seconds=5)

    assert (await reply(office))["confirmed_at"] == office.bench.clock.now()
    assert (await office.bench.told(kind="thread")).count("sent") == 1
    assert (await office.bench.actions())[-1] == Action.CONFIRM
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_looks_come_further_and_further_apart_until_the_time_it_may_need_is_over(office: Office) -> None:
    office.box.shown = [NotFound.ABSENT] * 99
    await office.delivers()
    began, looks = office.bench.clock.now(), list[float]()

    while len(office.box.shown) > 94:
        left = len(office.box.shown)
        await office.passes(seconds=1, every=1)
        if len(office.box.shown) < left:
            looks.append((office.bench.clock.now() - began).total_seconds())

    assert looks == [5, 30, 130, 530, 600]


async def test_one_that_never_shows_is_told_to_its_writer_and_the_others_and_never_sent_again(office: Office) -> None:
    office.box.shown = [NotFound.ABSENT] * 99
    await office.delivers()

    await office.passes(minutes=30, every=10)

    assert await office.bench.told(kind="tell", target=PRIYA) == ["not_shown"]
    assert "not_shown" in await office.bench.told(kind="thread")
    assert len(office.box.tries) == 1
    assert (await office.bench.mention()).state is State.REPLIED
    last = (await office.bench.desk.events("M-1"))[-1]
    assert (last["action"], last["actor"], last["changes"]["shows"]) == (Action.CONFIRM, SYSTEM, "no")
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_one_that_could_not_be_delivered_is_told_at_once_with_the_reason(office: Office) -> None:
    why = "the text could not be delivered: no such phone is known."
    office.box.shown = [NotFound.CANNOT_TELL, NotDelivered(why)]
    await office.delivers()

    await office.passes(seconds=31)

    told = await office.bench.one(schema.delivery, schema.delivery.c.kind == "tell", schema.delivery.c.target == PRIYA)
    assert (told["payload"]["what"], told["payload"]["why"]) == ("not_shown", why)
    said = [str(notice) for whom, notice in office.wall.told if whom == PRIYA]
    assert any(f"the network took your reply to M-1, but {why} It is not sent again by itself." in text for text in said)
    last = (await office.bench.desk.events("M-1"))[-1]
    assert (last["changes"]["shows"], last["changes"]["reason"]) == ("no", why)
    assert (await office.bench.one(schema.delivery, schema.delivery.c.kind == "check"))["state"] == "failed"
    assert (await office.bench.verdict()).startswith("ok: ")


@pytest.mark.parametrize(
    "trouble", [TryLater("slower"), Refused("not now"), SignInAgain("x"), NotFound.CANNOT_TELL], ids=str
)
async def test_a_look_that_says_nothing_is_asked_again(office: Office, trouble: Any) -> None:
    office.box.shown = [trouble, SHOWS]
    await office.delivers()

    await office.passes(seconds=30)

    assert (await reply(office))["confirmed_at"] is not None


async def test_a_reply_a_person_saw_need_not_be_looked_for(office: Office) -> None:
    office.box.answers = [Unsure("no answer")]
    office.box.guarantee = Guarantee.NONE
    office.box.looks = [NotFound.CANNOT_TELL] * 99
    await office.passes(minutes=5)

    await office.bench.does(Action.SENT, PRIYA)

    assert "sent" in await office.bench.told(kind="thread")
    assert not await office.bench.all(schema.delivery, schema.delivery.c.kind == "check")


async def test_one_that_was_taken_down_meanwhile_is_not_looked_for(office: Office) -> None:
    await office.delivers()
    taken = await reply(office)
    now = office.bench.clock.now()
    await office.bench.db.write(replies.set_state, taken["id"], ReplyState.DELETED, now=now, deleted_at=now)

    await office.passes(minutes=1)

    assert Action.CONFIRM not in await office.bench.actions()
    assert (await office.bench.one(schema.delivery, schema.delivery.c.kind == "check"))["state"] == "done"


async def test_after_a_restore_it_is_looked_for_again_and_nothing_else_happens(office: Office) -> None:
    await office.delivers()

    await office.bench.db.write(recovery.begin, office.bench.house, office.bench.clock.now())
    await office.passes(minutes=1)

    assert (await reply(office))["confirmed_at"] is not None
    assert len(office.box.tries) == 1


async def test_looks_go_on_while_publishing_is_stopped(office: Office) -> None:
    await office.delivers()
    await office.bench.desk.stop("U0DEV", "wrong figures")

    await office.passes(seconds=10)

    assert (await reply(office))["confirmed_at"] is not None


def test_the_last_look_is_when_the_time_is_over_and_there_is_none_after_it() -> None:
    short = account(abilities=Abilities(reads_back=True, settles_within=timedelta(seconds=20)))
    from_then = [readback.next_look(AT, AT + timedelta(seconds=s), short) for s in (0, 5, 19, 20, 90)]

    assert [at and (at - AT).total_seconds() for at in from_then] == [5, 20, 20, None, None]
