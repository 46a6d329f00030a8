"""Every refusal there are words for, brought about by a verb, and kept in ``golden/answers`` to be read as staff would."""

import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import words
from bot.clock import MovableClock
from bot.command import Staff, Way
from bot.delivery import Rank
from bot.errors import NotAllowed
from bot.mention import Action, Author, Mention, Move, State
from bot.moving import allows
from bot.store.sending import outbox
from tests.handlers.drawn import assert_golden
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office

CAME = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
BY_THE_BOT = {Action.EXPIRE, Action.WAKE, Action.UNSURE, Action.REOPEN}
Asked = tuple[Staff, str]
ASKED: Mapping[str, tuple[list[Asked], Asked]] = {
    "taken": ([(PRIYA, "claim 1")], (FARAH, "claim 1")),
    "taken, and another waits": ([(PRIYA, "claim 1"), (PRIYA, "add caller says bins missed")], (FARAH, "claim 1")),
    "taken, asleep": ([(PRIYA, "claim 1"), (PRIYA, "snooze 1 2h the depot knows")], (FARAH, "claim 1")),
    "not_yours, release": ([(PRIYA, "claim 1")], (FARAH, "release 1")),
    "not_yours, close": ([(PRIYA, "claim 1")], (FARAH, "close 1 spam")),
    "not_yours, reply": ([(PRIYA, "claim 1")], (FARAH, "reply 1")),
    "not_yours, done": ([(PRIYA, "claim 1")], (FARAH, "done 1")),
    "not_yours, give": ([(PRIYA, "claim 1")], (FARAH, f"give 1 <@{MORAG.id}>")),
    "not_yours, snooze": ([(PRIYA, "claim 1")], (FARAH, "snooze 1 2h waiting")),
    "not_yours, reply to one that sleeps": (
        [(PRIYA, "claim 1"), (PRIYA, "snooze 1 2h the depot knows")],
        (FARAH, "reply 1"),
    ),
    "not_now, snooze again": ([(PRIYA, "snooze 1 2h the depot knows")], (FARAH, "snooze 1 3h waiting")),
    "not_now, undo": ([], (PRIYA, "undo 1")),
    "nobody_has, release": ([], (PRIYA, "release 1")),
    "nobody_has, give": ([], (PRIYA, f"give 1 <@{FARAH.id}>")),
    "nobody_has, accept": ([], (PRIYA, "accept 1")),
    "answered_already, claim": ([(PRIYA, "done 1")], (FARAH, "claim 1")),
    "answered_already, undo": ([(PRIYA, "done 1")], (PRIYA, "undo 1")),
    "answered_already, done": ([(PRIYA, "done 1")], (FARAH, "done 1")),
    "answered_already, priority": ([(PRIYA, "done 1")], (FARAH, "priority 1 P1")),
    "needs_reason": ([], (PRIYA, "close 1")),
    "held_private": ([], (FARAH, "claim 2")),
    "not_in_channel": ([], (TAM, "claim 1")),
    "may_not_reply": ([], (PRIYA, "reply 1")),
    "too_long": ([], (PRIYA, f"reply 1 {'word ' * 601}")),
    "gives_to_owner": ([(PRIYA, "claim 1")], (PRIYA, f"give 1 <@{PRIYA.id}>")),
    "gives_to_owner, by a lead": ([(PRIYA, "claim 1")], (MORAG, f"give 1 <@{PRIYA.id}>")),
    "no_offer": ([(PRIYA, "claim 1")], (FARAH, "accept 1")),
    "no_offer, to another": ([(PRIYA, "claim 1"), (PRIYA, f"give 1 <@{FARAH.id}>")], (MORAG, "accept 1")),
    "cannot_be_given": ([(PRIYA, "claim 1")], (PRIYA, f"give 1 <@{TAM.id}>")),
    "cannot_be_given, to nobody we know": ([(PRIYA, "claim 1")], (PRIYA, "give 1 @somebody")),
    "held_is_for_leads": ([(MORAG, "claim 2")], (MORAG, f"give 2 <@{FARAH.id}>")),
    "priority, lowered": ([(PRIYA, "priority 1 P1")], (FARAH, "priority 1 P3")),
    "priority, none such": ([], (FARAH, "priority 1 urgent")),
    "snooze, when": ([], (FARAH, "snooze 1 later")),
    "snooze, past": ([], (FARAH, "snooze 1 2026-11-01 waiting")),
    "snooze, too long": ([], (FARAH, "snooze 1 8d waiting")),
    "snooze, why": ([], (FARAH, "snooze 1 tomorrow")),
    "give, to whom": ([(PRIYA, "claim 1")], (PRIYA, "give 1 farah")),
    "find, what": ([], (PRIYA, "find -film")),
    "stop, who": ([], (PRIYA, "stop wrong figures")),
    "stop, why": ([], (MORAG, "stop")),
    "stop, twice": ([(MORAG, "stop wrong figures")], (MORAG, "stop wrong figures")),
    "start, who": ([(MORAG, "stop wrong figures")], (PRIYA, "start")),
    "settle, which": ([], (PRIYA, "settle 1")),
}
NOT_BY_A_VERB_ALONE = {"too_late", "wrote_again"}
"""Below: they need the world to move between two presses."""


async def answered(office: Office, case: str) -> str:
    """What is answered in a case of the table."""
    for person in (PRIYA, FARAH, MORAG):
        await office.desk.meet(person)
    await office.hears("Is my school shut?")
    await office.hears("I cannot pay", on="form", by="Dan", private=True)
    before, (who, line) = ASKED[case]
    for earlier in before:
        await office.ask(*earlier)
    told = await office.says(who, line)
    return told.partition("\nThese are your words; ")[0]  # what was too long for any form is given back whole


async def test_the_refusals_read_as_in_the_golden_file(blank: Path, tmp_path: Path, clock: MovableClock) -> None:
    told = {}
    for number, case in enumerate(ASKED):
        (tmp_path / str(number)).mkdir()
        rules: dict[str, Any] = {"restricted": case == "may_not_reply", "officers": (DEV.id,)}
        with closing(Office(blank, tmp_path / str(number), clock, **rules)) as office:
            told[case] = await answered(office, case)

    for sentence in told.values():
        assert_reads_well(sentence)
    assert_golden("answers/refusals.txt", "\n\n".join(f"## {case}\n{sentence}" for case, sentence in told.items()))


def assert_reads_well(told: str) -> None:
    """One line, no ids, nothing left to be spelled, nobody told off."""
    assert "\n" not in told
    assert not re.search(r"U0[A-Z]|\x02|\x03|  | [:,.]|\bNone\b", told), told
    assert not re.search(r"\b(must|error|invalid|illegal|forbidden|denied|cannot do that)\b", told, re.IGNORECASE), told
    assert told[0].isupper() or told[0] in "“0123456789"


def test_every_refusal_there_are_words_for_is_brought_about() -> None:
    source = words.__loader__.get_source("bot.words")  # type: ignore[union-attr]
    refusals = set(re.findall(r"^def (\w+)\(", source.split("# --- refusals")[1], re.MULTILINE))

    assert refusals - {"next_in_queue", "offered", "snoozed"} == {case.split(",")[0] for case in ASKED} & refusals | (
        NOT_BY_A_VERB_ALONE
    )


async def test_undo_after_the_reply_has_left_says_so(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.replies(PRIYA, 1, "It is open.")
    office.clock.advance(seconds=11)
    await office.database.write(outbox.due, office.clock.now(), "the sender", 16, up_to=Rank.REDRAW)

    told = await office.says(PRIYA, "undo 1", Way.PRESSED)

    assert told == "Too late to stop it: the reply to M-1 has already left."
    assert (await office.now(1)).state is State.REPLYING


async def test_a_reply_to_what_was_said_before_the_author_wrote_again_is_kept_and_not_sent(office: Office) -> None:
    await office.hears("Is my school shut?", native_id="p1", conversation="p1")
    await office.hears("And the pool?", native_id="p2", in_reply_to="p1", conversation="p1")

    with pytest.raises(NotAllowed, match=r"wrote again just now\. Your draft is kept"):
        await office.desk.make(Move("M-1", Action.REPLY, by=PRIYA.id, text="It is open.", detail={"answers": "p1"}))


def mention_in(state: State) -> Mention:
    """A mention in that state; Priya has it where somebody must."""
    owner = None if state in (State.NEW, State.CLOSED) else PRIYA.id
    return Mention(
        **{"number": 1, "account": "website", "network": "webchat", "native_id": "p1", "url": "", "conversation": "p1"},  # type: ignore[arg-type]
        author=Author("a1", "Lou"),
        text="Is my school shut?",
        language="en",
        kind="mention",
        private=False,
        media=(),
        posted_at=CAME,
        received_at=CAME,
        state=state,
        owner=owner,
        close_reason="spam" if state is State.CLOSED else "",
    )


def test_every_move_that_is_not_in_the_table_is_refused_in_words_that_help() -> None:
    refused = [
        (state, action, words.spelled(words.not_now(mention_in(state), action, "Priya Shah"), {"mention": "/mention"}))
        for state in State
        for action in Action
        if not allows(state, action) and action not in BY_THE_BOT
    ]

    for _, _, told in refused:
        assert_reads_well(told)
        assert "M-1" in told
        assert "/mention" in told or "its card" in told
    assert_golden("answers/refused_moves.txt", "\n".join(f"{state} + {action}: {told}" for state, action, told in refused))
