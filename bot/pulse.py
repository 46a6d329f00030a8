"""When each loop of this copy last went round: what is frozen cannot say so itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.ports import Clock


class Pulse:
    """Each loop beats once it has been round, and has reached the database on the way."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._beats: dict[str, datetime] = {}

    def beat(self, loop: str) -> None:
        """A loop has been round."""
        self._beats[loop] = self.clock.now()

    def within(self, time: timedelta) -> Mapping[str, datetime]:
        """When each loop last beat, of those that did so lately."""
        since = self.clock.now() - time
        return {loop: at for loop, at in self._beats.items() if at >= since}
