"""Answering on the network's own page: looked over and signed like any other, and recorded as it was pasted."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.card import Code
from bot.command import Way
from bot.form import Form
from bot.reply import ReplyState
from bot.replying.findings import Check, Rules, Says
from bot.store import schema
from bot.store.proof.verify import verify
from tests.handlers.drawn import drawn
from tests.handlers.office import PRIYA, Office, account

pytestmark = pytest.mark.slow  # an office each

Opens = Callable[..., Office]
BY_HAND = account("x", network="x", label="@harrowmere", speaks_as="@harrowmere on X", by_hand=True, signs=True)
BLOCKS = Rules(says={Check.BLOCKED_WORDS: Says.BLOCK}, blocked_words=("gobbledegook",))


async def hand_out(office: Office, text: str) -> Form:
    """What is before Priya once she wrote."""
    await office.hears("Is it open?", on="x", url="https://x.example/lou/1")
    form = await office.sends_in(PRIYA, await office.ask(PRIYA, "reply 1"), {"text": text})
    assert isinstance(form, Form), form
    return form


async def test_the_words_to_paste_are_signed_and_done_records_them_so(open_office: Opens) -> None:
    office = open_office(accounts={"x": BY_HAND})
    form = await hand_out(office, "It is open.")

    done = form.buttons[-1]
    await office.ask(PRIYA, f"done M-1 {done.argument}", Way.PRESSED, context=form.context)

    (kept,) = (await office.desk.story("M-1")).replies
    assert Code("It is open. ^PS") in form.body
    assert (kept.state, kept.text, kept.public_text) == (ReplyState.BY_HAND, "It is open.", "It is open. ^PS")
    assert (await office.database.read(verify)).line.startswith("ok: ")


async def test_words_that_block_are_handed_out_with_a_reason_which_done_records(open_office: Opens) -> None:
    office = open_office(accounts={"x": BY_HAND}, rules=BLOCKS)
    first = await hand_out(office, "That is gobbledegook.")

    still = await office.sends_in(PRIYA, first, {"why": ""})
    given = await office.sends_in(PRIYA, first, {"why": "they asked what it means"})
    assert isinstance(given, Form)
    await office.ask(PRIYA, f"done M-1 {given.buttons[-1].argument}", Way.PRESSED, context=given.context)

    answered = next(one for one in await office.desk.events("M-1") if one["action"] == "answered")
    assert [one.name for one in first.fields] == ["why"]
    assert not any(isinstance(piece, Code) for form in (first, still) for piece in form.body)
    assert "Done" not in drawn(first)
    assert Code("That is gobbledegook. ^PS") in given.body
    assert answered["note"] == "they asked what it means"
    assert answered["changes"]["overrode"] == "blocked_words"  # type: ignore[index]


async def test_a_promise_in_words_that_were_pasted_can_be_tracked(open_office: Opens) -> None:
    office = open_office(accounts={"x": BY_HAND}, rules=Rules(says={Check.PROMISE: Says.WARN}))
    form = await hand_out(office, "We will mend it by Friday.")

    track = form.buttons[-1]
    await office.ask(PRIYA, f"done M-1 {track.argument}", Way.PRESSED, context=form.context)

    owed = await office.database.read(lambda conn: conn.execute(select(schema.task)).mappings().all())
    assert [one.label for one in form.buttons[-2:]] == ["Done", "Done, and Track the Promise"]
    assert [(one["kind"], one["number"]) for one in owed] == [("promise", 1)]


async def test_no_press_sends_for_an_account_answered_by_hand(open_office: Opens) -> None:
    office = open_office(accounts={"x": BY_HAND})
    form = await hand_out(office, "It is open.")

    again = await office.ask(PRIYA, "reply M-1 send:0", Way.PRESSED)

    assert not any(one.argument.startswith("send:") for one in form.buttons)
    assert isinstance(again, Form)
    assert [one.state for one in (await office.desk.story("M-1")).replies] == [ReplyState.DRAFT]
