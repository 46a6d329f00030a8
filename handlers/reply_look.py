"""The preview of a reply: the posts as the public will read them, and the button that sends them, as which account."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.card import Body, Button, Line, Picture, Quote, Strong, Weight
from bot.command import Command
from bot.desk import Desk
from bot.form import Field, Form
from bot.house import Account
from bot.words import replying as words
from handlers.hold import hold_here
from handlers.reply_looked import Looked
from handlers.reply_marks import SEND, marks

LONGEST_REASON = 500


def preview(looked: Looked, desk: Desk, command: Command, notes: Body = ()) -> Form:
    """The posts as they will go, and the one confirmation: its button names the account. ``notes`` stand first."""
    ref = looked.story.mention.ref
    fields = tuple(asked_for(looked, desk, command.values))
    send = words.send_label(looked.account, private=looked.is_private, asks=looked.asks)
    return Form(
        "reply",
        "look",
        f"Reply to {ref}",
        submit="Check Again" if fields else "",
        body=(*notes, *shown(looked), *then(looked, hold_here(command, desk))),
        fields=fields,
        buttons=(
            Button(send, "reply", ref, SEND + ".".join(marks(looked).values()), weight=Weight.PRIMARY),
            Button("Change the Words", "reply", ref, "write"),
        ),
        context={"ref": ref},
        only_shows=True,
    )


def shown(looked: Looked) -> Iterator[Line | Quote | Picture]:
    """As whom, to whom, each post with its count, the pictures, and what was found."""
    where = "privately to its author" if looked.is_private else "in public"
    beside = ("This goes out as ", Strong(looked.account.speaks_as), f", {where}:")
    yield as_whom(looked.account, beside)
    posts, limits = looked.composed.posts, looked.composed.limits
    for number, post in enumerate(posts):
        if heading := words.heading(number, posts):
            yield (heading,)
        yield Quote(post.text)
        if len(posts) > 1:
            yield (f"{words.count(post, limits)}.",)
    for number, one in enumerate(looked.pictures, 1):
        yield (words.picture(number, one),)
    yield from words.found(looked.findings)
    yield from ((one,) for one in looked.says)


def as_whom(account: Account, beside: Line) -> Line | Picture:
    """The account by its picture too, where it has one."""
    return Picture(account.picture_url, account.speaks_as, beside) if account.picture_url else beside


def then(looked: Looked, hold: timedelta) -> Iterator[Line]:
    """The count of the only post, and what happens after the press."""
    if looked.asks:
        last = f"{words.approved_first(looked.approvers)} You can take it back until then."
    elif hold:
        last = f"After you send it you have {words.hold(hold)} to stop it."
    else:
        last = "It goes out at once."
    only = looked.composed.posts[0] if len(looked.composed.posts) == 1 else None
    yield (f"{words.count(only, looked.composed.limits)}. {last}" if only else last,)
    if looked.account.per_hour:
        yield (words.cap(looked.account),)


def asked_for(looked: Looked, desk: Desk, values: Mapping[str, str]) -> Iterator[Field]:
    """A reason where one is needed, and whether to track what is promised."""
    if looked.to_justify:
        only_gap = looked.to_justify == ("both_languages",)
        label = words.WHY_ONE_LANGUAGE if only_gap else words.WHY_BLOCKED
        why, hint = values.get("why", ""), "It is recorded, and never published."
        yield Field("why", label, value=why, hint=hint, optional=True, lines=2, max_length=LONGEST_REASON)
    if looked.promises:
        choices = {due.isoformat(): words.track(due, desk.house.zone) for due in looked.promises[:1]}
        before = looked.written.promise_by.isoformat() if looked.written.promise_by else ""
        value = values.get("promise", before)
        yield Field("promise", "A promise", value=value, choices=choices, optional=True, several=True)
