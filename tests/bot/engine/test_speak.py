"""Speaking to the public: never twice without proof, never silently not at all."""

from datetime import timedelta

import pytest

from bot.delivery import LEASE_OF_REPLY, LOOKS_APART, PERSON_AFTER
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.mention import Action, Mention, State
from bot.ports import Answered, Edited, Found, Gone, Guarantee, NotFound, Preflight, Receipt, Verdict
from bot.store import schema
from bot.store.intake import accounts
from bot.store.reading import queue
from bot.store.sending import outbox
from bot.words.replying import NOT_ACCEPTED
from tests.bot.council import post
from tests.bot.engine.fakes import Office

MUST_BE_LOOKED_UP = (Guarantee.LOOKUP, Guarantee.EVIDENCE_ONLY, Guarantee.NONE)
MAY_BE_REPEATED = (Guarantee.NATIVE_KEY, Guarantee.OWN_ID)
EVERY = (*MUST_BE_LOOKED_UP, *MAY_BE_REPEATED)
PRIYA, WORDS = "U0PRIYA", "It is Thursday this week."


@pytest.fixture
async def replying(office: Office) -> Office:
    """M-1 has a reply whose hold is over."""
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    await office.delivers()
    office.bench.clock.advance(seconds=11)
    return office


async def now_of(office: Office) -> tuple[State, str, str]:
    """Where the mention, the reply that was asked for and its delivery stand."""
    mention: Mention = await office.bench.mention()
    reply = await office.bench.all(schema.reply, schema.reply.c.state != "draft")
    delivery = await office.bench.one(schema.delivery, schema.delivery.c.kind == "reply")
    return mention.state, str(reply[-1]["state"]), str(delivery["state"])


@pytest.mark.parametrize("guarantee", EVERY)
async def test_what_the_network_took_is_sent(replying: Office, guarantee: Guarantee) -> None:
    replying.box.guarantee = guarantee

    await replying.delivers()

    assert [reply.text for reply in replying.box.public] == [WORDS]
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


@pytest.mark.parametrize("guarantee", EVERY)
async def test_a_no_for_now_is_tried_again_when_the_network_said(replying: Office, guarantee: Guarantee) -> None:
    replying.box.guarantee = guarantee
    replying.box.answers = [TryLater("busy", timedelta(seconds=40))]
    await replying.delivers()
    waiting = await now_of(replying)
    await replying.passes(seconds=35)
    early = len(replying.box.tries)

    await replying.passes(seconds=5)

    assert waiting == (State.REPLYING, "held", "pending")
    assert early == 1
    assert [reply.key for reply in replying.box.tries] == [replying.box.public[0].key] * 2
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


@pytest.mark.parametrize("guarantee", EVERY)
@pytest.mark.parametrize(
    ("error", "why", "by_hand"),
    [
        (
            Refused("the post is too old", "https://example.org/by-hand"),
            "the post is too old",
            "https://example.org/by-hand",
        ),
        (SignInAgain("website"), NOT_ACCEPTED, ""),
    ],
)
async def test_a_no_for_good_gives_the_words_back_and_says_why(
    replying: Office, guarantee: Guarantee, error: Exception, why: str, by_hand: str
) -> None:
    replying.box.guarantee = guarantee
    replying.box.answers = [error]

    await replying.passes(minutes=1)

    told = {
        row["kind"]: row["payload"]
        for row in await replying.bench.all(schema.delivery)
        if row["payload"].get("what") == "not_sent"
    }
    drafts = await replying.bench.all(schema.reply, schema.reply.c.state == "draft")
    assert len(replying.box.tries) == 1
    assert set(told) == {"thread", "tell"}
    assert {(said["reason"], said["by_hand"]) for said in told.values()} == {(why, by_hand)}
    assert [draft["text"] for draft in drafts] == [WORDS]
    assert await now_of(replying) == (State.CLAIMED, "failed", "failed")


async def test_an_account_that_may_not_send_is_in_trouble_until_a_reply_goes_out_and_the_leads_hear_it_once(
    replying: Office,
) -> None:
    bench = replying.bench
    replying.box.answers = [SignInAgain("website"), SignInAgain("website")]
    await replying.passes(minutes=1)
    await bench.does(Action.REPLY, PRIYA, text=WORDS)
    await replying.passes(minutes=1)
    told = [row for row in await bench.all(schema.delivery) if "needs attention" in str(row["payload"].get("text"))]
    trouble = dict(await bench.db.read(queue.troubles))

    await bench.does(Action.REPLY, PRIYA, text=WORDS)
    await replying.passes(minutes=1)

    assert trouble == {"website": accounts.CANNOT_SEND}
    assert [row["target"] for row in told] == list(bench.house.leads)
    assert await bench.db.read(queue.troubles) == ()


@pytest.mark.parametrize("verdict", [Verdict.GONE, Verdict.NOT_ALLOWED])
async def test_what_can_no_longer_be_answered_is_not_tried(replying: Office, verdict: Verdict) -> None:
    replying.box.befores = [Preflight(verdict, "its author closed the account")]

    await replying.delivers()

    assert replying.box.tries == []
    assert await now_of(replying) == (State.CLAIMED, "failed", "failed")


async def test_a_post_that_was_changed_while_its_reply_waited_shows_its_new_words_and_the_reply_is_a_draft(
    replying: Office,
) -> None:
    edit = Edited("p1", "Is my brown bin day changed?", replying.bench.clock.now())
    replying.box.befores = [Preflight(Verdict.CHANGED, items=(edit,))]

    await replying.delivers()

    drafts = await replying.bench.all(schema.reply, schema.reply.c.state == "draft")
    assert replying.box.tries == []
    assert (await replying.bench.mention()).text == "Is my brown bin day changed?"
    assert await now_of(replying) == (State.CLAIMED, "withdrawn", "cancelled")
    assert [draft["text"] for draft in drafts] == [WORDS]
    assert {"edited", "stopped"} <= set(await replying.bench.told(kind="thread"))


async def test_a_reply_stops_when_the_look_before_finds_that_somebody_answered_elsewhere(replying: Office) -> None:
    answer = Answered("us1", "p1", "By telephone: Friday.", replying.bench.clock.now())
    replying.box.befores = [Preflight(Verdict.CHANGED, items=(answer,))]

    await replying.delivers()

    assert replying.box.tries == []
    states = {row["state"] for row in await replying.bench.all(schema.reply)}
    assert states == {"by_hand", "withdrawn", "draft"}
    assert (await now_of(replying))[::2] == (State.REPLIED, "cancelled")
    assert {"elsewhere", "stopped"} <= set(await replying.bench.told(kind="thread"))
    assert (await replying.bench.verdict()).startswith("ok")


async def test_a_post_that_is_found_gone_loses_its_words_and_the_reply_is_a_draft(replying: Office) -> None:
    replying.box.befores = [Preflight(Verdict.GONE, items=(Gone("p1", replying.bench.clock.now()),))]

    await replying.delivers()

    assert replying.box.tries == []
    assert (await replying.bench.mention()).text == ""
    assert await now_of(replying) == (State.CLAIMED, "withdrawn", "cancelled")


async def test_a_change_that_was_known_when_the_reply_was_let_go_does_not_stop_it(office: Office) -> None:
    edit = Edited("p1", "Is my brown bin day changed?", office.bench.clock.now())
    await office.bench.arrives(post(), edit)
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    office.box.befores = [Preflight(Verdict.CHANGED, items=(edit,))]

    await office.passes(seconds=15)

    assert [one.text for one in office.box.tries] == [WORDS]
    assert await now_of(office) == (State.REPLIED, "sent", "done")


async def test_a_change_that_nobody_could_tell_more_of_stops_it_all_the_same(replying: Office) -> None:
    replying.box.befores = [Preflight(Verdict.CHANGED)]

    await replying.delivers()

    said = [row["payload"].get("reason") for row in await replying.bench.all(schema.delivery)]
    assert "the post was changed while your reply waited: look again" in said
    assert await now_of(replying) == (State.CLAIMED, "failed", "failed")


async def test_after_a_lost_answer_a_changed_post_is_left_to_a_person(replying: Office) -> None:
    replying.box.guarantee = Guarantee.NATIVE_KEY
    replying.box.answers = [Unsure("no answer")]
    await replying.delivers()
    edit = Edited("p1", "Is my brown bin day changed?", replying.bench.clock.now())
    replying.box.befores = [Preflight(Verdict.CHANGED, items=(edit,))] * 99

    await replying.passes(minutes=5)

    assert len(replying.box.tries) == 1
    assert await now_of(replying) == (State.REPLYING, "unsure", "needs_human")


@pytest.mark.parametrize("error", [TryLater("busy"), Unsure("no answer")])
async def test_when_the_look_before_fails_nothing_has_been_sent_and_it_is_tried_again(
    replying: Office, error: Exception
) -> None:
    replying.box.befores = [error]
    await replying.delivers()
    tried = len(replying.box.tries)

    await replying.passes(seconds=15)

    assert tried == 0
    assert replying.box.looked == []
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


async def test_after_a_lost_answer_it_is_looked_for_and_found(replying: Office) -> None:
    replying.box.answers = ["lost"]
    await replying.delivers()
    doubtful = await now_of(replying)

    await replying.passes(minutes=1)

    assert doubtful == (State.REPLYING, "sending", "unknown")
    assert len(replying.box.tries) == 1
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


async def test_what_is_proved_absent_is_sent_again_once(replying: Office) -> None:
    replying.box.answers = [Unsure("the line dropped")]

    await replying.passes(minutes=5)

    assert len(replying.box.tries) == 2
    assert len(replying.box.public) == 1
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


@pytest.mark.parametrize("guarantee", MUST_BE_LOOKED_UP)
@pytest.mark.parametrize(
    "look",
    [
        NotFound.CANNOT_TELL,
        Unsure("x"),
        pytest.param(TryLater("busy", timedelta(hours=1)), marks=pytest.mark.slow),
        pytest.param(Refused("no such page"), marks=pytest.mark.slow),
        pytest.param(SignInAgain("x"), marks=pytest.mark.slow),
    ],
)
async def test_what_nobody_can_tell_is_put_before_a_person_within_three_minutes_and_never_sent_again(
    replying: Office, guarantee: Guarantee, look: NotFound | Exception
) -> None:
    replying.box.guarantee = guarantee
    replying.box.answers = ["lost"]
    replying.box.looks = [look] * 99
    await replying.delivers()

    await replying.passes(seconds=PERSON_AFTER.total_seconds())
    asked = await now_of(replying)
    await replying.passes(hours=2, every=60)

    assert asked == (State.REPLYING, "unsure", "needs_human")
    assert await now_of(replying) == asked
    assert len(replying.box.tries) == 1
    assert await replying.bench.told(kind="thread") == ["unsure"]
    assert await replying.bench.told(kind="tell", target=PRIYA) == ["unsure"]


async def test_a_person_is_asked_in_time_also_when_it_was_put_off_for_hours_before(replying: Office) -> None:
    replying.box.answers = [TryLater("busy", timedelta(hours=3)), "lost"]
    replying.box.looks = [NotFound.CANNOT_TELL] * 99
    await replying.delivers()
    await replying.passes(hours=3, every=600)
    left_at = replying.bench.clock.now()
    early = await now_of(replying)

    await replying.passes(minutes=3)

    assert early == (State.REPLYING, "sending", "unknown")
    assert {look.last_sent_at for look in replying.box.looked} == {left_at}
    assert {left_at - (look.first_sent_at or left_at) for look in replying.box.looked} == {timedelta(hours=3)}
    assert await now_of(replying) == (State.REPLYING, "unsure", "needs_human")


@pytest.mark.parametrize("guarantee", MAY_BE_REPEATED)
async def test_where_a_repeat_is_harmless_it_is_sent_again_with_its_key(replying: Office, guarantee: Guarantee) -> None:
    replying.box.guarantee = guarantee
    replying.box.answers = ["lost", "lost"]

    await replying.passes(minutes=2)

    assert len(replying.box.tries) == 3
    assert len({reply.key for reply in replying.box.tries}) == 1
    assert len(replying.box.public) == 1
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


@pytest.mark.parametrize("guarantee", MAY_BE_REPEATED)
@pytest.mark.parametrize(
    "error",
    [
        Refused("gone"),
        Unsure("x"),
        pytest.param(SignInAgain("x"), marks=pytest.mark.slow),
        pytest.param(TryLater("busy"), marks=pytest.mark.slow),
    ],
)
async def test_after_a_doubtful_try_a_later_no_is_no_proof_that_nothing_went_out(
    replying: Office, guarantee: Guarantee, error: Exception
) -> None:
    replying.box.guarantee = guarantee
    replying.box.answers = ["lost", *[error] * 99]

    await replying.passes(minutes=4)

    assert await now_of(replying) == (State.REPLYING, "unsure", "needs_human")


async def test_a_reply_that_went_out_before_the_outcome_was_stored_is_found(replying: Office) -> None:
    (taken,) = await replying.bench.db.write(outbox.due, replying.bench.clock.now(), "a copy that dies", 9)
    await replying.deliver.speak.desk.networks["website"].publish(outgoing_of(replying, taken.payload["reply"]))

    await replying.passes(seconds=LEASE_OF_REPLY.total_seconds())

    assert len(replying.box.public) == 1
    assert len(replying.box.looked) == 1
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


def outgoing_of(office: Office, reply_id: object) -> object:
    """What the copy that died had sent."""
    from_then = office.bench.clock.now()
    return type("Sent", (), {"key": reply_id, "text": WORDS, "created_at": from_then})()


async def test_a_copy_that_died_before_it_spoke_has_its_reply_sent_by_another(replying: Office) -> None:
    await replying.bench.db.write(outbox.due, replying.bench.clock.now(), "a copy that dies", 9)

    await replying.passes(seconds=(LEASE_OF_REPLY + LOOKS_APART).total_seconds())

    assert len(replying.box.public) == 1
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


async def test_a_sender_that_wakes_after_its_lease_does_not_speak(replying: Office) -> None:
    (sleeper,) = await replying.bench.db.write(outbox.due, replying.bench.clock.now(), "sleeper", 9)
    replying.bench.clock.advance(LEASE_OF_REPLY)
    await replying.bench.db.write(outbox.due, replying.bench.clock.now(), "another", 9)

    await replying.deliver.speak.reply(sleeper)

    assert replying.box.tries == []


async def test_a_day_of_later_gives_the_reply_back(replying: Office) -> None:
    replying.box.answers = [TryLater("closed for the night", timedelta(hours=1))] * 99

    await replying.passes(hours=26, every=1800)

    told = [row["payload"] for row in await replying.bench.all(schema.delivery) if row["payload"].get("what") == "not_sent"]
    assert [("within a day" in said["reason"]) for said in told] == [True, True]
    assert await now_of(replying) == (State.CLAIMED, "failed", "failed")
    assert await replying.bench.due_at() is not None


async def test_an_account_that_left_the_settings_sends_nothing_and_gives_the_words_back(replying: Office) -> None:
    replying.bench.desk.networks.clear()

    await replying.delivers()

    assert await now_of(replying) == (State.CLAIMED, "failed", "failed")


async def test_a_bug_in_a_network_leaves_the_reply_to_be_looked_up(replying: Office) -> None:
    replying.box.answers = [ZeroDivisionError("a bug")]
    await replying.delivers()
    after_the_bug = await now_of(replying)

    await replying.passes(minutes=2)

    assert after_the_bug == (State.REPLYING, "sending", "unknown")
    assert replying.box.looked
    assert await now_of(replying) == (State.REPLIED, "sent", "done")


async def test_a_look_is_for_the_post_that_was_answered_then_whatever_came_since(office: Office) -> None:
    office.box.answers = ["lost"]
    await office.bench.arrives(post("p1"), post("p2", "And the brown bin?", conversation="p1"))
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    await office.passes(seconds=10)
    await office.bench.arrives(post("p3", "Hello?", conversation="p1"))

    await office.passes(minutes=1)

    assert [reply.in_reply_to for reply in (*office.box.tries, *office.box.looked)] == ["p2", "p2"]


async def test_an_undone_reply_is_never_sent(replying: Office) -> None:
    await replying.bench.does(Action.WITHDRAW, PRIYA)

    await replying.passes(minutes=5)

    assert replying.box.tries == []


async def test_a_found_reply_keeps_what_the_network_says_of_it(replying: Office) -> None:
    replying.box.answers = ["lost"]
    replying.box.looks = [Found(Receipt("r9", "https://example.org/r9"))]

    await replying.passes(seconds=30)

    reply = await replying.bench.one(schema.reply)
    assert (reply["native_id"], reply["url"]) == ("r9", "https://example.org/r9")


async def test_what_is_known_as_another_reply_is_not_taken_for_this_one(office: Office) -> None:
    """The same words to two people in one thread: after a restart an adapter may find the other's."""
    bench, box = office.bench, office.box
    await bench.arrives(post("p1", conversation="t1"), post("p2", by="kim", conversation="t1"))
    await bench.arrives(post("p3", by="max", conversation="t2"))
    await bench.does(Action.REPLY, PRIYA, text=WORDS)
    await office.passes(seconds=15)
    box.answers, box.looks = [Unsure("the line dropped")], [Found(Receipt("r1"))]

    await bench.does(Action.REPLY, PRIYA, ref="M-2", text=WORDS)
    await office.passes(seconds=25)
    await bench.does(Action.REPLY, PRIYA, ref="M-3", text=WORDS)
    await office.passes(seconds=15)

    assert {one.others for one in box.looked} == {frozenset({"r1"})}
    assert (await bench.mention("M-2")).state is State.REPLYING, "nobody was told that it is answered"
    assert [one.others for one in box.tries if one.in_reply_to in {"p1", "p3"}] == [frozenset(), frozenset()]
