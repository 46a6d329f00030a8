"""A reply from draft to sent, and every way it may stop on the way."""

import pytest

from bot.delivery import LEASE_OF_REPLY, Delivery, DeliveryState
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action, State
from bot.ports import Receipt
from bot.reply import Written
from bot.store import schema
from bot.store.proof.record import digest
from bot.store.sending import deliveries, outbox
from tests.bot.council import Bench, post

PRIYA = "U0PRIYA"
WORDS = "It is Thursday this week."


@pytest.fixture
async def replying(bench: Bench) -> Bench:
    """M-1 has a reply by Priya that is held."""
    await bench.arrives()
    await bench.does(Action.REPLY, PRIYA, text=WORDS)
    return bench


async def taken(bench: Bench) -> Delivery:
    """The hold is over and a sender has the reply."""
    bench.clock.advance(seconds=11)
    due = await bench.db.write(outbox.due, bench.clock.now(), "me", 50)
    (reply,) = [delivery for delivery in due if delivery.kind == "reply"]
    return reply


async def test_a_reply_is_held_for_its_time_and_then_due(replying: Bench) -> None:
    reply = await replying.one(schema.reply)
    early = await replying.db.write(outbox.due, replying.clock.now(), "me", 50)

    late = await taken(replying)

    assert (reply["state"], reply["hold_until"]) == ("held", replying.clock.now() - replying.house.hold / 10)
    assert "reply" not in {delivery.kind for delivery in early}
    assert late.payload["reply"] == reply["id"]


async def test_undo_in_time_cancels_the_delivery_and_keeps_the_words_as_a_draft(replying: Bench) -> None:
    after = await replying.does(Action.WITHDRAW, PRIYA)

    replies = {row["state"]: row["text"] for row in await replying.all(schema.reply)}
    delivery = await replying.one(schema.delivery, schema.delivery.c.kind == "reply")
    assert after.state is State.CLAIMED
    assert replies == {"withdrawn": WORDS, "draft": WORDS}
    assert delivery["state"] == "cancelled"


async def test_undo_once_it_has_left_is_refused_and_changes_nothing(replying: Bench) -> None:
    await taken(replying)
    before = await replying.at_rest()

    with pytest.raises(NotAllowed, match="Too late to stop it"):
        await replying.does(Action.WITHDRAW, PRIYA)

    assert await replying.at_rest() == before


async def test_a_second_reply_waits_until_the_first_is_over(replying: Bench) -> None:
    with pytest.raises(NotAllowed, match="is on its way"):
        await replying.does(Action.REPLY, PRIYA, text="And another thing.")


async def test_sent_is_one_transaction_with_its_delivery(replying: Bench) -> None:
    delivery = await taken(replying)
    receipt = Receipt("r1", "https://example.org/r1")

    done = await replying.db.write(deliveries.reply_sent, delivery, receipt, replying.house, now=replying.clock.now())

    reply = await replying.one(schema.reply)
    assert done
    assert (await replying.mention()).state is State.REPLIED
    assert (reply["state"], reply["native_id"], reply["url"]) == ("sent", "r1", "https://example.org/r1")
    assert await replying.due_at() is None
    assert await replying.verdict() == "ok: 4 events, 1 subjects, 0 seals, 4 events newer than the last seal"


async def test_sent_told_by_a_sender_whose_lease_is_gone_changes_nothing(replying: Bench) -> None:
    sleeper = await taken(replying)
    replying.clock.advance(LEASE_OF_REPLY)
    await taken(replying)
    before = await replying.at_rest()

    done = await replying.db.write(deliveries.reply_sent, sleeper, Receipt("r1"), replying.house, now=replying.clock.now())
    left = await replying.db.write(deliveries.leaving, sleeper, replying.clock.now())

    assert not done
    assert left is None
    assert await replying.at_rest() == before


async def test_a_failed_reply_gives_the_words_back_and_starts_the_clock_again(replying: Bench) -> None:
    delivery = await taken(replying)

    await replying.db.write(deliveries.reply_failed, delivery, "too long", replying.house, now=replying.clock.now())

    replies = {row["state"]: row["text"] for row in await replying.all(schema.reply)}
    assert (await replying.mention()).state is State.CLAIMED
    assert replies == {"failed": WORDS, "draft": WORDS}
    assert await replying.due_at() == replying.clock.now() + replying.house.accounts["website"].respond_within


async def test_a_reply_after_a_failure_is_another_reply_with_a_key_of_its_own(replying: Bench) -> None:
    delivery = await taken(replying)
    await replying.db.write(deliveries.reply_failed, delivery, "too long", replying.house, now=replying.clock.now())

    await replying.does(Action.REPLY, PRIYA, text="Thursday.")

    second = await taken(replying)
    assert second.key != delivery.key
    assert {row["state"] for row in await replying.all(schema.reply)} == {"failed", "held"}


async def test_a_definite_no_that_may_be_tried_again_can_be_undone_until_then(replying: Bench) -> None:
    delivery = await taken(replying)
    again = replying.clock.now() + replying.house.hold
    await replying.db.write(deliveries.leaving, delivery, replying.clock.now())
    await replying.db.write(deliveries.try_again, delivery, again, "busy")

    after = await replying.does(Action.WITHDRAW, PRIYA)

    assert after.state is State.CLAIMED


async def test_a_persons_word_settles_the_delivery_that_waits_for_it(replying: Bench) -> None:
    await needs_a_person(replying)

    after = await replying.does(Action.SENT, PRIYA)

    delivery = await replying.one(schema.delivery, schema.delivery.c.kind == "reply")
    assert after.state is State.REPLIED
    assert delivery["state"] == "done"


async def test_a_persons_word_that_it_is_not_there_gives_the_words_back(replying: Bench) -> None:
    await needs_a_person(replying)

    after = await replying.does(Action.NOT_SENT, PRIYA)

    delivery = await replying.one(schema.delivery, schema.delivery.c.kind == "reply")
    assert after.state is State.CLAIMED
    assert delivery["state"] == "cancelled"
    assert [row["text"] for row in await replying.all(schema.reply, schema.reply.c.state == "draft")] == [WORDS]


async def test_nobody_can_say_what_became_of_a_reply_while_it_is_being_looked_up(replying: Bench) -> None:
    await taken(replying)

    with pytest.raises(NotAllowed, match="looked up at this moment"):
        await replying.does(Action.SENT, PRIYA)


async def test_an_answer_by_hand_is_kept_with_its_link_and_nothing_is_published(bench: Bench) -> None:
    await bench.arrives()

    after = await bench.does(Action.ANSWERED, PRIYA, text=WORDS, detail={"url": "https://example.org/r1"})

    reply = await bench.one(schema.reply)
    assert (after.state, after.owner) == (State.REPLIED, PRIYA)
    assert (reply["state"], reply["text"], reply["url"]) == ("by_hand", WORDS, "https://example.org/r1")
    assert not await bench.all(schema.delivery, schema.delivery.c.kind == "reply")


async def test_what_the_author_adds_while_a_reply_is_going_out_opens_the_mention_again(replying: Bench) -> None:
    delivery = await taken(replying)
    await replying.arrives(post("p2", "And the brown bin?", conversation="p1"))

    await replying.db.write(deliveries.reply_sent, delivery, Receipt("r1"), replying.house, now=replying.clock.now())

    after = await replying.mention()
    assert after.state is State.NEW
    assert after.last_owner == PRIYA
    assert await replying.due_at() is not None
    assert (await replying.actions())[-3:] == ["add", "sent", "reopen"]


async def test_a_reply_goes_to_the_authors_newest_words_and_stays_aimed_at_them(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", "And the brown bin?", conversation="p1"))
    await bench.does(Action.REPLY, PRIYA, text=WORDS)
    first = await taken(bench)
    await bench.arrives(post("p3", "Hello?", conversation="p1"))
    bench.clock.advance(LEASE_OF_REPLY)

    again = await taken(bench)

    assert first.payload["to"] == "p2"
    assert again.payload["to"] == "p2"


async def test_the_record_holds_a_digest_of_the_reply_and_not_its_words(replying: Bench) -> None:
    event = (await replying.desk.events("M-1"))[-1]
    reply = await replying.one(schema.reply)

    assert event["digests"]["reply"] == digest(reply["text_salt"], WORDS)
    assert set(event["digests"]) == {"reply", "posts"}
    assert WORDS not in str(event)


async def needs_a_person(bench: Bench) -> None:
    """Nobody could tell for three minutes whether the reply went out."""
    for seconds in (1, 46, 46, 46, 46):
        bench.clock.advance(seconds=seconds)
        delivery = await taken(bench)
        now = bench.clock.now()
        state = await bench.db.write(deliveries.stay_unsure, delivery, bench.house, now=now, trouble="no answer")
        bench.clock.advance(seconds=60)
        if state is DeliveryState.NEEDS_HUMAN:
            break
    assert (await bench.actions())[-1] == Action.UNSURE
    assert (await bench.desk.events("M-1"))[-1]["actor"] == SYSTEM


async def test_what_waits_for_a_person_is_sent_again_on_their_word_and_goes_through_the_fence_once(either: Bench) -> None:
    await either.arrives()
    await either.does(Action.REPLY, PRIYA, text=WORDS)
    await needs_a_person(either)

    held = await either.does(Action.RESEND, PRIYA)
    first = await taken(either)
    either.clock.advance(LEASE_OF_REPLY)
    second = await taken(either)
    let_go = [await either.db.write(deliveries.about_to_speak, one, either.clock.now()) for one in (first, second)]

    assert held.state is State.REPLYING
    assert (first.is_again, first.is_doubtful, second.payload["to"]) == (True, True, first.payload["to"])
    assert let_go == [deliveries.Leave.TAKEN, deliveries.Leave.GO]
    assert (await either.verdict()).startswith("ok")


async def test_undo_of_a_second_try_puts_it_before_a_person_again(either: Bench) -> None:
    await either.arrives()
    await either.does(Action.REPLY, PRIYA, text=WORDS)
    await needs_a_person(either)
    await either.does(Action.RESEND, PRIYA)

    await either.does(Action.UNSURE, PRIYA)

    delivery = await either.one(schema.delivery, schema.delivery.c.kind == "reply")
    assert (delivery["state"], delivery["due_at"]) == ("needs_human", None)
    assert (await either.desk.story("M-1")).needs_human == delivery["id"]
    assert (await either.does(Action.NOT_SENT, PRIYA)).state is State.CLAIMED
    assert (await either.verdict()).startswith("ok")


async def test_a_look_that_found_nothing_is_remembered_until_another_says_otherwise(either: Bench) -> None:
    await either.arrives()
    await either.does(Action.REPLY, PRIYA, text=WORDS)
    delivery, seen = await taken(either), []
    for absent in (True, False):
        now = either.clock.now()
        await either.db.write(deliveries.stay_unsure, delivery, either.house, now=now, trouble="x", absent=absent)
        seen.append((await either.one(schema.delivery, schema.delivery.c.kind == "reply"))["absent_at"] == now)
        either.clock.advance(seconds=30)
        delivery = await taken(either)

    assert seen == [True, False]
    assert delivery.absent_at is None


async def test_a_reply_to_words_that_have_changed_meanwhile_is_not_taken(bench: Bench) -> None:
    await bench.arrives(post("p1"))
    seen = {"answers": "p1"}
    await bench.arrives(post("p2", "And the brown bin?", conversation="p1"))
    before = await bench.at_rest()

    with pytest.raises(NotAllowed, match="wrote again"):
        await bench.does(Action.REPLY, PRIYA, text=WORDS, detail=seen)

    assert await bench.at_rest() == before


async def test_a_reply_to_the_newest_words_is_taken(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", "And the brown bin?", conversation="p1"))

    after = await bench.does(Action.REPLY, PRIYA, text=WORDS, detail={"answers": "p2"})

    assert after.state is State.REPLYING


async def test_the_draft_whose_words_were_copied_becomes_the_answer_by_hand(either: Bench) -> None:
    await either.arrives()
    draft = await either.desk.keep_draft(await either.mention(), PRIYA, Written(WORDS))

    await either.does(Action.ANSWERED, PRIYA, text=WORDS)

    reply = await either.one(schema.reply)
    assert (reply["id"], reply["state"], reply["text"]) == (draft, "by_hand", WORDS)
    assert (await either.verdict()).startswith("ok")


@pytest.mark.parametrize("copied", ["", "It is Friday."])
async def test_a_draft_that_was_not_copied_is_not_said_to_be_public(bench: Bench, copied: str) -> None:
    await bench.arrives()
    await bench.desk.keep_draft(await bench.mention(), PRIYA, Written(WORDS))

    await bench.does(Action.ANSWERED, PRIYA, text=copied)

    kept = {row["state"]: row["text"] for row in await bench.all(schema.reply)}
    assert kept == {"draft": WORDS, "by_hand": copied}


async def test_a_colleagues_draft_of_the_same_words_stays_theirs(bench: Bench) -> None:
    await bench.arrives()
    await bench.desk.keep_draft(await bench.mention(), "U0FARAH", Written(WORDS))

    await bench.does(Action.ANSWERED, PRIYA, text=WORDS)

    assert {(row["state"], row["by"]) for row in await bench.all(schema.reply)} == {("draft", "U0FARAH"), ("by_hand", PRIYA)}


async def test_a_draft_kept_after_the_reply_was_asked_for_leaves_its_words_alone(either: Bench) -> None:
    await either.arrives()
    await either.does(Action.REPLY, PRIYA, text=WORDS)

    await either.desk.keep_draft(await either.mention(), PRIYA, Written("Something else"))

    assert {row["state"]: row["text"] for row in await either.all(schema.reply)} == {
        "held": WORDS,
        "draft": "Something else",
    }
    assert (await either.verdict()).startswith("ok")


async def test_staffs_own_words_are_made_safe_too(either: Bench) -> None:
    await either.arrives()

    await either.does(Action.NOTE, PRIYA, note="a\x00b\ud800c")
    await either.does(Action.REPLY, PRIYA, text="a\x00b")

    assert (await either.desk.events("M-1"))[1]["note"] == "a\ufffdb\ufffdc"
    assert (await either.one(schema.reply))["text"] == "a\ufffdb"


@pytest.mark.parametrize("action", [Action.NOT_SENT, Action.WITHDRAW])
async def test_whoever_wrote_a_reply_that_did_not_go_is_told_privately_too(replying: Bench, action: Action) -> None:
    if action is Action.NOT_SENT:
        delivery = await taken(replying)
        await replying.db.write(deliveries.reply_failed, delivery, "too long", replying.house, now=replying.clock.now())
    else:
        await replying.arrives(post("p2", "Never mind", conversation="p1"))

    what = "not_sent" if action is Action.NOT_SENT else "stopped"
    assert await replying.told(kind="tell", target=PRIYA) == [what]
    assert what in await replying.told(kind="thread")
