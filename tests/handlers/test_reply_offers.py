"""What was said before, offered where a reply is written."""

from collections.abc import Callable

import pytest

from bot.card import Button
from bot.command import Staff, Way
from bot.form import Form
from bot.mention import Action
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
