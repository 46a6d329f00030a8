"""A stand-in for X: its OAuth 2.0 token endpoint, where a refresh token is good once and an access token for two hours."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import parse_qsl

LASTS = timedelta(hours=2)


class StandInTokens:
    """One app's sign-in. ``credentials`` are what its settings hold; a ``public`` client shows no secret."""

    def __init__(self) -> None:
        self.credentials: Mapping[str, str] = MappingProxyType(
            {
                "client_id": "stand-in-client",
                "client_secret": "stand-in-client-secret",
                "refresh_token": "stand-in-refresh-token-0",
            }
        )
        self.public = False
        self.refresh_token = self.credentials["refresh_token"]
        self.renewed = 0
        self._access: dict[str, datetime] = {}

    def is_good(self, access_token: str, now: datetime) -> bool:
        """Whether an access token opens anything."""
        return access_token in self._access and now < self._access[access_token]

    def end_access(self) -> None:
        """Every access token ends early."""
        self._access.clear()

    def revoke(self) -> None:
        """The account's owner takes the app's rights away."""
        self.refresh_token = ""
        self.end_access()

    def answer(self, body: str, authorization: str, now: datetime) -> tuple[int, dict[str, object]]:
        """Status and body for one form sent to the endpoint."""
        form = dict(parse_qsl(body))
        whole = f"{self.credentials['client_id']}:{self.credentials['client_secret']}"
        basic = f"Basic {b64encode(whole.encode()).decode()}"
        known = form.get("client_id") == self.credentials["client_id"] if self.public else authorization == basic
        if not known:
            return 401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}
        given = form.get("refresh_token")
        if form.get("grant_type") != "refresh_token" or not given or given != self.refresh_token:
            return 400, {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
        self.renewed += 1
        self.refresh_token = f"stand-in-refresh-token-{self.renewed}"
        access = f"stand-in-access-token-{self.renewed}"
        self._access[access] = now + LASTS
        seconds = int(LASTS.total_seconds())
        told = {"token_type": "bearer", "expires_in": seconds, "access_token": access, "refresh_token": self.refresh_token}
        return 200, {**told, "scope": "tweet.read tweet.write users.read offline.access"}
