"""tweepy's client for X's API v2, with its one request method replaced by ours.

tweepy's own has no time limit, a fixed host, and logs the Authorization header; what it knows of X's routes and
parameters is used as it is.
"""

import json
import logging
import re
import secrets
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import structlog
from oauthlib.oauth1 import Client as Signer  # type: ignore[import-untyped]  # comes with tweepy; has no types
from tweepy.asynchronous import AsyncClient

from bot.errors import TryLater, Unsure
from bot.ports import Clock
from integrations.http import Http, HttpAnswer, of_a_read
from integrations.x import parse
from integrations.x.failures import WrongFieldName, failure, read
from integrations.x.limits import Limits
from integrations.x.settings import XAccount
from integrations.x.tokens import Grant

log = structlog.get_logger()

FIELDS = (
    "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,attachments,in_reply_to_user_id,lang,"
    "note_tweet,referenced_tweets"
)
TWEET_FIELDS = "tweet.fields"
"""What tweepy and X's guides call the parameter; X's own specification calls it ``post.fields``."""
EXPANSIONS = "author_id,attachments.media_keys,referenced_tweets.id"
MEDIA_FIELDS = "type,url,preview_image_url,alt_text"
USER_FIELDS = "name,username"

PUBLISHES = re.compile(r"POST /2/(?:tweets|dm_conversations/.+)")
"""What would be there twice if it were asked again; the rest may be repeated, or leaves nothing anybody sees."""
ASIDE = re.compile(r"(?:PUT|DELETE) /|POST /2/users/|POST /2/media/|.* /2/dm_")
"""What an app may lack the right to while it may read and reply."""
NUMBER = re.compile(r"/\d{2,}(?=/|$)")

Body = Mapping[str, Any]


def from_warnings_up(record: logging.LogRecord) -> bool:
    """oauthlib writes keys and signatures to its log at DEBUG."""
    return record.levelno >= logging.WARNING


async def body_of(call: Awaitable[Body]) -> Body:
    """What a call of tweepy's brings, which has no types."""
    return await call


@dataclass(frozen=True, slots=True)
class Me:
    """The account the keys belong to."""

    id: str
    handle: str


@dataclass(frozen=True, slots=True)
class XAnswer:
    """A 2xx answer, read."""

    body: Body

    async def json(self) -> Body:
        """The shape tweepy asks for."""
        return self.body


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with what is said of it, as one multipart body."""

    file: bytes = field(repr=False)
    media_type: str
    fields: Mapping[str, str]
    boundary: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def content_type(self) -> str:
        """With the boundary."""
        return f"multipart/form-data; boundary={self.boundary}"

    def body(self) -> bytes:
        """RFC 7578."""
        line, about = f"--{self.boundary}\r\n", "Content-Disposition: form-data; name="
        said = "".join(f'{line}{about}"{name}"\r\n\r\n{value}\r\n' for name, value in self.fields.items())
        head = f'{line}{about}"media"; filename="media"\r\nContent-Type: {self.media_type}\r\n\r\n'
        return (said + head).encode() + self.file + f"\r\n--{self.boundary}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Call:
    """One request of tweepy's. ``signed``: by OAuth 1.0a, else with a bearer token. ``content``: JSON, or an Upload."""

    method: str
    route: str
    params: Mapping[str, Any]
    content: Any
    signed: bool

    @property
    def creates(self) -> bool:
        """Whether an answer that is lost leaves a doubt."""
        return PUBLISHES.fullmatch(f"{self.method} {self.route}") is not None

    @property
    def is_aside(self) -> bool:
        """Whether a right that is missing is about this kind of call alone."""
        return ASIDE.match(f"{self.method} {self.route}") is not None

    @property
    def place(self) -> str:
        """What X counts calls by, whichever post or person they are about."""
        return NUMBER.sub("/:id", f"{self.method} {self.route}")

    def body(self) -> bytes | BytesIO | None:
        """What goes over the line; a file in pieces, as it may be large."""
        if self.content is None:
            return None
        return BytesIO(self.content.body()) if isinstance(self.content, Upload) else json.dumps(self.content).encode()

    def content_type(self) -> dict[str, str]:
        """The header that says what the body is."""
        if self.content is None:
            return {}
        kind = self.content.content_type if isinstance(self.content, Upload) else "application/json"
        return {"Content-Type": kind}


class XClient(AsyncClient):  # type: ignore[misc]  # tweepy has no types
    """Calls X for one account. Every call raises TryLater, Refused, SignInAgain; ``reply`` also Unsure."""

    def __init__(self, account: XAccount, *, http: Http, clock: Clock, grant: Grant | None = None) -> None:
        keys = (account.user_token, account.consumer_key, account.consumer_secret, account.access_token)
        plain = [key.get_secret_value() if key else None for key in (*keys, account.access_token_secret)]
        super().__init__(*plain, return_type=dict, wait_on_rate_limit=False)
        self.access_level = ""
        """What X last said the keys may do: ``read``, ``read-write``, ``read-write-directmessages`` or nothing."""
        self._account = account.name
        self._api_url = account.api_url
        self._http = http
        self._clock = clock
        self._grant = grant
        self._limits = Limits(clock)
        self._me: Me | None = None
        self.signed = account.consumer_key is not None
        """Whether calls are signed by OAuth 1.0a: what tweepy calls ``user_auth``."""
        self._fields_name = TWEET_FIELDS
        self._failing: tuple[str, str, int] | None = None
        logging.getLogger("oauthlib.oauth1.rfc5849").addFilter(from_warnings_up)

    async def me(self) -> Me:
        """The account the keys belong to, asked once."""
        if self._me is None:
            user = parse.mapping((await body_of(self.get_me(user_auth=self.signed))).get("data"))
            if not parse.ID.fullmatch(str(user.get("id", ""))):
                raise TryLater("X did not say whose keys these are")
            self._me = Me(str(user["id"]), str(user.get("username") or ""))
        return self._me

    async def mentions(self, user_id: str, **which: Any) -> Body:
        """A page of posts that mention the user, newest first. ``which``: since_id, start_time, pagination_token …"""
        return await body_of(self.get_users_mentions(user_id, **self._whole_posts(), **which))

    async def timeline(self, user_id: str, **which: Any) -> Body:
        """A page of posts by the user, newest first. ``which``: since_id, pagination_token …"""
        return await body_of(self.get_users_tweets(user_id, **self._whole_posts(), **which))

    async def search(self, query: str, **which: Any) -> Body:
        """A page of the last 7 days' posts, newest first. ``which``: since_id, until_id, next_token, max_results …"""
        return await body_of(self.search_recent_tweets(query, sort_order="recency", **self._whole_posts(), **which))

    async def look_up(self, post_ids: Sequence[str]) -> Body:
        """Up to 100 posts, without all that belongs to them; those that are not there are named under ``errors``."""
        return await body_of(self.get_tweets(list(post_ids), tweet_fields="author_id", user_auth=self.signed))

    async def look_up_whole(self, post_ids: Sequence[str]) -> Body:
        """The same, with everything."""
        return await body_of(self.get_tweets(list(post_ids), **self._whole_posts()))

    async def reply(self, text: str, in_reply_to: str, pictures: Sequence[str] = ()) -> Body:
        """Post a reply, once, with pictures that were uploaded before."""
        which = {"in_reply_to_tweet_id": in_reply_to, "media_ids": list(pictures) or None}
        return await body_of(self.create_tweet(text=text, user_auth=self.signed, **which))

    def _whole_posts(self) -> dict[str, Any]:
        return {
            "tweet_fields": FIELDS,
            "expansions": EXPANSIONS,
            "media_fields": MEDIA_FIELDS,
            "user_fields": USER_FIELDS,
            "user_auth": self.signed,
        }

    async def request(
        self, method: str, route: str, params: Body | None = None, *, json: Any = None, user_auth: bool = False
    ) -> XAnswer:
        """One call of tweepy's, sent our way; asked once more when X knows ``tweet.fields`` as ``post.fields``.

        ``user_auth`` is tweepy's word for OAuth 1.0a.
        """
        call = Call(method, route, params or {}, json, user_auth)
        try:
            return await self._send(call, self._fields_name)
        except WrongFieldName:
            if self._fields_name != TWEET_FIELDS or TWEET_FIELDS not in call.params:
                raise
            answer = await self._send(call, "post.fields")
        self._fields_name = "post.fields"
        log.info("x_fields_renamed", account=self._account)
        return answer

    async def _send(self, call: Call, fields_name: str) -> XAnswer:
        named = {fields_name if name == TWEET_FIELDS else name: value for name, value in call.params.items()}
        query = urlencode(sorted(named.items()), quote_via=quote)
        url = f"{self._api_url}{call.route}" + (f"?{query}" if query else "")
        self._limits.pass_through(call.place)
        token = await self._grant.access() if self._grant else ""
        answer = await self._sent(call, url, token)
        if answer.status == 401 and self._grant:  # ended early, or by somebody; a 401 has done nothing
            answer = await self._sent(call, url, await self._grant.access(rejected=token))
        return self._judged(call, answer)

    async def _sent(self, call: Call, url: str, token: str) -> HttpAnswer:
        try:
            return await self._http.call(call.method, url, data=call.body(), headers=self._headers(call, url, token))
        except Unsure as error:
            if call.creates:
                raise
            raise of_a_read(error, "X did not answer") from error

    def _headers(self, call: Call, url: str, token: str) -> dict[str, str]:
        headers = {"User-Agent": self.user_agent, "Accept": "application/json"} | call.content_type()
        if not call.signed:
            return headers | {"Authorization": f"Bearer {token or self.bearer_token}"}
        signer = Signer(self.consumer_key, self.consumer_secret, self.access_token, self.access_token_secret)
        _, signed, _ = signer.sign(url, call.method, headers=headers)
        return dict(signed)

    def _judged(self, call: Call, answer: HttpAnswer) -> XAnswer:
        """A readable 2xx, or the error the answer stands for."""
        body = read(answer.body)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        log.debug("x_answered", route=call.route, status=answer.status, left=headers.get("x-rate-limit-remaining"))
        self._limits.heard(call.place, headers)
        if 200 <= answer.status < 300 and body:
            self.access_level = headers.get("x-access-level", self.access_level)
            self._failing = None
            return XAnswer(body)
        if 200 <= answer.status < 300:
            unreadable = "X answered something that cannot be read"
            raise Unsure(unreadable) if call.creates else TryLater(unreadable)
        self._tell(call, answer.status, body, headers)
        error = failure(answer, creating=call.creates, aside=call.is_aside, now=self._clock.now())
        if isinstance(error, TryLater) and answer.status in (402, 429):
            self._limits.refused(call.place, error)
        raise error

    def _tell(self, call: Call, status: int, body: Body, headers: Mapping[str, str]) -> None:
        """Once, until something else happens."""
        failing = (call.method, call.route, status)
        if self._failing == failing:
            return
        self._failing = failing
        log.warning(
            "x_call_failed",
            account=self._account,
            method=call.method,
            route=call.route,
            status=status,
            kind=body.get("type"),
            transaction=headers.get("x-transaction-id"),
        )
