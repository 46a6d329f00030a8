"""``close 142 why`` - decide that no reply is needed, and say why."""

from bot import words
from bot.card import Answer, Body, Quote
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.story import Story
from bot.words.rights import still_runs
from handlers.approve_look import ended


async def close(command: Command, desk: Desk) -> Answer | Form:
    """A button asks for the reason in a form; a typed close carries it."""
    ref, reason = (command.context["ref"], command.values.get("why", "")) if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    move = Move(
        ref, Action.CLOSE, by=command.by.id, note=reason.strip(), key=command.key, overrides=desk.overrides(command.by)
    )
    if not move.note:
        if command.step:
            raise FormProblem("why", words.needs_reason(ref))
        if command.way is not Way.PRESSED:
            raise NeedsMore(words.needs_reason(ref))
        await desk.would(move)
        await desk.make(Move(ref, Action.SEE, by=command.by.id))
        return form(story)
    made = await desk.make(move)
    also = (*ended(story, command.by.id), *still_running(story, desk))
    return Answer(((words.closed(ref, made.mention.close_reason),), *also), card_says_it=not also)


def still_running(story: Story, desk: Desk) -> Body:
    """A right does not end with its mention."""
    now, house = desk.now(), desk.house
    return tuple((still_runs(one, house.rights.kind(one.kind), now, house.zone),) for one in story.running_rights)


def form(story: Story) -> Form:
    """Why no reply is needed."""
    mention = story.mention
    why = Field("why", "Why does it need no reply?", hint="Kept in the record; never published.", max_length=300)
    return Form(
        "close",
        "why",
        f"Close {mention.ref}",
        "Close",
        (Quote(words.excerpt(mention.text, 300)),),
        (why,),
        (),
        {"ref": mention.ref},
    )
