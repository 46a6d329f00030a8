"""Which earlier questions are like one that is to be answered: rare words count most, then the topic staff gave it. Pure.

BM25 over stems (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, with its usual k1 and b), words for the
same thing counted at a lower weight. What each part is worth on labelled questions: ``python -m tests.bench.past_answers``.
The same account was worth nothing there, nor were a newer date, runs of characters, or asking again with the words of what
was found: none of them is here.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from pathlib import Path

from bot.finding.terms import stem, terms, words_of

LISTS: Mapping[str, str] = tomllib.loads(Path(__file__).with_name("alike.toml").read_text(encoding="utf-8"))
IGNORED = frozenset(one for word in words_of(LISTS["ignored"]) for one in (word, stem(word)))
GROUPS = tuple(frozenset(map(stem, words_of(line))) for line in LISTS["alike"].strip().split("\n"))
ALIKE: Mapping[str, frozenset[str]] = {
    word: frozenset[str]().union(*(group for group in GROUPS if word in group)) - {word}
    for group in GROUPS
    for word in group
}
"""For each stem those that people use for the same thing."""
NOT_WORDS = re.compile(r"@[\w.-]+(?:@[\w.-]+)?|https?://\S+")
SATURATES, BY_LENGTH = 1.2, 0.75
"""BM25's k1 and b."""
FEW = 100
"""With fewer earlier questions than this, rarity is reckoned as if there were so many: of three, none is rare."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the author's words with all they added, and what staff or the account say of it. ``at`` is aware."""

    id: str
    text: str
    at: datetime
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of likeness is worth beside the best likeness of words, which is worth 1."""

    ignoring: bool = True
    """Whether words that say nothing are left out."""
    alike: float = 0.3
    """A word for the same thing, of the same word's 1."""
    topic: float = 1.0
    """Staff gave both the same topic."""
    floor: float = 0.15
    """The share of the question, by rarity, that an earlier one must have, or else its topic: better none than a wrong one.
    On the first half of the labelled questions it costs none of 40 hits, and one of 23 where staff gave no topic; of 90
    that nothing fits, 64 are offered something instead of 82, without a topic 53 instead of 80.
    """


SHIPPED = Weights()


@dataclass(frozen=True, slots=True)
class Like:
    """An earlier question and how like it is."""

    asked: Asked
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """The earlier questions as counted words."""

    counted: Sequence[Counter[str]]
    held_by: Counter[str]
    length: float
    """The mean."""

    def rarity(self, term: str) -> float:
        """BM25's weight of a term: the fewer hold it, the more it says."""
        held = self.held_by[term]
        return log(1 + (max(len(self.counted), FEW) - held + 0.5) / (held + 0.5))


def telling(text: str, *, ignoring: bool = True) -> list[str]:
    """The stems of what a question is about: no handles, links or greetings, nothing every question says."""
    found = terms(NOT_WORDS.sub(" ", text))
    return [term for term in found if term not in IGNORED] if ignoring else found


def corpus_of(texts: Iterable[list[str]]) -> Corpus:
    """Counts the earlier questions."""
    counted = [Counter(text) for text in texts]
    held_by = Counter(term for one in counted for term in one)
    return Corpus(counted, held_by, sum(map(Counter.total, counted)) / (len(counted) or 1))


def ranked(question: Asked, earlier: Sequence[Asked], weights: Weights = SHIPPED) -> list[Like]:
    """The earlier questions that are like it, the likest first; of those as like, the newest. None below the floor."""
    wanted = frozenset(telling(question.text, ignoring=weights.ignoring))
    corpus = corpus_of(telling(one.text, ignoring=weights.ignoring) for one in earlier)
    found = [(one, *in_words(wanted, held, corpus, weights)) for one, held in zip(earlier, corpus.counted, strict=True)]
    best = max((words for _, words, _ in found), default=0.0) or 1.0
    likes = [
        Like(one, words / best + (weights.topic if is_same_topic(question, one, weights) else 0.0), share)
        for one, words, share in found
        if is_same_topic(question, one, weights) or (words and share >= weights.floor)
    ]
    return sorted(likes, key=lambda like: (like.score, like.asked.at, like.asked.id), reverse=True)


def in_words(wanted: frozenset[str], held: Counter[str], corpus: Corpus, weights: Weights) -> tuple[float, float]:
    """How like an earlier question is in its words, and which share of the question's rarity it has."""
    score = share = 0.0
    shorter = SATURATES * (1 - BY_LENGTH + BY_LENGTH * held.total() / (corpus.length or 1))
    for term in wanted:
        often, worth = meant(term, held, corpus, weights.alike)
        score += worth * often * (SATURATES + 1) / (often + shorter) if often else 0.0
        share += corpus.rarity(term) if often else 0.0
    return score, share / (sum(map(corpus.rarity, wanted)) or 1.0)


def meant(term: str, held: Counter[str], corpus: Corpus, alike: float) -> tuple[int, float]:
    """How often a question has a word, and what that is worth; else a word for the same thing, at most as rare."""
    if held[term] or not alike:
        return held[term], corpus.rarity(term)
    others = [one for one in ALIKE.get(term, ()) if held[one]]
    if not others:
        return 0, 0.0
    rarest = max(map(corpus.rarity, others))
    return max(held[one] for one in others), alike * min(corpus.rarity(term), rarest)


def is_same_topic(question: Asked, one: Asked, weights: Weights) -> bool:
    """Whether staff gave both the same topic."""
    return bool(weights.topic and question.topic and question.topic == one.topic)
