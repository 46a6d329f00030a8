"""A stand-in for X: what everybody wrote there, and its driver, who speaks for the public."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.ports import Clock
from integrations.sandbox.x_posts import StandInPeople, StandInPost, number_at


@dataclass(frozen=True)
class StandInAccount:
    """The account the keys belong to."""

    id: str
    handle: str


@dataclass
class StandInPicture:
    """A picture that was uploaded. ``alt`` says what it shows."""

    id: str
    media_type: str
    content: bytes = field(repr=False)
    uploaded_at: datetime
    alt: str = ""


@dataclass(frozen=True)
class StandInMessage:
    """A direct message from us to ``to`` (the id of a person)."""

    id: str
    to: str
    text: str
    at: datetime


class XWall:
    """Posts, people, pictures and direct messages, in the order they came."""

    def __init__(self, clock: Clock, handle: str) -> None:
        self.people = StandInPeople()
        self.me = StandInAccount(self.people.id_of(handle), handle)
        self.posts: list[StandInPost] = []
        self.pictures: dict[str, StandInPicture] = {}
        self.messages: list[StandInMessage] = []
        self.liked: set[str] = set()
        """The first ids of the posts we like."""
        self.protected: set[str] = set()
        self.takes_no_messages: set[str] = set()
        """Handles of those who let nobody write to them."""
        self.access_level = "read-write"
        """What the keys may do; ``read-write-directmessages`` opens messages too."""
        self.plan_has_likes = False
        """Self-serve plans have none."""
        self._clock = clock
        self._made = 0
        self._by_id: dict[str, StandInPost] = {}

    def now(self) -> datetime:
        """The time on the stand-in."""
        return self._clock.now()

    def says(self, text: str, author: str = "resident", *, in_reply_to: str = "", **more: Any) -> str:
        """Somebody posts to us; returns the post's id. ``more``: media_alt, at, mentions_us, reposts, quotes, note …"""
        alt = more.pop("media_alt", None)
        at = more.pop("at", None) or self._clock.now()
        alts = [] if alt is None else [alt] if isinstance(alt, str) else list(alt)
        above, quoted = self.find(in_reply_to), self.find(more.get("quotes", ""))
        post = StandInPost(
            author,
            [(self.number(at), text, at)],
            in_reply_to=in_reply_to,
            conversation=(above.conversation or above.first_id) if above else "",
            media=tuple(("photo", one) for one in alts),
            quoted_at=f"https://x.com/{quoted.author}/status/{quoted.id}" if quoted else "",
            names=((self.me.id, self.me.handle),) if more.get("mentions_us", True) and author != self.me.handle else (),
            **more,
        )
        self.posts.append(post)
        self._by_id[post.id] = post
        return post.first_id

    def edit(self, post_id: str, text: str) -> str:
        """Its author gives a post other words; returns the new version's id."""
        post, now = self._known(post_id), self._clock.now()
        post.versions.append((self.number(now), text, now))
        self._by_id[post.id] = post
        return post.id

    def delete(self, post_id: str) -> None:
        """Its author deletes a post."""
        self._known(post_id).deleted = True

    def protect(self, author: str) -> None:
        """An author lets only followers see their posts."""
        self.protected.add(author)

    def suspend(self, author: str) -> None:
        """X closes an author's account: nobody sees their posts."""
        self.protected.add(author)

    def looks_other(self, post_id: str) -> None:
        """A post was hidden, shown again, liked or deleted through the API."""

    def find(self, post_id: str) -> StandInPost | None:
        """The post that has, or had, this id."""
        return self._by_id.get(post_id)

    def replies_to(self, post_id: str) -> list[StandInPost]:
        """Our replies to a post, oldest first."""
        return [post for post in self.posts if post.in_reply_to == post_id and post.author == self.me.handle]

    def _known(self, post_id: str) -> StandInPost:
        post = self.find(post_id)
        if post is None:
            raise KeyError(post_id)
        return post

    def number(self, at: datetime) -> str:
        """A number nothing else on the stand-in has."""
        self._made += 1
        return number_at(at, self._made)

    def seen(self) -> list[StandInPost]:
        """What anybody can see, hidden or not: a hidden post is behind a button."""
        return [post for post in self.posts if self.is_seen(post)]

    def is_seen(self, post: StandInPost) -> bool:
        """Whether it is neither deleted nor protected."""
        return not post.deleted and post.author not in self.protected
