"""What is typed is kept as it is typed, for whoever may write, and brings nothing back that has been sent."""

from collections.abc import Callable

import pytest

from bot.card import Answer
from bot.command import Staff, Way
from bot.form import Form
from bot.mention import Action
from bot.reply import Abilities, Audience, ReplyState, TextLimits
from tests.handlers.office import FARAH, PRIYA, TAM, Office, account

pytestmark = pytest.mark.slow  # an office each

PRIVATE = Abilities(private=TextLimits(10_000, "characters", len))


async def opened(office: Office, who: Staff = PRIYA) -> Form:
    """The form before somebody."""
    form = await office.ask(who, "reply 1")
    assert isinstance(form, Form)
    return form


async def types(office: Office, form: Form, who: Staff = PRIYA, **values: str) -> Answer:
    """Somebody types into it."""
    answer = await office.ask(who, "reply M-1", Way.PRESSED, step="keep", values=values, context=form.context)
    assert isinstance(answer, Answer)
    return answer


async def drafts(office: Office, who: Staff = PRIYA) -> list[str]:
    """What is kept for somebody."""
    return [
        one.text for one in (await office.desk.story("M-1")).replies if (one.by, one.state) == (who.id, ReplyState.DRAFT)
    ]


async def test_what_is_typed_is_there_when_the_form_is_opened_again(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await opened(office)

    answer = await types(office, form, text="It is op")
    await types(office, form, text="It is open today")

    assert (answer.body, answer.buttons) == ((), ())
    assert (await opened(office)).fields[0].value == "It is open today"


async def test_all_that_was_chosen_is_kept_with_the_words(clock: object, open_office: Callable[..., Office]) -> None:
    office = open_office(accounts={"website": account("website", abilities=PRIVATE)})
    await office.hears("Is my school shut?")

    await types(office, await opened(office), text="It is open", audience=Audience.AUTHOR.value)

    assert (await office.desk.story("M-1")).replies[0].audience is Audience.AUTHOR


async def test_a_form_left_open_after_its_reply_was_sent_brings_nothing_back(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await opened(office)
    await office.replies(PRIYA, 1, "It is open.")
    await office.system("M-1", Action.SENT)

    await types(office, form, text="It is open.")

    assert await drafts(office) == []


async def test_nothing_typed_makes_no_draft(office: Office) -> None:
    await office.hears("Is my school shut?")

    await types(office, await opened(office), text="  ")

    assert await drafts(office) == []


async def test_who_may_not_read_it_keeps_nothing_and_nothing_is_said(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await opened(office)

    answer = await types(office, form, TAM, text="It is open")

    assert answer.body == ()
    assert await drafts(office, TAM) == []


async def test_who_may_not_publish_keeps_nothing(open_office: Callable[..., Office]) -> None:
    office = open_office(restricted=True)
    await office.hears("Is my school shut?")

    await types(office, Form("reply", "write", "", context={"ref": "M-1", "after": "0"}), text="It is open")

    assert await drafts(office) == []


async def test_words_are_kept_though_somebody_claimed_it_meanwhile(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await opened(office)
    await office.ask(FARAH, "claim 1")

    await types(office, form, text="It is open")

    assert await drafts(office) == ["It is open"]


async def test_keeping_is_no_move_and_leaves_the_record_as_it_is(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await opened(office)
    before = await office.desk.events("M-1")

    await types(office, form, text="It is open")

    assert await office.desk.events("M-1") == before


async def test_a_draft_that_is_not_to_be_found_any_more_is_nobodys_failure(office: Office) -> None:
    answer = await types(office, Form("reply", "write", "", context={"ref": "M-404"}), text="It is open")

    assert answer.body == ()
