"""Replies: a record whose name and time are fixed from the first try on, so that a second try changes nothing.

``putRecord`` with a null ``swapRecord`` writes only where nothing is; the same record again is taken without being written,
and another one is refused with InvalidSwap, as was seen on a real server.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import NotThere, Refused, Unsure
from bot.ports import Found, Gone, NotFound, Outgoing, Preflight, Receipt, Verdict
from bot.replying.counting import composed
from integrations.bluesky import parse, pictures, richtext, tid
from integrations.bluesky.client import POST
from integrations.bluesky.failures import InvalidSwap
from integrations.bluesky.looking import Looking
from integrations.bluesky.ours import Ours
from integrations.bluesky.parse import Seen
from integrations.bluesky.wild import mapping

SETTLE = timedelta(seconds=60)
"""How long a write whose answer was lost may still be under way."""
GONE = "The post was deleted, or its author's account is closed."
GATED = "Its author limits who may reply, and this account may not: Bluesky would take the reply and show it to nobody."
BLOCKED = "Its author has blocked this account, so that the reply would be shown to nobody."
BLOCKING = "This account blocks the author. Unblock them on Bluesky first, if they are to be answered."
HIDDEN = "Its author and this account cannot see one another, as one of them blocks the other: a reply would not be shown."
CHANGED = "Its author changed the post. Read what it says now before you reply."


class Replying:
    """What one account says."""

    def __init__(self, ours: Ours, looking: Looking) -> None:
        self._ours = ours
        self._client = ours.client
        self._looking = looking

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the reply would be seen. A reply that arrived by an earlier try needs no look at what it answers."""
        if await self._earlier(reply):
            return Preflight(Verdict.OK)
        try:
            source = await self._ours.addresses.settled(reply.in_reply_to)
        except NotThere:
            return self._gone(reply)
        post = (await self._ours.posts(source)).get(source) or await self._own_post(source)
        if post is None:
            hides = not await self._looking.is_gone(source)
            return Preflight(Verdict.NOT_ALLOWED, HIDDEN) if hides else self._gone(reply)
        if why := hindrance(post):
            return Preflight(Verdict.NOT_ALLOWED, why)
        if self._ours.versions.is_other(post, unknown=False):
            self._ours.versions.learn([post])
            edited = (await self._ours.reader()).edited(post, reply.in_reply_to)
            return Preflight(Verdict.CHANGED, CHANGED, items=(edited,))
        return Preflight(Verdict.OK)

    def _gone(self, reply: Outgoing) -> Preflight:
        return Preflight(Verdict.GONE, GONE, items=(Gone(reply.in_reply_to, self._ours.now()),))

    async def publish(self, reply: Outgoing) -> Receipt:
        """Write the record. Raises Unsure when it may have been written: the same call again is harmless."""
        if found := await self._earlier(reply):
            return found.receipt
        rkey = tid.of_reply(reply.key, reply.created_at)
        record = await self._record(reply)
        try:
            body = await self._client.put(POST, rkey, record, creates=True)
        except InvalidSwap as error:
            sent = await self.find_sent(reply)
            if isinstance(sent, Found):
                return sent.receipt
            raise Refused("Bluesky has another post where this one would go. Write it again as a new reply.") from error
        if not parse.is_post(str(body.get("uri"))):
            raise Unsure("Bluesky did not say which post it made")
        return self.receipt(str(body["uri"]))

    async def _earlier(self, reply: Outgoing) -> Found | None:
        """What an earlier try made, whatever became since of the post it answers; nothing on the first try."""
        found = await self.find_sent(reply) if reply.first_sent_at is not None else None
        return found if isinstance(found, Found) else None

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether the record is there. The account's own server has it as soon as it was written."""
        try:
            body = await self._client.record(POST, tid.of_reply(reply.key, reply.created_at))
        except NotThere:
            last = reply.last_sent_at or reply.first_sent_at
            settled = last is not None and self._ours.now() - last >= SETTLE
            return NotFound.ABSENT if settled else NotFound.CANNOT_TELL
        except Refused:
            return NotFound.CANNOT_TELL
        uri, value = str(body.get("uri")), mapping(body.get("value"))
        is_ours = value.get("text") == said(reply) and value.get("createdAt") == written_at(reply.created_at)
        return Found(self.receipt(uri)) if is_ours and parse.is_post(uri) else NotFound.CANNOT_TELL

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a post is shown by what everybody reads from, which takes a while after it was written."""
        shown = native_id in await self._ours.posts(native_id)
        return Found(self.receipt(native_id)) if shown else NotFound.ABSENT

    def receipt(self, uri: str) -> Receipt:
        """What a post of ours is called, and where it is read."""
        return Receipt(uri, parse.link_to(self._ours.account.web_url, uri))

    async def _record(self, reply: Outgoing) -> Mapping[str, Any]:
        """The whole record, always the same for a reply but for what changed in what it answers or names."""
        text = said(reply)
        record: dict[str, Any] = {
            "$type": POST,
            "text": text,
            "createdAt": written_at(reply.created_at),
            "langs": [reply.language or self._ours.account.language],
            "reply": await self._answers(reply),
        }
        if facets := richtext.facets_of(text, await self._dids(text)):
            record["facets"] = facets
        if embed := await pictures.embed_of(self._client, reply.media):
            record["embed"] = embed
        return record

    async def _dids(self, text: str) -> Mapping[str, str]:
        """Who the handles in a text are; those that nobody has stay plain words."""
        found = {handle: await self._ours.addresses.did_of(handle) for handle in richtext.handles(text)}
        return {handle: did for handle, did in found.items() if did}

    async def _answers(self, reply: Outgoing) -> Mapping[str, Any]:
        """The post that is answered and the first of its conversation, in their present versions. Raises NotThere."""
        source = await self._ours.addresses.settled(reply.in_reply_to)
        guess = reply.conversation if parse.is_post(reply.conversation) else source
        posts = await self._ours.posts(source, guess)
        post = posts.get(source) or await self._own_post(source)
        if post is None:
            raise NotThere(GONE)
        parent = reference(post)
        if not post.parent:
            return {"root": parent, "parent": parent}
        root = posts.get(post.root) or (await self._ours.posts(post.root)).get(post.root)
        stated = mapping(mapping(post.record.get("reply")).get("root"))
        return {"root": reference(root) if root else {"uri": post.root, "cid": str(stated.get("cid"))}, "parent": parent}

    async def _own_post(self, uri: str) -> Seen | None:
        """A post of our own that is so new that only our own server knows it: the one before, in a thread."""
        if parse.owner(uri) != (await self._client.session()).did:
            return None
        try:
            body = await self._client.record(POST, parse.rkey(uri))
        except Refused:
            return None
        whole = {"uri": body.get("uri"), "cid": body.get("cid"), "record": body.get("value")}
        return parse.one_seen(whole, self._ours.now())


def hindrance(post: Seen) -> str:
    """Why a reply to a post would not be shown; empty when it would."""
    author = mapping(mapping(post.view.get("author")).get("viewer"))
    if author.get("blockedBy") is True:
        return BLOCKED
    if author.get("blocking") or author.get("blockingByList"):
        return BLOCKING
    return GATED if mapping(post.view.get("viewer")).get("replyDisabled") is True else ""


def reference(post: Seen) -> Mapping[str, str]:
    """A post in one version, as records name it."""
    return {"uri": post.uri, "cid": post.cid}


def said(reply: Outgoing) -> str:
    """The text as it is sent: composed, as it was counted."""
    return composed(reply.text)


def written_at(moment: datetime) -> str:
    """A time as records have it: milliseconds, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
