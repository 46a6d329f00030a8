"""The API's JSON → what the core knows. Wild data ends here."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.mention import Author, Media
from bot.ports import Answered, Edited, Incoming, Parent
from integrations.mastodon.failures import iso
from integrations.plain_text import text_of

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Snowflakes on Mastodon, ULIDs on GoToSocial, flakes on Pleroma, UUIDs elsewhere: never counted with."""
NAMES_AT_THE_HEAD = re.compile(r"\A(?:@[\w.-]+(?:@[\w.-]+)?[\s,:]+)+(?=\S)")
NAME_ELSEWHERE = re.compile(r"(@\w[\w.-]*)@[\w.-]*\w")
SCHEME = re.compile(r"\bhttps?://", re.IGNORECASE)
IN_PUBLIC = frozenset({"public", "unlisted", "local"})
"""The rest (``private``, ``direct``, and what other servers call theirs) is not for everybody to read."""
MENTION, QUOTE, WATCH = "mention", "quote", "watch"


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a post belongs: the first post of its conversation, and what it answers."""

    conversation: str
    parent: Parent | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads posts for the account ``me`` (the server's id of it), called ``username``, as of ``now``."""

    me: str
    username: str
    now: datetime

    def is_ours(self, status: Mapping[str, Any]) -> bool:
        """Whether the account itself wrote it."""
        return ident(mapping(status.get("account")).get("id")) == self.me

    def is_left_out(self, status: Mapping[str, Any]) -> bool:
        """Our own posts and reshares are no mentions."""
        return self.is_ours(status) or bool(status.get("reblog"))

    def names_us(self, status: Mapping[str, Any]) -> bool:
        """Whether a post names or answers the account: then it comes as a notification."""
        named = {ident(one.get("id")) for one in mappings(status.get("mentions"))}
        return self.me in named or ident(status.get("in_reply_to_account_id")) == self.me

    def incoming(self, status: Mapping[str, Any], kind: str, thread: Thread) -> Incoming:
        """One post. What is said in private is a conversation of its own, also where it answers what is public."""
        private = is_private(status)
        return Incoming(
            native_id=ident(status.get("id")),
            text=self.words(status) + self.quoted_words(status),
            author=author(status),
            posted_at=self.moment(status.get("created_at")),
            conversation=f"private-{thread.conversation}" if private else thread.conversation,
            url=link(status.get("url")) or link(status.get("uri")),
            in_reply_to=ident(status.get("in_reply_to_id")),
            language=text(status.get("language")),
            kind=kind,
            private=private,
            media=media(status),
            raw=raw(status),
            parent=thread.parent,
        )

    def edited(self, status: Mapping[str, Any]) -> Edited | None:
        """The words a post has now; None when it was never edited."""
        if not (at := iso(text(status.get("edited_at")))):
            return None
        said = self.words(status) + self.quoted_words(status)
        return Edited(ident(status.get("id")), said, min(at, self.now), raw(status))

    def answered(self, status: Mapping[str, Any]) -> Answered:
        """A post of ours, as an answer given."""
        return Answered(
            ident(status.get("id")),
            ident(status.get("in_reply_to_id")),
            without_names(shown(status)),
            self.moment(status.get("created_at")),
            link(status.get("url")),
        )

    def parent(self, status: Mapping[str, Any]) -> Parent:
        """A post that another answers."""
        ours = self.is_ours(status)
        words = without_names(shown(status)) if ours else self.words(status)
        return Parent(ident(status.get("id")), author(status), words, link(status.get("url")), ours, is_private(status))

    def words(self, status: Mapping[str, Any]) -> str:
        """The text without our own name at its head, which the card says anyway. A content warning goes first."""
        ours = re.compile(rf"\A(?:@{re.escape(self.username)}(?:@[\w.-]+)?[\s,:]+)+(?=\S)", re.IGNORECASE)
        warning = " ".join(text(status.get("spoiler_text")).split())
        said = ours.sub("", shown(status))
        return f"[CW: {warning}]\n{said}".strip() if warning else said

    def quoted_words(self, status: Mapping[str, Any]) -> str:
        """What a quote quotes, when that is a post of our own. Of anybody else's nothing is kept."""
        quoted = mapping(mapping(status.get("quote")).get("quoted_status"))
        return f"\n\nquoting @{self.username}: “{shown(quoted)}”" if quoted and self.is_ours(quoted) else ""

    def moment(self, wild: object) -> datetime:
        """When something was made: never later than now, and now when that cannot be read."""
        said = iso(text(wild))
        return min(said, self.now) if said and said.year > 1990 else self.now.astimezone(UTC)


def is_private(status: Mapping[str, Any]) -> bool:
    """Whether a post is not for everybody."""
    return text(status.get("visibility")) not in IN_PUBLIC


def kind_of(notification: Mapping[str, Any]) -> str:
    """What staff see it called."""
    return QUOTE if notification.get("type") == QUOTE else MENTION


def author(status: Mapping[str, Any]) -> Author:
    """Who wrote it: id, the name they chose, and their address as this server writes it."""
    account = mapping(status.get("account"))
    handle = text(account.get("acct")) or text(account.get("username"))
    return Author(ident(account.get("id")), text(account.get("display_name")) or text(account.get("username")), handle)


def media(status: Mapping[str, Any]) -> tuple[Media, ...]:
    """What came with a post, with the words its author put in its place."""
    found = mappings(status.get("media_attachments"))
    return tuple(
        Media(text(one.get("type")) or "image", url, text(one.get("description")))
        for one in found
        if (url := link(one.get("url")) or link(one.get("remote_url")) or link(one.get("preview_url")))
    )


def shown(status: Mapping[str, Any]) -> str:
    """The words of a post as plain text."""
    return text_of(text(status.get("content")))


def without_names(words: str) -> str:
    """The words without the names at their head, which say only whom they answer."""
    return NAMES_AT_THE_HEAD.sub("", words)


def alike(words: str) -> str:
    """A text with what a server changes in a post undone: names at its head, hosts of names, link schemes, spacing."""
    bare = without_names(NAME_ELSEWHERE.sub(r"\1", unicodedata.normalize("NFC", words).strip()))
    return " ".join(word.rstrip("/") for word in SCHEME.sub("", bare).split())


def ident(wild: object) -> str:
    """An id, or nothing."""
    said = str(wild) if isinstance(wild, str | int) and not isinstance(wild, bool) else ""
    return said if ID.fullmatch(said) else ""


def raw(status: Mapping[str, Any]) -> bytes:
    """A post as it came; nothing where it is nested too deep to be written again."""
    try:
        return json.dumps(status).encode()
    except (RecursionError, ValueError):
        return b""


def link(wild: object) -> str:
    """An address people can open, or nothing."""
    return wild if isinstance(wild, str) and wild.startswith(("https://", "http://")) else ""


def text(wild: object) -> str:
    """The text, or an empty one."""
    return wild if isinstance(wild, str) else ""


def mapping(wild: object) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return wild if isinstance(wild, dict) else {}


def mappings(wild: object) -> list[dict[str, Any]]:
    """The objects of a list, or none."""
    return [one for one in wild if isinstance(one, dict)] if isinstance(wild, list) else []
