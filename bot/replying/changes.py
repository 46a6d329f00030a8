"""What one person changed in another's words, told in words: what was taken out, and what was put in. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\S+")
APART = 2
"""Fewer words than this between two changes make one of them: so it reads as one."""


@dataclass(frozen=True, slots=True)
class Change:
    """``out`` stood there, ``put`` stands there now; either may be empty."""

    out: str
    put: str


def differences(before: str, after: str) -> tuple[Change, ...]:
    """Every change, in the order of the words; none where only the spaces differ."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    steps = [step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"]
    joined: list[list[int]] = []
    for _, i, j, k, m in steps:
        if joined and i - joined[-1][1] < APART:
            joined[-1][1], joined[-1][3] = j, m
        else:
            joined.append([i, j, k, m])
    return tuple(Change(said(old, i, j), said(new, k, m)) for i, j, k, m in joined)


def said(words: Sequence[str], start: int, end: int) -> str:
    """Some of the words, as they stood."""
    return " ".join(words[start:end])
