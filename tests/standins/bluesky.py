"""A server of the AT Protocol with what everybody reads from behind it, as far as one account uses them.

It answers as real ones were recorded to: npm ``@atproto/dev-env`` 0.3.215.
"""

import json
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from aiohttp import web
from wcwidth import iter_graphemes

from bot.clock import MovableClock
from integrations.bluesky import tid
from tests.standins.bluesky_view import GATE, LIKE, POST, View, stamp

HANDLE, PASSWORD = "harrowmere.test", "abcd-efgh-ijkl-mnop"
ACCESS_LASTS = timedelta(hours=2)
WINDOW, MOST_SIGN_INS = timedelta(minutes=5), 30


@dataclass
class Trouble:
    """What the next call with ``name`` meets. ``lost``: it is carried out and the line is cut."""

    name: str
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


class Problem(Exception):
    """An answer that is no."""

    def __init__(self, error: str, message: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.status, self.body = status, {"error": error, "message": message}


class StandInBluesky:
    """One server. ``says``, ``edits`` and ``deletes`` are what the public does; ``asked`` every call that came."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.view = View(clock)
        self.chaos: list[Trouble] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: dict[str, str] = {}
        self.scope = "com.atproto.appPass"
        self.password = PASSWORD
        self.url = ""
        self.did_doc: Mapping[str, Any] | None = None
        self._sign_ins: list[datetime] = []
        self._access: dict[str, datetime] = {}
        self._refresh: set[str] = set()
        self._made = 0
        self._runner: web.AppRunner | None = None
        self.me = self.view.person(HANDLE)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 << 20)
        app.router.add_route("*", "/xrpc/{name}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    # --- the public

    def says(self, text: str, by: str = "ann.test", *, in_reply_to: str = "", names_us: bool = True, **more: Any) -> str:
        """Somebody posts; ``at`` is the time they claim, ``record`` what else is in it."""
        did, at = self.view.person(by), more.get("at") or self.clock.now()
        value: dict[str, Any] = {"$type": POST, "text": text, "createdAt": stamp(at), "langs": ["en"]}
        if names_us:
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": self.me}
            value["facets"] = [{"index": {"byteStart": 0, "byteEnd": 1}, "features": [feature]}]
        if in_reply_to:
            parent = self.view.posts[in_reply_to]
            root = parent.value.get("reply", {}).get("root") or {"uri": in_reply_to, "cid": parent.cid}
            value["reply"] = {"root": root, "parent": {"uri": in_reply_to, "cid": parent.cid}}
        return self.view.write(did, POST, self._rkey(), value | more.get("record", {}))

    def edits(self, uri: str, text: str) -> None:
        """The record is written anew."""
        kept = self.view.posts[uri]
        self.view.write(*kept.place, {**kept.value, "text": text})

    def deletes(self, uri: str) -> None:
        """The record is gone."""
        self.view.posts.pop(uri, None)

    def ours(self) -> list[Any]:
        """What the account itself posted, oldest first."""
        return [one for one in self.view.posts.values() if one.place[:2] == (self.me, POST)]

    def count(self, name: str) -> int:
        """How often something was called."""
        return sum(1 for called, _ in self.asked if called == name)

    def ends_all_tokens(self) -> None:
        """As when the account's password is changed: nothing that was given is taken any more."""
        self._access.clear()
        self._refresh.clear()

    def _rkey(self) -> str:
        self._made += 1
        return tid.at(self.clock.now() + timedelta(microseconds=self._made))

    # --- calls

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name, body = request.match_info["name"], await request.read()
        trouble = next((one for one in self.chaos if one.name == name), None)
        if trouble:
            self.chaos.remove(trouble)
            if not trouble.lost:
                return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        is_json = request.content_type == "application/json"
        asked: dict[str, Any] = json.loads(body) if body and is_json else {"body": body}
        asked |= {
            key: request.query.getall(key) if key in {"uris", "reasons"} else value for key, value in request.query.items()
        }
        self.asked.append((name, asked))
        try:
            answer = self._route(name, request, asked)
        except Problem as problem:
            return web.json_response(problem.body, status=problem.status, headers=self.headers)
        if trouble and request.transport:
            request.transport.abort()
        return web.json_response(answer, headers=self.headers)

    def _route(self, name: str, request: web.Request, asked: dict[str, Any]) -> Mapping[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        short = name.rpartition(".")[2]
        if short == "createSession":
            return self._create_session(asked)
        if short == "refreshSession":
            return self._refresh_session(token)
        self._look_at(token)
        route: Callable[[dict[str, Any]], Mapping[str, Any]] | None = getattr(self, f"_{short}", None)
        if route is None:
            raise Problem("MethodNotImplemented", "Method Not Implemented", 501)
        return route(asked)

    def _look_at(self, token: str) -> None:
        if not token:
            raise Problem("AuthMissing", "Authentication Required", 401)
        if token not in self._access:
            raise Problem("InvalidToken", "Token could not be verified")
        if self._access[token] <= self.clock.now():
            raise Problem("ExpiredToken", "Token has expired")

    # --- signing in

    def _create_session(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        now = self.clock.now()
        self._sign_ins = [at for at in self._sign_ins if now - at < WINDOW] + [now]
        if len(self._sign_ins) > MOST_SIGN_INS:
            raise Problem("RateLimitExceeded", "Rate Limit Exceeded", 429)
        if (asked.get("identifier"), asked.get("password")) != (HANDLE, self.password):
            raise Problem("AuthenticationRequired", "Invalid identifier or password", 401)
        return {**self._session(), "email": "comms@harrowmere.test", "emailConfirmed": True}

    def _refresh_session(self, token: str) -> Mapping[str, Any]:
        if token not in self._refresh:
            raise Problem("ExpiredToken", "Token has been revoked")
        self._refresh.remove(token)
        return self._session()

    def _session(self) -> Mapping[str, Any]:
        access, refresh = self._token(self.scope, ACCESS_LASTS), self._token("com.atproto.refresh", timedelta(days=90))
        self._access[access] = self.clock.now() + ACCESS_LASTS
        self._refresh.add(refresh)
        said = {"did": self.me, "handle": self.view.handles[self.me], "active": True}
        return {"accessJwt": access, "refreshJwt": refresh, **said} | ({"didDoc": self.did_doc} if self.did_doc else {})

    def _token(self, scope: str, lasts: timedelta) -> str:
        self._made += 1
        now = int(self.clock.now().timestamp())
        told = {"scope": scope, "sub": self.me, "jti": str(self._made), "iat": now, "exp": now + int(lasts.total_seconds())}
        parts = ({"alg": "HS256"}, told, {"not": "signed"})
        return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)

    # --- our own records

    def _putRecord(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        place = self._own(asked)
        value = asked["record"]
        if asked["collection"] == POST:
            refuse(value, asked["rkey"])
        there = self.view.posts.get(self.view.uri(*place))
        if there and there.value == value:
            return {"uri": there.uri, "cid": there.cid, "validationStatus": "valid"}
        if "swapRecord" in asked and asked["swapRecord"] != (there.cid if there else None):
            raise Problem("InvalidSwap", f"Record was at {there.cid if there else 'null'}")
        uri = self.view.write(*place, value)
        cid = self.view.posts[uri].cid
        return {"uri": uri, "cid": cid, "commit": {"cid": cid, "rev": self._rkey()}, "validationStatus": "valid"}

    def _deleteRecord(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        gone = self.view.posts.pop(self.view.uri(*self._own(asked)), None)
        return {"commit": {"cid": gone.cid, "rev": self._rkey()}} if gone else {}

    def _getRecord(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        uri = self.view.uri(asked["repo"], asked["collection"], asked["rkey"])
        if not (there := self.view.posts.get(uri)):
            raise Problem("RecordNotFound", f"Could not locate record: {uri}")
        return {"uri": uri, "cid": there.cid, "value": there.value}

    def _listRecords(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        rows = [one for one in self.view.posts.values() if one.place[:2] == (asked["repo"], asked["collection"])]
        after, backwards = asked.get("cursor", ""), asked.get("reverse") != "true"
        rows = sorted(
            (one for one in rows if backwards or one.place[2] > after), key=lambda one: one.place[2], reverse=backwards
        )
        rows = rows[: int(asked.get("limit", 50))]
        found = [{"uri": one.uri, "cid": one.cid, "value": one.value} for one in rows]
        return {"records": found} | ({"cursor": rows[-1].place[2]} if rows else {})

    def _uploadBlob(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        content = asked["body"]
        name = "bafkrei" + b32encode(sha256(content).digest()).decode().lower().rstrip("=")
        return {"blob": {"$type": "blob", "ref": {"$link": name}, "mimeType": "image/png", "size": len(content)}}

    def _own(self, asked: Mapping[str, Any]) -> tuple[str, str, str]:
        if asked["repo"] != self.me or asked["collection"] not in {POST, LIKE, GATE}:
            raise Problem("InvalidRequest", "Could not find repo")
        return asked["repo"], asked["collection"], asked["rkey"]

    # --- what everybody reads from

    def _resolveHandle(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        for did, handle in self.view.handles.items():
            if handle == asked["handle"]:
                return {"did": did}
        raise Problem("InvalidRequest", "Unable to resolve handle")

    def _getSession(self, _asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"did": self.me, "handle": self.view.handles[self.me], "active": True}

    def _getPosts(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        if len(asked["uris"]) > 25:
            raise Problem("InvalidRequest", "Error: uris must not have more than 25 elements")
        return {"posts": [self.view.shown(uri, self.me) for uri in asked["uris"] if self.view.shows(uri)]}

    def _getPostThread(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        uri = asked["uri"]
        if uri not in self.view.posts:
            raise Problem("NotFound", f"Post not found: {uri}")
        if not self.view.shows(uri):
            return {"thread": {"$type": "app.bsky.feed.defs#blockedPost", "uri": uri, "blocked": True}}
        return {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": self.view.shown(uri, self.me)}}

    def _searchPosts(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"posts": self.view.found(asked, self.me)}

    def _listNotifications(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.view.notifications(asked, self.me)


def refuse(value: Mapping[str, Any], rkey: str) -> None:
    """What a server does not take as a post."""
    text, kind = value["text"], f"Invalid {POST} record"
    if tid.made_at(rkey) is None:
        raise Problem("InvalidRequest", f'Invalid record key for {POST}: Invalid TID string (got "{rkey}") at $')
    if len(text.encode()) > 3_000:
        raise Problem("InvalidRequest", f"{kind}: string too big (maximum 3000, got {len(text.encode())}) at $.record.text")
    if (size := sum(1 for _ in iter_graphemes(text))) > 300:
        raise Problem("InvalidRequest", f"{kind}: grapheme too big (maximum 300, got {size}) at $.record.text")
    for facet in value.get("facets", ()):
        text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
