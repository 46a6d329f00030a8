"""The rota in the settings: it is in force from the first start, and a bad one never takes a good one's place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.duty.rota import DutyRole
from bot.errors import SettingsError
from bot.store.duty import plans
from bot.store.schema import delivery
from bot.wiring import Bot, load_settings

SETTINGS = """
[web]
port = 0
[duty]
officers = ["U0TAM"]
[roles]
lead = ["U0MORAG", "S0LEADS"]
[[accounts]]
name = "website"
network = "webchat"
channel = "mentions"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""
GOOD = """
[[rota]]
name = "weeks"
people = ["U0DEV", "U0FARAH"]
starts = "2026-01-05 09:00"
"""
BAD = GOOD.replace("2026-01-05", "2026-02-31")
FAULT = "rota 1 (weeks): starts: there is no 31 February"


@pytest.fixture
def build(blank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Bot]:
    """A bot with such a rota in its settings, on one and the same database."""
    shutil.copyfile(blank, tmp_path / "tolbooth.db")
    monkeypatch.setenv("TOLBOOTH_DATABASE_URL", f"sqlite:///{tmp_path / 'tolbooth.db'}")

    def built(rota: str) -> Bot:
        (tmp_path / "tolbooth.toml").write_text(SETTINGS + rota)
        return Bot(load_settings(tmp_path / "tolbooth.toml"))

    return built


async def people_in_force(bot: Bot) -> tuple[str, ...]:
    """Whom the rota in force names once the bot has started; it is stopped again."""
    try:
        await bot.start()
        return (await bot.database.read(plans.plan_in_force, bot.desk.house)).people
    finally:
        await bot.stop()


async def test_what_the_settings_say_is_in_force_from_the_first_start(build) -> None:
    assert await people_in_force(build(GOOD)) == ("U0DEV", "U0FARAH", "U0MORAG")


async def test_without_a_rota_those_named_are_always_on_duty(build) -> None:
    bot = build("")

    assert bot.desk.house.plan.standing == {DutyRole.DUTY: ("U0TAM",), DutyRole.LEAD: ("U0MORAG",)}
    assert await people_in_force(bot) == ("U0TAM", "U0MORAG")


async def test_a_rota_that_cannot_be_used_stops_a_bot_that_never_had_one(build) -> None:
    with pytest.raises(SettingsError) as caught:
        await people_in_force(build(BAD))

    assert str(caught.value) == FAULT


async def test_a_rota_that_cannot_be_used_leaves_the_last_good_one_in_force(build) -> None:
    await people_in_force(build(GOOD))

    with capture_logs() as said:
        assert await people_in_force(build(BAD)) == ("U0DEV", "U0FARAH", "U0MORAG")

    assert [line["reason"] for line in said if line["event"] == "rota_not_used"] == [FAULT]


async def test_leads_are_told_of_a_fault_once_and_of_another_again(build) -> None:
    await people_in_force(build(GOOD))
    for rota in (BAD, BAD, GOOD.replace("[[rota]]", '[[rota]]\nrole = "boss"')):
        bot = build(rota)
        await people_in_force(bot)

    database = build(GOOD).database
    told = await database.read(lambda conn: conn.execute(select(delivery.c.target, delivery.c.payload)).all())
    database.close()
    assert [target for target, _ in told] == ["U0MORAG", "U0MORAG"]
    assert FAULT in told[0].payload["text"]
    assert "role: 'boss' is not one of duty, backup, lead, shadow" in told[1].payload["text"]
