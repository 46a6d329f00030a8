"""``unsay``: our own words in public are taken down on the record, by those who may, once they were shown."""

import pytest

from bot.card import Answer
from bot.command import Staff, Way
from bot.errors import FormProblem
from bot.form import Form
from bot.mention import State
from bot.reply import Act, ReplyState
from bot.replying.policy import Approval, ApprovalTable
from tests.handlers.able import ANGELA, Opens, answered, done, opened, works
from tests.handlers.office import DEV, MORAG, PRIYA, Office

pytestmark = pytest.mark.slow  # an office for each


async def taken_down(office: Office, who: Staff, line: str) -> str:
    """Somebody asks for it, reads what goes, and sends it in with the reason that stands there."""
    form = await office.ask(who, line)
    assert isinstance(form, Form), form
    answer = await office.sends_in(who, form, {"why": form.fields[0].value})
    return answer.plain if isinstance(answer, Answer) else Answer(answer.body).plain


async def test_whoever_wrote_it_takes_it_down_and_the_mention_wants_an_answer_again(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)

    told = await taken_down(office, PRIYA, "unsay 1 it opens at ten")
    await works(office)

    assert told == "Taking down the reply to M-1. Once it is down, M-1 is opened again, because it has no answer then."
    assert (await office.now(1)).state is State.NEW
    assert (await office.desk.story("M-1")).replies[0].state is ReplyState.DELETED
    assert [act for act, _, _ in done(office)] == [Act.DELETE_OWN]
    assert "it opens at ten" in await office.says(PRIYA, "record 1")


@pytest.mark.parametrize("who", [ANGELA, MORAG], ids=["an approver", "a lead"])
async def test_an_approver_or_a_lead_may_too(open_office: Opens, who: Staff) -> None:
    office = await opened(open_office)
    await answered(office)

    assert (await taken_down(office, who, "unsay 1 wrong")).startswith("Taking down")


async def test_another_colleague_is_told_who_can(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)

    told = [await office.says(DEV, "unsay 1 wrong"), await office.says(DEV, "correct 1")]

    assert all("Morag Muir" in one and "Farah Ali" in one for one in told)
    assert (await office.now(1)).state is State.REPLIED


@pytest.mark.parametrize("way", [Way.TYPED, Way.PRESSED])
async def test_taking_down_wants_a_reason(open_office: Opens, way: Way) -> None:
    office = await opened(open_office)
    await answered(office)

    form = await office.ask(PRIYA, "unsay 1", way)

    assert isinstance(form, Form)
    with pytest.raises(FormProblem, match="Write why"):
        await office.sends_in(PRIYA, form, {"why": "  "})


async def test_the_words_that_go_are_shown_before_they_do_however_it_was_asked(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)

    typed = await office.ask(PRIYA, "unsay 1 wrong hour")
    said = await office.ask(PRIYA, "unsay 1 wrong hour", Way.SAID)
    assert isinstance(said, Answer)
    (button,) = said.buttons
    pressed = await office.ask(PRIYA, f"{button.verb} {button.ref} {button.argument}", Way.PRESSED)
    await works(office)

    assert typed == pressed
    assert isinstance(typed, Form)
    assert "The reply of Priya Shah, as Harrowmere web chat, in public:\n> We open at nine." in said.plain
    assert (typed.submit, typed.fields[0].value) == ("Take It Down", "wrong hour")
    assert done(office) == []


async def test_another_reply_than_the_one_that_was_shown_is_shown_first(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    form = await office.ask(PRIYA, "unsay 1 wrong hour")
    await answered(office, "And at ten on Sundays.")

    again = await office.sends_in(PRIYA, form, {"why": "wrong hour"})

    assert isinstance(again, Form)
    assert "> And at ten on Sundays." in Answer(again.body).plain
    assert done(office) == []


async def test_while_publishing_is_stopped_it_is_said_that_a_reply_is_taken_down_all_the_same(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    await office.ask(MORAG, "stop wrong figures")

    assert (await office.says(PRIYA, "unsay 1")).startswith(
        "Publishing is stopped by Morag Muir. To take a reply down is done all the same."
    )


async def test_where_nothing_can_be_taken_down_everybody_is_told_so_before_who_may(open_office: Opens) -> None:
    office = await opened(open_office, Act.DELETE_OWN)
    await answered(office)

    assert (await office.says(DEV, "unsay 1 wrong")).startswith("The reply on M-1 cannot be taken down from here")


async def test_a_reply_that_waits_is_taken_back_and_not_taken_down(open_office: Opens) -> None:
    office = await opened(open_office, approval=Approval(tables=(ApprovalTable(everyone=True),)))
    await office.replies(PRIYA, 1, "We open at nine.")

    told = [await office.says(PRIYA, "unsay 1 wrong"), await office.says(PRIYA, "correct 1")]

    assert (
        told == ["The reply to M-1 waits to be approved and is not public. Its writer takes it back: /mention recall 1"] * 2
    )


async def test_what_was_answered_by_hand_is_changed_where_it_was_written(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "done 1")

    told = await office.says(PRIYA, "unsay 1 wrong")

    assert told.startswith("No reply to M-1 can be changed from here.")


async def test_a_correction_that_waits_gives_way_to_taking_the_reply_down(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    await office.ask(MORAG, "stop wrong figures")
    words = {"text_1": "We open at ten.", "why": "wrong hour"}
    shown = await office.sends_in(PRIYA, await office.ask(PRIYA, "correct 1"), words)
    await office.sends_in(PRIYA, shown, words)
    await works(office, seconds=30)

    told = await taken_down(office, PRIYA, "unsay 1 all wrong")
    await works(office)
    await office.desk.start(MORAG.id)
    await works(office, minutes=5)

    assert told.startswith("Taking down")
    assert [act for act, _, _ in done(office)] == [Act.DELETE_OWN]
