"""What staff are told of a reply that waits for approval, and of what became of it. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from bot import words
from bot.about import About
from bot.card import Body, Button, Line, Notice, Part, Ping, Quote, Strong, Weight
from bot.house import Account
from bot.mention import Action
from bot.reply import Audience, Reply, ReplyState
from bot.replying.approval import asked, fingerprint
from bot.replying.changes import differences
from bot.replying.findings import Finding, Says
from bot.replying.look_over import Draft, look_over
from bot.words import approvals as said
from bot.words.replying import found, heading
from bot.words.replying import hold as hold_in_words

LONGEST_QUOTE = 600


def waiting(about: About) -> Reply | None:
    """The reply it speaks of, while it waits."""
    reply = about.reply
    return reply if reply and reply.state is ReplyState.WAITING else None


# --- asking ------------------------------------------------------------------------------------------------------


def request(about: About) -> Notice | None:
    """To one who approves, privately: never the words of a private message, which they may not be allowed to read."""
    reply, mention = waiting(about), about.story.mention
    if reply is None:
        return None
    writer, since = about.story.name(reply.by), about.now - (reply.submitted_at or about.now)
    waits = f" It has waited {words.age(since)}." if since.total_seconds() >= 60 else ""
    first: Line = (Strong(f"{writer} asks you to look at a reply to {about.ref}."), f"{waits} Nothing is public yet.")
    if mention.private:
        body: Body = (first, ("It answers a private message, so its words are not shown here.",))
        return Notice(body, (Button("Look at the Reply", "approve", about.ref, weight=Weight.PRIMARY),))
    body = (first, *what_it_answers(about), *as_it_goes(about, reply), *found_in(about, reply))
    return Notice(body, decisions(about, reply))


def submitted(about: About) -> Notice | None:
    """Under the card, which has what it answers."""
    reply = waiting(about)
    if reply is None:
        return None
    names = [about.story.name(one) for one in about.story.asked]
    first: Line = (Strong(f"{said.waits_for(about.story.name(reply.by), names)}."), " Nothing is public yet.")
    return Notice((first, *as_it_goes(about, reply), *found_in(about, reply)), decisions(about, reply))


def unheard(about: About) -> Notice | None:
    """Under the card: nobody could be told."""
    reply = waiting(about)
    if reply is None:
        return None
    first: Line = (Strong(f"{about.story.name(reply.by)}’s reply still waits for approval"), ", and nobody could be told.")
    then: Line = ("If you approve replies, look at it now; else tell a team lead.",)
    return Notice((first, then), (Button("Look at the Reply", "approve", about.ref, weight=Weight.PRIMARY),))


def what_it_answers(about: About) -> Iterator[Line | Quote]:
    """All that the author said, shortened."""
    yield ("It answers:",)
    yield Quote(words.excerpt(asked(about.story), LONGEST_QUOTE) or "(no words)")


def as_it_goes(about: About, reply: Reply) -> Iterator[Line | Quote]:
    """As whom and to whom, each post as the public will read it, and what it was sent in past."""
    yield goes_out_as(account_of(about), reply, is_private=about.story.mention.private)
    for number, post in enumerate(reply.posts):
        if which := heading(number, reply.posts):
            yield (which,)
        yield Quote(post.text)
    if pictures := about.payload.get("pictures"):
        yield (said.with_pictures(int(str(pictures))),)
    if overrode := said.overrode(str(about.payload.get("overrode") or "")):
        yield (overrode, f" The reason: {about.note}" if about.note else "")


def found_in(about: About, reply: Reply) -> Iterator[Line]:
    """What the checks find in its words, as its writer was shown it. What they say of its pictures is seen with those."""
    account, house = account_of(about), about.house
    others = tuple(one for one in house.accounts.values() if one.name != account.name)
    draft = Draft(
        reply.text,
        about.story,
        account,
        about.now,
        house.zone,
        audience=reply.audience,
        second=reply.second,
        others=others,
    )
    yield from found(as_justified(look_over(draft, house.rules), str(about.payload.get("overrode") or "")))


def as_justified(findings: Iterable[Finding], overrode: str) -> Iterator[Finding]:
    """What there is a reason for asks for none any more: it is to be looked at."""
    given = overrode.split(",")
    for one in findings:
        yield replace(one, says=Says.WARN) if one.check.value in given else one


def goes_out_as(account: Account, reply: Reply, *, is_private: bool) -> Line:
    """The account and the audience."""
    privately = is_private or reply.audience is Audience.AUTHOR
    return ("It would go out as ", Strong(account.speaks_as), ", privately to its author:" if privately else ", in public:")


def account_of(about: About) -> Account:
    """The account it would go out from."""
    return about.house.account_of(about.story.mention)


def decisions(about: About, reply: Reply) -> tuple[Button, ...]:
    """One press lets it go, as long as all is as it is shown here: the mark stands for that."""
    mark = fingerprint(about.story, reply, account_of(about))
    return (
        Button(said.approve_label(account_of(about).speaks_as), "approve", about.ref, mark, weight=Weight.PRIMARY),
        Button("Change", "approve", about.ref, f"change {mark}"),
        Button("Send Back", "send_back", about.ref, reply.id[:8]),
    )


# --- what became of it -------------------------------------------------------------------------------------------


def approved(about: About) -> Notice | None:
    """Under the card."""
    reply = about.reply
    if reply is None:
        return None
    how = "changed and approved" if about.payload.get("changed") else "approved"
    return Notice(((f"{about.by} {how} {about.story.name(reply.by)}’s reply.",),), undo(about, reply))


def approved_yours(about: About) -> Notice | None:
    """To its writer: with what was changed, so that they see why."""
    reply = about.reply
    if reply is None:
        return None
    if not about.payload.get("changed"):
        return Notice(((Strong(f"{about.by} approved your reply to {about.ref}."), goes(about, reply)),), undo(about, reply))
    first: Line = (Strong(f"{about.by} approved your reply to {about.ref} with a change."), goes(about, reply))
    why: tuple[Line | Quote, ...] = ((f"{about.by} says:",), Quote(about.note)) if about.note else ()
    return Notice((first, *why, *what_changed(reply), *as_public(reply)), undo(about, reply))


def goes(about: About, reply: Reply) -> str:
    """How long it can still be stopped."""
    held = max(about.house.hold, (reply.hold_until or reply.updated_at) - reply.updated_at)
    return f" It goes out in {hold_in_words(held)}; until then you can stop it." if reply.state is ReplyState.HELD else ""


def what_changed(reply: Reply) -> Iterator[Line]:
    """Word by word; the writer's own words stay on the record."""
    changes = differences(reply.written, reply.text) + differences(reply.written_second, reply.second)
    for line in said.changed_words(changes):
        yield (line,)


def as_public(reply: Reply) -> Iterator[Line | Quote]:
    """Each post."""
    yield ("As the public reads it:",)
    for post in reply.posts:
        yield Quote(post.text)


def undo(about: About, reply: Reply) -> tuple[Button, ...]:
    """While it is held."""
    if reply.state is not ReplyState.HELD:
        return ()
    return (Button("Undo", "undo", about.ref, reply.id[:8], weight=Weight.DANGER),)


def sent_back(about: About) -> Notice | None:
    """Under the card: what should change is between the two of them."""
    reply = about.reply
    if reply is None:
        return None
    return Notice(((f"{about.by} sent the reply back to {about.story.name(reply.by)} with a word on it.",),))


def sent_back_yours(about: About) -> Notice | None:
    """To its writer."""
    if about.reply is None:
        return None
    first: Line = (Strong(f"{about.by} has a word on your reply to {about.ref} before it goes:"),)
    then: Line = ("Your words are kept as a draft. Change what you like, and send it in again.",)
    return Notice((first, Quote(about.note or "(no words)"), then), (draft_button(about),))


def recalled(about: About) -> Notice | None:
    """Under the card: nobody need look at it."""
    if about.reply is None:
        return None
    return Notice(((f"{about.by} took the reply back: it no longer waits for approval.",),))


def not_approved(about: About) -> Notice | None:
    """Under the card."""
    reply = about.reply
    if reply is None:
        return None
    whose: tuple[Part, ...] = (Ping(reply.by, about.story.name(reply.by)), ": ")
    return Notice(((*whose, said.ended(about.ref, Action(str(about.payload["ended"])))),))


def not_approved_yours(about: About) -> Notice | None:
    """To its writer."""
    if about.reply is None:
        return None
    text = said.ended(about.ref, Action(str(about.payload["ended"])))
    return Notice(((text,),), (draft_button(about),) if about.story.mention.is_open else ())


def over(about: About) -> Notice | None:
    """To those who were asked, where their question still stands with its buttons."""
    reply = about.reply
    if reply is None:
        return None
    return Notice(((said.over(about.ref, about.story.name(reply.by), Action(str(about.payload["ended"]))),),))


def undone(about: About) -> Notice | None:
    """To its writer: somebody else pressed Undo."""
    if about.reply is None:
        return None
    first: Line = (Strong(f"{about.by} stopped your reply to {about.ref} before it went out."), " It is a draft again.")
    return Notice((first,), (draft_button(about),))


def draft_button(about: About) -> Button:
    """Where to go on."""
    return Button("Open the Draft", "reply", about.ref, weight=Weight.PRIMARY)


OF_APPROVALS: Mapping[str, Callable[[About], Notice | None]] = {
    "approval": request,
    "submitted": submitted,
    "approval_unheard": unheard,
    "approved": approved,
    "approved_yours": approved_yours,
    "sent_back": sent_back,
    "sent_back_yours": sent_back_yours,
    "recalled": recalled,
    "approval_over": over,
    "not_approved": not_approved,
    "not_approved_yours": not_approved_yours,
    "undone": undone,
}
