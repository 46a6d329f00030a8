"""``python -m tests.bench.ingest``: signed webhooks stored a second, beside an aiohttp handler that only answers."""

import argparse
import asyncio
import json
import tempfile
import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from bot.clock import SystemClock
from bot.store import schema
from bot.wiring import Bot, load_settings
from integrations.webchat.signature import sign
from tests.bench.measure import asked, machine, p99, serving
from tests.bench.people import HOOK_KEY, settings

WARM = 64
TURN = 256
"""Requests one side gets before it is the other's turn."""


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--requests", type=int, default=2048, help="requests to each side")
    given.add_argument("--in-flight", type=int, default=64, metavar="N")
    options = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as name:
        folder = Path(name)
        print(
            "signed webhook until the 202 after COMMIT, each a new mention; baseline: an aiohttp handler that only answers"
        )
        print(machine(folder))
        measured(folder, options.requests, options.in_flight)


def measured(folder: Path, requests: int, in_flight: int) -> None:
    """Send both sides the same calls, and count what was stored."""
    with serving("slack", said_in=folder) as slack:
        path = settings(folder, slack, f"whsec_{b64encode(HOOK_KEY).decode()}")
        with serving("bot", str(path), said_in=folder) as ours, serving("empty", said_in=folder) as empty:
            calls = [call(number) for number in range(WARM + requests)]
            job = {
                "in_flight": in_flight,
                "turn": TURN,
                "targets": {
                    "ours": target(f"http://127.0.0.1:{ours['port']}/hooks/website", calls),
                    "empty": target(f"http://127.0.0.1:{empty['port']}/", calls),
                },
            }
            print(line(in_flight, asked(job)))
    print(f"mentions on the disk: {asyncio.run(stored(path)):,} of {WARM + requests:,} (with {WARM} to warm up)")


def target(url: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """One side."""
    return {"url": url, "warm": calls[:WARM], "requests": calls[WARM:], "status": 202, "says": ""}


def call(number: int | str) -> dict[str, Any]:
    """A post by somebody new."""
    data = {
        "id": f"post-{number}",
        "text": f"The light at junction {number} is stuck on red",
        "author": {"id": f"v-{number}", "name": "Lou"},
        "posted_at": datetime.now(UTC).isoformat(),
    }
    body = json.dumps({"type": "mention.created", "data": data})
    stamp, message_id = int(time.time()), f"msg_{number}"
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(HOOK_KEY, message_id, stamp, body.encode()),
    }
    return {"body": body, "headers": headers}


def line(in_flight: int, results: dict[str, Any]) -> str:
    """The figures, each beside its baseline."""
    rate = {name: len(result["ms"]) / result["seconds"] for name, result in results.items()}
    return (
        f"{in_flight} in flight, {len(results['ours']['ms']):,} requests each: "
        f"Tolbooth {rate['ours']:,.0f} a second stored (p99 {p99(results['ours']['ms']):.0f} ms); "
        f"empty handler {rate['empty']:,.0f} a second (p99 {p99(results['empty']['ms']):.0f} ms); "
        f"ratio {rate['ours'] / rate['empty']:.2f}"
    )


async def stored(path: Path) -> int:
    """How many mentions are on the disk."""
    bot = Bot(load_settings(path), SystemClock())
    try:
        return await bot.database.read(count)
    finally:
        bot.database.close()


def count(conn: Connection) -> int:
    """Every mention."""
    return conn.execute(select(func.count()).select_from(schema.mention)).scalar_one()


if __name__ == "__main__":
    main()
