"""Escalation policies from the settings: what is read, and what is refused by the name of the policy and the step."""

from datetime import timedelta
from typing import Any

import pytest

from bot.duty.escalation import LAST_WAIT, Rung
from bot.duty.escalation_read import read_policies, read_policy
from bot.settings.duty import PolicySettings

ACCOUNTS = {"website", "x"}


def settings(**given: Any) -> PolicySettings:
    """A policy called night."""
    return PolicySettings(**{"name": "night", **given})


def test_steps_are_read_as_who_and_the_minutes_until_the_next() -> None:
    policy = read_policy(settings(steps=("Owner 5", "duty 10", "U0FARAH 60", "channel")), ACCOUNTS)

    five, ten, hour = (timedelta(minutes=minutes) for minutes in (5, 10, 60))
    assert policy.rungs == (Rung("owner", five), Rung("duty", ten), Rung("U0FARAH", hour), Rung("channel", LAST_WAIT))


def test_what_is_left_out_is_as_documented() -> None:
    policy = read_policy(settings(), ACCOUNTS)

    assert [rung.who for rung in policy.rungs] == ["owner", "duty", "backup", "lead", "channel"]
    assert (policy.repeat, policy.quiet, policy.awake_for) == (2, None, frozenset({"P0", "P1"}))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"steps": ()}, "escalation night: steps is empty"),
        ({"steps": ("duty 10", "dutty 10")}, "escalation night, step 2 ('dutty 10'): write who and the minutes"),
        ({"steps": ("duty soon",)}, "escalation night, step 1 ('duty soon'): write who and the minutes"),
        ({"steps": ("duty 0",)}, "escalation night, step 1 ('duty 0'): from 1 minute to 7 days"),
        ({"steps": ("duty 10081",)}, "escalation night, step 1 ('duty 10081'): from 1 minute to 7 days"),
        ({"steps": ("duty ²",)}, "escalation night, step 1 ('duty ²'): write who and the minutes"),
        ({"steps": (f"duty {'9' * 23}",)}, f"escalation night, step 1 ('duty {'9' * 23}'): from 1 minute to 7 days"),
        ({"steps": ("@dev 10",)}, "escalation night, step 1 ('@dev 10'): write who and the minutes"),
        ({"steps": ("u0dev 10",)}, "escalation night, step 1 ('u0dev 10'): write who and the minutes"),
        ({"steps": ("S0OFFICERS 5",)}, "escalation night, step 1 ('S0OFFICERS 5'): S0OFFICERS is a user group"),
        ({"accounts": ("bins",)}, "escalation night: there is no account 'bins'; these are: website, x"),
        ({"priorities": ("P9",)}, "escalation night: 'P9' is no priority"),
        ({"awake_for": ("urgent",)}, "escalation night: 'urgent' is no priority"),
        ({"quiet": "at night"}, "escalation night, quiet: write days and hours"),
        ({"quiet": "mon-sun"}, "escalation night, quiet: that is all of the week"),
        ({"quiet": "mon-sun 07:00-07:00"}, "escalation night, quiet: that is all of the week"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="escalation night") as refused:
        read_policy(settings(**given), ACCOUNTS)

    assert str(refused.value).startswith(said)


def test_two_policies_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two policies have this name"):
        read_policies([settings(), settings()], ACCOUNTS)
