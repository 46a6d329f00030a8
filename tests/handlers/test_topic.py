"""What a mention is about is said by those whose own replies need no approval, and stands in its record."""

from dataclasses import replace
from pathlib import Path

from bot.clock import MovableClock
from bot.command import Role
from bot.replying.policy import Approval, ApprovalTable
from tests.handlers.office import FARAH, PRIYA, Office

TRAINEE = replace(PRIYA, roles=frozenset({Role.TRAINEE}))


async def test_a_topic_is_set_recorded_and_taken_away(office: Office) -> None:
    await office.hears("The bins were missed")

    said = await office.says(FARAH, "topic 1 Bins.Missed")
    again = await office.says(FARAH, "topic 1 bins.missed")
    topic = (await office.now(1)).topic
    gone = await office.says(FARAH, "topic 1 none")

    assert "M-1 is about “bins.missed” now." in said
    assert "already" in again
    assert topic == "bins.missed"
    assert "nothing in particular" in gone
    assert (await office.now(1)).topic == ""
    assert "said what it is about: bins.missed" in await office.says(FARAH, "record 1")


async def test_what_is_no_topic_is_said_with_an_example_and_the_one_it_has(office: Office) -> None:
    await office.hears("The bins were missed")
    await office.says(FARAH, "topic 1 roads")

    said = await office.says(FARAH, "topic 1 potholes and bins!")

    assert "topic 1 bins.missed" in said
    assert "It is about “roads” now." in said


async def test_one_whose_reply_a_colleague_looks_at_does_not_choose_what_decides_about_that(
    blank: Path, tmp_path: Path, clock: MovableClock
) -> None:
    office = Office(blank, tmp_path, clock, approval=Approval((ApprovalTable(),)))
    await office.hears("The bins were missed")

    said = await office.says(TRAINEE, "topic 1 bins")

    assert "A colleague looks at your reply to M-1" in said
    assert (await office.now(1)).topic == ""
    office.close()
