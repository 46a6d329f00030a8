"""The page for whoever installs it: the rotas written out there can be used as they stand, and leave no hour to nobody."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.duty.rota import DutyRole, Rota
from bot.duty.rota_read import plan_from, remarks_on
from bot.settings.file import load
from tests.house.tree import ROOT

PAGE = (ROOT / "deploy" / "INSTALL.md").read_text()
ON_DUTY = PAGE.partition("\n## On duty\n")[2].partition("\n## ")[0]
ROTAS = re.findall(r"```toml\n(.*?)```", ON_DUTY, re.DOTALL)
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


def test_every_part_of_the_page_it_leads_to_is_there() -> None:
    titles = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}

    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= places
