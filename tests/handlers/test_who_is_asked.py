"""Who is asked to approve, and named as asked: who may read it and is still there. What goes past them by hand shows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Answer, Notice
from bot.command import Command, Place, Role, Way
from bot.engine.approvals import ApprovalWatch
from bot.form import Form
from bot.replying.policy import Approval, ApprovalTable
from bot.store.duty import departed
from bot.story import Story
from handlers.reply_send import send
from tests.handlers.drawn import drawn
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, Office, account

pytestmark = pytest.mark.slow  # an office each

Opens = Callable[..., Office]
TRAINEE = replace(PRIYA, roles=frozenset({Role.TRAINEE}))
APPROVER = replace(FARAH, roles=frozenset({Role.APPROVER}))
APPROVAL = Approval((ApprovalTable(),))
BY_HAND = account("x", network="x", label="@harrowmere", speaks_as="@harrowmere on X", by_hand=True, signs=True)


async def opened(open_office: Opens, **rules: object) -> Office:
    """An office where Farah, and Dev, approve what trainees write."""
    office = open_office(approval=APPROVAL, **{"approvers": (FARAH.id, DEV.id), **rules})
    for person in (PRIYA, FARAH, MORAG, DEV):
        await office.desk.meet(person)
    return office


# --- a private message -------------------------------------------------------------------------------------------


async def test_of_a_private_message_only_approvers_who_may_read_it_are_asked_and_then_leads(open_office: Opens) -> None:
    office = await opened(open_office)
    office.chat.members["private"] |= {DEV.id}
    await office.hears("My rent is late", private=True)
    before = drawn(await office.ask(TRAINEE, "reply 1"))
    await office.replies(TRAINEE, 1, "We look into it.")
    first = (await office.desk.story("M-1")).asked
    office.clock.advance(timedelta(minutes=16))
    await ApprovalWatch(office.desk).once()

    assert "Dev Rao looks at it before it goes." in before
    assert first == (DEV.id,)
    assert (await office.desk.story("M-1")).asked == (DEV.id, MORAG.id)


async def test_where_no_approver_may_read_a_private_message_leads_are_asked_at_once(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("My rent is late", private=True)
    before = drawn(await office.ask(TRAINEE, "reply 1"))
    waits = await office.replies(TRAINEE, 1, "We look into it.")
    await office.shows_cards()

    assert isinstance(waits, Answer)
    assert "Morag Muir looks at it before it goes." in before
    assert waits.plain.startswith("Waiting for Morag Muir to approve.")
    assert (await office.desk.story("M-1")).asked == (MORAG.id,)
    assert sum("asks you to look" in one.plain for one in office.chat.said if isinstance(one, Notice)) == 1


# --- somebody left -----------------------------------------------------------------------------------------------


async def test_an_approver_who_left_is_named_nowhere_as_one_who_is_waited_for(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("Is my school shut?")
    await office.replies(TRAINEE, 1, "It is open.")
    await office.shows_cards()
    drawn_before = len(office.chat.said)

    await office.database.write(departed.depart, FARAH.id, house=office.desk.house, now=office.clock.now())
    await office.shows_cards()

    card = next(one for one in office.chat.said[drawn_before:] if not isinstance(one, Notice))
    told = [await office.says(DEV, line) for line in ("approvals", "approve 1", "why 1")]
    second = [await office.says(MORAG, "reply 1 Yes."), await office.says(PRIYA, "send_back 1 x")]
    for text in ("".join(str(part) for part in card.status), *told, *second):
        assert "Dev Rao" in text or "Morag Muir" in text
        assert "Farah" not in text


async def test_the_writer_is_told_why_another_is_asked(open_office: Opens) -> None:
    office = await opened(open_office, approvers=(FARAH.id,))
    await office.hears("Is my school shut?")
    await office.replies(TRAINEE, 1, "It is open.")
    await office.database.write(departed.depart, FARAH.id, house=office.desk.house, now=office.clock.now())

    await ApprovalWatch(office.desk).once()
    await office.shows_cards()

    told = [one.plain for one in office.chat.said if isinstance(one, Notice)]
    assert any("asked to approve your reply to M-1 is not here any more, so Morag Muir is asked now." in one for one in told)


# --- by hand -----------------------------------------------------------------------------------------------------


async def test_an_answer_by_hand_that_needed_approval_says_that_nobody_approved_it(open_office: Opens) -> None:
    office = await opened(open_office, accounts={"x": BY_HAND})
    await office.hears("Is it open?", on="x", url="https://x.example/lou/1")
    form = await office.sends_in(TRAINEE, await office.ask(TRAINEE, "reply 1"), {"text": "It is open."})
    assert isinstance(form, Form)

    answer = await office.ask(TRAINEE, f"done M-1 {form.buttons[-1].argument}", Way.PRESSED, context=form.context)
    await office.shows_cards()

    (answered,) = [one for one in await office.desk.events("M-1") if one["action"] == "answered"]
    assert answered["changes"]["approval"] == "none"  # type: ignore[index]
    card = next(one for one in reversed(office.chat.said) if not isinstance(one, Notice))
    assert card.status[0] == "Answered by hand. Nobody approved it first."
    assert "Nobody approved it before it went out" in drawn(answer)
    assert any("Nobody approved it first." in one.plain for one in office.chat.said if isinstance(one, Notice))
    assert "Priya Shah answered by hand, approved by nobody" in await office.says(MORAG, "record 1")


async def test_an_answer_by_hand_of_one_who_needs_no_approval_says_nothing_of_it(open_office: Opens) -> None:
    office = await opened(open_office, accounts={"x": BY_HAND})
    await office.hears("Is it open?", on="x", url="https://x.example/lou/1")

    told = await office.says(DEV, "done 1")

    assert "approved" not in told + await office.says(MORAG, "record 1")


# --- pressed twice -----------------------------------------------------------------------------------------------


async def at_once(office: Office, form: Form, before: Story) -> Answer | Form:
    """The second press, which had read how things stood before the first was made."""
    button = form.buttons[0]
    line = f"{button.ref} {button.argument}"
    command = Command("reply", line, DEV, Place("quiet", "mentions"), "quiet:again", Way.PRESSED, context=form.context)
    return await send(command, office.desk, before, button.argument)


@pytest.mark.parametrize("is_at_once", [False, True])
async def test_a_second_press_on_the_same_button_is_answered_as_the_first_was(open_office: Opens, is_at_once: bool) -> None:
    office = await opened(open_office)
    await office.hears("Is it open?")
    form = await office.sends_in(DEV, await office.ask(DEV, "reply 1"), {"text": "It is."})
    assert isinstance(form, Form)
    before = await office.desk.story("M-1") if is_at_once else None

    answers = [await office.sends_in(DEV, form)]
    answers += [await (office.sends_in(DEV, form) if before is None else at_once(office, form, before))]
    other = await office.says(MORAG, "reply 1 Yes.")

    assert [one.label for one in answers[1].buttons] == ["Undo"]
    assert answers[0].buttons == answers[1].buttons
    assert drawn(answers[1]).startswith(drawn(answers[0]))
    assert "A reply by Dev Rao to M-1 is on its way" in other
