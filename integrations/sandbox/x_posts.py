"""A stand-in for X: its posts and people, in the shapes of its API."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SNOWFLAKES_FROM_MS = 1288834974657
LINK = re.compile(r"https?://[^\s)]+")


@dataclass(eq=False)
class StandInPost:
    """One post with all its versions, as ``(id, text, moment)``; the first id is the one it keeps."""

    author: str
    versions: list[tuple[str, str, datetime]]
    in_reply_to: str = ""
    conversation: str = ""
    reposts: str = ""
    quotes: str = ""
    quoted_at: str = ""  # X's link to the post it quotes
    media: tuple[tuple[str, str], ...] = ()  # kind and alt text
    mentions_us: bool = True
    deleted: bool = False
    hidden: bool = False
    names: tuple[tuple[str, str], ...] = ()  # id and handle of those named in it
    note: str = ""
    addressed: str = ""  # whom X names at the head of a reply by itself

    @property
    def first_id(self) -> str:
        """The id it was first given."""
        return self.versions[0][0]

    @property
    def id(self) -> str:
        """The id of what it says now."""
        return self.versions[-1][0]

    @property
    def text(self) -> str:
        """What it says now."""
        return self.versions[-1][1]

    @property
    def at(self) -> datetime:
        """When it last changed."""
        return self.versions[-1][2]


@dataclass
class StandInPeople:
    """Everybody on the stand-in; a person's id is made when they are first named."""

    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """What they call themselves, where it is not made from the handle."""

    def id_of(self, handle: str) -> str:
        """The person's id."""
        return self.ids.setdefault(handle, str(700_000 + len(self.ids)))

    def name_of(self, handle: str) -> str:
        """The name shown beside the handle."""
        return self.names.get(handle) or handle.replace("_", " ").title()

    def drawn(self, handle: str) -> dict[str, str]:
        """The person as the API gives them."""
        return {"id": self.id_of(handle), "username": handle, "name": self.name_of(handle)}


def number_at(moment: datetime, within: int) -> str:
    """A number for a post made at a moment, the ``within``-th of its millisecond."""
    return str((round(moment.timestamp() * 1000) - SNOWFLAKES_FROM_MS << 22) + within)


def escaped(text: str) -> str:
    """X escapes these three and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stamp(moment: datetime) -> str:
    """A moment as the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def shortened(text: str) -> tuple[str, list[dict[str, str]]]:
    """The text with its links as X stores them, and where they lead."""
    links = []
    for number, link in enumerate(LINK.findall(text)):
        short = f"https://t.co/{number:010d}"
        text = text.replace(link, short, 1)
        links.append({"url": short, "expanded_url": link, "display_url": link.partition("//")[2]})
    return text, links


def drawn(post: StandInPost, people: StandInPeople, fields: set[str], version: str = "") -> dict[str, Any]:
    """A post as the API gives it: ``id``, ``text`` and the versions always, the rest when asked for.

    ``version``: the id of an earlier version, for its words.
    """
    post_id, said, at = next((one for one in post.versions if one[0] == version), post.versions[-1])
    text, urls = shortened(f"{said} {post.quoted_at}" if post.quoted_at else said)
    whole: dict[str, Any] = {
        "author_id": people.id_of(post.author),
        "conversation_id": post.conversation or post.first_id,
        "created_at": stamp(at),
        "lang": "en",
    }
    links = {"replied_to": post.in_reply_to, "retweeted": post.reposts, "quoted": post.quotes}
    if any(links.values()):
        whole["referenced_tweets"] = [{"type": how, "id": other} for how, other in links.items() if other]
    if post.media:
        link = f"https://t.co/{post.first_id[-10:]}"
        text = f"{text} {link}".strip()
        page = f"https://x.com/{post.author}/status/{post.first_id}/photo/1"
        urls.append({"url": link, "expanded_url": page, "media_key": f"3_{post.first_id}_0"})
        whole["attachments"] = {"media_keys": [f"3_{post.first_id}_{n}" for n, _ in enumerate(post.media)]}
    if post.note:
        whole["note_tweet"] = {"text": escaped(post.note)}
    named = [{"id": user_id, "username": handle} for user_id, handle in post.names]
    if urls or named:
        whole["entities"] = ({"urls": urls} if urls else {}) | ({"mentions": named} if named else {})
    shown = {name: value for name, value in whole.items() if name in fields}
    return {
        "id": post_id,
        "text": escaped(f"@{post.addressed} {text}" if post.addressed else text),
        "edit_history_tweet_ids": [version_id for version_id, _, _ in post.versions],
    } | shown


def included(found: Iterable[StandInPost], people: StandInPeople, others: list[dict[str, Any]]) -> dict[str, Any]:
    """The people and pictures of some posts, and the ``others`` they answer or quote."""
    found = list(found)
    pictures = [
        {"media_key": f"3_{post.first_id}_{n}", "type": kind, "url": f"https://pictures.invalid/{post.first_id}/{n}"}
        | ({"alt_text": alt} if alt else {})
        for post in found
        for n, (kind, alt) in enumerate(post.media)
    ]
    users = {"users": [people.drawn(author) for author in sorted({post.author for post in found})]}
    return users | ({"media": pictures} if pictures else {}) | ({"tweets": others} if others else {})


def page_of(found: list[StandInPost], size: int, token: str) -> tuple[list[StandInPost], str]:
    """The page ``token`` names of posts that are newest first, and the token of the next."""
    rest = [post for post in found if not token or int(post.id) <= int(token.removeprefix("t"))]
    following = rest[size : size + 1]
    return rest[:size], f"t{following[0].id}" if following else ""
