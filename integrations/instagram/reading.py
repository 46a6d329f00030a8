"""Reads an Instagram account's lists: comments on its newest posts, where it is tagged, and the words of mentions."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import structlog

from bot.errors import NotThere, Refused
from bot.ports import Answered, Clock, Edited, Held, Incoming, Item, Page
from integrations.graph.client import Body, GraphClient, mapping, mappings
from integrations.graph.cursor import Lists, Read
from integrations.graph.parts import Job, Left, Nested, Part, Shape
from integrations.graph.reading import Further, Seen, following, link, number, some_of
from integrations.instagram.parse import MENTION, Reader, mentioned_words
from integrations.instagram.settings import InstagramAccount

log = structlog.get_logger()

COMMENT = "id,text,timestamp,username,from,parent_id,hidden"
THREAD = f"{COMMENT},replies.limit(50){{{COMMENT}}}"
NEWEST = f"id,permalink,timestamp,caption,comments.limit(50){{{THREAD}}}"
TAGGED = "id,caption,timestamp,username,permalink"
SAID = "id,text,timestamp,username"
SHOWN = "id,caption,timestamp,username,permalink"
A_PAGE, MOST_PAGES, COMMENTS = 25, 4, 50
POSTS = Shape(
    "",
    1,
    {"fields": NEWEST, "limit": A_PAGE, "by": "timestamp"},
    again=SHOWN,
    edge="comments",
    below={"fields": THREAD},
    size=COMMENTS,
    by="timestamp",
)
MOST_LINKS = 2_000
MOST_ASKED = 25
"""Mentions whose words are asked for in one read, each by a call of its own."""


class Links(OrderedDict[str, str]):
    """Where posts are shown, by their ids; webhooks tell only the ids."""

    def note(self, media: Body) -> None:
        """Keep where one is."""
        if (native_id := number(media.get("id"))) and (url := link(media.get("permalink"))):
            self[native_id] = url
            if len(self) > MOST_LINKS:
                self.popitem(last=False)


class Reading:
    """Reads one account."""

    def __init__(self, account: InstagramAccount, client: GraphClient, clock: Clock, seen: Seen) -> None:
        self._account, self._client, self._clock, self._seen = account, client, clock, seen
        self.links = Links()
        self.reader = Reader(account.ig_user_id, account.username, self.links)
        self._further = Further(client)
        self._nested = Nested(client, self._further)
        self._media = replace(POSTS, path=f"{account.ig_user_id}/media")
        self._lists = Lists(account.name, client.pace, account.poll_every, seen)
        self._wordless: OrderedDict[str, str] = OrderedDict()

    def note_mentions(self, items: Sequence[Item]) -> None:
        """Mentions whose words must be asked for."""
        for item in items:
            if isinstance(item, Incoming) and item.conversation.startswith(MENTION):
                self._wordless[item.native_id] = item.conversation
                if len(self._wordless) > MOST_LINKS:
                    self._wordless.popitem(last=False)

    async def page(self, cursor: str | None) -> Page:
        """What is new in every list, the first time of the last 24 hours."""
        reads: dict[str, Read] = {"comments": self._comments, "words": self._words, "tags": self._tags}
        self._further.begin()
        return await self._lists.page(cursor, self._clock.now(), reads)

    async def _comments(self, job: Job) -> Part:
        """What was said below the account's newest posts."""
        posts = await self._nested.read(self._media, job)
        found: list[Item] = []
        lost, cut = 0, posts.lost
        for post, below in posts.found:
            self.links.note(post)
            threads = [await self._whole(node) for node in reversed(below)]
            cut = cut or not all(whole for _, whole in threads)
            read = [item for node, _ in threads for item in self._thread(node, post)]
            lost += read.count(None)
            found += [item for item in read if item is not None and moment_of(item) >= job.since]
        if lost:
            log.warning("posts_skipped", account=self._account.name, count=lost)
        return Part(found, posts.left, cut)

    async def _whole(self, comment: Body) -> tuple[Body, bool]:
        """A comment with all answers to it, whose order Meta does not say; and whether these are all."""
        edge = mapping(comment.get("replies"))
        if not (after := following(edge)) or not (native_id := number(comment.get("id"))):
            return comment, True
        try:
            nodes, rest = await self._further.below(f"{native_id}/replies", after, COMMENTS, {"fields": COMMENT})
        except Refused as error:
            return comment, isinstance(error, NotThere)
        return {**comment, "replies": {"data": mappings(edge) + nodes}}, not rest

    def _thread(self, node: Body, post: Body) -> list[Item | None]:
        """A comment and the answers to it. What the account says below its own post answers nobody."""
        now, media_id, above = self._clock.now(), number(post.get("id")), self.reader.below(post)
        first = self.reader.comment(node, media_id, now, above)
        parent = self.reader.parent(node, media_id)
        answers = [self.reader.comment(one, media_id, now, parent) for one in mappings(node.get("replies"))]
        return answers if isinstance(first, Answered) else [first, *answers]

    async def _tags(self, job: Job) -> Part:
        """Where the account is tagged."""
        how = {"fields": TAGGED, "limit": A_PAGE, "by": "timestamp", "after": job.left.after if job.left else None}
        path = f"{self._account.ig_user_id}/tags"
        nodes, rest = await some_of(self._client, path, MOST_PAGES, until=job.since, **how)
        read = [self.reader.tagged(node, self._clock.now()) for node in nodes]
        return Part([item for item in read if item is not None and item.posted_at >= job.since], Left(rest))

    async def _words(self, job: Job) -> Part:  # noqa: ARG002  # asked for whenever it was told
        """The words of mentions that webhooks told of."""
        held = [Held(native_id, at, self._clock.now()) for native_id, at in list(self._wordless.items())[:MOST_ASKED]]
        found: list[Item] = []
        for one in held:
            with suppress(Refused):
                edited = await self.mentioned(one)
                found += [edited] if edited else []
            self._wordless.pop(one.native_id, None)
        return Part(found)

    async def mentioned(self, post: Held) -> Edited | None:
        """What a mention says now; None where that is known. Raises NotThere, or Refused where it cannot be seen."""
        media_id = post.conversation.removeprefix(MENTION)
        if post.native_id == media_id:
            field = f"mentioned_media.media_id({media_id}){{{SHOWN}}}"
        else:
            field = f"mentioned_comment.comment_id({post.native_id}){{{SAID}}}"
        body = await self._client.get(self._account.ig_user_id, fields=field)
        node = mapping(body.get("mentioned_media") or body.get("mentioned_comment"))
        words = mentioned_words(node)
        if not node or self._seen.is_known(post.native_id, words):
            return None
        self._seen.note(post.native_id, words)
        return Edited(post.native_id, words, self._clock.now())


def moment_of(item: Item) -> datetime:
    """When it was said."""
    return item.posted_at if isinstance(item, Incoming) else item.at
