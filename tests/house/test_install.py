"""The page for whoever installs it: the rotas written out there can be used as they stand, and leave no hour to nobody."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.duty.rota import DutyRole, Rota
from bot.duty.rota_read import plan_from, remarks_on
from bot.house import House
from bot.housing_replies import replying_of
from bot.line.checking_replying import faults_in_replying, notes_on_replying
from bot.settings.file import load
from bot.settings.replying import CheckSettings, Speaks
from tests.house.tree import ROOT

PAGE = (ROOT / "deploy" / "INSTALL.md").read_text()
ON_DUTY = PAGE.partition("\n## On duty\n")[2].partition("\n## ")[0]
CHECKS = PAGE.partition("\n## What is looked for in a reply\n")[2].partition("\n## ")[0]
ROTAS = re.findall(r"```toml\n(.*?)```", ON_DUTY, re.DOTALL)
REPLYING = re.findall(r"```toml\n(.*?)```", PAGE.partition("\n## Replying")[2].partition("\n## ")[0], re.DOTALL)
LONDON = ZoneInfo("Europe/London")
BEGUN = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
FORTNIGHT = [BEGUN + timedelta(hours=hours) for hours in range(14 * 24)]


def test_there_is_one_for_a_single_name_and_one_for_a_full_desk() -> None:
    assert [toml.count("[[rota]]") for toml in ROTAS] == [1, 3]


@pytest.mark.parametrize("toml", ROTAS, ids=["one name", "a full desk"])
def test_a_rota_written_out_can_be_used_and_leaves_no_hour_to_nobody(toml: str, tmp_path: Path) -> None:
    file = tmp_path / "tolbooth.toml"
    file.write_text(toml)
    plan = plan_from([row.model_dump() for row in load(file, networks={}, chats={}, messengers={}).core.rota], {}, LONDON)

    assert remarks_on(plan) == []
    assert [str(moment) for moment in FORTNIGHT if len(Rota(plan).on_duty(DutyRole.DUTY, moment)) != 1] == []


def test_what_is_looked_for_in_a_reply_is_written_out_as_it_can_be_set(tmp_path: Path) -> None:
    (toml,) = re.findall(r"```toml\n(.*?)```", CHECKS, re.DOTALL)
    file = tmp_path / "tolbooth.toml"
    file.write_text(toml)
    core = load(file, networks={}, chats={}, messengers={}).core

    assert not {
        name for name in tomllib.loads(toml)["checks"] if getattr(core.checks, name) == getattr(CheckSettings(), name)
    }
    assert [period.line for period in core.pre_election] == ["Ask the monitoring officer first."]


def test_who_approves_and_what_may_be_hidden_is_written_out_as_it_can_be_set(tmp_path: Path) -> None:
    file = tmp_path / "tolbooth.toml"
    file.write_text(REPLYING[0])
    core = load(file, networks={}, chats={}, messengers={}).core

    house = House({}, LONDON, core.hours, (), **replying_of(core))
    assert list(faults_in_replying(core, house, can_tell=True)) == []
    assert list(notes_on_replying(core, house, BEGUN.date())) == []
    assert [len(house.approval.tables), len(house.house_rules)] == [2, 1]


def test_an_accounts_own_keys_of_replying_are_all_there_and_can_be_used() -> None:
    [keys] = tomllib.loads(REPLYING[1])["accounts"]

    assert keys.pop("name")
    assert set(keys) == set(Speaks.model_fields)
    assert Speaks.model_validate(keys)


def test_every_part_of_the_page_it_leads_to_is_there() -> None:
    titles = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}

    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= places
