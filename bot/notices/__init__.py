"""What staff are told under a card, in a channel or privately, drawn when it leaves from what is so then. Pure.

Each takes the story, what the delivery says it is about, and the house; None when there is nothing left to say.
"""

from collections.abc import Callable, Mapping

from bot import words
from bot.about import About
from bot.card import Button, Line, Link, Notice, Part, Ping, Quote, Strong, Weight
from bot.mention import SYSTEM, State
from bot.notices.acts import OF_ACTS
from bot.notices.approvals import OF_APPROVALS
from bot.notices.pings import OF_PINGS
from bot.notices.replies import OF_REPLIES
from bot.notices.rights import OF_RIGHTS

__all__ = ["NOTICES", "About", "notice_apart", "notice_for"]


def notice_for(about: About) -> Notice | None:
    """The notice, or None when it no longer has a point."""
    draw = NOTICES.get(str(about.payload.get("what")))
    return draw(about) if draw else None


def notice_apart(payload: Mapping[str, object]) -> Notice:
    """What belongs to no mention: ``text``, a line each, and ``buttons``, each as its label, verb and what follows it."""
    lines = str(payload.get("text", "")).split("\n")
    buttons = payload.get("buttons")
    drawn = [
        Button(str(label), str(verb), argument=str(rest))
        for label, verb, rest in (buttons if isinstance(buttons, list) else [])
    ]
    return Notice(tuple((line,) for line in lines), tuple(drawn))


def full_text(about: About) -> Notice | None:
    """A post too long for its card."""
    text = about.story.mention.text
    return Notice((("The full text:",), Quote(text))) if text else None


def addition(about: About) -> Notice | None:
    """The same author wrote again."""
    added = next((a for a in about.story.additions if a.native_id == about.payload.get("native_id")), None)
    if added is None or not added.text:
        return None
    author = about.story.mention.author.name or "The author"
    first: Line = (*about.owner, f"{author} wrote again:")
    return Notice((first, Quote(added.text)))


def edited(about: About) -> Notice:
    """Other words than before."""
    mention = about.story.mention
    last = mention.last_owner
    whom = about.owner or ((Ping(last, about.story.name(last)), ": ") if last and not mention.is_open else ())
    return Notice(((*whom, "The post was edited. The card shows the new words; the earlier ones are kept."),))


def gone(about: About) -> Notice:
    """No words any more."""
    return Notice(
        (
            (
                *about.owner,
                "The author deleted the post. Its words are erased from card and record; what was done stays.",
            ),
        )
    )


def note(about: About) -> Notice | None:
    """Said among staff."""
    if not about.note:
        return None
    by = "Tolbooth" if about.by == SYSTEM else about.by
    return Notice(((Strong(f"{by} noted:"),), Quote(about.note)))


def said_to_us(about: About) -> Notice:
    """In the channel of a hit whose card went to its account's, or the account's where somebody has it already."""
    mention = about.story.mention
    found = f"What watch {mention.watch} found came to {about.house.account_of(mention).label} itself"
    if mention.channel and mention.owner:
        owner = about.story.name(mention.owner)
        then = f"{owner} has it, and it has the time of any mention now. Its card stays where it is."
    else:
        then = "So it is a mention like any other, with its time, and its card is in that account's channel now."
    return Notice(((Strong(f"{about.ref}: {found}. "), then),), (Button("Show It", "show", about.ref),))


def closed(about: About) -> Notice:
    """Why no reply is needed."""
    mention = about.story.mention
    return Notice(((f"Closed by {about.story.name(about.story.closed_by)}: {mention.close_reason or 'no reason kept'}",),))


def held(about: About) -> Notice | None:
    """To a lead: a private message with nowhere to go."""
    mention = about.story.mention
    if not mention.is_open:
        return None
    account = about.house.account_of(mention)
    first: Line = (
        Strong(f"{about.ref}: a private message came in to {account.label}"),
        " and has no channel to be shown in.",
    )
    then: Line = ("Only team leads can read it. Set private_channel for this account to show such messages to a team.",)
    return Notice((first, then), (Button("Read It", "show", about.ref), Button("Claim", "claim", about.ref)))


def offer(about: About) -> Notice | None:
    """To a colleague: somebody offers them a mention."""
    mention = about.story.mention
    if mention.offered_to != about.payload.get("to"):
        return None
    where: tuple[Part, ...] = (" · ", Link(about.card, "Open the card")) if about.card else ()
    stays = f" It stays with {about.story.name(mention.owner)} until you accept."
    body: list[Line | Quote] = [(Strong(f"{about.by} offers you {about.ref}."), stays, *where)]
    if not mention.private and mention.text:
        body.append(Quote(words.excerpt(mention.text, 300)))
    accept = Button("Accept", "accept", about.ref, weight=Weight.PRIMARY)
    return Notice(tuple(body), (accept, Button("Decline", "decline", about.ref)))


def offered(about: About) -> Notice:
    """A hand-over under way."""
    to = about.story.name(str(about.payload.get("to") or ""))
    owner = about.story.name(about.story.mention.owner)
    return Notice(((f"{about.by} offers this to {to}. It stays with {owner} until they accept.",),))


def accepted(about: About) -> Notice:
    """A hand-over done."""
    return Notice(((f"{about.by} has it now.",),))


def declined(about: About) -> Notice:
    """A hand-over that came to nothing."""
    what = "did not answer in time" if about.payload.get("lapsed") else "is not taking it"
    return Notice(((*about.owner, f"{about.by or 'Your colleague'} {what}. It stays with you."),))


def snoozed(about: About) -> Notice | None:
    """Why it sleeps."""
    until = about.story.mention.snooze_until
    if until is None:
        return None
    return Notice(((f"{about.by} lets it sleep until ", words.when(until, about.house.zone), f": {about.note}"),))


def woke(about: About) -> Notice | None:
    """Awake again."""
    if about.story.mention.state not in (State.NEW, State.CLAIMED):
        return None
    return Notice(((*about.owner, "Awake again: an answer is wanted now."),))


def expired(about: About) -> Notice:
    """A claim that went cold, kindly."""
    by = str(about.payload.get("by") or "")
    first: Line = (Ping(by, about.by), ": there was no answer, so this is back in the queue. Claim it again any time.")
    return Notice((first,))


def priority(about: About) -> Notice:
    """How soon somebody must look."""
    why = f": {about.note}" if about.note else ""
    return Notice(((f"{about.by} set it to {about.story.mention.priority}{why}",),))


NOTICES: Mapping[str, Callable[[About], Notice | None]] = {
    **OF_REPLIES,
    **OF_PINGS,
    **OF_ACTS,
    **OF_APPROVALS,
    **OF_RIGHTS,
    "full_text": full_text,
    "addition": addition,
    "edited": edited,
    "gone": gone,
    "note": note,
    "said_to_us": said_to_us,
    "closed": closed,
    "held": held,
    "offer": offer,
    "offered": offered,
    "accepted": accepted,
    "declined": declined,
    "snoozed": snoozed,
    "woke": woke,
    "expired": expired,
    "priority": priority,
}
