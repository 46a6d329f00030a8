"""What a look over a draft may find: each with a plain reason and a fix."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Check(StrEnum):
    """One kind of look; the name is that of its setting in ``[checks]``."""

    PERSONAL_DATA = "personal_data"
    BLOCKED_WORDS = "blocked_words"
    ACCOUNT = "account"
    AUDIENCE = "audience"
    READING_AGE = "reading_age"
    HASHTAGS = "hashtags"
    ALT_TEXT = "alt_text"
    CAPITALS = "capitals"
    LINKS = "links"
    REPEATED = "repeated"
    PROMISE = "promise"
    PRE_ELECTION = "pre_election"
    LANGUAGE = "language"
    ADDRESS_ONLY = "address_only"
    """Nothing but an @name, a link or marks: no words."""
    CHARACTERS = "characters"
    """Characters that do not show, change the direction of others, or are too many marks in a row."""
    PLACEHOLDERS = "placeholders"
    """Gaps of a standard answer that were not filled in."""


class Says(StrEnum):
    """What becomes of a finding. Anybody may send over a WARN at once; a BLOCK needs a reason, which is recorded."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


LONGEST_EXCERPT = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``reason`` says what and why it matters; ``fix`` what to do. Neither tells anybody off."""

    check: Check
    says: Says
    reason: str
    fix: str
    excerpt: str = ""
    """The words it is about, as they stand in the draft; of many the first."""
    due_at: datetime | None = None
    """Of a promise: when what is promised would be due."""


@dataclass(frozen=True, slots=True)
class PreElection:
    """A pre-election period: from its first to its last day, with the names that make a sentence political."""

    first: date
    last: date
    names: tuple[str, ...] = ()
    line: str = ""
    """What staff are told about it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is looked for, and what becomes of it; from the ``[checks]`` settings."""

    says: Mapping[Check, Says] = field(default_factory=dict)
    """By check; one that is not here is OFF."""
    blocked_words: tuple[str, ...] = ()
    link_hosts: tuple[str, ...] = ()
    """Hosts links may lead to, with their subdomains; empty: any. What hides or feigns its host is found all the same."""
    reading_age: int = 0
    """The highest reading age in years; 0: not measured."""
    pre_election: tuple[PreElection, ...] = ()
    own_contacts: tuple[str, ...] = ()
    """Telephone numbers, e-mail addresses and postcodes of the organisation's own: nobody's personal data."""
    region: str = "GB"
    """Where telephone numbers without a country are from."""
    language_of: Callable[[str], str] | None = None
    """The code of the language a text is in, empty when that cannot be said; None where nothing here can tell."""

    def of(self, check: Check) -> Says:
        """What becomes of what a check finds."""
        return self.says.get(check, Says.OFF)

    def found(self, check: Check, reason: str, fix: str, *, excerpt: str = "", due_at: datetime | None = None) -> Finding:
        """A finding of a check, with what the settings say becomes of it."""
        return Finding(check, self.of(check), reason, fix, excerpt[:LONGEST_EXCERPT].strip(), due_at)
