"""What those who were pinged are answered with. Pure."""

from collections.abc import Mapping, Sequence

from bot.card import Line, When
from bot.duty.rota import DutyRole
from bot.words import typed

AS_ROLE: Mapping[str, str] = {
    DutyRole.DUTY: "as the duty officer",
    DutyRole.BACKUP: "as the backup",
    DutyRole.LEAD: "as the lead",
    DutyRole.SHADOW: "as a shadow",
}


def acknowledged(ref: str, owner: str, until: When) -> Line:
    """To the one who acknowledged a ping; ``owner`` is empty when nobody has claimed it."""
    whose = f"{owner} still has {ref}" if owner else f"{ref} is still nobody's until someone claims it"
    return (f"Thank you: nobody else is pinged for now. {whose}. If it stays unanswered, pings begin again at ", until, ".")


def acknowledged_again(ref: str, until: When) -> Line:
    """To one whose word puts nothing off any more: it was put off before, and has had no answer since."""
    return (f"Thank you. Pings about {ref} were put off once already, so whoever is next is asked at ", until, ".")


def asleep(ref: str, until: str) -> str:
    """To one who says that they look at what sleeps; ``until`` is when it wakes."""
    return f"{ref} sleeps until {until}, so nobody is pinged about it. To take it up now: {typed('claim', ref[2:])}"


def passed_on(names: Sequence[str], *, is_last: bool, has_leads: bool) -> str:
    """To the one who is not available; ``names`` are asked in their place."""
    if names:
        return f"Thank you for saying so. {' and '.join(names)} {'is' if len(names) == 1 else 'are'} asked now."
    if is_last:
        told = "the team leads have been told" if has_leads else "its channel is told"
        return f"Thank you for saying so. Nobody else is left to ask, so {told}."
    return "Thank you for saying so. Somebody else is being asked already, or is asked next."


def nobody_waits(ref: str) -> str:
    """To one who is not available and was not asked, or answered before."""
    return f"Nobody is waiting for you about {ref} just now, so nothing changes."


def owner_unavailable(ref: str) -> str:
    """To an owner who cannot look: putting it back is what lets somebody else take it."""
    return f"{ref} is yours, so nobody else looks at it. To put it back in the queue: {typed('release', ref[2:])}"
