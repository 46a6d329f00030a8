"""All that a stand-in Viva Engage remembers: one network with its people, communities, threads and private messages."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.ports import Clock

FIRST_MESSAGE = 9_100_000_000_000_000
"""Past 2^53: whoever reads ids as floats loses some of them."""
STEP = 7
FIRST_PERSON, FIRST_COMMUNITY = 1_486_405, 15_824_708
HOME, NEXT_DOOR = 7654, 8811
"""Our network, and that of a guest."""
NAMED = re.compile(r"\[\[user:(\d{1,20})\]\]")
TYPED = re.compile(r"(?<![\w.@])@([\w-]+(?:\.[\w-]+)*)")
TAG = re.compile(r"<[^<>]*>")


@dataclass(eq=False, slots=True)
class Colleague:
    """Somebody. ``network`` is where they belong; ``state`` is active, suspended or deleted."""

    id: int
    handle: str
    name: str
    email: str
    network: int = HOME
    state: str = "active"


@dataclass(eq=False, slots=True)
class Community:
    """A community; what is private is for its members."""

    id: int
    name: str
    private: bool = False
    deleted: bool = False
    members: set[int] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Message:
    """A message. ``body`` has people as ``[[user:1]]``; ``between`` whom it is private, if it is."""

    world: "EngageWorld" = field(repr=False)
    id: int
    sender: int
    thread_id: int
    at: datetime
    body: str
    group: int | None = None
    replied_to: int | None = None
    between: frozenset[int] = frozenset()
    attachments: tuple[str, ...] = ()
    html: str = ""
    """As it was written, where that was with formatting."""
    is_system: bool = False
    by_app: bool = False
    likes: list[int] = field(default_factory=list)
    deleted: bool = False

    @property
    def text(self) -> str:
        """The words as they read: people by their names."""
        return NAMED.sub(lambda found: self.world.name_of(int(found.group(1)), found.group(0)), self.body)

    @property
    def author(self) -> str:
        """The sender's name."""
        return self.world.name_of(self.sender)

    @property
    def liked_by(self) -> list[str]:
        """The names of those who like it, in order."""
        return [self.world.name_of(one) for one in self.likes]

    @property
    def names(self) -> set[int]:
        """Whom it names, and so notifies."""
        return {int(found) for found in NAMED.findall(self.body)} & self.world.people.keys()

    @property
    def is_starter(self) -> bool:
        """Whether it began its thread."""
        return self.thread_id == self.id

    @property
    def thread(self) -> "Thread":
        """The thread it stands in."""
        return self.world.threads[self.thread_id]


@dataclass(eq=False, slots=True)
class Thread:
    """What was said under one message, that one first."""

    starter: Message
    everything: list[Message]

    @property
    def id(self) -> int:
        """The id of its first message."""
        return self.starter.id

    @property
    def text(self) -> str:
        """The words of its first message."""
        return self.starter.text

    @property
    def messages(self) -> list[Message]:
        """All that is still there, oldest first."""
        return [one for one in self.everything if not one.deleted]

    @property
    def replies(self) -> list[Message]:
        """The same without the first."""
        return [one for one in self.messages if not one.is_starter]

    @property
    def newest(self) -> int:
        """The id of its newest message: threads are shown in this order."""
        return self.messages[-1].id if self.messages else 0


@dataclass(slots=True)
class EngageWorld:
    """Everything. ``listeners`` are called after each change; ``version`` rises with it."""

    clock: Clock
    domain: str = "harrowmere.gov.uk"
    people: dict[int, Colleague] = field(default_factory=dict)
    communities: dict[int, Community] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    """By id, in the order in which they were said."""
    threads: dict[int, Thread] = field(default_factory=dict)
    listeners: list[Callable[[], None]] = field(default_factory=list)
    version: int = 0
    first: int = FIRST_MESSAGE
    """The ids of messages are above it."""

    def changed(self) -> None:
        """Tell whoever draws this."""
        self.version += 1
        for listener in list(self.listeners):
            listener()

    # --- who and where

    def add_person(self, handle: str, name: str, **more: Any) -> Colleague:
        """Somebody new. ``more``: ``email`` (None: handle at the network's domain), ``network``, ``state``."""
        email = more.pop("email", None)
        made = Colleague(
            FIRST_PERSON + len(self.people) * 11, handle, name, f"{handle}@{self.domain}" if email is None else email, **more
        )
        self.people[made.id] = made
        self.changed()
        return made

    def add_community(self, name: str, *, members: Iterable[int] = (), private: bool = False) -> Community:
        """A new community."""
        made = Community(FIRST_COMMUNITY + len(self.communities) * 13, name, private, members=set(members))
        self.communities[made.id] = made
        self.changed()
        return made

    def person(self, who: str | int) -> Colleague:
        """By handle or id. Raises LookupError."""
        for one in self.people.values():
            if who in (one.handle, one.id):
                return one
        raise LookupError(f"there is nobody called {who!r}")

    def community(self, which: str | int | Community) -> Community:
        """By name or id. Raises LookupError."""
        if isinstance(which, Community):
            return which
        for one in self.communities.values():
            if which in (one.name, one.id):
                return one
        raise LookupError(f"there is no community {which!r}")

    def name_of(self, id: int, otherwise: str = "") -> str:
        """What somebody is called."""
        return self.people[id].name if id in self.people else otherwise or str(id)

    def typed(self, text: str) -> str:
        """Words as they are kept: ``@handle`` of somebody is turned into who that is."""
        ids = {one.handle.lower(): one.id for one in self.people.values()}

        def named(found: re.Match[str]) -> str:
            id = ids.get(found.group(1).lower())
            return f"[[user:{id}]]" if id else found.group(0)

        return TYPED.sub(named, text)

    # --- what is said

    def say(self, sender: int, body: str, *, under: Message | None = None, **more: Any) -> Message:
        """Somebody says something: ``under`` a message, or in ``group``, or ``between`` some alone, or to everybody.

        ``more`` is any of a Message's fields.
        """
        id = max(self.first, next(reversed(self.messages), 0)) + STEP
        if under is not None:
            more |= {"group": under.group, "between": under.between, "replied_to": under.id}
        thread_id = under.thread_id if under else id
        made = Message(self, id, sender, thread_id, self.clock.now(), body, **more)
        self.messages[id] = made
        self.threads.setdefault(thread_id, Thread(made, [])).everything.append(made)
        self.changed()
        return made

    def edit(self, message: Message, body: str) -> None:
        """Other words under the same id; nothing else tells of it."""
        message.body, message.html = body, ""
        self.changed()

    def delete(self, message: Message) -> None:
        """It is gone, and with a thread's first message the whole thread."""
        for one in message.thread.everything if message.is_starter else [message]:
            one.deleted = True
        self.changed()

    def like(self, message: Message, who: int, *, likes: bool = True) -> None:
        """Somebody likes it, or no longer does; twice is once."""
        message.likes[:] = [one for one in message.likes if one != who] + [who] * likes
        self.changed()

    def delete_community(self, community: Community) -> None:
        """It is gone with all that was said in it."""
        community.deleted = True
        for one in self.messages.values():
            if one.group == community.id:
                one.deleted = True
        self.changed()

    # --- what is seen

    def may_enter(self, who: int, group: int | None) -> bool:
        """Whether somebody sees what is said in a community, which is there; a guest only as a member."""
        if group is None:
            return self.people[who].network == HOME
        community = self.communities.get(group)
        is_open = community and not community.private and self.people[who].network == HOME
        return bool(community and not community.deleted and (is_open or who in community.members))

    def may_see(self, who: int, message: Message) -> bool:
        """Whether somebody sees a message, which is there."""
        if message.deleted:
            return False
        return who in message.between if message.between else self.may_enter(who, message.group)

    def live(self, keep: Callable[[Message], bool] = lambda _: True) -> list[Message]:
        """What is there and is kept, oldest first."""
        return [one for one in self.messages.values() if not one.deleted and keep(one)]

    def threads_in(self, community: str | int | Community) -> list[Thread]:
        """A community's threads, the one with the newest message first, as the page shows them."""
        group = self.community(community).id
        return self._in_order(one.starter for one in self.threads.values() if one.starter.group == group)

    def conversations(self, who: str | int) -> list[Thread]:
        """Somebody's private conversations, the one with the newest message first."""
        id = self.person(who).id
        return self._in_order(one.starter for one in self.threads.values() if id in one.starter.between)

    def notifications(self, who: str | int) -> list[Message]:
        """What somebody was told of: what names them or is private to them, and is not their own, oldest first."""
        id = self.person(who).id
        return self.live(lambda one: one.sender != id and self.may_see(id, one) and (id in one.names or id in one.between))

    def _in_order(self, starters: Iterable[Message]) -> list[Thread]:
        found = [one.thread for one in starters if not one.deleted]
        return sorted(found, key=lambda one: one.newest, reverse=True)

    def thread_of(self, ref: str, *, among: Collection[int] = ()) -> Thread:
        """The thread of a mention: the newest begun with its code before any other's, else one that has it at all.

        ``among`` are the communities looked through, if not all. Raises LookupError.
        """
        code = re.compile(rf"(?<![\w-]){re.escape(ref)}(?!\w)")
        others = re.compile(rf"(?<![\w-]){re.escape(ref.rpartition('-')[0])}-\d+(?!\w)")
        begun = self.live(lambda one: one.is_starter and not one.between and (not among or one.group in among))
        found = [one for one in reversed(begun) if code.search(one.text)]
        of_its_own = [one for one in found if (first := others.search(one.text)) and first.group(0) == ref]
        for one in [*of_its_own, *found]:
            return one.thread
        raise LookupError(f"no thread begins with {ref}; there are {[one.text[:60] for one in begun[-5:]]}")
