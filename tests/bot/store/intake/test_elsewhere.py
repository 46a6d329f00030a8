"""Answers given outside Tolbooth: they end what waits, stop what was about to say it twice, and are kept once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mention import SYSTEM, Action, State
from bot.portray import card_of
from bot.ports import Answered, Edited, Gone
from bot.reply import ReplyState
from bot.store import schema
from bot.store.intake.corrections import Taken
from bot.store.replying.elsewhere import same_words
from tests.bot.council import Bench, post
from tests.bot.engine.fakes import Office

PRIYA = "U0PRIYA"
SAID = "Thursday, as always. See https://example.org/bins"
URL = "https://example.org/us/9"


@pytest.fixture
def office(bench: Bench) -> Office:
    """A desk with a wall and a letterbox."""
    return Office(bench)


def answer(bench: Bench, native_id: str = "us9", to: str = "p1", text: str = SAID) -> Answered:
    """A colleague answers from a telephone."""
    return Answered(native_id, to, text, bench.clock.now(), URL)


async def brought(bench: Bench, state: State) -> None:
    """A mention that Priya has, or put to sleep."""
    await bench.arrives()
    if state is not State.NEW:
        await bench.does(Action.CLAIM, PRIYA)
    if state is State.SNOOZED:
        await bench.does(Action.SNOOZE, PRIYA, until=bench.clock.now() + timedelta(days=1), note="highways")


@pytest.mark.parametrize("state", [State.NEW, State.CLAIMED, State.SNOOZED])
async def test_what_was_answered_elsewhere_is_answered(either: Bench, state: State) -> None:
    await brought(either, state)

    await either.arrives(answer(either))

    after, kept = await either.mention(), await either.one(schema.reply)
    assert (after.state, after.owner) == (State.REPLIED, SYSTEM if state is State.NEW else PRIYA)
    assert (kept["state"], kept["by"], kept["text"], kept["url"]) == (ReplyState.BY_HAND, SYSTEM, SAID, URL)
    assert await either.due_at() is None
    assert "elsewhere" in await either.told(kind="thread")
    assert (await either.actions())[-1] == "elsewhere"
    assert (await either.verdict()).startswith("ok")


async def test_the_same_answer_told_again_changes_nothing(either: Bench) -> None:
    await brought(either, State.NEW)
    await either.arrives(answer(either))
    before = await either.at_rest()

    again = await either.desk.take_in([answer(either), answer(either)], "website")

    assert again == Taken(known=2)
    assert await either.at_rest() == before


async def test_its_card_says_that_nobody_here_wrote_it(bench: Bench) -> None:
    await brought(bench, State.NEW)

    await bench.arrives(answer(bench))

    card = card_of(await bench.desk.story("M-1"), bench.house, bench.clock.now())
    assert card.status[0] == "Answered elsewhere, not through Tolbooth"
    assert card.footer[0] == "M-1 · answered elsewhere · "


async def test_a_reply_that_was_held_stops_and_is_its_writers_draft(either: Bench) -> None:
    await brought(either, State.CLAIMED)
    await either.does(Action.REPLY, PRIYA, text="It is on Friday this week.")

    await either.arrives(answer(either))

    states = {row["by"]: row["state"] for row in await either.all(schema.reply) if row["state"] != ReplyState.WITHDRAWN}
    assert states == {PRIYA: ReplyState.DRAFT, SYSTEM: ReplyState.BY_HAND}
    assert (await either.actions())[-2:] == ["withdraw", "elsewhere"]
    assert "stopped" in await either.told(kind="tell")
    assert (await either.verdict()).startswith("ok")


async def test_a_reply_that_waits_for_approval_comes_back_to_its_writer(bench: Bench) -> None:
    await brought(bench, State.CLAIMED)
    await bench.does(Action.SUBMIT, PRIYA, text="It is on Friday this week.")

    await bench.arrives(answer(bench))

    assert (await bench.mention()).state is State.REPLIED
    assert (await bench.desk.story("M-1")).waiting_reply is None
    assert (await bench.verdict()).startswith("ok")


@pytest.mark.parametrize("action", [Action.ANSWERED, Action.CLOSE])
async def test_what_is_over_already_stays_as_it_is_and_the_answer_is_kept_beside_it(bench: Bench, action: Action) -> None:
    await brought(bench, State.CLAIMED)
    before = await bench.does(action, PRIYA, text="By telephone.", note="rang her")

    await bench.arrives(answer(bench))

    after = await bench.mention()
    assert (after.state, after.ended_at, after.close_reason) == (before.state, before.ended_at, before.close_reason)
    assert "us9" in {row["native_id"] for row in await bench.all(schema.reply)}
    assert (await bench.verdict()).startswith("ok")


async def test_an_answer_older_than_the_authors_newest_words_ends_nothing(bench: Bench) -> None:
    await brought(bench, State.CLAIMED)
    said = answer(bench)
    bench.clock.advance(timedelta(minutes=5))
    await bench.arrives(post("p2", "And the brown bin?", conversation="p1", posted_at=bench.clock.now()))

    await bench.arrives(said)

    assert (await bench.mention()).state is State.CLAIMED
    assert (await bench.one(schema.reply))["native_id"] == "us9"
    assert (await bench.verdict()).startswith("ok")


async def test_an_answer_to_a_whole_private_conversation_is_to_its_newest_mention_by_then(bench: Bench) -> None:
    await bench.arrives(post("p1", conversation="dm-7", private=True))
    said = answer(bench, to="dm-7")
    bench.clock.advance(timedelta(minutes=5))
    await bench.arrives(post("p2", by="ann", conversation="dm-7", private=True, posted_at=bench.clock.now()))

    await bench.arrives(said)

    assert [(await bench.mention(ref)).state for ref in ("M-1", "M-2")] == [State.REPLIED, State.NEW]


@pytest.mark.parametrize("private", [False, True])
async def test_an_answer_to_somebody_elses_post_answers_nobody_below_it(bench: Bench, private: bool) -> None:
    await bench.arrives(post("p1", conversation="R"), post("p2", by="zed", conversation="R", private=private))

    await bench.arrives(answer(bench, to="R"))

    assert [(await bench.mention(ref)).state for ref in ("M-1", "M-2")] == [State.NEW, State.NEW]


async def test_an_answer_to_what_we_do_not_hold_is_nothing_to_us(bench: Bench) -> None:
    await bench.arrives()

    taken = await bench.desk.take_in([answer(bench, to="p77"), answer(bench, to="")], "website")

    assert taken == Taken(known=2)
    assert await bench.actions() == ["received"]


@pytest.mark.parametrize("to", ["p0", "dm-7"])
async def test_yesterdays_answer_told_late_ends_nothing_that_was_said_today(either: Bench, to: str) -> None:
    now, yesterday = either.clock.now(), either.clock.now() - timedelta(days=1)
    await either.arrives(post("p1", "My gas is leaking", conversation="dm-7", private=True, posted_at=now))
    late = post("p0", "When are bins?", conversation="dm-7", private=True, posted_at=yesterday)

    await either.arrives(late, Answered("us9", to, "Tuesdays.", yesterday + timedelta(hours=1)))

    assert (await either.mention()).state is State.NEW
    assert await either.due_at() is not None
    assert (await either.verdict()).startswith("ok")


# --- before their post -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("private", [False, True])
async def test_an_answer_that_is_told_before_its_post_is_not_lost(either: Bench, private: bool) -> None:
    asked = post("p1", conversation="dm-7", private=private, posted_at=either.clock.now())
    await either.arrives(answer(either, to="dm-7" if private else "p1"))

    await either.arrives(asked)

    kept = await either.one(schema.reply)
    assert (await either.mention()).state is State.REPLIED
    assert (kept["native_id"], kept["text"], kept["url"]) == ("us9", SAID, URL)
    assert await either.due_at() is None
    assert await either.all(schema.early) == []
    assert (await either.verdict()).startswith("ok")


async def test_an_answer_that_is_told_before_an_addition_is_not_lost(bench: Bench) -> None:
    await bench.arrives(post("p1", conversation="c1"), answer(bench, to="p2"))

    await bench.arrives(post("p2", "And the other?", conversation="c1", posted_at=bench.clock.now()))

    assert (await bench.mention()).state is State.REPLIED


async def test_all_the_answers_that_came_before_their_post_are_kept_in_order_and_once(bench: Bench) -> None:
    first, second = answer(bench, "us1", text="Thursday."), answer(bench, "us2", text="No, Friday.")
    await bench.arrives(second, replace(first, at=first.at - timedelta(minutes=1)), first, second)

    await bench.arrives(post("p1"))
    await bench.arrives(first, second)

    rows = await bench.all(schema.reply)
    assert sorted(row["text"] for row in rows) == ["No, Friday.", "Thursday."]
    assert (await bench.actions()).count("elsewhere") == 2


@pytest.mark.parametrize("first", [True, False])
async def test_an_answer_that_was_taken_back_before_its_post_came_ends_nothing(bench: Bench, first: bool) -> None:
    said, gone = answer(bench), Gone("us9", bench.clock.now())
    await bench.arrives(*((gone, said) if first else (said, gone)))

    await bench.arrives(post("p1"))

    assert (await bench.mention()).state is State.NEW
    assert SAID not in str(await bench.all(schema.early))


async def test_an_answer_that_was_edited_before_its_post_came_is_kept_as_it_is_now(bench: Bench) -> None:
    await bench.arrives(answer(bench), Edited("us9", "On Friday.", bench.clock.now()))

    await bench.arrives(post("p1"))

    assert (await bench.one(schema.reply))["text"] == "On Friday."
    assert (await bench.mention()).state is State.REPLIED


async def test_a_message_written_after_an_answer_that_waits_is_not_answered_by_it(bench: Bench) -> None:
    await bench.arrives(answer(bench, to="dm-7"))
    bench.clock.advance(timedelta(minutes=5))

    await bench.arrives(post("p1", conversation="dm-7", private=True, posted_at=bench.clock.now()))

    assert (await bench.mention()).state is State.NEW


async def test_answers_given_before_we_listened_are_not_kept(bench: Bench) -> None:
    await bench.arrives(replace(answer(bench, to="p77"), at=bench.clock.now() - timedelta(days=8)))

    assert await bench.all(schema.early) == []


# --- our own -----------------------------------------------------------------------------------------------------


async def test_our_own_reply_coming_back_is_known(office: Office) -> None:
    bench = office.bench
    await brought(bench, State.CLAIMED)
    await bench.does(Action.REPLY, PRIYA, text="Thursday.")
    await office.passes(seconds=11)

    taken = await bench.desk.take_in([answer(bench, "r1", text="Thursday.")], "website")

    assert taken == Taken(known=1)


@pytest.mark.parametrize("echo", ["@lou Thursday, as always. See https://short.example/x", SAID.upper(), f"{SAID}\n"])
async def test_our_own_reply_that_comes_back_before_we_know_its_id_is_known_by_its_words(office: Office, echo: str) -> None:
    bench = office.bench
    await brought(bench, State.CLAIMED)
    await bench.does(Action.REPLY, PRIYA, text=SAID)
    office.box.answers = ["lost"]
    await office.passes(seconds=11)
    before = await bench.actions()

    taken = await bench.desk.take_in([answer(bench, text=echo)], "website")

    assert taken == Taken(known=1)
    assert await bench.actions() == before


async def test_what_a_person_said_they_answered_by_hand_is_known_when_it_is_seen(bench: Bench) -> None:
    await brought(bench, State.CLAIMED)
    await bench.does(Action.ANSWERED, PRIYA, text=SAID)

    assert await bench.desk.take_in([answer(bench)], "website") == Taken(known=1)


async def test_other_words_from_elsewhere_while_ours_are_in_doubt_are_kept_and_settle_nothing(office: Office) -> None:
    bench = office.bench
    await brought(bench, State.CLAIMED)
    await bench.does(Action.REPLY, PRIYA, text="Friday.")
    office.box.answers = ["lost"]
    await office.passes(seconds=11)

    await bench.arrives(answer(bench))

    assert (await bench.mention()).state in (State.REPLYING, State.REPLIED)
    assert SYSTEM in {row["by"] for row in await bench.all(schema.reply)}
    assert (await bench.verdict()).startswith("ok")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Thursday.", "thursday", True),
        ("Thursday.", "Friday.", False),
        ("", "Thursday.", False),
        ("We are sorry. The bins are emptied on Thursday", "We are sorry. The bins are", True),
        ("We are sorry", "We are", False),
    ],
)
def test_words_are_the_same_however_a_network_sets_them(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same
