"""What staff are told under a card, in a channel or privately, drawn when it leaves from what is so then. Pure.

Each takes the story, what the delivery says it is about, and the house; None when there is nothing left to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import words
from bot.card import Button, Line, Link, Notice, Part, Ping, Quote, Strong, Weight
from bot.house import House
from bot.mention import State
from bot.reply import Reply
from bot.story import Story


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is made from. ``note`` and ``by`` are the words and the actor's name
    of the event it speaks of; ``card`` links to the card."""

    story: Story
    payload: Mapping[str, object]
    house: House
    now: datetime
    note: str = ""
    by: str = ""
    card: str = ""

    @property
    def ref(self) -> str:
        """The mention's reference."""
        return self.story.mention.ref

    @property
    def owner(self) -> tuple[Part, ...]:
        """The owner, so that they notice; nobody when nobody has it."""
        owner = self.story.mention.owner
        return (Ping(owner, self.story.name(owner)), ": ") if owner and self.story.mention.is_open else ()

    @property
    def reply(self) -> Reply | None:
        """The reply it speaks of."""
        return next((r for r in self.story.replies if r.id == self.payload.get("reply")), None)


def notice_for(about: About) -> Notice | None:
    """The notice, or None when it no longer has a point."""
    draw = NOTICES.get(str(about.payload.get("what")))
    return draw(about) if draw else None


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
    return Notice(((Strong(f"{about.by} noted:"),), Quote(about.note)))


def sent(about: About) -> Notice | None:
    """The public can see it."""
    reply = about.reply
    if reply is None:
        return None
    account = about.house.account_of(about.story.mention)
    link: tuple[Part, ...] = (" · ", Link(reply.url, "See it")) if reply.url else ()
    first: Line = (f"✓ {about.story.name(reply.by)} replied as {account.speaks_as}", *link)
    return Notice((first, Quote(reply.text)))


def answered(about: About) -> Notice | None:
    """Answered outside."""
    reply = about.reply
    if reply is None:
        return None
    first: Line = (f"✓ {about.story.name(reply.by)} answered by hand",)
    link: Line = (Link(reply.url, "See it"),) if reply.url else ()
    return Notice(tuple(p for p in (first, Quote(reply.text) if reply.text else (), link) if p))


def not_sent(about: About) -> Notice | None:
    """It certainly did not go out."""
    reply = about.reply
    if reply is None:
        return None
    reason = str(about.payload.get("reason") or "the network refused it")
    first: Line = (Ping(reply.by, about.story.name(reply.by)), f": your reply to {about.ref} did not go out: {reason}")
    buttons = [Button("Open the Draft", "reply", about.ref, weight=Weight.PRIMARY)]
    if by_hand := str(about.payload.get("by_hand") or ""):
        buttons.append(Button("Answer by Hand", "look", about.ref, url=by_hand))
    return Notice((first, ("What you wrote is kept as a draft.",)), tuple(buttons))


def unsure(about: About) -> Notice | None:
    """A person must look."""
    reply = about.reply
    if reply is None or about.story.mention.state is not State.REPLYING:
        return None
    first: Line = (
        Ping(reply.by, about.story.name(reply.by)),
        f": we could not tell whether your reply to {about.ref} went out. Look, then press on the card which it is.",
    )
    return Notice((first, Quote(reply.text)))


def stopped(about: About) -> Notice | None:
    """The post changed while a reply was held."""
    reply = about.reply
    if reply is None:
        return None
    why = str(about.payload.get("why") or "changed something")
    author = about.story.mention.author.name or "The author"
    first: Line = (
        Ping(reply.by, about.story.name(reply.by)),
        f": {author} {why} before your reply left: it was stopped.",
    )
    again = Button("Open the Draft", "reply", about.ref, weight=Weight.PRIMARY)
    return Notice((first, ("Nothing was published. What you wrote is kept as a draft.",)), (again,))


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


def ping(about: About) -> Notice | None:
    """To a duty officer, the owner or the channel: a mention has waited too long."""
    mention = about.story.mention
    person = str(about.payload.get("person") or "")
    if not mention.is_open or (
        mention.owner and person not in ("", mention.owner) and about.payload.get("owner") != mention.owner
    ):
        return None
    waited = words.age(about.now - mention.received_at)
    account = about.house.account_of(mention)
    where: tuple[Part, ...] = (" · ", Link(about.card, "Open the card")) if about.card else ()
    body: list[Line | Quote] = [(Strong(f"{about.ref} has waited {waited}"), f" ({account.speaks_as}). {state_of(about)}")]
    if not mention.private and mention.text:
        body.append(Quote(words.excerpt(mention.text, 300)))
    due = (f"An answer was due by {words.when(mention.respond_by, about.house.zone).local}.",) if mention.respond_by else ()
    body.append((*due, *where))
    return Notice(tuple(body), ping_buttons(about, person))


def state_of(about: About) -> str:
    """Seen and answered are two things."""
    mention = about.story.mention
    if mention.owner:
        return f"{about.story.name(mention.owner)} has it, and the public has no answer yet."
    if mention.seen_at:
        return f"{about.story.name(mention.seen_by)} looked at it, nobody has it."
    return "Nobody has looked at it."


def ping_buttons(about: About, person: str) -> tuple[Button, ...]:
    """What can be done about it at once."""
    mention = about.story.mention
    if mention.owner and mention.owner == person:
        still = Button("Still on It", "acknowledge", about.ref)
        return (Button("Reply", "reply", about.ref, weight=Weight.PRIMARY), still, Button("Release", "release", about.ref))
    acknowledge = (Button("Acknowledge", "acknowledge", about.ref, weight=Weight.PRIMARY),) if person else ()
    claim = () if mention.owner else (Button("Claim", "claim", about.ref),)
    return (*acknowledge, *claim, Button("Show", "show", about.ref))


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
    "full_text": full_text,
    "addition": addition,
    "edited": edited,
    "gone": gone,
    "note": note,
    "sent": sent,
    "answered": answered,
    "not_sent": not_sent,
    "unsure": unsure,
    "stopped": stopped,
    "closed": closed,
    "held": held,
    "ping": ping,
    "offer": offer,
    "offered": offered,
    "accepted": accepted,
    "declined": declined,
    "snoozed": snoozed,
    "woke": woke,
    "expired": expired,
    "priority": priority,
}
