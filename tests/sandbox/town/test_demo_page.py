"""``tolbooth demo`` as somebody has it who types it: the address, the first card, and an end soon after it is asked for."""

import asyncio
import contextlib
import json
import signal
import socket
import stat
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from integrations.sandbox.demo import has_display, is_loopback
from tests.commands.line import Line

pytestmark = pytest.mark.slow

PATIENCE = 20.0
STOPS_WITHIN = 10.0


class Demo:
    """A demo that runs in the background."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.began = time.monotonic()
        self.said: list[str] = []

    async def line(self) -> str:
        """The next line it prints."""
        assert self.process.stdout
        self.said.append((await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)).decode().strip())
        return self.said[-1]

    async def address(self) -> str:
        """Where its page is, and the rest of what it says."""
        while not (await self.line()).startswith("The town is open at "):
            assert self.process.returncode is None, self.said
        address = self.said[-1].rpartition(" ")[2]
        await self.line()
        await self.line()
        return address

    async def stopped(self, sign: signal.Signals) -> float:
        """Ask it to stop; how many seconds it took. It must end well, and silently."""
        assert self.process.stderr
        began = time.monotonic()
        self.process.send_signal(sign)
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        took = time.monotonic() - began
        assert (code, (await self.process.stderr.read()).decode()) == (0, "")
        return took


@contextlib.asynccontextmanager
async def demo(line: Line, *words: str, port: int = 0, **variables: str) -> AsyncIterator[Demo]:
    """``tolbooth demo words…`` in the background, ended with the block."""
    running = Demo(await line.start("demo", "--port", str(port), *words, **variables))
    try:
        yield running
    finally:
        if running.process.returncode is None:
            running.process.kill()
            await running.process.wait()


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A shell where no browser could be seen."""
    line = Line(tmp_path)
    line.environment = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "TMPDIR": str(tmp_path)}
    return line


async def view(address: str) -> Any:
    """What the page shows at first."""
    async with aiohttp.ClientSession() as http, http.get(f"{address}view") as answer:
        return await answer.json()


async def first_message(address: str) -> str:
    """The first message on the screen, once there is one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if messages := (await view(address))["open"]["messages"]:
            return str(messages[0]["text"])
        await asyncio.sleep(0.02)
    raise AssertionError("there was never a card")


def wait_for(note: Path) -> None:
    """Wait until another process has made a file."""
    end = time.monotonic() + PATIENCE
    while not note.exists() and time.monotonic() < end:
        time.sleep(0.02)


async def test_it_says_where_the_town_is_and_a_first_card_comes_without_a_press(line: Line) -> None:
    async with demo(line) as running:
        address = await running.address()
        card = await first_message(address)
        print(f"from command to first card: {time.monotonic() - running.began:.2f} s", file=sys.stderr)

    assert "library on Castlegate" in card
    assert running.said == [
        f"The town is open at {address}",
        "practice: nothing here reaches the outside; the bot is the one that ships",
        "Ctrl+C stops it; nothing is kept (--keep FILE does).",
    ]
    assert address.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_it_stops_soon_with_a_window_open_and_a_storm_playing(line: Line, sign: signal.Signals) -> None:
    async with demo(line) as running, aiohttp.ClientSession() as http:
        address = await running.address()
        body = json.dumps({"scenario": "storm", "speed": 600})
        headers = {"Content-Type": "application/json"}
        async with http.post(f"{address}do/play", data=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
        async with http.get(f"{address}events") as events:
            await events.content.readuntil(b"\n\n")
            took = await running.stopped(sign)

    assert took < STOPS_WITHIN
    assert list(line.folder.iterdir()) == []


async def test_a_terminal_that_closes_stops_the_prompt_too(line: Line) -> None:
    async with demo(line, "--terminal") as running:
        while not (await running.line()).startswith("Type what staff type:"):
            assert running.process.returncode is None
        assert await running.stopped(signal.SIGHUP) < STOPS_WITHIN


async def test_a_port_in_use_is_said_and_another_is_taken(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with demo(line, port=port) as running:
            address = await running.address()

            assert f"Port {port} is in use, so another was taken." in running.said
            assert str(port) not in address
            assert (await view(address))["organisation"] == "Harrowmere Council"


async def test_any_other_host_than_this_one_is_warned_of(line: Line) -> None:
    async with demo(line, "--host", "0.0.0.0") as running:
        await running.address()

    assert running.said[0].startswith("Warning: --host 0.0.0.0 lets anybody who can reach this machine act as anybody")


async def test_a_host_that_is_not_ours_is_named(line: Line) -> None:
    done = await line.tolbooth("demo", "--host", "192.0.2.1")

    assert done.code == 2
    assert "The page cannot be served on 192.0.2.1:" in done.err


@pytest.mark.parametrize(("variables", "opened"), [({"DISPLAY": ":7"}, True), ({}, False)])
async def test_a_browser_is_opened_only_where_it_can_be_seen(line: Line, variables: dict[str, str], opened: bool) -> None:
    note = line.folder / "opened"
    browser = line.folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{note}.new"\nmv "{note}.new" "{note}"\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)

    async with demo(line, **{"BROWSER": f"{browser} %s", **variables}) as running:
        address = await running.address()
        await first_message(address)
        if opened:
            await asyncio.to_thread(wait_for, note)

    assert note.exists() == opened
    assert not opened or note.read_text().strip() == address


async def test_no_browser_is_opened_when_none_is_wanted(line: Line) -> None:
    browser = line.folder / "browser"
    browser.write_text(f'#!/bin/sh\ntouch "{line.folder / "opened"}"\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)

    async with demo(line, "--no-browser", BROWSER=f"{browser} %s", DISPLAY=":7") as running:
        await first_message(await running.address())
        await running.stopped(signal.SIGTERM)

    assert not (line.folder / "opened").exists()


async def test_a_kept_town_goes_on_from_where_it_was(line: Line) -> None:
    for ref in ("M-1", "M-2"):
        async with demo(line, "--keep", "kept.db") as running:
            assert ref in await first_message(await running.address())
            assert running.said[-1] == "Ctrl+C stops it; kept.db keeps what happens."
            await running.stopped(signal.SIGTERM)

    verified = await line.tolbooth("verify", TOLBOOTH_DATABASE_URL="sqlite:///kept.db")
    assert verified.out.startswith("ok: ")


@pytest.mark.parametrize(
    ("platform", "environment", "seen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("freebsd14", {"DISPLAY": ":0"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, False),
        ("win32", {}, True),
    ],
)
def test_a_display_is_looked_for_as_each_system_has_it(platform: str, environment: dict[str, str], seen: bool) -> None:
    assert has_display(environment, platform) is seen


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("10.0.0.3", False),
        ("town.example", False),
    ],
)
def test_only_loopback_needs_no_warning(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours
