"""The addresses of calendars: shown once, one at a time, everybody's for team leads only."""

from collections.abc import Callable

import pytest

from bot.card import Answer
from bot.store.duty import calendars
from tests.bot.week_about import PLAN
from tests.handlers.office import DEV, MORAG, PRIYA, Office

START, END = "https://tolbooth.example/rota/", ".ics"


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """An office that can be reached from outside."""
    return open_office(plan=PLAN, public_url="https://tolbooth.example/")


async def address(office: Office, line: str = "duty calendar", who: object = DEV) -> str:
    told = await office.says(who, line)  # type: ignore[arg-type]
    return told.split("\n")[1].removeprefix(START).removesuffix(END)


async def whose(office: Office, key: str) -> str | None:
    return await office.database.read(calendars.whose, key)


async def test_it_is_an_address_for_ones_own_turns(office: Office) -> None:
    key = await address(office)

    assert len(key) >= 40
    assert await whose(office, key) == DEV.id


async def test_asked_again_it_is_not_shown_and_a_new_one_ends_the_old(office: Office) -> None:
    first = await address(office)

    again = await office.ask(DEV, "duty calendar")
    assert isinstance(again, Answer)
    second = await address(office, f"duty {again.buttons[0].argument}")

    assert "cannot be shown again" in again.plain
    assert [await whose(office, key) for key in (first, second)] == [None, DEV.id]


async def test_it_can_be_revoked(office: Office) -> None:
    key = await address(office)

    told = [await office.says(DEV, "duty calendar revoke") for _ in range(2)]

    assert told == ["Revoked: nobody can read the turns there any more.", "There was no such address."]
    assert await whose(office, key) is None


async def test_everybodys_turns_are_for_leads(office: Office) -> None:
    refused = await office.says(PRIYA, "duty calendar all")
    key = await address(office, "duty calendar all", MORAG)

    assert refused.startswith("Team leads change the rota")
    assert await whose(office, key) == calendars.EVERYBODY


async def test_where_nobody_outside_reaches_us_it_says_what_to_set(open_office: Callable[..., Office]) -> None:
    assert "shifts.public_url" in await open_office(plan=PLAN).says(DEV, "duty calendar")


async def test_another_word_says_which_there_are(office: Office) -> None:
    assert (await office.says(DEV, "duty calendar please")).startswith("Say calendar, calendar new or calendar revoke")
