"""Copies of the bot that live for a fraction of a second: one process has everything imported and forks each of them.

``python -m tests.faults.zygote`` reads jobs from its input. It alone starts and ends the copies, so that none outlives it
and no number of a process is ever taken for another's.
"""

import gc
import json
import logging
import mmap
import os
import signal
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import structlog

from bot.clock import MovableClock
from tests.faults.living import live, live_once

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


class FastClock(MovableClock):
    """Runs ``rate`` times as fast as the machine's, in every process that has its file; ``advance`` moves all of them."""

    def __init__(self, file: Path, rate: float, began: float = 0.0) -> None:
        super().__init__(NOON)
        self.file, self.rate = file, rate
        self.began = began or time.monotonic()
        if not file.exists():
            file.write_bytes(struct.pack("d", 0.0))
        with file.open("r+b") as opened:
            self._leapt = mmap.mmap(opened.fileno(), 8)

    def now(self) -> datetime:
        """The same in all processes: aware, UTC."""
        (leapt,) = struct.unpack("d", self._leapt[:])
        return NOON + timedelta(seconds=(time.monotonic() - self.began) * self.rate + leapt)

    def advance(self, by: timedelta | None = None, **units: float) -> datetime:
        """Move on, in one process only at a time."""
        (leapt,) = struct.unpack("d", self._leapt[:])
        self._leapt[:] = struct.pack("d", leapt + (by or timedelta(**units)).total_seconds())
        return self.now()

    def described(self) -> dict[str, Any]:
        """What another process needs to have the same clock."""
        return {"file": str(self.file), "rate": self.rate, "began": self.began}

    @classmethod
    def like(cls, described: Mapping[str, Any]) -> Self:
        """The clock of another process."""
        return cls(Path(described["file"]), described["rate"], described["began"])


class Zygote:
    """The process that forks copies, as whoever runs the soak sees it."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def __enter__(self) -> Self:
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.zygote"],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        self._asked()  # it says so once everything is imported
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(20)
        assert self._process.stdout
        self._process.stdout.close()

    def warm_up(self, job: Mapping[str, Any]) -> None:
        """Be a copy for ``job["seconds"]``: those that are forked afterwards are at work in no time."""
        self._asked({"warm": job})

    def start(self, job: Mapping[str, Any]) -> int:
        """Fork a copy; its process."""
        pid: int = self._asked({"start": job})["pid"]
        return pid

    def kill(self, pid: int) -> bool:
        """End a copy as a power cut would. False when it had ended by itself, which it never should."""
        killed: bool = self._asked({"kill": pid})["killed"]
        return killed

    def _asked(self, order: Mapping[str, Any] | None = None) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        if order is not None:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the zygote ended:\n{self.log.read_text()[-2000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    """Fork and kill until the input ends; then no copy is left."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    copies: set[int] = set()
    answer({"ready": True})
    try:
        for line in sys.stdin:
            order = json.loads(line)
            if "warm" in order:
                live_once(order["warm"], FastClock.like(order["warm"]["clock"]))
                gc.freeze()  # what is there already is not looked through, and so not copied, by each of them
                answer({"warm": True})
            elif "start" in order:
                copies.add(pid := forked(order["start"]))
                answer({"pid": pid})
            else:
                copies.discard(order["kill"])
                answer({"killed": killed(order["kill"])})
    finally:
        for pid in copies:
            killed(pid)


def answer(what: Mapping[str, Any]) -> None:
    """One line."""
    print(json.dumps(what), flush=True)


def forked(job: Mapping[str, Any]) -> int:
    """A new process that lives as the job says; it never comes back from here."""
    pid = os.fork()
    if pid:
        return pid
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        live(job, FastClock.like(job["clock"]))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def killed(pid: int) -> bool:
    """Whether it was alive until now."""
    ended, _ = os.waitpid(pid, os.WNOHANG)
    if ended:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return True


if __name__ == "__main__":
    main()
