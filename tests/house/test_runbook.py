"""Every alarm has a heading in the runbook, every secret a row, and what it names is there."""

import ast
import re
from functools import cache
from typing import Any

import pytest
from pydantic import SecretStr

from bot.delivery import DeliveryState
from bot.engine.selfcheck import SENTENCES
from bot.settings import CoreSettings
from bot.settings.duty import PersonSettings
from bot.web import DESCRIBED
from integrations import CHATS, MESSENGERS, NETWORKS
from tests.house.tree import CODE, ROOT, calls, modules, text

RUNBOOK = (ROOT / "deploy" / "RUNBOOK.md").read_text()
HEADINGS = {name for line in RUNBOOK.splitlines() if line.startswith("### ") for name in re.findall(r"`(\w+)`", line)}
FIGURES = {
    *DESCRIBED,
    *(f"open_{state}" for state in ("new", "claimed", "replying")),
    *(f"outbox_{state}" for state in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)),
}
LOUD = {"error", "exception", "critical", "note_trouble"}
"""Whatever is called by these names says its first argument as an error."""
NOT_OURS = "integrations/sandbox"


@cache
def errors() -> set[str]:
    """The names under which the program logs errors."""
    return {
        call.args[0].value
        for path in modules(*CODE)
        if not str(path).startswith(NOT_OURS)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in LOUD
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
        if re.fullmatch(r"[a-z_]+", call.args[0].value)
    }


def secrets() -> set[str]:
    """Every setting that is a secret."""
    entries = (*CHATS.values(), *NETWORKS.values(), *MESSENGERS.values())
    sections: list[Any] = [CoreSettings, PersonSettings, *(entry.settings_class() for entry in entries)]
    sections += [
        field.annotation for field in CoreSettings.model_fields.values() if hasattr(field.annotation, "model_fields")
    ]
    return {
        name
        for section in sections
        for name, field in getattr(section, "model_fields", {}).items()
        if field.annotation in (SecretStr, SecretStr | None)
    }


def test_every_figure_has_a_heading() -> None:
    assert {f"tolbooth_{name}" for name in FIGURES} - HEADINGS == set()


def test_every_invariant_has_a_heading() -> None:
    assert set(SENTENCES) - HEADINGS == set()


def test_every_error_in_the_log_has_a_heading() -> None:
    assert errors() - HEADINGS == set()


def test_no_heading_is_about_what_is_not_there() -> None:
    assert HEADINGS - {f"tolbooth_{name}" for name in FIGURES} - set(SENTENCES) - errors() == set()


def test_every_secret_can_be_changed() -> None:
    rows = [line.split("|")[1] for line in RUNBOOK.splitlines() if line.startswith("| ")]
    named = {name.rpartition(".")[2] for row in rows for name in re.findall(r"`([\w.…]+)`", row)}

    assert secrets() - named == set()


@pytest.mark.parametrize("part", ["Install", "Upgrade", "Back up", "Restore", "Change a secret", "Watch it"])
def test_the_runbook_has_each_part(part: str) -> None:
    assert f"\n## {part}\n" in RUNBOOK


def test_what_it_points_to_is_there() -> None:
    files = re.findall(r"\]\(([\w@./]+?)(?:#[\w-]+)?\)", RUNBOOK)
    anchors = re.findall(r"\]\(#([\w-]+)\)", RUNBOOK)
    titles = {line.lstrip("# ").lower().replace(" ", "-") for line in RUNBOOK.splitlines() if line.startswith("#")}

    assert [name for name in files if not (ROOT / "deploy" / name).exists()] == []
    assert set(anchors) <= titles


def test_the_sentence_to_leads_names_a_heading_of_a_file_that_is_there() -> None:
    assert "deploy/RUNBOOK.md" in "".join(text(path) for path in modules("bot"))
