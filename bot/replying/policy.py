"""Whose replies need approval, and by which rules posts may be hidden, as the settings have it."""

import re
from dataclasses import dataclass
from datetime import timedelta

TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,29}(\.[a-z0-9][a-z0-9-]{0,29})?")
"""What a mention may be about: one word, or a service and a subject with a dot between."""


@dataclass(frozen=True, slots=True)
class ApprovalTable:
    """One ``[[approval]]`` table. Empty tuples fit everything."""

    everyone: bool = False
    people: tuple[str, ...] = ()
    """User or group ids whose replies need it besides those of trainees."""
    accounts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """Every table that fits a reply makes it need approval. Without tables, what trainees write needs it."""

    tables: tuple[ApprovalTable, ...] = ()
    within: timedelta = timedelta(minutes=15)
    graduate_after: int = 0
    """How many approvals without a change, on one topic, until a person needs none there; 0: never."""


@dataclass(frozen=True, slots=True)
class HouseRule:
    """A published rule by which a post may be hidden."""

    code: str
    text: str
    url: str = ""
