"""What may become of a delivery."""

from datetime import timedelta

import pytest

from bot.delivery import ALLOWED, DEADLINE, LEASE, LOOKS_APART, PERSON_AFTER, DeliveryState, Kind, wait_before

D = DeliveryState


def test_every_state_says_what_may_follow_it() -> None:
    assert set(ALLOWED) == set(DeliveryState)


def test_every_state_can_be_reached_from_pending() -> None:
    reached, look = {D.PENDING}, [D.PENDING]
    while look:
        fresh = ALLOWED[look.pop()] - reached
        reached |= fresh
        look += fresh

    assert reached == set(DeliveryState)


@pytest.mark.parametrize("state", [D.DONE, D.FAILED, D.CANCELLED])
def test_what_is_over_stays_over(state: DeliveryState) -> None:
    assert not ALLOWED[state]


def test_what_may_have_gone_out_is_never_sending_again() -> None:
    assert D.SENDING not in ALLOWED[D.UNKNOWN]
    assert D.SENDING not in ALLOWED[D.NEEDS_HUMAN]


def test_everything_that_is_told_has_a_time_by_which_it_should_be_over() -> None:
    assert set(DEADLINE) == set(Kind)
    assert min(DEADLINE.values()) > PERSON_AFTER > LOOKS_APART


def test_a_person_is_asked_only_after_a_lease_could_have_run_out() -> None:
    assert PERSON_AFTER > LEASE


@pytest.mark.parametrize(
    ("attempt", "asked", "waits"),
    [(1, 0, 2), (3, 0, 8), (3, 60, 60), (9, 0, 300), (500, 0, 300), (500, 900, 900)],
)
def test_waiting_grows_with_each_try_and_never_undercuts_what_was_asked(attempt: int, asked: int, waits: int) -> None:
    assert wait_before(attempt, timedelta(seconds=asked)) == timedelta(seconds=waits)
