"""``promise`` and ``tasks``: what is owed, whose it is, and what a button or a word does about it."""

from datetime import UTC, datetime

import pytest

from bot.card import Answer
from bot.command import Way
from bot.errors import FormProblem
from bot.form import Form
from bot.store import schema
from tests.bot.council import rows
from tests.handlers.able import Opens, opened
from tests.handlers.office import FARAH, MORAG, PRIYA, TAM, Office

pytestmark = pytest.mark.slow  # an office for each


async def owed(office: Office) -> dict[str, object]:
    """The only task."""
    (row,) = await office.database.read(rows, schema.task)
    return row


async def test_a_promise_is_kept_track_of_by_its_day_and_hour(open_office: Opens) -> None:
    office = await opened(open_office)

    told = await office.says(PRIYA, "promise 1 Friday 5pm the bin will be collected")

    row = await owed(office)
    assert (row["kind"], row["to"], row["what"]) == ("promise", PRIYA.id, "the bin will be collected")
    assert row["due_at"] == datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert told == (
        "Noted on M-1: “the bin will be collected”. You are asked about it on 20 Nov at 17:00. To see what you owe: "
        "/mention tasks"
    )


async def test_a_promise_may_be_weeks_away_but_not_years(open_office: Opens) -> None:
    office = await opened(open_office)

    far = await office.says(PRIYA, "promise 1 2027-02-01 the path will be mended")
    too_far = await office.says(PRIYA, "promise 1 2029-02-01 the bridge will be mended")

    assert far.startswith("Noted on M-1")
    assert too_far.startswith("That is more than 366 days off")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("promise 1", "Say by when it is due"),
        ("promise 1 Friday", "Say what was promised"),
        ("promise 1 soon the bin", "Say by when it is due"),
        ("promise 1 yesterday the bin", "That is past. Say by when it is due"),
        ("promise 1 2026-11-31 the bin", "There is no such day as 2026-11-31. Say by when it is due"),
        ("promise 1 Friday 25:00 the bin", "There is no such time as 25:00. Say by when it is due"),
    ],
)
async def test_a_promise_without_a_time_or_words_is_shown_how(open_office: Opens, line: str, told: str) -> None:
    office = await opened(open_office)

    answer = await office.says(PRIYA, line)

    assert answer.startswith(told)
    assert "/mention promise 1 Friday 5pm the bin will be collected" in answer


async def test_a_button_asks_for_both_in_a_form(open_office: Opens) -> None:
    office = await opened(open_office)

    form = await office.ask(PRIYA, "promise 1", Way.PRESSED)
    with pytest.raises(FormProblem, match="by when it is due"):
        await office.sends_in(PRIYA, form, {"when": "some day", "what": "a call"})
    await office.sends_in(PRIYA, form, {"when": "fri 17:00", "what": "a call"})

    assert (await owed(office))["what"] == "a call"


async def test_everybody_sees_what_they_owe_and_leads_what_all_do(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")

    mine, nothing = await office.says(PRIYA, "tasks"), await office.says(FARAH, "tasks")
    all_of_it, refused = await office.says(MORAG, "tasks all"), await office.says(FARAH, "tasks all")

    assert "M-1 · a promise: “a call back” · due 20 Nov at 09:00" in mine
    assert nothing.startswith("You owe nothing just now.")
    assert "a call back” · Priya Shah · due" in all_of_it
    assert refused == "Team leads see what everybody owes. Ask Morag Muir."


async def test_the_only_one_has_its_buttons_and_each_of_several_opens(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")
    one = await office.ask(PRIYA, "tasks")
    await office.ask(PRIYA, "promise 1 Thursday a letter")

    several = await office.ask(PRIYA, "tasks")
    assert isinstance(several, Answer)
    first = await office.ask(PRIYA, f"tasks {several.buttons[0].argument}", Way.PRESSED)

    assert isinstance(one, Answer)
    assert isinstance(first, Answer)
    assert [button.label for button in one.buttons] == ["Done", "Later", "Give", "Can’t Keep It"]
    assert "a letter" in first.plain


async def test_done_ends_it_and_a_second_press_says_so(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")
    shown = await office.ask(PRIYA, "tasks")
    assert isinstance(shown, Answer)
    press = f"tasks {shown.buttons[0].argument}"

    told = [await office.says(PRIYA, press, Way.PRESSED), await office.says(PRIYA, press, Way.PRESSED)]

    assert told[0] == "Done: a promise: “a call back”, M-1. Nobody is asked about it any more."
    assert told[1].startswith("That is done already")
    assert (await owed(office))["done_by"] == PRIYA.id


async def test_it_can_be_named_by_its_mention_while_it_is_the_only_one(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")
    await office.ask(PRIYA, "promise 1 Friday a letter")

    two = await office.says(PRIYA, "tasks done 1")
    none = await office.says(MORAG, "tasks done 2")

    assert two == "More than one thing is owed on M-1. To choose one: /mention tasks"
    assert none.startswith("There is no M-2")


async def test_later_asks_until_when_and_says_that_the_public_was_told_otherwise(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")
    shown = await office.ask(PRIYA, "tasks")
    assert isinstance(shown, Answer)

    form = await office.ask(PRIYA, f"tasks {shown.buttons[1].argument}", Way.PRESSED)
    answer = await office.sends_in(PRIYA, form, {"when": "2026-11-24 10:00"})

    assert isinstance(answer, Answer)
    assert "is due now on 24 Nov at 10:00. If the public was told a time, tell them the new one." in answer.plain
    assert (await owed(office))["next_ask_at"] == datetime(2026, 11, 24, 10, tzinfo=UTC)


async def test_give_hands_it_to_a_colleague_in_the_channel_and_to_nobody_else(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")

    outside = await office.says(PRIYA, f"tasks give 1 <@{TAM.id}>")
    form = await office.ask(PRIYA, "tasks give 1", Way.PRESSED)
    told = await office.says(PRIYA, f"tasks give 1 <@{FARAH.id}>")

    assert outside.startswith("Name a colleague with @ who is in the channel mentions")
    assert isinstance(form, Form)
    assert FARAH.id in form.fields[0].choices
    assert told == "Farah Ali has it now: a promise: “a call back”, M-1. They have been told."
    assert (await owed(office))["to"] == FARAH.id


async def test_a_colleague_cannot_tick_off_what_somebody_else_owes_and_a_lead_can(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")

    refused = await office.says(FARAH, "tasks done 1")
    done = await office.says(MORAG, "tasks done 1")

    assert refused == "Whoever owes that for M-1, or Morag Muir, can say so."
    assert done.startswith("Done:")


async def test_a_second_look_is_not_ticked_off_without_looking(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, "hide 1 3.2 names a colleague")

    told = await office.says(FARAH, "tasks done 1")

    assert told.startswith("Look at M-1 first, then keep it hidden: /mention hide 1 keep")


async def test_the_record_says_who_owes_what_by_when(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 1 Friday a call back")
    await office.ask(PRIYA, "tasks done 1 rang at noon")

    told = await office.says(MORAG, "record 1")

    assert "Priya Shah noted what is owed (promise): Priya Shah by 20 Nov at 09:00" in told
    assert "Priya Shah did what was owed (the promise was kept): rang at noon" in told
