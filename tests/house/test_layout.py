"""The tree is the one the picture shows, and imports point inwards."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.house.tree import CODE, ROOT, modules, ours

TOP = {"bot", "handlers", "integrations", "tests", "deploy", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}
SEES_THE_WIRING = (
    "bot.wiring",
    "bot.cli",
    "bot.__main__",
    "bot.__init__",
    "bot.line",  # what the command line does, one file a command
)


def test_the_top_holds_the_agreed_entries_only() -> None:
    extra = {path.parts[0] for path in ours() if not path.parts[0].startswith(".")} - TOP

    assert not extra


def test_every_folder_of_code_is_a_package() -> None:
    folders = {
        parent for path in modules(*CODE) for parent in path.parents if parent.parts and "migrations" not in parent.parts
    }

    assert not [str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()]


def test_the_import_contracts_hold() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_integration_is_kept_apart_from_the_others() -> None:
    kept_apart = set(contract("Integrations do not know one another")["modules"])

    folders = {f"integrations.{path.parts[1]}" for path in modules("integrations") if len(path.parts) > 2}
    assert kept_apart == folders - {"integrations.graph"}, "the one folder that two networks share"


def test_every_part_of_the_core_is_kept_from_the_wiring() -> None:
    kept = set(contract("Only the command line sees the wiring")["source_modules"])
    parts = {"bot." + path.parts[1].removesuffix(".py") for path in modules("bot")}
    should = {part for part in parts if not part.startswith(SEES_THE_WIRING)} | {"handlers", "integrations"}

    assert not should - kept, "these belong in the contract's list"
    assert not kept - should, "these do not exist"


def contract(name: str) -> dict[str, Any]:
    """One contract of the settings by its name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: dict[str, Any] = next(c for c in settings["tool"]["importlinter"]["contracts"] if c["name"] == name)
    return found
