"""The time. One clock for the running bot, one that tests and the demo can move."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Now: aware, UTC."""
        return datetime.now(UTC)


class MovableClock:
    """Runs on from a chosen moment, or stands still; ``advance`` moves it on."""

    def __init__(self, start: datetime | None = None, *, running: bool = False) -> None:
        self._real_start = datetime.now(UTC)
        self._start = (start or self._real_start).astimezone(UTC)
        self._running = running

    def now(self) -> datetime:
        """The clock's time: aware, UTC."""
        return self._start + (datetime.now(UTC) - self._real_start if self._running else timedelta(0))

    def advance(self, by: timedelta | None = None, **units: float) -> datetime:
        """Move on by a timedelta, or by ``minutes=15``; returns the new time."""
        self._start += by or timedelta(**units)
        return self.now()
