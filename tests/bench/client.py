"""The one client of the benchmarks: reads a job from its input, sends it, writes what each request took to its output.

A job: ``targets`` (name → ``url``, ``warm``, ``requests``: lists of ``body`` and ``headers``, ``status`` and ``says``, what
a right answer is), ``in_flight``, and ``turn``, how many requests one target gets before it is the other's turn.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import aiohttp

Request = dict[str, Any]


async def main() -> None:
    """Warm up, then take turns."""
    job = json.loads(sys.stdin.read())
    targets: dict[str, Any] = job["targets"]
    results: dict[str, Any] = {name: {"ms": [], "seconds": 0.0} for name in targets}
    connector = aiohttp.TCPConnector(limit=job["in_flight"] * len(targets))
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as session:
        for target in targets.values():
            await turn(session, target, target["warm"], job["in_flight"])
        turns = {name: parts(target["requests"], job["turn"]) for name, target in targets.items()}
        while turns:
            for name in tuple(turns):
                part = next(turns[name], None)
                if part is None:
                    del turns[name]
                    continue
                start = time.perf_counter()
                results[name]["ms"] += await turn(session, targets[name], part, job["in_flight"])
                results[name]["seconds"] += time.perf_counter() - start
    print(json.dumps(results))


def parts(requests: Sequence[Request], size: int) -> Iterator[Sequence[Request]]:
    """The requests, so many at a time."""
    for start in range(0, len(requests), size):
        yield requests[start : start + size]


async def turn(session: aiohttp.ClientSession, target: Any, requests: Sequence[Request], in_flight: int) -> list[float]:
    """Send them, so many in flight at any time; milliseconds each."""
    waiting = iter(requests)

    async def worker() -> list[float]:
        return [await sent(session, target, request) for request in waiting]

    took = await asyncio.gather(*(worker() for _ in range(min(in_flight, len(requests)))))
    return [one for some in took for one in some]


async def sent(session: aiohttp.ClientSession, target: Any, request: Request) -> float:
    """Milliseconds until the whole answer was there. Ends the client when the answer is not the right one."""
    start = time.perf_counter()
    async with session.post(target["url"], data=request["body"], headers=request["headers"]) as answer:
        text = await answer.text()
    took = (time.perf_counter() - start) * 1000
    if answer.status != target["status"] or target["says"] not in text:
        sys.exit(f"{target['url']} answered {answer.status}: {text[:500]}")
    return took


if __name__ == "__main__":
    asyncio.run(main())
