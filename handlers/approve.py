"""``approve 142``, ``send_back 142 why``, ``recall 142`` - decide about a reply that waits, or take back one’s own."""

from dataclasses import replace

from bot.card import Answer, Button, Code, Quote, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed, NotYours
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.reply import Reply, ReplyState
from bot.replying.approval import answered_post, fingerprint
from bot.store.replying.approvals import AS_OF
from bot.story import Story
from bot.words import approvals as words
from bot.words.replying import from_before_a_restore, hold
from handlers.approve_change import CHANGE, CHANGED_TO, change, change_form, changed_to
from handlers.approve_look import CHANGED, about_it, admitted, look, require_approver, require_going, waiting
from handlers.approve_looked import in_its_way, looked_at
from handlers.hold import held_for, hold_here

LONGEST_WORD = 500


async def approve(command: Command, desk: Desk) -> Answer | Form:
    """Decide; where that cannot be any more, whoever had changed the words gets theirs back with the reason."""
    try:
        return await decide(command, desk)
    except (NotAllowed, NotYours) as refused:
        written = [text for name, text in command.values.items() if name.startswith(("text", "second")) and text]
        if not written:
            raise
        return Answer(((str(refused),), (words.YOUR_WORDS,), *[Code(one) for one in written]))


async def decide(command: Command, desk: Desk) -> Answer | Form:
    """A press that carries the mark of all that was shown lets it go; anything else is shown what there is first."""
    ref, pressed = (command.context["ref"], "") if command.step else command.ref_and_rest()
    story = await admitted(command, desk, ref)
    reply = waiting(story)
    await desk.make(Move(ref, Action.SEE, by=command.by.id))
    if not (pressed or command.step):
        return await look(command, desk, story, reply)
    await require_approver(command.by, desk, story, reply)
    what, _, mark = pressed.partition(" ")
    if command.step:
        return await change(command, desk, story)
    if what == CHANGED_TO:
        return await approve_changed(command, desk, story, mark)
    if is_as_shown(story, reply, desk, mark if what == CHANGE else pressed):
        return change_form(story, reply, desk) if what == CHANGE else await let_go_as_it_is(command, desk, story)
    return await look(command, desk, story, reply, first=(CHANGED,))


def is_as_shown(story: Story, reply: Reply, desk: Desk, mark: str) -> bool:
    """Whether nothing differs from what the button stood under."""
    return mark == fingerprint(story, reply, desk.house.account_of(story.mention))


async def let_go_as_it_is(command: Command, desk: Desk, story: Story) -> Answer:
    """The words that wait go, unless the settings would not let them be sent in today: then that is shown."""
    reply = waiting(story)
    about = await about_it(desk, story, reply)
    if in_its_way(await looked_at(desk, story, reply), str(about.payload["overrode"])):
        return await look(command, desk, story, reply)
    return await let_go(command, desk, story)


async def approve_changed(command: Command, desk: Desk, story: Story, mark: str) -> Answer | Form:
    """The words as the approver has them now go, if they are those that were looked over; else they are shown once more."""
    changed = await changed_to(command, desk, story, mark)
    if isinstance(changed, Form):
        return changed
    return await let_go(command, desk, story, changed)


async def let_go(command: Command, desk: Desk, story: Story, changed: Move | None = None) -> Answer:
    """It is held, and then goes, as it would have without approval."""
    ref, reply = story.mention.ref, waiting(story)
    await require_going(desk, ref)
    move = changed or Move(ref, Action.APPROVE, by=command.by.id, posts=reply.posts)
    seen = {"answers": answered_post(story), AS_OF: str(story.mention.version), "reply": reply.id}
    await desk.make(replace(move, key=command.key, detail={**move.detail, **seen, **held_for(command, desk)}))
    account = desk.house.account_of(story.mention)
    held = hold_here(command, desk)
    at = f"in {hold(held)}. Until then it can be stopped" if held else "now"
    told = f"Approved: {story.name(reply.by)}’s reply goes out as {account.speaks_as} {at}."
    live = (await desk.story(ref)).live_reply
    if live and live.state is ReplyState.SENDING and live.hold_until is None:
        return Answer(((from_before_a_restore(ref),),), replaces=is_private_message(command))
    undo = Button("Undo", "undo", ref, reply.id[:8], weight=Weight.DANGER)
    posts = tuple(Quote(post.text) for post in (move.posts or reply.posts))
    return Answer(((told,), *posts), (undo,), replaces=is_private_message(command))


def is_private_message(command: Command) -> bool:
    """Whether the button stood on what one person was told: there the decision takes the place of the question."""
    return command.way is Way.PRESSED and not (command.at.ref or command.context)


# --- sending back, taking back -----------------------------------------------------------------------------------


async def send_back(command: Command, desk: Desk) -> Answer | Form:
    """A button asks for the word in a form; what is typed carries it."""
    ref, why = (command.context["ref"], command.values.get("why", "")) if command.step else command.ref_and_rest()
    story = await admitted(command, desk, ref)
    reply = waiting(story)
    await require_approver(command.by, desk, story, reply)
    if command.way is Way.PRESSED:
        require_same(reply, why, ref)
        return send_back_form(story, reply)
    if command.step and not why.strip():
        raise FormProblem("why", words.NO_WORDS)
    if not why.strip():
        raise NeedsMore(words.needs_why(ref))
    detail = {"reply": reply.id}
    await desk.make(Move(ref, Action.SEND_BACK, by=command.by.id, note=why.strip(), key=command.key, detail=detail))
    told = f"Sent back to {story.name(reply.by)}, with your word on it. The reply to {ref} is their draft again."
    return Answer(((told,),))


def send_back_form(story: Story, reply: Reply) -> Form:
    """What should change, in the approver’s own words."""
    name, ref = story.name(reply.by), story.mention.ref
    hint = f"Only {name} is told; it stays on the record, and is never published."
    why = Field("why", f"A word for {name}: what should change?", hint=hint, lines=3, max_length=LONGEST_WORD)
    posts = tuple(Quote(post.text) for post in reply.posts)
    return Form("send_back", "why", f"Send back {ref}", "Send Back", posts, (why,), context={"ref": ref})


async def recall(command: Command, desk: Desk) -> Answer:
    """Its writer takes it back: it is a draft again, and nobody need look at it."""
    ref, which = command.ref_and_rest()
    story = await admitted(command, desk, ref)
    reply = waiting(story)
    if command.way is Way.PRESSED:
        require_same(reply, which, ref)
    await desk.make(Move(ref, Action.RECALL, by=command.by.id, key=command.key, detail={"reply": reply.id}))
    told = f"Taken back: your reply to {ref} is a draft again. Nothing was published."
    return Answer(((told,),), (Button("Open the Draft", "reply", ref, weight=Weight.PRIMARY),))


def require_same(reply: Reply, which: str, ref: str) -> None:
    """An old button speaks of an old reply. Raises NotAllowed."""
    if which and not reply.id.startswith(which):
        raise NotAllowed(f"That is about an earlier reply to {ref}. Look at its card as it is now.")
