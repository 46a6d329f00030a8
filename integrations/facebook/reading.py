"""Reads a Page's lists: what webhooks lost, and what they never tell. Newest first, in parts, back to where it was left."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.ports import Clock, Incoming, Item, Page
from integrations.facebook.comments import ALL
from integrations.facebook.parse import PLACE, Reader
from integrations.facebook.settings import FacebookAccount
from integrations.graph.client import Body, GraphClient, mappings
from integrations.graph.cursor import Lists, Read
from integrations.graph.parts import Job, Left, Nested, Part, Shape
from integrations.graph.reading import Further, Seen, is_older, moment, person, some_of

log = structlog.get_logger()

COMMENT = (
    "id,message,from{id,name},created_time,permalink_url,is_hidden,attachment,parent{id,message,from{id,name},permalink_url}"
)
NEWEST = ".filter(stream).order(reverse_chronological)"
POST = "id,message,from{id,name},created_time,permalink_url,attachments{media,media_type}"
FEED = f"{POST},comments{NEWEST}.limit(50){{{COMMENT}}}"
REVIEW = "created_time,recommendation_type,review_text,rating,reviewer{id,name},open_graph_story{id}"
MESSAGE = "id,message,from{id,name},to{id},created_time,attachments"
CONVERSATION = f"id,updated_time,messages.limit(25){{{MESSAGE}}}"
A_PAGE, COMMENTS = 25, 100
MOST_PAGES = 4
POSTS = Shape(
    "",
    MOST_PAGES,
    {"fields": FEED, "limit": A_PAGE},
    again=POST,
    edge="comments",
    below={**ALL, "order": "reverse_chronological", "fields": COMMENT},
    size=COMMENTS,
)
CONVERSATIONS = Shape(
    "",
    MOST_PAGES,
    {"platform": "messenger", "fields": CONVERSATION, "by": "updated_time", "limit": A_PAGE},
    again="id,updated_time",
    edge="messages",
    below={"fields": MESSAGE},
    size=A_PAGE,
)


class Reading:
    """Reads one Page."""

    def __init__(self, account: FacebookAccount, client: GraphClient, clock: Clock, seen: Seen) -> None:
        self._account, self._client, self._clock = account, client, clock
        self._reader = Reader(account.page_id, account.web_url)
        self._further = Further(client)
        self._nested = Nested(client, self._further)
        self._posts = replace(POSTS, path=f"{account.page_id}/feed")
        self._conversations = replace(CONVERSATIONS, path=f"{account.page_id}/conversations")
        self._lists = Lists(account.name, client.pace, account.poll_every, seen)

    async def page(self, cursor: str | None) -> Page:
        """What is new in every list, the first time of the last 24 hours."""
        reads: dict[str, Read] = {"feed": self._feed, "tagged": self._tagged, "ratings": self._reviews}
        if self._account.messenger:
            reads["messages"] = self._messages
        self._further.begin()
        return await self._lists.page(cursor, self._clock.now(), reads)

    async def _feed(self, job: Job) -> Part:
        """The newest posts, whoever made them, and what was said below them."""
        posts = await self._nested.read(self._posts, job)
        found = [item for post, below in posts.found for item in self._with_comments(post, below)]
        return Part(newer(found, job.since), posts.left, posts.lost)

    def _with_comments(self, post: Body, comments: Sequence[Body]) -> list[Item]:
        """A post, if a visitor wrote it, and what was said below it."""
        now = self._clock.now()
        visitors = self._reader.post(post, now)
        found = self._known(comments, lambda node: self._reader.comment(node, post, now))
        return found if visitors is None or self._reader.is_ours(visitors.author) else [visitors, *found]

    async def _tagged(self, job: Job) -> Part:
        """Posts elsewhere that tag the Page."""
        nodes, left = await self._list("tagged", job, fields=POST)
        found = newer(self._known(nodes, lambda node: self._reader.post(node, self._clock.now(), "mention")), job.since)
        return Part([one for one in found if isinstance(one, Incoming) and not self._reader.is_ours(one.author)], left)

    async def _reviews(self, job: Job) -> Part:
        """Recommendations."""
        nodes, left = await self._list("ratings", job, fields=REVIEW)
        return Part(newer(self._known(nodes, lambda node: self._reader.review(node, self._clock.now())), job.since), left)

    async def _messages(self, job: Job) -> Part:
        """The conversations in which something was said."""
        read = await self._nested.read(self._conversations, job)
        found = [self.said({**one, "messages": {"data": nodes}}) for one, nodes in read.found]
        lost = any(self._is_cut(one, nodes, job.since) for one, nodes in read.found)
        return Part(newer([item for items in found for item in items], job.since), read.left, read.lost or lost)

    def _is_cut(self, conversation: Body, nodes: Sequence[Body], since: datetime) -> bool:
        """Whether messages may be missing: Meta shows what the newest 20 or so say, and of older ones only that they are."""
        now = self._clock.now()
        shown = [one for one in nodes if self._is_shown(one)]
        unseen = any(moment(one.get("created_time"), now) >= since for one in nodes if not self._is_shown(one))
        is_new = moment(conversation.get("updated_time"), now) >= since
        return is_new and unseen and not (shown and is_older(shown, since, "created_time"))

    def _is_shown(self, message: Body) -> bool:
        """Whether it can be read, or is our own."""
        is_ours = self._reader.is_ours(person(message.get("from"), PLACE))
        return is_ours or self._reader.message(message, self._clock.now()) is not None

    def said(self, conversation: Body) -> list[Item]:
        """The messages of a conversation, oldest first; what the Page said answers the person's last one before it."""
        now, last = self._clock.now(), ""
        nodes = mappings(conversation.get("messages"))[::-1]
        nodes.sort(key=lambda node: moment(node.get("created_time"), now))
        found: list[Item] = []
        for node in nodes:
            item = self._reader.message(node, now, last)
            if isinstance(item, Incoming):
                last = item.native_id
            found += [item] if item else []
        return found

    def _known(self, nodes: Sequence[Body], read: Callable[[Body], Item | None]) -> list[Item]:
        """What could be read of a list, newest first, in the order it was said; the others are counted."""
        read_all = [read(node) for node in reversed(nodes)]
        found = [item for item in read_all if item is not None]
        if lost := len(read_all) - len(found):
            log.warning("posts_skipped", account=self._account.name, count=lost)
        return found

    async def _list(self, name: str, job: Job, **how: object) -> tuple[list[Body], Left]:
        """The next part of one of the Page's lists, back to a moment; a hundred nodes at most."""
        path, after = f"{self._account.page_id}/{name}", job.left.after if job.left else None
        nodes, rest = await some_of(self._client, path, MOST_PAGES, until=job.since, limit=A_PAGE, after=after, **how)
        return nodes, Left(rest)


def newer(items: list[Item], since: datetime) -> list[Item]:
    """What was said since a moment."""
    return [item for item in items if (item.posted_at if isinstance(item, Incoming) else item.at) >= since]
