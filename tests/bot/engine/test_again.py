"""Send Again: a person who cannot wait for certainty, and what the first try may still turn out to be."""

from datetime import timedelta

import pytest

from bot.delivery import DEADLINE, Kind
from bot.engine.escalate import Escalate
from bot.errors import NotAllowed, Refused, SignInAgain, TryLater, Unsure
from bot.mention import SYSTEM, Action, Mention, State
from bot.ports import Found, Guarantee, NotFound, Receipt
from bot.store import schema
from bot.store.sending import outbox
from tests.bot.council import post
from tests.bot.engine.fakes import Office

pytestmark = pytest.mark.slow  # a delivery's whole life each

PRIYA, FARAH, WORDS = "U0PRIYA", "U0FARAH", "It is Thursday this week."
REPLIES = schema.delivery.c.kind == "reply"
IN_DOUBT = (State.REPLYING, "unsure", "needs_human")
SENT = (State.REPLIED, "sent", "done")


@pytest.fixture
async def doubtful(office: Office) -> Office:
    """Nobody can tell whether the reply to M-1 went out."""
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    office.box.answers, office.box.looks = [Unsure("no answer")], [NotFound.CANNOT_TELL] * 99
    await office.passes(minutes=5, every=10)
    assert await stands(office) == IN_DOUBT
    office.box.looks.clear()
    return office


async def stands(office: Office) -> tuple[State, str, str]:
    """Where the mention, the reply that was asked for and its delivery stand."""
    mention: Mention = await office.bench.mention()
    reply = await office.bench.all(schema.reply, schema.reply.c.state != "draft")
    delivery = await office.bench.one(schema.delivery, REPLIES)
    return mention.state, str(reply[-1]["state"]), str(delivery["state"])


async def proof_holds(office: Office) -> bool:
    return (await office.bench.verdict()).startswith("ok")


async def test_it_is_held_once_more_and_then_goes_out_with_the_same_key(doubtful: Office) -> None:
    await doubtful.bench.does(Action.RESEND, FARAH)
    held = await stands(doubtful)
    tried = len(doubtful.box.tries)

    await doubtful.passes(seconds=15)

    delivery = await doubtful.bench.one(schema.delivery, REPLIES)
    assert (held, tried) == ((State.REPLYING, "held", "pending"), 1)
    assert len({reply.key for reply in doubtful.box.tries}) == 1
    assert await stands(doubtful) == SENT
    assert delivery["deadline"] - delivery["created_at"] > DEADLINE[Kind.REPLY]
    assert sorted(await doubtful.bench.told(kind="thread")) == ["again", "sent", "unsure"]
    assert [e["actor"] for e in await doubtful.bench.desk.events("M-1") if e["action"] == "resend"] == [FARAH]
    assert await proof_holds(doubtful)


@pytest.mark.parametrize("guarantee", Guarantee)
@pytest.mark.parametrize("answer", [Refused("the post is gone"), SignInAgain("x")])
async def test_a_no_to_the_second_try_says_nothing_about_the_first(
    doubtful: Office, guarantee: Guarantee, answer: Exception
) -> None:
    doubtful.box.guarantee, doubtful.box.answers = guarantee, [answer] * 99
    doubtful.box.looks = [NotFound.CANNOT_TELL] * 99
    await doubtful.bench.does(Action.RESEND, PRIYA)

    await doubtful.passes(minutes=5, every=10)

    assert await stands(doubtful) == IN_DOUBT
    assert await doubtful.bench.all(schema.reply, schema.reply.c.state == "draft") == []
    assert await proof_holds(doubtful)


async def test_not_now_holds_the_second_try_until_then(doubtful: Office) -> None:
    doubtful.box.answers = [TryLater("busy", timedelta(minutes=1))]
    await doubtful.bench.does(Action.RESEND, PRIYA)

    await doubtful.passes(minutes=5)

    assert await stands(doubtful) == SENT


async def test_a_first_try_that_turns_up_late_ends_the_doubt_about_the_second(doubtful: Office) -> None:
    first_left = doubtful.box.tries[0].first_sent_at
    await doubtful.bench.does(Action.RESEND, PRIYA)
    doubtful.box.answers, doubtful.box.looks = [Unsure("no answer")], [Found(Receipt("r0"))]

    await doubtful.passes(minutes=2)

    assert len(doubtful.box.tries) == 2
    assert doubtful.box.looked[-1].first_sent_at == first_left
    assert await stands(doubtful) == SENT


async def test_undo_leaves_the_first_try_in_doubt_and_makes_no_draft_of_it(doubtful: Office) -> None:
    await doubtful.bench.does(Action.RESEND, PRIYA)

    with pytest.raises(NotAllowed):
        await doubtful.bench.does(Action.WITHDRAW, PRIYA)
    await doubtful.bench.does(Action.UNSURE, PRIYA)
    await doubtful.passes(minutes=5, every=30)

    assert len(doubtful.box.tries) == 1
    assert await stands(doubtful) == IN_DOUBT
    assert await doubtful.bench.all(schema.reply, schema.reply.c.state == "draft") == []
    assert await proof_holds(doubtful)


async def test_undo_once_the_second_try_has_left_is_too_late(doubtful: Office) -> None:
    await doubtful.bench.does(Action.RESEND, PRIYA)
    doubtful.bench.clock.advance(seconds=11)
    await doubtful.bench.db.write(outbox.due, doubtful.bench.clock.now(), "me", 9)
    before = await doubtful.bench.at_rest()

    with pytest.raises(NotAllowed, match="Too late"):
        await doubtful.bench.does(Action.UNSURE, PRIYA)

    assert await doubtful.bench.at_rest() == before


async def test_what_the_author_adds_meanwhile_stops_the_second_try_and_leaves_the_doubt(doubtful: Office) -> None:
    await doubtful.bench.does(Action.RESEND, PRIYA)

    await doubtful.bench.arrives(post("p2", "Never mind", conversation="p1"))
    await doubtful.passes(minutes=5, every=30)

    assert len(doubtful.box.tries) == 1
    assert await stands(doubtful) == IN_DOUBT
    assert await proof_holds(doubtful)


async def test_two_people_who_press_it_send_it_once(doubtful: Office) -> None:
    await doubtful.bench.does(Action.RESEND, PRIYA)

    with pytest.raises(NotAllowed, match="Try again in a minute"):
        await doubtful.bench.does(Action.RESEND, FARAH)
    await doubtful.passes(minutes=1)

    assert len(doubtful.box.tries) == 2


async def test_it_is_not_for_a_reply_that_is_still_on_its_way(office: Office) -> None:
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    before = await office.bench.at_rest()

    with pytest.raises(NotAllowed):
        await office.bench.does(Action.RESEND, PRIYA)

    assert await office.bench.at_rest() == before


async def test_who_wrote_it_is_told_at_once_and_the_next_in_turn_ten_minutes_later(doubtful: Office) -> None:
    escalate = Escalate(doubtful.bench.desk)
    at_once = await doubtful.bench.told(kind="tell", target=PRIYA)
    since = next(e["at"] for e in await doubtful.bench.desk.events("M-1") if e["action"] == "unsure")
    due = await doubtful.bench.due_at()
    await escalate.once()
    early = await doubtful.bench.told(kind="ping")

    doubtful.bench.clock.advance(doubtful.bench.house.acknowledge_within)
    await escalate.once()

    pinged = await doubtful.bench.all(schema.delivery, schema.delivery.c.kind == "ping")
    assert (at_once, early) == (["unsure"], [])
    assert due == since + doubtful.bench.house.acknowledge_within  # type: ignore[operator]
    assert [row["target"] for row in pinged] == [doubtful.bench.house.officers[0]]


async def test_the_systems_own_doubt_is_not_a_persons(doubtful: Office) -> None:
    assert [e["actor"] for e in await doubtful.bench.desk.events("M-1") if e["action"] == "unsure"] == [SYSTEM]
