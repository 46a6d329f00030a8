"""What staff read about watches: what they look for, what they brought, and why none of them is for a person. Pure."""

from collections.abc import Sequence

from bot.words import excerpt, typed

NO_WATCHLISTS = "Tolbooth keeps no watchlists of people"
A_COLLEAGUE = "the name of a colleague"
AN_AUTHOR = "what somebody who wrote to you is called"
A_NAME = "what looks like somebody’s name"
A_HANDLE = "the handle of an account that is not yours"
AN_ADDRESS = "an e-mail address"
A_NUMBER = "a telephone number"
NOT_SEARCHED = "the account is not in the settings any more, or cannot search"
NOBODY_READS = "nobody reads it just now; an administrator looks whether a copy of Tolbooth runs that listens"
INSTEAD = (
    "Look for the place or the event instead, such as “Mill Road flood” or #harrowflood; for a place that is called after "
    "somebody, add what it is: “Jane Doe Bridge”. What people say to you reaches you without a watch."
)
NOTHING_TO_LOOK_FOR = f"Say what to look for, with commas between: {typed('watch', 'flood, mill road, #harrowflood -film')}"
NOBODY_SEARCHES = (
    "No account here can search its network, so a watch would find nothing. An administrator sets one up: the list of "
    "networks in the README says which can search."
)
NO_WATCHES = "Nothing is watched."
HOW = f"To make one, as a team lead: {typed('watch', 'flood, mill road, #harrowflood -film')}"
WHY_ASKED = "Say why it is needed, so that whoever asks later can be told."
COMES_ANYWAY = (
    "What names your own account comes in by itself, so this watch would find nothing. Look for words beside it, such as "
    "the place or the event."
)
ALL_LEFT_OUT = "All that is looked for is left out again, so this watch would find nothing."
DONE_ALREADY = "That was done already."
CHANGED_MEANWHILE = "Somebody changed this watch meanwhile. Open it again and look."
ENDS_IN_DAYS = 3


def refused(term: str, reason: str) -> str:
    """A term that is a person's."""
    return f"“{excerpt(term, 40)}” is {reason}. {NO_WATCHLISTS}. {INSTEAD}"


def why_long(most: int) -> str:
    """Asked with a reason that goes on and on."""
    return f"Say why in {most} characters at most: it goes on the record."


def too_much(most: int, characters: int) -> str:
    """More terms than a network's question holds."""
    return f"A watch holds {most} terms and {characters} characters together. Make two of it, or leave some out."


def wrong_length(term: str, shortest: int, longest: int) -> str:
    """A term nobody can search for."""
    return f"“{excerpt(term, 40)}”: a term has {shortest} to {longest} characters."


def no_words(term: str) -> str:
    """Signs that networks take for something else."""
    return f"“{excerpt(term, 40)}”: write words, with commas between; no signs such as : / ( ) *."


def no_tag(tag: str) -> str:
    """What can be no hashtag."""
    return f"“#{excerpt(tag, 40)}” can be no hashtag: letters and digits only, and not digits alone."


def which(refs: Sequence[str]) -> str:
    """No watch was named, or none that there is."""
    there = f"There are: {', '.join(refs[:12])}." if refs else NO_WATCHES
    return f"Say which watch, such as {typed('watch', 'W-3')}. {there}"


def too_many(most: int) -> str:
    """Each costs reads, and somebody's time."""
    return f"There are as many as the settings allow, {most}. Stop a watch that nobody needs any more."


def over(ref: str) -> str:
    """Asked of a watch that ended."""
    return f"{ref} has ended. To look for the same again, make a new one."


def budget(ref: str, wanted: str, *, hits: int, per_day: int, used_up: bool) -> str:
    """To the owner, at most twice a day."""
    about = f"{ref} ({excerpt(wanted, 60)})"
    if used_up:
        return (
            f"{about} found {hits} posts today, which is all it may bring in a day. The rest are counted, not shown, unless "
            "they read as urgent, and it looks less often until midnight. "
            f"Narrow it, or let it bring more: {typed('watch', f'change {ref}')}"
        )
    return f"{about} found {hits} of the {per_day} posts it may bring today. To narrow it: {typed('watch', f'change {ref}')}"


def ends_soon(ref: str, wanted: str, day: str) -> str:
    """To the owner, three days before."""
    return f"{ref} ({excerpt(wanted, 60)}) ends on {day}. If it is still needed: {typed('watch', f'extend {ref} why')}"


def ended(ref: str, wanted: str) -> str:
    """To the owner, at the end."""
    return f"{ref} ({excerpt(wanted, 60)}) has ended: its time is over. Nothing more comes in by it; what came stays."


def not_read(ref: str, wanted: str, *, account: str, reason: str) -> str:
    """To the owner, once what it looks for may have been missed for half an hour."""
    return (
        f"{ref} ({excerpt(wanted, 60)}) has found nothing through {account} for half an hour or more, because it cannot "
        f"look: {reason.rstrip('.')}. It goes on trying. To see how it stands: {typed('watch', ref)}"
    )


def owner_left(ref: str, wanted: str, name: str) -> str:
    """To the leads."""
    return (
        f"{ref} ({excerpt(wanted, 60)}) belongs to {name}, who has left. Whoever changes or extends it has it from then on: "
        f"{typed('watch', f'change {ref}')}; if nobody needs it: {typed('watch', f'stop {ref} why')}"
    )


def given(ref: str, wanted: str, name: str) -> str:
    """To the one who has it now."""
    return f"{name} handed on {ref} ({excerpt(wanted, 60)}) to you: you hear how it goes. To see it: {typed('watch', ref)}"
