"""What the command line says of itself."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.commands.line import KEY, Line

COMMANDS = (
    "demo",
    "run",
    "check",
    "sign-in",
    "config",
    "manifest",
    "networks",
    "staff-page",
    "migrate",
    "export",
    "evidence",
    "decisions",
    "report",
    "verify",
    "purge",
    "forget",
    "subject-access",
    "saved",
)


async def test_help_lists_the_commands_in_the_order_a_newcomer_meets_them(line: Line) -> None:
    done = await line.tolbooth("--help")

    listed = re.findall(r"^  ([\w-]+)  ", done.out.split("Commands:")[1], re.MULTILINE)
    assert (done.code, listed) == (0, list(COMMANDS))
    assert "To see it work, with no accounts: tolbooth demo" in done.out
    assert "..." not in done.out.split("Commands:")[1], "a summary was cut"


async def test_version_is_one_line(line: Line) -> None:
    done = await line.tolbooth("--version")

    assert re.fullmatch(r"tolbooth \d+\.\d+\.\d+\n", done.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(main, [command, "--help"])

    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: main {command}")
    assert ("--config" in done.output) == (command not in {"demo", "networks", "saved"})


async def test_a_command_nobody_knows_exits_2(line: Line) -> None:
    done = await line.tolbooth("rnu")

    assert done.code == 2
    assert "No such command 'rnu'" in done.err
    assert len(done.lines) <= 6


async def test_config_prints_every_setting_of_core_chat_and_each_network_as_toml(line: Line) -> None:
    done = await line.tolbooth("config", TOLBOOTH_REDIS_URL="redis://:hidden-word@127.0.0.1/0")

    assert done.code == 0
    for setting in (
        *("TOLBOOTH_DATABASE_URL", "TOLBOOTH_WEB__PORT", "TOLBOOTH_SLACK__APP_TOKEN", "TOLBOOTH_REPLIES__HOLD"),
        *("TOLBOOTH_ACCOUNTS__NAME__REPLY_URL", "TOLBOOTH_ACCOUNTS__NAME__CONSUMER_KEY", "TOLBOOTH_ROLES__LEAD"),
    ):
        assert f"({setting})" in done.out, setting
    assert {one["network"] for one in tomllib.loads(done.out)["accounts"]} >= {"webchat", "x"}
    assert "hidden-word" not in done.out


@pytest.mark.slow
async def test_config_shows_what_is_set_and_only_that_a_secret_is(council: Line, slack) -> None:
    done = await council.tolbooth("config")

    assert "# read from: tolbooth.toml" in done.out
    assert 'organisation = "Harrowmere Council"' in done.out
    assert 'bot_token = "(set)"' in done.out
    assert "# set: account website (webchat) shows its cards in mentions" in done.out
    for secret in (slack.bot_token, slack.app_token, KEY):
        assert secret not in done.out


@pytest.mark.slow
async def test_manifest_needs_nothing_and_follows_what_is_asked(line: Line) -> None:
    socket = await line.tolbooth("manifest")
    http = await line.tolbooth("manifest", "--mode", "http", "--url", "https://tolbooth.example/slack/events")

    assert (socket.code, http.code) == (0, 0)
    assert '"socket_mode_enabled": true' in socket.out
    assert http.out.count("https://tolbooth.example/slack/events") >= 3
    assert list(line.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "environment", "read"),
    [
        (("--config", "a.toml", "config"), {}, "a.toml"),
        (("config", "--config", "a.toml"), {}, "a.toml"),
        (("config",), {"TOLBOOTH_CONFIG": "b.toml"}, "b.toml"),
        (("--config", "a.toml", "config"), {"TOLBOOTH_CONFIG": "b.toml"}, "a.toml"),
        (("--config", "b.toml", "config", "--config", "a.toml"), {}, "a.toml"),
        (("config",), {}, "the environment only"),
    ],
)
def test_the_settings_file_is_named_before_or_after_the_verb_or_outside(
    words: tuple[str, ...],
    environment: dict[str, str],
    read: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.toml", "b.toml"):
        Path(name).write_text("")

    done = CliRunner(env=environment).invoke(main, words)

    assert f"# read from: {read}\n" in done.output


@pytest.mark.slow
async def test_a_settings_file_that_is_not_there_exits_2_in_a_line(line: Line) -> None:
    done = await line.tolbooth("run", "--config", "nowhere.toml")

    assert done.code == 2
    assert done.lines == [
        "nowhere.toml: cannot be read: No such file or directory. Name the file with --config or TOLBOOTH_CONFIG."
    ]
