"""``tolbooth check``: each fault with its cure, exit status 1; all well, 0; and nothing is posted."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.line.checking import check_invariants, described, readable_by_others, standing
from bot.store.executor import Database
from bot.store.proof.invariants import INVARIANTS
from bot.wiring import load_settings
from integrations.sandbox.slack_gate import SCOPES
from integrations.sandbox.slack_server import StandInSlack
from tests.commands.line import KEY, Line

pytestmark = pytest.mark.slow


async def test_when_all_is_well_it_says_so_and_exits_0(council: Line, slack) -> None:
    done = await council.tolbooth("check")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "ok: settings read from tolbooth.toml",
        "ok: database will be created by run at tolbooth.db",
        "ok: slack accepts the tokens, scopes and channels",
        "ok: account website can be used",
        "Everything that can be checked from here is well.",
    ]
    assert slack.channel("mentions").messages == []


@pytest.mark.parametrize(
    ("environment", "fault", "cure"),
    [
        ({"TOLBOOTH_BY_HAND_CHANNEL": "elsewhere"}, "The bot is not in elsewhere", "type /invite @tolbooth there"),
        ({"TOLBOOTH_BY_HAND_CHANNEL": "nowhere"}, "no channel #nowhere", ""),
        ({"TOLBOOTH_DUTY__OFFICERS": "U0NOBODY"}, "U0NOBODY has a role in the settings", "put another id there"),
        ({"TOLBOOTH_SLACK__APP_TOKEN": "xapp-hidden"}, "slack.app_token: Slack does not accept", "connections:write"),
        ({"TOLBOOTH_SLACK__BOT_TOKEN": "xoxb-hidden"}, "slack.bot_token: Slack does not accept", "Copy the token from"),
        ({"TOLBOOTH_SLACK__API_URL": "http://127.0.0.1:9/api/"}, "slack.api_url: Slack cannot be reached", "HTTPS_PROXY"),
        ({"TOLBOOTH_DATABASE_URL": "sqlite:////nowhere/t.db"}, "database_url: cannot use", "its folder is not there"),
        ({"TOLBOOTH_ACCOUNTS__WEBSITE__REPLY_URL": "http://127.0.0.1:9/r"}, "accounts.website.reply_url: 127.0.0.1", ""),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_a_fault_is_named_with_its_cure(
    council: Line, slack, environment: dict[str, str], fault: str, cure: str
) -> None:
    slack.add_channel("elsewhere", with_bot=False)

    done = await council.tolbooth("check", **environment)

    [said] = [one for one in done.out.splitlines() if one.startswith("fault: ")]
    assert fault in said
    assert cure in said
    assert (done.code, done.out.splitlines()[-1]) == (1, "1 fault found")
    assert "hidden" not in done.out + done.err


async def test_a_scope_that_is_missing_is_named_with_what_it_is_for(council: Line) -> None:
    poor = StandInSlack(SystemClock(), scopes=set(SCOPES) - {"im:write"})
    await poor.start()
    poor.add_person("priya", "Priya Shah")
    poor.add_person("dev", "Dev Rao")
    for name in ("mentions", "private"):
        poor.add_channel(name, members=["priya"])

    done = await council.tolbooth(
        "check",
        TOLBOOTH_SLACK__BOT_TOKEN=poor.bot_token,
        TOLBOOTH_SLACK__APP_TOKEN=poor.app_token,
        TOLBOOTH_SLACK__API_URL=poor.api_url,
    )
    await poor.stop()

    assert done.code == 1
    assert "lacks the scope im:write, to ping a duty officer in a direct message. Add it under OAuth" in done.out


async def test_with_nothing_set_up_it_says_what_is_missing(line: Line) -> None:
    done = await line.tolbooth("check")

    assert done.code == 1
    assert "fault: no chat is set up: see deploy/INSTALL.md" in done.out
    assert "fault: no account is set up: add an [[accounts]] table" in done.out


async def test_settings_that_cannot_be_read_exit_2(line: Line) -> None:
    done = await line.tolbooth("check", TOLBOOTH_WEB__PORT="many")

    assert done.code == 2
    assert done.err.startswith("TOLBOOTH_WEB__PORT: web.port: write a whole number")


# --- the database is only looked at -------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database whose file is not there yet."""
    database = Database(f"sqlite:///{tmp_path / 'tolbooth.db'}")
    yield database
    database.close()


async def test_a_look_makes_no_database(council: Line) -> None:
    await council.tolbooth("check")

    assert {path.name for path in council.folder.iterdir()} == {"tolbooth.toml"}


def test_a_look_does_not_fill_an_empty_database(database: Database) -> None:
    file = Path(str(database.url.database))
    file.touch()

    assert standing(database) == "database is empty; run fills it"
    assert file.stat().st_size == 0


def test_a_database_of_an_earlier_release_is_well_since_run_brings_it_up_to_date() -> None:
    assert described("0001", "0002") == "database opens; run will bring it from revision 0001 to 0002"


def test_a_database_of_a_later_release_is_a_fault(database: Database, blank: Path) -> None:
    file = Path(shutil.copy(blank, str(database.url.database)))
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()

    with pytest.raises(SettingsError, match="at revision 9999, which a newer release wrote: use that release"):
        standing(database)


def test_what_is_no_database_is_a_fault_and_is_left_alone(database: Database) -> None:
    file = Path(str(database.url.database))
    file.write_text("minutes of the last meeting, not a database")

    with pytest.raises(SettingsError, match="database_url: cannot use sqlite:///"):
        standing(database)

    assert file.read_text().startswith("minutes")


# --- who would not be told ---------------------------------------------------------------------------------------


async def test_a_group_among_the_duty_officers_is_a_fault(council: Line, slack) -> None:
    group = slack.add_group("officers", ["dev"])

    done = await council.tolbooth("check", TOLBOOTH_DUTY__OFFICERS=f"U0DEV, {group}")

    assert done.code == 1
    assert f"fault: duty.officers: {group} is a user group; officers are pinged one after another" in done.out


@pytest.mark.parametrize("leads", [[], ["priya"]], ids=["nobody", "a group, whose members are not known"])
async def test_private_messages_that_nobody_would_be_told_of_are_a_fault(council: Line, slack, leads: list[str]) -> None:
    lead = slack.add_group("leads", leads) if leads else ""

    done = await council.tolbooth(
        "check", TOLBOOTH_ACCOUNTS__WEBSITE__PRIVATE_CHANNEL="", TOLBOOTH_ROLES__LEAD=lead, TOLBOOTH_DUTY__OFFICERS=""
    )

    assert done.code == 1
    assert "fault: accounts.website.private_channel is empty, and nobody would be told of a private message" in done.out


async def test_private_messages_that_a_lead_is_told_of_are_a_note(council: Line) -> None:
    done = await council.tolbooth("check", TOLBOOTH_ACCOUNTS__WEBSITE__PRIVATE_CHANNEL="")

    assert done.code == 0
    assert "note: accounts.website.private_channel is empty: private messages are held" in done.out


# --- secrets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "faults"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1), (0o644, 1), (0o660, 1)])
def test_a_file_of_a_secret_that_others_can_read_is_a_fault_with_its_cure(line: Line, mode: int, faults: int) -> None:
    key = line.folder / "password"
    key.write_text("of the database")
    key.chmod(mode)
    settings = line.folder / line.settings(f'database_password_file = "{key}"\n')

    found = readable_by_others(load_settings(settings))

    assert found == [f"database_password_file: others on this machine can read {key}: chmod 600 {key}"] * faults


async def test_a_file_of_a_secret_named_outside_is_looked_at_too(council: Line) -> None:
    (council.folder / "key").write_text(KEY)
    (council.folder / "key").chmod(0o644)

    done = await council.tolbooth("check", TOLBOOTH_ACCOUNTS__WEBSITE__SECRET_FILE="key")

    assert "fault: accounts.website.secret_file: others on this machine can read key: chmod 600 key" in done.out
    assert done.code == 1


async def test_a_settings_file_with_secrets_in_it_that_anybody_can_read_is_noted(council: Line) -> None:
    (council.folder / "tolbooth.toml").chmod(0o644)

    done = await council.tolbooth("check")

    assert done.code == 0
    assert "note: tolbooth.toml holds secrets and anybody on this machine can read it: chmod 600 tolbooth.toml" in done.out


# --- what must always be so --------------------------------------------------------------------------------------


def looked(line: Line, blank: Path, *statements: str) -> tuple[int, list[str]]:
    """What a look at a database prints once these statements were run on it."""
    file = Path(shutil.copy(blank, line.folder / "tolbooth.db"))
    with closing(sqlite3.connect(file)) as conn:
        for statement in statements:
            conn.execute(statement)
        conn.commit()
    said: list[str] = []
    settings = line.folder / line.settings(f'database_url = "sqlite:///{file}"\n')
    return check_invariants(settings, say=said.append), said


def test_every_invariant_is_printed_with_what_it_means(line: Line, blank: Path) -> None:
    faults, said = looked(line, blank)

    assert faults == 0
    assert said == [*(f"ok: {one.name}: {one.sentence}" for one in INVARIANTS), "Everything that must be so is so."]


def test_an_invariant_that_is_broken_is_printed_with_what_breaks_it(line: Line, blank: Path) -> None:
    faults, said = looked(line, blank, "UPDATE counter SET value = 7 WHERE name = 'mention'")

    assert [one for one in said if not one.startswith("ok: ")] == [
        "broken: no_mention_vanishes: the newest mention is the one that was counted last. Not so of M-7",
        "broken: no_number_vanishes: there are as many mentions as were counted. Not so of M-7",
        "2 are broken: deploy/RUNBOOK.md says what to do",
    ]
    assert faults == 2


def test_a_look_at_what_must_be_so_changes_nothing(line: Line, blank: Path) -> None:
    looked(line, blank)

    assert (line.folder / "tolbooth.db").read_bytes() == blank.read_bytes()


def test_where_there_is_no_database_there_is_nothing_to_look_at(line: Line) -> None:
    with pytest.raises(SettingsError, match="there is no database at"):
        check_invariants(line.folder / line.settings('database_url = "sqlite:////nowhere/t.db"\n'), say=print)
