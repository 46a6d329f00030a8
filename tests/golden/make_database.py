"""Makes a database as an earlier release leaves it: run once for each release, with that release's own code.

git archive COMMIT | tar x -C OLD; PYTHONPATH=OLD python tests/golden/make_database.py tests/golden/databases/0.1.0.db.gz

It holds a claimed mention with a note, a replied, a doubtful, a closed, one nobody looked at, one whose reply is still held,
and a seal.
"""

import asyncio
import gzip
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import MovableClock
from bot.engine.audit import Audit
from bot.errors import Unsure
from bot.mention import Action
from bot.ports import NotFound
from bot.store import mentions, migrate
from bot.store.executor import Database
from tests.bot.council import Bench, house, post
from tests.bot.engine.fakes import Office

PRIYA = "U0PRIYA"
TEXTS = (
    *("Is my bin day changed?", "When does the library open?", "The bridge is shut"),
    *("Thank you!", "Is anybody there?", "Where do I vote? ⚖"),
)


async def live(office: Office) -> None:
    """A morning."""
    bench = office.bench
    await bench.db.write(mentions.meet, PRIYA, "Priya Shah")
    texts = (
        "Is my bin day changed?",
        "When does the library open?",
        "The bridge is shut",
        "Thank you!",
        "Is anybody there?",
    )
    for number, text in enumerate((*texts, "Where do I vote? ⚖"), 1):
        await bench.arrives(post(f"p{number}", text, by=f"lou{number}"))
    await office.delivers()
    await bench.does(Action.CLAIM, PRIYA, ref="M-1")
    await bench.does(Action.NOTE, PRIYA, ref="M-1", note="asked highways")
    await bench.does(Action.REPLY, PRIYA, ref="M-2", text="At nine.")
    await office.passes(minutes=1)
    office.box.answers = [Unsure("no answer came")]
    office.box.looks = [NotFound.CANNOT_TELL] * 100
    await bench.does(Action.REPLY, PRIYA, ref="M-3", text="Take the old road.")
    await office.passes(minutes=5)
    await bench.does(Action.CLOSE, PRIYA, ref="M-4", note="praise")
    await Audit(bench.desk, "mentions").once()
    await office.passes(minutes=5)
    await bench.does(Action.REPLY, PRIYA, ref="M-6", text="At the town hall.")


def main(to: Path) -> None:
    """Live, then keep the file."""
    with tempfile.TemporaryDirectory() as folder:
        file, whole = Path(folder, "tolbooth.db"), Path(folder, "whole.db")
        database = Database(f"sqlite:///{file}")
        migrate.upgrade(database)
        clock = MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC))
        asyncio.run(live(Office(Bench(database, clock, house()))))
        database.close()
        conn = sqlite3.connect(file)
        conn.execute("VACUUM INTO ?", (str(whole),))
        conn.close()
        to.write_bytes(gzip.compress(whole.read_bytes(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
