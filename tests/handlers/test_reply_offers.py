"""What was said before, offered where a reply is written."""

from collections.abc import Callable

import pytest

from bot.card import Button
from bot.command import Staff, Way
from bot.form import Form
from bot.mention import Action, Move
from bot.reply import Written
from bot.store.finding import index
from bot.store.proof.verify import verify
from handlers import reply_offers
from tests.handlers.drawn import drawn
from tests.handlers.office import FARAH, MORAG, PRIYA, Office, account

pytestmark = pytest.mark.slow  # an office each
Opens = Callable[..., Office]
TIP = "What time does the tip open on Sundays?"


async def answered(office: Office, number: int, asked: str, answer: str, *, who: Staff = PRIYA, **more: object) -> None:
    """Louise asks and is answered."""
    await office.hears(asked, by="Louise Tranter", **more)
    await office.replies(who, number, answer)
    office.clock.advance(minutes=1)
    await office.system(f"M-{number}", Action.SENT)


async def opened(office: Office, number: int, who: Staff = FARAH) -> Form:
    """The form once all words are in the index."""
    while await office.desk.db.read(index.is_behind):
        await office.desk.db.write(index.catch_up, office.desk.now())
    form = await office.ask(who, f"reply {number}")
    assert isinstance(form, Form), form
    return form


def uses(form: Form) -> list[Button]:
    """The buttons that put words into the box."""
    return [one for one in form.buttons if one.argument.startswith(reply_offers.USE)]


async def press(
    office: Office, button: Button, form: Form, values: dict[str, str] | None = None, who: Staff = FARAH
) -> Form:
    """Somebody presses a button of the form with that in its boxes."""
    line, given = f"{button.verb} {button.ref} {button.argument}", {"values": values or {}, "context": form.context}
    answer = await office.ask(who, line, Way.PRESSED, **given)
    assert isinstance(answer, Form), answer
    return answer


async def test_an_earlier_answer_is_offered_used_with_one_press_edited_sent_and_on_the_record(office: Office) -> None:
    await answered(office, 1, TIP, "Hi Louise, it opens at nine.")
    await office.hears("When is the tip open?", by="Brian Postle")

    form = await opened(office, 2)

    assert "1. To “What time does the tip open on Sundays?”: Priya Shah, 17 November, M-1; nothing more was said." in drawn(
        form
    )
    used = await press(office, uses(form)[0], form, {"text": ""})
    (box,) = [one for one in used.fields if one.name.startswith("text")]
    assert (box.name, box.value) == ("text_used", "Hi Brian, it opens at nine.")
    assert uses(used) == []
    look = await office.sends_in(FARAH, used, {"text_used": "Hi Brian, it opens at ten."})
    await office.sends_in(FARAH, look)
    await office.system("M-2", Action.WITHDRAW)
    story = await office.desk.story("M-2")
    first = (await office.desk.story("M-1")).replies[0].id
    assert {one.drawn_from for one in story.replies} == {first}
    changes = [event["changes"] for event in await office.desk.events("M-2") if event["action"] == "reply"]
    assert [one["from"] for one in changes] == [first]  # type: ignore[index]
    assert (await office.database.read(verify)).fault == ""


async def test_words_that_were_typed_already_stay_below_those_put_in(office: Office) -> None:
    await answered(office, 1, TIP, "Nine o'clock.")
    await office.hears("When is the tip open?", by="Brian")
    form = await opened(office, 2)

    used = await press(office, uses(form)[0], form, {"text": "I was typing"})

    assert [one.value for one in used.fields if one.name == "text_used"] == ["Nine o'clock.\n\nI was typing"]
    assert uses(await opened(office, 2)) == []  # a draft is begun


async def test_what_is_typed_after_that_is_kept_as_it_is_typed(office: Office) -> None:
    await answered(office, 1, TIP, "Nine o'clock.")
    await office.hears("When is the tip open?", by="Brian")
    form = await opened(office, 2)
    used = await press(office, uses(form)[0], form)

    await office.ask(FARAH, "reply", Way.SENT_IN, step="keep", values={"text_used": "Ten o'clock."}, context=used.context)

    draft = (await office.desk.story("M-2")).draft_by(FARAH.id)
    assert draft
    assert (draft.text, bool(draft.drawn_from)) == ("Ten o'clock.", True)
    await office.ask(FARAH, "reply", Way.SENT_IN, step="keep", values={"text_used": ""}, context=used.context)
    emptied = (await office.desk.story("M-2")).draft_by(FARAH.id)
    assert emptied
    assert emptied.drawn_from == ""


async def test_an_answer_that_is_erased_meanwhile_or_not_for_this_person_is_not_put_in(open_office: Opens) -> None:
    office = open_office(accounts={"website": account("website"), "x": account("x", network="x", channel="secret")})
    office.chat.members["secret"] = frozenset({MORAG.id})
    await answered(office, 1, TIP, "Nine o'clock.")
    await answered(office, 2, TIP, "For another team.", who=MORAG, on="x")
    await office.hears("When is the tip open?", by="Brian")
    form = await opened(office, 3, PRIYA)
    assert [one.argument for one in uses(form)] == [f"use:{(await office.desk.story('M-1')).replies[0].id}"]
    hidden = Button("Use 2", "reply", "M-3", f"use:{(await office.desk.story('M-2')).replies[0].id}")
    await office.system("M-1", Action.ERASE)

    for button in (uses(form)[0], hidden):
        again = await press(office, button, form, {"text": "Mine"}, PRIYA)

        assert "cannot be used any more" in drawn(again)
        assert [one.value for one in again.fields if one.name == "text"] == ["Mine"]


async def test_dates_in_an_old_answer_are_pointed_out(office: Office) -> None:
    await answered(office, 1, TIP, "It opens tomorrow at 7am.")
    office.clock.advance(days=400)
    await office.hears("When is the tip open?", by="Brian")

    form = await opened(office, 2)

    assert "Check the dates: this was said on 17 November 2026." in drawn(form)
    assert "Check the dates" in drawn(await press(office, uses(form)[0], form))


async def test_the_form_opens_without_offers_when_looking_for_them_fails(office: Office) -> None:
    await answered(office, 1, TIP, "Nine o'clock.")
    await office.hears("When is the tip open?", by="Brian")
    assert uses(await opened(office, 2)) != []

    await office.database.write(lambda conn: conn.exec_driver_sql("DROP TABLE findable_fts") and None)

    assert uses(form := await opened(office, 2)) == []
    assert form.fields[0].name == "text"


async def test_approved_words_come_first(office: Office) -> None:
    await answered(office, 1, TIP, "Nine o'clock.")
    form = await office.ask(MORAG, "saved new")
    values = {"title": "Tip opening", "text": "Hi {name}, the tip opens at nine.", "topic": ""}
    given = {one.name: one.value for one in form.fields} if isinstance(form, Form) else {}
    await office.sends_in(MORAG, form, {**given, **values})
    await office.hears("When does the tip open?", by="Brian")
    form = await opened(office, 2)

    used = await press(office, uses(form)[0], form)

    assert uses(form)[0].argument.startswith("use:S-1@")
    assert [one.value for one in used.fields if one.name == "text_used"] == ["Hi Brian, the tip opens at nine."]


SHUT = "Every school in Harrowmere is shut until further notice because of the snow."


async def is_saved(office: Office, title: str, text: str, **more: str) -> None:
    """Morag, who may approve alone, saves words."""
    form = await office.ask(MORAG, "saved new")
    assert isinstance(form, Form)
    given = {one.name: one.value for one in form.fields}
    await office.sends_in(MORAG, form, {**given, "title": title, "text": text, "topic": "", **more})


async def is_sent_with(office: Office, number: int, saved: str) -> None:
    """Priya answers with a saved reply as it is."""
    form = await office.ask(PRIYA, f"reply {number} {saved}")
    assert isinstance(form, Form)
    await office.sends_in(PRIYA, await office.sends_in(PRIYA, form, {form.fields[0].name: form.fields[0].value}))
    office.clock.advance(minutes=1)
    await office.system(f"M-{number}", Action.SENT)


@pytest.mark.parametrize("how", ["ended", "expired"])
async def test_words_of_a_saved_reply_that_is_over_are_not_offered_as_somebodys_earlier_answer(
    office: Office, how: str
) -> None:
    await is_saved(office, "Snow", SHUT, expires="4h" if how == "expired" else "")
    await office.hears("Is the school shut today in the snow?", by="Louise Tranter")
    await is_sent_with(office, 1, "S-1")
    await office.hears("Is the school shut in this snow?", by="Brian Postle")
    before = await opened(office, 2)
    earlier = f"use:{(await office.desk.story('M-1')).replies[0].id}"
    if how == "ended":
        await office.ask(MORAG, "saved end S-1 it is wrong")
    else:
        office.clock.advance(hours=5)

    after = await opened(office, 2)

    assert [one.argument for one in uses(before)] == ["use:S-1@1"]
    assert uses(after) == []
    again = await press(office, Button("Use 1", "reply", "M-2", earlier), after, {"text": "Mine"})
    assert "cannot be used any more" in drawn(again)


async def test_an_answer_that_was_saved_is_not_offered_once_what_was_saved_of_it_is_over(office: Office) -> None:
    await answered(office, 1, TIP, "Nine o'clock.")
    await office.sends_in(MORAG, await office.ask(MORAG, "saved from 1"), {"title": "Tip", "text": "Nine o'clock."})
    await office.ask(MORAG, "saved end S-1 it opens at ten now")
    await office.hears("When is the tip open?", by="Brian")

    assert uses(await opened(office, 2)) == []


async def test_an_earlier_answer_of_saved_words_is_held_to_them_like_the_saved_reply_itself(office: Office) -> None:
    await is_saved(office, "Gritting", SHUT)  # by its title and words it does not suit what is asked
    await office.hears("Can Maisie stay at home?", by="Louise Tranter")
    await is_sent_with(office, 1, "S-1")
    await office.hears("Can Maisie stay?", by="Brian Postle")
    form = await opened(office, 2)
    used = await press(office, uses(form)[0], form, {"text": ""})

    await office.ask(MORAG, "saved end S-1 it is wrong")
    refused = await office.ask(FARAH, "reply 2 draft", Way.PRESSED)

    assert [one.value for one in used.fields if one.name == "text_used"] == [SHUT]
    assert "S-1 was ended" in drawn(refused)


async def test_a_reply_is_held_to_one_saved_reply_and_a_second_is_refused_while_the_first_stands_there(
    office: Office,
) -> None:
    await is_saved(office, "Snow", SHUT)
    await is_saved(office, "Salt", "There are 3,100 tonnes of salt in stock and every road on the list is gritted.")
    await office.hears("Is the school shut?", by="Brian")
    await office.ask(FARAH, "reply 1 S-1")

    refused = drawn(await office.ask(FARAH, "reply 1 S-2"))

    assert "holds the words of S-1 already" in refused
    draft = (await office.desk.story("M-1")).draft_by(FARAH.id)
    assert draft
    assert (draft.text, draft.drawn_from) == (SHUT, "S-1@1")


async def test_an_answer_used_again_and_again_is_counted_as_one_however_long_the_chain(office: Office) -> None:
    await answered(office, 1, TIP, "Nine o'clock.")
    for number in (2, 3, 4):
        await office.hears(TIP, by="Brian Postle")
        form = await opened(office, number)
        used = await press(office, uses(form)[0], form, {"text": ""})
        await office.sends_in(FARAH, await office.sends_in(FARAH, used, {"text_used": "Nine o'clock."}))
        office.clock.advance(minutes=1)
        await office.system(f"M-{number}", Action.SENT)

    assert "Used 3 times: Nine o'clock. (M-1). Save it?" in drawn(await office.ask(MORAG, "saved"))


async def test_whoever_uses_an_answer_that_was_used_three_times_is_asked_once_whether_to_save_it(office: Office) -> None:
    await answered(office, 1, TIP, "Nine o'clock.")
    first = (await office.desk.story("M-1")).replies[0].id
    for number in (2, 3, 4):
        await office.hears("Which bins go out?", by=f"Ann{number}")
        written = Written("Nine o'clock.", drawn_from=first)
        await office.desk.make(Move(f"M-{number}", Action.REPLY, PRIYA.id, text=written.text, written=written))
        await office.system(f"M-{number}", Action.SENT)
    await office.hears("When is the tip open?", by="Brian")
    use_it = Button("Use 1", "reply", "M-5", f"use:{first}")

    said = [drawn(await press(office, use_it, await opened(office, 5))) for _ in range(2)]

    assert ["This answer was used 3 times. Save it" in one for one in said] == [True, False]
