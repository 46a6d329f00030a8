"""When to try again: the back-off of one place among the connections, kept when the connection in it is replaced."""

import asyncio
import random

import structlog

from bot.errors import OutsideError, SignInAgain

AT_MOST_ONE_IN = 1.0
"""Seconds between two requests for an address, whatever happens."""
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 60.0
LONG_ENOUGH = 9
"""Failures after which the pause is the longest one: credentials that were refused do not get better at once."""
SHORT_LIFE = 2.0
LONG_LIFE = 30.0

log = structlog.get_logger()


class Pace:
    """How often it failed and when it last tried. Says once that the connection is lost, and once that it is back."""

    def __init__(self) -> None:
        self.refused = ""
        """Why Slack does not accept the app-level token; empty while it does."""
        self._failures = 0
        self._asked_at: float | None = None
        self._opened_at: float | None = None
        self._is_down = False

    async def turn(self) -> None:
        """Wait until another attempt may be made."""
        pause = pause_after(self._failures)
        if self._asked_at is not None:
            pause = max(pause, self._asked_at + AT_MOST_ONE_IN - now())
        await asyncio.sleep(max(0.0, pause))
        self._asked_at = now()

    def turned_away(self) -> None:
        """Slack wants fewer connections: at once would be hundreds of times a second."""
        self._failures += 1

    def judge_the_last(self) -> None:
        """A connection that did not last counts as a failure; one that lasted wipes the slate."""
        if self._opened_at is None:
            return
        lived = now() - self._opened_at
        self._opened_at = None
        if lived < SHORT_LIFE:
            self._failures += 1
        elif lived > LONG_LIFE:
            self._failures = 0

    def failed(self, error: Exception) -> None:
        """An attempt came to nothing."""
        self._failures += 1
        reason = str(error) if isinstance(error, OutsideError) else type(error).__name__
        if isinstance(error, SignInAgain):
            self._failures = max(self._failures, LONG_ENOUGH)
            if not self.refused:
                log.error("slack_app_token_refused", reason=reason)
            self.refused = reason
        if not self._is_down:
            self._is_down = True
            log.warning("slack_socket_lost", reason=reason)

    def succeeded(self) -> None:
        """A connection is open."""
        self._opened_at, self.refused = now(), ""
        if self._is_down:
            self._is_down = False
            log.info("slack_socket_back")


def pause_after(failures: int) -> float:
    """Seconds to wait before another attempt: twice as long each time, with chance in it so that copies spread out."""
    if not failures:
        return 0.0
    pause: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def now() -> float:
    """Seconds of the loop's own clock, which nobody moves."""
    return asyncio.get_running_loop().time()
