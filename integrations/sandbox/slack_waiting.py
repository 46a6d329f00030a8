"""Waiting for something to become so on the screens of a stand-in Slack."""

import asyncio
from collections.abc import Callable

from integrations.sandbox.slack_world import Workspace


async def wait_for(world: Workspace, done: Callable[[], bool], within: float) -> bool:
    """Wait until it is so, looking again at each change; False when the time, in seconds, has passed."""
    changed = asyncio.Event()
    world.listeners.append(changed.set)
    try:
        async with asyncio.timeout(within):
            while not done():
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return False
    finally:
        world.listeners.remove(changed.set)
    return True
