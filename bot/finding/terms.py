"""Words as they are compared: folded, without accents, each brought to its stem, the same on every database. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock

from snowballstemmer.english_stemmer import EnglishStemmer

MOST, LONGEST = 4_000, 64
"""Terms of a mention, and characters of a term: a tsvector of PostgreSQL holds one megabyte, and 16,383 positions."""
PARTED = "¶"
"""Stands between two texts of one mention, so that no phrase runs from one into the next. No word is spelt so."""
FACET = "≡"
"""Begins what is known of a mention besides its words, such as its network. No word is spelt so."""
RUN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
APOSTROPHES = str.maketrans("", "", "'’")
STEMMER, ONE_AT_A_TIME = EnglishStemmer(), Lock()
"""The stemmer keeps the word it is at in itself. What it makes is stored: another needs every mention read anew."""


def terms(text: str) -> list[str]:
    """The stems of a text in the order of its words: ``The bins on Mill Rd.`` → the, bin, on, mill, rd. At most MOST."""
    found: list[str] = []
    for word in words_of(text):
        found.append(stem(word))
        if len(found) == MOST:
            break
    return found


def words_of(text: str) -> Iterator[str]:
    """The words of a text, folded and not stemmed: letters and digits only, apostrophes left out."""
    for run in RUN.findall(folded(text)):
        word = run.replace("’", "'")
        yield word[:LONGEST]


def folded(text: str) -> str:
    """One Unicode form, no difference of case, no accents: ``Ċafé`` → ``cafe``."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("M"))
    return unicodedata.normalize("NFKD", bare.casefold())


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """What a folded word is compared by: ``flooding`` and ``floods`` are ``flood``, ``council's`` is ``council``."""
    with ONE_AT_A_TIME:
        short: str = STEMMER.stemWord(word)
    return short.translate(APOSTROPHES)[:LONGEST] or word.translate(APOSTROPHES)


def facet(kind: str, value: str) -> str:
    """What is known of a mention, as a term no word can be: ``network``, ``x`` → ``≡network≡x``."""
    safe = "".join(sign if sign.isascii() and sign.isalnum() else f"≡{ord(sign):x}≡" for sign in value.casefold())
    return f"{FACET}{kind}{FACET}{safe}"


def joined(texts: Iterable[str]) -> list[str]:
    """The terms of several texts one after the other, at most MOST in all."""
    found: list[str] = []
    for text in texts:
        found += [PARTED, *terms(text)] if found else terms(text)
        if len(found) >= MOST:
            break
    return found[:MOST]


def as_stored(found: Iterable[str], dialect: str) -> str:
    """Terms as the index of that database takes them: with blanks between, or as PostgreSQL writes a tsvector.

    Terms hold letters, digits and the signs of this file only, so nothing in them needs a mark before it.
    """
    if dialect == "sqlite":
        return " ".join(found)
    return " ".join(f"'{term}':{place}" for place, term in enumerate(found, 1))
