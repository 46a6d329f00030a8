"""The calls of YouTube's Data API that Tolbooth makes, each with what it costs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.errors import NotThere, TryLater, Unsure
from bot.ports import Clock
from integrations.http import Http, HttpAnswer, TooMuch, of_a_read
from integrations.youtube.budget import A_READ, A_WRITE, Budget
from integrations.youtube.failures import QuotaUsedUp, failure, read
from integrations.youtube.settings import YouTubeAccount
from integrations.youtube.tokens import Grant

log = structlog.get_logger()
Body = Mapping[str, Any]
AT_ONCE = 50
A_PAGE = 100


class YouTubeClient:
    """One channel's calls."""

    def __init__(self, account: YouTubeAccount, *, http: Http, clock: Clock) -> None:
        self.grant = Grant(account, http=http, clock=clock)
        self.budget = Budget(account.units_per_day, clock)
        self._account = account
        self._http = http

    async def threads(self, token: str = "", status: str = "published") -> Body:
        """A page of threads on the channel and its videos, newest first, each with some of its replies."""
        which = {
            "part": "snippet,replies",
            "allThreadsRelatedToChannelId": self._account.channel_id,
            "order": "time",
            "textFormat": "plainText",
        }
        which |= {} if status == "published" else {"moderationStatus": status}
        return await self._a_page("commentThreads", which | ({"pageToken": token} if token else {}))

    async def thread(self, thread_id: str) -> Body:
        """One thread without its replies."""
        return await self._read("commentThreads", {"part": "snippet", "id": thread_id, "textFormat": "plainText"})

    async def replies(self, thread_id: str, token: str = "") -> Body:
        """A page of the replies in a thread."""
        which = {"part": "snippet", "parentId": thread_id, "textFormat": "plainText"}
        return await self._a_page("comments", which | ({"pageToken": token} if token else {}))

    async def comments(self, ids: Sequence[str]) -> Body:
        """Up to 50 comments by their ids; those that are not there are left out."""
        try:
            return await self._read("comments", {"part": "snippet", "id": ",".join(ids), "textFormat": "plainText"})
        except TooMuch:
            if len(ids) < 2:
                raise
        halves = [await self.comments(part) for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :])]
        return {"items": [one for half in halves for one in half.get("items", ())]}

    async def own_channels(self) -> Body:
        """The channels that the sign-in is of."""
        return await self._read("channels", {"part": "snippet", "mine": "true"})

    async def reply(self, thread_id: str, text: str) -> Body:
        """Make a reply public, once. Raises Unsure when it may have arrived."""
        body = {"snippet": {"parentId": thread_id, "textOriginal": text}}
        return await self._call("POST", "comments", {"part": "snippet"}, body=body, cost=A_WRITE)

    async def edit(self, comment_id: str, text: str) -> None:
        """Give our own comment other words."""
        body = {"id": comment_id, "snippet": {"textOriginal": text}}
        await self._call("PUT", "comments", {"part": "snippet"}, body=body, cost=A_WRITE)

    async def delete(self, comment_id: str) -> None:
        """Take our own comment down; one that is gone already is fine."""
        try:
            await self._call("DELETE", "comments", {"id": comment_id}, cost=A_WRITE)
        except NotThere:
            log.info("youtube_comment_gone_already", account=self._account.name)

    async def moderate(self, comment_id: str, status: str) -> None:
        """Hide a comment (heldForReview) or show it (published)."""
        await self._call(
            "POST", "comments/setModerationStatus", {"id": comment_id, "moderationStatus": status}, cost=A_WRITE
        )

    async def _a_page(self, route: str, which: Mapping[str, str]) -> Body:
        """A page of a list, of fewer entries where the whole is larger than is taken in."""
        size = A_PAGE
        while True:
            try:
                return await self._read(route, {**which, "maxResults": str(size)})
            except TooMuch:
                if size == 1:
                    raise
                log.warning("youtube_page_too_large", account=self._account.name, entries=size)
                size = max(size // 4, 1)

    async def _read(self, route: str, which: Mapping[str, str]) -> Body:
        found = await self._call("GET", route, which, cost=A_READ)
        is_youtubes = str(found.get("kind")).startswith("youtube#")  # an empty list may be left out
        nothing: list[object] | None = [] if is_youtubes else None
        if not isinstance(found.get("items", nothing), list):
            raise TryLater("YouTube answered something that cannot be read")
        return found

    async def _call(self, method: str, route: str, which: Mapping[str, str], *, cost: int, body: Body | None = None) -> Body:
        creating = method == "POST" and route == "comments"
        token = await self.grant.access()
        self.budget.spend(cost)
        answer = await self._sent(method, route, which, body=body, token=token, creating=creating)
        if answer.status == 401:  # ended early, or by somebody; a 401 has done nothing
            token = await self.grant.access(rejected=token)
            answer = await self._sent(method, route, which, body=body, token=token, creating=creating)
        found = read(answer.body)
        if 200 <= answer.status < 300 and (found or method == "DELETE" or route.endswith("Status")):
            return found
        error = failure(answer, creating=creating)
        if isinstance(error, QuotaUsedUp):
            self.budget.spend_all()
            raise QuotaUsedUp(str(error), self.budget.until_reset, error.bucket)
        raise error

    async def _sent(
        self, method: str, route: str, which: Mapping[str, str], *, body: Body | None, token: str, creating: bool
    ) -> HttpAnswer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        given: dict[str, Any] = {"params": which, "headers": headers}
        if body is not None:
            given["data"] = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            return await self._http.call(method, f"{self._account.api_url}/{route}", **given)
        except Unsure as error:
            if creating:
                raise
            raise of_a_read(error, "YouTube did not answer") from error
