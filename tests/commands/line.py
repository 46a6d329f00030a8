"""The command line as an operator has it: real processes, in a folder of their own, with nothing set outside."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATIENCE = 20.0


@dataclass
class Done:
    """What came of a command. ``err`` holds the log too."""

    code: int
    out: str
    err: str
    took: float

    @property
    def said(self) -> list[str]:
        """What it said on standard error, without the log."""
        return [line for line in self.err.splitlines() if not line.startswith("{")]

    @property
    def lines(self) -> list[str]:
        """All of it."""
        return [*self.out.splitlines(), *self.err.splitlines()]


@dataclass
class Running:
    """A bot that runs. ``log`` grows."""

    process: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)

    async def until(self, words: str) -> str:
        """The first line of the log with these words, once it is there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := next((line for line in self.log if words in line), None):
                return found
            if self.process.returncode is not None:
                break
            await asyncio.sleep(0.02)
        raise AssertionError(f"{words!r} was never said:\n" + "\n".join(self.log))

    async def stop(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to stop; its exit status, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(sign)
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        return code, time.monotonic() - began


class Line:
    """A shell in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}

    def settings(self, toml: str, name: str = "tolbooth.toml") -> str:
        """Write a settings file; returns its name."""
        (self.folder / name).write_text(toml)
        (self.folder / name).chmod(0o600)
        return name

    def env(self, more: Mapping[str, str]) -> dict[str, str]:
        """What the process sees."""
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("TOLBOOTH_")}
        return {**kept, "PYTHONPATH": str(ROOT), **self.environment, **more}

    async def start(self, *words: str, out: int | None = None, **variables: str) -> asyncio.subprocess.Process:
        """Start ``tolbooth words…``."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            env=self.env(variables),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE if out is None else out,
            stderr=asyncio.subprocess.PIPE,
        )

    async def tolbooth(self, *words: str, typed: str = "", out: int | None = None, **variables: str) -> Done:
        """Run a command to its end."""
        began = time.monotonic()
        process = await self.start(*words, out=out, **variables)
        try:
            given = await asyncio.wait_for(process.communicate(typed.encode()), PATIENCE)
        except TimeoutError:
            process.kill()
            raise
        said, err = ((part or b"").decode() for part in given)
        assert "Traceback" not in said + err, said + err
        return Done(process.returncode or 0, said, err, time.monotonic() - began)

    @contextlib.asynccontextmanager
    async def running(self, *words: str, **variables: str) -> AsyncIterator[Running]:
        """``tolbooth run`` in the background, ended with the block."""
        running = Running(await self.start(*words, **variables))
        reader = asyncio.create_task(read_on(running))
        try:
            yield running
        finally:
            if running.process.returncode is None:
                running.process.kill()
            await running.process.wait()
            await reader


async def read_on(running: Running) -> None:
    """Keep the log as it comes."""
    assert running.process.stderr
    async for line in running.process.stderr:
        running.log.append(line.decode().rstrip())
