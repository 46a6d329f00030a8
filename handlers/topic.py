"""``topic 142 bins.missed`` - say what a mention is about: whose replies need approval may hang on it."""

from bot import words
from bot.approvals import needs_approval
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore, NotYours
from bot.mention import Action, Move
from bot.replying.policy import TOPIC

NONE = ("none", "-")


async def topic(command: Command, desk: Desk) -> Answer:
    """Anyone who may act on it, but not those whose replies a colleague looks at: it decides about that."""
    ref, rest = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    wanted = "" if rest.strip().lower() in NONE else rest.strip().lower()
    if not rest.strip() or (wanted and not TOPIC.fullmatch(wanted)):
        now = f" It is about “{story.mention.topic}” now." if story.mention.topic else ""
        example = words.typed("topic", f"{ref[2:]} bins.missed")
        raise NeedsMore(f"Say the topic in a word, or two with a dot between: {example}, or none.{now}")
    if await needs_approval(desk, command.by, story):
        raise NotYours(f"A colleague looks at your reply to {ref}, and says what it is about: that may decide who approves.")
    made = await desk.make(Move(ref, Action.TOPIC, by=command.by.id, topic=wanted, key=command.key))
    about = f"about “{wanted}”" if wanted else "about nothing in particular"
    return Answer(((f"{ref} is {about} {'now' if made.changed else 'already'}.",),))
