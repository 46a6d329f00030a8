"""Where the public writes, as one looks at it: threads of posts, theirs and ours; and the stand-in X seen that way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.ports import Clock
from integrations.sandbox.x_posts import StandInPost
from integrations.sandbox.x_server import StandInX
from integrations.sandbox.x_wall import StandInMessage

ORGANISATION = "Harrowmere Council"
MESSAGES = "dm-"
"""Begins the names of threads of direct messages."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post as anybody sees it. ``alt`` says what its picture shows, None without one; ``gone``: it was deleted.

    ``alts`` has one for every picture; ``hidden``: the organisation put it behind a button; ``liked`` by the organisation.
    """

    id: str
    author_name: str
    author_handle: str
    text: str
    at: datetime
    ours: bool = False
    alt: str | None = None
    edited: bool = False
    gone: bool = False
    private: bool = False
    alts: tuple[str, ...] = ()
    hidden: bool = False
    liked: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """A post and what was written under it, oldest first. Its ``id`` is the first post's."""

    id: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """A member of the public: the name shown, and what tells them from others (a handle, an id)."""

    name: str
    handle: str


class Place(Protocol):
    """A network, invented."""

    id: str
    name: str
    handle: str
    about: str

    def threads(self) -> list[Thread]:
        """Every thread, the one written in last first."""

    async def write(self, author: Author, text: str, *, alt: str | None, in_reply_to: str, private: bool) -> str:
        """Somebody posts; returns the post's id. Raises LookupError when what it answers is not here."""

    async def change(self, post: str, text: str) -> None:
        """Its author gives a post other words. Raises LookupError without such a post of the public's."""

    async def remove(self, post: str) -> None:
        """Its author deletes a post. Raises LookupError without such a post of the public's."""


class Threads:
    """Threads kept in the order they were last written in, each drawn anew only when it changed."""

    def __init__(self, draw: Callable[[str], Thread]) -> None:
        self._draw = draw
        self._drawn: dict[str, Thread | None] = {}

    def written_in(self, thread: str) -> None:
        """It comes first from now on."""
        self._drawn.pop(thread, None)
        self._drawn[thread] = None

    def changed(self, thread: str) -> None:
        """It stays where it is."""
        self._drawn[thread] = None

    def all(self) -> list[Thread]:
        """Every thread, the one written in last first."""
        for thread, drawn in self._drawn.items():
            if drawn is None:
                self._drawn[thread] = self._draw(thread)
        return [drawn for drawn in reversed(self._drawn.values()) if drawn]


class PlaceX(StandInX):
    """The stand-in X, as a place. ``changed`` is called after each change."""

    id = "x"
    name = "X (stand-in)"
    about = "Short public posts. Tolbooth reads them every few seconds, and sees within ten minutes that one was deleted."

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        super().__init__(clock)
        self.handle = f"@{self.me.handle}"
        self._changed = changed
        self._by_thread: dict[str, list[StandInPost]] = {}
        self._threads = Threads(self._drawn)

    def threads(self) -> list[Thread]:
        """Every thread, the one written in last first."""
        return self._threads.all()

    def says(self, text: str, author: str = "resident", *, in_reply_to: str = "", **more: Any) -> str:
        """Somebody posts, or the bot does; returns the post's id."""
        post_id = super().says(text, author, in_reply_to=in_reply_to, **more)
        post = self.posts[-1]
        self._by_thread.setdefault(thread_of(post), []).append(post)
        self._threads.written_in(thread_of(post))
        self._changed()
        return post_id

    async def write(self, author: Author, text: str, *, alt: str | None, in_reply_to: str, private: bool) -> str:  # noqa: ARG002 - X's direct messages are not read
        """Somebody posts, naming us: X shows us nothing else."""
        if in_reply_to and self.find(in_reply_to) is None:
            raise LookupError("There is no such post on X to answer.")
        names_us = in_reply_to or self.handle in text.lower()
        self.people.names[author.handle] = author.name
        said = text if names_us else f"{self.handle} {text}"
        return self.says(said, author.handle, in_reply_to=in_reply_to, media_alt=alt)

    async def change(self, post: str, text: str) -> None:
        """Its author gives a post other words."""
        self._of_the_public(post)
        self.edit(post, text)
        self._redrawn(post)

    async def remove(self, post: str) -> None:
        """Its author deletes a post."""
        self._of_the_public(post)
        self.delete(post)
        self._redrawn(post)

    def looks_other(self, post_id: str) -> None:
        """The organisation hid, liked or deleted a post, or wrote to one person."""
        message = next((one for one in reversed(self.messages) if one.id == post_id), None)
        if message is None:
            self._redrawn(post_id)
            return
        self._threads.written_in(MESSAGES + message.to)
        self._changed()

    def _of_the_public(self, post_id: str) -> StandInPost:
        post = self.find(post_id)
        if post is None or post.deleted or post.author == self.me.handle:
            raise LookupError("There is no such post by a resident on X.")
        return post

    def _redrawn(self, post_id: str) -> None:
        if post := self.find(post_id):
            self._threads.changed(thread_of(post))
        self._changed()

    def _drawn(self, thread: str) -> Thread:
        if thread.startswith(MESSAGES):
            return Thread(thread, tuple(self._told(one) for one in self.messages if MESSAGES + one.to == thread))
        return Thread(thread, tuple(self._shown(post) for post in self._by_thread[thread]))

    def _told(self, message: StandInMessage) -> Post:
        """A direct message: only the person it went to sees it."""
        return Post(message.id, ORGANISATION, self.handle, message.text, message.at, ours=True, private=True)

    def _shown(self, post: StandInPost) -> Post:
        return Post(
            id=post.first_id,
            author_name=ORGANISATION if post.author == self.me.handle else self.people.name_of(post.author),
            author_handle=f"@{post.author}",
            text="" if post.deleted else post.text,
            at=post.versions[0][2],
            ours=post.author == self.me.handle,
            alt=post.media[0][1] if post.media and not post.deleted else None,
            edited=len(post.versions) > 1,
            gone=post.deleted,
            alts=() if post.deleted else tuple(alt for _, alt in post.media),
            hidden=post.hidden,
            liked=post.first_id in self.liked,
        )


def thread_of(post: StandInPost) -> str:
    """The id of the post its thread began with."""
    return post.conversation or post.first_id
