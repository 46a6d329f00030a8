"""Microsoft's sign-in library, made to call one host only, within time limits, and to fail in our own words. Not async."""

import json
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import msal
import requests
from msal.exceptions import MsalError

from bot.errors import OutsideError, SignInAgain, TryLater
from bot.logs import REDACTOR
from integrations.viva_engage.entra_failures import COME_AGAIN, meaning, refusal
from integrations.viva_engage.settings import SigningIn

SCOPE = "https://www.yammer.com/.default"
CONNECT, TO_READ = 5.0, 20.0
"""Seconds."""
A_MINUTE = timedelta(minutes=1)
CODE = re.compile(r"AADSTS(\d{4,9})")
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RuntimeError, MsalError)
"""What the library raises when an answer is not what it takes it for, or is a 5xx."""
PENDING = ("authorization_pending", "slow_down")
Flow = dict[str, Any]
T = TypeVar("T")


class Calls(requests.Session):
    """Calls with a time limit each: proxies from the environment, and the certificates the rest of us believes in.

    Closed, it can be used again: nobody needs a connection to stay open for an hour.
    """

    def __init__(self) -> None:
        super().__init__()
        self.auth = unsigned
        self.status = 0
        """Of the last answer; 0 while there is none."""

    def request(self, method: str, url: str, *args: Any, **how: Any) -> requests.Response:  # type: ignore[override]
        """One call; where it leads on to is not followed."""
        self.status = 0
        trusted = ssl.get_default_verify_paths().cafile or True
        ours = {"timeout": (CONNECT, TO_READ), "verify": trusted, "allow_redirects": False}
        answer = super().request(method, url, *args, **{**how, **ours})
        self.status = answer.status_code
        return answer


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Nothing is added from a .netrc."""
    return request


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An access token, how long it is good for, and what is to be kept, if that has changed."""

    token: str = field(repr=False)
    lasts: timedelta
    kept: str | None = field(default=None, repr=False)


class EntraApp:
    """The app as it is registered in Entra. What may go wrong: SignInAgain, TryLater. Threads take turns."""

    def __init__(self, settings: SigningIn, command: str) -> None:
        self._settings, self._command = settings, command
        self._calls = Calls()
        self._cache = msal.SerializableTokenCache()
        self._app: msal.PublicClientApplication | None = None
        self._turn = threading.Lock()

    def silent(self, kept: str, rejected: str) -> SignedIn:
        """A token other than ``rejected``, by what was kept of a sign-in."""
        return self._asked(lambda app: self._silent(app, kept, rejected))

    def begin(self) -> Flow:
        """Begin a sign-in by code: ``user_code``, ``verification_uri``; ``expires_in`` and ``interval`` in seconds."""
        return self._asked(self._begin)

    def look(self, flow: Flow) -> SignedIn | None:
        """Whether somebody has signed in by the code; None while nobody has."""
        return self._asked(lambda app: self._look(app, flow))

    # --- in the library

    def _asked(self, ask: Callable[[msal.PublicClientApplication], T]) -> T:
        """What the library says. It asks Entra where its parts are when it is first made."""
        try:
            with self._turn, closing(self._calls):
                self._app = self._app or self._made()
                return ask(self._app)
        except requests.exceptions.SSLError as error:
            raise TryLater(
                "Microsoft Entra's certificate is not trusted here: if a proxy of yours opens what is encrypted, "
                "put its certificate into the file SSL_CERT_FILE names",
                A_MINUTE,
            ) from error
        except requests.RequestException as error:
            raise TryLater(f"Microsoft Entra cannot be reached ({type(error).__name__})", A_MINUTE) from error
        except UNREADABLE as error:
            if self._calls.status == 429 or self._calls.status >= 500:
                raise TryLater(COME_AGAIN, A_MINUTE) from error
            raise TryLater("Microsoft Entra's answer could not be read", A_MINUTE) from error

    def _made(self) -> msal.PublicClientApplication:
        where = f"{self._settings.sign_in_url}/{self._settings.tenant}"
        try:
            return msal.PublicClientApplication(
                self._settings.client_id,
                authority=where,
                token_cache=self._cache,
                http_client=self._calls,
                instance_discovery=False,
            )
        except ValueError as error:
            if self._calls.status in (400, 404):
                raise SignInAgain(meaning("", {90002}, self._command)) from error
            raise

    def _silent(self, app: msal.PublicClientApplication, kept: str, rejected: str) -> SignedIn:
        self._cache.deserialize(kept)
        accounts = app.get_accounts()
        if not accounts:
            raise SignInAgain(nobody(self._command))
        found = app.acquire_token_silent_with_error([SCOPE], accounts[0])
        if found and found.get("access_token") == rejected:
            found = app.acquire_token_silent_with_error([SCOPE], accounts[0], force_refresh=True)
        return self._taken(found or {"error": "invalid_grant"})

    def _begin(self, app: msal.PublicClientApplication) -> Flow:
        self._cache.deserialize(None)
        flow: Flow = app.initiate_device_flow(scopes=[SCOPE])
        if not all(isinstance(flow.get(name), str) for name in ("user_code", "device_code", "verification_uri")):
            raise self._refused(flow)
        REDACTOR.learn([flow["device_code"]])
        return flow

    def _look(self, app: msal.PublicClientApplication, flow: Flow) -> SignedIn | None:
        flow["interval"] = max(flow["interval"], 1)
        flow.pop("latest_attempt_at", None)
        found = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
        return None if found.get("error") in PENDING else self._taken(found)

    def _taken(self, found: Mapping[str, Any]) -> SignedIn:
        token = found.get("access_token")
        if not isinstance(token, str) or not token:
            raise self._refused(found)
        changed, text = self._cache.has_state_changed, self._cache.serialize()
        REDACTOR.learn([token, *secrets_in(text)])
        lasts = timedelta(seconds=min(max(int(found.get("expires_in") or 0), 0), 86_400))
        return SignedIn(token, lasts, text if changed else None)

    def _refused(self, found: Mapping[str, Any]) -> OutsideError:
        codes = {int(one) for one in CODE.findall(str(found.get("error_description")))}
        return refusal(str(found.get("error") or ""), codes, self._calls.status, self._command)


def nobody(command: str) -> str:
    """That somebody has to sign in first."""
    return f"nobody is signed in to Viva Engage yet, and no token is given: run `{command}`"


def secrets_in(kept: str) -> list[str]:
    """Every token in what is kept."""
    entries = [one for kind in json.loads(kept).values() if isinstance(kind, dict) for one in kind.values()]
    return [one["secret"] for one in entries if isinstance(one, dict) and isinstance(one.get("secret"), str)]
