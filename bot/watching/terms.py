"""What a watch looks for, read from what a person wrote: words, hashtags, and what is left out. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.clean import clean
from bot.words import watching as words

MOST, SHORTEST, LONGEST = 15, 2, 60
MOST_CHARACTERS = 300
"""Of all terms together, so that every network's question holds them with what it adds of its own."""
TOKEN = re.compile(r'-?"[^"]*"?|\S+')
QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "＃": "#"})
DASHES = re.compile(r"(?<!\S)[\u2010-\u2015\u2212](?=\S)")
ENDS = re.compile(r"[?!…]+(?=[\s,;\"]|$)")
"""Signs that end a sentence: no network looks at them."""
HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
FITS = re.compile(r"[\w '&.+@#-]+")
TAG = re.compile(r"\w+")


class Unfit(ValueError):
    """A term that no watch can have; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Any of ``words`` (each one or more words in a row) or ``tags`` (without #), none of ``without``."""

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.tags)

    @property
    def wanted(self) -> str:
        """What is looked for, as a person would write it: ``flood, mill road, #harrowflood``."""
        return ", ".join((*self.words, *(f"#{tag}" for tag in self.tags)))

    def __str__(self) -> str:
        return " ".join((self.wanted, *(f'-"{one}"' if " " in one else f"-{one}" for one in self.without)))

    def found_in(self, text: str) -> str:
        """Those of them that a post holds; all of them where none can be seen in it."""
        said = folded(text)
        seen = Terms(tuple(w for w in self.words if holds(said, w)), tuple(t for t in self.tags if holds(said, f"#{t}")))
        return seen.wanted or self.wanted


def folded(text: str) -> str:
    """For comparing: one Unicode form, no difference of case, single spaces, nothing that does not show."""
    return " ".join(HIDDEN.sub("", unicodedata.normalize("NFKC", text)).translate(QUOTES).casefold().split())


def holds(said: str, term: str) -> bool:
    """Whether a folded text has a term in it, as words of their own."""
    return re.search(rf"(?<!\w){re.escape(folded(term))}(?!\w)", said) is not None


def tidied(text: str) -> str:
    """Written anew in one Unicode form, with plain quotes and dashes."""
    plain = HIDDEN.sub("", unicodedata.normalize("NFKC", clean(text))).translate(QUOTES)
    return ENDS.sub("", DASHES.sub("-", plain))


def read_terms(text: str, without: str = "") -> Terms:
    """Terms from words with commas or lines between: ``flood, mill road, #harrowflood -film``. Raises Unfit."""
    found: dict[str, list[str]] = {"word": [], "tag": [], "without": []}
    for item in re.split(r",|\n|;", tidied(text)):
        for kind, term in read_item(item):
            found[kind].append(term)
    for item in re.split(r",|\n|;", tidied(without)):
        found["without"] += [term if kind != "tag" else f"#{term}" for kind, term in read_item(item)]
    terms = Terms(once(found["word"]), once(found["tag"]), once(found["without"]))
    refuse_misfits(terms)
    return terms


def read_item(item: str) -> Iterable[tuple[str, str]]:
    """What stands between two commas: words in a row are one term; tags, quotes and what begins with - are their own."""
    row: list[str] = []
    for token in TOKEN.findall(item):
        if len(token) > 1 and token.startswith("-"):
            yield "without", " ".join(token[1:].strip('"').split())
        elif token.startswith("#"):
            yield "tag", token.lstrip("#")
        elif token.startswith('"'):
            yield "word", " ".join(token.strip('"').split())
        else:
            row.append(token.strip('"'))
    yield "word", " ".join(row)


def once(terms: Sequence[str]) -> tuple[str, ...]:
    """Each term once, whatever its case; empty ones left out."""
    known: dict[str, str] = {}
    for term in terms:
        if folded(term):
            known.setdefault(folded(term), term.strip())
    return tuple(known.values())


def refuse_misfits(terms: Terms) -> None:
    """Raise Unfit for what is too much, too short, or no words."""
    if not terms:
        raise Unfit(words.NOTHING_TO_LOOK_FOR)
    every = (*terms.words, *terms.tags, *terms.without)
    if len(every) > MOST or sum(map(len, every)) > MOST_CHARACTERS:
        raise Unfit(words.too_much(MOST, MOST_CHARACTERS))
    for term in every:
        if not SHORTEST <= len(term.lstrip("#")) <= LONGEST:
            raise Unfit(words.wrong_length(term, SHORTEST, LONGEST))
        if not FITS.fullmatch(term) or not any(c.isalnum() for c in term):
            raise Unfit(words.no_words(term))
    if odd := next((tag for tag in terms.tags if not TAG.fullmatch(tag) or tag.isdigit()), ""):
        raise Unfit(words.no_tag(odd))
