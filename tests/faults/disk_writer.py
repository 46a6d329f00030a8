"""Takes in posts while the disk fails now and then: ``python -m tests.faults.disk_writer FILE``, under ``fiu-run``."""

import asyncio
import json
import logging
import sys
import time
from pathlib import Path

import structlog

from bot.clock import MovableClock
from bot.errors import Busy
from bot.store.executor import Database
from tests.bot.council import Bench, house, post

SECONDS = 6.0
AT_ONCE = 4


async def main(file: Path) -> None:
    """For a while; what was acked is written down at the end, past any fault: ``said.json`` is tried until it is whole."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    acked: list[str] = []
    refused = 0
    bench = Bench(Database(f"sqlite:///{file}"), MovableClock(), house())
    until = time.monotonic() + SECONDS

    async def desk(who: int) -> None:
        nonlocal refused
        turn = 0
        while time.monotonic() < until:
            name = f"p{who}-{turn}"
            try:
                await bench.arrives(post(name, by=name))
            except Busy:
                refused += 1
                continue
            acked.append(name)
            turn += 1

    await asyncio.gather(*(desk(who) for who in range(AT_ONCE)))
    bench.db.close()
    while True:
        try:
            (file.parent / "said.json").write_text(json.dumps({"acked": acked, "refused": refused}))
        except OSError:
            continue
        return


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
