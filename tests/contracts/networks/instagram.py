"""An Instagram account's bench: comments by webhook and by poll, the stand-in Graph API on the other side."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from bot.clock import MovableClock
from bot.ports import Network, Outgoing, Webhook
from integrations.http import Http
from integrations.instagram.network import build
from integrations.instagram.settings import InstagramAccount
from tests.contracts.networks.bench import Calls, Offers, Shown
from tests.contracts.networks.facebook import errors
from tests.standins.graph import Trouble
from tests.standins.instagram import ACCOUNT, MEDIA, NAME, StandInAccount


class InstagramBench:
    """Comments on the account's own picture; webhooks and poll tell the same."""

    name = "instagram"
    offers = frozenset(
        {
            Offers.POLL,
            Offers.CALLS,
            Offers.REPLIES,
            Offers.THREADS,
            Offers.DELETIONS,
            Offers.ELSEWHERE,
            Offers.PREFLIGHT,
            Offers.LOOKS,
            Offers.READ_BACK,
            Offers.LIMIT,
        }
    )
    errors = errors()

    def __init__(self, account: StandInAccount, http: Http, clock: MovableClock) -> None:
        self.account, self.clock, self._http = account, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        own = {"channel": "mentions", "network": "instagram", "ig_user_id": ACCOUNT, "username": NAME}
        return {**self.account.settings, **own}

    def _built(self) -> Network:
        return build(InstagramAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """All that is kept is the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A comment."""
        return self.account.says(text, by, at=at, below=in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """Comments on Instagram cannot be edited."""
        raise NotImplementedError

    async def deletes(self, native_id: str) -> None:
        """Found by looking again."""
        self.account.deletes(native_id)

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """In Instagram's own app."""
        return self.account.says(text, "", below=native_id)

    def calls(self) -> Calls:
        """Signed over the bytes; the scheme has no time, so nothing is stale."""
        made = self.account.told()
        forged = [
            spoilt
            for one in made
            for spoilt in (
                replace(one, headers={}),
                replace(one, headers={"x-hub-signature-256": "sha256=" + "0" * 64}),
                replace(one, body=one.body + b" "),
                self.account.call(one.body, "another secret"),
            )
        ]
        return Calls(made, forged)

    def resigned(self, call: Webhook, body: bytes) -> Webhook:  # nothing of the call but its body counts
        """The same call with another body, vouched for."""
        return self.account.call(body)

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """On the list of pictures, or on an answer."""
        where = {"method": "GET", "path": "/media"} if on == "read" else {"method": "POST", "path": "/replies"}
        self.account.chaos.append(Trouble(status, body, dict(headers or {}), **where))

    async def loses_the_answer(self) -> None:
        """Posted, and the line is cut."""
        self.account.chaos.append(Trouble(lost=True, method="POST", path="/replies"))

    def public(self) -> list[Shown]:
        """The account's comments."""
        return [Shown(one["id"], one["text"], one["parent"]) for one in self.account.shown()]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to a comment."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, f"media:{MEDIA}", now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """Instagram is not searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[InstagramBench]:
    """The account is there as long as the bench is open."""
    async with StandInAccount(clock) as account:
        yield InstagramBench(account, http, clock)
