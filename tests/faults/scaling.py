"""``python -m tests.faults.scaling``: how much faster two and four copies deliver than one, on PostgreSQL and Redis."""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.store import migrate
from bot.store.executor import Database
from tests import servers
from tests.faults.kill_soak import count_done
from tests.faults.living import Copy
from tests.faults.outside import Outside
from tests.faults.storm import waiting
from tests.faults.zygote import FastClock, Zygote


async def delivered_by(copies: int, cards: int, folder: Path, urls: tuple[str, str]) -> float:
    """How many deliveries a second so many copies make of a pile of cards, for as many channels as it takes."""
    url, redis_url = urls
    clock, outside, db = FastClock(folder / f"clock{copies}", 60.0), Outside(), Database(url)
    await asyncio.to_thread(migrate.upgrade, db)
    await outside.start()
    where = {"url": url, "redis": redis_url, "port": outside.port, "clock": clock.described(), "accounts": 240}
    job = {"desk": "d", "next": 0, "page": 0, "rest": 0.0, "most_waiting": 0, **where}
    try:
        with Zygote(folder / "copies.log") as zygote:
            await asyncio.to_thread(zygote.warm_up, {**job, "page": 4, "most_waiting": 100, "seconds": 2.0})
            await filled(job, clock, cards)
            done = await db.read(count_done)
            before = time.monotonic()
            alive = [await asyncio.to_thread(zygote.start, job) for _ in range(copies)]
            while await db.read(waiting):  # noqa: ASYNC110 - other processes cannot tell
                await asyncio.sleep(0.1)
            lasted = time.monotonic() - before
            for pid in alive:
                assert await asyncio.to_thread(zygote.kill, pid), "a copy ended by itself"
        twice = [key for key, times in outside.wall.items() if times > 1 and not key.startswith("redraw")]
        assert not twice, f"said twice: {len(twice)} of {len(outside.wall)}"
        return (await db.read(count_done) - done) / lasted
    finally:
        await outside.stop()
        db.close()


async def filled(job: dict[str, Any], clock: FastClock, cards: int) -> None:
    """So many posts come in; their cards are what is delivered."""
    desk = Copy(job, clock)
    await desk.line.open()
    names = list(desk.desk.house.accounts)
    size = max(1, cards // len(names))
    for turn in range(cards // size):
        await desk.desk.take_in(desk.posts(range(turn * size, (turn + 1) * size)), names[turn % len(names)])
    desk.line.close()
    await desk.desk.peers.close()
    desk.db.close()


def scaled(cards: int, each: tuple[int, ...] = (1, 2, 4)) -> dict[int, float]:
    """Deliveries a second by number of copies, on PostgreSQL and Redis."""
    found: dict[int, float] = {}
    with servers.PostgresServer() as postgres, servers.RedisServer() as redis:
        for copies in each:
            with tempfile.TemporaryDirectory(prefix="tolbooth-storm-") as name:
                urls = (servers.create_database(postgres.url), f"{redis.url.rpartition('/')[0]}/{copies}")
                found[copies] = asyncio.run(delivered_by(copies, cards, Path(name), urls))
                print(f"{copies} copies: {found[copies]:.0f} deliveries a second, of {cards:,} cards", flush=True)
    return found


def main() -> None:
    """Run and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--cards", type=int, default=10_000)
    scaled(given.parse_args().cards)


if __name__ == "__main__":
    main()
