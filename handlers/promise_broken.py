"""``tasks broken 142 why`` - say that a promise cannot be kept, and begin an honest apology to whoever was promised it."""

from bot.card import Answer, Button, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.task import Kind, Outcome, Task
from bot.words import tasks as words
from handlers.reply_offers import USE


async def broken(command: Command, desk: Desk, task: Task, text: str) -> Answer | Form:
    """It needs a reason, which stays in the record. A button asks for it in a form."""
    if task.kind is not Kind.PROMISE:
        raise NotAllowed(words.not_a_promise(task.ref))
    why = (command.values.get("why", "") if command.step else text).strip()
    if not why and not command.step and command.way is not Way.SAID:
        field = Field("why", "Why can it not be kept?", hint="Kept in the record; never published.", max_length=300)
        return Form("tasks", "broken", f"Promise on {task.ref}", "Note It", fields=(field,), context={"task": task.mark})
    if not why:
        if command.step:
            raise FormProblem("why", words.needs_reason(task.ref))
        raise NeedsMore(words.needs_reason(task.ref))
    detail = {"task": task.id, "outcome": str(Outcome.BROKEN)}
    move = Move(task.ref, Action.OWED_DONE, by=command.by.id, note=why, detail=detail, key=command.key)
    await desk.make(move)
    return Answer(((words.broken(task),),), (apology(task, task.ref),), replaces=True)


def apology(task: Task, ref: str) -> Button:
    """To begin a reply to ``ref`` that says sorry for a promise which may have been made on an earlier mention."""
    return Button("Begin an Apology", "reply", ref, USE + task.mark, weight=Weight.PRIMARY)
