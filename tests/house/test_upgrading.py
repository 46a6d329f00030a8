"""Whoever upgrades finds a section for each version, and databases that went out are kept to be brought up to date."""

import re

import pytest

from bot.store import migrate
from tests.house.tree import ROOT, text

UPGRADING = text(ROOT / "deploy" / "UPGRADING.md")
VERSION = re.compile(r"^## (\d+\.\d+\.\d+)\b", re.MULTILINE)
SECTIONS = VERSION.findall(UPGRADING)
RELEASED = VERSION.findall(text(ROOT / "CHANGELOG.md"))
DATABASES = ROOT / "tests" / "golden" / "databases"


def order(version: str) -> tuple[int, ...]:
    """0.10.0 after 0.9.0."""
    return tuple(int(part) for part in version.split("."))


def section(version: str) -> str:
    """What a section says."""
    _, _, rest = UPGRADING.partition(f"\n## {version}\n")
    return rest.partition("\n## ")[0].strip()


@pytest.mark.parametrize("version", RELEASED)
def test_every_version_of_the_changelog_has_a_section_that_says_where_one_comes_from(version: str) -> None:
    before = SECTIONS[SECTIONS.index(version) + 1 :]

    assert section(version).startswith(f"From {before[0]}." if before else "The first release")


def test_sections_stand_newest_first_and_each_once() -> None:
    assert sorted(set(SECTIONS), key=order, reverse=True) == SECTIONS


def test_the_newest_revision_of_the_database_is_named_where_it_came() -> None:
    assert [version for version in SECTIONS if f"to `{migrate.head(migrate.migrations())}`" in section(version)]


def test_a_database_is_kept_of_releases_before_the_tables_changed() -> None:
    kept = {path.name.removesuffix(".db.gz") for path in DATABASES.glob("*.db.gz")}

    assert kept >= {"0.1.0", "0.2.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0"}
    assert kept <= set(SECTIONS)


def test_what_it_quotes_is_what_is_said() -> None:
    said = migrate.too_new("…")

    assert f"*{said}.*" in " ".join(UPGRADING.split())
