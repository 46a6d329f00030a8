"""What every person in a stand-in Slack acts on."""

import asyncio
from dataclasses import dataclass, field

from integrations.sandbox.slack_courier import Courier
from integrations.sandbox.slack_world import Workspace


@dataclass(slots=True)
class Stage:
    """What every person acts on. ``late_wait`` is how long, in seconds, to wait for an answer after an empty ack."""

    world: Workspace
    courier: Courier
    scopes: set[str]
    address: str = ""
    late_wait: float = 0.5
    telling: set[asyncio.Task[object]] = field(default_factory=set)
    """What the app is being told that nobody waits for."""
