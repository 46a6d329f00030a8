"""Messages of colleagues as what the core takes in, and what is known of the messages around them."""

import json
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.mention import Author
from bot.ports import Answered, Incoming, Parent
from integrations.viva_engage.parse import Feed, Message, User
from integrations.viva_engage.walk import Walked

NAMED = re.compile(r"\[\[user:(\d{1,19})\]\]")
SOMEBODY = "A colleague"
Kept = TypeVar("Kept")
MOST_KNOWN = 2_000
"""Messages and threads that are remembered, for as long as the bot runs."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and whom its page names. ``is_sure``: its words are the same whatever page it comes on."""

    message: Message
    people: Mapping[int, User]
    words: str
    is_sure: bool

    @property
    def author(self) -> Author:
        """Who wrote it: by their id, and never by their e-mail."""
        known = self.people.get(self.message.sender)
        return Author(str(self.message.sender), (known.name if known else "") or SOMEBODY)


@dataclass(slots=True)
class Around:
    """What was heard lately, to know what a message answers and who began its thread."""

    said: OrderedDict[int, Heard] = field(default_factory=OrderedDict)
    starters: OrderedDict[int, int] = field(default_factory=OrderedDict)
    """Who began which thread: 0 where it is gone."""

    def note(self, feed: Feed | Walked, me: int) -> Sequence[Heard]:
        """Remember what was read, each message as it first was; the messages, oldest first."""
        found = [heard(one, feed.people, me) for one in feed.messages]
        for thread, sender in feed.starters.items():
            keep(self.starters, thread, sender)
        for one in found:
            keep(self.said, one.message.id, self.said.get(one.message.id, one))
        return found

    def began(self, thread: int, sender: int) -> None:
        """Who began a thread; 0: nobody knows any more."""
        keep(self.starters, thread, sender)


def keep(held: OrderedDict[int, Kept], key: int, value: Kept) -> None:
    """The newest of a mapping that does not grow for ever."""
    held[key] = value
    held.move_to_end(key)
    if len(held) > MOST_KNOWN:
        held.popitem(last=False)


def heard(message: Message, people: Mapping[int, User], me: int) -> Heard:
    """A message with its words as staff read them."""
    words, is_sure = words_of(message, people, me)
    files = [f"(attached: {name})" for name in message.attachments]
    whole = "\n".join(filter(None, [words, *files]))
    return Heard(message, people, whole, is_sure)


def words_of(message: Message, people: Mapping[int, User], me: int) -> tuple[str, bool]:
    """The words with people by their names, ours at the start left out; whether all the names are known."""
    at_start = re.compile(rf"\A(?:\[\[user:{me}\]\][\s,:;–—-]*)+")
    words = at_start.sub("", message.parsed.strip())
    named = {int(one) for one in NAMED.findall(words)}
    if any(not (one in people and people[one].name) for one in named):
        return message.plain.strip(), False
    return NAMED.sub(lambda found: people[int(found.group(1))].name, words), True


def names(message: Message, person: int) -> bool:
    """Whether a message names somebody."""
    return str(person) in NAMED.findall(message.parsed)


def incoming(one: Heard, *, kind: str, private: bool, parent: Parent | None, now: datetime) -> Incoming:
    """What a colleague said."""
    message = one.message
    return Incoming(
        native_id=str(message.id),
        text=one.words,
        author=one.author,
        posted_at=min(message.at, now),
        conversation=str(message.thread),
        url=message.url,
        in_reply_to=str(message.replied_to or ""),
        kind=kind,
        private=private,
        raw=raw(message),
        parent=parent,
    )


def parent_of(one: Heard, *, me: int, private: bool) -> Parent:
    """The message that another answers."""
    message = one.message
    return Parent(str(message.id), one.author, one.words, message.url, ours=message.sender == me, private=private)


def answered(one: Heard, now: datetime) -> Answered:
    """What the service user said under somebody's message: ours, or typed by whoever else signs in as it."""
    message = one.message
    return Answered(str(message.id), str(message.replied_to), one.words, min(message.at, now), message.url)


def raw(message: Message) -> bytes:
    """A message as evidence: what was read of it."""
    kept = {
        "id": message.id,
        "sender_id": message.sender,
        "thread_id": message.thread,
        "replied_to_id": message.replied_to,
        "group_id": message.group,
        "created_at": message.at.isoformat(),
        "body": {"parsed": message.parsed, "plain": message.plain},
        "attachments": list(message.attachments),
        "web_url": message.url,
    }
    return json.dumps(kept).encode()
