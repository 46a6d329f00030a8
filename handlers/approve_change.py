"""Changing a colleague’s reply before it goes: their words in a form, a look over, and the button that names the account."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from bot.card import Body, Button, Line, Strong, Weight
from bot.command import Command
from bot.desk import Desk
from bot.errors import FormProblem
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.reply import Reply
from bot.replying.approval import fingerprint
from bot.story import Story
from bot.words import approvals as words
from bot.words.replying import TEXT, needs_reason, text_in
from handlers.approve_look import waiting
from handlers.approve_looked import looked_at
from handlers.reply_boxes import box, in_full
from handlers.reply_filled import spoken
from handlers.reply_look import shown
from handlers.reply_looked import Looked, problem_of

CHANGE, CHANGED_TO = "change", "changed"
"""What buttons say behind the reference: change it, and let it go as it was changed; a mark follows."""
LONGEST_WHY = 500
AGAIN: Line = (Strong("Something changed since you looked it over."), " Nothing was sent. Look again:")


def change_form(story: Story, reply: Reply, desk: Desk, *, body: Body = (), buttons: tuple[Button, ...] = ()) -> Form:
    """The words as they are now, to be changed. Once looked over, ``body`` shows them and ``buttons`` let them go."""
    ref, writer = story.mention.ref, story.name(reply.by)
    first: Line = (f"{writer} wrote this, and is shown what you change. Both versions stay on the record.",)
    form, above = tuple(fields(story, reply, desk)), (first, *in_full(reply.text, reply.second), *body)
    return Form("approve", CHANGE, f"Change {ref}", "Look It Over", above, form, buttons, {"ref": ref}, only_shows=True)


def fields(story: Story, reply: Reply, desk: Desk) -> Iterator[Field]:
    """The words in each language, and why they are changed."""
    languages = desk.house.account_of(story.mention).languages
    yield box("text", text_in(languages[0]) if languages else TEXT, reply.text)
    if languages:
        yield box("second", text_in(languages[1]), reply.second, optional=True)
    label = f"A word for {story.name(reply.by)}: why"
    yield Field("why", label, hint="Only they are told; never published.", optional=True, lines=2, max_length=LONGEST_WHY)


async def change(command: Command, desk: Desk, story: Story) -> Form:
    """What was filled in, looked over: shown as the public would read it, with the button that lets it go."""
    looked = await looked_at(desk, story, waiting(story), command.values)
    field, problem = problem_of(looked)
    if problem:
        raise FormProblem(field if field in command.values else "text", problem)
    return ready(command, desk, looked)


def ready(command: Command, desk: Desk, looked: Looked, first: Body = ()) -> Form:
    """The look over, above the words, which can still be changed."""
    label = words.approve_label(looked.account.speaks_as)
    argument = f"{CHANGED_TO} {mark_of(looked)}"
    press = (Button(label, "approve", looked.story.mention.ref, argument, weight=Weight.PRIMARY),)
    form = change_form(looked.story, looked.draft, desk, body=(*first, *shown(looked)), buttons=press)
    filled = tuple(replace(one, value=command.values.get(one.name, one.value)) for one in form.fields)
    return replace(form, fields=filled)


async def changed_to(command: Command, desk: Desk, story: Story, mark: str) -> Move | Form:
    """The move that lets the changed words go; the form again where they are not those that were looked over."""
    looked = await looked_at(desk, story, waiting(story), command.values)
    problem = problem_of(looked)[1]
    if problem:
        return ready(command, desk, looked, ((Strong(problem),),))
    if mark != mark_of(looked):
        return ready(command, desk, looked, (AGAIN,))
    why = spoken(command.values.get("why", ""))[:LONGEST_WHY]
    if looked.to_justify and not why:
        return ready(command, desk, looked, ((Strong(needs_reason(looked.to_justify)),),))
    overrode = {"overrode": ",".join(looked.to_justify)} if looked.to_justify else {}
    return Move(
        story.mention.ref,
        Action.APPROVE,
        by=command.by.id,
        note=why,
        text=looked.draft.text,
        written=looked.written,
        posts=looked.composed.posts,
        detail=overrode,
    )


def mark_of(looked: Looked) -> str:
    """Stands for what waits, what it answers, and the posts it was changed to."""
    posts = (part for post in looked.composed.posts for part in (post.text, post.language, post.answers))
    whole = "\x00".join((fingerprint(looked.story, waiting(looked.story), looked.account), *posts))
    return hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:24]
