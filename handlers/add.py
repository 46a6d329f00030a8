"""``add link or words`` - bring in something said elsewhere: a link, a phone call, a letter, a site no account covers."""

import re
from dataclasses import dataclass

from bot import words
from bot.card import Answer
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.exchange import ADDED
from bot.form import Field, Form
from bot.house import BY_HAND
from bot.mention import Author
from bot.ports import Incoming
from bot.store.intake.corrections import known_as
from bot.store.replying.replies import number_of_native

LINK = re.compile(r"<?(https?://[^\s|>]+)(?:\|[^>]*)?>?")
ENDS = ".,;:!?]}'\"’”"
"""What ends a sentence, not a link."""
LONGEST_LINK = 2_000
"""Characters: no post has a longer address, and a form of a chat holds little more."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What is to be added: the words as given, the link in them, and whose it is."""

    text: str
    link: str
    account: str = BY_HAND
    native_id: str = ""
    """What the account's network calls the post at the link; empty where no account's network knows the link."""

    @property
    def said(self) -> str:
        """The words beside the link of a post; of anything else all that was given."""
        return self.text.replace(self.link, "").strip() if self.native_id else self.text


async def add(command: Command, desk: Desk) -> Answer | Form:
    """It becomes a mention like any other: on the account whose network has the link, else answered by hand."""
    given = given_in(command)
    if not given:
        return nothing_given(command)
    if BY_HAND not in desk.house.accounts:
        raise NeedsMore("No account is set up yet, so there is no channel for it. Ask whoever runs Tolbooth.")
    brought = claimed(given, desk)
    if known := await known_already(brought, desk):
        return known
    if brought.native_id and not brought.said and command.way is Way.TYPED and not command.step:
        return post_form(brought, desk)
    post = Incoming(
        native_id=brought.native_id or f"by-hand:{command.key}",
        text=brought.said or brought.link,
        author=Author("", command.values.get("who", "").strip() or "Somebody"),
        posted_at=desk.now(),
        url=brought.link,
        kind=ADDED,
    )
    taken = await desk.take_in([post], brought.account)
    if not taken.new:
        return await known_already(brought, desk) or Answer((("That is in the queue already.",),))
    return Answer(((f"Added. Its card is on its way to the channel {desk.house.accounts[brought.account].channel}.",),))


def given_in(command: Command) -> str:
    """What was typed or filled in, with links as they are; a form about a link has it in its context."""
    text = command.values.get("what", "") if command.step else command.text
    text = LINK.sub(lambda found: found.group(1), text).strip()
    link = command.context.get("link", "")
    return f"{text} {link}".strip() if link and link not in text else text


def nothing_given(command: Command) -> Form:
    """Ask; or say how to, where a form cannot be shown."""
    if command.step:
        raise FormProblem("what", "Say what was said, or paste a link.")
    if command.way is Way.SAID:
        raise NeedsMore(f"Say what was said, or paste a link, for example: {words.typed('add', 'caller says bins missed')}")
    return form()


def claimed(text: str, desk: Desk) -> Brought:
    """The account that has the post at the first link in the words."""
    found = LINK.search(text)
    link = found.group(1).rstrip(ENDS) if found else ""
    if len(link) > LONGEST_LINK:
        raise NeedsMore(
            f"That link has more than {LONGEST_LINK:,} characters. Paste the plain address of the post: what follows a ? "
            "can mostly go."
        )
    for account, network in desk.networks.items():
        if link and account in desk.house.accounts and (native_id := network.post_at(link)):
            return Brought(text, link, account, native_id)
    return Brought(text, link)


async def known_already(brought: Brought, desk: Desk) -> Answer | None:
    """Which mention the post is, or which one it is our reply to; None when it is new."""
    if not brought.native_id:
        return None
    if number := await desk.db.read(known_as, brought.account, brought.native_id):
        more = (
            f"If somebody else wrote below it, add their words without the link, or note them: {words.typed('note', number)}"
        )
        return Answer(((f"That is M-{number} already.",), (more,)))
    if number := await desk.db.read(number_of_native, brought.account, brought.native_id):
        return Answer(((f"That is our own reply to M-{number}.",),))
    return None


def form() -> Form:
    """What was said, and by whom."""
    what = Field("what", "What was said? Paste a link or write it down", lines=5)
    return Form("add", "write", "Add a mention", "Add", fields=(what, who()))


def post_form(brought: Brought, desk: Desk) -> Form:
    """What stands at a link, and who wrote it: the bot cannot look."""
    account = desk.house.accounts[brought.account]
    what = Field(
        "what", "What does it say?", optional=True, lines=5, hint="Copy the words, so that colleagues can search them."
    )
    body = ((f"A post for {account.label}, at {brought.link}",),)
    return Form("add", "link", "Add a mention", "Add", body, (what, who()), context={"link": brought.link})


def who() -> Field:
    """Whose words they are."""
    return Field("who", "Who said it?", optional=True, hint="As they gave their name; leave empty if they did not.")
