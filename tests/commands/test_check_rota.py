"""``tolbooth check --rota``: each gap and each person who cannot be reached, with the cure; nothing is posted."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.duty.rota import DutyRole, Override
from bot.line.checking_rota import checked
from bot.store.duty import calendars, gone, plans, rota
from bot.wiring import Bot, load_settings
from integrations.sandbox.slack_server import StandInSlack
from tests.commands.line import Line

WEEKS = """
[[rota]]
name = "weeks"
people = ["U0DEV", "U0PRIYA"]
starts = "2026-01-05 09:00"
"""
OF_SETTINGS = "ok: 1 rotation, 2 people on the rota of the settings"
OF_DATABASE = "ok: 1 rotation, 2 people on the rota of the database"
WELL = "Somebody is there for the next 14 days."
LEADS = 'lead = ["U0PRIYA"]'
Check = Callable[..., object]


@pytest.fixture
def check(council: Line, tmp_path: Path, blank: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Looks at the rota of the council with these settings added, on an empty database or on none."""
    monkeypatch.setenv("TOLBOOTH_DATABASE_URL", f"sqlite:///{tmp_path / 'tolbooth.db'}")
    written = (tmp_path / "tolbooth.toml").read_text()

    async def look(more: str = WEEKS, *, instead: dict[str, str] | None = None, database: bool = False) -> list[str]:
        text = written
        for old, new in (instead or {}).items():
            text = text.replace(old, new)
        council.settings(text + more)
        if database:
            shutil.copyfile(blank, tmp_path / "tolbooth.db")
        said: list[str] = []
        faults = await checked(Bot(load_settings(tmp_path / "tolbooth.toml")), said.append)
        assert faults == len([line for line in said if line.startswith("fault: ")])
        return said

    return look


def wall(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("database", [False, True], ids=["before the first run", "with a database"])
async def test_when_all_is_well_it_says_so(check, slack: StandInSlack, database: bool) -> None:
    assert await check(database=database) == [OF_SETTINGS, WELL]  # nobody has kept another in it yet
    assert not [method for method, _ in slack.calls if method.startswith("chat.")]


async def test_a_gap_is_named_with_when_and_why(check) -> None:
    day = f"{SystemClock().now() + timedelta(days=3):%Y-%m-%d}"

    said = await check(WEEKS.replace("2026-01-05", day))

    assert said[1].startswith("fault: nobody is duty officer, ")
    assert said[1].endswith("Put somebody on: /mention duty put @name on duty WHEN why")
    assert said[-1] == "1 fault found"


async def test_with_nobody_ever_on_duty_it_says_whom_to_name(check) -> None:
    said = await check("", instead={'officers = ["U0DEV"]': ""})

    assert (
        "fault: nobody is ever duty officer, whom pings are meant for: name people in duty.officers, or make a rotation"
        in said
    )


async def test_a_step_for_a_role_nobody_has_is_named(check) -> None:
    said = await check(f'{WEEKS}\n[[escalation]]\nname = "usual"\nsteps = ["duty 10", "backup 10", "channel"]')

    assert said[1] == (
        "fault: nobody is ever backup, whom pings are meant for: make a rotation for it, or leave the step out"
    )


async def test_a_rotation_that_ends_soon_is_named(check) -> None:
    soon = SystemClock().now() + timedelta(days=5)

    said = await check(f'{WEEKS}ends = "{wall(soon)}"\n')

    assert any(line.startswith("fault: the rotation weeks ends ") for line in said)


@pytest.mark.parametrize("who", ["gone", "guest", "nobody"])
async def test_who_is_no_full_member_of_staff_is_named(check, slack: StandInSlack, who: str) -> None:
    slack.add_person("gone", "Ian Innes", deleted=True)
    slack.add_person("guest", "Gus Gunn", guest=True)

    said = await check(WEEKS.replace("U0PRIYA", f"U0{who.upper()}"))

    (fault,) = (line for line in said if line.startswith("fault: "))
    assert f"(U0{who.upper()}) is no full member of staff in the chat any more: take them off the rota" in fault


async def test_who_has_no_other_way_is_named_where_one_is_set_up(check) -> None:
    people = '\n[[people]]\nid = "U0DEV"\nemail = "dev@harrowmere.example"\n'
    smtp = '[smtp]\nhost = "127.0.0.1"\nsender = "tolbooth@harrowmere.example"\n'

    said = await check(smtp + WEEKS + people)

    faults = [line for line in said if line.startswith("fault: ")]
    assert [fault for fault in faults if "is reached by the chat only" in fault] == [
        "fault: U0PRIYA (U0PRIYA) is reached by the chat only: give a phone or an email for them under [[people]]"
    ]
    assert "harrowmere.example" not in "".join(said)


async def test_a_calendar_that_cannot_be_read_is_named(check, tmp_path: Path, blank: Path) -> None:
    shutil.copyfile(blank, tmp_path / "tolbooth.db")
    bot = Bot(load_settings(tmp_path / "tolbooth.toml"))
    await bot.database.write(calendars.note, "U0DEV", "there is no calendar at its address", SystemClock().now())
    bot.database.close()

    said = await check()

    assert said[1].startswith("fault: U0DEV: their calendar cannot be read (there is no calendar at its address)")


async def test_what_staff_changed_counts(check, tmp_path: Path, blank: Path) -> None:
    shutil.copyfile(blank, tmp_path / "tolbooth.db")
    bot, now = Bot(load_settings(tmp_path / "tolbooth.toml")), SystemClock().now()
    day = f"{now + timedelta(days=1):%Y-%m-%d}"
    change = Override("", DutyRole.DUTY, "U0DEV", now, now + timedelta(days=3), "away", "U0PRIYA")
    await bot.database.write(rota.add_override, change, house=bot.desk.house, now=now)
    bot.database.close()

    assert await check(WEEKS.replace("2026-01-05", day)) == [OF_SETTINGS, WELL]


async def test_a_rota_that_was_kept_is_the_one_looked_at(check, tmp_path: Path, blank: Path) -> None:
    shutil.copyfile(blank, tmp_path / "tolbooth.db")
    await check()
    bot = Bot(load_settings(tmp_path / "tolbooth.toml"))
    await bot.database.write(plans.seed_plan, bot.desk.house, SystemClock().now())
    bot.database.close()

    assert await check() == [OF_DATABASE, WELL]


async def test_who_is_put_on_for_a_while_is_looked_up_too(check, tmp_path: Path, blank: Path) -> None:
    shutil.copyfile(blank, tmp_path / "tolbooth.db")
    bot, now = Bot(load_settings(tmp_path / "tolbooth.toml")), SystemClock().now()
    change = Override("", DutyRole.DUTY, "U0NOBODY", now, now + timedelta(days=3), "away", "U0PRIYA")
    await bot.database.write(rota.add_override, change, house=bot.desk.house, now=now)
    bot.database.close()

    assert (await check())[1].startswith("fault: U0NOBODY (U0NOBODY) is no full member of staff")


async def test_who_is_named_by_a_policy_only_is_looked_up_too(check) -> None:
    said = await check(f'{WEEKS}\n[[escalation]]\nname = "usual"\nsteps = ["duty 10", "U0NOBODY 10", "channel"]')

    assert said[1].startswith("fault: U0NOBODY (U0NOBODY) is no full member of staff")


async def test_with_no_lead_to_tell_it_says_whom_to_name(check) -> None:
    said = await check(instead={LEADS: ""})

    assert said[1] == (
        "fault: no team lead is named, so nobody hears when duty goes wrong: "
        "name people in roles.lead (a group cannot be told)"
    )


async def test_a_database_of_another_release_is_not_passed_over(check, tmp_path: Path, blank: Path) -> None:
    shutil.copyfile(blank, tmp_path / "tolbooth.db")
    with closing(sqlite3.connect(tmp_path / "tolbooth.db")) as old:
        old.execute("UPDATE alembic_version SET version_num = '0003'")
        old.commit()

    said = await check()

    assert said[:2] == [
        OF_SETTINGS,
        "fault: the database is not at this release's schema, so what staff changed could not be looked at: "
        "run tolbooth migrate",
    ]


async def test_the_turn_of_one_known_to_have_left_is_a_gap(check, tmp_path: Path, blank: Path) -> None:
    shutil.copyfile(blank, tmp_path / "tolbooth.db")
    bot, now = Bot(load_settings(tmp_path / "tolbooth.toml")), SystemClock().now()
    await bot.database.write(gone.mark, "U0PRIYA", now, is_wanted=True)
    bot.database.close()

    said = await check()

    assert any(line.startswith("fault: nobody is duty officer, ") and ": U0PRIYA has left. " in line for line in said)


async def test_a_rota_that_cannot_be_used_is_named(check) -> None:
    said = await check(WEEKS.replace('"U0DEV", "U0PRIYA"', '" "'))

    assert any(line.startswith("fault: rota 1 (weeks): people:") for line in said)


@pytest.mark.slow
async def test_the_command_exits_1_when_there_is_a_fault(council: Line) -> None:
    done = await council.tolbooth("check", "--rota", TOLBOOTH_DUTY__OFFICERS="U0NOBODY")

    assert (done.code, done.out.splitlines()[-1]) == (1, "1 fault found")
