"""Corrections that come before their post, words that change what was thought done, and cards that were missing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.engine.audit import seal
from bot.mention import Action, State
from bot.ports import Edited, Gone
from bot.store import schema
from bot.store.executor import Database
from bot.store.intake import arrivals
from bot.store.intake.corrections import Taken
from bot.triage import read_rules
from tests.bot.council import Bench, account, house, post

PRIYA, MORAG, DEV = "U0PRIYA", "U0MORAG", "U0DEV"
DANGER = "There is a gas leak on Mill Road"
AGAIN = "Is my brown bin day changed?"
SHIPPED = read_rules()


def listening(bench: Bench) -> Bench:
    """The same council, with the word list that ships."""
    bench.desk.house = replace(bench.house, triage=SHIPPED)
    return bench


# --- before their post -------------------------------------------------------------------------------------------


async def test_an_edit_that_comes_before_its_post_is_not_lost(either: Bench) -> None:
    await either.arrives(Edited("p1", AGAIN, either.clock.now()))

    await either.arrives(post("p1"))

    earlier = await either.one(schema.earlier_text)
    assert (await either.mention()).text == AGAIN
    assert earlier["text"] == "Is my bin day changed?"
    assert await either.all(schema.early) == []
    assert await either.actions() == ["received", "edit"]
    assert (await either.verdict()).startswith("ok")


async def test_an_edit_that_comes_before_an_addition_is_not_lost(bench: Bench) -> None:
    await bench.arrives(post("p1"), Edited("p2", AGAIN, bench.clock.now()))

    await bench.arrives(post("p2", "And the other?", conversation="p1"))

    assert [one.text for one in (await bench.desk.story("M-1")).additions] == [AGAIN]


async def test_of_two_edits_before_their_post_the_newer_counts_whichever_comes_first(bench: Bench) -> None:
    now = bench.clock.now()
    await bench.arrives(Edited("p1", "newer", now), Edited("p1", "older", now - timedelta(minutes=1)))

    await bench.arrives(post("p1"))

    assert (await bench.mention()).text == "newer"


@pytest.mark.parametrize("edit_first", [True, False])
async def test_a_post_that_was_deleted_before_it_came_is_never_shown(either: Bench, edit_first: bool) -> None:
    edit, gone = Edited("p1", DANGER, either.clock.now()), Gone("p1", either.clock.now())
    await either.arrives(*((edit, gone) if edit_first else (gone, edit)))

    came = await either.desk.take_in([post("p1", DANGER)], "website")
    again = await either.desk.take_in([post("p1", DANGER)], "website")

    assert came == again == Taken(known=1)
    assert await either.all(schema.mention) == []
    assert DANGER not in str(await either.at_rest())


async def test_a_correction_for_another_account_is_another_posts(database: Database, clock: MovableClock) -> None:
    bench = Bench(database, clock, house(account("website"), account("x")))
    await bench.arrives(Gone("p1", clock.now()), account="x")

    await bench.arrives(post("p1"))

    assert (await bench.mention()).text == "Is my bin day changed?"


async def test_a_correction_whose_post_never_comes_is_forgotten_after_a_week(bench: Bench) -> None:
    await bench.arrives(Edited("p9", AGAIN, bench.clock.now()))
    await bench.arrives(post("p1"))

    await bench.db.write(seal, bench.clock.advance(timedelta(days=6)), "")
    kept = await bench.all(schema.early)
    await bench.db.write(seal, bench.clock.advance(timedelta(days=2)), "")

    assert len(kept) == 1
    assert await bench.all(schema.early) == []


# --- words the list knows ----------------------------------------------------------------------------------------


async def test_words_the_list_knows_raise_a_mention_and_the_record_says_which_rule(either: Bench) -> None:
    listening(either)

    await either.arrives(post("p1", DANGER))

    after = await either.mention()
    assert (after.priority, after.flags) != ("P3", ())
    assert (await either.desk.events("M-1"))[0]["changes"]["rule"]  # type: ignore[index]
    assert (await either.verdict()).startswith("ok")


@pytest.mark.parametrize("what", [post("p2", DANGER, conversation="p1"), Edited("p1", DANGER, post().posted_at)])
async def test_what_is_added_or_changed_may_raise_it(bench: Bench, what: object) -> None:
    listening(bench)
    await bench.arrives(post("p1"))

    await bench.arrives(what)

    assert (await bench.mention()).priority < "P3"
    assert "priority" in await bench.actions()


@pytest.mark.parametrize("set_by_a_person", ["P0", "P4"])
async def test_other_words_change_no_priority_that_a_person_set(bench: Bench, set_by_a_person: str) -> None:
    listening(bench)
    await bench.arrives(post("p1"))
    await bench.does(Action.PRIORITY, PRIYA, priority=set_by_a_person, note="looked")

    await bench.arrives(post("p2", "Thank you", conversation="p1"), Edited("p1", AGAIN, bench.clock.now()))

    assert (await bench.mention()).priority == set_by_a_person


async def test_the_list_never_lowers_what_a_person_raised(bench: Bench) -> None:
    listening(bench)
    await bench.arrives(post("p1"))
    await bench.does(Action.PRIORITY, PRIYA, priority="P0")

    for rule in SHIPPED:
        word = rule.words.pattern.split("|")[0].removeprefix(r"(?<!\w)").removesuffix(r"(?!\w)").replace("\\", "")
        await bench.arrives(post(f"about {rule.name}", word, conversation="p1"))

    assert (await bench.mention()).priority == "P0"


async def test_a_person_may_lower_it_and_the_reason_is_under_the_card(bench: Bench) -> None:
    listening(bench)
    await bench.arrives(post("p1", DANGER))

    after = await bench.does(Action.PRIORITY, PRIYA, priority="P3", note="an old song")

    assert after.priority == "P3"
    assert (await bench.told(kind="thread"))[-1] == "priority"


async def test_the_same_priority_again_changes_nothing(bench: Bench) -> None:
    await bench.arrives()

    await bench.does(Action.PRIORITY, PRIYA, priority="P3")

    assert await bench.actions() == ["received"]


async def test_an_edit_to_words_the_list_knows_opens_what_was_done(bench: Bench) -> None:
    listening(bench)
    await bench.arrives()
    await bench.does(Action.CLOSE, PRIYA, note="praise")

    await bench.arrives(Edited("p1", DANGER, bench.clock.now()))

    assert (await bench.mention()).state is State.NEW
    assert await bench.actions() == ["received", "close", "reopen", "priority", "edit"]
    assert (await bench.verdict()).startswith("ok")


async def test_an_edit_to_words_the_list_knows_wakes_what_sleeps(bench: Bench) -> None:
    listening(bench)
    await bench.arrives()
    await bench.does(Action.SNOOZE, PRIYA, until=bench.clock.now() + timedelta(days=3), note="highways")

    await bench.arrives(Edited("p1", DANGER, bench.clock.now()))

    assert (await bench.mention()).state is State.NEW


async def test_any_other_edit_leaves_what_was_done_as_it_is(bench: Bench) -> None:
    listening(bench)
    await bench.arrives()
    await bench.does(Action.CLOSE, PRIYA, note="praise")

    await bench.arrives(Edited("p1", AGAIN, bench.clock.now()))

    assert (await bench.mention()).state is State.CLOSED


async def test_a_priority_that_is_higher_comes_first_in_the_queue(either: Bench) -> None:
    await either.arrives(post("p1"), post("p2", by="ann"))

    await either.does(Action.PRIORITY, PRIYA, priority="P1", ref="M-2")

    assert await either.desk.next_waiting() == "M-2"


# --- cards that were missing -------------------------------------------------------------------------------------


async def test_open_mentions_without_a_card_get_one_once_there_is_a_chat(either: Bench) -> None:
    with_chat = either.house
    either.desk.house = replace(with_chat, chats=())
    await either.arrives(post("p1"), post("p2", by="ann"), post("p3", by="bob"))
    await either.does(Action.CLOSE, PRIYA, ref="M-2", note="spam")

    first = await either.db.write(arrivals.announce_missing, with_chat, either.clock.now())
    again = await either.db.write(arrivals.announce_missing, with_chat, either.clock.now())

    assert (first, again) == (2, 0)
    assert [card["number"] for card in await either.all(schema.card)] == [1, 3]


async def test_a_private_message_still_has_no_card_while_there_is_no_channel_for_it(
    database: Database, clock: MovableClock
) -> None:
    bench = Bench(database, clock, house(account(private_channel="")))
    await bench.arrives(post("p1", private=True))

    shown = await bench.db.write(arrivals.announce_missing, bench.house, clock.now())
    later = await bench.db.write(arrivals.announce_missing, house(), clock.now())

    assert (shown, later) == (0, 1)
    assert (await bench.one(schema.card))["channel"] == "private"


@pytest.mark.parametrize(
    ("leads", "officers", "told"),
    [
        ((MORAG, "U0IAN"), (DEV,), {("tell", MORAG), ("tell", "U0IAN")}),
        ((), (DEV,), {("tell", DEV)}),
        ((), (), {("post", "mentions")}),
    ],
)
async def test_somebody_is_always_told_of_a_held_message(
    database: Database, clock: MovableClock, leads: tuple[str, ...], officers: tuple[str, ...], told: set[tuple[str, str]]
) -> None:
    bench = Bench(database, clock, house(account(private_channel=""), leads=leads, officers=officers))

    await bench.arrives(post("p1", "My daughter Ailsa", private=True))

    said = await bench.all(schema.delivery)
    assert {(row["kind"], row["target"]) for row in said} == told
    assert "Ailsa" not in str(said)
