"""A stand-in for Microsoft Entra's sign-in, over TLS: device codes and renewals, and the refusals msal meets."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from bot.ports import Clock
from integrations.sandbox.entra_answers import Refusal, claims_of, refused, token
from integrations.sandbox.entra_certificates import certified

__all__ = ["Refusal", "StandInEntra"]

TENANT = "6f1f8c1e-0000-4000-8000-5a0d0a0d0a0d"
CLIENT = "0c7a1b5e-0000-4000-8000-7011b0077011"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CODE_LASTS, RENEWAL_LASTS = timedelta(minutes=15), timedelta(days=90)


@dataclass(slots=True)
class DeviceCode:
    """A sign-in somebody was asked for. ``who`` has typed the code; ``declined`` said no."""

    code: str
    user_code: str
    scope: str
    until: datetime
    who: str = ""
    declined: bool = False


@dataclass(slots=True)
class Renewal:
    """What a refresh token stands for."""

    who: str
    scope: str
    until: datetime
    is_revoked: bool = False
    lacks_proof: bool = False


def no_network(_who: str, _app: str, _lasts: timedelta) -> str:
    """An access token that opens nothing."""
    return f"stand-in-{secrets.token_urlsafe(24)}"


class StandInEntra:
    """One tenant with one app. ``issue`` makes the access tokens: a StandInEngage's ``token`` makes such as open its API.

    In a test::

        async with StandInEngage(clock) as engage, StandInEntra(clock, issue=engage.token) as entra:
            entra.sign_in_url, entra.tenant, entra.client_id          # what goes into the settings
            entra.authority                                           # the file to trust: SSL_CERT_FILE, or msal's verify=
            entra.sign_in()                                           # the service user types the newest code
            entra.revoke(); entra.want_more_proof(); entra.consented = False; entra.refusals.append(Refusal.BUSY)
            entra.outage = 503                                        # every call is answered so, with a web page
            entra.grants                                              # the grant of each call for a token, in order
    """

    def __init__(self, clock: Clock, *, issue: Callable[[str, str, timedelta], str] = no_network) -> None:
        self.clock = clock
        self.issue = issue
        self.tenant, self.client_id = TENANT, CLIENT
        self.lasts = timedelta(hours=1)
        self.interval = 1
        """Seconds between two looks for a sign-in; really 5."""
        self.consented = True
        self.is_public = True
        """Whether the app may be used without a secret: a switch in its registration."""
        self.outage = 0
        self.refusals: list[Refusal] = []
        """What the next calls for a token are refused with."""
        self.codes: list[DeviceCode] = []
        self.renewals: dict[str, Renewal] = {}
        self.grants: list[str] = []
        self.sign_in_url = ""
        self._folder: Path | None = None
        self._runner: web.AppRunner | None = None

    # --- server

    async def start(self) -> Self:
        """Listen on a free loopback port behind a certificate of an authority made for this."""
        self._folder = Path(tempfile.mkdtemp(prefix="stand-in-entra-"))
        context = certified(self._folder)
        app = web.Application(middlewares=[self._answer])
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._configuration)
        app.router.add_post("/{tenant}/oauth2/v2.0/devicecode", self._device_code)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        self.sign_in_url = f"https://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        """Stop listening, and throw the certificates away."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def authority(self) -> Path:
        """The certificate to trust."""
        assert self._folder is not None, "not started"
        return self._folder / "authority.pem"

    # --- people

    def sign_in(self, who: str = "tolbooth", user_code: str = "") -> None:
        """Somebody types a code, by default the newest one. Raises LookupError."""
        self._asked(user_code).who = who

    def decline(self, user_code: str = "") -> None:
        """Somebody types a code and says no. Raises LookupError."""
        self._asked(user_code).declined = True

    def revoke(self, who: str = "") -> None:
        """Somebody's password was reset (everybody's, without a name): no refresh token given so far is good."""
        for one in self.renewals.values():
            one.is_revoked |= who in ("", one.who)

    def want_more_proof(self, who: str = "") -> None:
        """Conditional access: nothing given so far is enough, until somebody signs in anew."""
        for one in self.renewals.values():
            one.lacks_proof |= who in ("", one.who)

    def _asked(self, user_code: str) -> DeviceCode:
        for one in reversed(self.codes):
            if user_code in ("", one.user_code):
                return one
        raise LookupError(f"nobody was asked to type {user_code or 'a code'}")

    # --- calls

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        answer = await self._checked(request, handler)
        answer.force_close()  # a line kept open would outlive the server: closing TLS waits for the other side
        return answer

    async def _checked(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """The answer to those who ask in the right place, as the right app."""
        if self.outage:
            return web.Response(status=self.outage, text="<html><h1>Unavailable</h1></html>", content_type="text/html")
        asked = {name: str(value) for name, value in (await request.post()).items()}
        if request.match_info.get("tenant") not in (self.tenant, "organizations"):
            return self._refused(Refusal.NO_SUCH_TENANT, asked, request.match_info.get("tenant", ""))
        if request.method == "POST" and asked.get("client_id") != self.client_id:
            return self._refused(Refusal.NO_SUCH_APP, asked)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _configuration(self, _: web.Request) -> web.Response:
        at = f"{self.sign_in_url}/{self.tenant}"
        return web.json_response(
            {
                "issuer": f"{at}/v2.0",
                "authorization_endpoint": f"{at}/oauth2/v2.0/authorize",
                "token_endpoint": f"{at}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{at}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{at}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token"],
            }
        )

    async def _device_code(self, request: web.Request) -> web.Response:
        scope = str((await request.post()).get("scope", ""))
        user_code = "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ23456789") for _ in range(9))
        made = DeviceCode(secrets.token_urlsafe(32), user_code, scope, self.clock.now() + CODE_LASTS)
        self.codes.append(made)
        page = "https://microsoft.com/devicelogin"
        told = f"To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
        lasts = int(CODE_LASTS.total_seconds())
        answer = {"user_code": user_code, "device_code": made.code, "verification_uri": page, "expires_in": lasts}
        return web.json_response(answer | {"interval": self.interval, "message": told})

    async def _token(self, request: web.Request) -> web.Response:
        asked = {name: str(value) for name, value in (await request.post()).items()}
        grant = asked.get("grant_type", "")
        self.grants.append(grant)
        if self.refusals:
            return self._refused(self.refusals.pop(0), asked)
        found = self._device(asked) if grant == DEVICE_GRANT else self._renewal(asked)
        return self._refused(found, asked) if isinstance(found, Refusal) else self._given(*found)

    def _refused(self, why: Refusal, asked: Mapping[str, str], tenant: str = "") -> web.Response:
        return refused(why, self.clock.now(), client=asked.get("client_id", ""), tenant=tenant)

    def _given(self, who: str, scope: str) -> web.Response:
        """A token, and a refresh token that lasts 90 days from now."""
        renewal = secrets.token_urlsafe(48)
        self.renewals[renewal] = Renewal(who, scope, self.clock.now() + RENEWAL_LASTS)
        issued = self.issue(who, self.client_id, self.lasts)
        claims = claims_of(who, self.tenant, self.client_id, self.clock.now())
        return token(claims, access=issued, renewal=renewal, lasts=self.lasts)

    def _device(self, asked: Mapping[str, str]) -> Refusal | tuple[str, str]:
        """Who has typed the code, and the scope it is for."""
        one = next((one for one in self.codes if one.code == asked.get("device_code")), None)
        if one is None:
            return Refusal.BAD_CODE
        if one.until <= self.clock.now():
            return Refusal.CODE_EXPIRED
        if one.declined:
            return Refusal.DECLINED
        if not self.is_public:
            return Refusal.NOT_PUBLIC
        if not one.who:
            return Refusal.PENDING
        if not self.consented:
            return Refusal.NO_CONSENT
        self.codes.remove(one)
        return one.who, one.scope

    def _renewal(self, asked: Mapping[str, str]) -> Refusal | tuple[str, str]:
        """Whose refresh token it is, and the scope it is for; one before it stays good."""
        one = self.renewals.get(asked.get("refresh_token", ""))
        if one is None:
            return Refusal.NOT_A_GRANT
        if one.is_revoked:
            return Refusal.REVOKED
        if one.until <= self.clock.now():
            return Refusal.TOO_OLD
        if one.lacks_proof:
            return Refusal.MORE_PROOF
        return (one.who, one.scope) if self.consented else Refusal.NO_CONSENT
