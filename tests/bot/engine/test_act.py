"""Public acts besides replying: asked by a move, done from the outbox, and shown as so only once the network did them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotAllowed, NotThere, NotYours, Refused, SignInAgain, TryLater, Unsure
from bot.mention import SYSTEM, Action, State
from bot.ports import Gone
from bot.reply import Act, ReplyState
from bot.store import schema
from bot.store.proof import aged, forget
from bot.store.proof.aged import Ages
from bot.store.sending import outbox
from tests.bot.council import Bench, account, post
from tests.bot.engine.square import RULE, WHY, Town

pytestmark = pytest.mark.slow  # a database for each


@pytest.fixture
async def town(bench: Bench) -> Town:
    """M-1 has come in."""
    made = Town(bench)
    await bench.arrives(post(url="https://x.example/p1"))
    await made.delivers()
    return made


# --- hide --------------------------------------------------------------------------------------------------------


async def test_a_post_counts_as_hidden_only_once_the_network_hid_it(town: Town) -> None:
    await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})
    asked, flags = (await town.hidden())["state"], (await town.b.mention()).flags

    await town.delivers()

    assert (asked, flags) == ("asked", ())
    assert (await town.hidden())["state"] == "hidden"
    assert (await town.b.mention()).flags == ("hidden",)
    assert town.square.acts == [(Act.HIDE, "p1", "")]
    assert (await town.b.verdict()).startswith("ok:")


async def test_the_evidence_is_kept_with_the_decision_not_after_it(town: Town) -> None:
    await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})

    kept = (await town.hidden())["evidence"]

    assert kept["text"] == "Is my bin day changed?"
    assert kept["url"] == "https://x.example/p1"
    assert kept["author"] == {"id": "a-lou", "name": "Lou", "handle": ""}
    assert kept["rule"]["text"] == RULE.text
    assert len(kept["raw_sha256"]) == 64


async def test_what_the_author_deletes_afterwards_stays_as_evidence(town: Town) -> None:
    await town.hides()

    await town.b.arrives(Gone("p1", town.b.clock.now()))

    assert (await town.b.mention()).text == ""
    assert (await town.hidden())["evidence"]["text"] == "Is my bin day changed?"


async def test_nothing_is_hidden_without_a_published_rule(town: Town) -> None:
    with pytest.raises(NotAllowed, match="house rule"):
        await town.b.does(Action.HIDE, note=WHY, detail={"rule": "9.9"})

    assert await town.b.all(schema.hiding) == []


async def test_nothing_is_hidden_where_the_network_cannot(town: Town) -> None:
    town.b.desk.house = replace(town.b.house, accounts={"website": account()})

    with pytest.raises(NotAllowed, match="no way to"):
        await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})


async def test_a_post_is_hidden_once(town: Town) -> None:
    await town.hides()

    with pytest.raises(NotAllowed, match="hidden already"):
        await town.b.does(Action.HIDE, "U0FARAH", note=WHY, detail={"rule": "3.2"})


async def test_a_second_look_is_owed_by_somebody_else(town: Town) -> None:
    await town.hides("U0ANGELA")

    task = await town.b.one(schema.task)

    assert (task["kind"], task["by"], task["to"]) == ("review", "U0ANGELA", "U0MORAG")
    with pytest.raises(NotYours, match="You hid"):
        await town.b.does(Action.REVIEW, "U0ANGELA")


async def test_whoever_owes_the_second_look_hears_so_once_it_is_hidden(town: Town) -> None:
    await town.hides()

    assert [person for person, _ in town.wall.told] == ["U0ANGELA"]
    assert "asks you for a second look at what was hidden" in town.wall.told[0][1].plain


async def test_whoever_looked_again_ends_the_second_look(town: Town) -> None:
    await town.hides()

    await town.b.does(Action.REVIEW, "U0ANGELA")

    assert (await town.hidden())["reviewed_by"] == "U0ANGELA"
    assert (await town.b.one(schema.task))["done_by"] == "U0ANGELA"


async def test_renewing_begins_the_time_anew_and_keeping_does_not(town: Town) -> None:
    await town.hides()
    until = (await town.hidden())["until"]
    town.b.clock.advance(timedelta(days=3))

    await town.b.does(Action.REVIEW, "U0ANGELA")
    kept = (await town.hidden())["until"]
    await town.b.does(Action.REVIEW, "U0ANGELA", detail={"renew": "yes"})

    assert kept == until
    assert (await town.hidden())["until"] == town.b.clock.now() + town.b.house.hide_for


async def test_a_post_that_was_not_hidden_yet_is_let_be_without_asking_the_network(town: Town) -> None:
    await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})

    await town.b.does(Action.SHOW_AGAIN)
    await town.delivers()

    assert town.square.acts == []
    assert (await town.hidden())["state"] == "shown"
    assert (await town.b.one(schema.task))["done_at"]


async def test_what_is_shown_again_is_hidden_no_more(town: Town) -> None:
    await town.hides()

    await town.b.does(Action.SHOW_AGAIN, "U0ANGELA")
    await town.delivers()

    row = await town.hidden()
    assert (row["state"], row["reviewed_by"], row["ended_at"]) == ("shown", "U0ANGELA", town.b.clock.now())
    assert (await town.b.mention()).flags == ()
    assert [act for act, _, _ in town.square.acts] == [Act.HIDE, Act.UNHIDE]


async def test_with_one_of_two_posts_shown_again_the_mention_still_says_hidden(town: Town) -> None:
    await town.b.arrives(post("p2", "And you are useless", in_reply_to="p1", conversation="p1"))
    for native_id in ("p1", "p2"):
        await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2", "post": native_id})
        await town.delivers()

    await town.b.does(Action.SHOW_AGAIN)
    await town.delivers()

    assert (await town.b.mention()).flags == ("hidden",)


# --- what the network answers ------------------------------------------------------------------------------------


async def test_a_lost_answer_is_tried_again_for_a_repeat_does_no_harm(town: Town) -> None:
    town.square.acts_answers = [Unsure("no answer came"), TryLater("busy")]

    await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})
    await town.passes(minutes=2)

    assert (await town.hidden())["state"] == "hidden"


@pytest.mark.parametrize("error", [Refused("not yours to hide"), SignInAgain("token")])
async def test_what_is_refused_is_told_with_what_to_do_by_hand(town: Town, error: Exception) -> None:
    town.square.acts_answers = [error]

    await town.hides()

    row = await town.hidden()
    assert (row["state"], row["ended_at"]) == ("failed", town.b.clock.now())
    assert (await town.b.mention()).flags == ()
    assert "The post is still public. Hide it on the network’s own page" in town.heard("could not hide")
    assert (await town.b.one(schema.task))["done_at"], "nothing is hidden, so nobody need look again"
    assert [one for one, _ in town.wall.told] == ["U0PRIYA"]


async def test_after_a_day_of_trying_a_person_is_told(town: Town) -> None:
    town.square.acts_answers = [TryLater("busy")] * 400

    await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})
    await town.passes(every=3600, hours=25)

    assert "it was tried for a day" in town.heard("could not hide")
    assert (await town.hidden())["state"] == "failed"


async def test_a_post_that_is_gone_need_not_be_hidden_and_nobody_is_troubled(town: Town) -> None:
    town.square.acts_answers = [NotThere("deleted")]

    await town.hides()

    assert (await town.hidden())["state"] == "failed"
    assert town.heard("could not") == ""


async def test_a_post_the_network_will_not_show_again_stays_hidden_and_is_tried_again_the_next_day(town: Town) -> None:
    await town.hides()
    town.square.acts_answers = [Refused("try the website")]

    await town.b.does(Action.SHOW_AGAIN, "U0ANGELA")
    await town.delivers()

    row = await town.hidden()
    assert (row["state"], row["until"]) == ("hidden", town.b.clock.now() + timedelta(days=1))
    assert (await town.b.mention()).flags == ("hidden",)
    assert "still hidden" in town.heard("could not show")


async def test_the_act_of_a_sender_that_died_is_done_by_the_next(town: Town) -> None:
    await town.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})
    taken = await town.b.db.write(outbox.due, town.b.clock.now(), "another", 16)
    assert any(one.kind == "act" for one in taken)

    await town.passes(minutes=3)

    assert (await town.hidden())["state"] == "hidden"


# --- stop --------------------------------------------------------------------------------------------------------


async def test_hiding_and_taking_down_go_on_while_publishing_is_stopped(town: Town) -> None:
    await town.replies()
    await town.b.desk.stop("U0MORAG", "wrong figures")

    await town.hides()
    await town.b.does(Action.TAKE_DOWN, note="wrong figures")
    await town.delivers()

    assert [act for act, _, _ in town.square.acts] == [Act.HIDE, Act.DELETE_OWN]


async def test_a_post_that_waits_to_be_shown_again_while_publishing_is_stopped_can_be_hidden_anew(town: Town) -> None:
    await town.hides()
    await town.b.desk.stop("U0MORAG", "wrong figures")
    await town.b.does(Action.SHOW_AGAIN, "U0ANGELA")
    await town.delivers()

    await town.b.does(Action.HIDE, "U0ANGELA", note="it names another", detail={"rule": "3.2"})
    await town.delivers()
    await town.b.desk.start("U0MORAG")
    await town.passes(minutes=5)

    rows = await town.b.all(schema.hiding)
    assert sorted((row["state"], row["by"], row["ended_at"] is None) for row in rows) == [
        ("hidden", "U0ANGELA", True),
        ("shown", "U0PRIYA", False),
    ]
    assert [act for act, _, _ in town.square.acts] == [Act.HIDE, Act.HIDE]
    assert (await town.b.mention()).flags == ("hidden",)
    assert (await town.b.verdict()).startswith("ok:")


async def test_a_like_waits_while_publishing_is_stopped_and_has_its_day_afterwards(town: Town) -> None:
    await town.b.desk.stop("U0MORAG", "wrong figures")
    await town.b.does(Action.LIKE)
    await town.passes(every=3600, hours=30)
    held = list(town.square.acts)

    await town.b.desk.start("U0MORAG")
    await town.passes(minutes=5)

    assert held == []
    assert town.square.acts == [(Act.LIKE, "p1", "")]


# --- our own replies ---------------------------------------------------------------------------------------------


async def test_a_reply_taken_down_leaves_the_mention_without_an_answer(town: Town) -> None:
    await town.replies()

    await town.b.does(Action.TAKE_DOWN, note="wrong day")
    before = (await town.replied())["state"]
    await town.delivers()

    assert before == ReplyState.SENT, "nobody knows yet"
    row = await town.replied()
    assert (row["state"], row["deleted_at"]) == (ReplyState.DELETED, town.b.clock.now())
    assert (await town.b.mention()).state is State.NEW
    assert (await town.b.actions())[-2:] == ["take_down", "reopen"]
    assert (await town.b.verdict()).startswith("ok:")


async def test_a_reply_that_is_not_there_any_more_counts_as_taken_down(town: Town) -> None:
    await town.replies()
    town.square.acts_answers = [NotThere("deleted")]

    await town.b.does(Action.TAKE_DOWN, note="wrong day")
    await town.delivers()

    assert (await town.replied())["state"] == ReplyState.DELETED


async def test_a_reply_that_cannot_be_taken_down_is_still_shown_as_public(town: Town) -> None:
    await town.replies()
    town.square.acts_answers = [Refused("too old")]

    await town.b.does(Action.TAKE_DOWN, note="wrong day")
    await town.delivers()

    assert (await town.replied())["state"] == ReplyState.SENT
    assert (await town.b.mention()).state is State.REPLIED
    assert "Delete it on the network’s own page now" in town.heard("could not take down")


async def test_a_reply_on_its_way_is_undone_and_not_taken_down(town: Town) -> None:
    await town.b.does(Action.CLAIM)
    await town.b.does(Action.REPLY, text="Friday.")

    with pytest.raises(NotAllowed, match="on its way"):
        await town.b.does(Action.TAKE_DOWN, note="wrong day")


async def test_what_was_never_answered_cannot_be_taken_down(town: Town) -> None:
    with pytest.raises(NotAllowed, match="No reply to M-1 can be changed"):
        await town.b.does(Action.TAKE_DOWN, note="wrong day")


async def test_two_who_take_the_same_reply_down_do_it_once(town: Town) -> None:
    await town.replies()
    await town.b.does(Action.TAKE_DOWN, note="wrong day")

    with pytest.raises(NotAllowed, match="at this moment"):
        await town.b.does(Action.TAKE_DOWN, "U0FARAH", note="wrong day")


async def test_a_correction_is_public_once_the_network_took_it_and_both_versions_are_on_the_record(town: Town) -> None:
    await town.replies()
    reply = (await town.replied())["id"]

    await town.b.does(Action.CORRECT, text="The bins go on Saturday.", note="wrong day", detail={"of": reply})
    before = (await town.b.desk.story("M-1")).replies[0].public_text
    await town.delivers()

    after = (await town.b.desk.story("M-1")).replies[0]
    asked, done = [event for event in await town.b.desk.events("M-1") if event["action"] == "correct"]
    assert (before, after.public_text, after.text) == (
        "The bins go on Friday.",
        "The bins go on Saturday.",
        "The bins go on Friday.",
    )
    assert after.edited_at == town.b.clock.now()
    assert asked["digests"]["words_before"] != done["digests"]["posts"]
    assert town.square.acts == [(Act.EDIT_OWN, after.native_id, "The bins go on Saturday.")]
    assert (await town.b.verdict()).startswith("ok:")


async def test_a_correction_the_network_refuses_changes_nothing(town: Town) -> None:
    await town.replies()
    reply = (await town.replied())["id"]
    town.square.acts_answers = [NotThere("gone")]

    await town.b.does(Action.CORRECT, text="Saturday.", note="wrong day", detail={"of": reply})
    await town.delivers()

    assert (await town.b.desk.story("M-1")).replies[0].public_text == "The bins go on Friday."
    assert "The reply is public as it was" in town.heard("could not correct")


# --- like --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["threat", "danger"])
async def test_what_sounds_like_danger_is_never_liked(town: Town, flag: str) -> None:
    await town.b.does(Action.PRIORITY, priority="P0", flags=(flag,))

    with pytest.raises(NotAllowed, match="sounds like danger"):
        await town.b.does(Action.LIKE)


async def test_a_like_that_fails_is_said_and_needs_nothing(town: Town) -> None:
    town.square.acts_answers = [Refused("blocked")]

    await town.b.does(Action.LIKE)
    await town.delivers()

    assert "nothing more need be done" in town.heard("could not like")


# --- words -------------------------------------------------------------------------------------------------------


async def test_hidden_words_outlive_their_time_until_they_are_shown_and_looked_at(town: Town) -> None:
    await town.hides()
    await town.b.does(Action.CLOSE, note="abuse")
    ages = town.b.clock.now() + timedelta(days=400)

    held = await town.b.db.write(forget.purge, ages, (), SYSTEM, house=town.b.house, now=ages)
    (author,) = await town.b.db.read(forget.authors, "Lou")
    asked = await town.b.db.write(forget.forget, author, (), SYSTEM, house=town.b.house, now=ages)
    would = await town.b.db.read(aged.due, Ages(ages, ages), ())
    await town.b.does(Action.SHOW_AGAIN, "U0ANGELA")
    await town.delivers()
    erased = await town.b.db.write(forget.purge, ages, (), SYSTEM, house=town.b.house, now=ages)

    assert (held, asked, would, erased) == (0, (), [], 1)
    assert (await town.hidden())["evidence"] == {}
    assert (await town.b.verdict()).startswith("ok:")
