"""Every sentence staff read about how accounts are heard: feeds gone quiet, sign-ins that end, reading that slows down."""

from bot.card import When


def slowed(name: str, why: str) -> str:
    """To the leads, once when it begins."""
    reason = why.rstrip(". ")
    return f"{name} is read more slowly than it should be: {reason}. What the public says there comes in later than usual."


def quiet(name: str, since: When, expected: float) -> str:
    """To the leads, once for each silence."""
    return (
        f"Nothing has come in from {name} since {since.local}, though by its own rhythm about "
        f"{many(round(expected), 'post')} would have. It can be read, so it may only be a calm day. Look at the account "
        "itself: if there are posts that are not here, tell whoever looks after Tolbooth. This is said once; "
        "the next post ends it."
    )


def ends(name: str, on: When, days: int, network: str) -> str:
    """To the leads and whoever holds the account, while there is time."""
    how = f"How: integrations/{network}/README.md."
    if days < 0:
        return f"{name}: its sign-in ended on {on.local}. Sign it in again: until then it may hear nothing. {how}"
    left = "within a day" if days == 0 else f"in {many(days, 'day')}"
    return f"{name}: its sign-in ends on {on.local}, {left}. Sign it in again before then, or it falls silent. {how}"


def sign_in(on: When, days: int) -> str:
    """On the list of accounts, and where the settings are checked."""
    if days < 0:
        return f"its sign-in ended on {on.local}"
    return f"its sign-in ends on {on.local}"


def many(count: int, what: str) -> str:
    """``1 day``, ``3 days``."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
