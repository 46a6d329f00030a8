"""A reading loop stops when it is told to, whatever it was about."""

import asyncio
from datetime import timedelta

from bot.engine.listen import Listen
from bot.exchange import Page
from tests.bot.engine.fakes import Letterbox, Office


class StoppedAsItAnswers(Letterbox):
    """Whoever reads it is told to stop in the very step in which its answer is there."""

    reader: asyncio.Task[None]

    async def fetch(self, cursor: str | None) -> Page:
        """Nothing; and the reader is to stop before it has seen that."""
        asyncio.get_running_loop().call_soon(self.reader.cancel)
        return Page((), cursor)


async def test_a_stop_that_comes_with_the_answer_is_heard(office: Office) -> None:
    network = StoppedAsItAnswers(poll_every=timedelta(seconds=5))
    loop = Listen(office.bench.desk, "website", network)

    network.reader = asyncio.create_task(loop.run())
    done, _ = await asyncio.wait({network.reader}, timeout=5)

    assert done
    assert network.reader.cancelled()
