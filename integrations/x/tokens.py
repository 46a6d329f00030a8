"""OAuth 2.0: a sign-in that X ends after two hours and that is renewed with a refresh token, which changes each time.

The new refresh token is kept before the new access token is used, since X takes the old one no more
(https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code).
"""

import asyncio
import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol, Self
from urllib.parse import urlencode

import structlog

from bot.errors import Busy, OutsideError, SignInAgain, TryLater, Unsure
from bot.logs import REDACTOR
from bot.ports import Clock
from integrations.http import Http, HttpAnswer, wait_asked_for
from integrations.x.failures import read
from integrations.x.settings import XAccount

log = structlog.get_logger()

BEFORE_IT_ENDS = timedelta(minutes=1)
LASTS = timedelta(hours=2)
"""How long X says an access token is good for, should an answer not say."""


class TokenStore(Protocol):
    """Keeps one secret text for each account, sealed, through restarts and for every copy of the bot. May raise Busy."""

    async def load(self, account: str, /) -> str | None:
        """What was last kept for the account; None when nothing was."""
        ...

    async def save(self, account: str, tokens: str, /) -> None:
        """Keep this in the place of what was there; it is safe once this returns."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """One sign-in. ``given`` is the digest of the refresh token in the settings that it all began with."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends_at: datetime
    given: str

    @classmethod
    def stored(cls, text: str) -> Self | None:
        """The sign-in in a stored text; None when it cannot be read."""
        try:
            kept = json.loads(text)
            ends_at = datetime.fromisoformat(kept["ends_at"]).astimezone(UTC)
            return cls(str(kept["access"]), str(kept["refresh"]), ends_at, str(kept["given"]))
        except (ValueError, KeyError, TypeError):
            return None

    def __str__(self) -> str:
        """For the store only."""
        ends_at = self.ends_at.isoformat()
        return json.dumps({"access": self.access, "refresh": self.refresh, "ends_at": ends_at, "given": self.given})


class Grant:
    """What an account lets us do, as an access token that is still good. However many ask at once, one renews it."""

    def __init__(self, account: XAccount, *, http: Http, clock: Clock, store: TokenStore) -> None:
        self._account = account
        self._http = http
        self._clock = clock
        self._store = store
        self._held: Tokens | None = None
        self._not_kept: Tokens | None = None
        self._renewing: asyncio.Task[str] | None = None
        self._given = secret(account.refresh_token)
        self._digest = sha256(self._given.encode()).hexdigest()

    async def access(self, rejected: str = "") -> str:
        """An access token other than ``rejected``. Raises SignInAgain when X takes the refresh token no more; TryLater.

        The renewal goes on when whoever waits for it gives up: half done, it would cost the sign-in.
        """
        if self._is_good(self._held, rejected) and self._held:
            return self._held.access
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renewed(rejected))
            self._renewing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._renewing)

    def _is_good(self, tokens: Tokens | None, rejected: str) -> bool:
        return tokens is not None and tokens.access != rejected and tokens.ends_at - self._clock.now() > BEFORE_IT_ENDS

    async def _renewed(self, rejected: str) -> str:
        if self._not_kept:
            return await self._keep(self._not_kept)
        kept = await self._load()
        if kept and self._is_good(kept, rejected):
            self._held = kept
            return kept.access
        tried = kept.refresh if kept else self._given
        try:
            return await self._keep(await self._ask(tried))
        except SignInAgain:
            kept = await self._load()
            if not kept or kept.refresh == tried:
                raise
        log.info("x_sign_in_renewed_elsewhere", account=self._account.name)
        self._held = kept
        return kept.access

    async def _load(self) -> Tokens | None:
        """What is in the store, unless the settings hold another refresh token since."""
        try:
            text = await self._store.load(self._account.name)
        except Busy as error:
            raise TryLater(f"the sign-in cannot be read: {error}") from error
        kept = Tokens.stored(text) if text else None
        if kept is None or kept.given != self._digest:
            return None
        REDACTOR.learn([kept.access, kept.refresh])
        return kept

    async def _keep(self, tokens: Tokens) -> str:
        """Keep the sign-in, and only then use it."""
        self._not_kept = tokens
        try:
            await self._store.save(self._account.name, str(tokens))
        except Busy as error:
            raise TryLater(f"the new sign-in cannot be kept: {error}") from error
        self._held, self._not_kept = tokens, None
        return tokens.access

    async def _ask(self, refresh: str) -> Tokens:
        """A new sign-in for a refresh token, which X takes once."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        client_id, client_secret = self._account.client_id, secret(self._account.client_secret)
        if client_secret:
            headers["Authorization"] = "Basic " + b64encode(f"{client_id}:{client_secret}".encode()).decode()
        else:
            form["client_id"] = client_id
        url = self._account.token_url
        try:
            answer = await self._http.call("POST", url, data=urlencode(form).encode(), headers=headers)
        except Unsure as error:
            raise TryLater(f"X did not answer when asked to renew the sign-in: {error}") from error
        return self._read(answer, refresh)

    def _read(self, answer: HttpAnswer, refresh: str) -> Tokens:
        body = read(answer.body)
        if answer.status != 200:
            log.warning("x_sign_in_not_renewed", account=self._account.name, status=answer.status, kind=body.get("error"))
            raise refusal(answer, str(body.get("error") or ""))
        access, following = body.get("access_token"), body.get("refresh_token") or refresh
        if not isinstance(access, str) or not access or not isinstance(following, str):
            raise TryLater("X renewed the sign-in with an answer that cannot be read")
        REDACTOR.learn([access, following])
        log.info("x_sign_in_renewed", account=self._account.name)
        return Tokens(access, following, self._clock.now() + lasts(body.get("expires_in")), self._digest)


def refusal(answer: HttpAnswer, kind: str) -> OutsideError:
    """What it means that X did not renew: RFC 6749 section 5.2, with X's own ``invalid_request`` for a spent token."""
    if answer.status == 429 or answer.status >= 500:
        wait = wait_asked_for(answer.headers.get("Retry-After"), timedelta(minutes=1))
        return TryLater(f"X answered {answer.status} when asked to renew the sign-in", wait)
    if kind in {"invalid_client", "unauthorized_client"}:
        return SignInAgain("X does not accept client_id or client_secret")
    return SignInAgain("X does not take the refresh token any more: sign in again and put the new one in the settings")


def lasts(seconds: object) -> timedelta:
    """How long X says a token is good for; never more than it may be."""
    good = isinstance(seconds, int | float) and 0 < seconds <= LASTS.total_seconds()
    return timedelta(seconds=float(str(seconds))) if good else LASTS


def secret(value: object) -> str:
    """The plain text of a secret setting; empty when it is not set."""
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal()) if reveal else ""
