"""What is typed is kept as it is typed: a form that is closed, a restart or a lost line costs a second's words at most."""

from bot.card import Answer, Body, Code
from bot.command import Command
from bot.desk import Desk
from bot.errors import UserError
from bot.reply import ReplyState
from bot.store.replying import drafts
from bot.story import Story
from bot.words import replying as words
from handlers.reply_boxes import USED, as_typed
from handlers.reply_filled import LEFT_OPEN, Filled, as_written, filled_in, replies_begun

NOTHING = Answer(())
TEXTS = frozenset({"text", "second", f"text{USED}", f"second{USED}"})
"""The boxes for words."""
UNDER_WAY = frozenset({ReplyState.WAITING, ReplyState.HELD, ReplyState.SENDING, ReplyState.UNSURE})
"""What may become its writer's draft again."""


async def keep(command: Command, desk: Desk) -> Answer:
    """Says nothing: nobody waits for an answer, and looking it over says whatever there is to say."""
    try:
        await kept_quietly(command, desk)
    except UserError:
        return NOTHING
    return NOTHING


async def kept_quietly(command: Command, desk: Desk) -> None:
    """The draft of whoever may write one. A form left open after its reply was sent brings nothing back."""
    ref = command.context.get("ref", "")
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    values = as_typed(command.values)
    if values.keys() & TEXTS:
        filled = filled_in(values, as_written(story.draft_by(command.by.id)))
        await kept_words(command, desk, story, filled, after=command.context.get(LEFT_OPEN, ""))


async def kept_words(command: Command, desk: Desk, story: Story, filled: Filled, *, after: str) -> bool:
    """Keep the words as the person's draft; False where there are none, or their own reply was sent off since ``after``."""
    draft, written = story.draft_by(command.by.id), filled.written
    says_nothing = draft is None and not (written.text or written.second)
    if not after.isdecimal() or says_nothing or story.mention.erased_at:
        return False
    if draft and written == draft.as_written:
        return True
    now, mention = desk.now(), story.mention
    return await desk.db.write(drafts.keep_typed, mention, command.by.id, written=written, after=int(after), now=now)


async def kept_though(command: Command, desk: Desk, story: Story, filled: Filled | None) -> Body:
    """Whatever keeps a reply from going costs nobody their words: they are a draft. Nothing to say where there are none.

    Beside a reply of one's own that has yet to go they would be lost once that is a draft again: they are given back.
    """
    if filled is None or not (filled.written.text or filled.written.second):
        return ()
    if any(one.by == command.by.id and one.state in UNDER_WAY for one in story.replies):
        return ((words.YOURS,), *(Code(text) for text in (filled.written.text, filled.written.second) if text))
    after = command.context.get(LEFT_OPEN, "") if command.step else replies_begun(story, command.by.id)
    if not await kept_words(command, desk, story, filled, after=after):
        return ()
    return ((words.KEPT,),)
