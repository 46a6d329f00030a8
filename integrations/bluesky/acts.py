"""What else an account does: like, hide replies in its own conversations, delete its posts. Each may be done twice."""

from collections.abc import Mapping
from typing import Any

from bot.errors import NotThere, Refused, TryLater
from bot.reply import Act
from integrations.bluesky import parse, tid
from integrations.bluesky.client import GATE, LIKE, POST
from integrations.bluesky.failures import InvalidSwap
from integrations.bluesky.ours import Ours
from integrations.bluesky.parse import Seen
from integrations.bluesky.replying import reference, written_at
from integrations.bluesky.wild import mapping

ACTS = frozenset({Act.LIKE, Act.UNLIKE, Act.HIDE, Act.UNHIDE, Act.DELETE_OWN})
MOST_HIDDEN = 300
"""https://docs.bsky.app/docs/tutorials/thread-gates"""
TRIES = 3
"""Somebody may hide something on the site in the same moment."""
NOT_OURS = "Bluesky lets an account hide only replies in conversations that it began itself"


class Acts:
    """What one account may do with a post."""

    def __init__(self, ours: Ours) -> None:
        self._ours = ours
        self._client = ours.client

    async def carry_out(self, act: Act, native_id: str) -> None:
        """Have it done. Raises Refused, NotThere, TryLater or SignInAgain; it is certainly done when nothing is raised."""
        uri = await self._ours.addresses.settled(native_id)
        match act:
            case Act.DELETE_OWN:
                await self._delete(uri)
            case Act.LIKE:
                await self._like(uri)
            case Act.UNLIKE:
                await self._unlike(uri)
            case Act.HIDE:
                await self._gate(uri, hide=True)
            case Act.UNHIDE:
                await self._gate(uri, hide=False)
            case _:
                raise Refused(f"Bluesky has no way to {act}.")

    async def _delete(self, uri: str) -> None:
        if parse.owner(uri) != (await self._client.session()).did:
            raise Refused("Only posts of this account can be deleted.")
        await self._client.delete(POST, parse.rkey(uri))

    async def _like(self, uri: str) -> None:
        """A record with a name out of the post's, so that there is one; none where somebody liked it on the site."""
        post = await self._post(uri)
        if mapping(post.view.get("viewer")).get("like"):
            return
        value = {"$type": LIKE, "subject": reference(post), "createdAt": written_at(self._ours.now())}
        try:
            await self._client.put(LIKE, tid.of_like(uri), value)
        except InvalidSwap:
            return

    async def _unlike(self, uri: str) -> None:
        """Take away the like we made, and the one that somebody made on the site."""
        await self._client.delete(LIKE, tid.of_like(uri))
        try:
            shown = str(mapping((await self._post(uri)).view.get("viewer")).get("like") or "")
        except NotThere:
            return
        if shown and parse.rkey(shown) != tid.of_like(uri):
            await self._client.delete(LIKE, parse.rkey(shown))

    async def _gate(self, uri: str, *, hide: bool) -> None:
        """Add to, or take from, what is hidden below our own post; all else that stands there stays."""
        root = (await self._post(uri)).root
        if parse.owner(root) != (await self._client.session()).did or root == uri:
            raise Refused(NOT_OURS)
        for _ in range(TRIES):
            value, version = await self._gate_of(root)
            hidden = [str(one) for one in value.get("hiddenReplies") or ()]
            if (uri in hidden) is hide:
                return
            after = [*hidden, uri] if hide else [one for one in hidden if one != uri]
            if len(after) > MOST_HIDDEN:
                raise Refused(f"Bluesky hides at most {MOST_HIDDEN} replies in one conversation.")
            try:
                await self._client.put(GATE, parse.rkey(root), {**value, "hiddenReplies": after}, swap=version)
            except InvalidSwap:
                continue
            return
        raise TryLater("Somebody else changes what is hidden in this conversation")

    async def _gate_of(self, root: str) -> tuple[Mapping[str, Any], str | None]:
        """What is said of replies to our post, and its version. A new one has no ``allow``: an empty one lets nobody in."""
        try:
            body = await self._client.record(GATE, parse.rkey(root))
        except NotThere:
            return {"$type": GATE, "post": root, "createdAt": written_at(self._ours.now())}, None
        return mapping(body.get("value")), str(body.get("cid"))

    async def _post(self, uri: str) -> Seen:
        """A post as the account sees it. Raises NotThere."""
        found = (await self._ours.posts(uri)).get(uri)
        if found is None:
            raise NotThere("Bluesky shows no such post any more")
        return found
