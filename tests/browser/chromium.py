"""Finds a Chromium and starts it: the one installed, never a download of its own; nothing it does may leave this machine."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

try:
    from playwright.async_api import Browser, async_playwright, expect
except ImportError:  # the extra is not installed: said by ``start``
    async_playwright = expect = None

__all__ = ["Browser", "NotAvailable", "expect", "started"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-gpu",
    "--force-color-profile=srgb",
    "--enable-precise-memory-info",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class NotAvailable(Exception):
    """There is no browser to test in; the message says how to supply one."""


def executable() -> str:
    """Where Chromium is: ``CHROMIUM``, or the first on the path. Raises NotAvailable."""
    given = os.environ.get("CHROMIUM")
    found = given or next((place for name in NAMES if (place := shutil.which(name))), None)
    if not found:
        raise NotAvailable("no Chromium here: install the package chromium, or name one in CHROMIUM")
    return found


@asynccontextmanager
async def started() -> AsyncIterator["Browser"]:
    """A browser without a window. Raises NotAvailable."""
    if async_playwright is None:
        raise NotAvailable("no Playwright here: pip install -c deploy/constraints.txt -e '.[test,browser]'")
    place = executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=place, args=list(QUIET), chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        await browser.close()
