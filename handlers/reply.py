"""``reply 142 [words]`` - write to the public: a form, one confirmation of the words, and a hold with Undo."""

import hashlib
from dataclasses import replace

from bot import words
from bot.card import Answer, Body, Button, Code, Line, Quote, Strong, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed
from bot.form import Field, Form
from bot.house import Account
from bot.mention import Action, Move
from bot.reply import Written
from bot.story import Story

LONGEST = 3000
"""Characters a form holds; nothing is cut."""
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


async def reply(command: Command, desk: Desk) -> Answer | Form:
    """Each step keeps what was written; only ``send`` lets it go."""
    ref, text = (command.context["ref"], command.values.get("text", "")) if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    move = Move(ref, Action.REPLY, by=command.by.id, overrides=desk.overrides(command.by))
    await desk.would(move)
    if command.step == "send":
        return await send(command, desk, story)
    text = spoken(text)
    if len(text) > LONGEST:
        raise NeedsMore(words.too_long(len(text), LONGEST, "characters"))
    if text and text != "draft":
        await desk.keep_draft(story.mention, command.by.id, Written(text))
    await desk.make(Move(ref, Action.SEE, by=command.by.id))
    story = await desk.story(ref)
    if command.way is Way.SAID:
        return said(story, command)
    shown = preview(command, desk, story) if command.step == "write" or text else write(command, desk, story)
    return await with_the_stop(shown, desk)


async def with_the_stop(form: Form, desk: Desk) -> Form:
    """The form, with a first line that says so while publishing is stopped: also to those who answer by hand."""
    stop = await desk.stopped()
    if stop is None:
        return form
    names = await desk.names({stop.by})
    says = Strong(f"Publishing is stopped by {names[stop.by]}.")
    return replace(form, body=((says, " What you write is kept as a draft until it goes on."), *form.body))


def spoken(text: str) -> str:
    """The words without control and direction-override characters: what is sent is what was seen."""
    return "".join(c for c in text if c in "\n\t" or not (c < " " or c in OVERRIDES)).strip()


def write(command: Command, desk: Desk, story: Story, problem: str = "") -> Form:
    """Where the words are written, beneath what they answer."""
    mention, account = story.mention, desk.house.account_of(story.mention)
    draft = story.draft_by(command.by.id)
    limits = account.limits
    field = Field(
        "text",
        "Your reply, as the public will read it",
        value=draft.text if draft else "",
        hint=f"At most {limits.limit} {limits.unit}. You see it once more before it goes.",
        lines=6,
    )
    body: list[Line | Quote] = [*goes_out_as(account, story), Quote(words.excerpt(asked(story), 600))]
    if problem:
        body.append((Strong(problem),))
    return Form(
        "reply", "write", f"Reply to {mention.ref}", "Look It Over", tuple(body), (field,), context={"ref": mention.ref}
    )


def goes_out_as(account: Account, story: Story) -> list[Line]:
    """The account and the audience, before a word is written."""
    audience = "privately, to its author only" if story.mention.private else "in public"
    how = " by hand, on its own page" if account.by_hand else ""
    return [("Goes out as ", Strong(account.speaks_as), f", {audience}{how}. It answers:")]


def asked(story: Story) -> str:
    """What is being answered: all that the author said."""
    return "\n".join(text for text in (story.mention.text, *(a.text for a in story.additions)) if text) or "(no words)"


def preview(command: Command, desk: Desk, story: Story) -> Form:
    """The words as they will go, with the count; the one confirmation. What is too long goes back to be shortened."""
    account = desk.house.account_of(story.mention)
    draft = story.draft_by(command.by.id)
    text = draft.text if draft else ""
    used, limits = account.limits.count(text), account.limits
    problem = "Write something first." if not text else ""
    if used > limits.limit:
        problem = words.too_long(used, limits.limit, limits.unit)
    if problem and command.step == "write":
        raise FormProblem("text", problem)
    if problem:
        return write(command, desk, story, problem)
    if account.by_hand:
        return by_hand(desk, story, text)
    where = "privately to its author" if story.mention.private else "in public"
    body: Body = (
        ("This goes out as ", Strong(account.speaks_as), f", {where}:"),
        Quote(text),
        (f"{used} of {limits.limit} {limits.unit}. After you send it you have {hold(desk)} to stop it.",),
    )
    ref = story.mention.ref
    shown = fingerprint(text, story, account)
    return Form("reply", "send", f"Reply to {ref}", "Send Reply", body, context={"ref": ref, "shown": shown})


def fingerprint(text: str, story: Story, account: Account) -> str:
    """Stands for all that a person was shown: the words, what they answer, as whom and to whom."""
    mention = story.mention
    shown = "\x00".join((text, asked(story), target(story), account.speaks_as, str(mention.private)))
    return hashlib.sha256(shown.encode()).hexdigest()[:24]


def target(story: Story) -> str:
    """The network's id of the author's newest words."""
    held = [addition.native_id for addition in story.additions if addition.text]
    return held[-1] if held else story.mention.native_id


def hold(desk: Desk) -> str:
    """How long Undo works."""
    return f"{int(desk.house.hold.total_seconds())} seconds"


def by_hand(desk: Desk, story: Story, text: str) -> Form:
    """For accounts a person answers on the network's own page."""
    mention = story.mention
    network = desk.networks.get(mention.account)
    page = (network.reply_page(mention.native_id, text) if network else "") or mention.url
    where = "Open the page, check the account, paste the words and post them" if page else "Answer where it was asked"
    steps = f"{where}. Then press Done, so that it is on the record."
    opens = (Button("Open the Page", "look", mention.ref, url=page, weight=Weight.PRIMARY),) if page else ()
    return Form(
        "reply",
        "by_hand",
        f"Reply to {mention.ref}",
        body=((steps,), Code(text)),
        buttons=(*opens, Button("Done", "done", mention.ref, draft_mark(text))),
        context={"ref": mention.ref},
    )


def draft_mark(text: str) -> str:
    """Stands for the words that were copied, so that Done records those and no earlier ones."""
    return "draft:" + hashlib.sha256(text.encode()).hexdigest()[:16]


def said(story: Story, command: Command) -> Answer:
    """Asked for under a card, where no form can open: a button opens it. Nothing has been published."""
    ref = story.mention.ref
    if story.draft_by(command.by.id):
        kept = "Kept as a draft; nothing has been published. Press to look it over and send it."
        return Answer(((kept,),), (Button("Look It Over", "reply", ref, "draft", weight=Weight.PRIMARY),))
    return Answer(((f"Write your reply to {ref} in the form.",),), (Button("Reply", "reply", ref, weight=Weight.PRIMARY),))


async def send(command: Command, desk: Desk, story: Story) -> Answer | Form:
    """What was confirmed, and nothing else, is held and then goes; if anything changed, it is shown again first."""
    ref, account = story.mention.ref, desk.house.account_of(story.mention)
    draft = story.draft_by(command.by.id)
    if draft is None:
        raise NotAllowed(f"Your reply to {ref} has been sent or taken back meanwhile. Look at the card.")
    if stop := await desk.stopped():
        names = await desk.names({stop.by})
        raise NotAllowed(f"Publishing is stopped by {names[stop.by]}. Your draft is kept; send it when publishing goes on.")
    if fingerprint(draft.text, story, account) != command.context.get("shown"):
        again = preview(command, desk, story)
        changed = (Strong("Something changed since you looked."), " Look again:")
        return replace(again, body=(changed, *seen_now(story), *again.body))
    move = Move(
        ref,
        Action.REPLY,
        by=command.by.id,
        text=draft.text,
        key=command.key,
        overrides=desk.overrides(command.by),
        detail={"answers": target(story)},
    )
    await desk.make(move)
    live = (await desk.story(ref)).live_reply
    line = (f"On its way: it goes out as {account.speaks_as} in {hold(desk)}. Until then you can stop it.",)
    return Answer(
        (line, Quote(draft.text)), (Button("Undo", "undo", ref, live.id[:8] if live else "", weight=Weight.DANGER),)
    )


def seen_now(story: Story) -> Body:
    """What the author says now."""
    return (("It answers:",), Quote(words.excerpt(asked(story), 600)))
