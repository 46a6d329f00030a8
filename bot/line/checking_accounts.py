"""What ``tolbooth check`` says of accounts besides their faults: when their sign-ins end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import OutsideError
from bot.ports import Network
from bot.words import listening as words
from bot.words import when

LIMIT = 20.0
"""Seconds."""


async def notes_on_sign_ins(networks: Mapping[str, Network], zone: ZoneInfo, now: datetime) -> AsyncIterator[str]:
    """One for each account whose sign-in ends unless somebody renews it. What cannot be asked is a fault elsewhere."""
    for name, network in networks.items():
        try:
            async with asyncio.timeout(LIMIT):
                ends_at = await network.ends_at()
        except (OutsideError, TimeoutError):
            continue
        if ends_at:
            yield f"account {name}: {words.sign_in(when(ends_at, zone), (ends_at - now).days)}"
