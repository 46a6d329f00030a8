"""What a post answers is there to be read when it is shown and when it is answered, as is what was said elsewhere."""

from bot.card import plain
from bot.form import Form
from bot.mention import Author
from bot.ports import Answered, Parent
from tests.bot.council import post
from tests.handlers.office import PRIYA, Office

ANN = Parent("q1", Author("", "Ann Oyelaran", "@ann"), "Why is the library shut?", "https://example.org/q1")


async def test_what_is_answered_stands_first_on_the_form_and_is_shown_in_full(office: Office) -> None:
    await office.desk.take_in([post("p1", "And for how long?", parent=ANN)], "website")

    form, told = await office.ask(PRIYA, "reply 1"), await office.says(PRIYA, "show 1")

    assert isinstance(form, Form)
    said = [plain(piece) for piece in form.body]
    assert said.index("> Why is the library shut?") < said.index("> And for how long?")
    assert any(line.startswith("Ann Oyelaran, ") for line in said)
    assert "In answer to Ann Oyelaran:\n> Why is the library shut?" in told


async def test_what_was_answered_elsewhere_is_nobodys_here(office: Office) -> None:
    await office.desk.take_in([post("p1")], "website")
    await office.desk.take_in([Answered("us1", "p1", "On Thursday.", office.clock.now())], "website")

    shown, record = await office.says(PRIYA, "show 1"), await office.says(PRIYA, "record 1")
    form = await office.ask(PRIYA, "reply 1")

    assert "Answered elsewhere 17 Nov at 09:00\n> On Thursday." in shown
    assert "answered elsewhere" in record
    assert "Tolbooth replied" not in shown
    assert isinstance(form, Form)
    assert any(", elsewhere, " in plain(piece) for piece in form.body)
    assert "A colleague outside Tolbooth has answered M-1" in await office.says(PRIYA, "claim 1")
