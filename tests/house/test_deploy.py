"""The container files fit the program: they are read here, because nothing that runs tests can be sure to build them."""

import re
import tomllib
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet

from bot.settings import CoreSettings, Web
from integrations import CHATS
from tests.house.tree import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
IMAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
NOT_SETTINGS = {"TOLBOOTH_CONFIG"}


def steps(word: str, of: str = IMAGE) -> list[str]:
    """What follows an instruction, each time it is given."""
    return [line.removeprefix(word).strip() for line in of.splitlines() if line.startswith(f"{word} ")]


def test_the_image_has_a_python_we_support() -> None:
    supported = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])
    versions = [re.match(r"python:(\d+\.\d+)-slim", image) for image in steps("FROM", DOCKERFILE)]

    assert all(version and supported.contains(version.group(1)) for version in versions)


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert steps("USER") == ["10001"]
    assert "--uid 10001" in IMAGE


def test_the_image_is_made_of_pinned_wheels_without_a_compiler() -> None:
    (install,) = [step for step in steps("RUN", DOCKERFILE) if "pip install" in step]

    assert "--only-binary :all:" in install
    assert "--constraint deploy/constraints.txt" in install
    assert not re.search(r"\b(?:gcc|build-essential|apt-get|apk|make)\b", DOCKERFILE)


def test_all_that_is_copied_exists_and_is_let_through() -> None:
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [name for step in steps("COPY", DOCKERFILE) if not step.startswith("--") for name in step.split()[:-1]]

    assert not [name for name in copied if not (ROOT / name).exists()]
    assert not [name for name in copied if f"!{name}" not in ignored]


def test_the_image_says_whether_it_is_well_on_the_port_it_listens_on() -> None:
    port = Web().port

    assert steps("EXPOSE") == [str(port)]
    assert f"http://127.0.0.1:{port}/healthz" in steps("HEALTHCHECK")[0]
    assert f'"127.0.0.1:{port}:{port}"' in COMPOSE


def test_the_record_is_on_a_volume() -> None:
    (volume,) = steps("VOLUME")

    assert f"TOLBOOTH_DATABASE_URL=sqlite:///{volume}/" in IMAGE
    assert f"record:{volume}\n" in COMPOSE


def test_every_variable_names_a_setting() -> None:
    named = set(re.findall(r"\bTOLBOOTH_[A-Z_]+", DOCKERFILE + COMPOSE)) - NOT_SETTINGS

    assert not sorted(name for name in named if not is_setting(name.removeprefix("TOLBOOTH_").lower().split("__")))


def test_every_secret_that_is_used_is_given() -> None:
    used = set(re.findall(r"/run/secrets/(\w+)", COMPOSE))
    given = set(re.findall(r"^  (\w+):\n    file: ", COMPOSE, re.MULTILINE))

    assert used == given


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
