"""Who is pinged next, and when to look again."""

from datetime import timedelta

from bot.escalation import CHANNEL, NAG_EVERY, step

TEN = timedelta(minutes=10)


def test_each_person_is_pinged_in_turn_then_the_channel() -> None:
    steps = [step(("dev", "farah"), at, 1, TEN) for at in (0, 1, 2)]

    assert [one.person for one in steps] == ["dev", "farah", CHANNEL]
    assert [one.wait for one in steps] == [TEN, TEN, NAG_EVERY]
    assert [one.then for one in steps] == [1, 2, 0]


def test_after_the_channel_the_first_person_comes_again_a_day_later_in_a_new_round() -> None:
    last = step(("dev",), 1, 4, TEN)

    assert (last.then, last.round, last.wait) == (0, 5, timedelta(days=1))


def test_with_nobody_on_duty_the_channel_is_told_at_once() -> None:
    assert step((), 0, 1, TEN).person == CHANNEL


def test_a_list_that_grew_shorter_meanwhile_goes_on_to_the_channel() -> None:
    assert step(("dev",), 7, 1, TEN).person == CHANNEL
