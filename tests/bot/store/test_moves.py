"""The one write path: what is allowed, who may, and what a refusal says."""

import asyncio
from datetime import timedelta

import pytest

from bot.authority import HELD_STATES, OWNERS_ONLY
from bot.delivery import DeliveryState
from bot.errors import NoSuchMention, NotAllowed, NotYours
from bot.mention import SYSTEM, Action, Move, State
from bot.moving import KEEP_THE_STATE, MOVES
from bot.store import mentions, schema
from bot.store.moves import Made
from bot.store.sending import outbox
from tests.bot.council import Bench, post

PRIYA, FARAH = "U0PRIYA", "U0FARAH"
MOVED_BY_THE_SYSTEM = {Action.SENT, Action.NOT_SENT, Action.UNSURE, Action.EXPIRE, Action.WAKE, Action.ELSEWHERE}
CLAIMS_FIRST = {(state, action) for state in (State.NEW, State.SNOOZED) for action in (Action.REPLY, Action.SUBMIT)}
DECIDED = {Action.APPROVE, Action.SEND_BACK, Action.RECALL}
BY_A_COLLEAGUE = {Action.ACCEPT, Action.APPROVE, Action.SEND_BACK}
REFUSED = [
    (state, action)
    for state in State
    for action in Action
    if action not in KEEP_THE_STATE and (state, action) not in {*MOVES, *CLAIMS_FIRST}
]
WHOSE_OR_WHAT_NEXT = ("Priya Shah", "\x02", "nothing to")
TOMORROW = timedelta(days=1)


async def brought_to(bench: Bench, state: State) -> None:
    """M-1, in that state, Priya's where it can be somebody's."""
    await bench.arrives()
    for action, more in {
        State.NEW: (),
        State.CLAIMED: ((Action.CLAIM, {}),),
        State.SNOOZED: ((Action.CLAIM, {}), (Action.SNOOZE, {"until": bench.clock.now() + TOMORROW, "note": "highways"})),
        State.REPLYING: ((Action.REPLY, {"text": "Thursday."}),),
        State.REPLIED: ((Action.ANSWERED, {"text": "Thursday."}),),
        State.CLOSED: ((Action.CLOSE, {"note": "spam"}),),
    }[state]:
        await bench.does(action, PRIYA, **more)
    await bench.db.write(mentions.meet, PRIYA, "Priya Shah")


async def in_doubt(bench: Bench) -> None:
    """The reply on its way waits for a person."""
    delivery = await bench.one(schema.delivery, schema.delivery.c.kind == "reply")
    await bench.does(Action.UNSURE, SYSTEM)
    await bench.db.write(outbox.settle, delivery["id"], DeliveryState.NEEDS_HUMAN, [DeliveryState.PENDING])


@pytest.mark.parametrize(("state", "action"), sorted(MOVES))
async def test_every_move_in_the_table_can_be_made_by_its_owner(bench: Bench, state: State, action: Action) -> None:
    await brought_to(bench, state)
    until = bench.clock.now() + TOMORROW
    if action in (Action.ACCEPT, Action.DECLINE):
        await bench.does(Action.GIVE, PRIYA, to=FARAH, until=until)
    if action is Action.RESEND:
        await in_doubt(bench)
    if action in DECIDED:
        await bench.does(Action.SUBMIT, PRIYA, text="Thursday.")
    by = SYSTEM if action in MOVED_BY_THE_SYSTEM else FARAH if action in BY_A_COLLEAGUE else PRIYA

    after = await bench.does(action, by, note="why", text="Words", to=FARAH, until=until)

    assert after.state is (State.CLAIMED if action is Action.WAKE else MOVES[state, action])
    assert (await bench.mention()).state is after.state
    assert (await bench.verdict()).startswith("ok")


@pytest.mark.parametrize(("state", "action"), REFUSED)
@pytest.mark.slow
async def test_what_the_table_lacks_is_refused_in_words_that_help_and_changes_nothing(
    bench: Bench, state: State, action: Action
) -> None:
    await brought_to(bench, state)
    before = await bench.at_rest()

    with pytest.raises(NotAllowed) as refusal:
        await bench.does(action, FARAH, note="why", text="Words", overrides=True)

    said = str(refusal.value)
    assert "M-1" in said
    assert any(words in said for words in WHOSE_OR_WHAT_NEXT)
    assert await bench.at_rest() == before


@pytest.mark.parametrize(
    ("state", "action"),
    [(state, action) for state, action in sorted({*MOVES, *CLAIMS_FIRST}) if action in OWNERS_ONLY and state in HELD_STATES],
)
async def test_only_the_owner_does_what_is_the_owners(bench: Bench, state: State, action: Action) -> None:
    await brought_to(bench, state)

    before = await bench.at_rest()

    with pytest.raises(NotYours, match="Priya Shah has M-1, so only Priya Shah or a team lead can"):
        await bench.does(action, FARAH, note="why", text="Words", to=FARAH, until=bench.clock.now() + TOMORROW)

    assert await bench.at_rest() == before


@pytest.mark.parametrize("action", [Action.RELEASE, Action.CLOSE, Action.REPLY, Action.ANSWERED])
async def test_one_who_overrides_may_do_it_and_the_record_says_who(bench: Bench, action: Action) -> None:
    await brought_to(bench, State.CLAIMED)

    await bench.does(action, FARAH, note="why", text="Words", overrides=True)

    assert (await bench.desk.events("M-1"))[-1]["actor"] == FARAH


async def test_a_claim_made_on_old_news_is_judged_on_today(either: Bench) -> None:
    await either.arrives()
    old_news = await either.mention()
    await either.does(Action.CLAIM, FARAH, ref=old_news)

    with pytest.raises(NotAllowed, match="U0FARAH has M-1"):
        await either.does(Action.CLAIM, PRIYA, ref=old_news)


async def test_a_note_on_old_news_is_still_taken(bench: Bench) -> None:
    await bench.arrives()
    old_news = await bench.mention()
    await bench.does(Action.CLAIM, FARAH)

    after = await bench.does(Action.NOTE, PRIYA, ref=old_news, note="her gran rang too")

    assert after.owner == FARAH


async def test_the_second_to_claim_is_told_who_was_first_how_long_ago_and_what_is_next(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", by="ann"))
    await bench.does(Action.CLAIM, PRIYA)
    bench.clock.advance(minutes=4)

    with pytest.raises(NotAllowed) as refusal:
        await bench.does(Action.CLAIM, FARAH)

    assert "U0PRIYA has M-1 (4 minutes ago)" in str(refusal.value)
    assert "Next in the queue: M-2." in str(refusal.value)


async def test_of_fifty_who_claim_at_once_one_has_it_and_the_rest_are_told_who(either: Bench) -> None:
    await either.arrives()
    staff = [f"U{n:04}" for n in range(50)]

    claims = (either.desk.make(Move("M-1", Action.CLAIM, who)) for who in staff)
    answers = await asyncio.gather(*claims, return_exceptions=True)

    winners = [who for who, answer in zip(staff, answers, strict=True) if isinstance(answer, Made)]
    refusals = [str(answer) for answer in answers if isinstance(answer, NotAllowed)]
    assert len(winners) == 1
    assert len(refusals) == 49
    assert all(f"{winners[0]} has M-1" in refusal for refusal in refusals)
    assert await either.actions() == ["received", "claim"]


async def test_whoever_holds_a_mention_may_claim_it_again_and_nothing_changes(bench: Bench) -> None:
    await brought_to(bench, State.CLAIMED)

    made = await bench.desk.make(Move("M-1", Action.CLAIM, PRIYA))

    assert not made.changed
    assert await bench.actions() == ["received", "claim"]


async def test_the_same_key_twice_changes_nothing(either: Bench) -> None:
    await either.arrives()
    first = await either.desk.make(Move("M-1", Action.NOTE, PRIYA, note="hm", key="press-1"))

    second = await either.desk.make(Move("M-1", Action.NOTE, PRIYA, note="hm", key="press-1"))

    assert (first.changed, second.changed) == (True, False)
    assert await either.actions() == ["received", "note"]


async def test_a_refused_request_may_be_sent_again_with_its_key_once_it_is_allowed(bench: Bench) -> None:
    await brought_to(bench, State.CLAIMED)
    with pytest.raises(NotAllowed):
        await bench.does(Action.CLAIM, FARAH, key="press-1")
    await bench.does(Action.RELEASE, PRIYA)

    after = await bench.does(Action.CLAIM, FARAH, key="press-1")

    assert after.owner == FARAH


async def test_long_keys_that_begin_alike_are_two_keys(bench: Bench) -> None:
    await bench.arrives()
    beginning = "k" * 300

    await bench.does(Action.NOTE, PRIYA, note="one", key=f"{beginning}1")
    await bench.does(Action.NOTE, PRIYA, note="two", key=f"{beginning}2")

    assert await bench.actions() == ["received", "note", "note"]


async def test_seeing_is_noted_once(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.SEE, PRIYA)

    await bench.does(Action.SEE, FARAH)

    assert (await bench.mention()).seen_by == PRIYA
    assert await bench.actions() == ["received", "see"]


async def test_a_reply_to_what_nobody_has_claims_it_in_the_same_transaction(bench: Bench) -> None:
    await bench.arrives()

    after = await bench.does(Action.REPLY, PRIYA, text="Thursday.")

    assert (after.state, after.owner, after.version) == (State.REPLYING, PRIYA, 3)
    assert await bench.actions() == ["received", "claim", "reply"]


async def test_when_the_reply_cannot_be_made_the_claim_that_came_with_it_is_undone(bench: Bench) -> None:
    await bench.arrives()
    move = Move("M-1", Action.REPLY, PRIYA, text="Thursday.", detail={"no": 1.5})  # type: ignore[dict-item]

    with pytest.raises(TypeError, match="no floats"):
        await bench.desk.make(move)

    assert (await bench.mention()).state is State.NEW
    assert await bench.actions() == ["received"]


@pytest.mark.parametrize("ref", ["M-2", "142", "M-0", "hello", "", "M-99999999999"])
async def test_a_reference_that_names_nothing_says_which_exist(bench: Bench, ref: str) -> None:
    await bench.arrives()

    with pytest.raises(NoSuchMention, match=r"The newest is M-1|Mentions are written M-142"):
        await bench.does(Action.CLAIM, ref=ref)


async def test_a_released_mention_is_next_in_the_queue_again(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM)
    assert await bench.desk.next_waiting() is None

    await bench.does(Action.RELEASE)

    assert await bench.desk.next_waiting() == "M-1"


async def test_every_move_raises_the_version_by_one_and_draws_the_card_once(bench: Bench) -> None:
    await bench.arrives()

    for note in ("one", "two", "three"):
        await bench.does(Action.NOTE, note=note)

    redraws = await bench.all(schema.delivery, schema.delivery.c.kind == "redraw")
    assert (await bench.mention()).version == 4
    assert len(redraws) == 1


async def test_asking_whether_a_move_would_work_changes_nothing(bench: Bench) -> None:
    await brought_to(bench, State.CLAIMED)
    before = await bench.at_rest()

    await bench.desk.would(Move("M-1", Action.REPLY, PRIYA))
    with pytest.raises(NotYours):
        await bench.desk.would(Move("M-1", Action.REPLY, FARAH))

    assert await bench.at_rest() == before


async def test_the_mention_that_waits_longest_against_its_target_comes_first(bench: Bench) -> None:
    await bench.arrives(post("p1"))
    bench.clock.advance(timedelta(minutes=5))
    await bench.arrives(post("p2", by="ann"))

    assert await bench.desk.next_waiting() == "M-1"
    assert await bench.desk.next_waiting(besides=1) == "M-2"
