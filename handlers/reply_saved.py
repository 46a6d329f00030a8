"""Replies that begin with a saved reply: filled in for whoever asked, never sent at once, and held to what it says."""

from dataclasses import dataclass, replace

from bot.card import Line
from bot.command import Command
from bot.desk import Desk
from bot.errors import NotAllowed
from bot.reply import Reply, Written
from bot.saving.gaps import added_to, begun, filled, left_open, values
from bot.saving.likeness import is_bound
from bot.saving.saved import Drawn, Saved, read_mark, reference
from bot.store.replying import saved as store
from bot.story import Story
from bot.words import saving as words


@dataclass(frozen=True, slots=True)
class SavedWords:
    """What the saved reply that a draft began with says about it. ``cannot``: why the draft cannot be sent."""

    draft: Reply
    cannot: str = ""
    says: tuple[str, ...] = ()
    """What whoever sends it should know."""


def meant(text: str) -> int | None:
    """The saved reply that is named and nothing else: ``reply 142 S-4`` begins with it."""
    return reference(text) if text[:1] in "sS" else None


async def held_to(desk: Desk, draft: Reply) -> SavedWords:
    """Look whether a draft may be sent as far as it is a saved reply; one whose words were rewritten is its writer's own."""
    found: Drawn | None = await desk.db.read(store.drawn, draft.drawn_from) if draft.drawn_from else None
    if found is None:
        return SavedWords(draft)
    saved, now = found.saved, desk.now()
    if found.texts and not is_bound(found.texts, draft.text, draft.second):
        own = (words.your_own(saved.ref),) if draft.text or draft.second else ()
        return SavedWords(replace(draft, drawn_from=""), says=own)
    if barred := found.barred(now):
        return SavedWords(draft, words.cannot(found, barred, now))
    open_gaps = left_open(found.texts, draft.text, draft.second)
    says = [words.superseded(found, str(draft.number))] if found.is_superseded else []
    says += [words.past_review(found, now)] if saved.review_at <= now else []
    return SavedWords(draft, words.fill_in(saved.ref, open_gaps) if open_gaps else "", tuple(says))


async def begun_with(command: Command, desk: Desk, story: Story, number: int) -> Written:
    """A saved reply with its gaps filled, above what was written already. Raises NotAllowed for one that cannot be used."""
    saved: Saved = await desk.db.read(store.find, number)
    why = await desk.db.read(store.why_not, saved.mark, desk.now())
    if why:
        raise NotAllowed(why)
    draft = story.draft_by(command.by.id)
    before = draft.as_written if draft else Written("")
    if await is_untouched(desk, story, before, saved):
        before = replace(before, text="", second="")
    return await put_above(desk, before, begun(saved, story.mention, desk.house, desk.now()))


async def put_above(desk: Desk, before: Written, new: Written) -> Written:
    """Words put above what is written. Raises NotAllowed where both are of saved replies: a reply is held to one only."""
    there, read = read_mark(before.drawn_from), read_mark(new.drawn_from)
    if there and read and there[0] != read[0]:
        found: Drawn | None = await desk.db.read(store.drawn, before.drawn_from)
        if found and (not found.texts or is_bound(found.texts, before.text, before.second)):
            raise NotAllowed(words.one_at_a_time(found.saved.ref))
    return added_to(before, new)


async def is_untouched(desk: Desk, story: Story, before: Written, saved: Saved) -> bool:
    """Whether what is written is the same saved reply, of this edition or an earlier one, and nothing else."""
    read = read_mark(before.drawn_from)
    if not before.text or read is None or read[0] != saved.number:
        return False
    texts = await desk.db.read(store.words_of, saved, read[1])
    known = values(story.mention, desk.house, desk.now())
    return before.text.strip() in filled("\n\n".join(texts), known)


async def first_lines(desk: Desk, number: int, *, over_own: bool) -> tuple[Line, ...]:
    """Above the form: which it is, who approved it, and what to do now."""
    saved: Saved = await desk.db.read(store.find, number)
    by = (await desk.names({saved.approved_by}))[saved.approved_by] if saved.approved_by else ""
    own: tuple[Line, ...] = ((words.ABOVE_YOURS,),) if over_own else ()
    return ((words.begins_with(saved, by, desk.now()),), *own)
