"""A fresh install gets the versions the tests ran with, from wherever the installer gets its packages."""

import re
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!+-]+)$")
LINES = [line.partition("#")[0].strip() for line in (ROOT / "deploy" / "constraints.txt").read_text().splitlines()]
PINS = [line for line in LINES if line]
VERSIONS = {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in PINS}


def test_each_line_is_a_name_and_one_version() -> None:
    assert not [line for line in PINS if not PIN.match(line)]


def test_no_distribution_is_pinned_twice() -> None:
    assert len(VERSIONS) == len(PINS)


def test_everything_an_install_brings_is_pinned() -> None:
    assert not sorted(set(installed_for("tolbooth", "test", "postgres", "browser")) - set(VERSIONS))


def test_the_tests_run_with_the_pinned_versions() -> None:
    running = installed_for("tolbooth", "test", "postgres", "browser")

    assert {name: version for name, version in running.items() if VERSIONS.get(name) not in {None, version}} == {}


def installed_for(name: str, *extras: str) -> dict[str, str]:
    """What is installed because of a distribution and its extras: version by name, without itself."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(name), extra) for extra in ("", *extras)]
    while waiting:
        wanted, extra = waiting.pop()
        if (wanted, extra) in seen:
            continue
        seen.add((wanted, extra))
        try:
            here = distribution(wanted)
        except PackageNotFoundError:
            continue
        found[wanted] = here.version
        for line in here.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(requirement.name), each) for each in ("", *requirement.extras)]
    found.pop(canonicalize_name(name), None)
    return found
