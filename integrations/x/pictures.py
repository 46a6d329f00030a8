"""Pictures for a reply on X: uploaded and described before anything is public, and only then named in the post.

https://docs.x.com/x-api/media/quickstart/media-upload-chunked: pictures up to 5 MB go in one call; what moves does not.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.errors import NotThere, Refused, TryLater
from bot.ports import Clock
from bot.reply import Attachment, MediaRules
from integrations.x import parse
from integrations.x.client import Body, Upload, XClient
from integrations.x.meter import Meter

RULES = MediaRules(
    most=4, largest=5 << 20, media_types=frozenset({"image/jpeg", "image/png", "image/webp"}), alt_limit=1_000
)
"""https://docs.x.com/x-api/media/quickstart/best-practices; an animated GIF needs X's upload in parts, which is not used."""
WITHIN = timedelta(seconds=30)
"""For all pictures of one reply; what is uploaded by then is there at the next try."""
LASTS = timedelta(hours=24)
BEFORE_IT_ENDS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What X calls a picture, and until when it may be posted."""

    id: str
    until: datetime


class Pictures:
    """Uploads for one account. A picture that is there already, by an earlier try, is not uploaded again."""

    def __init__(self, client: XClient, meter: Meter, clock: Clock, *, within: timedelta = WITHIN) -> None:
        self._within = within
        self._client = client
        self._meter = meter
        self._clock = clock
        self._known: dict[str, Uploaded] = {}

    async def ready(self, media: Sequence[Attachment]) -> tuple[str, ...]:
        """X's numbers for some pictures, in this order. Raises Refused, TryLater or SignInAgain: nothing is public yet."""
        if fault := unfit(media):
            raise Refused(fault)
        now = self._clock.now()
        self._known = {digest: known for digest, known in self._known.items() if known.until > now}
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                return tuple([await self._number_of(one) for one in media])
        except TimeoutError as error:
            raise TryLater(f"The pictures did not reach X within {self._within.total_seconds():g} seconds") from error

    async def _number_of(self, picture: Attachment) -> str:
        digest = sha256(f"{picture.media_type}\n{picture.alt}\n".encode() + picture.content).hexdigest()
        if digest not in self._known:
            self._known[digest] = await self._upload(picture)
        return self._known[digest].id

    async def _upload(self, picture: Attachment) -> Uploaded:
        fields = {"media_category": "tweet_image", "media_type": picture.media_type}
        given = await self._post("/2/media/upload", Upload(picture.content, picture.media_type, fields))
        number = str(given.get("id") or "")
        if not parse.ID.fullmatch(number):
            raise TryLater("X took a picture without saying which it is")
        if parse.mapping(given.get("processing_info")).get("state") == "failed":
            raise Refused(f"X could not read the picture {picture.name}. Save it anew as JPEG or PNG.")
        if picture.alt:
            self._meter.count("managed")
            await self._describe(number, picture.alt)
        return Uploaded(number, self._clock.now() + lasts(given.get("expires_after_secs")) - BEFORE_IT_ENDS)

    async def _describe(self, number: str, alt: str) -> None:
        """https://docs.x.com/x-api/media/create-media-metadata"""
        try:
            await self._post("/2/media/metadata", {"id": number, "metadata": {"alt_text": {"text": alt}}})
        except NotThere as error:
            raise TryLater("X does not know a picture that it has just taken") from error

    def forget(self) -> None:
        """X refused a post with pictures: the next try uploads them anew, in case it was for them."""
        self._known.clear()

    async def _post(self, route: str, content: object) -> Body:
        call = self._client.request("POST", route, json=content, user_auth=self._client.signed)
        return parse.mapping((await call).body.get("data"))


def unfit(media: Sequence[Attachment]) -> str:
    """Why X would not take these pictures; empty when it would."""
    if len(media) > RULES.most:
        return f"X takes at most {RULES.most} pictures with a post; these are {len(media)}."
    for one in media:
        if one.media_type not in RULES.media_types:
            return f"{one.name} is not a JPEG, PNG or WebP picture, and X takes no other this way."
        if len(one.content) > RULES.largest:
            return f"{one.name} is larger than the 5 MB X takes."
        if len(one.alt) > RULES.alt_limit:
            return f"The description of {one.name} is longer than the {RULES.alt_limit:,} characters X takes."
        if not one.content:
            return f"{one.name} is empty."
    return ""


def lasts(seconds: object) -> timedelta:
    """How long X says a picture may be posted; never more than a day."""
    good = isinstance(seconds, int | float) and 0 < seconds <= LASTS.total_seconds()
    return timedelta(seconds=float(str(seconds))) if good else LASTS
