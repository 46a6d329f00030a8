"""What somebody is pinged with, drawn when it leaves from what is so then. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot import words
from bot.about import About
from bot.card import Button, Line, Link, Notice, Part, Quote, Strong, Weight
from bot.mention import State
from bot.portray import doubt_buttons
from bot.reply import ReplyState
from bot.words.approvals import waits_for

NAMED = 10
"""References a message about many names; the rest are counted."""


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
    if still_on_it := asks_owner(about):
        body.append((still_on_it,))
    body.append((*times(about), *where))
    return Notice(tuple(body), ping_buttons(about, person))


def shadow(about: About) -> Notice | None:
    """To somebody who learns by looking on: what the duty officer was pinged with, and nothing to press."""
    told = ping(about)
    if told is None:
        return None
    return Notice(((f"{about.by} is pinged about this. You see it as a shadow: nobody waits for you.",), *told.body))


def many_wait(waiting: Sequence[tuple[str, datetime]], now: datetime) -> Notice | None:
    """More than one person can be pinged about one by one: each is counted. ``waiting``: references, and since when."""
    if not waiting:
        return None
    count = len(waiting)
    refs = ", ".join(ref for ref, _ in waiting[:NAMED])
    more = f" and {count - NAMED:,} more" if count > NAMED else ""
    oldest = words.age(now - min(since for _, since in waiting))
    first: Line = (Strong(f"{count:,} more {'mention waits' if count == 1 else 'mentions wait'}"), f": {refs}{more}.")
    return Notice(
        (first, (f"The oldest has waited {oldest}.",)), (Button("Open the Queue", "queue", weight=Weight.PRIMARY),)
    )


def asks_owner(about: About) -> str:
    """Kindly, to whoever claimed it and has been quiet since; empty for anybody else."""
    minutes = about.payload.get("minutes")
    if not minutes or about.story.mention.state is not State.CLAIMED or about.story.waiting_reply:
        return ""
    return f"Still on it? If not, it goes back to the queue in {minutes} minutes, so that a colleague can take it."


def times(about: About) -> tuple[Part, ...]:
    """By when somebody was to look, if nobody has, and by when an answer was or is due."""
    mention, zone = about.story.mention, about.house.zone
    said = []
    if not mention.seen_at and mention.see_by and mention.see_by <= about.now:
        said.append(f"Somebody was to look by {words.when(mention.see_by, zone).local}.")
    if mention.respond_by:
        tense = "was" if mention.respond_by <= about.now else "is"
        said.append(f"An answer {tense} due by {words.when(mention.respond_by, zone).local}.")
    return (" ".join(said),) if said else ()


def state_of(about: About) -> str:
    """Seen and answered are two things; so are sent and known to be sent."""
    mention, live = about.story.mention, about.story.live_reply
    if live and live.state is ReplyState.UNSURE:
        return f"Nobody has said yet whether {about.story.name(live.by)}’s reply went out. Look, then say which it is."
    if waits := about.story.waiting_reply:
        asked = [about.story.name(one) for one in about.story.asked]
        return f"{waits_for(about.story.name(waits.by), asked)}. The public has no answer yet."
    if mention.owner:
        return f"{about.story.name(mention.owner)} has it, and the public has no answer yet."
    if mention.seen_at:
        return f"{about.story.name(mention.seen_by)} looked at it, nobody has it."
    return "Nobody has looked at it."


def ping_buttons(about: About, person: str) -> tuple[Button, ...]:
    """What can be done about it at once."""
    mention, live = about.story.mention, about.story.live_reply
    if live and live.state is ReplyState.UNSURE:
        return doubt_buttons(mention, live)
    if mention.owner and mention.owner == person and not about.story.waiting_reply:
        still = Button("Still on It", "acknowledge", about.ref)
        return (Button("Reply", "reply", about.ref, weight=Weight.PRIMARY), still, Button("Release", "release", about.ref))
    claim = () if mention.owner else (Button("Claim", "claim", about.ref),)
    waits = Button("Look at the Reply", "approve", about.ref) if about.story.waiting_reply else None
    show = waits or Button("Show", "show", about.ref)
    if not person:
        return (*claim, show)
    acknowledge = Button("Acknowledge", "acknowledge", about.ref, weight=Weight.PRIMARY)
    return (acknowledge, *claim, show, Button("I’m Not Available", "unavailable", about.ref))


OF_PINGS: Mapping[str, Callable[[About], Notice | None]] = {"ping": ping, "shadow": shadow}
