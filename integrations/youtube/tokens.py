"""The sign-in: a refresh token that stays the same, and the access token it is changed for each hour, kept in memory."""

import asyncio
from datetime import datetime, timedelta

from bot.errors import OutsideError, SignInAgain, TryLater, Unsure
from bot.ports import Clock
from integrations.http import Http, HttpAnswer, wait_asked_for
from integrations.youtube.failures import read
from integrations.youtube.settings import YouTubeAccount

EARLY = timedelta(minutes=2)
A_WHILE = timedelta(minutes=1)
CURES = {
    "invalid_grant": "the refresh token has ended or was taken back: sign in anew, and publish the app, as one that is "
    '"in testing" loses its sign-ins after 7 days',
    "invalid_client": "client_id and client_secret do not belong together, or the client was deleted",
    "unauthorized_client": "the refresh token was not made for this client_id",
    "deleted_client": "the client was deleted in Google Cloud: make a new one",
}


class Grant:
    """Gives access tokens; many callers at once cause one renewal."""

    def __init__(self, account: YouTubeAccount, *, http: Http, clock: Clock) -> None:
        self._account = account
        self._http = http
        self._clock = clock
        self._token = ""
        self._ends_at: datetime | None = None
        self._lock = asyncio.Lock()
        self.scopes: frozenset[str] = frozenset()
        """What the sign-in may do, as Google said with the last renewal; empty when it did not say."""

    async def access(self, rejected: str = "") -> str:
        """A token that is good for a while, and is not ``rejected``. Raises SignInAgain or TryLater."""
        async with self._lock:
            is_good = self._ends_at is not None and self._clock.now() < self._ends_at - EARLY
            if not is_good or self._token == rejected:
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        form = {
            "grant_type": "refresh_token",
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret.get_secret_value(),
            "refresh_token": self._account.refresh_token.get_secret_value(),
        }
        try:
            answer = await self._http.call("POST", self._account.token_url, data=form)
        except Unsure as error:
            raise TryLater("Google's sign-in did not answer", A_WHILE) from error
        given = read(answer.body)
        token = given.get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise refusal(answer)
        lasts = given.get("expires_in")
        seconds = min(lasts, 86_400) if isinstance(lasts, int) and not isinstance(lasts, bool) and lasts > 0 else 3_600
        self._token, self._ends_at = token, self._clock.now() + timedelta(seconds=seconds)
        self.scopes = frozenset(str(given.get("scope") or "").split())


def refusal(answer: HttpAnswer) -> OutsideError:
    """Why there is no token."""
    said = read(answer.body).get("error")
    code = said if isinstance(said, str) else ""
    if code in CURES:
        return SignInAgain(CURES[code])
    if answer.status in (400, 401, 403):
        return SignInAgain("Google does not accept the sign-in: look at client_id, client_secret and refresh_token")
    wait = wait_asked_for(answer.headers.get("Retry-After"), A_WHILE)
    return TryLater("Google's sign-in is not to be reached", wait)
