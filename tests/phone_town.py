"""A town whose duty officer has a phone: GOV.UK Notify stands beside whatever chat there is."""

from pathlib import Path
from typing import Any

from bot.clock import MovableClock
from integrations.sandbox.phone_server import StandInPhone


class WithPhone:
    """Put before a town: the phone is there before the bot, because its address stands in the settings, and goes last."""

    def __init__(self, folder: Path, clock: MovableClock, **more: Any) -> None:
        super().__init__(folder, clock, database_url=f"sqlite:///{folder / 'tolbooth.db'}", **more)
        self.phone = StandInPhone(clock)

    async def open(self) -> None:
        """See the town's own ``start``."""
        await self.phone.start()
        await super().open()

    async def stop(self) -> None:
        """Everything."""
        await super().stop()
        await self.phone.stop()
