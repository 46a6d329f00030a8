"""A reply that waits for approval: let go, changed, sent back or taken back, and what everything else does to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import NeedsMore, NotAllowed, NotYours
from bot.mention import SYSTEM, Action, State
from bot.ports import Edited, Gone
from bot.reply import Attachment, Post, ReplyState, Written
from bot.replying.policy import Approval, ApprovalTable
from bot.store import mentions, schema
from bot.store.duty import gone
from bot.store.replying import approvals, asking, media, trust
from tests.bot.council import Bench, house, post

pytestmark = pytest.mark.slow
TAM, MORAG, ANA, DEV = "U0TAM", "U0MORAG", "U0ANA", "U0DEV"
WORDS = Written("On Thursday.")
SIGNED = (Post("On Thursday. ^TD"),)
WITH_APPROVERS = house(approvers=(ANA,), approval=Approval((ApprovalTable(),), graduate_after=2))
ENDS: list[tuple[Action, str, dict[str, Any]]] = [
    (Action.RELEASE, TAM, {}),
    (Action.CLOSE, TAM, {"note": "spam"}),
    (Action.ANSWERED, TAM, {"text": "By telephone."}),
    (Action.SNOOZE, TAM, {"note": "later", "until": "tomorrow"}),
    (Action.EXPIRE, SYSTEM, {}),
    (Action.RELEASE, MORAG, {"overrides": True, "note": "Tam has left"}),
]


@pytest.fixture
def here(bench: Bench) -> Bench:
    """A council with an approver, on a SQLite file."""
    bench.desk.house = WITH_APPROVERS
    return bench


@pytest.fixture
def both(either: Bench) -> Bench:
    """The same on SQLite and on PostgreSQL."""
    either.desk.house = WITH_APPROVERS
    return either


async def sent_in(bench: Bench, **more: Any) -> str:
    """Tam has M-1, and sends a reply in; its id."""
    if not await bench.all(schema.mention):
        await bench.arrives(post("p1", conversation="c1"))
        for person, name in ((TAM, "Tam"), (MORAG, "Morag"), (ANA, "Ana")):
            await bench.db.write(mentions.meet, person, name)
    await bench.does(Action.SUBMIT, TAM, written=WORDS, posts=SIGNED, **more)
    return str((await waiting(bench))["id"])


async def waiting(bench: Bench) -> dict[str, Any]:
    """The row that waits."""
    return await bench.one(schema.reply, schema.reply.c.state == ReplyState.WAITING)


async def told(bench: Bench, person: str) -> list[str]:
    """What somebody is to be told about mentions."""
    return await bench.told(kind="tell", target=person)


async def test_what_is_sent_in_waits_with_its_posts_frozen_and_a_clock(both: Bench) -> None:
    await sent_in(both)

    row = await waiting(both)

    assert (row["text"], row["by"], row["posts"]) == ("On Thursday.", TAM, mentions.posts_kept(SIGNED))
    assert row["approval_due_at"] == both.clock.now() + timedelta(minutes=15)
    assert (await both.mention()).state is State.CLAIMED
    assert await both.actions() == ["received", "claim", "submit"]
    assert await told(both, ANA) == ["approval"]
    assert await told(both, TAM) == []
    assert (await both.verdict()).startswith("ok")


async def test_approving_holds_it_and_says_who_did(both: Bench) -> None:
    await sent_in(both)

    after = await both.does(Action.APPROVE, ANA, posts=SIGNED)

    row = await both.one(schema.reply)
    assert after.state is State.REPLYING
    assert (row["state"], row["approved_by"], row["approval_due_at"]) == ("held", ANA, None)
    assert row["hold_until"] == both.clock.now() + both.house.hold
    assert await told(both, TAM) == ["approved_yours"]
    assert await both.told(kind="reply") == [""]
    assert (await both.verdict()).startswith("ok")


async def test_nobody_approves_their_own_whatever_their_role(here: Bench) -> None:
    await sent_in(here)

    for action in (Action.APPROVE, Action.SEND_BACK):
        with pytest.raises(NotYours, match="somebody else looks at it"):
            await here.does(action, TAM, overrides=True, note="why", written=Written("Mine."))

    assert (await waiting(here))["approved_by"] is None


async def test_an_approver_changes_it_and_both_versions_are_kept_and_proved(both: Bench) -> None:
    await sent_in(both)

    await both.does(
        Action.APPROVE, ANA, written=Written("On Friday."), posts=(Post("On Friday. ^TD"),), note="the rota changed"
    )

    row = await both.one(schema.reply)
    assert (row["text"], row["written"], row["by"]) == ("On Friday.", "On Thursday.", TAM)
    assert mentions.posts_from(row["posts"]) == (Post("On Friday. ^TD"),)
    assert (await both.verdict()).startswith("ok")
    await both.db.write(lambda conn: conn.execute(schema.reply.update().values(written="Something else.")))
    assert "what the writer of a reply wrote was changed" in await both.verdict()


async def test_of_a_bilingual_reply_both_languages_are_kept_as_they_were(here: Bench) -> None:
    await here.arrives()
    await here.does(Action.SUBMIT, TAM, written=Written("Dydd Iau.", "Thursday."), posts=SIGNED)

    await here.does(Action.APPROVE, ANA, written=Written("Dydd Iau.", "On Thursday."), posts=SIGNED)

    row = await here.one(schema.reply)
    assert (row["written"], row["written_second"], row["second"]) == ("Dydd Iau.", "Thursday.", "On Thursday.")


async def test_posts_that_are_not_those_that_wait_are_not_let_go_without_their_words(here: Bench) -> None:
    await sent_in(here)

    with pytest.raises(NotAllowed, match="changed just now"):
        await here.does(Action.APPROVE, ANA, posts=(Post("Something else."),))


async def test_sent_back_with_a_word_it_is_a_draft_again_and_what_was_sent_in_stays_on_the_record(both: Bench) -> None:
    await sent_in(both)

    after = await both.does(Action.SEND_BACK, ANA, note="Add the telephone number, please.")

    states = {row["state"]: row["text"] for row in await both.all(schema.reply)}
    assert after.state is State.CLAIMED
    assert states == {"withdrawn": "On Thursday.", "draft": "On Thursday."}
    assert await told(both, TAM) == ["sent_back_yours"]
    assert (await both.verdict()).startswith("ok")


async def test_sending_back_needs_a_word(here: Bench) -> None:
    await sent_in(here)

    with pytest.raises(NeedsMore, match="Say what should change"):
        await here.does(Action.SEND_BACK, ANA, note=" ")


async def test_its_writer_takes_it_back_and_nobody_else_does(both: Bench) -> None:
    await sent_in(both)

    with pytest.raises(NotYours, match="Tam wrote the reply"):
        await both.does(Action.RECALL, MORAG, overrides=True)
    await both.does(Action.RECALL, TAM)

    assert sorted(row["state"] for row in await both.all(schema.reply)) == ["draft", "withdrawn"]
    assert (await both.verdict()).startswith("ok")


async def test_its_pictures_go_with_it_into_the_draft_it_becomes_again(here: Bench) -> None:
    await here.arrives()
    written = WORDS
    draft = await here.desk.keep_draft(await here.mention(), TAM, written)
    await here.db.write(media.keep, draft, (Attachment("", "light.png", "image/png", 3, "A red light", b"abc"),))
    waits = await sent_in(here)

    await here.does(Action.RECALL, TAM)

    again = await here.one(schema.reply, schema.reply.c.state == "draft")
    assert waits == draft != again["id"]
    assert [one.alt for one in await here.db.read(media.listed, again["id"])] == ["A red light"]


# --- two at once -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [Action.REPLY, Action.SUBMIT])
async def test_a_second_reply_while_one_waits_is_refused_and_told_whose_waits_and_for_whom(
    both: Bench, action: Action
) -> None:
    await sent_in(both)

    with pytest.raises(NotAllowed, match="Tam’s reply to M-1 waits for Ana to approve it"):
        await both.does(action, MORAG, text="Mine.", overrides=True)
    with pytest.raises(NotAllowed, match=r"Your reply to M-1 waits for Ana.*recall 1"):
        await both.does(action, TAM, text="Another.")

    assert len(await both.all(schema.reply)) == 1


async def test_of_two_who_approve_the_second_finds_nothing_that_waits(both: Bench) -> None:
    waits = await sent_in(both)
    seen = {"reply": waits, approvals.AS_OF: str((await both.mention()).version)}
    await both.does(Action.APPROVE, ANA, detail=seen)

    with pytest.raises(NotAllowed):
        await both.does(Action.APPROVE, MORAG, detail=seen)

    assert len(await both.told(kind="reply")) == 1
    assert (await both.one(schema.reply))["approved_by"] == ANA


async def test_an_approval_that_comes_after_it_was_taken_back_lets_nothing_go(both: Bench) -> None:
    waits = await sent_in(both)
    await both.does(Action.RECALL, TAM)

    with pytest.raises(NotAllowed, match="waits for approval now"):
        await both.does(Action.APPROVE, ANA, detail={"reply": waits})

    assert await both.told(kind="reply") == []


async def test_an_approval_of_what_was_taken_back_and_sent_in_anew_lets_nothing_go(both: Bench) -> None:
    waits = await sent_in(both)
    seen = {"reply": waits, approvals.AS_OF: str((await both.mention()).version)}
    await both.does(Action.RECALL, TAM)
    await both.does(Action.SUBMIT, TAM, written=Written("Never."), posts=(Post("Never."),))

    with pytest.raises(NotAllowed):
        await both.does(Action.APPROVE, ANA, detail=seen)

    assert await both.told(kind="reply") == []


# --- the public meanwhile ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["wrote again", "edited", "deleted an addition"])
async def test_what_was_approved_before_the_public_changed_something_is_not_let_go(both: Bench, what: str) -> None:
    await both.arrives(post("p1", conversation="c1"), post("p2", "And the pool?", conversation="c1"))
    waits = await sent_in(both)
    seen = {"reply": waits, approvals.AS_OF: str((await both.mention()).version)}
    now = both.clock.now()
    item = {
        "wrote again": post("p3", "Hello?", conversation="c1"),
        "edited": Edited("p1", "Is my school shut?", now),
        "deleted an addition": Gone("p2", now),
    }[what]
    await both.arrives(item)

    with pytest.raises(NotAllowed, match="changed just now"):
        await both.does(Action.APPROVE, ANA, detail=seen)

    seen[approvals.AS_OF] = str((await both.mention()).version)
    assert (await both.does(Action.APPROVE, ANA, detail=seen)).state is State.REPLYING


async def test_a_deleted_mention_gives_the_reply_back_to_its_writer(both: Bench) -> None:
    await sent_in(both)

    await both.arrives(Gone("p1", both.clock.now()))

    assert sorted(row["state"] for row in await both.all(schema.reply)) == ["draft", "withdrawn"]
    assert await told(both, TAM) == ["not_approved_yours"]
    assert (await both.verdict()).startswith("ok")


@pytest.mark.parametrize(("action", "by", "more"), ENDS)
async def test_whatever_takes_the_mention_from_its_writer_gives_them_the_draft(
    both: Bench, action: Action, by: str, more: dict[str, Any]
) -> None:
    await sent_in(both)
    until = {"until": both.clock.now() + timedelta(days=1)} if "until" in more else {}

    await both.does(action, by, **{**more, **until})

    states = [row["state"] for row in await both.all(schema.reply) if row["text"] == "On Thursday."]
    assert sorted(states) == ["draft", "withdrawn"]
    assert "not_approved" in await both.told(kind="thread")
    assert await told(both, TAM) == ([] if by == TAM else ["not_approved_yours"])
    assert (await both.verdict()).startswith("ok")


async def test_an_offer_leaves_it_waiting_until_a_colleague_accepts(both: Bench) -> None:
    await sent_in(both)
    await both.does(Action.GIVE, TAM, to=DEV, until=both.clock.now() + timedelta(minutes=10))
    still = await waiting(both)

    await both.does(Action.ACCEPT, DEV)

    assert still["state"] == "waiting"
    assert sorted(row["state"] for row in await both.all(schema.reply)) == ["draft", "withdrawn"]
    assert await told(both, TAM) == ["not_approved_yours"]


async def test_a_follow_up_to_what_was_answered_opens_the_mention_and_its_clock_again(both: Bench) -> None:
    await both.arrives()
    await both.does(Action.ANSWERED, TAM, text="Yes.")

    after = await both.does(Action.SUBMIT, TAM, written=WORDS, posts=SIGNED)

    assert (after.state, after.owner, after.ended_at) == (State.CLAIMED, TAM, None)
    assert await both.due_at() is not None


# --- undo --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [TAM, ANA, MORAG])
async def test_writer_approver_and_lead_can_undo_what_was_approved(both: Bench, who: str) -> None:
    await sent_in(both)
    await both.does(Action.APPROVE, ANA, posts=SIGNED)

    after = await both.does(Action.WITHDRAW, who, overrides=who == MORAG)

    assert after.state is State.CLAIMED
    assert ("undone" in await told(both, TAM)) is (who != TAM)
    assert (await both.verdict()).startswith("ok")


async def test_a_colleague_who_has_no_part_in_it_cannot_undo_it(here: Bench) -> None:
    await sent_in(here)
    await here.does(Action.APPROVE, ANA, posts=SIGNED)

    with pytest.raises(NotYours):
        await here.does(Action.WITHDRAW, DEV)


# --- the clock ---------------------------------------------------------------------------------------------------


async def asked(bench: Bench, *, left: frozenset[str] = frozenset()) -> list[str]:
    """Whom a look asks, as the outbox has it, in order of their ids."""
    before = {row["key"] for row in await bench.all(schema.delivery)}
    await bench.db.write(asking.look, bench.house, bench.clock.now(), left)
    fresh = [row for row in await bench.all(schema.delivery) if row["key"] not in before]
    return sorted(row["target"] for row in fresh if row["payload"].get("what") == "approval")


async def test_leads_are_asked_after_the_approvers_then_whoever_is_on_duty_then_all_and_then_daily(both: Bench) -> None:
    await sent_in(both)
    laps = []

    for minutes in (14, 1, 15, 15, 15, 15, 24 * 60 - 16, 1):
        both.clock.advance(timedelta(minutes=minutes))
        laps.append(await asked(both))

    everybody = [ANA, DEV, "U0FARAH", MORAG]
    assert laps == [[], [MORAG], [DEV, "U0FARAH"], everybody, everybody, [], [], everybody]


async def test_two_copies_that_look_at_once_ask_once(both: Bench) -> None:
    await sent_in(both)
    both.clock.advance(timedelta(minutes=15))
    (seen,) = await both.db.read(asking.waiting)

    first = await both.db.write(asking.ask_next, seen, asking.Around(both.house, both.clock.now()))
    second = await both.db.write(asking.ask_next, seen, asking.Around(both.house, both.clock.now()))

    assert (first, second) == (True, False)


async def test_an_approver_who_left_is_not_waited_for(both: Bench) -> None:
    await sent_in(both)

    nobody_left, ana_left = await asked(both), await asked(both, left=frozenset({ANA}))

    assert (nobody_left, ana_left) == ([], [MORAG])


async def test_one_who_left_before_is_not_asked(both: Bench) -> None:
    await both.arrives()
    await both.db.write(gone.mark, ANA, both.clock.now(), is_wanted=True)

    await sent_in(both)

    assert await told(both, ANA) == []
    assert await told(both, MORAG) == ["approval"]
    assert len(await both.all(schema.delivery, schema.delivery.c.target == TAM)) == 1  # told that leads are asked


async def test_where_nobody_can_be_asked_the_writer_and_the_thread_hear_so_each_time(both: Bench) -> None:
    both.desk.house = house(approvers=(), leads=(), officers=())
    await sent_in(both)
    both.clock.advance(timedelta(minutes=15))

    assert await asked(both) == []

    texts = [row["payload"].get("text", "") for row in await both.all(schema.delivery, schema.delivery.c.target == TAM)]
    assert len(texts) == 2
    assert all("can be told of it by name" in text for text in texts)
    assert "approval_unheard" in await both.told(kind="thread")
    assert (await waiting(both))["approval_due_at"] > both.clock.now()


async def test_nobody_is_asked_any_more_once_it_was_decided(both: Bench) -> None:
    await sent_in(both)
    await both.does(Action.SEND_BACK, ANA, note="shorter")
    both.clock.advance(timedelta(days=2))

    assert await asked(both) == []


# --- trust -------------------------------------------------------------------------------------------------------


async def approves(bench: Bench, number: int, *, topic: str = "bins", change: str = "", back: bool = False) -> None:
    """Tam's reply to another mention is approved, as it is or changed, or sent back first."""
    ref = f"M-{number}"
    await bench.arrives(post(f"q{number}", conversation=f"q{number}", by=f"author{number}"))
    await bench.does(Action.TOPIC, MORAG, ref=ref, topic=topic)
    await bench.does(Action.SUBMIT, TAM, ref=ref, written=WORDS, posts=SIGNED)
    if back:
        await bench.does(Action.SEND_BACK, ANA, ref=ref, note="shorter")
    else:
        written = {"written": Written(change), "posts": (Post(change),)} if change else {}
        await bench.does(Action.APPROVE, ANA, ref=ref, **written)
        await bench.does(Action.SENT, SYSTEM, ref=ref)


async def trusted(bench: Bench, topic: str = "bins") -> bool:
    """Whether Tam needs no approval there."""
    return bool(await bench.db.read(trust.is_trusted, TAM, topic))


async def test_approvals_without_a_change_earn_trust_on_that_topic_and_both_are_told(both: Bench) -> None:
    await approves(both, 1, topic="bins.missed")
    before = await trusted(both, "bins")
    await approves(both, 2, topic="bins.new")

    assert (before, await trusted(both, "bins.missed"), await trusted(both, "roads"), await trusted(both, "")) == (
        False,
        True,
        False,
        False,
    )
    said = {
        row["target"]: row["payload"].get("text", "") for row in await both.all(schema.delivery) if row["number"] is None
    }
    assert "need no approval" in said[TAM]
    assert "needs no approval" in said[ANA]
    (earned,) = await both.all(schema.trust)
    assert (earned["kind"], earned["topic"], earned["by"]) == ("earned", "bins", SYSTEM)
    assert await both.actions(f"trust:{TAM}") == ["approved", "approved", "earned"]


@pytest.mark.parametrize("kind", [{"change": "On Friday."}, {"back": True}])
async def test_a_change_or_a_word_back_starts_the_count_anew(both: Bench, kind: dict[str, Any]) -> None:
    await approves(both, 1)
    await approves(both, 2, **kind)
    await approves(both, 3)
    before = await trusted(both)
    await approves(both, 4)

    assert (before, await trusted(both)) == (False, True)


async def test_without_a_topic_only_a_lead_gives_trust(here: Bench) -> None:
    for number in (1, 2, 3):
        await approves(here, number, topic="")
    earned, counted = await trusted(here, ""), await here.actions(f"trust:{TAM}")
    await here.db.write(trust.give, TAM, "", MORAG, house=here.house, now=here.clock.now())

    assert (earned, counted, await trusted(here, "")) == (False, [], True)


async def test_what_was_stopped_before_it_went_out_earns_nothing(here: Bench) -> None:
    await approves(here, 1)
    await sent_in(here, ref="M-1")
    await here.does(Action.APPROVE, ANA)
    await here.does(Action.WITHDRAW, ANA)
    await here.does(Action.SUBMIT, TAM, written=WORDS, posts=SIGNED)
    await here.does(Action.APPROVE, ANA)
    stopped = await trusted(here), await here.actions(f"trust:{TAM}")

    await approves(here, 2)

    assert stopped == (False, ["approved"])
    assert await trusted(here)


async def test_a_lead_takes_it_back_and_gives_it_on_the_record(both: Bench) -> None:
    await approves(both, 1)
    await approves(both, 2)
    now = both.clock.now()

    taken = await both.db.write(trust.take, TAM, "bins", MORAG, why="new rules", house=both.house, now=now)
    after_taking = await trusted(both)
    again = await both.db.write(trust.take, TAM, "bins", MORAG, why="new rules", house=both.house, now=now)
    given = await both.db.write(trust.give, TAM, "bins", MORAG, house=both.house, now=now)

    assert (taken, after_taking, again, given, await trusted(both)) == (True, False, False, True, True)
    assert (await both.actions(f"trust:{TAM}"))[-2:] == ["taken", "given"]
    assert await both.db.read(trust.unrecorded) == ""
    assert (await both.verdict()).startswith("ok")


async def test_after_it_was_taken_back_the_count_begins_anew(here: Bench) -> None:
    await approves(here, 1)
    await approves(here, 2)
    await here.db.write(trust.take, TAM, "bins", MORAG, why="new rules", house=here.house, now=here.clock.now())
    await approves(here, 3)
    before = await trusted(here)
    await approves(here, 4)

    assert (before, await trusted(here)) == (False, True)


async def test_trust_that_nobody_gave_shows(here: Bench) -> None:
    row = {"person": TAM, "topic": "", "kind": "given", "by": MORAG, "at": here.clock.now()}
    await here.db.write(lambda conn: conn.execute(schema.trust.insert().values(row)))

    assert TAM in await here.verdict()


async def test_without_graduation_nothing_is_counted(here: Bench) -> None:
    here.desk.house = replace(WITH_APPROVERS, approval=Approval((ApprovalTable(),)))

    await approves(here, 1)

    assert await here.actions(f"trust:{TAM}") == []
