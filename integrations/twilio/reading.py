"""Looks for texts that no call brought: Twilio's list goes from the newest back, so it is walked until what is known.

https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.errors import OutsideError, Refused, TryLater
from bot.mention import Media
from bot.ports import Incoming, Page
from integrations.twilio.client import Client
from integrations.twilio.parse import Listed, Together, listed, media_in

log = structlog.get_logger()
FIRST_LOOK = timedelta(hours=24)
OVERLAP = timedelta(hours=1)
"""Read again each time: our clock may be ahead of Twilio's, and a text may stand in the list a little late."""
A_PAGE, MOST_PAGES, MOST_WITH_MEDIA = 200, 10, 20


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the list is read: what came before ``since`` is known. A walk that ``began`` then goes on at ``onward``."""

    since: datetime
    began: datetime
    onward: str = ""

    @property
    def end(self) -> datetime:
        """What is older has been read before."""
        return self.since - OVERLAP

    def written(self) -> str:
        """As a cursor."""
        return json.dumps([self.since.isoformat(), self.began.isoformat(), self.onward])

    def done(self) -> "Walk":
        """The list is read to its known part."""
        return Walk(self.began, self.began)


def walk_from(cursor: str | None, now: datetime) -> Walk:
    """Where to carry on; the first time, and where nobody can say, with the last day."""
    try:
        since, began, onward = json.loads(cursor or "")
        walk = Walk(datetime.fromisoformat(since), datetime.fromisoformat(began), str(onward))
    except (ValueError, TypeError):
        return Walk(now - FIRST_LOOK, now)
    return walk if walk.onward else replace(walk, began=now)


class Reading:
    """Walks the list of what was sent to one number."""

    def __init__(self, client: Client, number: str, together: Together) -> None:
        self.client, self.number, self.together = client, number, together

    async def page(self, cursor: str | None, now: datetime) -> Page:
        """What is new, oldest first. Raises OutsideError, and then nothing is lost: it is asked for again."""
        walk = walk_from(cursor, now)
        found: list[Incoming] = []
        for _ in range(MOST_PAGES):
            try:
                onward, items = await self.step(walk, now)
            except Refused:
                if not walk.onward:
                    raise
                return Page(tuple(reversed(found)), replace(walk, onward="").written(), more=True)
            found += items
            if not onward:
                return Page(tuple(reversed(found)), walk.done().written())
            walk = replace(walk, onward=onward)
        return Page(tuple(reversed(found)), walk.written(), more=True)

    async def step(self, walk: Walk, now: datetime) -> tuple[str, list[Incoming]]:
        """One page, and where the next begins; nowhere when this was the last that matters."""
        if walk.onward:
            given = await self.client.read(walk.onward)
        else:
            day = walk.end.astimezone(UTC).date().isoformat()
            asked = {"To": self.number, "DateSent>": day, "PageSize": str(A_PAGE)}
            given = await self.client.read("/Messages.json", params=asked)
        texts = listed(given, now, self.together)
        if texts is None:
            raise TryLater("Twilio gave something else than its list of texts")
        fresh = [one for one in texts if one.at is None or one.at >= walk.end]
        is_over = len(fresh) < len(texts)
        return "" if is_over else self.onward(given.get("next_page_uri"), walk), await self.with_media(fresh)

    def onward(self, uri: object, walk: Walk) -> str:
        """Where the next page is, below our own account; nowhere after the last."""
        start = f"{self.client.account}/Messages.json?"
        if not isinstance(uri, str) or not uri.startswith(start):
            return ""
        onward = uri.removeprefix(self.client.account)
        return onward if onward != walk.onward else ""

    async def with_media(self, texts: list[Listed]) -> list[Incoming]:
        """The texts, with links to what came with them."""
        items, asked = [], 0
        for one in texts:
            if one.item is None:
                continue
            asked += one.has_media
            media = await self.media_of(one.id) if one.has_media and asked <= MOST_WITH_MEDIA else ()
            items.append(replace(one.item, media=media))
        return items

    async def media_of(self, sid: str) -> tuple[Media, ...]:
        """Links to what came with one text; none when Twilio does not say: its words count more."""
        try:
            return media_in(await self.client.read(f"/Messages/{sid}/Media.json"), self.client.top)
        except OutsideError as error:
            log.warning("media_not_listed", reason=str(error))
            return ()
