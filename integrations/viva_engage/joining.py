"""Signs the chat in as it begins, for as long as that takes: a sign-in that has ended must not end the bot."""

import logging
from datetime import timedelta

import structlog

from bot.errors import OutsideError, SettingsError, SignInAgain
from bot.ports import Clock, Peers
from integrations.viva_engage.client import Engage
from integrations.viva_engage.keys import NobodySignedIn
from integrations.viva_engage.parse import User

A_MINUTE = timedelta(minutes=1)
NOT_SIGNED_IN = (
    "viva_engage: {}.\nSign the service user in with `tolbooth sign-in viva_engage`.\nintegrations/viva_engage/README.md "
    "says what the app in Entra must be allowed to do first."
)
ENDED, AWAY = "viva_engage_signed_out", "viva_engage_unreachable"
OVER = {ENDED: "viva_engage_signed_in_again", AWAY: "viva_engage_reachable_again"}
NOT_ACTIVE = "the service user is not active: have its account opened in Viva Engage"

log = structlog.get_logger()


class Joining:
    """Tries each minute; what keeps it out is said once, and once when it is over."""

    def __init__(self, engage: Engage, clock: Clock, peers: Peers) -> None:
        self._engage, self._clock, self._peers = engage, clock, peers
        self.why = ""
        """Why it is not in; empty once it is."""
        self._said = ""

    async def signed_in(self) -> User:
        """Whom we speak as. Raises SettingsError where nobody ever signed in: that does not mend itself."""
        failures = 0
        await self._engage.begins()
        while (me := await self._tried()) is None:
            failures += 1
            await self._pause(min(timedelta(seconds=2 ** min(failures, 6)), A_MINUTE))
        return me

    async def _tried(self) -> User | None:
        try:
            me = await self._engage.me(patient=True)
        except NobodySignedIn as error:
            raise SettingsError(NOT_SIGNED_IN.format(error)) from error
        except SignInAgain as error:
            self._kept_out(ENDED, str(error))
        except OutsideError as error:
            self._kept_out(AWAY, str(error))
        else:
            if me.is_active:
                self._let_in()
                return me
            self._kept_out(ENDED, NOT_ACTIVE)
        return None

    def _kept_out(self, event: str, why: str) -> None:
        self.why = why
        if event != self._said:
            log.log(logging.ERROR if event == ENDED else logging.WARNING, event, reason=why)
        self._said = event

    def _let_in(self) -> None:
        self.why = ""
        if self._said:
            log.info(OVER[self._said])
        self._said = ""

    async def _pause(self, wait: timedelta) -> None:
        """By the clock; no longer where that is put back."""
        until = self._clock.now() + wait
        while timedelta(0) < (left := until - self._clock.now()) <= wait:
            await self._peers.wait("start viva_engage", left)
