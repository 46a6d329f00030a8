"""The part of Flickr's API that is about comments: every call signed, every refusal inside a 200."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Self

from aiohttp import web
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

from bot.clock import MovableClock

ME = "35009797@N01"
KEY, SECRET, TOKEN, TOKEN_SECRET = "a" * 32, "b" * 16, "c" * 34, "d" * 16
MESSAGES = {1: "Photo not found", 2: "Comment not found", 8: "Blank comment", 9: "User is posting comments too fast."}
MESSAGES |= {96: "Invalid signature", 98: "Invalid auth token", 99: "Insufficient permissions", 100: "Invalid API Key"}
MESSAGES |= {105: "Service currently unavailable", 106: "Write operation failed", 112: "Method not found"}


@dataclass
class Trouble:
    """What one call is answered in place of the truth; with ``lost`` it is carried out and the line is cut."""

    on: str
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class Said:
    """One comment on a photo."""

    id: str
    photo: str
    by: str
    text: str
    at: datetime


class Fails(Exception):
    """``stat=fail`` with a code."""


class Keys(RequestValidator):
    """What oauthlib wants to know to check a signature."""

    enforce_ssl = False
    client_key_length = access_token_length = nonce_length = (1, 64)

    def validate_timestamp_and_nonce(self, *_: Any, **__: Any) -> bool:
        """The tests' clock stands still."""
        return True

    def validate_client_key(self, client_key: str, _request: Any) -> bool:
        """The app's."""
        return client_key == KEY

    def validate_access_token(self, _client_key: str, token: str, _request: Any) -> bool:
        """The account's."""
        return token == TOKEN

    def get_client_secret(self, _client_key: str, _request: Any) -> str:
        """The app's."""
        return SECRET

    def get_access_token_secret(self, _client_key: str, _token: str, _request: Any) -> str:
        """The account's."""
        return TOKEN_SECRET

    @property
    def dummy_client(self) -> str:
        """Somebody who is nobody."""
        return "nobody"

    @property
    def dummy_access_token(self) -> str:
        """The same."""
        return "nobody"


@dataclass
class StandInFlickr:
    """One account with photos that people comment on."""

    clock: MovableClock
    said: dict[str, Said] = field(default_factory=dict)
    chaos: list[Trouble] = field(default_factory=list)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    activity_at: list[datetime] = field(default_factory=list)
    perms: str = "write"
    photos_gone: set[str] = field(default_factory=set)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/services/rest/", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/services/rest/"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def says(self, text: str, by: str = "ann", *, at: datetime | None = None, photo: str = "10289") -> str:
        """Somebody comments on a photo; the comment's id."""
        native_id = f"6065-{photo}-{72157594000000001 + len(self.said)}"
        self.said[native_id] = Said(native_id, photo, by, text, at or self.clock.now())
        return native_id

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        form = dict(await request.post()) if request.method == "POST" else dict(request.query)
        given = {name: str(value) for name, value in form.items()}
        on = "read" if request.method == "GET" else "write"
        kinds = {on, given.get("method", "").split(".")[-2:][0]} if on == "read" else {on}
        self.calls.append((given.get("method", ""), given))
        trouble = next((one for one in self.chaos if one.on in kinds), None)
        if trouble:
            self.chaos.remove(trouble)
            if trouble.status:
                return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        endpoint = SignatureOnlyEndpoint(Keys())
        is_good, _ = endpoint.validate_request(str(request.url), request.method, body, dict(request.headers))
        if not is_good:
            return web.Response(status=401, text="oauth_problem=signature_invalid")
        try:
            told = self._carry_out(request.method, given)
        except Fails as fails:
            return web.Response(body=failed(fails.args[0]), content_type="application/json")
        if trouble and trouble.lost and request.transport:
            request.transport.abort()
        return web.json_response(told | {"stat": "ok"})

    def _carry_out(self, method: str, given: dict[str, str]) -> dict[str, Any]:
        assert (given["format"], given["nojsoncallback"]) == ("json", "1")
        name = given["method"].removeprefix("flickr.")
        if method == "POST" and self.perms == "read":
            raise Fails(99)
        match method, name:
            case "GET", "test.login":
                return {"user": {"id": ME, "username": {"_content": "Harrowmere"}}}
            case "GET", "auth.oauth.checkToken":
                return {"oauth": {"token": {"_content": TOKEN}, "perms": {"_content": self.perms}}}
            case "GET", "activity.userPhotos":
                return self._activity(given)
            case "GET", "photos.comments.getList":
                return self._list(given)
            case "POST", "photos.comments.addComment":
                return self._add(given)
            case "POST", "photos.comments.editComment":
                self._own(given["comment_id"]).text = given["comment_text"]
                return {}
            case "POST", "photos.comments.deleteComment":
                del self.said[self._own(given["comment_id"]).id]
                return {}
        raise Fails(112)

    def _activity(self, given: dict[str, str]) -> dict[str, Any]:
        now, count = self.clock.now(), int(given["timeframe"][:-1])
        size = int(given["per_page"])
        assert 1 <= size <= 50
        if given["page"] == "1" and now not in self.activity_at:
            self.activity_at.append(now)
        since = now - timedelta(**{"hours" if given["timeframe"].endswith("h") else "days": count})
        photos: dict[str, list[Said]] = {}
        for one in self.said.values():
            if one.at >= since:
                photos.setdefault(one.photo, []).append(one)
        first = (int(given["page"]) - 1) * size
        items = [self._item(photo, said) for photo, said in photos.items()][first : first + size]
        return {"items": {"item": items, "page": int(given["page"]), "perpage": size, "total": len(photos)}}

    def _item(self, photo: str, said: list[Said]) -> dict[str, Any]:
        events = [
            {"type": "comment", "user": nsid(one.by), "username": name(one.by), "dateadded": stamp(one.at)}
            | {"_content": escape(one.text), "commentid": one.id}
            for one in said
        ]
        title = {"_content": "The harbour"}
        item = {"type": "photo", "id": photo, "owner": ME, "comments": len(said), "more": 0, "title": title}
        return item | {"activity": {"event": events}}

    def _list(self, given: dict[str, str]) -> dict[str, Any]:
        photo, since = given["photo_id"], int(given.get("min_comment_date", "0"))
        if photo in self.photos_gone:
            raise Fails(1)
        said = [one for one in self.said.values() if one.photo == photo and one.at.timestamp() >= since]
        comments = [
            {
                "id": one.id,
                "author": nsid(one.by),
                "authorname": name(one.by),
                "datecreate": stamp(one.at),
                "permalink": f"https://www.flickr.com/photos/harrowmere/{photo}/#comment{one.id.rpartition('-')[2]}",
                "_content": escape(one.text),
            }
            for one in said
        ]
        return {"comments": {"photo_id": photo} | ({"comment": comments} if comments else {})}

    def _add(self, given: dict[str, str]) -> dict[str, Any]:
        if given["photo_id"] in self.photos_gone:
            raise Fails(1)
        if not given["comment_text"].strip():
            raise Fails(8)
        return {"comment": {"id": self.says(given["comment_text"], "", photo=given["photo_id"])}}

    def _own(self, native_id: str) -> Said:
        one = self.said.get(native_id)
        if one is None:
            raise Fails(2)
        if one.by:
            raise Fails(99)
        return one


def nsid(by: str) -> str:
    """A person's id; ours for nobody's."""
    return f"{sum(map(ord, by))}{len(by)}@N07" if by else ME


def name(by: str) -> str:
    """A person's name."""
    return by.title() if by else "Harrowmere"


def stamp(at: datetime) -> str:
    """A time as Flickr writes it."""
    return str(int(at.astimezone(UTC).timestamp()))


def failed(code: int) -> bytes:
    """How Flickr refuses."""
    return json.dumps({"stat": "fail", "code": code, "message": MESSAGES.get(code, "Failed")}).encode()
