"""What staff are told about what became of a reply, drawn when it leaves from what is so then. Pure."""

from collections.abc import Callable, Mapping

from bot.about import About
from bot.card import Button, Line, Link, Notice, Part, Ping, Quote, Weight
from bot.mention import State
from bot.portray import doubt_buttons
from bot.reply import ReplyState


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
    """A person must look: with the buttons of the card, for whoever reads this first."""
    reply, mention = about.reply, about.story.mention
    if reply is None or reply.state is not ReplyState.UNSURE or mention.state is not State.REPLYING:
        return None
    first: Line = (
        Ping(reply.by, about.story.name(reply.by)),
        f": we could not tell whether your reply to {about.ref} went out. Look, then press which it is.",
    )
    return Notice((first, Quote(reply.text)), doubt_buttons(mention, reply))


def again(about: About) -> Notice | None:
    """Somebody decided not to wait for certainty."""
    if about.reply is None:
        return None
    return Notice(((f"{about.by} has the reply sent again. Nobody could tell whether the first try went out.",),))


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


OF_REPLIES: Mapping[str, Callable[[About], Notice | None]] = {
    "sent": sent,
    "answered": answered,
    "not_sent": not_sent,
    "unsure": unsure,
    "again": again,
    "stopped": stopped,
}
