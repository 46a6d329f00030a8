"""What every part of one account works with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.errors import Refused
from bot.ports import Clock
from integrations.bluesky import parse
from integrations.bluesky.addresses import Addresses
from integrations.bluesky.client import AT_ONCE, Client, TooMuch
from integrations.bluesky.cursor import Versions
from integrations.bluesky.parse import Reader, Seen
from integrations.bluesky.settings import BlueskyAccount

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ours:
    """One account, how it calls its server, and what it remembers."""

    account: BlueskyAccount
    client: Client
    clock: Clock
    addresses: Addresses
    versions: Versions = field(default_factory=Versions)

    @property
    def name(self) -> str:
        """What the settings call it."""
        return self.account.name

    def now(self) -> datetime:
        """The time."""
        return self.clock.now()

    async def reader(self) -> Reader:
        """What reads posts for it, now."""
        return Reader((await self.client.session()).did, self.account.web_url, self.now())

    async def posts(self, *uris: str) -> Mapping[str, Seen]:
        """Up to 25 posts as the account sees them now, by their address; not those that are gone or hidden from it."""
        body = await self.client.posts(list(dict.fromkeys(uris)))
        return {post.uri: post for post in parse.seen(body, "posts", self.now())}

    async def views(self, uris: Iterable[str]) -> Mapping[str, Seen]:
        """The same for any number. What the server will not look at keeps nothing else back."""
        wanted = list(uris)
        parts = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
        found: dict[str, Seen] = {}
        while parts:
            part = parts.pop(0)
            try:
                found.update(await self.posts(*part))
            except (Refused, TooMuch) as error:
                if isinstance(error, TooMuch) and (half := len(part) // 2):
                    parts = [part[:half], part[half:], *parts]
                    continue
                log.warning("bluesky_posts_not_looked_at", account=self.name, reason=str(error))
        return found
