"""Why a term is refused: it is a person's name, handle, address or number. Tolbooth keeps no watchlists of people. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot.watching.terms import Terms, folded
from bot.words import watching as words

LISTS = {
    name: frozenset(text.split()) if name != "known" else frozenset(filter(None, text.split("\n")))
    for name, text in tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8")).items()
}
GIVEN, BOTH, RARE = LISTS["given"] - LISTS["both"] - LISTS["rare"], LISTS["both"], LISTS["rare"]
FAMILY, TITLES = LISTS["family"], LISTS["titles"]
SHORT_TITLES = frozenset({"mr", "mrs", "ms", "dr", "cllr"})
THINGS = LISTS["places"] | LISTS["events"] | LISTS["organisations"]
OFFICES = frozenset({"mayor", "provost", "chancellor", "lieutenant", "commissioner"})
SAINT = frozenset({"st", "saint"})
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
PHONE = re.compile(r"\+?(?:\d[\s.+-]*){8,}\d")
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
BETWEEN = re.compile(r"[\s._&+-]+")
ENDINGS = re.compile(r"(?:sk[ai]|czyk|ovi[ct]|ov[a]?|eva|escu|sson|dottir|poulos|idis|enko|chuk|shvili|zadeh)$")
"""What a family name may end in that is not listed: with a capital it is taken for one."""
BESIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\b(?:she|he|they)(?:/\w+)+")
"""What people write beside their names."""
BY_A_DOT = re.compile(r"([^\W\d_]+)[._]+([^\W\d_]+)[._]?\d*")
LEAST = 2
"""Words that a whole name has."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who is known here, all of it as ``folded``: our own names and handles, members of staff, and authors of mentions."""

    own_names: frozenset[str] = frozenset()
    own_handles: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()


def refusal(terms: Terms, known: Known) -> str:
    """Why these terms are refused, in words for whoever wrote them; empty when they are not.

    What is left out may be a name: leaving somebody out watches nobody. Not an address or a number.
    """
    looked_for = ((term, why(term, known)) for term in (*terms.words, *terms.tags))
    left_out = ((term, contact(term, known)) for term in terms.without)
    return next((words.refused(term, reason) for term, reason in (*looked_for, *left_out) if reason), "")


def candidates(terms: Terms) -> tuple[str, ...]:
    """What to look up among those who wrote to us: each term, and each without what stands between its words."""
    every = (*terms.words, *terms.tags)
    ways = (way for one in every for way in (one, folded(one), " ".join(split(one)), "".join(split(one))))
    return tuple(dict.fromkeys(ways))


def why(term: str, known: Known) -> str:
    """What a term is, when it is a person's; empty when it is not."""
    if reason := contact(term, known):
        return reason
    plain = folded(term)
    if plain in known.own_names or plain.removeprefix("@") in known.own_handles:
        return ""
    if plain in known.staff:
        return words.A_COLLEAGUE
    if is_an_author(term, known):
        return words.AN_AUTHOR
    named = is_in_a_firm(term) if "&" in term else is_a_name(split(term)) or is_dotted(term)
    return words.A_NAME if named else ""


def is_in_a_firm(term: str) -> bool:
    """Whether what has an & in it holds a name all the same: no network looks at the sign. Not so Marks & Spencer."""
    sides = [split(side) for side in term.split("&")]
    every = [part for side in sides for part in side]
    is_one = len(every) == LEAST and listed(every[0]) in GIVEN | BOTH | RARE | TITLES and is_pair(*every)
    return is_one or any(is_a_name(side) for side in sides)


def is_dotted(term: str) -> bool:
    """Whether it is a name as handles are made of it: ``jane.doe``, ``jane_doe77``, ``janedoe.example.social``."""
    first, _, rest = term.partition(".")
    if "." in rest and is_run_together(first):
        return True
    found = BY_A_DOT.fullmatch(term)
    return bool(found) and listed(found.group(1)) in GIVEN and not is_thing(listed(found.group(2)))  # type: ignore[union-attr]


def contact(term: str, known: Known) -> str:
    """Whether it is an address, a number or a handle that is not ours."""
    if folded(term).removeprefix("@") in known.own_handles:
        return ""
    if EMAIL.search(term):
        return words.AN_ADDRESS
    if PHONE.search(term):
        return words.A_NUMBER
    return words.A_HANDLE if "@" in term else ""


def is_an_author(term: str, known: Known) -> bool:
    """Whether somebody who wrote to us is called so.

    Nobody can keep a word from being watched by calling themselves so: a single plain word, and what is plainly a place,
    an event or an organisation, stay free.
    """
    plain, parts = folded(term), split(term)
    said = {folded(part) for part in parts}
    if any(len(name) >= LEAST and said.issuperset(name) and not is_a_thing(name) for name in map(name_words, known.names)):
        return True
    if len(parts) >= LEAST and is_a_thing(parts):
        return False
    if len(parts) >= LEAST:
        ways = {plain, " ".join(parts).casefold(), "".join(parts).casefold()}
        return not ways.isdisjoint(known.names | known.handles)
    whole_names = {"".join(name.split()) for name in known.names if " " in name}
    return plain in whole_names or (plain in known.handles and not plain.isalpha())


def name_words(name: str) -> list[str]:
    """The words of a name as people write them: ``Zeb Quill 🌻``, ``Quill, Zeb (he/him)``."""
    return re.findall(r"[^\W\d_][\w'’-]*", BESIDE.sub(" ", name))


def split(term: str) -> list[str]:
    """The words of a term, also of ``#JaneDoe`` and ``jane_doe``."""
    bare = unicodedata.normalize("NFKC", term).replace("'s", "")
    return [part for whole in BETWEEN.split(bare) for part in HUMPS.split(whole) if part.strip("'@#")]


def listed(word: str) -> str:
    """A word as the lists have it: in small letters, without accents and apostrophes."""
    bare = (c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return "".join(bare).replace("'", "")


def is_a_thing(parts: Iterable[str]) -> bool:
    """Whether the words plainly name a place, an event or an organisation."""
    plain = [listed(part) for part in parts]
    last, first = plain[-1], plain[0]
    is_saint = first in SAINT and (len(plain) == LEAST or is_thing(last))
    return is_thing(last) or is_saint or " ".join(plain) in LISTS["known"]


def is_thing(word: str) -> bool:
    """Whether a word is what places, events or organisations are called by, one or several."""
    return word in THINGS or word.removesuffix("s") in THINGS


def is_a_name(parts: list[str]) -> bool:
    """Whether the words look like a whole name: a title or a given name with what can be a family name after it."""
    if len(parts) < LEAST:
        return bool(parts) and is_run_together(parts[0])
    if is_a_thing(parts) and not ends_in_a_soft_name(parts):
        return False
    if len(parts) == LEAST and listed(parts[0]) in GIVEN and not is_thing(listed(parts[1])):
        return True  # networks do not look at capitals, and nobody who looks for somebody need write them
    return any(is_pair(first, second) for first, second in pairwise(parts)) or is_two_capitals(parts)


def ends_in_a_soft_name(parts: list[str]) -> bool:
    """Whether the last words are such as Helen Marsh, which could be a marsh."""
    return listed(parts[-2]) in GIVEN and listed(parts[-1]) in LISTS["soft"]


def is_pair(first: str, second: str) -> bool:
    """Whether two words in a row are a name."""
    a, b, is_capital = listed(first), listed(second), second[:1].isupper()
    if is_thing(b) and b not in FAMILY:
        return False
    if a in TITLES:
        return b not in OFFICES and (is_capital or b in FAMILY | GIVEN)
    if b in FAMILY and (a in GIVEN or is_capital):
        return a in GIVEN | BOTH | RARE or (len(a) == 1 and first.isupper())
    return a in GIVEN | BOTH and is_capital and not is_thing(b)


def is_two_capitals(parts: list[str]) -> bool:
    """Whether two words with capitals end in a family name, or are a family name and a given one."""
    a, b = listed(parts[0]), listed(parts[-1])
    if len(parts) != LEAST or is_thing(a) or a in LISTS["plain"]:
        return False
    are_capitals = all(part[:1].isupper() for part in parts)
    return (a in FAMILY and b in GIVEN) or (are_capitals and (b in FAMILY or ENDINGS.search(b) is not None))


def is_run_together(word: str) -> bool:
    """Whether a word without capitals is a given and a family name in one, as hashtags are: ``#janesmith``."""
    plain, first = listed(word), GIVEN | BOTH | RARE
    return any(plain[:at] in first and plain[at:] in FAMILY and not is_thing(plain[at:]) for at in range(3, len(plain) - 2))
