"""Raises a mention's priority when it holds words that often mean somebody must look soon. Pure. Never lowers, never closes.

A word list is no safety net: people in danger often write obliquely. It only puts some mentions further up the queue.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).with_name("triage_words.toml")
LOOKED_AT = 5_000
"""Characters of a post that are looked at: the list is ours, the post is anybody's."""
PRIORITIES = ("P0", "P1", "P2", "P3", "P4")
LOWEST = "P3"
FOLDED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Rule:
    """``any`` of these words raises to ``priority`` and sets ``flag``, unless one of ``unless`` is there too."""

    name: str
    priority: str
    flag: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Raised:
    """What the list makes of some words: ``rule`` names why; empty when nothing was raised."""

    priority: str = LOWEST
    flags: tuple[str, ...] = ()
    rule: str = ""


def read_rules(path: Path = SHIPPED) -> tuple[Rule, ...]:
    """The rules of a word list. Raises ValueError naming the entry that cannot be used."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not TOML: {error}") from error
    return tuple(rule_from(name, table, path) for name, table in tables.items())


def rule_from(name: str, table: object, path: Path) -> Rule:
    """One entry."""
    if not isinstance(table, dict) or not set(table) <= {"priority", "flag", "any", "unless"}:
        raise ValueError(f"{path}: [{name}]: takes priority, flag, any and unless")
    words, unless = table.get("any"), table.get("unless", [])
    if not is_words(words) or not words or not is_words(unless):
        raise ValueError(f"{path}: [{name}]: any and unless are lists of words or phrases")
    if table.get("priority") not in PRIORITIES[:3]:
        raise ValueError(f"{path}: [{name}]: priority is P0, P1 or P2; a list can only raise")
    return Rule(name, table["priority"], str(table.get("flag", "")), matching(words), matching(unless) if unless else None)


def is_words(value: object) -> bool:
    """A list of non-empty texts."""
    return isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value)


def matching(phrases: Sequence[str]) -> re.Pattern[str]:
    """One pattern for phrases as whole words; plain text only, so it takes time in proportion to the post."""
    return re.compile("|".join(rf"(?<!\w){re.escape(folded(phrase))}(?!\w)" for phrase in phrases))


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms, straight quotes, one space, lower case."""
    plain = unicodedata.normalize("NFKC", text[:LOOKED_AT]).translate(FOLDED).casefold()
    return re.sub(r"\s+", " ", plain).strip()


def raised(text: str, rules: Sequence[Rule]) -> Raised:
    """The highest priority any rule gives, with the flags of all that fit."""
    looked_at = folded(text)
    fitting = [r for r in rules if r.words.search(looked_at) and not (r.unless and r.unless.search(looked_at))]
    if not fitting:
        return Raised()
    first = min(fitting, key=lambda rule: PRIORITIES.index(rule.priority))
    return Raised(first.priority, tuple(sorted({rule.flag for rule in fitting if rule.flag})), first.name)


def higher(one: str, other: str) -> str:
    """The more urgent of two priorities."""
    return min(one, other, key=PRIORITIES.index)
