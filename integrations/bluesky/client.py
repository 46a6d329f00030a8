"""Calls for one account to the server where it lives, as https://atproto.com/specs/xrpc has them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import structlog

from bot.errors import Refused, TryLater, Unsure
from bot.ports import Clock
from integrations.bluesky.failures import TokenRejected, failure, read
from integrations.bluesky.limits import Limits
from integrations.bluesky.session import Session, SignIn, TokenStore
from integrations.bluesky.settings import BlueskyAccount
from integrations.http import LARGEST, Http, HttpAnswer, TooLarge

log = structlog.get_logger()

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
GATE = "app.bsky.feed.threadgate"
AT_ONCE = 25
"""The most posts one look takes."""
FEW = 10
LARGEST_OF_FEW = 12 << 20
"""Bytes. A record may have a million, of any words and fields, and those that JSON escapes take six times their place."""

Body = Mapping[str, Any]
Asked = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``creates``: an answer that is lost leaves a doubt."""

    method: str
    name: str
    asked: Asked = ()
    content: bytes = field(default=b"", repr=False)
    content_type: str = "application/json"
    creates: bool = False
    largest: int = LARGEST

    @property
    def place(self) -> str:
        """What the server counts it under."""
        if self.name.endswith("uploadBlob"):
            return "upload"
        return "read" if self.method == "GET" else "write"


class TooMuch(TryLater):
    """What was asked for at once is larger than what is taken."""


class Client:
    """Calls the server. Every call raises TryLater, Refused, SignInAgain; ``put`` with ``creates`` also Unsure."""

    def __init__(self, account: BlueskyAccount, *, http: Http, clock: Clock, tokens: TokenStore | None = None) -> None:
        self.limits = Limits(clock)
        self._account = account
        self._http = http
        self._clock = clock
        self._sign_in = SignIn(account, http=http, clock=clock, limits=self.limits, store=tokens)
        self._failing: tuple[str, int] | None = None
        self._lengths: dict[str, int] = {}

    async def session(self) -> Session:
        """Who we are, and where."""
        return await self._sign_in.session()

    async def get(self, name: str, *asked: tuple[str, str]) -> Body:
        """Read something."""
        return await self._carried(Call("GET", name, asked))

    async def page(self, name: str, *asked: tuple[str, str], most: int) -> Body:
        """A page of a list, of fewer than ``most`` where that would be too large to read; the next begins with as few."""
        length = min(self._lengths.get(name, most), most)
        try:
            call = Call("GET", name, (("limit", str(length)), *asked), largest=LARGEST if length > FEW else LARGEST_OF_FEW)
            page = await self._carried(call)
        except TooMuch:
            if length == 1:
                raise
            self._lengths[name] = length // 2
            return await self.page(name, *asked, most=most)
        self._lengths[name] = length * 2
        return page

    def is_reading_little(self, name: str) -> bool:
        """Whether only a few entries at a time could be read of a list lately."""
        return self._lengths.get(name, FEW + 1) <= FEW

    async def posts(self, uris: Sequence[str]) -> Body:
        """Up to 25 posts as the account sees them; those that are not there are left out. Raises TooMuch."""
        asked = tuple(("uris", uri) for uri in uris)
        largest = LARGEST if len(uris) > FEW else LARGEST_OF_FEW
        return await self._carried(Call("GET", "app.bsky.feed.getPosts", asked, largest=largest))

    async def record(self, collection: str, rkey: str) -> Body:
        """A record of our own: ``cid`` and ``value``. Raises NotThere."""
        did = (await self.session()).did
        return await self.get("com.atproto.repo.getRecord", ("repo", did), ("collection", collection), ("rkey", rkey))

    async def put(self, collection: str, rkey: str, value: Body, *, swap: str | None = None, creates: bool = False) -> Body:
        """Write a record of our own in the place of the one with the CID ``swap``; None: where there is none yet.

        The null is sent as it is: without it a server writes over whatever is there. Raises InvalidSwap when something else
        is. The same bytes again change nothing.
        """
        content = {
            "repo": (await self.session()).did,
            "collection": collection,
            "rkey": rkey,
            "swapRecord": swap,
            "record": value,
        }
        return await self._carried(Call("POST", "com.atproto.repo.putRecord", (), packed(content), creates=creates))

    async def delete(self, collection: str, rkey: str) -> Body:
        """Delete a record of our own; one that is not there is deleted already."""
        content = {"repo": (await self.session()).did, "collection": collection, "rkey": rkey}
        return await self._carried(Call("POST", "com.atproto.repo.deleteRecord", (), packed(content)))

    async def upload(self, content: bytes, media_type: str) -> Body:
        """Put a picture where a post can name it. The same bytes are always called the same."""
        return await self._carried(Call("POST", "com.atproto.repo.uploadBlob", (), content, media_type))

    async def _carried(self, call: Call) -> Body:
        """One call; once more with a new access token where that had ended, which has done nothing."""
        self.limits.pass_through(call.place)
        session = await self._sign_in.session()
        try:
            return await self._sent(call, session)
        except TokenRejected:
            return await self._sent(call, await self._sign_in.session(rejected=session.access))

    async def _sent(self, call: Call, session: Session) -> Body:
        query = f"?{urlencode(call.asked, quote_via=quote)}" if call.asked else ""
        headers = {"Authorization": f"Bearer {session.access}", "Accept": "application/json"}
        if call.content:
            headers["Content-Type"] = call.content_type
        url = f"{session.server}/xrpc/{call.name}{query}"
        try:
            how = {"data": call.content or None, "headers": headers}
            answer = await self._http.call(call.method, url, largest=call.largest, **how)
        except Unsure as error:
            if call.creates:
                raise
            if isinstance(error, TooLarge):
                raise TooMuch("Bluesky's answer is too large to read") from error
            raise TryLater(f"Bluesky did not answer: {error}") from error
        return self._judged(call, answer)

    def _judged(self, call: Call, answer: HttpAnswer) -> Body:
        """A readable 200, or the error the answer stands for."""
        body = read(answer.body)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        log.debug("bluesky_answered", call=call.name, status=answer.status, left=headers.get("ratelimit-remaining"))
        self.limits.heard(call.place, headers)
        if answer.status == 200 and (body or answer.body.strip() == b"{}"):
            self._failing = None
            return body
        if 200 <= answer.status < 300:
            unreadable = "Bluesky answered something that cannot be read"
            raise Unsure(unreadable) if call.creates else TryLater(unreadable)
        error = failure(answer, creating=call.creates, now=self._clock.now())
        self._tell(call, answer.status, body, error)
        if isinstance(error, TryLater) and answer.status == 429:
            self.limits.refused(call.place, error)
        raise error

    def _tell(self, call: Call, status: int, body: Body, error: Exception) -> None:
        """Once, until something else happens; what a caller expects is not worth a line."""
        failing = (call.name, status)
        if self._failing == failing or isinstance(error, TokenRejected) or (isinstance(error, Refused) and status == 400):
            return
        self._failing = failing
        log.warning("bluesky_call_failed", account=self._account.name, call=call.name, status=status, kind=body.get("error"))


def packed(content: Body) -> bytes:
    """The same bytes for the same content."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
