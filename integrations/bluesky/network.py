"""One account on Bluesky, as the core sees it: reads by polling, and replies through the API."""

from collections.abc import Sequence
from datetime import timedelta

from bot.errors import OutsideError, Refused, SignInAgain
from bot.ports import Clock, Found, Guarantee, Held, Item, NotFound, Outgoing, Page, Preflight, Query, Receipt
from bot.reply import Abilities, Act, Audience
from bot.replying.counting import visible_and_bytes
from integrations.bluesky import pictures
from integrations.bluesky.acts import ACTS, Acts
from integrations.bluesky.addresses import Addresses
from integrations.bluesky.client import Client
from integrations.bluesky.looking import SEARCHES, Looking, look_ups_of
from integrations.bluesky.ours import Ours
from integrations.bluesky.parse import HANDLE_UNKNOWN
from integrations.bluesky.reading import Reading
from integrations.bluesky.replying import SETTLE, Replying
from integrations.bluesky.session import Session, TokenStore
from integrations.bluesky.settings import BlueskyAccount
from integrations.http import Http
from integrations.plain import PlainNetwork


def build(account: BlueskyAccount, *, http: Http, clock: Clock, tokens: TokenStore | None = None) -> "BlueskyNetwork":
    """The network for one account. Without a place to keep its sign-in it signs in anew with each start."""
    return BlueskyNetwork(account, http=http, clock=clock, tokens=tokens)


class BlueskyNetwork(PlainNetwork):
    """One account on Bluesky."""

    limits = visible_and_bytes(300, 3_000)
    guarantee = Guarantee.OWN_ID
    settle = SETTLE

    def __init__(self, account: BlueskyAccount, *, http: Http, clock: Clock, tokens: TokenStore | None = None) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.speaks_as = f"@{account.handle} on Bluesky"
        self.abilities = Abilities(
            threads=True,
            media=pictures.RULES,
            acts=ACTS,
            reads_back=True,
            look_ups=look_ups_of(account),
            searches=SEARCHES,
        )
        self._account = account
        self._client = Client(account, http=http, clock=clock, tokens=tokens)
        self._ours = Ours(account, self._client, clock, Addresses(self._client, account.web_url))
        self._reading = Reading(self._ours)
        self._looking = Looking(self._ours)
        self._replying = Replying(self._ours, self._looking)
        self._acts = Acts(self._ours)

    async def fetch(self, cursor: str | None) -> Page:
        """Everything new, the first time of the last 24 hours."""
        return await self._reading.page(cursor)

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """Which posts were edited, and which are gone."""
        return await self._looking.again(posts)

    async def search(self, query: Query, cursor: str | None) -> Page:
        """What a watch finds."""
        return await self._looking.search(query, cursor)

    def post_at(self, url: str) -> str:
        """The post at an address of the site; by its author's handle where nobody knows their id yet."""
        return self._ours.addresses.at(url)

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the reply would be shown: Bluesky also takes replies that nobody will see."""
        return await self._replying.preflight(reply)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Post it. A repeat is harmless for ever."""
        if reply.audience is Audience.AUTHOR:
            raise Refused("On Bluesky this account answers in public only.")
        return await self._replying.publish(reply)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether an earlier try arrived."""
        return await self._replying.find_sent(reply)

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a reply shows."""
        return await self._replying.read_back(native_id)

    async def act(self, act: Act, native_id: str, text: str = "") -> None:  # noqa: ARG002  # no post is edited here
        """Like, hide, show again, delete."""
        await self._acts.carry_out(act, native_id)

    async def check(self) -> Sequence[str]:
        """What is wrong with the sign-in, the handle and the server, each with its cure. Posts nothing."""
        account = f"Account {self._account.name!r}"
        try:
            await self._client.get("app.bsky.notification.listNotifications", ("limit", "1"))
            session = await self._client.session()
            now = await self._client.get("com.atproto.server.getSession")
        except SignInAgain as error:
            cure = "make a new app password under Settings, Privacy and security, App passwords, and put it in app_password"
            return [f"{account}: {error}. Sign in on Bluesky as @{self._account.handle}, {cure}."]
        except OutsideError as error:
            return [f"{account}: Bluesky cannot be read: {error}. Look at api_url ({self._account.api_url})."]
        return [f"{account}: {fault}" for fault in faults_of(session, str(now.get("handle")).lower(), self._account.handle)]


def faults_of(session: Session, has: str, wanted: str) -> list[str]:
    """What a sign-in that works still has wrong with it: the handle it ``has``, the one ``wanted``, the kind of password."""
    faults = []
    if has == HANDLE_UNKNOWN:
        faults.append(f"Bluesky cannot confirm the handle {wanted}: mend its DNS record or its /.well-known file.")
    elif has != wanted:
        faults.append(f"it signs in as @{has}, not as @{wanted}: mend handle or app_password.")
    if session.is_of_main_password:
        faults.append(
            "app_password holds the account's own password, which can do everything: make an app password instead."
        )
    return faults
