"""WordPress's bench: the adapter as it ships, and a stand-in site."""

import html
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing
from integrations.http import Http
from integrations.wordpress.network import build
from integrations.wordpress.settings import WordPressAccount
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.wordpress import ME, PASSWORD, USER, StandInSite, Trouble

TAG = re.compile(r"<[^>]*>")


def said(code: str) -> bytes:
    """A problem in WordPress's shape."""
    return json.dumps({"code": code, "message": "Sorry.", "data": {}}).encode()


class WordPressBench:
    """Comments by poll; our own are looked up under the comment they answer."""

    name = "wordpress"
    offers = frozenset(
        {
            Offers.POLL,
            Offers.REPLIES,
            Offers.THREADS,
            Offers.EDITS,
            Offers.DELETIONS,
            Offers.ELSEWHERE,
            Offers.BACKDATED,
            Offers.PREFLIGHT,
            Offers.LOOKS,
            Offers.READ_BACK,
            Offers.LIMIT,
        }
    )
    errors = (
        ErrorCase("wrong password", "read", 401, said("incorrect_password"), SignInAgain),
        ErrorCase("not an editor", "read", 403, said("rest_forbidden_context"), SignInAgain),
        ErrorCase("no such route", "read", 404, said("rest_no_route"), Refused),
        ErrorCase("moved", "read", 301, b"", Refused),
        ErrorCase("broken", "read", 500, b"<html>", TryLater),
        ErrorCase("a page in place of an answer", "read", 200, b"<!doctype html>", TryLater),
        ErrorCase("comments closed", "write", 403, said("rest_comment_closed"), Refused),
        ErrorCase("article gone", "write", 403, said("rest_comment_invalid_post_id"), NotThere),
        ErrorCase("a firewall", "write", 403, b"<html>", Refused),
        ErrorCase("the same text", "write", 409, said("comment_duplicate"), Refused),
        ErrorCase("flood", "write", 400, said("comment_flood"), TryLater),
        ErrorCase("too many", "write", 429, b"", TryLater, {"Retry-After": "75"}, timedelta(seconds=75)),
        ErrorCase("broken when written to", "write", 503, b"", Unsure),
        ErrorCase("a page in place of a yes", "write", 201, b"<!doctype html>", Unsure),
    )

    def __init__(self, site: StandInSite, http: Http, clock: MovableClock) -> None:
        self.site, self.clock, self._http = site, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "wordpress", "channel": "mentions", "user": USER}
        return given | {"application_password": PASSWORD, "api_url": self.site.url}

    def _built(self) -> Network:
        return build(WordPressAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """All it knows is in the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A comment on the article."""
        return self.site.says(text, by, at or self.clock.now(), in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """The site's moderators change it."""
        self.site.comments[int(native_id)].content = html.escape(text, quote=False)

    async def deletes(self, native_id: str) -> None:
        """Into the bin."""
        self.site.comments[int(native_id)].status = "trash"

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """In the site's own pages."""
        return self.site.answers(text, native_id)

    def calls(self) -> Calls:
        """A site calls nobody."""
        return Calls((), ())

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """On the list of comments, or on a new one."""
        self.site.chaos.append(Trouble(on, status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Posted, and the line is cut."""
        self.site.chaos.append(Trouble("write", lost=True))

    def public(self) -> list[Shown]:
        """Our own comments that are shown."""
        ours = (one for one in self.site.comments.values() if one.author == ME and one.status == "approved")
        return [Shown(str(one.id), html.unescape(TAG.sub("", one.content)), str(one.parent or "")) for one in ours]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """An answer to a comment; its conversation is the article."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, "12", now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """Nothing is searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[WordPressBench]:
    """The site listens as long as the bench is open."""
    async with StandInSite(clock) as site:
        yield WordPressBench(site, http, clock)
