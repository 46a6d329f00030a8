"""The press that lets a reply go, or puts it before an approver: what was shown and nothing else, with a reason if asked."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.approvals import readers
from bot.card import Answer, Body, Button, Line, Quote, Strong, Weight
from bot.command import Command
from bot.desk import Desk
from bot.errors import NotAllowed
from bot.form import Form
from bot.mention import Action, Move
from bot.reply import ReplyState
from bot.store.replying.as_shown import AS_OF
from bot.store.replying.asking import READERS
from bot.store.replying.media import mark
from bot.story import Story
from bot.words import excerpt
from bot.words import replying as words
from handlers.hold import held_for, hold_here
from handlers.reply_by_hand import by_hand
from handlers.reply_filled import spoken
from handlers.reply_look import LONGEST_REASON, preview
from handlers.reply_looked import Looked, looked_over, problem_of
from handlers.reply_marks import CHANGED, asked, differences, target
from handlers.reply_notes import notes
from handlers.reply_write import write

SAME_PROMISE = timedelta(hours=12)
"""Within this of what was ticked, what is found in the words now is what was meant."""


async def send(command: Command, desk: Desk, story: Story, pressed: str) -> Answer | Form:
    """The first of two presses lets it go; the second, however soon after it, is answered as the first was."""
    try:
        return await let_go(command, desk, story, pressed)
    except NotAllowed:
        if again := await sent_already(command, desk, await desk.story(story.mention.ref)):
            return again
        raise


async def let_go(command: Command, desk: Desk, story: Story, pressed: str) -> Answer | Form:
    """What was confirmed, and nothing else, is held and then goes; if anything changed, it is shown again first."""
    ref, draft = story.mention.ref, story.draft_by(command.by.id)
    if draft is None:
        raise NotAllowed(f"Your reply to {ref} has been sent or taken back meanwhile. Look at the card.")
    if stop := await desk.stopped():
        names = await desk.names({stop.by})
        raise NotAllowed(f"Publishing is stopped by {names[stop.by]}. Your draft is kept; send it when publishing goes on.")
    looked = await looked_over(command.by, desk, story, draft)
    if again := await to_look_at_again(command, desk, looked, pressed):
        return again
    move = move_of(command, desk, looked)
    if looked.asks and (may_read := await readers(desk, story)):
        move = replace(move, detail={**move.detail, READERS: " ".join(sorted(may_read))})
    await desk.make(move)
    story = await desk.story(ref)
    return is_waiting(looked, story) if looked.asks else is_on_its_way(looked, story, hold_here(command, desk))


async def to_look_at_again(command: Command, desk: Desk, looked: Looked, pressed: str) -> Form | None:
    """The form once more, when it is not as it was shown, cannot go, or lacks a reason; None when it can go."""
    first = await notes(desk, looked.story, looked.by.id)
    changed = differences(looked, pressed)
    _, problem = problem_of(looked)
    if problem:
        return write(command.by, desk, looked.story, looked, first=first, problem=problem)
    if looked.account.by_hand:
        return by_hand(looked, desk, notes=first)
    if changed is not None:
        again = (words.changed(changed), *first, *seen_now(looked, changed))
        return preview(looked, desk, command, again)
    if looked.to_justify and not reason_in(command):
        needs = (Strong(words.needs_reason(looked.to_justify)),)
        return preview(looked, desk, command, (needs, *first))
    return None


def seen_now(looked: Looked, changed: tuple[str, ...]) -> Body:
    """What the author says now, where that is what changed."""
    if changed and CHANGED["asked"] not in changed:
        return ()
    return what_it_answers(looked)


def what_it_answers(looked: Looked) -> Body:
    """The author's words: a mistyped number would else be seen nowhere."""
    return (("It answers:",), Quote(excerpt(asked(looked.story), 600)))


def reason_in(command: Command) -> str:
    """Why it should go all the same, as it was filled in."""
    return spoken(command.values.get("why", ""))[:LONGEST_REASON]


def move_of(command: Command, desk: Desk, looked: Looked) -> Move:
    """The change asked for: everything as it was shown, and what was overridden by name."""
    written = replace(looked.written, promise_by=promised(command, looked))
    overrode = {"overrode": ",".join(looked.to_justify)} if looked.to_justify else {}
    return Move(
        looked.story.mention.ref,
        Action.SUBMIT if looked.asks else Action.REPLY,
        by=command.by.id,
        note=reason_in(command) if looked.to_justify else "",
        text=written.text,
        key=command.key,
        overrides=desk.overrides(command.by),
        written=written,
        posts=looked.composed.posts,
        pictures=mark(looked.pictures, looked.digests),
        detail={
            "answers": target(looked.story),
            AS_OF: str(looked.story.mention.version),
            **overrode,
            **held_for(command, desk),
        },
    )


def promised(command: Command, looked: Looked) -> datetime | None:
    """When a promise is due that the person chose to keep track of: one that was found, never a date of the form's own.

    "This afternoon" may be due a little later than when it was shown: the nearest of those found now is meant.
    """
    try:
        ticked = datetime.fromisoformat(command.values.get("promise", ""))
    except ValueError:
        return None
    if not ticked.tzinfo:
        return None
    near = (due for due in looked.promises if abs(due - ticked) <= SAME_PROMISE)
    return min(near, key=lambda due: abs(due - ticked), default=None)


async def sent_already(command: Command, desk: Desk, story: Story) -> Answer | None:
    """The first press's answer once more, for the writer who pressed twice: of what is held, as it was shown. Else None."""
    live = story.live_reply
    if live is None or live.by != command.by.id or live.state is not ReplyState.HELD or live.part > 1 or live.approved_by:
        return None
    pressed = command.context.get("shown", "") if command.step else command.ref_and_rest()[1]
    looked = await looked_over(command.by, desk, story, live)
    if differences(looked, pressed) is not None:
        return None
    return is_on_its_way(looked, story, hold_here(command, desk))


def is_on_its_way(looked: Looked, story: Story, hold: timedelta) -> Answer:
    """What goes out and when, with Undo."""
    live = story.live_reply
    if live and live.state is ReplyState.SENDING and live.hold_until is None:
        return Answer(((words.from_before_a_restore(story.mention.ref),), *quoted(looked)))
    at = f"in {words.hold(hold)}. Until then you can stop it" if hold else "now"
    line = (f"On its way: it goes out as {looked.account.speaks_as} {at}.",)
    undo = Button("Undo", "undo", story.mention.ref, live.id[:8] if live else "", weight=Weight.DANGER)
    return Answer((line, *quoted(looked)), (undo,))


def is_waiting(looked: Looked, story: Story) -> Answer:
    """Who is asked, and how to take it back."""
    return Answer(((words.waits_for(looked.approvers),), *quoted(looked)), take_back(story, looked.by.id))


def quoted(looked: Looked) -> tuple[Line | Quote, ...]:
    """Each post."""
    return tuple(Quote(post.text) for post in looked.composed.posts)


def take_back(story: Story, person: str) -> tuple[Button, ...]:
    """For the writer of what waits."""
    waits = story.waiting_reply
    if waits is None or waits.by != person:
        return ()
    return (Button("Take It Back", "recall", story.mention.ref, waits.id[:8]),)
