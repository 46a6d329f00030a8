"""Looks for texts that no call brought: Notify's list goes from the newest back, so it is walked until what is known.

https://docs.notifications.service.gov.uk/rest-api.html#get-received-text-messages
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.errors import TryLater
from bot.ports import Incoming, Page
from integrations.notify.client import Client
from integrations.notify.parse import Together, listed

FIRST_LOOK = timedelta(hours=24)
OVERLAP = timedelta(hours=1)
"""Read again each time: what comes in by two of Notify's servers may stand in the list a little late."""
MOST_PAGES = 10
"""Of 250 texts each, in one go; the rest follows at once."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the list is read: all before ``since`` is known. A walk that ``began`` then goes on at ``older_than``."""

    since: datetime
    began: datetime
    older_than: str = ""

    @property
    def end(self) -> datetime:
        """What is older has been read before."""
        return self.since - OVERLAP

    def written(self) -> str:
        """As a cursor."""
        return json.dumps([self.since.isoformat(), self.began.isoformat(), self.older_than])

    def done(self) -> "Walk":
        """The list is read to its known part."""
        return Walk(self.began, self.began)


def walk_from(cursor: str | None, now: datetime) -> Walk:
    """Where to carry on; the first time, and where nobody can say, with the last day."""
    try:
        since, began, older_than = json.loads(cursor or "")
        walk = Walk(datetime.fromisoformat(since), datetime.fromisoformat(began), str(older_than))
    except (ValueError, TypeError):
        return Walk(now - FIRST_LOOK, now)
    return walk if walk.older_than else replace(walk, began=now)


class Reading:
    """Walks the list."""

    def __init__(self, client: Client, together: Together) -> None:
        self.client, self.together = client, together

    async def page(self, cursor: str | None, now: datetime) -> Page:
        """What is new, oldest first. Raises OutsideError, and then nothing is lost: it is asked for again."""
        walk = walk_from(cursor, now)
        found: list[Incoming] = []
        for _ in range(MOST_PAGES):
            older_than, items = await self.step(walk, now)
            found += items
            if not older_than:
                return Page(tuple(reversed(found)), walk.done().written())
            walk = replace(walk, older_than=older_than)
        return Page(tuple(reversed(found)), walk.written(), more=True)

    async def step(self, walk: Walk, now: datetime) -> tuple[str, list[Incoming]]:
        """One page, and where the next begins; nowhere when this was the last that matters."""
        asked = f"?older_than={quote(walk.older_than, safe='')}" if walk.older_than else ""
        texts = listed(await self.client.read(f"/v2/received-text-messages{asked}"), now, self.together)
        if texts is None:
            raise TryLater("GOV.UK Notify gave something else than its list of texts")
        items = [one.item for one in texts if one.item and (one.at is None or one.at >= walk.end)]
        is_over = any(one.at is not None and one.at < walk.end for one in texts)
        if is_over or not texts or texts[-1].id == walk.older_than:
            return "", items
        return texts[-1].id, items


async def can_be_read(client: Client) -> None:
    """Raise OutsideError when received texts cannot be listed with this key."""
    await client.read("/v2/received-text-messages")
