"""The command itself: from Enter to the first card on screen, and from the signal to the end."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from tests.browser.window import Window

if TYPE_CHECKING:
    from playwright.async_api import Browser

URL = re.compile(r"http://127\.0\.0\.1:\d+/")
PATIENT = 20.0
"""Seconds; the aim is 3 on a machine with nothing else to do, and the figure is reported."""


@asynccontextmanager
async def command(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """``tolbooth demo``, killed if the test does not end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0", cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def address(process: asyncio.subprocess.Process) -> str:
    """The URL it prints."""
    assert process.stdout
    async for line in process.stdout:
        if found := URL.search(line.decode()):
            return found.group(0)
    raise AssertionError("it printed no address")


async def test_a_card_is_on_screen_soon_and_a_signal_ends_it_all(
    browser: "Browser", tmp_path: Path, report: Callable[[str], None]
) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    began = monotonic()
    async with command(tmp_path) as process:
        window = await Window.open(context, await address(process))
        await window.message("nobody has looked yet").first.wait_for()
        took = monotonic() - began
        asked = monotonic()
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), PATIENT)
        ended = monotonic() - asked
        await window.page.get_by_text("The demo has stopped").first.wait_for()
    await context.close()

    report(f"from the command to the first card: {took:.1f} s; from the signal to the end: {ended:.1f} s")
    assert took < PATIENT
    assert code == 0
    assert not window.trouble
    assert not os.listdir(tmp_path)
