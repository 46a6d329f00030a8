"""While a reply waits for approval: its owner is not pinged for it, its ladder goes on, and the clock asks the next."""

from datetime import timedelta

import pytest

from bot.engine.approvals import ApprovalWatch
from bot.engine.escalate import Escalate
from bot.mention import Action, State
from bot.ports import Known
from bot.reply import Post, Written
from bot.store import schema
from tests.bot.council import Bench, house, post
from tests.bot.engine.fakes import Office, Wall

pytestmark = pytest.mark.slow
TAM, MORAG, ANA = "U0TAM", "U0MORAG", "U0ANA"
WORDS = {"written": Written("On Thursday."), "posts": (Post("On Thursday. ^TD"),)}


async def hours_pass(bench: Bench, hours: int) -> None:
    """Every ten minutes somebody is looked for who should be pinged, and what is to be said is said."""
    office = Office(bench)
    for _ in range(6 * hours):
        await office.passes(minutes=10, every=600)
        await Escalate(bench.desk).once()


async def pinged(bench: Bench) -> list[str]:
    """Who was pinged, in order."""
    rows = await bench.all(schema.ping)
    return [row["person"] for row in sorted(rows, key=lambda row: (row["asked_at"], row["rung"]))]


@pytest.mark.parametrize("waits", [True, False])
async def test_the_owner_is_not_pinged_while_others_have_to_act_and_keeps_the_claim(bench: Bench, waits: bool) -> None:
    await bench.arrives(post("p1"))
    await bench.does(Action.CLAIM, TAM)
    if waits:
        await bench.does(Action.SUBMIT, TAM, **WORDS)

    await hours_pass(bench, 4)

    mention = await bench.mention()
    assert (TAM in await pinged(bench)) is not waits
    assert (mention.state is State.CLAIMED) is waits
    assert await bench.due_at() is not None
    assert "U0DEV" in await pinged(bench)


async def test_whatever_was_asked_of_the_owner_before_is_answered_by_sending_it_in(bench: Bench) -> None:
    await bench.arrives(post("p1"))
    await bench.does(Action.CLAIM, TAM)
    await hours_pass(bench, 1)
    bench.clock.advance(timedelta(minutes=1))
    before = await bench.mention()

    await bench.does(Action.SUBMIT, TAM, **WORDS)

    assert before.asked_at is not None
    assert (await bench.mention()).asked_at is None
    assert [row["answer"] for row in await bench.all(schema.ping, schema.ping.c.person == TAM)] == ["acknowledged"]


class Leaves(Wall):
    """A chat in which Ana's account was closed."""

    async def knows(self, staff: str) -> Known:
        return Known.CLOSED if staff == ANA else Known.OPEN


async def test_an_approver_the_chat_no_longer_knows_is_found_out_and_leads_are_asked(bench: Bench) -> None:
    bench.desk.house = house(approvers=(ANA,))
    await bench.arrives(post("p1"))
    await bench.does(Action.SUBMIT, TAM, **WORDS)
    bench.desk.chats["wall"] = Leaves()

    asked = await ApprovalWatch(bench.desk).once()

    assert asked == 1
    assert (await bench.desk.story("M-1")).asked == (ANA, MORAG)


async def test_what_was_approved_goes_out_as_it_was_let_go_and_only_then(bench: Bench) -> None:
    bench.desk.house = house(approvers=(ANA,))
    office = Office(bench)
    await bench.arrives(post("p1"))
    await bench.does(Action.SUBMIT, TAM, **WORDS)
    await office.passes(hours=1, every=600)
    before = list(office.box.public)

    await bench.does(Action.APPROVE, ANA, posts=WORDS["posts"])
    await office.passes(seconds=15)

    assert before == []
    assert [one.text for one in office.box.public] == ["On Thursday. ^TD"]
    assert (await bench.mention()).state is State.REPLIED
    assert (await bench.verdict()).startswith("ok")
