"""All that a stand-in Slack remembers, as plain dataclasses: one Workspace holds everything."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.ports import Clock
from integrations.sandbox.slack_members import Group, Member, StoredFile, Trigger
from integrations.sandbox.slack_shelf import Shelf
from integrations.sandbox.slack_words import Json, block_words, joined, mrkdwn, pings, presses, words

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass(eq=False, slots=True)
class Drawn:
    """Blocks on somebody's screen."""

    world: "Workspace" = field(repr=False)
    blocks: list[Json] = field(default_factory=list, kw_only=True, repr=False)

    @property
    def text(self) -> str:
        """The words as they read, without the buttons."""
        return self.words_of(self.blocks)

    def words_of(self, blocks: list[Json]) -> str:
        """The words of some of the blocks."""
        return joined([block_words(block, self.world.shown_name) for block in blocks])

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons and of the options in their menus, top to bottom."""
        found = presses(self.blocks, self.world.shown_name)
        return [press.label for press in found if press.element["type"] in ("button", "overflow")]


@dataclass(eq=False, slots=True)
class Message(Drawn):
    """A message. ``raw_text`` is the notification's text; ``seen_by`` the one person who sees an ephemeral."""

    channel: str
    ts: str
    user: str
    raw_text: str = field(default="", kw_only=True)
    thread_ts: str = field(default="", kw_only=True)
    broadcast: bool = field(default=False, kw_only=True)
    metadata: Json | None = field(default=None, kw_only=True)
    ephemeral: bool = field(default=False, kw_only=True)
    seen_by: str = field(default="", kw_only=True)
    order: int = field(default=0, kw_only=True)
    edited: bool = field(default=False, init=False)
    _deleted: bool = field(default=False, init=False, repr=False)

    @property
    def deleted(self) -> bool:
        """Gone for good."""
        return self._deleted

    @deleted.setter
    def deleted(self, deleted: bool) -> None:
        self._deleted = deleted
        self.world.shelf.take(self)

    @property
    def text(self) -> str:
        """The words as they read: those of the blocks, or the text where there are none."""
        return self.words_of(self.blocks) if self.blocks else mrkdwn(self.raw_text, self.world.shown_name)

    def part(self, name: str) -> str:
        """The words of the block whose id is ``card:<ref>:<version>:<name>``; empty without one."""
        pattern = re.compile(rf"card:[^:]+:[^:]+:{name}")
        return self.words_of([block for block in self.blocks if pattern.fullmatch(block.get("block_id", ""))])

    @property
    def heading(self) -> str:
        """The card's first line."""
        return self.part("heading")

    @property
    def quote(self) -> str:
        """What the public said."""
        return self.part("quote")

    @property
    def status(self) -> str:
        """The card's line about what is happening."""
        return self.part("status")

    @property
    def footer(self) -> str:
        """The card's last line."""
        return self.part("footer")

    @property
    def thread(self) -> list["Message"]:
        """The replies under this message, oldest first."""
        return [one for one in self.world.shelf.under(self.channel, self.ts) if one is not self]


@dataclass(slots=True)
class Channel:
    """A channel, or the conversation of one person with the bot (``with_user``)."""

    id: str
    name: str
    private: bool = False
    with_user: str = ""
    archived: bool = False
    members: list[str] = field(default_factory=list)
    everything: list[Message] = field(default_factory=list)
    newest: int = 0
    """The last ``ts`` given out here, in microseconds."""

    @property
    def messages(self) -> list[Message]:
        """What is to be seen here, oldest first, replies in threads among them."""
        return [message for message in self.everything if not message.deleted]

    def next_ts(self, now: datetime) -> str:
        """A ``ts`` later than any before it in this channel."""
        self.newest = max(self.newest + 1, int(now.timestamp()) * 1_000_000 + now.microsecond)
        return f"{self.newest // 1_000_000}.{self.newest % 1_000_000:06}"

    def find(self, ts: str) -> Message | None:
        """The live message with that ``ts``."""
        return next((message for message in reversed(self.everything) if message.ts == ts and not message.deleted), None)


@dataclass(eq=False, slots=True)
class View(Drawn):
    """One state of a modal or Home: never changed, replaced on update (same ``id``, another ``hash``)."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str = ""
    typed: dict[str, Json] = field(default_factory=dict, kw_only=True)
    """What the person has filled in: ``typed[block_id][action_id]``, as in ``state.values``."""

    @property
    def title(self) -> str:
        """The words at its top."""
        return words(self.body.get("title"), self.world.shown_name)

    @property
    def submit(self) -> str:
        """The label of the button that sends it in; empty without one."""
        return words(self.body.get("submit"), self.world.shown_name)

    @property
    def fields(self) -> dict[str, Json]:
        """The input blocks by label."""
        return {words(one["label"], self.world.shown_name): one for one in self.blocks if one["type"] == "input"}


@dataclass(slots=True)
class ResponseUrl:
    """Leave to answer an interaction five times in thirty minutes. ``message`` is the one that was pressed."""

    id: str
    user: str
    channel: str
    interaction: str
    until: datetime
    message: Message | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """Something put before one person; ``interaction`` is the trigger id it answers, where Slack can tell."""

    user: str
    what: Message | View
    interaction: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """What lights up a person's phone: the message's own fallback text."""

    user: str
    text: str
    message: Message

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Workspace:
    """Everything. ``listeners`` are called after each change; ``revision`` rises with it, ``by_app`` if the app made it."""

    clock: Clock
    team_name: str
    team_id: str
    bot_user: str = "U0TOLBOOTH"
    bot_id: str = "B0TOLBOOTH"
    app_id: str = "A0TOLBOOTH"
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    listeners: list[Callable[[], None]] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict, repr=False)
    shelf: Shelf = field(default_factory=Shelf, repr=False)
    revision: int = 0
    by_app: int = 0
    counter: int = 0
    address: str = ""

    @property
    def domain(self) -> str:
        """The workspace's name in URLs."""
        return re.sub(r"[^a-z0-9]+", "-", self.team_name.lower()).strip("-")

    def changed(self, *, by_app: bool = False) -> None:
        """Tell whoever draws this."""
        self.revision += 1
        self.by_app += by_app
        for listener in list(self.listeners):
            listener()

    def next(self) -> int:
        """A number never used before."""
        self.counter += 1
        return self.counter

    def shown_name(self, id: str) -> str:
        """What an id is shown as."""
        if id in self.channels:
            return f"#{self.channels[id].name}"
        known = self.members.get(id)
        group = self.groups.get(id)
        return f"@{known.name if known else group.handle if group else id}"

    def add(self, message: Message, *, interaction: str = "") -> Message:
        """Put a new message where it is seen, and notify whom it names."""
        message.order = self.next()
        self.shelf.put(message)
        if message.ephemeral:
            self.ephemerals.append(message)
            self.show(message.seen_by, message, interaction)
        else:
            self.channels[message.channel].everything.append(message)
            self.notify(message)
        self.changed(by_app=message.user == self.bot_user)
        return message

    def show(self, user: str, what: Message | View, interaction: str = "") -> None:
        """Remember that a person was shown this."""
        self.shown.append(Shown(user, what, interaction))

    def notify(self, message: Message) -> None:
        """Notify the other side of a direct message, and members of the channel named in it."""
        channel = self.channels[message.channel]
        named = pings(message.blocks, message.raw_text)
        for id in list(named):
            named.update(self.groups[id].members if id in self.groups else ())
        everyone = bool(channel.with_user) or not named.isdisjoint({"here", "channel", "everyone"})
        for user in channel.members:
            if user not in (message.user, self.bot_user) and (everyone or user in named):
                self.notifications.append(Notification(user, message.raw_text or message.text, message))

    def direct(self, user: str) -> Channel:
        """The person's conversation with the bot, opened on first use."""
        id = "D" + user[1:]
        if id not in self.channels:
            self.channels[id] = Channel(id, "directmessage", True, user, members=[user, self.bot_user])
        return self.channels[id]

    def trigger(self, user: str) -> Trigger:
        """Leave for the app to open a view for this person."""
        id = f"{self.next()}.{abs(hash(self.team_id)) % 10**9}.{secrets.token_hex(16)}"
        self.triggers[id] = Trigger(id, user, self.clock.now() + TRIGGER_LIFE)
        return self.triggers[id]

    def response_url(self, user: str, channel: str, interaction: str, message: Message | None = None) -> str:
        """Leave for the app to answer; returns the id at the end of the URL."""
        id = secrets.token_urlsafe(18)
        self.response_urls[id] = ResponseUrl(id, user, channel, interaction, self.clock.now() + RESPONSE_LIFE, message)
        return id

    def views(self) -> list[View]:
        """Every view on somebody's screen."""
        return [view for stack in self.modals.values() for view in stack] + list(self.homes.values())
