"""Pictures for a reply: uploaded with their descriptions and made ready before anything is public.

https://docs.joinmastodon.org/methods/media/#v2: 202 while the server works on it, then asked for until it is ready.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import aiohttp

from bot.errors import NotThere, Refused, TryLater
from bot.reply import Attachment, MediaRules
from integrations.mastodon.client import Client
from integrations.mastodon.failures import Call
from integrations.mastodon.parse import ident, mapping

RULES = MediaRules(
    most=4,
    largest=8 << 20,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    alt_limit=1_500,
)
"""What every Mastodon server takes; many take more."""
WITHIN = timedelta(seconds=40)
"""For all pictures of one reply; what is uploaded by then is there at the next try."""
LASTS = timedelta(hours=12)
"""A picture that is in no post is thrown away by the server after a day."""
STILL_WORKING = 206


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What the server calls a picture, until when it may be posted, and whether it is ready."""

    id: str
    until: datetime
    is_ready: bool


class Pictures:
    """Uploads for one account. A picture that is there already, by an earlier try, is not uploaded again."""

    def __init__(self, client: Client, *, within: timedelta = WITHIN, pause: timedelta = timedelta(seconds=0.5)) -> None:
        self._client = client
        self._within = within
        self._pause = pause
        self._known: dict[str, Uploaded] = {}

    async def ready(self, media: Sequence[Attachment]) -> tuple[str, ...]:
        """The server's ids of some pictures, in order. Raises Refused, TryLater or SignInAgain: nothing is public yet."""
        if fault := unfit(media):
            raise Refused(fault)
        now = self._client.clock.now()
        self._known = {digest: known for digest, known in self._known.items() if known.until > now}
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                return tuple([await self._id_of(one) for one in media])
        except TimeoutError as error:
            raise TryLater("the pictures were not ready in time") from error

    def forget(self) -> None:
        """The server refused a post with pictures: the next try uploads them anew, in case it was for them."""
        self._known.clear()

    async def _id_of(self, picture: Attachment) -> str:
        digest = sha256(f"{picture.media_type}\n{picture.alt}\n".encode("utf-8", "replace") + picture.content).hexdigest()
        if digest not in self._known:
            self._known[digest] = await self._upload(picture)
        known = self._known[digest]
        try:
            while not known.is_ready:
                known = await self._looked_at(known, picture)
                self._known[digest] = known
        except NotThere as error:
            del self._known[digest]
            raise TryLater("the server lost a picture that it had taken") from error
        except Refused:
            del self._known[digest]
            raise
        return known.id

    async def _upload(self, picture: Attachment) -> Uploaded:
        form = aiohttp.FormData()
        form.add_field("file", picture.content, filename=picture.name or "picture", content_type=picture.media_type)
        if picture.alt:
            form.add_field("description", picture.alt)
        try:
            status, body = await self._client.call("POST", "/api/v2/media", call=Call.ASIDE, data=form)
        except NotThere as error:
            raise Refused("This server takes no pictures from an app: answer without, or on its own page.") from error
        given: Any = mapping(body)
        if not (media_id := ident(given.get("id"))):
            raise TryLater("the server took a picture without saying which it is")
        return Uploaded(media_id, self._client.clock.now() + LASTS, status == 200)

    async def _looked_at(self, known: Uploaded, picture: Attachment) -> Uploaded:
        """Whether it is ready by now. Raises Refused when the server could make nothing of it."""
        await asyncio.sleep(self._pause.total_seconds())
        try:
            status, _ = await self._client.call("GET", f"/api/v1/media/{known.id}", call=Call.ASIDE)
        except NotThere:
            raise
        except Refused as error:
            raise Refused(f"The server could not read the picture {picture.name}. Save it anew as JPEG or PNG.") from error
        return known if status == STILL_WORKING else Uploaded(known.id, known.until, True)


def unfit(media: Sequence[Attachment]) -> str:
    """Why the server would not take these pictures; empty when it would."""
    if len(media) > RULES.most:
        return f"A post takes at most {RULES.most} pictures; these are {len(media)}."
    for one in media:
        if one.media_type not in RULES.media_types:
            return f"{one.name} is not a JPEG, PNG, GIF or WebP picture."
        if len(one.content) > RULES.largest:
            return f"{one.name} is larger than {RULES.largest >> 20} MB."
        if len(one.alt) > RULES.alt_limit:
            return f"The description of {one.name} is longer than {RULES.alt_limit:,} characters."
        if not one.content:
            return f"{one.name} is empty."
    return ""
