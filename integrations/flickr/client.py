"""The calls of Flickr's API that Tolbooth makes, signed by OAuth 1.0a."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from oauthlib.oauth1 import Client as Signer  # type: ignore[import-untyped]  # has no types

from bot.errors import Unsure
from integrations.flickr.failures import failure, read
from integrations.flickr.settings import FlickrAccount
from integrations.http import Http, HttpAnswer, of_a_read

Body = Mapping[str, Any]
SIGNERS = ("oauthlib.oauth1.rfc5849", "oauthlib.oauth1.rfc5849.signature")
FORM = "application/x-www-form-urlencoded"
LONGEST_TIMEFRAME = 30
"""Days."""
PHOTOS_A_PAGE = 50


def from_warnings_up(record: logging.LogRecord) -> bool:
    """oauthlib writes keys and signatures to its log at DEBUG."""
    return record.levelno >= logging.WARNING


class FlickrClient:
    """One account's calls."""

    def __init__(self, account: FlickrAccount, *, http: Http) -> None:
        self._account = account
        self._http = http
        for name in SIGNERS:
            logging.getLogger(name).addFilter(from_warnings_up)
        self._signer = Signer(
            account.api_key,
            account.api_secret.get_secret_value(),
            account.access_token.get_secret_value(),
            account.access_token_secret.get_secret_value(),
        )

    async def activity(self, back: timedelta, page: int, size: int = PHOTOS_A_PAGE) -> Body:
        """Photos of the account on which something happened in the time ``back`` from now, ``size`` to a page."""
        hours = max(1, -(-back // timedelta(hours=1)))
        timeframe = f"{hours}h" if hours <= 48 else f"{min(-(-hours // 24), LONGEST_TIMEFRAME)}d"
        which = {"timeframe": timeframe, "per_page": str(size), "page": str(page)}
        return await self._call("GET", "flickr.activity.userPhotos", which)

    async def comments(self, photo_id: str, since: datetime | None = None) -> Body:
        """The comments on a photo, from a moment on."""
        which = {"photo_id": photo_id}
        return await self._call(
            "GET",
            "flickr.photos.comments.getList",
            which | ({"min_comment_date": str(int(since.timestamp()))} if since else {}),
        )

    async def add(self, photo_id: str, text: str) -> Body:
        """Make a comment public, once. Raises Unsure when it may have arrived."""
        return await self._call(
            "POST", "flickr.photos.comments.addComment", {"photo_id": photo_id, "comment_text": text}, creating=True
        )

    async def edit(self, comment_id: str, text: str) -> None:
        """Give our own comment other words."""
        which = {"comment_id": comment_id, "comment_text": text}
        await self._call("POST", "flickr.photos.comments.editComment", which)

    async def delete(self, comment_id: str) -> None:
        """Take our own comment down."""
        await self._call("POST", "flickr.photos.comments.deleteComment", {"comment_id": comment_id})

    async def whose(self) -> Body:
        """The account that the keys are of."""
        return await self._call("GET", "flickr.test.login", {})

    async def rights(self) -> Body:
        """What the access token may do."""
        return await self._call("GET", "flickr.auth.oauth.checkToken", {})

    async def _call(self, method: str, name: str, which: Mapping[str, str], *, creating: bool = False) -> Body:
        asked = urlencode({"method": name, "format": "json", "nojsoncallback": "1", **which}, quote_via=quote)
        try:
            answer = await self._signed(method, asked)
        except Unsure as error:
            if creating:
                raise
            raise of_a_read(error, "Flickr did not answer") from error
        found = read(answer.body)
        if 200 <= answer.status < 300 and found.get("stat") == "ok":
            return found
        raise failure(answer, creating=creating)

    async def _signed(self, method: str, asked: str) -> HttpAnswer:
        """One call with what is asked in its address, or in its body where it changes something."""
        if method == "GET":
            url, headers, _ = self._signer.sign(f"{self._account.api_url}?{asked}", method)
            return await self._http.call(method, f"{self._account.api_url}?{asked}", headers=dict(headers))
        url, headers, body = self._signer.sign(self._account.api_url, method, body=asked, headers={"Content-Type": FORM})
        return await self._http.call(method, url, data=str(body).encode(), headers=dict(headers))
