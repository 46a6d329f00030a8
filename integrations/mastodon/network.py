"""One account on a Mastodon server, as the core sees it."""

import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from bot.ports import Clock, Found, Guarantee, Held, Item, NotFound, Outgoing, Page, Preflight, Query, Receipt
from bot.reply import Abilities, Act, LookUps, Searches
from integrations.http import Http
from integrations.mastodon import acts, addressing, pictures
from integrations.mastodon.checking import faults
from integrations.mastodon.client import Client
from integrations.mastodon.looks import AT_ONCE, Looks
from integrations.mastodon.parse import ident
from integrations.mastodon.reading import Reading
from integrations.mastodon.replies import SETTLES, Replies
from integrations.mastodon.settings import MastodonAccount
from integrations.plain import PlainNetwork

KEY_IS_KNOWN = timedelta(minutes=55)
"""Mastodon keeps a key for an hour."""
POST_AT = re.compile(
    r"/(?:web/|deck/)?(?:@[^/]+|(?:users/[^/]+/)?statuses|notice|@[^/]+/statuses)/([A-Za-z0-9_-]{1,64})/?", re.ASCII
)
"""``/@name/1``, ``/@name@elsewhere/1``, ``/users/name/statuses/1``, ``/web/statuses/1``; elsewhere ``/notice/1``."""


def build(account: MastodonAccount, *, http: Http, clock: Clock, tokens: object = None) -> "MastodonNetwork":  # noqa: ARG001
    """The network for one account; its token never changes by itself, so it needs no ``tokens``."""
    return MastodonNetwork(account, http=http, clock=clock)


def abilities_of(account: MastodonAccount) -> Abilities:
    """What replies can be, and what else can be read."""
    return Abilities(
        private=addressing.limits_for(account.limit),
        threads=True,
        media=pictures.RULES,
        acts=acts.OFFERED,
        reads_back=True,
        look_ups=LookUps(account.recheck_every, AT_ONCE),
        searches=Searches(words=account.searches_words, tags=True, every=timedelta(minutes=5)),
    )


class MastodonNetwork(PlainNetwork):
    """One account on Mastodon."""

    guarantee = Guarantee.NATIVE_KEY
    settle = SETTLES
    repeat_within: timedelta | None = KEY_IS_KNOWN

    def __init__(self, account: MastodonAccount, *, http: Http, clock: Clock) -> None:
        self.limits = addressing.limits_for(account.limit)
        self.abilities = abilities_of(account)
        self.poll_every = account.poll_every
        self.speaks_as = f"@{account.username}@{account.host} on Mastodon"
        if not account.idempotent:
            self.guarantee, self.repeat_within = Guarantee.LOOKUP, None
        self._account = account
        self._client = Client(account, http=http, clock=clock)
        self._reading = Reading(account, self._client, clock)
        self._looks = Looks(self._client, self._reading, clock)
        self._replies = Replies(account, self._client, pictures.Pictures(self._client))

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """Mentions and quotes since the cursor, the first time of the last 24 hours."""
        return await self._reading.page(cursor)

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """Edits, deletions, and what the account answered outside Tolbooth."""
        return await self._looks.look_up(posts)

    async def search(self, query: Query, cursor: str | None) -> Page:
        """Posts with a hashtag; with words where the server has full-text search."""
        return await self._looks.search(query, cursor)

    def post_at(self, url: str) -> str:
        """Only addresses of the account's own server say which post it is there."""
        parts = urlsplit(url.strip())
        found = POST_AT.fullmatch(parts.path)
        is_own = parts.netloc.lower() in {urlsplit(self._account.api_url).netloc.lower(), self._account.host.lower()}
        return ident(found.group(1)) if found and is_own else ""

    # --- replying

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the post is there and says what it said."""
        return await self._replies.preflight(reply)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Post it, once, to no more people than may read what it answers."""
        return await self._replies.publish(reply)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether the conversation holds this reply."""
        return await self._replies.find_sent(reply)

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a post of ours is there."""
        return await self._replies.read_back(native_id)

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Like, take down, correct."""
        await acts.carry_out(act, native_id, text, client=self._client, replies=self._replies)

    def reply_page(self, native_id: str, text: str) -> str:  # noqa: ARG002  # the text cannot be handed over
        """The post on the account's own server."""
        return self._replies.page(native_id)

    # --- checking

    async def check(self) -> Sequence[str]:
        """What is wrong with the token, the account and its server. Sends nothing."""
        return await faults(self._account, self._client)
