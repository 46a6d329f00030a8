"""The register of accounts: who holds each, where its credential is kept, and which of them hang on one person. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

STALE_AFTER = timedelta(days=90)
"""After so long somebody should sign in again and see that it still works."""
TELLING = re.compile(
    r"xox[a-z]-|xapp-|whsec_|sk_(?:live|test)_|gh[opsu]_|github_pat_|glpat-|AKIA|-----BEGIN|eyJ[\w-]{10}"
    r"|\b(?:password|passphrase|passcode|pin|token|secret|key)\s*[:=]",
    re.IGNORECASE,
)
"""How secrets begin, or are introduced."""
LONG_RUN = re.compile(r"[A-Za-z0-9+=]{16,}")
SHORT = 8
"""Characters from which a word with all kinds of signs may be a password."""


class Standing(IntEnum):
    """What an account needs, the most pressing first."""

    ONE_HOLDER = 0
    NOT_VERIFIED = 1
    WELL = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """One account on the register. ``custodian`` and ``deputy`` are staff ids or names; ``kept_in`` is never a secret."""

    name: str
    label: str
    place: str
    """The network it is on, or for one without an adapter where it is, such as ``Pinterest``."""
    url: str = ""
    custodian: str = ""
    deputy: str = ""
    kept_in: str = ""
    last_verified: date | None = None
    is_listed: bool = False
    """Whether it is only on the register: nothing is read there."""

    @property
    def holders(self) -> tuple[str, ...]:
        """Who could sign in to it, once each."""
        return tuple(dict.fromkeys(who for who in (self.custodian, self.deputy) if who))

    @property
    def says_something(self) -> bool:
        """Whether the organisation wrote anything about who looks after it."""
        return bool(self.holders or self.kept_in or self.last_verified or self.is_listed)

    def is_held_by(self, *called: str) -> bool:
        """Whether a person, by id or name, holds it."""
        return bool({who.casefold() for who in self.holders} & {one.casefold() for one in called if one})


Register = tuple[Kept, ...]


def is_in_use(register: Iterable[Kept]) -> bool:
    """Whether the organisation keeps a register at all; one that does not is not told what is missing from it."""
    return any(kept.says_something for kept in register)


def verified_on(kept: Kept, said: Mapping[str, date]) -> date | None:
    """The last day somebody signed in and said so: in the settings, or since then in the chat."""
    return max((day for day in (kept.last_verified, said.get(kept.name)) if day), default=None)


def standing(kept: Kept, said: Mapping[str, date], today: date) -> Standing:
    """What an account needs: a second holder before all else."""
    if len(kept.holders) < 2:
        return Standing.ONE_HOLDER
    seen = verified_on(kept, said)
    return Standing.NOT_VERIFIED if seen is None or today - seen > STALE_AFTER else Standing.WELL


def in_order(register: Iterable[Kept], said: Mapping[str, date], today: date) -> list[tuple[Standing, Kept]]:
    """What needs something first; of those alike the ones nobody holds, then by name."""
    found = [(standing(kept, said, today), kept) for kept in register]
    return sorted(found, key=lambda one: (one[0], len(one[1].holders), one[1].name))


def with_one_holder(register: Sequence[Kept]) -> list[str]:
    """The names of accounts that one person's leaving could lock everybody out of; none where no register is kept."""
    return sorted(kept.name for kept in register if len(kept.holders) < 2) if is_in_use(register) else []


def looks_like_a_secret(words: str) -> bool:
    """Whether words that should say where a credential is kept may be the credential itself."""
    return bool(TELLING.search(words)) or any(is_random(word) for word in words.split() if "://" not in word)


def is_random(word: str) -> bool:
    """No word of a sentence: a long run of letters and digits, or a short one with all kinds of signs."""
    if any(re.search(r"\d", run) and re.search(r"[A-Za-z]", run) for run in LONG_RUN.findall(word)):
        return True
    bare = word.strip(".,;:()\"'“”‘’!?")
    return len(bare) >= SHORT and all(re.search(kind, bare) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^\w/.-]"))
