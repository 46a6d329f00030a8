"""Said before: approved words and earlier answers, offered where a reply is written and put into its box on a press."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import structlog

from bot.card import Body, Button, Line, Quote, Strong
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import NotAllowed, UserError
from bot.finding.answers import telling
from bot.finding.offers import Offer
from bot.finding.past import Past
from bot.finding.reworded import reworded
from bot.form import Form
from bot.reply import Written
from bot.saving.gaps import added_to, begun
from bot.saving.saved import Saved, read_mark
from bot.store import mentions
from bot.store.reading import past_answers
from bot.store.reading.saved import suggested, times_used
from bot.story import Story
from bot.task import Promised
from bot.words import excerpt, promised
from bot.words import said_before as words
from bot.words.saving import LEAST_USES, save_it
from handlers.reply_boxes import put_into
from handlers.reply_filled import LEFT_OPEN, Filled, as_written, filled_in, replies_begun
from handlers.reply_keep import TEXTS, kept_words
from handlers.reply_looked import looked_over
from handlers.reply_notes import notes
from handlers.reply_saved import begun_with, first_lines, put_above
from handlers.reply_write import write

log = structlog.get_logger()

USE = "use:"
"""How the argument of a button begins that puts words into the box; whose words they are follows, as a reply is marked."""
PATIENCE = 0.3
"""Seconds. A form is lost after three: it opens without offers rather than late."""
MOST_SAVED, MOST_PAST = 2, 3
ASKED, SHOWN = 80, 300
"""Characters shown of the question, and of the words."""


def wanted(command: Command, text: str) -> str:
    """Whose words a press asks for, as a reply is marked with them; empty for anything else."""
    return text.removeprefix(USE) if command.way is Way.PRESSED and text.startswith(USE) else ""


# --- offered -----------------------------------------------------------------------------------------------------


async def with_offers(form: Form, command: Command, desk: Desk, story: Story) -> Form:
    """The form with what was said before, while nothing is written in it. Finding that never delays or breaks the form."""
    draft = as_written(story.draft_by(command.by.id))
    if draft.text or draft.second:
        return form
    try:
        async with asyncio.timeout(PATIENCE):
            offers = (*sorry(desk, story), *await found(command, desk, story))
    except Exception as error:
        log.warning("past_answers_not_offered", reason=type(error).__name__)
        return form
    press = (*form.buttons, *buttons(offers, story))
    return replace(form, body=(*form.body, *block(offers)), buttons=press, buttons_first=True)


async def found(command: Command, desk: Desk, story: Story) -> Sequence[Offer]:
    """Approved words first, then earlier answers in mentions that the person may read; nothing twice."""
    asked = past_answers.asked_in(story)
    saved = await desk.db.read(suggested, asked.text, asked.topic, now=desk.now(), most=MOST_SAVED)
    offers = [offer_of_saved(one, desk, story) for one in saved]
    same, refs = {tuple(telling(one.text)) for one in saved}, {one.ref for one in saved}
    best: Sequence[Past] = await desk.db.read(past_answers.best_for, story, desk.now())
    past = [one for one in best if tuple(telling(one.text)) not in same and one.drawn_from.partition("@")[0] not in refs]
    for one in past:
        if len(offers) < len(saved) + MOST_PAST and await desk.may_read(command, one.mention):
            offers.append(offer_of_past(one, desk, story))
    return offers


def sorry(desk: Desk, story: Story) -> Sequence[Offer]:
    """The beginning of an apology, where the author was promised something that has not come in time."""
    late = promised.not_kept(story.promises, story.mention, desk.now())
    return (offer_of_apology(late, desk),) if late else ()


def offer_of_apology(one: Promised, desk: Desk) -> Offer:
    """It says what was promised and not done; what happens next is for whoever writes."""
    return Offer(one.task.mark, promised.SORRY, promised.apology(one, desk.house.zone), says=promised.GO_ON)


def offer_of_saved(saved: Saved, desk: Desk, story: Story) -> Offer:
    """A saved reply with what is known in its gaps."""
    written = begun(saved, story.mention, desk.house, desk.now())
    return Offer(saved.mark, f"{saved.ref}, {saved.title}", written.text, written.second, words.APPROVED, is_saved=True)


def offer_of_past(past: Past, desk: Desk, story: Story) -> Offer:
    """An earlier answer, greeting whoever asks now."""
    written = written_anew(past, desk, story)
    title = words.answered(excerpt(" ".join(past.question.split()) or "(no words)", ASKED))
    return Offer(past.reply, title, written.text, written.second, words.says(past, desk.house.zone, desk.now()))


def block(offers: Sequence[Offer]) -> Iterator[Line | Quote]:
    """What can be used, by number."""
    if offers:
        yield (Strong(words.HEADING),)
    for number, one in enumerate(offers, 1):
        yield (Strong(f"{number}. "), f"{one.title}: {one.says}")
        yield Quote(excerpt(one.text or one.second, SHOWN))


def buttons(offers: Sequence[Offer], story: Story) -> Iterator[Button]:
    """One for each."""
    for number, one in enumerate(offers, 1):
        yield Button(words.use(number), "reply", story.mention.ref, USE + one.mark)


# --- used --------------------------------------------------------------------------------------------------------


async def use(command: Command, desk: Desk, story: Story, mark: str) -> Form:
    """The form with these words in its box, above what was typed there; they are kept as the person's draft."""
    try:
        first = await begun_from(command, desk, await with_typed(command, desk, story), mark)
    except UserError as refused:
        return await shown(command, desk, story, problem=str(refused))
    form = await shown(command, desk, story, first=first)
    return replace(form, fields=tuple(put_into(form.fields, "text", "second")))


async def with_typed(command: Command, desk: Desk, story: Story) -> Story:
    """The story once what stands in the form is kept: nothing that was typed is lost to what is put in."""
    if not command.values.keys() & TEXTS:
        return story
    filled = filled_in(command.values, as_written(story.draft_by(command.by.id)))
    await kept_words(command, desk, story, filled, after=after(command, story))
    return await desk.story(story.mention.ref)


async def begun_from(command: Command, desk: Desk, story: Story, mark: str) -> Body:
    """Keep the words as the draft; returns what to say of them. Raises NotAllowed for words that cannot be used any more."""
    before = as_written(story.draft_by(command.by.id))
    if read := read_mark(mark):
        written = await begun_with(command, desk, story, read[0])
        first = await first_lines(desk, read[0], over_own=bool(before.text))
    elif late := promised.marked(story.promises, mark):
        written = added_to(before, Written(promised.apology(late, desk.house.zone)))
        first = ((promised.GO_ON,),)
    else:
        past = await readable(command, desk, mark)
        written = await put_above(desk, before, written_anew(past, desk, story))
        first = ((words.begins_with(past, desk.house.zone, desk.now()),), *await often_used(command, desk, past))
    if not await kept_words(command, desk, story, Filled(written), after=after(command, story)):
        raise NotAllowed(words.SENT_MEANWHILE)
    return first


async def often_used(command: Command, desk: Desk, past: Past) -> tuple[Line, ...]:
    """That an answer is used again and again and may be worth saving; said to each person once."""
    first = past.drawn_from or past.reply
    times = 0 if read_mark(first) else await desk.db.read(times_used, first)
    if times < LEAST_USES:
        return ()
    is_new = await desk.db.write(mentions.first_time, f"saved:again:{first}:{command.by.id}", desk.now())
    return ((save_it(times, past.mention.ref),),) if is_new else ()


async def readable(command: Command, desk: Desk, reply_id: str) -> Past:
    """An earlier answer as it is now. Raises NotAllowed for one that is gone, or in a mention the person may not read."""
    past: Past | None = await desk.db.read(past_answers.one, reply_id, desk.now())
    if past is None or not await desk.may_read(command, past.mention):
        raise NotAllowed(words.GONE)
    return past


def written_anew(past: Past, desk: Desk, story: Story) -> Written:
    """An earlier answer made ready for whoever asks now, in as many languages as their account speaks."""
    was, to = past.mention.author, story.mention.author.name
    text, second = (reworded(one, was_to=was.name, called=was.handle, to=to) for one in (past.text, past.second))
    has_two = bool(desk.house.account_of(story.mention).languages)
    return Written(text, second if has_two else "", drawn_from=past.drawn_from or past.reply)


def after(command: Command, story: Story) -> str:
    """See ``LEFT_OPEN``."""
    return command.context.get(LEFT_OPEN, replies_begun(story, command.by.id))


async def shown(command: Command, desk: Desk, story: Story, *, first: Body = (), problem: str = "") -> Form:
    """The form as it is kept now."""
    story = await desk.story(story.mention.ref)
    draft = story.draft_by(command.by.id)
    looked = await looked_over(command.by, desk, story, draft) if draft else None
    first = (*first, *await notes(desk, story, command.by.id))
    return write(command.by, desk, story, looked, first=first, problem=problem)
