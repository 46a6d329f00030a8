"""``reply 142 [words]`` - write to the public: a form, one confirmation of the words, and a hold with Undo."""

import hashlib

from bot import words
from bot.card import Answer, Body, Button, Code, Line, Quote, Strong, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NotAllowed
from bot.form import Field, Form
from bot.house import Account
from bot.mention import Action, Move
from bot.story import Story


async def reply(command: Command, desk: Desk) -> Answer | Form:
    """Each step keeps what was written; only ``send`` lets it go."""
    ref, text = (command.context["ref"], command.values.get("text", "")) if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    move = Move(ref, Action.REPLY, by=command.by.id, overrides=desk.overrides(command.by))
    await desk.would(move)
    if command.step == "send":
        return await send(command, desk, story)
    if text.strip() and text != "draft":
        await desk.keep_draft(story.mention, command.by.id, text.strip())
    await desk.make(Move(ref, Action.SEE, by=command.by.id))
    story = await desk.story(ref)
    if command.way is Way.SAID:
        return said(story, command)
    if command.step == "write" or text.strip():
        return preview(command, desk, story)
    return write(command, desk, story)


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
    return Form("reply", "send", f"Reply to {ref}", "Send Reply", body, context={"ref": ref, "shown": fingerprint(text)})


def fingerprint(text: str) -> str:
    """Stands for the words a person was shown, so that no others are sent on their word."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


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
        buttons=(*opens, Button("Done", "done", mention.ref)),
        context={"ref": mention.ref},
    )


def said(story: Story, command: Command) -> Answer:
    """Asked for under a card, where no form can open: a button opens it. Nothing has been published."""
    ref = story.mention.ref
    if story.draft_by(command.by.id):
        kept = "Kept as a draft; nothing has been published. Press to look it over and send it."
        return Answer(((kept,),), (Button("Look It Over", "reply", ref, "draft", weight=Weight.PRIMARY),))
    return Answer(((f"Write your reply to {ref} in the form.",),), (Button("Reply", "reply", ref, weight=Weight.PRIMARY),))


async def send(command: Command, desk: Desk, story: Story) -> Answer:
    """The draft that was confirmed, and no other, is held and then goes."""
    ref = story.mention.ref
    draft = story.draft_by(command.by.id)
    if draft is None or fingerprint(draft.text) != command.context.get("shown"):
        raise NotAllowed(f"The draft of your reply to {ref} has been sent or changed meanwhile. Look at the card.")
    account = desk.house.account_of(story.mention)
    overrides = desk.overrides(command.by)
    move = Move(ref, Action.REPLY, by=command.by.id, text=draft.text, key=command.key, overrides=overrides)
    await desk.make(move)
    line = (f"On its way: it goes out as {account.speaks_as} in {hold(desk)}. Until then you can stop it.",)
    return Answer((line, Quote(draft.text)), (Button("Undo", "undo", ref, weight=Weight.DANGER),), card_says_it=False)
