"""``python -m tests.bench.claim``: from a signed ``/claim`` to its answer after COMMIT, beside Bolt that only acks."""

import argparse
import asyncio
import json
import tempfile
import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import aiohttp
from sqlalchemy import Connection, func, select, update

from bot.clock import SystemClock
from bot.mention import Author, State
from bot.ports import Incoming
from bot.store import migrate, schema
from bot.store.intake import arrivals
from bot.store.intake.corrections import Intake
from bot.wiring import Bot, load_settings
from integrations.slack.http_mode import signed
from tests.bench.measure import asked, machine, p99, serving
from tests.bench.people import HOOK_KEY, STAFF, settings, user_id

WARM = len(STAFF)
TURN = 100
"""Requests one side gets before it is the other's turn, with many in flight; with one in flight they alternate."""


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--requests", type=int, default=400, help="requests to each side, for each number in flight")
    given.add_argument("--in-flight", type=int, nargs="+", default=[1, 50], metavar="N")
    options = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as name:
        folder = Path(name)
        print("/claim as signed HTTP until the answer after COMMIT; baseline: a slack-bolt listener that only acks")
        print(machine(folder))
        measured(folder, options.requests, options.in_flight)


def measured(folder: Path, requests: int, in_flight: list[int]) -> None:
    """Prepare a mention for every claim, then measure with each number in flight."""
    each = WARM + requests
    with serving("slack", said_in=folder) as slack:
        path = settings(folder, slack, f"whsec_{b64encode(HOOK_KEY).decode()}")
        asyncio.run(prepared(path, each * len(in_flight), slack))
        secret = slack["signing_secret"]
        with serving("bot", str(path), said_in=folder) as ours, serving("bare", secret, said_in=folder) as bare:
            for turn, at_once in enumerate(in_flight):
                body = [command(number + 1, slack) for number in range(turn * each, (turn + 1) * each)]
                job = {
                    "in_flight": at_once,
                    "turn": 1 if at_once == 1 else TURN,
                    "targets": {
                        "ours": target(f"http://127.0.0.1:{ours['port']}/slack/events", body, secret, "is yours"),
                        "bare": target(f"http://127.0.0.1:{bare['port']}/", body, secret, "acked"),
                    },
                }
                print(line(at_once, asked(job)))
        print(f"claims in the record: {asyncio.run(claimed(path)):,} of {each * len(in_flight):,} (with {WARM} to warm up)")


def target(url: str, bodies: list[str], secret: str, says: str) -> dict[str, Any]:
    """One side, with the same bodies signed for it."""
    requests = [request(body, secret) for body in bodies]
    return {"url": url, "warm": requests[:WARM], "requests": requests[WARM:], "status": 200, "says": says}


def request(body: str, secret: str) -> dict[str, Any]:
    """As Slack signs it."""
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signed(secret.encode(), stamp, body.encode()),
    }
    return {"body": body, "headers": headers}


def command(number: int, slack: dict[str, Any], typed: str = "/claim", text: str = "") -> str:
    """``/claim 142``, or something else that is typed, by one of the staff, each in turn."""
    return urlencode(
        {
            "team_id": "T0HARROWMERE",
            "team_domain": "harrowmere",
            "channel_id": slack["channel"],
            "channel_name": "mentions",
            "user_id": user_id(number),
            "user_name": "staff",
            "command": typed,
            "text": text or str(number),
            "api_app_id": "A0TOLBOOTH",
            "is_enterprise_install": "false",
            "response_url": slack["api_url"].replace("/api/", "/response/none"),
            "trigger_id": f"{number}.{time.time_ns()}",
        }
    )


def line(at_once: int, results: dict[str, Any]) -> str:
    """One row of figures, each beside its baseline."""
    ours, bare = results["ours"]["ms"], results["bare"]["ms"]
    more = median(ours) - median(bare)
    return (
        f"{at_once:>3} in flight, {len(ours):,} requests each: "
        f"Tolbooth median {median(ours):.2f} ms, p99 {p99(ours):.2f} ms; "
        f"bare Bolt median {median(bare):.2f} ms, p99 {p99(bare):.2f} ms; "
        f"{more:+.2f} ms at the median, ratio {median(ours) / median(bare):.2f}"
    )


async def prepared(path: Path, count: int, slack: dict[str, Any]) -> None:
    """As many unclaimed mentions, their cards in the stand-in's channel."""
    bot = Bot(load_settings(path), SystemClock())
    migrate.upgrade(bot.database)
    try:
        now = datetime.now(UTC)
        author = Author("v-1", "Lou")
        items = [Incoming(f"post-{n}", f"The light at junction {n} is stuck on red", author, now) for n in range(count)]
        await bot.database.write(arrivals.take_in, items, Intake(bot.desk.house.accounts["website"], bot.desk.house, now))
        await bot.database.write(with_cards_posted, await messages(count, slack), slack["channel"])
    finally:
        bot.database.close()


async def messages(count: int, slack: dict[str, Any]) -> list[str]:
    """Ids of as many messages in the channel."""
    ids = []
    headers = {"Authorization": f"Bearer {slack['bot_token']}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for number in range(count):
            body = {"channel": slack["channel"], "text": f"card of M-{number + 1}"}
            async with session.post(f"{slack['api_url']}chat.postMessage", json=body) as answer:
                ids.append(json.loads(await answer.text())["ts"])
    return ids


def with_cards_posted(conn: Connection, ids: list[str], channel: str) -> None:
    """The state after every card has been posted."""
    for number, message in enumerate(ids, 1):
        conn.execute(update(schema.card).where(schema.card.c.number == number).values(channel=channel, message=message))
    conn.execute(update(schema.delivery).values(state="done", due_at=None))


async def claimed(path: Path) -> int:
    """How many claims are on the disk."""
    bot = Bot(load_settings(path), SystemClock())
    c = schema.mention.c
    try:
        return await bot.database.read(
            lambda conn: conn.execute(select(func.count()).where(c.state == State.CLAIMED, c.version == 2)).scalar_one()
        )
    finally:
        bot.database.close()


if __name__ == "__main__":
    main()
