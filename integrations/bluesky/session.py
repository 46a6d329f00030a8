"""The sign-in of one account: made with its app password once, kept sealed, and renewed before it ends.

A server lets an account sign in 30 times in 5 minutes and 100 to 300 times a day, so a sign-in is kept through restarts
where there is a place for it. Each renewal gives a new refresh token, which is kept before the new access token is used.
"""

import asyncio
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol, Self

import structlog
from yarl import URL

from bot.errors import Busy, SignInAgain, TryLater, Unsure
from bot.logs import REDACTOR
from bot.ports import Clock
from integrations.bluesky.failures import failure, read
from integrations.bluesky.limits import Limits
from integrations.bluesky.settings import BlueskyAccount
from integrations.http import Http, HttpAnswer

log = structlog.get_logger()

BEFORE_IT_ENDS = timedelta(minutes=2)
LASTS = timedelta(minutes=30)
"""What an access token is taken to be good for when it does not say; servers give two hours."""
LONGEST = timedelta(days=1)
NOT_AGAIN_FOR = timedelta(minutes=20)
"""A password that was refused is not tried again before: a server counts those too."""
TOKEN = re.compile(r"[\w.~+/=-]{1,8000}", re.ASCII)
ALL_RIGHTS = "com.atproto.access"
"""The scope of a sign-in with the account's own password: https://atproto.com/specs/xrpc"""


class TokenStore(Protocol):
    """Keeps one secret text for each account, sealed, through restarts and for every copy of the bot. May raise Busy."""

    async def load(self, account: str, /) -> str | None:
        """What was last kept for the account; None when nothing was."""
        ...

    async def save(self, account: str, tokens: str, /) -> None:
        """Keep this in the place of what was there; it is safe once this returns."""
        ...


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. ``server`` is where the account lives; ``given`` the digest of the settings that it was made with."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends_at: datetime
    did: str
    handle: str
    server: str
    given: str

    @classmethod
    def stored(cls, text: str) -> Self | None:
        """The sign-in in a stored text; None when it cannot be read."""
        try:
            kept = json.loads(text)
            kept["ends_at"] = datetime.fromisoformat(kept["ends_at"]).astimezone(UTC)
            return cls(**kept)
        except (ValueError, KeyError, TypeError):
            return None

    def __str__(self) -> str:
        """For the store only."""
        return json.dumps(asdict(self) | {"ends_at": self.ends_at.isoformat()})

    @property
    def is_of_main_password(self) -> bool:
        """Whether it was made with the account's own password rather than with an app password."""
        return claims(self.access).get("scope") == ALL_RIGHTS


class SignIn:
    """A session that is still good. However many ask at once, one renews it."""

    def __init__(
        self, account: BlueskyAccount, *, http: Http, clock: Clock, limits: Limits, store: TokenStore | None
    ) -> None:
        self._account = account
        self._http = http
        self._clock = clock
        self._limits = limits
        self._store = store
        self._held: Session | None = None
        self._not_kept: Session | None = None
        self._renewing: asyncio.Task[Session] | None = None
        self._refused: tuple[SignInAgain, datetime] | None = None
        self._password = account.app_password.get_secret_value()
        self._digest = sha256(f"{account.api_url}\n{account.handle}\n{self._password}".encode()).hexdigest()
        REDACTOR.learn([self._password])

    async def session(self, rejected: str = "") -> Session:
        """A session with another access token than ``rejected``. Raises SignInAgain, TryLater.

        The renewal goes on when whoever waits for it gives up: half done, it could cost the sign-in.
        """
        if self._held and self._is_good(self._held, rejected):
            return self._held
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renewed(rejected))
            self._renewing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._renewing)

    def _is_good(self, session: Session, rejected: str) -> bool:
        return session.access != rejected and session.ends_at - self._clock.now() > BEFORE_IT_ENDS

    async def _renewed(self, rejected: str) -> Session:
        if self._not_kept:
            return await self._keep(self._not_kept)
        kept = await self._load()
        if kept and self._is_good(kept, rejected):
            self._held = kept
            return kept
        if kept is None:
            return await self._keep(await self._create())
        try:
            return await self._keep(await self._renew(kept))
        except SignInAgain:
            return await self._anew(kept)

    async def _anew(self, refused: Session) -> Session:
        """Its refresh token is taken no more: by what another copy kept meanwhile, else with the password."""
        kept = await self._load()
        if kept and kept.refresh != refused.refresh:
            self._held = kept
            return kept
        return await self._keep(await self._create())

    async def _load(self) -> Session | None:
        """What is kept, unless the settings have another password since."""
        if self._store is None:
            return self._held
        try:
            text = await self._store.load(self._account.name)
        except Busy as error:
            raise TryLater(f"the sign-in cannot be read: {error}") from error
        kept = Session.stored(text) if text else None
        if kept is None or kept.given != self._digest:
            return None
        REDACTOR.learn([kept.access, kept.refresh])
        return kept

    async def _keep(self, session: Session) -> Session:
        """Keep the sign-in, and only then use it."""
        self._not_kept = session
        try:
            if self._store is not None:
                await self._store.save(self._account.name, str(session))
        except Busy as error:
            raise TryLater(f"the new sign-in cannot be kept: {error}") from error
        self._held, self._not_kept = session, None
        return session

    async def _create(self) -> Session:
        """Sign in with the password; one that was just refused is not tried again at once."""
        if self._refused and self._refused[1] > self._clock.now():
            raise self._refused[0]
        content = {"identifier": self._account.handle, "password": self._password}
        try:
            body = await self._ask("createSession", json=content)
        except SignInAgain as error:
            self._refused = (error, self._clock.now() + NOT_AGAIN_FOR)
            raise
        log.info("bluesky_signed_in", account=self._account.name)
        return self._read(body)

    async def _renew(self, kept: Session) -> Session:
        body = await self._ask("refreshSession", headers={"Authorization": f"Bearer {kept.refresh}"})
        if body.get("did") not in (None, kept.did):
            raise TryLater("Bluesky renewed the sign-in of another account")
        log.info("bluesky_sign_in_renewed", account=self._account.name)
        return self._read({"did": kept.did, "handle": kept.handle} | dict(body), before=kept)

    async def _ask(self, name: str, **how: Any) -> Mapping[str, Any]:
        """A call to the server where the account signs in. Raises SignInAgain only for a clear no."""
        self._limits.pass_through("sign-in")
        url = f"{self._account.api_url}/xrpc/com.atproto.server.{name}"
        try:
            answer = await self._http.call("POST", url, **how)
        except Unsure as error:
            raise TryLater(f"Bluesky did not answer the sign-in: {error}") from error
        if answer.status != 200:
            raise self._refusal(name, answer)
        return read(answer.body)

    def _refusal(self, name: str, answer: HttpAnswer) -> Exception:
        kind = read(answer.body).get("error")
        log.warning("bluesky_sign_in_failed", account=self._account.name, call=name, status=answer.status, kind=kind)
        error = failure(answer, creating=False, now=self._clock.now())
        if isinstance(error, TryLater) and answer.status == 429:
            self._limits.refused("sign-in", error)
        return error

    def _read(self, body: Mapping[str, Any], before: Session | None = None) -> Session:
        access, refresh, did = (body.get(name) for name in ("accessJwt", "refreshJwt", "did"))
        if not (is_token(access) and is_token(refresh) and isinstance(did, str) and did):
            raise TryLater("Bluesky answered the sign-in with something that cannot be read")
        REDACTOR.learn([str(access), str(refresh)])
        if body.get("active") is False:
            raise SignInAgain("Bluesky says the account is deactivated or suspended: sign in on its site to see why")
        server = server_in(body.get("didDoc"), self._account.api_url) or (before.server if before else self._account.api_url)
        ends_at = self._clock.now() + lasts(str(access))
        return Session(str(access), str(refresh), ends_at, str(did), str(body.get("handle") or ""), server, self._digest)


def is_token(wild: object) -> bool:
    """Whether it can be sent as one."""
    return isinstance(wild, str) and TOKEN.fullmatch(wild) is not None


def claims(token: str) -> Mapping[str, Any]:
    """What a token says of itself; empty when it is none that can be read. Nobody's signature is looked at."""
    part = [*token.split("."), ""][1]
    try:
        return read(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}


def lasts(token: str) -> timedelta:
    """How long a token is good for from now, whatever our own clock says."""
    told = claims(token)
    until, since = told.get("exp"), told.get("iat")
    life = until - since if isinstance(until, int | float) and isinstance(since, int | float) else 0
    return timedelta(seconds=min(life, LONGEST.total_seconds())) if life > 0 else LASTS


def server_in(did_doc: object, signed_in_at: str) -> str:
    """Where the account lives, as the server that it signs in at says; empty when that does not say.

    https://atproto.com/specs/did: the service ``#atproto_pds``. Never in the clear where the sign-in was not.
    """
    services = did_doc.get("service") if isinstance(did_doc, dict) else None
    for service in services if isinstance(services, list) else ():
        if not isinstance(service, dict) or not str(service.get("id")).endswith("#atproto_pds"):
            continue
        try:
            url = URL(str(service.get("serviceEndpoint")))
            is_safe = url.scheme == "https" or url.scheme == URL(signed_in_at).scheme
            return str(url.origin()) if is_safe and url.host and not url.user else ""
        except ValueError:
            return ""
    return ""
