"""``why``: who decided what, when and for what reason, also long after they have left; and of what is no mention."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mention import SYSTEM, Action, Move
from bot.register import Kept
from bot.saving.saved import Wish
from bot.store.duty import departed
from bot.store.replying import saved
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, Office

pytestmark = pytest.mark.slow  # an office for each
Opens = Callable[..., Office]
PINS = Kept("pins", "pins", "Pinterest", custodian=PRIYA.id, kept_in="the safe", is_listed=True)


async def opened(open_office: Opens, **rules: object) -> Office:
    """Everybody has been met."""
    office = open_office(**rules)
    for person in (PRIYA, FARAH, DEV, MORAG):
        await office.desk.meet(person)
    return office


async def leaves(office: Office) -> None:
    """Priya has no account in the chat any more."""
    now = office.clock.now()
    await office.database.write(departed.depart, PRIYA.id, house=office.desk.house, now=now)
    await office.ask(MORAG, f"leaver <@{PRIYA.id}>")


async def test_each_decision_says_who_when_and_why(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("Who owns the alley behind Mill Road?")
    await office.ask(PRIYA, "claim 1")
    await office.ask(PRIYA, f"give 1 <@{DEV.id}> he knows the alley")
    await office.ask(PRIYA, "snooze 1 tomorrow highways will know")
    await office.ask(MORAG, "close 1 it is private land")
    await office.desk.make(Move("M-1", Action.ERASE, by=SYSTEM, detail={"because": "its time is over"}))

    told = await office.says(FARAH, "why 1")

    assert told.splitlines()[-4:] == [
        "17 November 2026 · Priya Shah offered it to Dev Rao: he knows the alley.",
        "17 November 2026 · Priya Shah let it sleep until 18 Nov at 09:00: highways will know.",
        "17 November 2026 · Morag Muir closed it: it is private land.",
        "17 November 2026 · erased what the public said: its time is over.",
    ]


async def test_a_year_later_a_habit_explains_itself_though_whoever_decided_it_has_left(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("Same question as every Monday", by="Gerald")
    await office.ask(PRIYA, "note 1 Decision: answer Gerald once a month, policy 4.2; look again in a year")
    await office.ask(PRIYA, "note 1 he was in a good mood")
    await office.ask(PRIYA, "close 1 answered last week")
    await office.hears("What about my rent?", by="Gerald", private=True)
    await office.ask(PRIYA, "close 2 the housing team rings him")
    await leaves(office)
    office.clock.advance(timedelta(days=365))
    await office.hears("It's Gerald. Same question as every Monday.", by="Gerald")
    await office.hears("Is my school shut?", by="Ann")

    told, elsewhere = await office.says(FARAH, "why 3"), await office.says(FARAH, "why 4")

    assert told.splitlines()[-4:] == [
        "Decided before about the same author",
        "M-1 · Priya Shah, 17 November 2026: answered last week",
        "M-1 · Priya Shah, 17 November 2026: Decision: answer Gerald once a month, policy 4.2; look again in a year",
        "To leave one for later: /mention note 3 decision: what, why, and when to look again",
    ]
    assert "Decided before" not in elsewhere
    assert "M-2" not in await office.says(MORAG, "why 3"), "it is said where others read it"


async def test_a_promise_that_was_broken_and_a_reply_past_a_finding_are_decisions(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "promise 1 Friday 5pm a call back")
    await office.ask(PRIYA, "tasks broken 1 the school does not pick up")

    told = await office.says(FARAH, "why 1")

    assert told.splitlines()[-1] == (
        "17 November 2026 · Priya Shah said that a promise cannot be kept: the school does not pick up."
    )


async def test_a_right_and_a_hold_say_who_and_why(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("How much did the chairs cost?")
    await office.desk.make(Move("M-1", Action.RIGHT, by=PRIYA.id, detail={"deed": "put", "label": "foi"}))
    await office.ask(MORAG, "keep 1 a court case")

    told = await office.says(FARAH, "why 1")

    assert told.splitlines()[-2:] == [
        "17 November 2026 · Priya Shah put a right on it: Freedom of information request, answer by 2026-12-15, Priya Shah.",
        "17 November 2026 · Morag Muir put a hold on its words: a court case.",
    ]


async def test_a_saved_reply_says_who_approved_which_words(open_office: Opens) -> None:
    office = await opened(open_office)
    now = office.clock.now()
    wish = Wish("Verges", "Verges are cut in May.", "highways.verge", now + timedelta(days=90), owner=PRIYA.id)
    await office.database.write(saved.make, wish, PRIYA.id, approved=False, now=now)
    before = await office.says(FARAH, "why S-1")
    await office.database.write(saved.end, 1, MORAG.id, why="the contract ended", now=now)
    await leaves(office)

    told = await office.says(FARAH, "why s1")

    assert "Nobody has approved its words as they are now." in before
    assert told.startswith("S-1 “Verges” is ended.\nPriya Shah made it on 17 November 2026.")
    assert told.endswith("Morag Muir ended it: the contract ended")
    assert (await office.says(FARAH, "why S-9")).startswith("Say which saved reply")


async def test_an_account_nobody_holds_any_more_says_since_when(open_office: Opens) -> None:
    office = await opened(open_office, register=(PINS, Kept("x", "@harrowmere", "X", custodian=DEV.id, deputy=MORAG.id)))
    one = await office.says(FARAH, "why pins")
    await leaves(office)

    orphan, fine = await office.says(FARAH, "why @pins"), await office.says(FARAH, "why harrowmere")
    await office.ask(MORAG, "stop a hijack")
    stopped = await office.says(FARAH, "why harrowmere")

    assert "One person holds it: if they leave, nobody can sign in." in one
    assert "It has had no active owner since 17 November 2026, when Priya Shah left." in orphan
    assert "reads nothing there" in orphan
    assert fine.splitlines()[1:] == ["Replies from it are given by hand: Tolbooth cannot send there."]
    assert "Morag Muir stopped publishing everywhere on 17 Nov at 09:00." in stopped


async def test_what_nothing_is_called_is_answered_with_what_can_be_asked(open_office: Opens) -> None:
    office = await opened(open_office)

    told = await office.says(PRIYA, "why is the sky blue")

    assert told == (
        "Nothing here is called “is the sky blue”. You can ask about a mention: /mention why 142, a saved reply: "
        "/mention why S-4, a watch: /mention why W-3, or an account: /mention why NAME"
    )
    assert (await office.says(PRIYA, "why W-3")).startswith("Say which watch")
    office.desk.house = replace(office.desk.house, register=())
    assert "Nothing here is called" in await office.says(PRIYA, "why pins")


async def test_what_was_decided_privately_is_not_said_under_what_is_public(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("He found me", by="Lou", private=True)
    await office.ask(MORAG, "close 1 a restraining order")
    await office.hears("Is the pool open?", by="Lou")
    await office.hears("Hello?", by="Lou", private=True)

    public, private = await office.says(MORAG, "why 2"), await office.says(MORAG, "why 3")

    assert ("restraining" in public, "restraining" in private) == (False, True)
