"""``reply 142 [words]`` - write to the public: a form, one confirmation of the words, and a hold with Undo."""

from bot.card import Answer, Body, Button, Code, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, UserError
from bot.form import BOX, Form, fits, units
from bot.mention import Action, Move
from bot.reply import Written
from bot.story import Story
from bot.words import replying as words
from bot.words import too_long
from bot.words.approvals import waits_already
from handlers.reply_by_hand import by_hand
from handlers.reply_filled import Filled, as_written, filled_in, kept, spoken, taken_out
from handlers.reply_keep import keep, kept_though
from handlers.reply_look import preview
from handlers.reply_looked import Looked, looked_over, problem_of
from handlers.reply_marks import SEND
from handlers.reply_notes import approved_first, notes
from handlers.reply_offers import use, wanted, with_offers
from handlers.reply_saved import begun_with, first_lines, meant
from handlers.reply_send import reason_in, send, sent_already, take_back, what_it_answers
from handlers.reply_write import write

DRAFT, AGAIN = "draft", "write"
"""What buttons say behind the reference: look over what is kept, or change it."""


async def reply(command: Command, desk: Desk) -> Answer | Form:
    """Each step keeps what was written; only a press on the button that names the account lets it go."""
    if command.step == "keep":
        return await keep(command, desk)
    ref, text = (command.context["ref"], "") if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    sends = command.step == "send" or (command.way is Way.PRESSED and text.startswith(SEND))
    if not sends and not fits(spoken(text)):
        return too_much(spoken(text))
    mark, number = wanted(command, text), None if sends or command.step else meant(text)
    filled = None if sends or mark or number is not None else what_was_written(command, story, text)
    if told := await told_not_now(command, desk, story, filled):
        return told
    if mark:
        return await use(command, desk, story, mark)
    if sends:
        return await send(command, desk, story, text or command.context.get("shown", ""))
    if number is not None:
        return await begin(command, desk, story, number)
    if filled:
        await kept(command, desk, story.mention, filled)
    await desk.make(Move(ref, Action.SEE, by=command.by.id))
    story = await desk.story(ref)
    if command.way is Way.SAID:
        return said(story, command)
    return await next_form(command, desk, story, filled)


async def begin(command: Command, desk: Desk, story: Story, number: int) -> Answer | Form:
    """The form, filled with a saved reply to be made to fit. Raises NotAllowed for one that cannot be used."""
    written = await begun_with(command, desk, story, number)
    before, ref = as_written(story.draft_by(command.by.id)), story.mention.ref
    await desk.keep_draft(story.mention, command.by.id, written)
    await desk.make(Move(ref, Action.SEE, by=command.by.id))
    story = await desk.story(ref)
    if command.way is Way.SAID:
        return said(story, command)
    over_own = bool(before.text) and before.text in written.text and before.text != written.text
    first = (*await first_lines(desk, number, over_own=over_own), *await notes(desk, story, command.by.id))
    draft = story.draft_by(command.by.id)
    return write(command.by, desk, story, await looked_over(command.by, desk, story, draft) if draft else None, first=first)


async def told_not_now(command: Command, desk: Desk, story: Story, filled: Filled | None) -> Answer | None:
    """Why no reply can be written, with whatever was written all the same; None when one can."""
    ref = story.mention.ref
    if waits := story.waiting_reply:
        asked = [story.name(one) for one in story.asked]
        told = waits_already(ref, story.name(waits.by), asked, own=waits.by == command.by.id)
        after = await kept_though(command, desk, story, filled)
        return Answer(((told,), *after), take_back(story, command.by.id))
    try:
        await desk.would(Move(ref, Action.REPLY, by=command.by.id, overrides=desk.overrides(command.by)))
    except UserError as refused:
        if again := await sent_already(command, desk, story):
            return again
        after = await kept_though(command, desk, story, filled)
        if not after:
            raise
        return Answer(((str(refused),), *after))
    return None


def what_was_written(command: Command, story: Story, text: str) -> Filled | None:
    """The words of a form, or those typed behind the command; None when there were none."""
    before = as_written(story.draft_by(command.by.id))
    if command.step == "write":
        return filled_in(command.values, before)
    if command.step or not spoken(text) or asks_for(command, DRAFT) or asks_for(command, AGAIN):
        return None
    return Filled(Written(spoken(text), audience=before.audience), taken_out=taken_out(text))


def asks_for(command: Command, what: str) -> bool:
    """Whether a button says so; what is typed behind the command is always words for the public."""
    return command.way is Way.PRESSED and command.text.partition(" ")[2].strip() == what


async def next_form(command: Command, desk: Desk, story: Story, filled: Filled | None) -> Form:
    """Where it is written, or a look over what was."""
    first = await notes(desk, story, command.by.id)
    draft = story.draft_by(command.by.id)
    looked = await looked_over(command.by, desk, story, draft) if draft else None
    if looked is None:
        first = (*first, *await approved_first(command.by, desk, story))
    if looked is None or not (filled or command.step or asks_for(command, DRAFT)):
        return await with_offers(write(command.by, desk, story, looked, first=first), command, desk, story)
    if filled and filled.taken_out:
        first = (*first, (words.taken_out(filled.taken_out),))
    if filled and command.way is Way.TYPED and command.at.ref != story.mention.ref:
        first = (*first, *what_it_answers(looked))
    return look(command, desk, looked, first)


def look(command: Command, desk: Desk, looked: Looked, first: Body) -> Form:
    """The preview, or the form again with what has to be changed. Raises FormProblem where the form can stay as it is."""
    field, problem = problem_of(looked)
    is_offered = command.values.get("split") is not None or looked.composed.would_split < 2
    if problem and command.step == "write" and field in command.values and is_offered:
        raise FormProblem(field, problem)
    if problem:
        return write(command.by, desk, looked.story, looked, first=first, problem=problem)
    if looked.account.by_hand:
        return by_hand(looked, desk, why=reason_in(command), notes=first)
    return preview(looked, desk, command, first)


def too_much(text: str) -> Answer:
    """Longer than any form: given back whole, to be copied."""
    told = f"{too_long(units(text), BOX, 'characters')} An emoji counts as two or more."
    return Answer(((told,), (words.YOURS,), Code(text)))


def said(story: Story, command: Command) -> Answer:
    """Asked for under a card, where no form can open: a button opens it. Nothing has been published."""
    ref = story.mention.ref
    if story.draft_by(command.by.id):
        told = "Kept as a draft; nothing has been published. Press to look it over and send it."
        return Answer(((told,),), (Button("Look It Over", "reply", ref, DRAFT, weight=Weight.PRIMARY),))
    return Answer(((f"Write your reply to {ref} in the form.",),), (Button("Reply", "reply", ref, weight=Weight.PRIMARY),))
