"""The moves a mention allows, and what each changes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.mention import SYSTEM, Action, Author, Mention, Move, State
from bot.moving import KEEP_THE_STATE, MOVES, allows, moved

AT = datetime(2026, 11, 17, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 17, 10, tzinfo=UTC)
NEW = Mention(
    number=1, account="website", network="webchat", native_id="p1", url="", conversation="p1", author=Author("a", "Lou"),
    text="Is it?", language="", kind="mention", private=False, media=(), posted_at=AT, received_at=AT, respond_by=LATER,
)  # fmt: skip


@pytest.mark.parametrize("action", sorted(KEEP_THE_STATE))
@pytest.mark.parametrize("state", State)
def test_what_keeps_the_state_is_allowed_in_every_state(state: State, action: Action) -> None:
    after = moved(replace(NEW, state=state), Move("M-1", action, by="U1"), LATER)

    assert allows(state, action)
    assert after.state is state


@pytest.mark.parametrize(("state", "action"), sorted(MOVES))
def test_every_move_leads_where_the_table_says_and_raises_the_version_by_one(state: State, action: Action) -> None:
    after = moved(replace(NEW, state=state), Move("M-1", action, by="U1"), LATER)

    assert after.state is MOVES[state, action]
    assert after.version == NEW.version + 1


def test_a_move_the_table_lacks_is_not_made() -> None:
    with pytest.raises(KeyError):
        moved(replace(NEW, state=State.CLOSED), Move("M-1", Action.CLAIM, by="U1"), LATER)


def test_the_first_press_by_a_person_is_what_makes_a_mention_seen() -> None:
    first = moved(NEW, Move("M-1", Action.NOTE, by="U1", note="hm"), AT)
    second = moved(first, Move("M-1", Action.SEE, by="U2"), LATER)

    assert (second.seen_by, second.seen_at) == ("U1", AT)


def test_what_the_system_does_is_not_seeing() -> None:
    after = moved(NEW, Move("M-1", Action.CLOSE, by=SYSTEM, note="deleted by its author"), LATER)

    assert after.seen_at is None


def test_reopening_makes_it_unseen_and_nobodys_and_remembers_who_had_it() -> None:
    claimed = moved(NEW, Move("M-1", Action.CLAIM, by="U1"), AT)
    closed = moved(claimed, Move("M-1", Action.CLOSE, by="U1", note="spam"), AT)

    again = moved(closed, Move("M-1", Action.REOPEN, by=SYSTEM), LATER)

    assert (again.owner, again.last_owner, again.seen_at, again.close_reason) == (None, "U1", None, "")


def test_who_answered_by_hand_without_claiming_is_remembered_when_it_opens_again() -> None:
    answered = moved(NEW, Move("M-1", Action.ANSWERED, by="U1"), AT)

    again = moved(answered, Move("M-1", Action.REOPEN, by=SYSTEM), LATER)

    assert again.last_owner == "U1"


def test_whoever_says_more_on_an_answered_mention_owns_it_now() -> None:
    answered = replace(NEW, state=State.REPLIED, owner="U1", last_owner="U1", ended_at=AT)

    after = moved(answered, Move("M-1", Action.REPLY, by="U2", text="One thing more"), LATER)

    assert (after.owner, after.ended_at) == ("U2", None)


def test_a_mention_is_open_until_it_is_answered_or_closed() -> None:
    assert {state for state in State if not replace(NEW, state=state).is_open} == {State.REPLIED, State.CLOSED}


def test_what_had_an_owner_wakes_as_theirs() -> None:
    asleep = replace(NEW, state=State.SNOOZED, owner="U1", snooze_until=LATER)

    after = moved(asleep, Move("M-1", Action.WAKE, by=SYSTEM), LATER)

    assert (after.state, after.owner, after.snooze_until) == (State.CLAIMED, "U1", None)


def test_an_offer_changes_nothing_but_whom_it_is_offered_to_until_it_is_accepted() -> None:
    claimed = moved(NEW, Move("M-1", Action.CLAIM, by="U1"), AT)
    offered = moved(claimed, Move("M-1", Action.GIVE, by="U1", to="U2", until=LATER), AT)
    accepted = moved(offered, Move("M-1", Action.ACCEPT, by="U2"), LATER)

    assert (offered.owner, offered.offered_to, offered.offer_until) == ("U1", "U2", LATER)
    assert (accepted.owner, accepted.offered_to, accepted.offer_until, accepted.owned_at) == ("U2", None, None, LATER)


ENDS_AN_OFFER = [Action.RELEASE, Action.EXPIRE, Action.SNOOZE, Action.REPLY, Action.ANSWERED, Action.CLOSE, Action.DECLINE]


@pytest.mark.parametrize("action", ENDS_AN_OFFER)
def test_what_ends_or_moves_a_claim_takes_its_offer_back(action: Action) -> None:
    offered = replace(NEW, state=State.CLAIMED, owner="U1", offered_to="U2", offer_until=LATER)

    after = moved(offered, Move("M-1", action, by="U1", until=LATER), AT)

    assert (after.offered_to, after.offer_until) == (None, None)


def test_only_a_ping_to_the_owner_asks_the_owner() -> None:
    claimed = moved(NEW, Move("M-1", Action.CLAIM, by="U1"), AT)

    asked = moved(claimed, Move("M-1", Action.ESCALATE, by=SYSTEM, to="U1"), LATER)
    other = moved(claimed, Move("M-1", Action.ESCALATE, by=SYSTEM, to="U2"), LATER)

    assert (asked.asked_at, other.asked_at) == (LATER, None)
    assert moved(asked, Move("M-1", Action.ACKNOWLEDGE, by="U1"), LATER).asked_at is None


def test_a_priority_keeps_the_flags_there_were() -> None:
    flagged = replace(NEW, flags=("danger",))

    after = moved(flagged, Move("M-1", Action.PRIORITY, by="U1", priority="P1", flags=("flood",)), AT)

    assert (after.priority, after.flags) == ("P1", ("danger", "flood"))
