"""How a Mastodon server shows, counts and pages things: what its stand-in goes by."""

import html
import re
from datetime import datetime
from typing import Any

from aiohttp import web

LINK = re.compile(r"https?://\S+")
NAME = re.compile(r"@(\w+)(?:@([\w.-]+))?")
TAG = re.compile(r"#(\w+)")
Json = dict[str, Any]


def person(number: str, name: str) -> Json:
    """An account as the API gives it."""
    username, _, host = name.partition("@")
    url = f"https://{host or 'social.example'}/@{username}"
    return {"id": number, "username": username, "acct": name, "display_name": username.title(), "url": url, "bot": False}


def stamp(at: datetime) -> str:
    """A moment as Mastodon writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_html(text: str) -> str:
    """Words as Mastodon wraps them."""

    def named(found: re.Match[str]) -> str:
        href = f"https://{found[2] or 'social.example'}/@{found[1]}"
        return (
            f'<span class="h-card" translate="no"><a href="{href}" class="u-url mention">@<span>{found[1]}</span></a></span>'
        )

    def linked(found: re.Match[str]) -> str:
        scheme, rest = found[0].split("//", 1)
        parts = (f'<span class="invisible">{scheme}//</span>', f'<span class="">{rest[:30]}</span>')
        return f'<a href="{found[0]}" rel="nofollow">{"".join(parts)}<span class="invisible">{rest[30:]}</span></a>'

    whole = NAME.sub(named, LINK.sub(linked, html.escape(text, quote=False).replace("'", "&#39;")))
    return "".join(f"<p>{part}</p>" for part in whole.replace("\n\n", "\0").replace("\n", "<br />").split("\0"))


def length(text: str) -> int:
    """As Mastodon counts: links are 23, names without their host."""
    return len(NAME.sub(r"@\1", LINK.sub("x" * 23, text)))


def paged(newest_last: list[Json], request: web.Request, most: int) -> list[Json]:
    """A page, newest first: ``min_id`` gives the oldest after it, ``max_id`` the newest before it."""
    asked, limit = request.query, min(int(request.query.get("limit", "20")), most)
    rows = sorted(newest_last, key=lambda one: (len(one["id"]), one["id"]))
    after, before = asked.get("min_id", ""), asked.get("max_id", "")
    rows = [one for one in rows if not after or (len(one["id"]), one["id"]) > (len(after), after)]
    rows = [one for one in rows if not before or (len(one["id"]), one["id"]) < (len(before), before)]
    return list(reversed(rows[:limit] if after else rows[-limit:]))


def shown(rows: list[Json]) -> list[Json]:
    """Rows without what only the stand-in knows."""
    return [
        {name: shown([value])[0] if name == "status" else value for name, value in one.items() if not name.startswith("_")}
        for one in rows
    ]


def refused(status: int, why: str) -> web.Response:
    """An error as Mastodon words it."""
    return web.json_response({"error": why}, status=status)


def scope_of(request: web.Request) -> str:
    """What a call needs."""
    path, reads = request.path, request.method == "GET"
    if path.startswith("/api/v1/notifications"):
        return "read:notifications"
    if path.startswith("/api/v2/search"):
        return "read:search"
    if "favourite" in path:
        return "write:favourites"
    if "/media" in path:
        return "write:media"
    if path.startswith("/api/v1/statuses"):
        return "read:statuses" if reads else "write:statuses"
    return ""
