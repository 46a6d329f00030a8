"""The side of paper for staff is true, fits, and is kept as it would be printed (UPDATE_GOLDEN=1 writes it anew)."""

import ast
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import handlers
from bot import words
from bot.cli import main
from bot.portray import buttons
from bot.settings import CoreSettings
from handlers import VERBS
from handlers.help import PUBLIC
from handlers.staff_page import example_card, meaning
from handlers.verb import Verb
from integrations.viva_engage.paper import paper
from integrations.viva_engage.settings import VivaEngageSettings
from tests.bot.stories import STORIES
from tests.handlers.drawn import drawn
from tests.house.tree import ROOT, calls, modules

KEPT = ROOT / "deploy" / "STAFF.md"
LINES, WORDS, WIDTH = 60, 450, 120
DEEDS = [verb for verb in VERBS.values() if verb.deed]
LABEL = re.compile(r"\[([A-Z][^\]]*)\]")
TYPED = re.compile(r"`(/[^`]+)`")


def page(settings: Mapping[str, object] | None = None) -> str:
    """The page as the settings given have it."""
    return handlers.PAGE(CoreSettings.model_validate(settings or {}))


def test_the_page_kept_is_the_page_printed() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        KEPT.write_text(page() + "\n")

    assert KEPT.read_text() == page() + "\n"


def test_it_is_one_side_of_paper() -> None:
    lines = page().splitlines()

    assert len(lines) <= LINES
    assert len(page().split()) <= WORDS
    assert max(map(len, lines)) <= WIDTH


def test_the_card_on_it_is_a_real_one_and_each_line_of_it_is_explained() -> None:
    card = drawn(example_card(CoreSettings()))

    assert f"```text\n{card}\n```" in page()
    assert [line[:2] for line in meaning()] == [f"{place}." for place, _ in enumerate(card.splitlines(), 1)]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_each_deed_is_there_as_help_has_it_with_a_button_that_does_it(deed: Verb) -> None:
    typed = words.spelled(words.typed(deed.name, deed.usage), CoreSettings().commands.model_dump())
    (line,) = (line for line in page().splitlines() if line.startswith(f"- `{typed}`") and deed.summary in line)
    (label,) = LABEL.findall(line.partition("` or ")[2])

    where = "handlers/menu.py" if "in the menu" in line else "bot/portray.py"
    assert deed.name in buttons_in_code()[label, where]


@pytest.mark.parametrize("state", ["replied", "closed"])
def test_the_record_has_its_button_once_a_mention_is_answered_or_closed(state: str) -> None:
    assert "Record" in {button.label for button in buttons(STORIES[state])}


def test_the_installation_ends_with_printing_it() -> None:
    steps = (ROOT / "deploy" / "INSTALL.md").read_text().partition("## Ten steps")[2].partition("\n## ")[0]
    numbers = re.findall(r"^(\d+)\. \*\*", steps, re.MULTILINE)

    assert numbers == [str(number) for number in range(1, 11)]
    assert "tolbooth staff-page --config " in steps.partition("\n10. ")[2]


def test_it_says_of_the_public_what_help_says() -> None:
    assert PUBLIC in page()


def test_it_promises_no_button_that_is_not_there() -> None:
    labels = {label for label, _ in buttons_in_code()}

    assert set(LABEL.findall(page())) <= labels


def test_it_promises_no_command_that_is_not_there() -> None:
    own = CoreSettings().commands.model_dump()
    typed = [line.split() for line in TYPED.findall(page())]

    assert {first for first, *_ in typed} <= set(own.values())
    assert {rest[0] for first, *rest in typed if first == own["mention"] and rest} <= set(VERBS)
    assert set(re.findall(r"`tolbooth (\S+)`", page())) <= set(main.commands)


def test_it_names_the_organisation_and_its_own_commands() -> None:
    printed = page({"organisation": "Strathellen", "commands": {"mention": "/town", "claim": "/mine"}})

    assert printed.startswith("# Tolbooth at Strathellen, on one page\n")
    assert "Lou Tranter (@lou) · Strathellen web chat · " in printed
    assert "`/mine 142` or [Claim]" in printed
    assert "`/town stop why`" in printed
    assert "/mention" not in printed
    assert "/claim" not in printed


def test_it_follows_the_times_in_the_settings() -> None:
    printed = page({"replies": {"hold": 30}, "duty": {"acknowledge_within": 5}})

    assert "for 30 seconds [Undo] stops it" in printed
    assert "each duty officer (5 minutes each)" in printed


def test_it_says_who_is_pinged_as_the_settings_have_it() -> None:
    turns = {"name": "week", "people": ["U1"], "starts": "2026-11-16 09:00"}
    by_rota = page({"rota": [turns]})
    own = page({"rota": [turns], "escalation": [{"name": "day", "steps": ["owner 5", "duty 10", "channel"]}]})

    assert "the owner is pinged, then duty officer, backup and lead as the rota has it, then the channel;" in by_rota
    assert "these are pinged in turn: owner, duty, channel;" in own


def test_it_says_whose_turn_it_is_and_how_one_ends_where_people_take_turns() -> None:
    printed = page({"rota": [{"name": "week", "people": ["U1"], "starts": "2026-11-16 09:00"}]})

    assert "- `/mention duty [cover me]`: Who is on duty; ask for cover.\n- Your turn ends when the next person" in printed
    assert len(printed.splitlines()) <= LINES
    assert set(LABEL.findall(printed)) <= {label for label, _ in buttons_in_code()}
    assert "/mention duty" not in page()


def test_it_speaks_of_approval_where_somebody_approves() -> None:
    printed = page({"roles": {"trainee": ["U1"], "lead": ["U2"]}})

    assert "- Some replies a colleague approves first, and may change: you see what and why." in printed
    assert set(LABEL.findall(printed)) <= {label for label, _ in buttons_in_code()}
    assert len(printed.split()) <= WORDS + 20
    assert "approves" not in page()


def test_it_speaks_of_no_undo_where_replies_leave_at_once() -> None:
    assert "[Undo]" not in page({"replies": {"hold": 0}})


@pytest.fixture
def typed_page(tmp_path: Path) -> Callable[..., str]:
    """The page where the only chat is one in which all is typed."""
    file = tmp_path / "tolbooth.toml"

    def printed(settings: str = "") -> str:
        file.write_text(settings + '[viva_engage]\ntoken = "x"\ncommunities = { mentions = "15824708" }\n')
        done = CliRunner().invoke(main, ["staff-page", "--config", str(file)])
        assert done.exit_code == 0, done.output
        return done.output.removesuffix("\n")

    return printed


def test_where_all_is_typed_the_page_promises_no_button_and_no_command_of_another_chat(
    typed_page: Callable[..., str],
) -> None:
    printed = typed_page()
    typed = {line.split()[0] for line in re.findall(r"`([^`]+)`", printed.replace("```", ""))} - {"tolbooth"}

    assert len(printed.splitlines()) <= LINES
    assert len(printed.split()) <= WORDS
    assert max(map(len, printed.splitlines())) <= WIDTH
    assert {verb.removeprefix("/") for verb in typed} <= set(VERBS)
    assert {verb for verb in typed if verb.startswith("/")} == {"/stop", "/start"}
    assert "/mention" not in printed
    assert LABEL.findall(printed) == []
    assert "read within a minute" in printed
    assert PUBLIC in printed


def test_where_all_is_typed_the_thread_on_the_page_is_a_real_one_and_every_deed_is_there(
    typed_page: Callable[..., str],
) -> None:
    settings = VivaEngageSettings.model_validate({"token": "x", "communities": {"mentions": "7"}})
    shown = paper(settings, handlers.TYPED).draws(example_card(CoreSettings()))
    printed = typed_page()

    assert f"```text\n{shown}\n```" in printed
    for deed in DEEDS:
        assert f"- `{deed.name} {deed.usage}".rstrip() + f"`: {deed.summary}." in printed


def test_where_all_is_typed_the_times_are_those_of_the_chat_and_of_the_settings(
    typed_page: Callable[..., str],
) -> None:
    printed = typed_page("[replies]\nhold = 300\n[duty]\nacknowledge_within = 5\n")

    assert "Write **send**, and they go. For 5 minutes `undo` stops it." in printed
    assert "each duty officer (5 minutes each)" in printed
    assert "For 2 minutes `undo` stops it." in typed_page()
    assert "undo" not in typed_page("[replies]\nhold = 0\n").partition("## Public")[2]


def test_where_there_are_buttons_too_the_page_is_the_one_with_buttons(typed_page: Callable[..., str]) -> None:
    both = '[slack]\nbot_token = "xoxb-1"\napp_token = "xapp-1"\nsigning_secret = "x"\n'

    assert typed_page(both) == page()


def test_the_command_line_prints_it_for_a_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "tolbooth.toml"
    file.write_text('organisation = "Strathellen"\n[commands]\nmention = "/town"\n')

    done = CliRunner().invoke(main, ["staff-page", "--config", str(file)])

    assert done.exit_code == 0
    assert done.output == page({"organisation": "Strathellen", "commands": {"mention": "/town"}}) + "\n"


@cache
def buttons_in_code() -> dict[tuple[str, str], set[str]]:
    """What stands beside each label, the verb among it, by the file that draws it: buttons, and what sends a form in."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in modules("bot", "handlers"):
        for node in calls(path):
            if isinstance(node.func, ast.Name) and node.func.id in ("Button", "Form"):
                said = {each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)}
                for label in said:
                    found.setdefault((label, str(path)), set()).update(said)
    return found
