"""``add link or words`` - bring in something said elsewhere: a phone call, a letter, a site no account covers."""

import re

from bot import words
from bot.card import Answer
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.form import Field, Form
from bot.house import BY_HAND
from bot.mention import Author
from bot.ports import Incoming

LINK = re.compile(r"<?(https?://[^\s|>]+)(?:\|[^>]*)?>?")


async def add(command: Command, desk: Desk) -> Answer | Form:
    """It becomes a mention like any other, answered by hand."""
    text = command.values.get("what", "") if command.step else command.text.strip()
    who = command.values.get("who", "").strip()
    if not text.strip():
        if command.step:
            raise FormProblem("what", "Say what was said, or paste a link.")
        if command.way is Way.SAID:
            raise NeedsMore(
                f"Say what was said, or paste a link, for example: {words.typed('add', 'caller says bins missed')}"
            )
        return form()
    if BY_HAND not in desk.house.accounts:
        raise NeedsMore("No account is set up yet, so there is no channel for it. Ask whoever runs Tolbooth.")
    link = LINK.search(text)
    post = Incoming(
        native_id=f"by-hand:{command.key}",
        text=LINK.sub(lambda found: found.group(1), text).strip(),
        author=Author("", who or "Somebody"),
        posted_at=desk.now(),
        url=link.group(1) if link else "",
        kind="added",
    )
    taken = await desk.take_in([post], BY_HAND)
    if not taken.new:
        return Answer((("That is in the queue already.",),))
    return Answer(((f"Added. Its card is on its way to the channel {desk.house.accounts[BY_HAND].channel}.",),))


def form() -> Form:
    """What was said, and by whom."""
    fields = (
        Field("what", "What was said? Paste a link or write it down", lines=5),
        Field("who", "Who said it?", optional=True, hint="As they gave their name; leave empty if they did not."),
    )
    return Form("add", "write", "Add a mention", "Add", fields=fields)
