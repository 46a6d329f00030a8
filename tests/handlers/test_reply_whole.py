"""No word of a reply is lost: not to a box that holds less, not to a refusal, and not beside a colleague who writes too."""

from collections.abc import Callable

import pytest

from bot.card import Answer, Code
from bot.command import Staff, Way
from bot.form import BOX, Form, fits
from bot.mention import Action
from bot.reply import ReplyState, TextLimits, Written
from bot.replying.policy import Approval, ApprovalTable
from tests.handlers.drawn import drawn
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, Office, account

pytestmark = pytest.mark.slow  # an office each

Opens = Callable[..., Office]
LONG = "🚮" * (BOX // 2 + 1)
"""More than a box holds, though fewer characters."""
ROOMY = TextLimits(9000, "characters", len)
EVERYONE = Approval((ApprovalTable(True),))


async def drafts(office: Office, who: Staff = PRIYA) -> list[str]:
    """What is kept for somebody."""
    replies = (await office.desk.story("M-1")).replies
    return [one.text for one in replies if (one.by, one.state) == (who.id, ReplyState.DRAFT)]


async def opened(office: Office, who: Staff = PRIYA) -> Form:
    """The form to write in."""
    form = await office.ask(who, "reply 1")
    assert isinstance(form, Form)
    return form


async def kept_long(office: Office, second: str = "") -> Form:
    """The form over a draft that no box holds."""
    await office.hears("Is my school shut?")
    story = await office.desk.story("M-1")
    await office.desk.keep_draft(story.mention, PRIYA.id, Written(LONG, second))
    return await opened(office)


# --- what no box holds --------------------------------------------------------------------------------------------


async def test_typed_words_that_no_box_holds_are_given_back_and_never_become_a_draft(office: Office) -> None:
    await office.hears("Is my school shut?")

    told = await office.ask(PRIYA, f"reply 1 {LONG}")

    assert isinstance(told, Answer)
    assert Code(LONG) in told.body
    assert await drafts(office) == []


async def test_a_draft_no_box_holds_is_shown_whole_beside_an_empty_box_and_stays_whole(open_office: Opens) -> None:
    office = open_office(accounts={"website": account("website", limits=ROOMY)})
    form = await kept_long(office)

    looked = await office.sends_in(PRIYA, form, {"text_anew": ""})

    assert Code(LONG) in form.body
    assert all(fits(one.value) for one in form.fields)
    assert [one.name for one in form.fields] == ["text_anew"]
    assert LONG in drawn(looked)
    assert await drafts(office) == [LONG]


async def test_other_words_take_the_place_of_those_no_box_holds(office: Office) -> None:
    form = await kept_long(office)

    await office.sends_in(PRIYA, form, {"text_anew": "It is open."})

    assert await drafts(office) == ["It is open."]
    assert [(one.name, one.value) for one in (await opened(office)).fields] == [("text", "It is open.")]


async def test_half_typed_words_do_not_take_their_place(open_office: Opens) -> None:
    office = open_office(accounts={"website": account("website", limits=ROOMY, languages=("cy", "en"))})
    form = await kept_long(office, "It is")

    values = {"text_anew": "It", "second": "It is open"}
    await office.ask(PRIYA, "reply M-1", Way.PRESSED, step="keep", values=values, context=form.context)

    [draft] = (await office.desk.story("M-1")).replies
    assert (draft.text, draft.second) == (LONG, "It is open")


async def test_an_approver_changes_nothing_of_what_no_box_holds_by_opening_it(open_office: Opens) -> None:
    limits = account("website", limits=ROOMY)
    office = open_office(accounts={"website": limits}, approval=EVERYONE, approvers=(FARAH.id,))
    looked = await office.sends_in(PRIYA, await kept_long(office), {"text_anew": ""})
    await office.sends_in(PRIYA, looked)
    approver = FARAH

    look = await office.ask(MORAG, "approve 1")
    assert isinstance(look, Answer)
    change = next(one for one in look.buttons if one.label == "Change")
    form = await office.ask(MORAG, f"{change.verb} {change.ref} {change.argument}", Way.PRESSED)

    assert isinstance(form, Form), approver
    assert Code(LONG) in form.body
    assert all(fits(one.value) for one in form.fields)


async def test_the_form_never_promises_more_than_its_box_holds(open_office: Opens) -> None:
    office = open_office(accounts={"website": account("website", limits=ROOMY)})
    await office.hears("Is my school shut?")

    hint = (await opened(office)).fields[0].hint

    assert "9000" not in hint
    assert "3,000 characters" in hint


# --- what is sent is what was seen --------------------------------------------------------------------------------


async def test_marks_piled_on_a_letter_are_taken_out_of_what_is_sent_and_it_says_so(office: Office) -> None:
    await office.hears("Is my school shut?")

    shown = await office.ask(PRIYA, "reply 1 It is o" + "\u0301" * 1500 + "pen\x85 today\x9b")

    assert "1497 characters that do not show were taken out" in drawn(shown)
    assert await drafts(office) == ["It is o" + "\u0301" * 4 + "pen\n today"]


# --- words that come too late -------------------------------------------------------------------------------------


@pytest.mark.parametrize("meanwhile", ["claim 1", "close 1 nothing to say", "reply"])
async def test_words_sent_in_after_a_colleague_was_quicker_are_kept_and_it_says_so(office: Office, meanwhile: str) -> None:
    await office.hears("Is my school shut?")
    form = await opened(office)
    if meanwhile == "reply":
        await office.replies(DEV, 1, "It is open.")
    else:
        await office.ask(DEV, meanwhile)

    told = await office.sends_in(PRIYA, form, {"text": "My long words"})

    assert "What you wrote is kept as a draft of yours" in drawn(told)
    assert await drafts(office) == ["My long words"]


async def test_words_typed_while_a_colleagues_reply_waits_are_kept_and_it_says_so(open_office: Opens) -> None:
    office = open_office(approval=EVERYONE, approvers=(MORAG.id,))
    await office.hears("Is my school shut?")
    await office.replies(DEV, 1, "It is open.")

    told = await office.ask(PRIYA, "reply 1 My long words")

    assert "What you wrote is kept as a draft of yours" in drawn(told)
    assert await drafts(office) == ["My long words"]


async def test_words_beside_a_reply_of_ones_own_that_has_yet_to_go_are_given_back(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.replies(PRIYA, 1, "It is open.")

    told = await office.ask(PRIYA, "reply 1 And the bus runs.")
    await office.ask(PRIYA, "undo 1")

    assert isinstance(told, Answer)
    assert Code("And the bus runs.") in told.body
    assert await drafts(office) == ["It is open."]


async def test_an_open_form_is_kept_as_it_is_typed_though_a_colleague_answered_meanwhile(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await opened(office)
    await office.replies(DEV, 1, "It is open.")
    await office.system("M-1", Action.SENT)

    values = {"text": "My long words"}
    await office.ask(PRIYA, "reply M-1", Way.PRESSED, step="keep", values=values, context=form.context)

    assert await drafts(office) == ["My long words"]


async def test_who_may_not_read_it_has_no_words_kept(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.ask(DEV, "close 1 nothing to say")

    assert "kept" not in drawn(await office.ask(PRIYA, "reply 1"))
    assert await drafts(office) == []


# --- two drafts ---------------------------------------------------------------------------------------------------


async def test_who_begins_a_reply_is_told_who_else_has_begun_one(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.ask(DEV, "reply 1 It is")
    office.clock.advance(minutes=3)

    forms = [await opened(office), await office.ask(PRIYA, "reply 1 It is open.")]
    alone = await opened(office, DEV)

    assert all("Dev Rao began a reply 3 minutes ago. It is a draft" in drawn(one) for one in forms)
    assert "Dev Rao began" not in drawn(alone)
    assert "Priya Shah began a reply just now" in drawn(alone)
