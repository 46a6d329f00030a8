"""What is posted in the contract's tests, and how it is looked for in what colleagues see."""

from collections.abc import Mapping
from dataclasses import replace

from bot.card import Button, Card, Line, Link, Notice, Part, Ping, Strong
from bot.ports import MessageRef
from tests.contracts.chats.bench import CHANNEL, ChatBench, Shown

NOBODY_YET: Line = ("Nobody has this yet",)
CARD = Card(
    ref="M-142",
    version=1,
    heading=(Strong("Ada Byron"), " on X · 08:57"),
    quote="Is my school shut tomorrow?\nNobody answers the telephone.",
    media=("1 picture",),
    status=NOBODY_YET,
    footer=("M-142 · ", Link("https://x.com/ada/status/77", "open the post")),
    buttons=(Button("Claim", "claim", "M-142"), Button("Reply", "reply", "M-142"), Button("Close", "close", "M-142")),
)
UNSEEN = dict.fromkeys((0x200B, 0x200C, 0x2060, 0xFEFF))
"""Characters without a look, with which a chat may break up what it would take for markup."""


def as_read(text: str) -> str:
    """A text as eyes read it."""
    return text.translate(UNSEEN)


def now_saying(*status: Part, version: int = 2) -> Card:
    """The card, after something changed."""
    return replace(CARD, version=version, status=tuple(status), buttons=(Button("Release", "release", "M-142"),))


def said_to_all(words: str) -> Notice:
    """A line for colleagues."""
    return Notice(((words,),))


def at(bench: ChatBench, message: MessageRef) -> Shown:
    """A message of ours as colleagues see it."""
    (found,) = (one for one in bench.shown() if one.id == message.id)
    return replace(found, text=as_read(found.text))


def thread(bench: ChatBench, message: MessageRef) -> list[str]:
    """What we said under a message, oldest first."""
    return [as_read(one.text) for one in bench.shown() if one.under == message.id]


def all_of(bench: ChatBench, message: MessageRef) -> str:
    """A message with all that we said under it: what somebody reads who looks at it."""
    return "\n".join((at(bench, message).text, *thread(bench, message)))


def places(bench: ChatBench) -> Mapping[str, str]:
    """Every message of ours in the channel, by its id."""
    return {one.id: as_read(one.text) for one in bench.shown()}


async def posted(bench: ChatBench, card: Card = CARD, key: str = "card:142") -> MessageRef:
    """A card in the channel."""
    return await bench.chat.post(CHANNEL, card, key)


def ping(staff: str, name: str) -> Notice:
    """What duty officers are sent."""
    return Notice(((Ping(staff, name), " M-142 has waited an hour."),), (Button("Acknowledge", "acknowledge", "M-142"),))
