"""The calendars are what the law and the holidays package say, and name where they come from."""

import tomllib
from datetime import date

import pytest
from holidays import country_holidays

from bot.rights.calendars import ANYWHERE, FILE, calendars, pair
from bot.times.closed_days import is_weekday

REGIONS = {"england-wales": ("ENG", "WLS"), "scotland": ("SCT",), "northern-ireland": ("NIR",)}
ON_PURPOSE: dict[str, set[date]] = {}
"""Where ours differ from the package's, by region: nowhere today, save that weekends are left out."""


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("year", range(calendars().first_year, calendars().last_year + 1))
def test_each_year_of_each_region_is_as_the_holidays_package_has_it(region: str, year: int) -> None:
    ours = {day for day in calendars().closed(region, one_off=True) if day.year == year}

    for part in REGIONS[region]:
        theirs = {day for day in country_holidays("GB", subdiv=part, years=year) if is_weekday(day)}
        assert ours ^ theirs == ON_PURPOSE.get(region, set())


def test_a_day_of_one_year_alone_is_marked_and_moves_the_long_stop_only() -> None:
    world_cup = date(2026, 6, 15)
    proclaimed = [day.on for day in calendars().days if day.proclaimed]
    earliest, latest = pair("scotland", "scotland")

    assert proclaimed == [world_cup]
    assert world_cup not in earliest
    assert world_cup in latest
    assert world_cup in calendars().closed(ANYWHERE, one_off=True)


def test_every_line_says_where_it_comes_from_and_the_file_which_version_it_is() -> None:
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))

    assert told["version"] == "2026-11"
    assert all(one["source"] and one["name"] and is_weekday(one["on"]) for one in told["days"])
    assert len({(one["on"], tuple(one["in"])) for one in told["days"]}) == len(told["days"])
