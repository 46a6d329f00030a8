"""What every benchmark needs: processes to measure, figures of what was measured, and the machine it was measured on."""

import json
import os
import platform
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@contextmanager
def serving(role: str, *given: str, said_in: Path) -> Iterator[dict[str, Any]]:
    """A process of ``tests.bench.serve``; yields the line it prints once it listens. It ends when its input does."""
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("TOLBOOTH_")}
    with (said_in / f"{role}.log").open("w+") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.serve", role, *given],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        assert child.stdin
        assert child.stdout
        with child, child.stdin, child.stdout:
            try:
                line = child.stdout.readline()
                if not line:
                    said.seek(0)
                    sys.exit(f"{role} did not start:\n{said.read()[-2000:]}")
                yield json.loads(line)
            finally:
                child.stdin.close()
                ended(child)


def ended(child: subprocess.Popen[str]) -> None:
    """Wait for a process to end by itself, and no longer than ``PATIENCE``."""
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()


def asked(job: dict[str, Any]) -> dict[str, Any]:
    """Have the client process send what the job says. Ends the benchmark when an answer was not as it should be."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.client"],
        cwd=ROOT,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def p99(timings: Sequence[float]) -> float:
    """The value that 99 of 100 do not pass."""
    return sorted(timings)[max(0, -(-len(timings) * 99 // 100) - 1)]


def machine(folder: Path) -> str:
    """What the figures depend on; the last is what storing one row durably costs here, with nothing around it."""
    commit = median(commits(folder / "floor.db", 50))
    return (
        f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} synchronous=FULL, bare commit {commit:.1f} ms"
    )


def commits(path: Path, count: int) -> list[float]:
    """Milliseconds for each of some durable commits of one row."""
    took = []
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE t (x)")
        for _ in range(count):
            start = time.perf_counter()
            db.execute("INSERT INTO t VALUES (1)")
            took.append((time.perf_counter() - start) * 1000)
    finally:
        db.close()
    return took
