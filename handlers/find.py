"""``find words`` - mentions that hold these words, and what was answered, newest first."""

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.mention import Mention


async def find(command: Command, desk: Desk) -> Answer:
    """Private messages are left out: they are found by those who may read them, with show."""
    if not command.text.strip():
        raise NeedsMore(f"Say what to look for: {words.typed('find', 'mill road')}")
    found = [mention for mention in await desk.find_words(command.text) if not mention.private]
    if not found:
        return Answer(((f"Nothing holds “{command.text.strip()[:60]}”.",),))
    return Answer(tuple(line(mention) for mention in found))


def line(mention: Mention) -> Line:
    """One mention on a line."""
    return (Strong(mention.ref), f" · {mention.state} · {mention.author.name or 'somebody'} · {words.said(mention, 70)}")
