"""Fifty replies nobody should be warned of, from the file beside this one."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Good:
    """What was asked, and a good answer."""

    asked: str
    reply: str
    language: str = "en"
    private: bool = False


FILE = Path(__file__).with_suffix(".toml")
FIFTY = tuple(Good(**row) for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["replies"])
