"""What staff are told about what became of a reply, drawn when it leaves from what is so then. Pure."""

from collections.abc import Callable, Mapping

from bot import words
from bot.about import About
from bot.card import Button, Line, Link, Notice, Part, Ping, Quote, Weight
from bot.mention import SYSTEM, State
from bot.portray import doubt_buttons
from bot.reply import Audience, Reply, ReplyState
from bot.words.approvals import RAISED, UNAPPROVED
from bot.words.replying import (
    ELSEWHERE,
    ENDED_ELSEWHERE,
    KEPT_ELSEWHERE,
    NOT_ACCEPTED,
    from_before_a_restore,
    language,
    meanwhile,
)


def sent(about: About) -> Notice | None:
    """The public can see it."""
    reply = about.reply
    if reply is None:
        return None
    account = about.house.account_of(about.story.mention)
    link: tuple[Part, ...] = (" · ", Link(reply.url, "See it")) if reply.url else ()
    whom = ", privately" if reply.audience is Audience.AUTHOR and not about.story.mention.private else ""
    which = f" ({reply.part} of {reply.parts})" if reply.parts > 1 else ""
    approver = f", approved by {about.story.name(reply.approved_by)}" if reply.approved_by else ""
    first: Line = (f"✓ {about.story.name(reply.by)} replied as {account.speaks_as}{whom}{which}{approver}", *link)
    return Notice((first, *quoted(reply)))


def quoted(reply: Reply) -> tuple[Quote, ...]:
    """What the public reads, or would; nothing once it was erased."""
    return (Quote(reply.public_text),) if reply.public_text else ()


def answered(about: About) -> Notice | None:
    """Answered outside."""
    reply = about.reply
    if reply is None:
        return None
    first: Line = (f"✓ {about.story.name(reply.by)} answered by hand",)
    link: Line = (Link(reply.url, "See it"),) if reply.url else ()
    how: Line = (said,) if (said := went_round(about)) else ()
    return Notice(tuple(p for p in (first, Quote(reply.text) if reply.text else (), how, link) if p))


def elsewhere(about: About) -> Notice | None:
    """Answered from the account itself, by somebody who did not use Tolbooth."""
    reply, mention = about.reply, about.story.mention
    if reply is None:
        return None
    owner = str(about.payload.get("owner") or "")
    told = about.payload.get("ended") or mention.is_open
    whom: Line = (Ping(owner, about.story.name(owner)), ": ") if told and owner not in ("", SYSTEM) else ()
    account = about.house.account_of(mention)
    link: tuple[Part, ...] = (" · ", Link(reply.url, "See it")) if reply.url else ()
    said = ELSEWHERE.format(account.speaks_as)
    then = ENDED_ELSEWHERE if about.payload.get("ended") else KEPT_ELSEWHERE
    return Notice(((*whom, said, *link), *quoted(reply), (then,)))


def went_round(about: About) -> str:
    """That nobody approved an answer by hand which needed it, and which checks it was written past; empty for most."""
    alone = "Nobody approved it first." if about.payload.get("approval") == UNAPPROVED else ""
    past = str(about.payload.get("overrode") or "").replace("_", " ").replace(",", ", ")
    return " ".join(filter(None, (alone, f"Written past: {past}." if past else "")))


def not_sent(about: About) -> Notice | None:
    """It certainly did not go out."""
    reply = about.reply
    if reply is None:
        return None
    reason = str(about.payload.get("reason") or "the network refused it")
    whose = Ping(reply.by, about.story.name(reply.by))
    first: Line = (whose, f": your reply to {about.ref} did not go out: {reason}")
    kept = "What you wrote is kept as a draft."
    if reply.part > 1:
        first = (whose, f": part {reply.part} of your reply to {about.ref} did not go out: {reason}")
        kept = "What is left is kept as a draft."
    if reason == NOT_ACCEPTED:
        kept = f"{kept} {meanwhile(about.ref)}"
    buttons = [Button("Open the Draft", "reply", about.ref, weight=Weight.PRIMARY)]
    if by_hand := str(about.payload.get("by_hand") or ""):
        buttons.append(Button("Answer by Hand", "look", about.ref, url=by_hand))
    return Notice((first, *already_public(about, reply), (kept,)), tuple(buttons))


def already_public(about: About, reply: Reply) -> tuple[Line, ...]:
    """How much of a reply in several parts the public can read without this one, with the links; nothing of a first part."""
    if reply.part == 1:
        return ()
    others = (one for one in about.story.replies if reply.first_id in (one.id, one.first_id) and one.id != reply.id)
    out = sorted((one for one in others if one.state is ReplyState.SENT), key=lambda one: one.part)
    links = [part for one in out if one.url for part in (" · ", Link(one.url, f"Part {one.part}"))]
    is_over = reply.state in (ReplyState.FAILED, ReplyState.WITHDRAWN)
    code = reply.posts[0].language if is_over and reply.posts else ""
    missing = f" It is missing in {language(code)}." if code else ""
    return ((f"{len(out)} of {reply.parts} {'is' if len(out) == 1 else 'are'} public.{missing}", *links),)


def partly(about: About) -> Notice | None:
    """Somebody stopped a reply in several parts before its end."""
    reply = about.reply
    if reply is None:
        return None
    first: Line = (f"{about.by} stopped the rest of {about.story.name(reply.by)}’s reply.",)
    open_it = Button("Open the Draft", "reply", about.ref, weight=Weight.PRIMARY)
    return Notice((first, *already_public(about, reply), ("What is left is kept as a draft.",)), (open_it,))


def full(about: About) -> Notice | None:
    """Its account has sent all that it may in an hour."""
    reply, account = about.reply, about.house.account_of(about.story.mention)
    if reply is None or reply.state is not ReplyState.HELD or reply.hold_until is None:
        return None
    at = words.when(reply.hold_until, about.house.zone)
    said = f"{account.speaks_as} has sent all the replies it may in an hour. This one goes out at "
    return Notice(((said, at, ", unless somebody takes it back."),), (undo(about, reply),))


def looked_up(about: About) -> Notice | None:
    """It was begun before a restore, and may be public since."""
    reply = about.reply
    if reply is None or reply.state is not ReplyState.SENDING:
        return None
    return Notice(((from_before_a_restore(about.ref),),))


def undo(about: About, reply: Reply) -> Button:
    """Take it back while it waits."""
    return Button("Undo", "undo", about.ref, reply.id[:8], weight=Weight.DANGER)


def not_shown(about: About) -> Notice | None:
    """The network took it, and nobody can see it."""
    reply, mention = about.reply, about.story.mention
    if reply is None or reply.state is not ReplyState.SENT or reply.confirmed_at is not None:
        return None
    said = f": the network took your reply to {about.ref}, but it does not show. Look at it; it is not sent again by itself."
    if why := str(about.payload.get("why") or ""):
        said = f": the network took your reply to {about.ref}, but {why} It is not sent again by itself."
    first: Line = (Ping(reply.by, about.story.name(reply.by)), said)
    looks = [Button("See It", "look", about.ref, url=reply.url)] if reply.url else []
    by_hand = [Button("Answer by Hand", "look", about.ref, url=mention.url)] if mention.url else []
    return Notice((first, *quoted(reply)), (*looks, *by_hand))


def unsure(about: About) -> Notice | None:
    """A person must look: with the buttons of the card, for whoever reads this first."""
    reply, mention = about.reply, about.story.mention
    if reply is None or reply.state is not ReplyState.UNSURE or mention.state is not State.REPLYING:
        return None
    first: Line = (
        Ping(reply.by, about.story.name(reply.by)),
        f": we could not tell whether your reply to {about.ref} went out. Look, then say which it is.",
    )
    return Notice((first, *already_public(about, reply), *quoted(reply)), doubt_buttons(mention, reply))


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
    by_author = f"{author} {why} before your reply left: it was stopped."
    says = f"{why}: your reply was stopped before it left." if why == RAISED else by_author
    if why.endswith("."):  # a sentence of its own, as of saved words that are over
        says = f"{why} Your reply was stopped before it left."
    first: Line = (Ping(reply.by, about.story.name(reply.by)), f": {says}")
    again = Button("Open the Draft", "reply", about.ref, weight=Weight.PRIMARY)
    return Notice((first, ("Nothing was published. What you wrote is kept as a draft.",)), (again,))


OF_REPLIES: Mapping[str, Callable[[About], Notice | None]] = {
    "sent": sent,
    "answered": answered,
    "not_sent": not_sent,
    "unsure": unsure,
    "again": again,
    "stopped": stopped,
    "partly": partly,
    "full": full,
    "looked_up": looked_up,
    "not_shown": not_shown,
    "elsewhere": elsewhere,
}
