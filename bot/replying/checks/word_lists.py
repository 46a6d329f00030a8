"""The words the checks know, read from ``word_lists.toml``."""

import tomllib
from pathlib import Path

SHIPPED = Path(__file__).with_name("word_lists.toml")
LISTS: dict[str, str] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def listed(name: str) -> frozenset[str]:
    """One of the lists. Raises KeyError for one that is not there."""
    return frozenset(LISTS[name].split())
