"""``report``: the last whole week or month, on one screen, for anybody, without a name of staff or a word of the public."""

from collections.abc import Callable

import pytest

from bot.times.working_time import OfficeHours
from tests.handlers.drawn import assert_golden
from tests.handlers.office import LONDON, MORAG, PRIYA, TAM, Office


async def a_week(office: Office) -> None:
    """A Tuesday on which one is answered, one closed and two left; and the Tuesday after."""
    await office.hears("The traffic light at Mill Road is stuck on red")
    await office.hears("WIN A PHONE", by="Spam")
    await office.hears("Is my school shut?", by="Ann", on="x")
    await office.hears("I cannot pay my rent", on="form", by="Dan", private=True)
    office.clock.advance(minutes=10)
    await office.ask(PRIYA, "close 2 Priya says spam")
    await office.ask(PRIYA, "show 3")
    await office.replies(PRIYA, 1, "It is mended.")
    office.clock.advance(minutes=5)
    await office.system("M-1", "sent")
    office.clock.advance(days=7)


async def test_a_week_on_one_screen(office: Office) -> None:
    await a_week(office)

    assert_golden("answers/report_of_a_week.txt", await office.says(TAM, "report"))


@pytest.mark.parametrize("words", ["report", "report week", "report WEEK "])
async def test_without_a_word_it_is_the_last_whole_week(office: Office, words: str) -> None:
    assert (await office.says(MORAG, words)).startswith("Report for 9 to 15 November 2026\n")


async def test_a_month_is_the_last_of_the_calendar(office: Office) -> None:
    assert (await office.says(MORAG, "report month")).startswith("Report for 1 to 31 October 2026\n")


async def test_nobody_is_named_and_nothing_said_is_repeated(office: Office) -> None:
    await a_week(office)

    said = await office.says(MORAG, "report")

    assert not [word for word in ("Priya", "Shah", "U0PRIYA", "Mill Road", "mended", "rent", "Ann") if word in said]


async def test_office_hours_are_counted_where_there_are_any(open_office: Callable[..., Office]) -> None:
    office = open_office(hours=OfficeHours.read("mon-fri 09:00-17:00", LONDON))
    await a_week(office)

    assert "longest at least 7 d; in office hours 10 m, at least 40 h 15 m, at least 40 h 15 m" in await office.says(
        MORAG, "report"
    )


async def test_another_word_is_answered_with_what_there_is(office: Office) -> None:
    assert await office.says(MORAG, "report year") == ("Which report? The last whole week or month: /mention report month")
