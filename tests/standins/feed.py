"""Somebody's web server with feeds on it: says what changed, moves them about, and breaks as it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import Self

from aiohttp import web


@dataclass
class Told:
    """One answer in place of the feed."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class StandInSite:
    """A site whose feed is at ``/feed``; ``at`` has what stands elsewhere, ``chaos`` the next answers whatever is asked."""

    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    at: dict[str, Told] = field(default_factory=dict)
    chaos: list[Told] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Paths and headers of every call."""
    ttl: str = ""
    host: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.host = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where the feed is."""
        return f"{self.host}/feed"

    def says(self, text: str, by: str, at: datetime) -> str:
        """A new entry at the top; its id."""
        native_id = f"{self.host}/articles/{len(self.entries) + 1}"
        entry = {"id": native_id, "text": text, "by": by.title(), "at": at.isoformat()}
        self.entries = {native_id: entry, **self.entries}
        return native_id

    def edits(self, native_id: str, text: str, at: datetime) -> None:
        """An entry has other words."""
        self.entries[native_id] |= {"text": text, "changed": at.isoformat()}

    def atom(self) -> bytes:
        """The feed as it is now."""
        entries = "".join(
            f"<entry><id>{escape(one['id'])}</id><title type='html'>{escape(escape(one['text'], quote=False))}</title>"
            f"<link rel='alternate' href='{escape(one['id'])}'/><published>{one['at']}</published>"
            f"<updated>{one.get('changed', one['at'])}</updated><author><name>{escape(one['by'])}</name></author></entry>"
            for one in self.entries.values()
        )
        opening = "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'>"
        return f"{opening}<title>Harrowmere Herald</title><id>urn:harrowmere:herald</id>{entries}</feed>".encode()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, dict(request.headers)))
        if told := self.chaos.pop(0) if self.chaos else self.at.get(request.path):
            return web.Response(status=told.status, body=told.body, headers=told.headers)
        if request.path != "/feed":
            return web.Response(status=404)
        body = self.atom()
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Content-Type": "application/atom+xml; charset=utf-8", **self.headers}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)


def rss(items: str, *, channel: str = "") -> bytes:
    """An RSS 2.0 document around some items."""
    head = "<?xml version='1.0'?><rss version='2.0'><channel><title>Harrowmere Forum</title>"
    return f"{head}{channel}{items}</channel></rss>".encode()


def item(title: str, *, guid: str = "", link: str = "", at: datetime | None = None, rest: str = "") -> str:
    """One RSS item; ``rest`` is written as it is."""
    parts = [f"<title>{escape(title)}</title>", rest]
    parts += [f"<guid isPermaLink='false'>{escape(guid)}</guid>"] if guid else []
    parts += [f"<link>{escape(link)}</link>"] if link else []
    parts += [f"<pubDate>{format_datetime(at)}</pubDate>"] if at else []
    return f"<item>{''.join(parts)}</item>"
