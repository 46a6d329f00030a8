"""Buttons of an earlier reply, still there to be pressed, and numbers that are no references."""

import pytest

from bot.card import Answer
from bot.command import Way
from bot.mention import Action, State
from bot.portray import card_of
from bot.reply import ReplyState
from tests.handlers.office import PRIYA, Office

REFUSED = "That is about an earlier reply to M-1. Look at its card as it is now."


async def button(office: Office, label: str) -> str:
    """What pressing that button on M-1's card asks for."""
    card = card_of(await office.desk.story("M-1"), office.desk.house, office.clock.now())
    found = next(one for one in card.buttons if one.label == label)
    return f"{found.verb} {found.ref} {found.argument}"


async def press(office: Office, asked: str) -> str:
    """What is answered to that press."""
    return await office.says(PRIYA, asked, Way.PRESSED)


async def test_undo_of_an_earlier_reply_does_not_stop_the_one_on_its_way(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.replies(PRIYA, 1, "It is open.")
    early = await button(office, "Undo")
    await press(office, early)
    await office.replies(PRIYA, 1, "It is shut.")

    told = await press(office, early)

    assert told == REFUSED
    assert (await office.now(1)).state is State.REPLYING
    assert (await press(office, await button(office, "Undo"))).startswith("Stopped in time")


async def test_undo_in_the_answer_to_an_earlier_reply_does_not_stop_the_one_on_its_way(office: Office) -> None:
    await office.hears("Is my school shut?")
    answer = await office.replies(PRIYA, 1, "It is open.")
    assert isinstance(answer, Answer)
    undo = f"undo M-1 {answer.buttons[0].argument}"
    await press(office, undo)
    await office.replies(PRIYA, 1, "It is shut.")

    assert await press(office, undo) == REFUSED
    assert (await office.now(1)).state is State.REPLYING


@pytest.mark.parametrize("label", ["It Is There", "It Is Not"])
async def test_a_word_on_an_earlier_reply_settles_nothing_about_the_one_in_doubt(office: Office, label: str) -> None:
    await office.hears("Is my school shut?")
    await in_doubt(office, "It is open.")
    early = await button(office, label)
    await office.system("M-1", Action.NOT_SENT)
    await in_doubt(office, "It is shut.")

    told = await press(office, early)

    live = (await office.desk.story("M-1")).live_reply
    assert told == REFUSED
    assert live
    assert (live.text, live.state) == ("It is shut.", ReplyState.UNSURE)


async def test_a_button_pressed_after_its_reply_is_over_says_how_things_stand(office: Office) -> None:
    await office.hears("Is my school shut?")
    await in_doubt(office, "It is open.")
    early = await button(office, "It Is Not")
    await office.system("M-1", Action.SENT)

    told = await press(office, early)

    assert told.startswith("M-1 has been answered by Priya Shah.")


async def test_undo_typed_with_a_word_behind_it_is_about_the_reply_there_is(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.replies(PRIYA, 1, "It is open.")

    assert (await office.says(PRIYA, "undo 1 please")).startswith("Stopped in time")


async def in_doubt(office: Office, text: str) -> None:
    """A reply nobody can account for."""
    await office.replies(PRIYA, 1, text)
    await office.system("M-1", Action.UNSURE)


# --- numbers under a card -----------------------------------------------------------------------------------------


async def test_a_number_before_other_words_under_a_card_is_one_of_the_words(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.hears("And mine?", by="Ann")

    told = await office.says(PRIYA, "close 2 streets have this", Way.SAID, ref="M-1")

    assert told == "M-1 is closed, no reply needed: 2 streets have this"
    assert (await office.now(2)).state is State.NEW


@pytest.mark.parametrize("written", ["M-2 spam", "#2 spam", "m2 spam"])
async def test_a_reference_that_can_be_nothing_else_is_meant_under_any_card(office: Office, written: str) -> None:
    await office.hears("Is my school shut?")
    await office.hears("And mine?", by="Ann")

    await office.ask(PRIYA, f"close {written}", Way.SAID, ref="M-1")

    assert (await office.now(1)).state is State.NEW
    assert (await office.now(2)).close_reason == "spam"


async def test_a_number_alone_under_a_card_is_the_mention_of_that_number(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.hears("And mine?", by="Ann")

    await office.ask(PRIYA, "claim 2", Way.SAID, ref="M-1")

    assert (await office.now(2)).owner == PRIYA.id
