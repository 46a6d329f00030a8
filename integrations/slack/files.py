"""Files that staff put into a form: looked up by id, and fetched from Slack's own hosts only."""

import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.errors import Refused, SignInAgain, TryLater
from bot.ports import File
from integrations.http import wait_asked_for
from integrations.slack.calls import Calls, unreached

FILE_ID = re.compile(r"^F[A-Z0-9]{2,30}$", re.ASCII)
GONE_MODES = ("tombstone", "hidden_by_limit")
CHUNK = 64 << 10
GONE = "That file is no longer in Slack: add it again."
NOT_FINISHED = "Slack has not finished taking that file: wait a moment, then look again."
ELSEWHERE = "That file does not lie in Slack itself: download it, then add it from your computer."
LACKS_SCOPE = "the Slack app may not read files: add the scope files:read and install the app again"

Json = Mapping[str, Any]


class Files:
    """Reads files. Their addresses need our token, so they are called on Slack's own hosts and never logged."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def file(self, file_id: str, largest: int) -> File:
        """One file. Raises Refused when it is larger than ``largest`` bytes, gone, elsewhere, or not there yet."""
        if not FILE_ID.match(file_id):
            raise Refused(GONE)
        found = (await self._calls.read("files.info", file=file_id)).get("file")
        about: Json = found if isinstance(found, dict) else {}
        url = address(about)
        too_large(int(about.get("size") or 0), largest)
        if not self._calls.is_slacks(url):
            raise Refused(ELSEWHERE)
        content = await self._fetch(url, largest)
        return File(str(about.get("name") or file_id), str(about.get("mimetype") or ""), content)

    async def _fetch(self, url: str, largest: int) -> bytes:
        """The content, read no further than ``largest``. A read changes nothing, so it may be tried again."""
        try:
            async with self._calls.fetching(url) as answer:
                refuse(answer)
                content = bytearray()
                async for chunk in answer.content.iter_chunked(CHUNK):
                    content += chunk
                    too_large(len(content), largest)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TryLater(str(unreached("file", error))) from None  # not the error: it holds the address
        if not content:
            raise Refused(NOT_FINISHED)
        return bytes(content)


def address(about: Json) -> str:
    """Where the content is. Raises Refused when there is none to be had."""
    if not about or about.get("mode") in GONE_MODES or about.get("is_deleted"):
        raise Refused(GONE)
    if about.get("is_external"):
        raise Refused(ELSEWHERE)
    url = str(about.get("url_private_download") or about.get("url_private") or "")
    if not url:
        raise Refused(NOT_FINISHED)
    return url


def too_large(size: int, largest: int) -> None:
    """Raises Refused when a file is larger than it may be."""
    if size > largest:
        raise Refused(f"That file is larger than {largest / (1 << 20):.3g} MB: make it smaller, then add it again.")


def refuse(answer: aiohttp.ClientResponse) -> None:
    """Raises for anything but a file. Without the right to read it Slack leads to a page to sign in at."""
    if answer.status == 429:
        raise TryLater("Slack asks us to wait (file)", wait_asked_for(answer.headers.get("Retry-After")))
    if answer.status in (404, 410):
        raise Refused(GONE)
    if answer.status >= 500:
        raise TryLater(f"Slack had trouble of its own (file: {answer.status})")
    if answer.status != 200 or answer.content_type == "text/html":
        raise SignInAgain(LACKS_SCOPE)
