"""Pictures for a reply: put on the server before anything is public, and named in the post by what is in them.

https://docs.bsky.app/docs/advanced-guides/posts#images-embeds: four of at most 1,000,000 bytes. The same bytes always
have the same name, so a second try names the same pictures as the first.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.errors import Refused, TryLater
from bot.reply import Attachment, MediaRules
from integrations.bluesky.client import Client
from integrations.bluesky.shapes import shape_of
from integrations.bluesky.wild import mapping

RULES = MediaRules(
    most=4, largest=1_000_000, media_types=frozenset({"image/jpeg", "image/png", "image/webp"}), alt_limit=2_000
)
WITHIN = timedelta(seconds=30)
"""For all pictures of one reply; what is there by then is there at the next try."""


async def embed_of(client: Client, media: Sequence[Attachment], within: timedelta = WITHIN) -> Mapping[str, Any] | None:
    """What a post says of its pictures; None without any. Raises Refused, TryLater or SignInAgain: nothing is public yet."""
    if not media:
        return None
    if fault := unfit(media):
        raise Refused(fault)
    try:
        async with asyncio.timeout(within.total_seconds()):
            images = [await image_of(client, one) for one in media]
    except TimeoutError as error:
        raise TryLater(f"The pictures did not reach Bluesky within {within.total_seconds():g} seconds") from error
    return {"$type": "app.bsky.embed.images", "images": images}


async def image_of(client: Client, picture: Attachment) -> Mapping[str, Any]:
    """One picture, put on the server."""
    blob = mapping((await client.upload(picture.content, picture.media_type)).get("blob"))
    if blob.get("$type") != "blob" or not mapping(blob.get("ref")).get("$link"):
        raise TryLater("Bluesky took a picture without saying what it calls it")
    shape = shape_of(picture.content)
    ratio = {"aspectRatio": {"width": shape[0], "height": shape[1]}} if shape else {}
    return {"alt": picture.alt, "image": blob} | ratio


def unfit(media: Sequence[Attachment]) -> str:
    """Why Bluesky would not take these pictures; empty when it would."""
    if len(media) > RULES.most:
        return f"Bluesky takes at most {RULES.most} pictures with a post; these are {len(media)}."
    for one in media:
        if one.media_type not in RULES.media_types:
            return f"{one.name} is not a JPEG, PNG or WebP picture, and Bluesky is sent no other."
        if len(one.content) > RULES.largest:
            return f"{one.name} is larger than the 1 MB Bluesky takes: make it smaller, 2,000 pixels wide is plenty."
        if len(one.alt) > RULES.alt_limit:
            return f"The description of {one.name} is longer than {RULES.alt_limit:,} characters."
        if not one.content:
            return f"{one.name} is empty."
    return ""
