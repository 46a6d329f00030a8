"""Reads JSON that may hold anything in the place of what it should."""

from collections.abc import Mapping
from typing import Any

LONGEST = 20_000
"""Characters; a post has 3,000 bytes."""


def mapping(wild: object) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return wild if isinstance(wild, dict) else {}


def mappings(wild: object) -> list[dict[str, Any]]:
    """The objects of a list, or none."""
    return [one for one in wild if isinstance(one, dict)] if isinstance(wild, list) else []


def written(wild: object) -> str:
    """The text, or none; half characters as the mark that takes their place."""
    text = wild[:LONGEST] if isinstance(wild, str) else ""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
