"""``correct``: our own words in public are changed on the record, once they were shown as they will read."""

from dataclasses import replace

import pytest

from bot.card import Answer
from bot.command import Role, Staff, Way
from bot.errors import FormProblem
from bot.form import Form
from bot.reply import Act, Post
from bot.replying.findings import Check, Rules, Says
from bot.replying.policy import Approval, ApprovalTable
from bot.store import schema
from bot.store.replying import replies
from tests.handlers.able import ANGELA, Opens, answered, done, opened, works
from tests.handlers.office import DEV, MORAG, PRIYA, Office

pytestmark = pytest.mark.slow  # an office for each


async def looked_over(office: Office, text: str, why: str = "wrong hour", who: Staff = PRIYA) -> Answer | Form:
    """Somebody writes a correction and looks it over."""
    return await office.sends_in(who, await office.ask(who, "correct 1"), {"text_1": text, "why": why})


async def test_a_correction_is_shown_as_the_public_will_read_it_before_it_goes(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)

    shown = await looked_over(office, "We open at ten.")
    before = done(office).copy()
    answer = await office.sends_in(PRIYA, shown, {"text_1": "We open at ten.", "why": "wrong hour"})
    await works(office)

    assert isinstance(shown, Form)
    assert [button.label for button in shown.buttons] == ["Correct as Harrowmere web chat"]
    assert "It will read, as Harrowmere web chat, in public:\n> We open at ten." in Answer(shown.body).plain
    assert "It goes at once: there is no Undo" in Answer(shown.body).plain
    assert before == []
    assert isinstance(answer, Answer)
    assert [(act, text) for act, _, text in done(office)] == [(Act.EDIT_OWN, "We open at ten.")]


async def test_words_changed_since_they_were_looked_over_are_shown_once_more(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    shown = await looked_over(office, "We open at ten.")

    again = await office.sends_in(PRIYA, shown, {"text_1": "We open at eleven.", "why": "wrong hour"})
    await works(office)

    assert isinstance(again, Form)
    assert done(office) == []


async def test_what_the_checks_find_in_a_correction_is_said_before_it_goes(open_office: Opens) -> None:
    office = await opened(open_office, rules=Rules(says={Check.CAPITALS: Says.WARN}))
    await answered(office)

    shown = await looked_over(office, "WE OPEN AT TEN EVERY DAY OF THE WEEK.")

    assert isinstance(shown, Form)
    assert "capital" in Answer(shown.body).plain.lower()


@pytest.mark.parametrize(
    ("text", "why", "problem"),
    [("", "x", "Write something"), ("x" * 281, "x", "1 too many"), ("We open at nine.", "x", "Nothing was changed")],
    ids=["empty", "too long", "the same"],
)
async def test_a_correction_that_cannot_go_is_said_beside_the_words(
    open_office: Opens, text: str, why: str, problem: str
) -> None:
    office = await opened(open_office)
    await answered(office)

    with pytest.raises(FormProblem, match=problem):
        await looked_over(office, text, why)


BLOCKED = Rules(says={Check.BLOCKED_WORDS: Says.BLOCK}, blocked_words=("gobbledegook",))
WORDS = {"text_1": "We open at ten. gobbledegook", "why": "typo"}


async def test_what_asks_for_a_reason_goes_with_one_of_its_own_and_is_named_in_the_record(open_office: Opens) -> None:
    office = await opened(open_office, rules=BLOCKED)
    await answered(office)
    shown = await looked_over(office, WORDS["text_1"], "typo")

    without = await office.sends_in(PRIYA, shown, WORDS)
    await works(office)
    before = done(office).copy()
    await office.sends_in(PRIYA, without, {**WORDS, "all_the_same": "it is the name of the play"})
    await works(office)

    assert isinstance(without, Form)
    assert "Say why it should go all the same (blocked words)" in Answer(without.body).plain
    assert before == []
    assert [text for _, _, text in done(office)] == ["We open at ten. gobbledegook"]
    asked = next(one for one in await office.desk.events("M-1") if one["action"] == "correct")
    assert isinstance(asked["changes"], dict)
    assert asked["changes"]["overrode"] == "blocked_words"
    assert asked["note"] == "typo (all the same: it is the name of the play)"


async def test_characters_that_turn_others_around_are_taken_out_of_a_correction(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    values = {"text_1": "We open \u202eat ten.", "why": "wrong hour"}

    await office.sends_in(PRIYA, await looked_over(office, values["text_1"]), values)
    await works(office)

    assert [text for _, _, text in done(office)] == ["We open at ten."]


async def test_a_private_reply_is_corrected_as_what_its_author_reads(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    await office.database.write(lambda conn: conn.execute(schema.reply.update().values(audience="author")))

    form = await office.ask(PRIYA, "correct 1")

    assert isinstance(form, Form)
    assert "as Harrowmere web chat, to its author only. It answers:\n> Megan at the desk" in Answer(form.body).plain
    assert form.fields[0].label == "What its author reads"
    assert "public" not in Answer(form.body).plain


async def test_while_publishing_is_stopped_a_correction_is_said_to_wait(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    await office.ask(MORAG, "stop wrong figures")

    first = await office.says(PRIYA, "correct 1")
    shown = await looked_over(office, "We open at ten.")
    answer = await office.sends_in(PRIYA, shown, {"text_1": "We open at ten.", "why": "wrong hour"})

    assert isinstance(answer, Answer)
    assert all("A correction waits until publishing goes on." in one for one in (first, answer.plain))


async def test_what_is_longer_than_a_form_holds_is_not_cut_but_said(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    (reply,) = (await office.desk.story("M-1")).replies
    await office.database.write(replies.freeze, reply.id, (Post("🦊" * 1600),))

    answer = await office.ask(PRIYA, "correct 1")

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("The reply to M-1 is longer than a form can hold, so it cannot be corrected from here.")
    assert [button.label for button in answer.buttons] == ["Take It Down", "Reply Again"]


async def test_where_everyone_is_approved_the_second_pair_of_eyes_corrects_and_is_named(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    office.desk.house = replace(office.desk.house, approval=Approval(tables=(ApprovalTable(everyone=True),)))

    told = [await office.says(who, "correct 1") for who in (PRIYA, DEV)]

    assert all("Farah Ali" in one and "Priya" not in one for one in told)
    assert all([isinstance(await office.ask(who, "correct 1"), Form) for who in (ANGELA, MORAG)])


async def test_one_whose_replies_are_approved_corrects_nothing_alone_and_is_told_who_can(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)
    trainee = Staff(PRIYA.id, PRIYA.name, frozenset({Role.TRAINEE}))
    office.desk.house = replace(office.desk.house, approval=Approval(tables=(ApprovalTable(),)))

    told = await office.says(trainee, "correct 1")

    assert told.startswith("What you write to the public is looked at by a colleague first. Farah Ali")


async def test_where_nothing_can_be_corrected_it_offers_what_can_be_done(open_office: Opens) -> None:
    office = await opened(open_office, Act.EDIT_OWN)
    await answered(office)

    answer = await office.ask(PRIYA, "correct 1")

    assert isinstance(answer, Answer)
    assert [button.label for button in answer.buttons] == ["Take It Down", "Reply Again"]


async def test_taking_down_is_not_offered_where_it_cannot_be_done_either(open_office: Opens) -> None:
    office = await opened(open_office, Act.EDIT_OWN, Act.DELETE_OWN)
    await answered(office)

    answer = await office.ask(DEV, "correct 1")

    assert isinstance(answer, Answer)
    assert answer.plain.endswith("Add to it with one more reply.")
    assert [button.label for button in answer.buttons] == ["Reply Again"]


async def test_words_typed_behind_the_command_stand_in_the_form_and_go_nowhere_yet(open_office: Opens) -> None:
    office = await opened(open_office)
    await answered(office)

    form = await office.ask(PRIYA, "correct 1 We open at ten.")
    said = await office.ask(PRIYA, "correct 1", Way.SAID)
    await works(office)

    assert isinstance(form, Form)
    assert form.fields[0].value == "We open at ten."
    assert isinstance(said, Answer)
    assert [button.label for button in said.buttons] == ["Correct the Reply"]
    assert done(office) == []
