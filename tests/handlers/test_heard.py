"""The button of the weekly test ping."""

from datetime import timedelta

import pytest

from bot.card import Notice
from bot.clock import MovableClock
from bot.command import Way
from bot.duty.contact import Contact
from bot.duty.rota import DutyRole
from bot.ports import Way as OtherWay
from bot.store.duty import test_pings
from tests.handlers.office import DEV, PRIYA, Office

RULES = {"contacts": {DEV.id: Contact(DEV.id, "+447700900123")}, "ways": {OtherWay.TEXT: timedelta(minutes=3)}}


@pytest.fixture
def office(blank, tmp_path, clock: MovableClock):
    office = Office(blank, tmp_path, clock, test_weekly=True, **RULES)
    yield office
    office.close()


async def test_the_test_says_what_to_press_and_pressing_it_is_thanked(office: Office) -> None:
    await office.desk.db.write(test_pings.ask, DEV.id, DutyRole.DUTY, house=office.desk.house, now=office.clock.now())
    await office.shows_cards()

    [told] = office.chat.said
    assert "Test: choose Got It" in str(told)
    assert isinstance(told, Notice)
    assert [(button.label, button.verb) for button in told.buttons] == [("Got It", "heard")]
    assert await office.says(DEV, "heard", Way.PRESSED) == "Thank you: this week's test reached you."


async def test_pressing_it_again_or_without_a_test_is_no_fault(office: Office) -> None:
    assert await office.says(PRIYA, "heard") == "No test waits for an answer of yours any more. Thank you all the same."
