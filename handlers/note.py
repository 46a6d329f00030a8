"""``note 142 your note`` - tell colleagues something about a mention; never published."""

from bot import words
from bot.card import Answer
from bot.command import SAID_THERE, Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.form import Field, Form
from bot.mention import Action, Move


async def note(command: Command, desk: Desk) -> Answer | Form:
    """Appears under the card and in the record."""
    ref, text = (command.context["ref"], command.values.get("note", "")) if command.step else command.ref_and_rest()
    await desk.admitted(command, ref)
    if not text.strip():
        if command.step:
            raise FormProblem("note", "Write the note first.")
        if command.way is not Way.PRESSED:
            raise NeedsMore(
                f"Write the note after the number, for example: {words.typed('note', ref[2:] + ' asked highways')}"
            )
        await desk.make(Move(ref, Action.SEE, by=command.by.id))
        field = Field("note", "Note for colleagues", hint="Never published.", lines=4)
        return Form("note", "write", f"Note on {ref}", "Add Note", fields=(field,), context={"ref": ref})
    said_in = {"said_in": command.at.chat} if SAID_THERE in command.context else {}
    await desk.make(Move(ref, Action.NOTE, by=command.by.id, note=text.strip(), key=command.key, detail=said_in))
    return Answer(((words.noted(ref),),), card_says_it=True)
