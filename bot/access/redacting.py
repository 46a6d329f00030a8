"""What is taken out of words before the person they are about may have them: names of others, and ways to reach them. Pure.

Generous: what might be a name is taken out, and stands in a list for somebody to look through before the rest is handed over
(UK GDPR Art. 15(4); DPA 2018 Sch. 2 para. 16: the rights of others).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from bot.replying.checks.contacts import EMAIL, SPELLED, phones, postcodes

WORD = re.compile(r"[^\W\d_](?:[\w'’.-]*\w)?")
OWNING = re.compile(r"['’]s?$")
HANDLE = re.compile(r"(?<![\w.@/])@[\w.-]*\w(?:@[\w.-]*\w)?")
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Miss|Ms|Mx|Dr|Prof|Professor|Rev|Sir|Lady|Lord|Cllr|Councillor|PC|Sgt|Constable|Nurse|Auntie?|Uncle)\.?"
    r" +(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"
)
LONGEST = 4
"""Words of a name that are looked for together."""
SHORTEST = 3
"""Letters of a part of a name that is looked for by itself."""
WORDS_TOO = (
    "art august baker banks bell bill bird bishop black bob bond booth bridge brook brooks brown bush butcher butler "
    "carpenter carter chance chase church clay close cole cook cooper cross dale dawn day dean dear dick drew duke "
    "earl early farmer faith fay field fields fisher ford forest fox frank freeman gale gay gene ginger grace grant "
    "gray green grey guy hall harry heath hill holly hope hunt hunter iris ivy jack jean jewel john joy judge june "
    "keen king knight lake lane law lily little long lord love major mark marsh mason may mercy merry miles mill "
    "miller mills moon moore norm page park parker parks pat peace penny piper pope porter potter power price prince "
    "queen rain ray read reed rich rivers rob robin rock rod rose rush sandy sharp shepherd short sky skip small "
    "smart smith snow spring stone storm street strong sue summer summers swan swift taylor turner van wade walker "
    "walls ward waters way webb wells west white wild will wise wolf wood woods young"
)
ALSO_WORDS = frozenset(WORDS_TOO.split())
"""Names that are words too: without a capital such a word is no name."""


class Kind(StrEnum):
    """What was taken out, as whoever looks through it reads it."""

    PERSON = "the name of another person"
    STAFF = "the name of a member of staff"
    HANDLE = "a handle"
    EMAIL = "an e-mail address"
    PHONE = "a telephone number"
    POSTCODE = "a postcode"
    WORDS = "what somebody else wrote"


INSTEAD: Mapping[Kind, str] = {
    Kind.PERSON: "[another person]",
    Kind.STAFF: "[a member of staff]",
    Kind.HANDLE: "[a handle]",
    Kind.EMAIL: "[an e-mail address]",
    Kind.PHONE: "[a telephone number]",
    Kind.POSTCODE: "[a postcode]",
    Kind.WORDS: "[written by somebody else]",
}


@dataclass(frozen=True, slots=True)
class Known:
    """Who is who. All names as ``plain`` has them.

    ``own`` are the names and handles of the person asking, ``ours`` those of the organisation; of ``staff`` each name has
    what stands in its place, and one that is shown as it is stands for itself.
    """

    own: frozenset[str]
    ours: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    staff: Mapping[str, str] | None = None
    region: str = "GB"


@dataclass(frozen=True, slots=True)
class Redaction:
    """One thing that was taken out: where, whose words those are, and what it was."""

    where: str
    whose: str
    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to be taken out of a text, and what stands there instead."""

    start: int
    end: int
    kind: Kind
    instead: str


def plain(name: str) -> str:
    """A name or handle as it is compared: its words in small letters."""
    return " ".join(WORD.findall(normalize("NFKC", name).casefold().removeprefix("@")))


def with_parts(names: Iterable[str]) -> frozenset[str]:
    """Names with each part of them that is long enough to be looked for by itself."""
    whole = {plain(name) for name in names}
    return frozenset(one for one in whole if one) | {part for one in whole for part in one.split() if len(part) >= SHORTEST}


def could_be_names(texts: Iterable[str]) -> frozenset[str]:
    """Every one to LONGEST words in a row: what somebody's name is looked for in."""
    return frozenset(plain(run) for text in texts for _, _, run in runs(composed(text)))


def composed(text: str) -> str:
    """Each letter with its accents as one sign, however it was typed."""
    return normalize("NFC", text)


def runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Words in a row with where they stand: the most at a time first."""
    found = list(WORD.finditer(text))
    for size in range(LONGEST, 0, -1):
        for first, last in zip(found, found[size - 1 :], strict=False):
            end = last.start() + len(OWNING.sub("", last[0]))
            yield first.start(), end, text[first.start() : end]


def redacted(text: str, known: Known) -> tuple[str, list[Found]]:
    """The text, ``composed``, without what is other people's, and what was taken out of it, in order."""
    taken: list[Found] = []
    for one in looked_for(text, known):
        if not any(one.start < other.end and other.start < one.end for other in taken):
            taken.append(one)
    taken.sort(key=lambda one: one.start)
    parts, at = [], 0
    for one in taken:
        parts += [text[at : one.start], one.instead]
        at = one.end
    return "".join([*parts, text[at:]]), taken


def looked_for(text: str, known: Known) -> Iterator[Found]:
    """All that might have to go; what comes first counts where two overlap."""
    for pattern in (EMAIL, SPELLED):
        yield from (found(match.start(), match.end(), Kind.EMAIL) for match in pattern.finditer(text))
    for match in HANDLE.finditer(text):
        if plain(match[0]) not in known.own | known.ours and match[0].casefold().removeprefix("@") not in known.own:
            yield found(match.start(), match.end(), Kind.HANDLE)
    yield from (found(s.start, s.end, Kind.PHONE) for s in phones(text, known.region))
    yield from (found(s.start, s.end, Kind.POSTCODE) for s in postcodes(text))
    yield from names_in(text, known)


def found(start: int, end: int, kind: Kind) -> Found:
    """With the words that always stand in its place."""
    return Found(start, end, kind, INSTEAD[kind])


def is_a_word(run: str, name: str, staff: Mapping[str, str]) -> bool:
    """Whether it is no name in small letters: whole names are, as notes are typed, and parts of a colleague's."""
    return not any(map(str.isupper, run)) and " " not in name and (name not in staff or name in ALSO_WORDS)


def names_in(text: str, known: Known) -> Iterator[Found]:
    """Names of staff, of people we know of, and whatever follows a title; not those of the person themselves."""
    staff, own = known.staff or {}, known.own | {part for name in known.own for part in name.split()}
    for start, end, run in runs(text):
        name = plain(run)
        if name in known.ours or all(part in own for part in name.split()) or is_a_word(run, name, staff):
            continue
        if name in staff:
            yield Found(start, end, Kind.STAFF, staff[name])
        elif name in known.others:
            yield found(start, end, Kind.PERSON)
    for match in TITLED.finditer(text):
        if not all(part in own for part in plain(match["name"]).split()):
            yield found(match.start("name"), match.end("name"), Kind.PERSON)
