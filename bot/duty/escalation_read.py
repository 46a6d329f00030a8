"""Escalation policies from the settings. Each fault names the policy and the step. Pure."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.duty.escalation import CHANNEL, LAST_WAIT, OWNER, ROLES, Policy, Rung
from bot.settings.duty import PolicySettings
from bot.times.week import Week
from bot.triage import PRIORITIES

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)
DIGITS = 9
"""More are no number of minutes, and too many to be counted."""
MINUTES, DAYS = "1 minute", "7 days"
HELP = 'write who and the minutes until the next, such as "duty 10"; who is owner, duty, backup, lead, channel or a user id'
WORDS = frozenset({*ROLES, OWNER, CHANNEL})
WEEK = timedelta(days=7)
A_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def read_policies(given: Sequence[PolicySettings], accounts: Collection[str]) -> tuple[Policy, ...]:
    """The policies in the order written. Raises ValueError, naming the policy and what is wrong with it."""
    names = [one.name for one in given]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"escalation {twice}: two policies have this name; call one something else")
    return tuple(read_policy(one, accounts) for one in given)


def read_policy(given: PolicySettings, accounts: Collection[str]) -> Policy:
    """One policy. Raises ValueError."""
    where = f"escalation {given.name}"
    if not given.steps:
        raise ValueError(f"{where}: steps is empty, so nobody would ever be pinged; {HELP}")
    for account in given.accounts:
        if account not in accounts:
            raise ValueError(f"{where}: there is no account {account!r}; these are: {', '.join(sorted(accounts))}")
    for priority in (*given.priorities, *given.awake_for):
        if priority not in PRIORITIES:
            raise ValueError(f"{where}: {priority!r} is no priority; write some of {', '.join(PRIORITIES)}")
    return Policy(
        given.name,
        tuple(read_rung(f"{where}, step {number} ({step!r})", step) for number, step in enumerate(given.steps, 1)),
        repeat=given.repeat,
        quiet=read_quiet(where, given.quiet),
        quiet_on_closed_days=given.quiet_on_closed_days,
        awake_for=frozenset(given.awake_for),
        accounts=given.accounts,
        priorities=given.priorities,
    )


def read_rung(where: str, step: str) -> Rung:
    """``duty 10``; without minutes the next comes after LAST_WAIT. Raises ValueError."""
    who, _, minutes = step.strip().partition(" ")
    known = who.lower() if who.lower() in WORDS else who
    if known not in WORDS and not (who.isalnum() and who == who.upper()):
        raise ValueError(f"{where}: {HELP}")
    if who[:1] == "S":
        raise ValueError(f"{where}: {who} is a user group; name a person by their user id, or a role of the rota")
    if not minutes.strip():
        return Rung(known, LAST_WAIT)
    if not minutes.strip().isdecimal():
        raise ValueError(f"{where}: {HELP}")
    if len(minutes.strip()) > DIGITS or not SHORTEST <= (wait := timedelta(minutes=int(minutes))) <= LONGEST:
        raise ValueError(f"{where}: from {MINUTES} to {DAYS}")
    return Rung(known, wait)


def read_quiet(where: str, text: str) -> Week | None:
    """The quiet hours; None without any. Raises ValueError."""
    if not text.strip():
        return None
    try:
        week = Week.read(text)
    except ValueError as error:
        raise ValueError(f"{where}, quiet: {error}") from error
    spans = week.windows(A_MONDAY, A_MONDAY + WEEK, ZoneInfo("UTC"))
    quiet = sum((min(ends, A_MONDAY + WEEK) - max(begins, A_MONDAY) for begins, ends in spans), timedelta(0))
    if quiet >= WEEK:
        raise ValueError(f"{where}, quiet: that is all of the week, so nobody would ever be pinged")
    return week
