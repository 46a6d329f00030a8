"""The manifest asks for what is used and no more, under the names in the settings."""

import json
from pathlib import Path

import jsonschema
import pytest

from bot.settings import CoreSettings
from integrations.slack.manifest import SCOPES, manifest

SCHEMA = Path(__file__).parents[3].parent / "shared/data/slack-app-manifest.schema.json"


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_it_holds_what_slack_asks_of_a_manifest(mode):
    made = manifest(CoreSettings(), mode)

    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert all(2 <= len(command["command"]) <= 32 for command in made["features"]["slash_commands"])
    assert json.loads(json.dumps(made)) == made


def test_socket_mode_needs_no_address():
    made = manifest(CoreSettings(), "socket")

    assert made["settings"]["socket_mode_enabled"]
    assert "url" not in json.dumps(made)


def test_http_mode_puts_one_address_everywhere():
    made = manifest(CoreSettings(), "http", "https://tolbooth.example/slack/events")

    assert not made["settings"]["socket_mode_enabled"]
    assert json.dumps(made).count("https://tolbooth.example/slack/events") == 6


def test_the_commands_are_called_as_in_the_settings():
    made = manifest(CoreSettings(commands={"mention": "/public", "claim": "/mine"}))

    names = [command["command"] for command in made["features"]["slash_commands"]]
    assert names == ["/public", "/mine", "/reply", "/handover"]


def test_groups_are_read_only_if_a_role_is_given_to_one():
    without = manifest(CoreSettings(roles={"lead": ["U0MORAG"]}))["oauth_config"]["scopes"]["bot"]
    given = manifest(CoreSettings(roles={"lead": ["S0LEADS"]}))["oauth_config"]["scopes"]["bot"]

    assert set(without) == set(SCOPES)
    assert set(given) - set(without) == {"usergroups:read"}


@pytest.mark.parametrize(
    "settings",
    [{"roles": {"trainee": ["S0NEW"]}}, {"staff": {"may_reply": ["S0DESK"]}}, {"approval": [{"people": ["S0NEW"]}]}],
    ids=["trainees", "may reply", "approval"],
)
def test_groups_are_read_wherever_one_decides_who_publishes(settings):
    assert "usergroups:read" in manifest(CoreSettings(**settings))["oauth_config"]["scopes"]["bot"]


def test_a_group_is_changed_only_if_one_is_to_be_kept():
    given = manifest(CoreSettings(shifts={"user_group": "S0DUTY"}))["oauth_config"]["scopes"]["bot"]

    assert set(given) - set(SCOPES) == {"usergroups:read", "usergroups:write"}


def test_files_are_read_only_if_some_reply_can_carry_a_picture():
    without = manifest(CoreSettings())["oauth_config"]["scopes"]["bot"]
    given = manifest(CoreSettings(), pictures=True)["oauth_config"]["scopes"]["bot"]

    assert set(given) - set(without) == {"files:read"}


def test_no_channels_are_read():
    assert not any("history" in scope and not scope.startswith("im:") for scope in SCOPES)


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_it_validates_against_slacks_schema(mode):
    if not SCHEMA.is_file():
        pytest.skip(f"{SCHEMA.name} is not beside this checkout")

    problems = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text())).iter_errors(manifest(CoreSettings(), mode))
    assert [problem.message for problem in problems] == []
