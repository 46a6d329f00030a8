"""What nodes and webhooks of an Instagram account hold → what the core knows. Wild data ends here.

Conversations are ``media:`` or ``mention:`` and the id of the picture or film they are about.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.mention import Author
from bot.ports import Answered, Incoming, Item, Parent
from integrations.graph.client import Body, mapping
from integrations.graph.hooks import Update
from integrations.graph.reading import link, moment, number, person, text

PLACE = "Instagram"
MEDIA, MENTION = "media:", "mention:"
NO_WORDS = "(no words)"
NAMED = "Somebody named this account on Instagram. Instagram sends the words apart: they follow with the next look."
NOTHING: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for the account ``own_id``, called ``username``; ``links`` knows where posts are shown."""

    own_id: str
    username: str
    links: Mapping[str, str]

    def is_ours(self, node: Body) -> bool:
        """Whether the account itself wrote it. Instagram says so in three ways."""
        author = mapping(node.get("from"))
        names = {text(author.get("username")).lower(), text(node.get("username")).lower()}
        return (
            text(author.get("id")) == self.own_id
            or bool(author.get("self_ig_scoped_id"))
            or (bool(self.username) and self.username.lower() in names)
        )

    def comment(self, node: Body, media_id: str, now: datetime, above: Parent | None = None) -> Item | None:
        """A comment, or the account's own answer to one; what it says below its own post is left out as such."""
        native_id = number(node.get("id")) or number(node.get("comment_id"))
        if not native_id or not media_id:
            return None
        answers = number(node.get("parent_id")) or (above.native_id if above else media_id)
        at, words, url = moment(node.get("timestamp"), now), words_of(node), self.links.get(media_id, "")
        if self.is_ours(node):
            return Answered(native_id, answers, words, at, url)
        return Incoming(
            native_id,
            words,
            author_of(node),
            at,
            conversation=MEDIA + media_id,
            url=url,
            in_reply_to=answers,
            kind="comment",
            raw=raw(node),
            parent=above,
        )

    def below(self, media: Body) -> Parent:
        """The account's own post, as what a comment on it answers."""
        media_id = number(media.get("id"))
        author = Author(self.own_id, self.username, self.username)
        return Parent(media_id, author, text(media.get("caption")), link(media.get("permalink")), ours=True)

    def parent(self, node: Body, media_id: str) -> Parent:
        """A comment, as what another answers."""
        url = self.links.get(media_id, "")
        return Parent(number(node.get("id")), author_of(node), words_of(node), url, self.is_ours(node))

    def tagged(self, node: Body, now: datetime) -> Incoming | None:
        """A picture or film of somebody else's that tags the account."""
        native_id = number(node.get("id"))
        if not native_id or self.is_ours(node):
            return None
        url, at = link(node.get("permalink")), moment(node.get("timestamp"), now)
        return Incoming(
            native_id,
            mentioned_words(node),
            author_of(node),
            at,
            conversation=MENTION + native_id,
            url=url,
            kind="mention",
            raw=raw(node),
        )

    # --- webhooks

    def read(self, update: Update) -> tuple[Item, ...] | None:
        """What an update tells; nothing for what is left out, None for what cannot be read."""
        if update.field in {"comments", "live_comments"}:
            return self.on_comment(update.value, update.at)
        return self.on_mention(update.value, update.at) if update.field == "mentions" else NOTHING

    def on_comment(self, value: Body, at: datetime) -> tuple[Item, ...] | None:
        """A comment on the account's own post. Its own comment that answers nobody is left out."""
        media_id = number(mapping(value.get("media")).get("id")) or number(value.get("media_id"))
        found = self.comment(value, media_id, at)
        if found is None:
            return None
        if isinstance(found, Answered) and not number(value.get("parent_id")):
            return NOTHING
        return (found,)

    def on_mention(self, value: Body, at: datetime) -> tuple[Item, ...] | None:
        """The account is named; the words have to be asked for."""
        media_id, comment_id = number(value.get("media_id")), number(value.get("comment_id"))
        if not media_id:
            return None
        author = person({}, PLACE)
        found = Incoming(comment_id or media_id, NAMED, author, at, MENTION + media_id, kind="mention", raw=raw(value))
        return (replace(found, in_reply_to=media_id) if comment_id else found,)


def author_of(node: Body) -> Author:
    """Who wrote a comment: Instagram gives a name to see, and not always a number."""
    given = mapping(node.get("from"))
    return person({"id": given.get("id"), "username": given.get("username") or node.get("username")}, PLACE)


def words_of(node: Body) -> str:
    """What a comment says."""
    return text(node.get("text")) or NO_WORDS


def mentioned_words(node: Body) -> str:
    """Who named the account, and in which words: the author of what is known already cannot be changed."""
    said = text(node.get("text")) or text(node.get("caption")) or NO_WORDS
    name = text(node.get("username"))[:200]
    return f"@{name}: {said}" if name else said


def raw(node: Body) -> bytes:
    """The node as it came, to be kept with its post."""
    return json.dumps(node).encode()
