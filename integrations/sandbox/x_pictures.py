"""A stand-in for X: uploads of pictures in one call, and the words that describe them."""

from aiohttp import BodyPartReader, web

from integrations.sandbox.x_problems import invalid, not_there
from integrations.sandbox.x_wall import StandInPicture, XWall

MOST_PICTURES = 4
LARGEST = 5 << 20
LONGEST_ALT = 1_000
LASTS_SECONDS = 86_400
BEGINS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp", b"BM": "image/bmp"}
"""How the kinds of picture that one call takes begin; an animation needs an upload in parts."""


class Pictures:
    """Takes pictures for posts."""

    def __init__(self, wall: XWall) -> None:
        self._wall = wall

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Answer at X's addresses."""
        router.add_post("/2/media/upload", self._upload)
        router.add_post("/2/media/metadata", self._describe)

    async def _upload(self, request: web.Request) -> web.Response:
        given = await parts_of(request)
        content, category = given.get("media", b""), given.get("media_category", b"").decode()
        kind = next((kind for start, kind in BEGINS.items() if content.startswith(start)), "")
        if category != "tweet_image" or not kind:
            return invalid("media_category or the type of media is not one that this endpoint takes")
        if len(content) > LARGEST:
            return invalid(f"File size exceeds {LARGEST} bytes.")
        now = self._wall.now()
        picture = StandInPicture(self._wall.number(now), kind, content, now)
        self._wall.pictures[picture.id] = picture
        told = {"id": picture.id, "media_key": f"3_{picture.id}", "size": len(content), "expires_after_secs": LASTS_SECONDS}
        return web.json_response({"data": told})

    async def _describe(self, request: web.Request) -> web.Response:
        body = await request.json()
        picture_id, alt = str(body.get("id", "")), body.get("metadata", {}).get("alt_text", {}).get("text")
        if picture_id not in self._wall.pictures:
            return not_there(picture_id)
        if not isinstance(alt, str) or not 0 < len(alt) <= LONGEST_ALT:
            return invalid(f"alt_text must be between 1 and {LONGEST_ALT} characters")
        self._wall.pictures[picture_id].alt = alt
        return web.json_response({"data": {"id": picture_id, "associated_metadata": {"alt_text": {"text": alt}}}})


async def parts_of(request: web.Request) -> dict[str, bytes]:
    """The parts of a multipart call by name; nothing of any other."""
    if not request.content_type.startswith("multipart/"):
        return {}
    found: dict[str, bytes] = {}
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name:
            found[part.name] = bytes(await part.read())
    return found
