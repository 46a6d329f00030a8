"""Asks Slack every minute who we are: a token that was revoked, or a scope taken away, is noticed before anybody waits."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

import structlog

from bot.errors import OutsideError, SignInAgain
from bot.ports import Clock
from integrations.slack.calls import Calls

EVERY = timedelta(seconds=60)
LOOK_EVERY = 0.5
CURE = "Copy the Bot User OAuth Token from OAuth & Permissions; if the app was removed, install it again there first."

log = structlog.get_logger()


class Watch:
    """What Slack last said of our token. Each change is logged, once."""

    def __init__(self, calls: Calls, needed: Collection[str], clock: Clock) -> None:
        self._calls = calls
        self._needed = frozenset(needed)
        self._clock = clock
        self._refused = ""
        self._is_away = False
        self._missing: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look again each minute by the clock, for ever."""
        looked = self._clock.now()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if abs(self._clock.now() - looked) >= EVERY:
                looked = self._clock.now()
                await self.look()

    async def look(self) -> None:
        """Ask once."""
        try:
            us = await self._calls.identity()
        except SignInAgain as error:
            if not self._refused:
                log.error("slack_bot_token_refused", reason=str(error), cure=CURE)
            self._refused = str(error)
            return
        except OutsideError as error:
            if not self._is_away:
                log.warning("slack_unreachable", reason=str(error))
            self._is_away = True
            return
        if self._refused or self._is_away:
            log.info("slack_reachable_again")
        self._refused, self._is_away = "", False
        self.compare(us.scopes)

    def compare(self, granted: frozenset[str] | None) -> None:
        """Say which scopes are missing that were not before."""
        missing = frozenset() if granted is None else self._needed - granted
        if missing - self._missing:
            log.warning("slack_scopes_missing", scopes=sorted(missing))
        self._missing = missing

    def health(self) -> dict[str, object]:
        """Whether Slack takes our token, and what it no longer allows."""
        wrong = {"refused": self._refused, "scopes_missing": sorted(self._missing)}
        return {"accepted": not self._refused, "reachable": not self._is_away} | {k: v for k, v in wrong.items() if v}
