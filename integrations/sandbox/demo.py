"""``tolbooth demo``: the shipped bot between a stand-in Slack and a stand-in public, on this machine only."""

import asyncio
import contextlib
import ipaddress
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import click

from bot.errors import SettingsError
from integrations.sandbox.page.server import Page
from integrations.sandbox.page.visit import Visit
from integrations.sandbox.practice import practise
from integrations.sandbox.story import story
from integrations.sandbox.town import MakeBot, Town

PAGE_WITHIN, TOWN_WITHIN = 0.7, 1.8
"""Seconds for each to be put down; then it is let go of."""
LATE = "The demo came to a halt: something did not happen in time. Please report it."
EXPOSED = "Warning: --host {host} lets anybody who can reach this machine act as anybody here. It is for practice only."
FIRST = ("board", "Joan Whitlock", "Is the library on Castlegate open on Saturday? I have books due back.")
"""What waits when the page opens, in the channel it opens on."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What was chosen on the command line."""

    headless: bool = False
    once: bool = False
    keep: Path | None = None
    terminal: bool = False
    browser: bool = True
    host: str = "127.0.0.1"
    port: int = 8765

    @property
    def told_here(self) -> bool:
        """Whether the story is told in the terminal, and there is no page."""
        return self.terminal or self.headless or self.once


def play(make: MakeBot, *, options: DemoOptions) -> int:
    """Show the town. ``make`` builds the bot from a settings file."""
    try:
        with tempfile.TemporaryDirectory(prefix="tolbooth-demo-", ignore_cleanup_errors=True) as folder:
            return asyncio.run(played(make, Path(folder), options))
    except KeyboardInterrupt:
        return 0


async def played(make: MakeBot, folder: Path, options: DemoOptions) -> int:
    """See ``play``: open the town, do what was chosen until it is over or somebody asks to stop, close it."""
    stopping = asyncio.Event()
    with stopped_by(stopping):
        town = Town(make, folder, database=(options.keep or folder / "demo.db").resolve())
        try:
            chosen = told(town, options) if options.told_here else shown(town, options)
            await unless(stopping, chosen)
        except TimeoutError:
            click.echo(LATE, err=True)
            return 1
        finally:
            await within(TOWN_WITHIN, town.close())
    return 0


async def told(town: Town, options: DemoOptions) -> None:
    """The story, in the terminal, and then a prompt."""
    await town.open()
    await story(town)
    if not (options.headless or options.once):
        await practise(town.slack, town.x, town.clock, town.bot.wake)


async def shown(town: Town, options: DemoOptions) -> None:
    """The page, for as long as it is wanted."""
    await town.open()
    await town.post(*FIRST)
    page = Page(town, Visit(town))
    try:
        url = await started(page, options)
        for line in welcome(url, options):
            click.echo(line)
        if options.browser and has_display(os.environ):
            Thread(target=webbrowser.open, args=(url,), daemon=True).start()  # some browsers come back only when closed
        await asyncio.Event().wait()
    finally:
        await within(PAGE_WITHIN, page.stop())


async def started(page: Page, options: DemoOptions) -> str:
    """Serve the page, on another port when the one asked for is taken; returns its address. Raises SettingsError."""
    try:
        return await page.start(options.host, options.port)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(f"The page cannot be served on {options.host}: {reason}. Name another --host.") from error


def welcome(url: str, options: DemoOptions) -> Iterator[str]:
    """What is said at the beginning."""
    if not is_loopback(options.host):
        yield EXPOSED.format(host=options.host)
    if options.port and urlsplit(url).port != options.port:
        yield f"Port {options.port} is in use, so another was taken."
    yield f"The town is open at {url}"
    yield "practice: nothing here reaches the outside; the bot is the one that ships"
    kept = f"{options.keep} keeps what happens" if options.keep else "nothing is kept (--keep FILE does)"
    yield f"Ctrl+C stops it; {kept}."


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser could be seen by whoever started this."""
    if platform in ("darwin", "win32"):
        return not environment.get("SSH_CONNECTION")
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


@contextlib.contextmanager
def stopped_by(stopping: asyncio.Event) -> Iterator[None]:
    """Ctrl+C, being told to end, and the terminal closing (unless ``nohup`` has it ignored) ask for a stop."""
    loop = asyncio.get_running_loop()
    known = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    heard = [name for name in known if signal.getsignal(name) is not signal.SIG_IGN]
    with contextlib.suppress(NotImplementedError):
        for name in heard:
            loop.add_signal_handler(name, stopping.set)
    yield
    with contextlib.suppress(NotImplementedError):
        for name in heard:
            loop.remove_signal_handler(name)


async def unless(stopping: asyncio.Event, chosen: Awaitable[None]) -> None:
    """Do it, unless a stop is asked for first. Raises what it raises."""
    doing, asked = asyncio.ensure_future(chosen), asyncio.create_task(stopping.wait())
    await asyncio.wait({doing, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not doing.done():
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        return
    await doing


async def within(seconds: float, closing: Awaitable[None]) -> None:
    """Give it so long, and then go on without."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(closing, seconds)
