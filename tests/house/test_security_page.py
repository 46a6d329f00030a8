"""The security page says what is so: its tests exist, and every scope and every host we would call is on it."""

import re
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel

from bot.settings import CoreSettings
from integrations import CHATS, NETWORKS
from integrations.slack.manifest import FILE_SCOPES, KEPT_GROUP_SCOPES, SCOPES
from tests.house.tree import ROOT, functions

PAGE = (ROOT / ".github" / "SECURITY.md").read_text()
TEST = re.compile(r"`(?P<path>tests/[\w./]+)::(?P<name>\w+)`")
THREATS = [line for line in PAGE.partition("## Threats")[2].partition("\n## ")[0].splitlines() if line.startswith("| ")]


def test_every_test_it_names_exists() -> None:
    named = {(found["path"], found["name"]) for found in TEST.finditer(PAGE)}

    assert named
    assert sorted(f"{path}::{name}" for path, name in named if name not in names_in(path)) == []


def test_every_threat_is_proved_or_says_why_not() -> None:
    bare = [row for row in THREATS[1:] if not TEST.search(row) and not row.endswith("| does not apply |")]

    assert len(THREATS) > 20
    assert bare == []


@pytest.mark.parametrize(
    ("scope", "why"), sorted({**SCOPES, **KEPT_GROUP_SCOPES, **FILE_SCOPES}.items()), ids=lambda given: given.split()[0]
)
def test_every_scope_is_there_with_its_reason(scope: str, why: str) -> None:
    assert f"| `{scope}` | {why} |" in PAGE


def test_it_names_no_scope_we_do_not_ask_for() -> None:
    table = PAGE.partition("## Slack scopes")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `([\w:.]+)` \|", table, re.MULTILINE)) == {*SCOPES, *KEPT_GROUP_SCOPES, *FILE_SCOPES}


@pytest.mark.parametrize("name", [*CHATS, *NETWORKS])
def test_every_host_of_a_default_is_there(name: str) -> None:
    hosts = default_hosts((CHATS | NETWORKS)[name].settings_class())

    assert [host for host in sorted(hosts) if f"| `{host}` |" not in PAGE] == []


def test_no_setting_of_the_core_has_a_host_of_its_own() -> None:
    assert default_hosts(CoreSettings) == set()


def test_hosts_are_found_where_there_are_some() -> None:
    assert "slack.com" in default_hosts(CHATS["slack"].settings_class())
    assert "api.x.com" in default_hosts(NETWORKS["x"].settings_class())


def names_in(path: str) -> set[str]:
    """The tests of a file; none if it is not there."""
    return {function.name for function in functions(ROOT / path)} if (ROOT / path).is_file() else set()


def default_hosts(section: type[BaseModel]) -> set[str]:
    """The hosts in the defaults of a section of the settings, but for names that stand for this machine."""
    hosts: set[str] = set()
    for field in section.model_fields.values():
        for given in field.default if isinstance(field.default, tuple) else (field.default,):
            if isinstance(given, BaseModel):
                hosts |= default_hosts(type(given))
            elif isinstance(given, str) and "://" in given:
                hosts.add(urlsplit(given).hostname or "")
            elif isinstance(given, str) and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", given):
                hosts.add(given)
    return hosts - {""}
