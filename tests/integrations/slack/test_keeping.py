"""How often what is typed is written, and in which order: events in any order, the rest between two writes by hand."""

import asyncio
from collections.abc import Callable

import pytest

from bot.command import Place, Way
from integrations.slack.in_hand import InHand
from integrations.slack.keeping import TRIES, Keeping
from integrations.slack.payloads import Asked
from integrations.slack.typed_in import Typed


class Desk:
    """Remembers what was kept; rests until it is let go on; refuses as often as it is told to."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.refusals = 0
        self.rested = asyncio.Event()
        self.is_broken = False
        self.in_hand = InHand()
        self.keeping = Keeping(self.keep, self.in_hand, self.rest)

    async def keep(self, asked: Asked) -> bool:
        if self.is_broken:
            raise RuntimeError("a bug")
        if self.refusals:
            self.refusals -= 1
            return False
        self.kept.append(asked.values["text"])
        return True

    async def rest(self) -> None:
        await self.rested.wait()

    def types(self, text: str, at: float, **where: str) -> None:
        self.keeping.typed(Typed(form(text, **where), at))

    async def a_second_passes(self) -> None:
        self.rested.set()
        await settle(lambda: not len(self.in_hand))
        self.rested.clear()


@pytest.fixture
async def desk() -> Desk:
    return Desk()


def form(text: str, user: str = "U0PRIYA", view: str = "V1", drawn: str = "1.a") -> Asked:
    at = Place("slack", "C0MENTIONS", ref="M-1")
    values = {"text": text}
    return Asked(user, "reply", "M-1", at, "key", Way.HAPPENED, step="keep", values=values, view=view, drawn=drawn)


async def settle(done: Callable[[], bool] = lambda: False) -> None:
    """Let everything run that can."""
    for _ in range(50):
        if done():
            return
        await asyncio.sleep(0)


async def test_the_first_letters_are_written_at_once_and_then_the_newest_once_a_second(desk):
    for at, text in enumerate(("S", "So", "Sor", "Sorr"), 1):
        desk.types(text, at)
    await settle()
    at_once = list(desk.kept)
    await desk.a_second_passes()

    assert at_once == ["Sorr"]
    desk.types("Sorry", 5)
    await settle()
    desk.types("Sorry.", 6)
    desk.types("Sorry. We", 7)
    await settle()
    within_the_second = list(desk.kept)
    await desk.a_second_passes()

    assert within_the_second == ["Sorr", "Sorry"]
    assert desk.kept == ["Sorr", "Sorry", "Sorry. We"]


async def test_letters_that_arrive_late_do_not_take_the_place_of_newer_ones(desk):
    desk.types("Sorry", 2)
    await desk.a_second_passes()
    desk.types("Sor", 1)
    await desk.a_second_passes()

    assert desk.kept == ["Sorry"]


async def test_each_person_and_each_form_is_kept_apart(desk):
    desk.types("one", 1)
    desk.types("two", 1, user="U0DEV")
    desk.types("three", 1, view="V2")
    await settle()

    assert sorted(desk.kept) == ["one", "three", "two"]


async def test_what_could_not_be_written_is_tried_again_a_few_times(desk):
    desk.refusals = 2
    desk.types("Sorry", 1)
    for _ in range(3):
        await desk.a_second_passes()
    desk.refusals = TRIES
    desk.types("Sorry.", 2)
    for _ in range(TRIES + 1):
        await desk.a_second_passes()

    assert desk.kept == ["Sorry"]


async def test_whatever_is_done_with_a_form_comes_after_what_was_typed_in_it(desk):
    desk.types("Sor", 1)
    await settle()
    desk.types("Sorry", 2)

    await desk.keeping.before(form("Sorry"))

    assert desk.kept == ["Sor", "Sorry"]


async def test_nothing_is_written_while_something_is_done_with_the_form(desk):
    await desk.keeping.before(form("Sorry"))
    desk.types("Sorry", 2)
    await settle()

    assert desk.kept == []


async def test_letters_that_arrive_after_the_form_was_sent_in_are_let_go(desk):
    asked = form("Sorry")
    await desk.keeping.before(asked)
    desk.types("Sor", 1)
    desk.keeping.after(asked, stays=False)
    desk.types("Sorr", 2)
    await settle()

    assert desk.kept == []


async def test_letters_typed_into_a_form_that_stayed_are_kept(desk):
    asked = form("Sorry")
    await desk.keeping.before(asked)
    desk.types("Sorry.", 1)
    desk.keeping.after(asked, stays=True)
    await settle()

    assert desk.kept == ["Sorry."]


async def test_a_form_drawn_anew_in_the_same_window_is_kept_again(desk):
    asked = form("Sorry")
    await desk.keeping.before(asked)
    desk.keeping.after(asked, stays=False)
    desk.types("Sorry, we are", 3, drawn="2.b")
    await settle()

    assert desk.kept == ["Sorry, we are"]


async def test_closing_a_form_writes_what_waits_at_once(desk):
    desk.types("Sor", 1)
    await settle()
    desk.types("Sorry", 2)
    desk.keeping.closed(Typed(form(""), float("inf")))
    await settle()

    assert desk.kept == ["Sor", "Sorry"]


async def test_what_slack_says_a_closed_form_held_is_kept_unless_it_says_nothing(desk):
    desk.keeping.closed(Typed(form(""), float("inf")))
    desk.keeping.closed(Typed(form("Sorry", view="V2"), float("inf")))
    await settle()

    assert desk.kept == ["Sorry"]


async def test_stopping_writes_what_waits_without_a_rest(desk):
    desk.types("Sor", 1)
    await settle()
    desk.types("Sorry", 2)
    desk.keeping.hurry()
    await desk.in_hand.finish(1)

    assert desk.kept == ["Sor", "Sorry"]


async def test_a_fault_in_writing_does_not_end_the_keeping(desk):
    desk.is_broken = True
    desk.types("Sor", 1)
    await settle()
    desk.is_broken = False
    desk.types("Sorry", 2)
    await settle()

    assert desk.kept == ["Sorry"]
