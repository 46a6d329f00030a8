"""What nodes and webhooks of a Page hold → what the core knows. Wild data ends here.

Conversations are ``post:``, ``mention:``, ``review:`` or ``dm:`` and an id, so that none is ever taken for a post.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from bot.mention import Author, Media
from bot.ports import Answered, Incoming, Item, Parent
from integrations.graph.client import Body, mapping, mappings
from integrations.graph.reading import link, moment, number, person, pictures, text, word

PLACE = "Facebook"
POST, MENTION, REVIEW, DIRECT = "post:", "mention:", "review:", "dm:"
UNSEEN = (MENTION, REVIEW)
"""Conversations whose posts cannot be looked at again."""
NO_WORDS = "(no words)"
HOSTS = frozenset({"facebook.com", "www.facebook.com", "m.facebook.com", "mbasic.facebook.com", "web.facebook.com"})
POST_PATH = re.compile(r"^/([^/]+)/(?:posts|videos|photos)/(?:[^/]*/)*?(\d{1,40})/?$")
SAYS: Mapping[str, str] = {"positive": "recommends this Page", "negative": "does not recommend this Page"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for the Page ``page_id``; ``web_url`` begins the links."""

    page_id: str
    web_url: str

    def is_ours(self, author: Author) -> bool:
        """Whether the Page itself wrote it."""
        return author.id == self.page_id

    def url_of(self, native_id: str, post_id: str = "") -> str:
        """Where a post or a comment can be read."""
        page, _, post = post_id.rpartition("_")
        first, _, comment = native_id.partition("_")
        if native_id == post_id or not comment:
            return f"{self.web_url}/{native_id}"
        return f"{self.web_url}/{page or self.page_id}/posts/{post or first}/?comment_id={comment}"

    def post(self, node: Body, now: datetime, kind: str = "post") -> Incoming | None:
        """A visitor's post, or one elsewhere that tags the Page."""
        native_id = number(node.get("id"))
        if not native_id:
            return None
        return Incoming(
            native_id,
            words_of(node),
            person(node.get("from"), PLACE),
            moment(node.get("created_time"), now),
            conversation=(MENTION if kind == "mention" else POST) + native_id,
            url=link(node.get("permalink_url")) or self.url_of(native_id, native_id),
            kind=kind,
            media=media_of(node),
            raw=raw(node),
        )

    def comment(self, node: Body, post: Body, now: datetime) -> Item | None:
        """A comment by somebody, or the Page's own answer to a comment or to a visitor's post."""
        native_id, post_id = number(node.get("id")), number(post.get("id"))
        if not native_id or not post_id:
            return None
        above = self.above(node, post)
        author, at, words = person(node.get("from"), PLACE), moment(node.get("created_time"), now), words_of(node)
        url = link(node.get("permalink_url")) or self.url_of(native_id, post_id)
        if self.is_ours(author):
            return Answered(native_id, above.native_id, words, at, url)
        return Incoming(
            native_id,
            words,
            author,
            at,
            conversation=POST + post_id,
            url=url,
            in_reply_to=above.native_id,
            kind="comment",
            media=media_of(node),
            raw=raw(node),
            parent=above,
        )

    def above(self, node: Body, post: Body) -> Parent:
        """What a comment answers: another comment, or the post."""
        parent = mapping(node.get("parent"))
        source = parent if number(parent.get("id")) else post
        author = person(source.get("from"), PLACE)
        native_id = number(source.get("id"))
        url = link(source.get("permalink_url")) or self.url_of(native_id, number(post.get("id")))
        return Parent(native_id, author, words_of(source), url, self.is_ours(author))

    def review(self, node: Body, now: datetime) -> Incoming | None:
        """A recommendation as the list of them has it."""
        story = mapping(node.get("open_graph_story"))
        named = {
            "reviewer_id": mapping(node.get("reviewer")).get("id"),
            "reviewer_name": mapping(node.get("reviewer")).get("name"),
        }
        return self.review_told({**node, **named, "open_graph_story_id": story.get("id")}, now)

    def review_told(self, value: Body, now: datetime) -> Incoming | None:
        """A recommendation as a webhook tells it."""
        author = person({"id": value.get("reviewer_id"), "name": value.get("reviewer_name")}, PLACE)
        at = moment(value.get("created_time"), now)
        story = number(value.get("open_graph_story_id"))
        if not story and not author.id:
            return None
        native_id = story or REVIEW + author.id
        url = f"{self.web_url}/{self.page_id}/reviews"
        words = review_words(value)
        return Incoming(
            native_id, words, author, at, conversation=REVIEW + native_id, url=url, kind="review", raw=raw(value)
        )

    def message(self, node: Body, now: datetime, last: str = "") -> Item | None:
        """One message of a conversation as the list of them has it; ``last``: the person's message before it."""
        native_id, author = word(node.get("id")), person(node.get("from"), PLACE)
        to = [word(one.get("id")) for one in receivers(node)]
        other = author.id if not self.is_ours(author) else next((one for one in to if one and one != self.page_id), "")
        if not native_id or not other:
            return None
        at = moment(node.get("created_time"), now)
        if self.is_ours(author):
            return Answered(native_id, last or DIRECT + other, words_of(node), at)
        return direct(native_id, node, author, at)


def direct(native_id: str, node: Body, author: Author, at: datetime, *, answers: str = "") -> Incoming:
    """A message to the Page."""
    return Incoming(
        native_id,
        words_of(node),
        author,
        at,
        conversation=DIRECT + author.id,
        in_reply_to=answers,
        kind="direct",
        private=True,
        media=media_of(node),
        raw=raw(node),
    )


def receivers(node: Body) -> list[Body]:
    """To whom a message went."""
    return mappings(node.get("to"))


def words_of(node: Body) -> str:
    """What a node says; said so when it holds no words, such as a picture alone."""
    return text(node.get("message")) or text(node.get("text")) or NO_WORDS


def review_words(value: Body) -> str:
    """What a review says, and whether it recommends the Page."""
    said = text(value.get("review_text"))
    kind = SAYS.get(str(value.get("recommendation_type")).lower(), "")
    rating = value.get("rating")
    if not kind and isinstance(rating, int) and 1 <= rating <= 5:
        kind = f"{rating} of 5 stars"
    return "\n\n".join(filter(None, [said, f"[{kind}]" if kind else ""])) or NO_WORDS


def media_of(node: Body) -> tuple[Media, ...]:
    """Pictures and films that came with it."""
    found = [*pictures(node.get("attachment")), *pictures(node.get("attachments"))]
    found += [url for name in ("photo", "video") if (url := link(node.get(name)))]
    if isinstance(node.get("attachments"), list):
        found += pictures({"data": node["attachments"]})
    return tuple(Media("image", url) for url in dict.fromkeys(found))[:20]


def raw(node: Body) -> bytes:
    """The node as it came, to be kept with its post."""
    return json.dumps(node).encode()


def id_at(url: str, page_id: str) -> str:
    """The id of the post or comment that an address of Facebook names in figures; empty when it does not."""
    try:
        parts = urlsplit(url.strip())
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if host not in HOSTS:
        return ""
    found = POST_PATH.match(parts.path)
    owner, post = (found[1], found[2]) if found else (asked.get("id", ""), asked.get("story_fbid", ""))
    comment = asked.get("reply_comment_id") or asked.get("comment_id") or ""
    if not number(post):
        return ""
    if comment:
        return f"{post}_{comment}" if number(comment) else ""
    return f"{owner if number(owner) else page_id}_{post}"
