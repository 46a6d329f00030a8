"""Budgets of one copy, when the clock of its machine is put right."""

from datetime import UTC, datetime, timedelta

from bot.pace import OwnBudgets

SECOND = timedelta(seconds=1)
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
TWO_HOURS_BACK = NOON - timedelta(hours=2)


def test_a_clock_put_back_costs_a_budget_no_more_than_one_turn() -> None:
    budgets = OwnBudgets()
    budgets.spend("say", SECOND, 1, now=NOON)

    first = budgets.spend("say", SECOND, 1, now=TWO_HOURS_BACK)

    assert first == SECOND
    assert budgets.spend("say", SECOND, 1, now=TWO_HOURS_BACK + first) == timedelta(0)


def test_a_pause_lasts_no_longer_than_it_was_asked_for_by_a_clock_put_back() -> None:
    budgets = OwnBudgets()
    budgets.pause("say", 60 * SECOND, now=NOON)

    left = budgets.spend("say", SECOND, 1, now=TWO_HOURS_BACK)

    assert left == 60 * SECOND
    assert budgets.spend("say", SECOND, 1, now=TWO_HOURS_BACK + 30 * SECOND) == 30 * SECOND
    assert budgets.spend("say", SECOND, 1, now=TWO_HOURS_BACK + left) == timedelta(0)
