"""``find words`` - mentions that hold these words, and what was answered, newest first."""

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.mention import Mention


async def find(command: Command, desk: Desk) -> Answer:
    """Only what the person may read."""
    if not command.text.strip():
        raise NeedsMore(f"Say what to look for: {words.typed('find', 'mill road')}")
    everything = await desk.find_words(command.text)
    readable = await desk.readable(command, everything)
    found = [mention for mention in everything if mention.ref in readable]
    if not found:
        return Answer(((f"Nothing holds “{command.text.strip()[:60]}” among the newest mentions you can read.",),))
    return Answer(tuple(line(mention) for mention in found))


def line(mention: Mention) -> Line:
    """One mention on a line."""
    return (Strong(mention.ref), f" · {mention.state} · {mention.author.name or 'somebody'} · {words.said(mention, 70)}")
