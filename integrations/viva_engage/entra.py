"""Access tokens by Microsoft Entra: made of the sign-in that is kept sealed, renewed before they end, without a person."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.errors import Busy, SettingsError, TryLater
from bot.ports import Clock
from integrations.viva_engage.entra_app import EntraApp, SignedIn, nobody
from integrations.viva_engage.keys import GivenToken, Keys, NobodySignedIn, TokenStore
from integrations.viva_engage.settings import SigningIn

log = structlog.get_logger()

BEFORE_IT_ENDS = timedelta(minutes=6)
"""The library takes one that ends within five minutes for ended."""
WITHIN = timedelta(seconds=60)
NO_KEY = (
    "secrets_key is needed to keep the sign-in to Viva Engage: set secrets_key or secrets_key_file to the output of "
    "`openssl rand -base64 32`"
)


def keys_of(settings: SigningIn, *, tokens: TokenStore | None, clock: Clock, name: str = "") -> Keys:
    """How the service user of these settings gets in. ``tolbooth sign-in`` calls it ``name``. Raises SettingsError."""
    if settings.token:
        return GivenToken(settings.token)
    if tokens is None:
        raise SettingsError(NO_KEY)
    return EntraKeys(settings, tokens=tokens, clock=clock, name=name)


def kept_as(settings: SigningIn) -> str:
    """What the sign-in is kept under: a chat and an account with one app share it."""
    return f"entra {settings.tenant} {settings.client_id}"


def command_for(name: str) -> str:
    """What a person types to sign in."""
    return f"tolbooth sign-in {name}".strip()


class EntraKeys:
    """A token that is still good. However many ask at once, one renews it; what another copy renewed is used too."""

    def __init__(self, settings: SigningIn, *, tokens: TokenStore, clock: Clock, name: str = "") -> None:
        self._app = EntraApp(settings, command_for(name))
        self._tokens, self._clock = tokens, clock
        self._row, self._command = kept_as(settings), command_for(name)
        self._held: tuple[str, datetime] | None = None
        self._renewing: asyncio.Task[str] | None = None

    async def token(self) -> str:
        """One that should be taken now. Raises SignInAgain, TryLater."""
        return await self._other_than("")

    async def renew(self, rejected: str = "") -> str:
        """Another than the one that was not taken. Raises SignInAgain, TryLater."""
        return await self._other_than(rejected)

    async def _other_than(self, rejected: str) -> str:
        """The renewal goes on when whoever waits for it gives up."""
        if self._held and self._held[0] != rejected and self._held[1] - self._clock.now() > BEFORE_IT_ENDS:
            return self._held[0]
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renewed(rejected))
            self._renewing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._renewing)

    async def _renewed(self, rejected: str) -> str:
        found = await self._asked(await self._load(), rejected)
        self._held = found.token, self._clock.now() + found.lasts
        if found.kept is not None:
            await self._save(found.kept)
        return found.token

    async def _asked(self, kept: str, rejected: str) -> SignedIn:
        """What the library says, which is not async."""
        try:
            async with asyncio.timeout(WITHIN.total_seconds()):
                return await asyncio.to_thread(self._app.silent, kept, rejected)
        except TimeoutError as error:
            raise TryLater("Microsoft Entra did not answer in time") from error

    async def _load(self) -> str:
        try:
            kept = await self._tokens.load(self._row)
        except Busy as error:
            raise TryLater(f"the sign-in to Viva Engage cannot be read: {error}") from error
        if kept is None:
            raise NobodySignedIn(nobody(self._command))
        return kept

    async def _save(self, kept: str) -> None:
        """Keep it. Entra takes the sign-in from before it too, so that nothing is lost where it cannot be kept now."""
        try:
            await self._tokens.save(self._row, kept)
        except Busy as error:
            log.warning("viva_engage_sign_in_not_kept", reason=str(error), cure="the next renewal is kept")
