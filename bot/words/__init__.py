"""Every sentence staff read about what they did or may do: what happened, whose it is, and what to do next."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.card import Line, When
from bot.mention import SYSTEM, Action, Mention, State

ERASED = "(erased: its words are not kept any longer)"
DELETED = "(deleted by its author)"
"""These two stand in the place of words; a chat that cannot redraw a card has to know them."""
NOTHING_OPEN = "Nothing is open. Every mention has been answered or closed."
TYPED = re.compile("\x02(\\w+)([^\x03]*)\x03")


def typed(verb: str, rest: object = "") -> str:
    """Something to type, marked so that each chat can spell it its own way; the public's words never hold the marks."""
    return f"\x02{verb}{f' {rest}' if rest else ''}\x03"


def spelled(text: str, commands: Mapping[str, str]) -> str:
    """Words with each thing to type as this chat spells it: ``/claim 142``, ``/mention close 142`` or just ``close 142``."""
    many = commands.get("mention", "")

    def spell(found: re.Match[str]) -> str:
        verb, rest = found.groups()
        own = commands.get(verb) or f"{many} {verb}".strip()
        return f"{own}{rest}"

    return TYPED.sub(spell, text)


def when(at: datetime, zone: ZoneInfo) -> When:
    """A moment with its local time in words: ``17 Nov at 09:05``."""
    local = at.astimezone(zone)
    return When(at, f"{local.day} {local:%b} at {local:%H:%M}")


def age(span: timedelta) -> str:
    """How long, in the two largest units: ``3 h 10 m``, ``2 d 4 h``, ``under a minute``."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} m" if minutes else f"{hours} h"
    return f"{minutes} m"


def ago(span: timedelta) -> str:
    """How long ago, in a sentence: ``just now``, ``4 minutes ago``."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'} ago"
    return f"{age(span)} ago"


def excerpt(text: str, length: int = 80) -> str:
    """The beginning of somebody's words, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def said(mention: Mention, length: int = 80) -> str:
    """What a list shows of a mention: its words, unless they are gone or private."""
    if mention.erased_at:
        return ERASED
    if mention.gone_at and not mention.text:
        return DELETED
    if mention.private:
        return "(private message)"
    return f"“{excerpt(mention.text, length)}”" if mention.text.strip() else "(no words)"


# --- the headline ------------------------------------------------------------------------------------------------


def oldest_unseen(ref: str | None, waited: timedelta | None, *, hits: int = 0) -> str:
    """The first line of every report. ``hits``: how many are unseen that watches found, of which none is late."""
    if (ref is None or waited is None) and hits:
        return f"Oldest unseen: none that was said to us. Found by watches, with time left to be looked at: {hits:,}"
    if ref is None or waited is None:
        return "Oldest unseen: none. Every open mention has been looked at."
    return f"Oldest unseen: {ref}, {age(waited)}"


# --- after a move ------------------------------------------------------------------------------------------------


def claimed(ref: str) -> str:
    """To the one who claimed."""
    return f"{ref} is yours. To answer it: {typed('reply', ref[2:])}. To put it back: {typed('release', ref[2:])}."


def have_it(ref: str) -> str:
    """To the one who claims what they hold."""
    return f"You have {ref}. To answer it: {typed('reply', ref[2:])}."


def released(mention: Mention) -> str:
    """To the one who released."""
    if mention.state is State.SNOOZED:
        return f"{mention.ref} is nobody's now. It sleeps on, and wakes by itself."
    return f"{mention.ref} is back in the queue for anyone to claim."


def closed(ref: str, reason: str) -> str:
    """To the one who closed."""
    return f"{ref} is closed, no reply needed: {reason}"


def noted(ref: str) -> str:
    """To the one who noted."""
    return f"Noted on {ref}. Notes are for staff and are never published."


def withdrawn(ref: str) -> str:
    """To the one who pressed Undo in time."""
    return f"Stopped in time: nothing was published on {ref}. What you wrote is kept as a draft."


def answered(ref: str) -> str:
    """To the one who answered by hand."""
    return f"Recorded: {ref} was answered by hand."


# --- refusals ----------------------------------------------------------------------------------------------------

ANSWERS = (Action.REPLY, Action.SUBMIT)
DEEDS: Mapping[Action, str] = {
    Action.RELEASE: "put it back",
    Action.CLOSE: "close it",
    Action.WITHDRAW: "stop its reply",
    Action.GIVE: "give it to somebody",
    Action.SNOOZE: "let it sleep",
}
"""What only the owner or a lead may do; the rest is answering it."""


TAKEN_UP_FIRST = frozenset({Action.SNOOZE, Action.RELEASE, Action.GIVE, Action.ACCEPT, Action.DECLINE, *ANSWERS})
"""What is not done to what sleeps."""


def next_in_queue(ref: str | None) -> str:
    """What to do instead."""
    return f" Next in the queue: {ref}." if ref else " Nothing else is waiting."


def taken(mention: Mention, owner: str, now: datetime, next_ref: str | None) -> str:
    """To the one who came second."""
    since = f" ({ago(now - mention.owned_at)})" if mention.owned_at else ""
    return f"{owner} has {mention.ref}{since}. You can help in its thread, or ask {owner} to release it." + next_in_queue(
        next_ref
    )


def not_yours(mention: Mention, owner: str, action: Action) -> str:
    """To one who acts on what somebody else holds."""
    deed = DEEDS.get(action, "answer it")
    return f"{owner} has {mention.ref}, so only {owner} or a team lead can {deed}. You can help in its thread."


def not_now(mention: Mention, action: Action, owner: str) -> str:
    """Why the table has no such move, and what can be done instead."""
    ref, n = mention.ref, mention.number
    match mention.state, action:
        case State.CLOSED, _:
            reason = f" ({mention.close_reason})" if mention.close_reason else ""
            return f"{ref} is closed{reason}. It opens again if its author writes again. To read it: {typed('show', n)}"
        case State.REPLIED, _:
            return answered_already(mention, action, owner)
        case State.NEW, Action.RELEASE | Action.GIVE | Action.ACCEPT | Action.DECLINE:
            return nobody_has(mention, action)
        case State.REPLYING, Action.CLAIM:
            return f"{owner} is answering {ref}: a reply is on its way. To read it: {typed('show', n)}"
        case State.REPLYING, _:
            return f"A reply by {owner} to {ref} is on its way or in doubt: its card says which, and what can be done."
        case _, Action.SENT | Action.NOT_SENT | Action.RESEND:
            return f"No reply to {ref} is in doubt, so there is nothing to settle. To read it: {typed('show', n)}"
        case State.SNOOZED, action if action in TAKEN_UP_FIRST:
            who = f"{owner} has it and can take it up again" if mention.owner else "To take it up again"
            return f"{ref} is asleep. {who}: {typed('claim', n)}"
        case _, Action.APPROVE | Action.SEND_BACK | Action.RECALL:
            return f"No reply to {ref} waits for approval. To see how it stands: {typed('show', n)}"
        case _, Action.WITHDRAW:
            return f"No reply to {ref} is waiting to go, so there is nothing to stop. To read it: {typed('show', n)}"
        case _:
            return f"That cannot be done to {ref} now. To see what can: {typed('show', n)}"


def nobody_has(mention: Mention, action: Action) -> str:
    """Why what nobody has cannot be passed on, and what can be done."""
    ref, take = mention.ref, f"To take it: {typed('claim', mention.number)}"
    match action:
        case Action.RELEASE:
            return f"Nobody has {ref}, so there is nothing to release. {take}"
        case Action.GIVE:
            return f"Nobody has {ref}, so it is not yours to give yet. {take}"
        case _:
            return f"{ref} is not on offer any more, and nobody has it. {take}"


def answered_already(mention: Mention, action: Action, owner: str) -> str:
    """Why an answered mention is not open to a move, and what is."""
    ref, n = mention.ref, mention.number
    owner = "A colleague outside Tolbooth" if mention.owner == SYSTEM else owner
    match action:
        case Action.CLAIM:
            return f"{owner} has answered {ref}. It opens again if its author writes again. To read it: {typed('show', n)}"
        case Action.WITHDRAW:
            return f"{too_late(ref)} To read it: {typed('show', n)}. To say more: {typed('reply', n)}"
        case Action.REPLY | Action.SUBMIT:
            return f"{ref} has been answered by {owner}, and its words are no longer kept. To read how: {typed('record', n)}"
        case Action.ANSWERED:
            return f"{ref} has been answered already. To read what was said: {typed('record', n)}"
        case _:
            return f"{ref} has been answered by {owner}. To read it: {typed('show', n)}. To say more: {typed('reply', n)}"


def wrote_again(ref: str) -> str:
    """A reply confirmed a moment before the author added something."""
    return f"The author of {ref} wrote again just now. Your draft is kept: look at the card, then {typed('reply', ref[2:])}"


def too_late(ref: str) -> str:
    """To one who pressed Undo after the reply left."""
    return f"Too late to stop it: the reply to {ref} has already left."


def needs_reason(ref: str) -> str:
    """A close without a reason."""
    return f"Say why {ref} needs no reply, so that the next person knows: {typed('close', ref[2:] + ' spam')}"


def held_private(ref: str, lead: str) -> str:
    """To one who may not read a private message."""
    who = "Only team leads, and its private channel if it has one, can read or answer it"
    return f"{ref} is a private message. {who}: ask {lead}."


def not_in_channel(ref: str, channel: str, lead: str) -> str:
    """To one who is not in the mention's channel."""
    return f"{ref} belongs to the channel {channel}, and you are not in it. Join it, or ask {lead}."


def may_not_reply(ref: str, lead: str) -> str:
    """To one who may not publish."""
    return f"You are not set up to publish replies. Your notes on {ref} are welcome; {lead} can say who may reply."


def too_long(used: int, limit: int, unit: str) -> str:
    """A reply over the network's limit: never cut silently."""
    return f"{used - limit} too many: it is {used} of {limit} {unit}. Shorten it; nothing is cut for you."


def gives_to_owner(mention: Mention) -> str:
    """Given to the one who has it."""
    put_back = f"To put it back in the queue: {typed('release', mention.number)}"
    return f"{mention.ref} is with the person you named already. {put_back}"


def no_offer(mention: Mention, offered_to: str) -> str:
    """An answer to an offer that is not there, or was made to somebody else."""
    stands = f"To see how it stands: {typed('show', mention.number)}"
    if offered_to:
        return f"{mention.ref} is offered to {offered_to}, who has to answer. {stands}"
    return f"{mention.ref} is not on offer any more. {stands}"


def cannot_be_given(channel: str) -> str:
    """Offered to somebody who could not answer it."""
    if not channel:
        return "Name a colleague with @ who can see it: no channel shows it."
    return f"Name a colleague with @ who is in the channel {channel}: only they can see and answer it."


def held_is_for_leads(ref: str) -> str:
    """A held private message offered to somebody who may not read it."""
    return f"{ref} is a private message that no channel shows, so only a team lead can be given it. Name one with @."


def offered(ref: str, to: str, *, stays_with: str, until: When) -> Line:
    """To the one who gave it."""
    return (f"Offered {ref} to {to}. It stays with {stays_with} until they accept. The offer ends on ", until, ".")


def snoozed(ref: str, until: When) -> Line:
    """To the one who snoozed."""
    return (f"{ref} sleeps until ", until, ". It wakes by itself, and at once if its author writes again.")


BUSY = "That could not be stored just now, so nothing was changed. Try again in a minute."
NOTHING_FREE = "Nothing waits for you: what is open is claimed, asleep, or in a channel you are not in."
