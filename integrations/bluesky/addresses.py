"""Addresses of posts: as staff paste them, and as the network knows them."""

import re
from collections.abc import Iterable

from bot.errors import NotThere, Refused
from integrations.bluesky import parse
from integrations.bluesky.client import Client
from integrations.bluesky.parse import Seen
from integrations.bluesky.settings import HANDLE

PATH = re.compile(r"/profile/([^/?#\s]+)/post/([A-Za-z0-9._~:-]{1,512})/?(?:[?#]\S*)?")
BY_HANDLE = re.compile(rf"at://({HANDLE.pattern})/({re.escape(parse.POST)})/([A-Za-z0-9._~:-]{{1,512}})")
MOST = 5_000


class Addresses:
    """Turns a handle into the id that stays, as far as it was seen; the network is asked only where it may be."""

    def __init__(self, client: Client, web_url: str) -> None:
        self._client = client
        self._web_url = web_url
        self._dids: dict[str, str] = {}

    def learn(self, posts: Iterable[Seen]) -> None:
        """Whose handle is whose, by the newest that was read."""
        for post in posts:
            if post.author.handle:
                self._dids.pop(post.author.handle.lower(), None)
                self._dids[post.author.handle.lower()] = post.did
        for handle in list(self._dids)[: max(0, len(self._dids) - MOST)]:
            del self._dids[handle]

    def at(self, url: str) -> str:
        """The post at a pasted address: by its author's id where that is known, else by the handle; empty if it is none."""
        url = url.strip()
        if parse.is_post(url):
            return url
        if not url.startswith(f"{self._web_url}/"):
            return ""
        found = PATH.fullmatch(url[len(self._web_url) :])
        if not found:
            return ""
        who = found[1].replace("%3A", ":").removeprefix("@")
        uri = f"at://{self._dids.get(who.lower(), who)}/{parse.POST}/{found[2]}"
        if parse.is_post(uri):
            return uri
        uri = uri.replace(f"//{who}/", f"//{who.lower()}/")
        return uri if BY_HANDLE.fullmatch(uri) else ""

    async def settled(self, native_id: str) -> str:
        """The address by the author's id. Raises NotThere where nobody has that handle, Refused for what is no post."""
        if parse.is_post(native_id):
            return native_id
        found = BY_HANDLE.fullmatch(native_id)
        if not found:
            raise Refused("This is no post on Bluesky.")
        did = self._dids.get(found[1]) or await self.did_of(found[1])
        if not did:
            raise NotThere("Nobody on Bluesky has that handle any more.")
        self._dids[found[1]] = did
        return f"at://{did}/{found[2]}/{found[3]}"

    async def did_of(self, handle: str) -> str:
        """The id of whoever has a handle; empty when nobody has."""
        try:
            body = await self._client.get("com.atproto.identity.resolveHandle", ("handle", handle))
        except Refused:
            return ""
        did = str(body.get("did") or "")
        return did if re.fullmatch(parse.DID, did) else ""
