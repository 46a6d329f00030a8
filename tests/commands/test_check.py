"""``tolbooth check``: each fault with its cure, exit status 1; all well, 0; and nothing is posted."""

import pytest

from bot.clock import SystemClock
from integrations.sandbox.slack_gate import SCOPES
from integrations.sandbox.slack_server import StandInSlack
from tests.commands.line import Line


async def test_when_all_is_well_it_says_so_and_exits_0(council: Line, slack) -> None:
    done = await council.tolbooth("check")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "ok: settings read from tolbooth.toml",
        "ok: database opens and is up to date",
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
        ({"TOLBOOTH_DATABASE_URL": "sqlite:////nowhere/t.db"}, "database_url: cannot use", "unable to open"),
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
    assert done.err.startswith("TOLBOOTH_WEB__PORT: web.port: Input should be a valid integer")
