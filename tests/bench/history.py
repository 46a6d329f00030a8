"""``python -m tests.bench.history``: what a long queue costs: the same requests with few and with many open mentions.

With ``--closed``, what a long history costs: the units of work behind them, with few and with many closed ones.
"""

import argparse
import asyncio
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select, update

from bot.clock import SystemClock
from bot.mention import Author
from bot.ports import Incoming
from bot.store import migrate, schema
from bot.store.intake import arrivals
from bot.store.intake.corrections import Intake
from bot.wiring import Bot, load_settings
from tests import servers
from tests.bench import closed, ingest
from tests.bench.claim import WARM, command, messages, request
from tests.bench.measure import asked, machine, p99, serving
from tests.bench.people import HOOK_KEY, settings

AGAIN_WARM = 3
"""Requests before those that count, of each kind but the first, in which everybody asks once."""
NAMES = {"native_id", "conversation", "author_id", "key", "lane"}
COPIED = (
    schema.mention,
    schema.arrival,
    schema.card,
    schema.escalation,
    schema.delivery,
    schema.chain,
    schema.event,
)


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument(
        "--stored", type=int, nargs=2, default=[1_000, 100_000], metavar="N", help="open mentions on each side"
    )
    given.add_argument("--requests", type=int, default=100, help="requests of each kind to each side")
    given.add_argument("--only-sqlite", action="store_true", help="not on PostgreSQL, even where there is one")
    given.add_argument("--closed", type=int, nargs="+", metavar="N", help="instead: closed mentions on each side")
    options = given.parse_args()
    if options.closed:
        history(options.closed, options.requests, only_sqlite=options.only_sqlite)
        return
    few, many = options.stored
    if few < WARM + options.requests:
        given.error(f"each side claims {WARM + options.requests} mentions, so it needs as many")
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as name:
        folder = Path(name)
        print(f"signed HTTP until the answer, one in flight; baseline: the same bot with {few:,} open mentions")
        print(machine(folder))
        measured("SQLite", folder, [few, many], ["", ""], options.requests)
        if not options.only_sqlite:
            with postgres() as urls:
                if urls:
                    measured("PostgreSQL", folder, [few, many], urls, options.requests)


def history(stored: list[int], requests: int, *, only_sqlite: bool) -> None:
    """Measure with so many closed mentions on each side."""
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as name:
        print(f"units of work of the bot, one at a time; baseline: {stored[0]:,} closed mentions stored")
        print(machine(Path(name)))
        files = [f"sqlite:///{name}/{number}.db" for number, _ in enumerate(stored)]
        asyncio.run(closed.measured("SQLite", files, stored, requests))
        if not only_sqlite:
            with postgres(len(stored)) as urls:
                if urls:
                    asyncio.run(closed.measured("PostgreSQL", urls, stored, requests))


@contextmanager
def postgres(count: int = 2) -> Iterator[list[str]]:
    """So many empty databases; none where no server can be had."""
    try:
        server = servers.PostgresServer()
    except servers.NotAvailable as reason:
        print(reason)
        yield []
        return
    with server:
        yield [servers.create_database(server.url) for _ in range(count)]


def measured(database: str, folder: Path, stored: list[int], urls: list[str], requests: int) -> None:
    """Fill both queues, then ask both sides the same in turn."""
    secret = f"whsec_{b64encode(HOOK_KEY).decode()}"
    with serving("slack", said_in=folder) as slack:
        paths = []
        for count, url in zip(stored, urls, strict=True):
            place = folder / f"{database}-{count}"
            place.mkdir()
            paths.append(settings(place, slack, secret, url))
            start = time.perf_counter()
            asyncio.run(filled(paths[-1], [stored[0], count], WARM + requests, slack))
            print(f"{database}: {count:,} stored in {time.perf_counter() - start:.0f} s")
        with serving("bot", str(paths[0]), said_in=folder) as few, serving("bot", str(paths[1]), said_in=folder) as many:
            for name, says, calls, path in kinds(slack, requests):
                status = 202 if path.startswith("/hooks") else 200
                warm = len(calls) - requests
                shape = {"warm": calls[:warm], "requests": calls[warm:], "status": status, "says": says}
                sides = {"few": few["port"], "many": many["port"]}
                targets = {side: {"url": f"http://127.0.0.1:{port}{path}", **shape} for side, port in sides.items()}
                print(line(f"{database} {name}", stored, asked({"in_flight": 1, "turn": 1, "targets": targets})))
        there = [asyncio.run(on_the_disk(path)) for path in paths]
        print(f"{database}: mentions on the disk: {' and '.join(f'{count:,}' for count in there)}")


def kinds(slack: dict[str, Any], requests: int) -> Iterator[tuple[str, str, list[dict[str, Any]], str]]:
    """What is asked: its name, what a right answer says, the requests, and where they go.

    A report may answer that it is still being worked on: that is what 2.5 seconds and more look like here.
    """
    secret, numbers = slack["signing_secret"], range(1, requests + AGAIN_WARM + 1)
    claims = [request(command(number, slack), secret) for number in range(1, WARM + requests + 1)]
    yield "/claim", "is yours", claims, "/slack/events"
    queues = [request(command(number, slack, "/mention", "queue"), secret) for number in numbers]
    yield "/mention queue", "", queues, "/slack/events"
    handovers = [request(command(number, slack, "/handover", " "), secret) for number in numbers]
    yield "/handover", "", handovers, "/slack/events"
    yield "webhook", "", [ingest.call(f"new-{number}") for number in numbers], "/hooks/website"


def line(what: str, stored: list[int], results: dict[str, Any]) -> str:
    """One row of figures, beside the baseline."""
    few, many = results["few"]["ms"], results["many"]["ms"]
    return (
        f"{what}: with {stored[1]:,} median {median(many):.2f} ms, p99 {p99(many):.2f} ms; "
        f"with {stored[0]:,} median {median(few):.2f} ms, p99 {p99(few):.2f} ms; ratio {median(many) / median(few):.2f}"
    )


async def filled(path: Path, counts: list[int], shown: int, slack: dict[str, Any]) -> None:
    """Open mentions: so many that really come in, the first with cards in the stand-in's channel; then copies."""
    real, count = counts
    bot = Bot(load_settings(path), SystemClock())
    migrate.upgrade(bot.database)
    try:
        now = datetime.now(UTC)
        intake = Intake(bot.desk.house.accounts["website"], bot.desk.house, now)
        items = [post(number, now) for number in range(real)]
        await bot.database.write(arrivals.take_in, items, intake)
        await bot.database.write(with_cards_posted, await messages(shown, slack), slack["channel"])
        for start in range(real, count, real):
            await bot.database.write(copied, start, min(real, count - start))
    finally:
        bot.database.close()


def post(number: int, now: datetime) -> Incoming:
    """By somebody new."""
    return Incoming(f"post-{number}", f"The light at junction {number} is stuck on red", Author(f"v-{number}", "Lou"), now)


def copied(conn: Connection, start: int, count: int) -> None:
    """The first ``count`` mentions once more, as those after number ``start``. Their hashes are not made good."""
    firsts = [f"M-{number}" for number in range(1, count + 1)]
    for table in COPIED:
        of_them = table.c.subject.in_(firsts) if "subject" in table.c else table.c.number <= count
        rows = conn.execute(select(table).where(of_them)).mappings().all()
        conn.execute(table.insert(), [shifted(row, start) for row in rows])
    conn.execute(update(schema.counter).where(schema.counter.c.name == "mention").values(value=start + count))


def shifted(row: Mapping[str, Any], by: int) -> dict[str, Any]:
    """A row of another mention's, with a number and names of its own."""
    copy = {name: f"{value}+{by}" if name in NAMES else value for name, value in row.items()}
    if "subject" in copy:
        copy["subject"] = f"M-{int(row['subject'].removeprefix('M-')) + by}"
    if "number" in copy:
        copy["number"] += by
    copy.pop("id", None)
    if "lane" in copy:
        copy["id"] = uuid4().hex
    return copy


def with_cards_posted(conn: Connection, ids: list[str], channel: str) -> None:
    """The state after every card has been posted; only those with an id are there to be drawn again."""
    conn.execute(update(schema.card).values(channel=channel, message="1.000000"))
    for number, message in enumerate(ids, 1):
        conn.execute(update(schema.card).where(schema.card.c.number == number).values(message=message))
    conn.execute(update(schema.delivery).values(state="done", due_at=None))


async def on_the_disk(path: Path) -> int:
    """How many mentions there are."""
    bot = Bot(load_settings(path), SystemClock())
    try:
        return await bot.database.read(lambda conn: conn.execute(select(func.count(schema.mention.c.number))).scalar_one())
    finally:
        bot.database.close()


if __name__ == "__main__":
    main()
