"""``purge`` and ``forget``: they show first, erase what was meant, and say what stays."""

import asyncio
import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from click.testing import CliRunner, Result

from bot.chat import EVERYBODY, Chat, Manner
from bot.cli import main
from bot.clock import MovableClock
from bot.line.forgetting import left_behind
from bot.mention import Action, Move
from bot.store.executor import Database
from tests.bot.council import Bench, house
from tests.handlers.office import PRIYA, Office

pytestmark = pytest.mark.slow

YEARS_AGO = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
Runs = Callable[..., Result]


@pytest.fixture
async def runs(blank: Path, tmp_path: Path) -> Runs:
    """A command on a database with six mentions of years ago, three of them open; two people on two networks are alike."""
    office = Office(blank, tmp_path, MovableClock(YEARS_AGO))
    for author, text in (("Lou", "My bin"), ("Lou", "My road"), ("Ann", "My lamp"), ("Bob", "My lane")):
        await office.hears(text, by=author)
    await office.hears("My tree", by="Sam")
    await office.hears("My hedge", on="x", by="Sam")
    for number in (1, 3, 4):
        await office.ask(PRIYA, f"close {number} praise")
    office.close()
    settings = tmp_path / "tolbooth.toml"

    def run(*words: str, days: int = 365, more: str = "") -> Result:
        own = f'database_url = "sqlite:///{tmp_path}/office.db"\n[retention]\npersonal_text_days = {days}\n'
        settings.write_text(own + more)
        return CliRunner().invoke(main, ["--config", str(settings), *words])

    return run


def verified(runs: Runs) -> bool:
    """Whether the record is whole."""
    return runs("verify").output.startswith("ok: ")


def test_a_preview_says_how_much_it_would_be_and_changes_nothing(runs: Runs) -> None:
    first, second = runs("purge", "--preview"), runs("purge", "--preview")

    assert first.exit_code == 0
    assert first.output.splitlines()[1:] == ["website: 3 mentions, the oldest from 2024-01-15", "Nothing was changed."]
    assert second.output == first.output


def test_purge_erases_what_is_older_and_a_second_time_nothing(runs: Runs) -> None:
    first, second = runs("purge"), runs("purge")

    said = "Erased the words and names of the public in {} mentions. Who did what, and when, is kept."
    assert first.output.splitlines()[-1] == said.format(3)
    assert second.output.splitlines()[-1] == said.format(0)
    assert "My bin" not in runs("export").output
    assert "My road" in runs("export").output
    assert f"operator:{getpass.getuser()}" in runs("export").output
    assert verified(runs)


def test_what_is_named_is_kept(runs: Runs) -> None:
    done = runs("purge", "--keep", "M-1", "--keep", "4")

    assert "Kept all the same: M-1, M-4" in done.output
    assert "My bin" in runs("export").output
    assert "My lamp" not in runs("export").output


@pytest.mark.parametrize(
    ("words", "days", "fault"),
    [
        (("purge",), 0, "retention.personal_text_days: is 0, so words are kept for ever."),
        (("purge", "--keep", "bins"), 9, "--keep: 'bins' is not a mention; write M-142"),
    ],
)
def test_what_cannot_be_done_exits_2_in_a_sentence(runs: Runs, words: tuple[str, ...], days: int, fault: str) -> None:
    done = runs(*words, days=days)

    assert done.exit_code == 2
    assert done.output.startswith(fault)


def test_a_preview_without_a_period_says_so_and_how_one_is_set(runs: Runs) -> None:
    done = runs("purge", "--preview", days=0)

    assert done.exit_code == 0
    assert done.output.startswith("Nothing would go: no period is set. To set one, write personal_text_days = 730")


def test_one_author_is_shown_then_forgotten_and_what_is_open_stays(runs: Runs) -> None:
    preview = runs("forget", "Lou", "--preview")
    done, again = runs("forget", "Lou"), runs("forget", "Lou")

    shown = ["Lou on webchat, id a-Lou: M-1", "Open, so left: M-2. Answer or close them, then run this again."]
    assert preview.output.splitlines() == [*shown, "Nothing was changed."]
    assert done.output.splitlines() == [
        *shown,
        "Erased: M-1. That something was said, and who did what about it, is kept.",
    ]
    assert "Erased: nothing." in again.output
    assert "My lamp" in runs("export").output
    assert verified(runs)


def test_somebody_nobody_knows_is_said_and_exits_1(runs: Runs) -> None:
    done = runs("forget", "Zoe")

    assert done.exit_code == 1
    assert done.output.startswith("Nobody goes by that id, handle or name")


def test_of_two_who_are_called_alike_nobody_is_touched(runs: Runs) -> None:
    done, one = runs("forget", "a-Sam"), runs("forget", "a-Sam", "--network", "x", "--preview")

    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "More than one goes by that. Name the id, and --network if two have the same; where there is no id the mention, "
        "such as M-142 or 'beside M-142':",
        "  a-Sam on webchat: Sam, 1 mention",
        "  a-Sam on x: Sam, 1 mention",
        "Nothing was changed.",
    ]
    assert one.output.startswith("Sam on x, id a-Sam: nothing that has ended")


def test_of_a_chat_that_cannot_change_what_it_said_it_is_told_what_stays() -> None:
    one_each, many = SimpleNamespace(manner=EVERYBODY), SimpleNamespace(manner=Manner(together=25))
    chats = cast(dict[str, Chat], {"one": one_each, "many": many})

    assert [line.partition(":")[0] for line in left_behind(chats, 1)] == ["many"]
    assert left_behind(chats, 0) == []


CLASSES = """
[[retention.classes]]
name = "complaints"
topics = ["complaint.*"]
days = 36500
"""


def moves(folder: Path, *wanted: Move) -> None:
    """Priya does more in the same office."""
    database = Database(f"sqlite:///{folder}/office.db")
    bench = Bench(database, MovableClock(YEARS_AGO), house())

    async def made() -> None:
        for move in wanted:
            await bench.desk.make(move)

    asyncio.run(made())
    database.close()


def test_a_preview_says_by_class_what_goes_and_what_stays_and_why(runs: Runs, tmp_path: Path) -> None:
    sorted_in = Move("M-1", Action.TOPIC, PRIYA.id, topic="complaint.bins")
    moves(tmp_path, sorted_in, Move("M-3", Action.KEEP, PRIYA.id, text="may go to court"))

    said = runs("purge", "--preview", more=CLASSES).output.splitlines()

    assert said[0].startswith("complaints: nothing that ended before ")
    assert said[1].startswith("everything else: answered or closed before ")
    assert said[2] == "website: 1 mention, the oldest from 2024-01-15"
    assert said[3:5] == [
        "Their time is over, and they stay:",
        "  M-3 (everything else): on hold until somebody ends it: may go to court",
    ]
    assert "section 77" in said[5]
    assert said[-1] == "Nothing was changed."


def test_forget_says_what_is_held_and_where_else_the_name_stands(runs: Runs, tmp_path: Path) -> None:
    held = Move("M-1", Action.KEEP, PRIYA.id, text="may go to court")
    moves(tmp_path, held, Move("M-3", Action.NOTE, PRIYA.id, note="Same street as Lou"))

    done = runs("forget", "Lou")

    assert "M-1: stays, on hold until somebody ends it: may go to court" in done.output
    assert "Erased: nothing." in done.output
    assert "Look at these by hand, the name or a part of it stands there: M-3 (a note)." in done.output
