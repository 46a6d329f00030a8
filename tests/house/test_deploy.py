"""The files to run it by fit the program: they are read here, because nothing that runs tests can be sure to start them."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet

from bot.clock import MovableClock
from bot.desk import Desk
from bot.settings import CoreSettings, Web
from bot.store.executor import Database
from bot.web import Web as Server
from integrations import CHATS
from integrations.alone.peers import AlonePeers
from integrations.slack.http_mode import PATH as SLACK
from tests.bot.council import house
from tests.house import compose_reader
from tests.house.tree import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
IMAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
ALONE = compose_reader.read(DEPLOY / "compose.yaml")
SCALED = compose_reader.read(DEPLOY / "compose.scaled.yaml")
BOTH = pytest.mark.parametrize("compose", [ALONE, SCALED], ids=["compose.yaml", "compose.scaled.yaml"])
UNITS = {path.name: path for path in sorted(DEPLOY.glob("*.service"))}
EACH_UNIT = pytest.mark.parametrize("unit", UNITS)
PROXY = (DEPLOY / "Caddyfile").read_text()
FOR_THE_INSIDE = {"/healthz", "/readyz", "/metrics"}
ROLES = {"web", "listen", "deliver", "escalate"}
NOT_SETTINGS = {"TOLBOOTH_CONFIG"}
NOT_TRIED = re.compile(r"not (?:built or run|started|run) here|not started\n")


def steps(word: str, of: str = IMAGE) -> list[str]:
    """What follows an instruction, each time it is given."""
    return [line.removeprefix(word).strip() for line in of.splitlines() if line.startswith(f"{word} ")]


def ours(compose: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The containers that run Tolbooth."""
    return ((name, one) for name, one in compose["services"].items() if one["image"] == "tolbooth")


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "compose.scaled.yaml", "Caddyfile", *UNITS])
def test_what_was_not_tried_says_so_at_its_top(name: str) -> None:
    assert NOT_TRIED.search("\n".join((DEPLOY / name).read_text().splitlines()[:2]))


# --- the image ---------------------------------------------------------------------------------------------------


def test_the_image_has_a_python_we_support() -> None:
    supported = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])
    versions = [re.match(r"python:(\d+\.\d+)-slim", image) for image in steps("FROM", DOCKERFILE)]

    assert all(version and supported.contains(version.group(1)) for version in versions)


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert steps("USER") == ["10001:10001"]
    assert "--uid 10001 --gid 10001" in IMAGE


def test_the_image_is_made_of_pinned_wheels_without_a_compiler() -> None:
    (install,) = [step for step in steps("RUN", DOCKERFILE) if "pip install" in step]

    assert "--only-binary :all:" in install
    assert "--constraint deploy/constraints.txt" in install
    assert not re.search(r"\b(?:gcc|build-essential|apt-get|apk|make)\b", DOCKERFILE)


def test_the_program_in_the_image_is_nobodys_to_change_and_has_no_installer() -> None:
    (copied,) = [step for step in steps("COPY") if "/opt/tolbooth" in step]

    assert "--chown=0:0" in copied
    assert "chmod -R a-w,a+rX /opt/tolbooth" in DOCKERFILE
    assert DOCKERFILE.count("pip uninstall --yes pip") == 2
    assert steps("STOPSIGNAL") == ["SIGTERM"]


def test_all_that_is_copied_exists_and_is_let_through() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [name for step in steps("COPY", DOCKERFILE) if not step.startswith("--") for name in step.split()[:-1]]

    assert not [name for name in copied if not (ROOT / name).exists()]
    assert not [name for name in copied if f"!{name}" not in ignored]


def test_the_image_says_whether_it_is_well_on_the_port_it_listens_on() -> None:
    port = Web().port

    assert steps("EXPOSE") == [str(port)]
    assert f"http://127.0.0.1:{port}/healthz" in steps("HEALTHCHECK")[0]
    assert ALONE["services"]["tolbooth"]["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_the_record_is_on_a_volume() -> None:
    (volume,) = steps("VOLUME")

    assert f"TOLBOOTH_DATABASE_URL=sqlite:///{volume}/" in IMAGE
    assert f"record:{volume}" in ALONE["services"]["tolbooth"]["volumes"]
    assert "record:/var/lib/postgresql/data" in SCALED["services"]["postgres"]["volumes"]


# --- compose -----------------------------------------------------------------------------------------------------


def test_every_variable_names_a_setting() -> None:
    held = [DOCKERFILE, *((DEPLOY / name).read_text() for name in ("compose.yaml", "compose.scaled.yaml", *UNITS))]
    named = {name for text in held for name in re.findall(r"\bTOLBOOTH_[A-Z_]+", text)} - NOT_SETTINGS

    assert not sorted(name for name in named if not is_setting(name.removeprefix("TOLBOOTH_").lower().split("__")))


@BOTH
def test_every_secret_that_is_used_is_given(compose: dict[str, Any]) -> None:
    for name, one in compose["services"].items():
        used = set(re.findall(r"/run/secrets/(\w+)", str(one)))

        assert used == set(one.get("secrets", [])), name
        assert used <= set(compose["secrets"])


@BOTH
def test_every_container_can_do_little_and_not_take_over_the_machine(compose: dict[str, Any]) -> None:
    for name, one in compose["services"].items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["pids_limit"], name
        assert one["mem_limit"], name
        assert all("noexec" in place for place in one["tmpfs"]), name


@BOTH
def test_a_container_is_given_time_to_finish_what_it_is_saying(compose: dict[str, Any]) -> None:
    assert {one["stop_grace_period"] for _, one in ours(compose)} == {"40s"}


@BOTH
def test_every_file_beside_a_compose_file_is_there_or_the_readers_own(compose: dict[str, Any]) -> None:
    mounts = [place.split(":")[0] for one in compose["services"].values() for place in one.get("volumes", [])]
    files = {place for place in mounts if place.startswith("./")} - {"./tolbooth.toml"}

    assert not [place for place in files if not (DEPLOY / place).exists()]
    assert {place for place in mounts if not place.startswith("./")} == set(compose["volumes"])


def test_many_copies_are_two_of_each_role_after_one_migration() -> None:
    commands = {name: one["command"] for name, one in ours(SCALED)}

    assert commands.pop("migrate") == ["migrate"]
    assert commands == {role: ["run", "--role", role] for role in ROLES}
    for role in ROLES:
        one = SCALED["services"][role]
        assert one["deploy"] == {"replicas": 2}
        assert one["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_database_and_redis_are_reached_from_the_inside_only() -> None:
    assert SCALED["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis"):
        one = SCALED["services"][name]
        assert (one["networks"], "ports" in one, "healthcheck" in one) == (["inside"], False, True)


def test_the_copies_call_the_database_and_redis_by_the_names_they_have() -> None:
    environment = SCALED["services"]["web"]["environment"]

    assert environment["TOLBOOTH_DATABASE_URL"] == "postgresql://tolbooth@postgres/tolbooth"
    assert environment["TOLBOOTH_REDIS_URL"] == "redis://redis/0"
    assert {"postgres", "redis"} <= set(SCALED["services"])


def test_only_what_the_outside_may_call_is_passed_on() -> None:
    assert re.findall(r"@ours path (.*)", PROXY) == ["/hooks/* /rota/* /slack/events"]
    assert f"dynamic a web {Web().port}" in PROXY
    assert "respond 404" in PROXY
    assert [name for name, one in SCALED["services"].items() if "ports" in one] == ["proxy"]


def test_every_address_the_outside_calls_is_passed_on(clock: MovableClock) -> None:
    database = Database("sqlite://")
    web = Server(Desk(database, clock, house=house(), peers=AlonePeers(clock)), dict, "1")
    database.close()
    called = {resource.canonical for resource in web.app.router.resources()} - FOR_THE_INSIDE
    let_through = re.findall(r"@ours path (.*)", PROXY)[0].split()

    assert called
    assert not [path for path in (*called, SLACK) if not any(fnmatch(path, one) for one in let_through)]


@pytest.mark.parametrize("text", ["a: [1, 2]\n", "a: 1\n  b: 2\n", "\ta: 1\n", "a: 1\na: 2\n", "just words\n", 'a: "x\n'])
def test_a_compose_file_that_cannot_be_read_would_be_found(text: str, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(text)

    with pytest.raises(compose_reader.Unreadable):
        compose_reader.read(tmp_path / "compose.yaml")


# --- systemd -----------------------------------------------------------------------------------------------------

CLOSED = {
    "ProtectSystem": "strict",
    "NoNewPrivileges": "true",
    "CapabilityBoundingSet": "",
    "PrivateDevices": "true",
    "ProtectHome": "true",
    "ProtectKernelModules": "true",
    "ProtectKernelTunables": "true",
    "MemoryDenyWriteExecute": "true",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "UMask": "0077",
}


def settings_of(unit: Path) -> dict[str, list[str]]:
    """A unit's settings; each may be given more than once."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        key, sign, words = line.partition("=")
        if sign and not key.startswith("#"):
            found.setdefault(key, []).append(words)
    return found


@EACH_UNIT
def test_a_unit_can_do_little(unit: str) -> None:
    given = settings_of(UNITS[unit])

    assert {key: given.get(key) for key in CLOSED} == {key: [words] for key, words in CLOSED.items()}
    assert given["SystemCallFilter"][0] == "@system-service"


@EACH_UNIT
def test_a_unit_is_started_again_unless_its_settings_cannot_be_used(unit: str) -> None:
    given = settings_of(UNITS[unit])

    assert (given["Restart"], given["RestartPreventExitStatus"]) == (["on-failure"], ["2"])
    assert int(given["TimeoutStopSec"][0]) >= 40


def test_a_unit_for_a_role_differs_only_in_that() -> None:
    alone, role = settings_of(UNITS["tolbooth.service"]), settings_of(UNITS["tolbooth@.service"])

    assert role.pop("EnvironmentFile") == ["-/etc/tolbooth/%i.env"]
    assert role.pop("ExecStart") == [f"{alone.pop('ExecStart')[0]} --role %i"]
    assert {key for key in alone if alone[key] != role.get(key)} == {"Description"}


@EACH_UNIT
def test_systemd_itself_finds_nothing_wrong_with_a_unit(unit: str, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        assert settings_of(UNITS[unit])["ExecStart"]  # read above; the verdict is systemd's own to give
        return
    copy = tmp_path / unit.replace("@.", "@web.")
    here = {"/opt/tolbooth/bin/tolbooth": shutil.which("true") or "", "=tolbooth\n": "=root\n"}
    text = UNITS[unit].read_text()
    for there, what in here.items():
        text = text.replace(there, what)
    copy.write_text(text.replace("StateDirectory=root", "StateDirectory=tolbooth"))

    verdict = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)

    assert [line for line in verdict.stderr.splitlines() if copy.name in line] == []


# --- settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["web", "prot"], ["slack", "bot_tokn_file"], ["nothing"]], ids=str)
def test_a_misspelt_setting_would_be_found(words: list[str]) -> None:
    assert not is_setting(words)


def is_setting(words: list[str]) -> bool:
    """Whether the settings of the core, or of a chat, have this one; a secret may be given as a file."""
    first, rest = words[0], words[1:]
    section: Any = CHATS[first].settings_class() if first in CHATS else CoreSettings
    if section is CoreSettings and rest and first in CoreSettings.model_fields:
        section = CoreSettings.model_fields[first].annotation
    name = rest[0] if rest else first
    return name in section.model_fields or name.removesuffix("_file") in section.model_fields
