"""``python -m tests.bench.past_answers``: how often an earlier answer to a like question is among the three offered.

The questions are those of ``mentions.jsonl``, which was labelled when it was written. What one person wrote in one thread is
one question. Each is put to all other public questions of its organisation that needed a reply, never to its own thread or
a copy. Two are like that have the same ``ask``. Where neither has one: the same topic, in the same cluster of events, both
asking or both reporting; and always in the same language.

Topics are those of the file, as if staff had set them. For questions without an ``ask`` they are part of what makes them
like, so that the gain there says how much a topic helps, not how good the words are; those with an ``ask``, whose label
knows no topic, are free of that and have a column of their own.

A question belongs to the first half or to the half held back by the digest of its id. The method and its weights were chosen
on the first alone: most hits at three, with the topics and without any, then fewest needless offers. The half held back says
what that is worth; how far it was looked at meanwhile is told in the README beside this.
The halves are small: one question is two in a hundred, so that a handful of them is no difference.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import log, sqrt
from pathlib import Path
from typing import Any

from bot.finding.answers import SHIPPED, Asked, Weights, ranked, telling
from integrations.sandbox.scenarios import FILE

MOST = 3
ASKING = frozenset({"question", "information_request", "service_request", "rumour"})
REPORTING = frozenset({"report", "complaint"})
LANGUAGES = {"sco": "en", "cy+en": "cy", "en+cy": "cy"}
PLAIN = Weights(ignoring=False, alike=0, topic=0, floor=0)
GRAMS, BESIDE_WORDS, FED_BACK, TAKEN = (3, 4), 0.5, 5, 10
Record = Mapping[str, Any]
Ranking = Callable[[Asked, Sequence[Asked]], list[Asked]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with what it is judged by."""

    asked: Asked
    org: str
    thread: str
    copy_of: str
    ask: str
    kind: str
    cluster: str
    language: str
    needs_reply: bool
    is_public: bool

    @property
    def is_held_back(self) -> bool:
        """Whether no weight was chosen on it."""
        return hashlib.sha256(self.asked.id.encode()).digest()[-1] % 2 == 1

    def is_like(self, other: "Labelled") -> bool:
        """Whether an answer to the other helps to answer this."""
        if (self.org, self.language) != (other.org, other.language):
            return False
        if self.ask or other.ask:
            return self.ask == other.ask
        same = (self.asked.topic, self.cluster, self.kind) == (other.asked.topic, other.cluster, other.kind)
        return same and bool(self.kind)

    def may_learn_from(self, other: "Labelled") -> bool:
        """Whether the other is an answered public question that is not of its own thread."""
        apart = self.thread != other.thread and self.copy_of != other.asked.id and other.copy_of != self.asked.id
        return apart and self.org == other.org and other.needs_reply and other.is_public


@dataclass(frozen=True, slots=True)
class Score:
    """Of so many ``questions``: hits among the first three, of all and of those with an ``ask``; the mean of 1/place."""

    questions: int
    hits: float
    asks: float
    first: float
    needless: float
    """How often something is offered where nothing like it was ever answered."""


def labelled(path: Path = FILE) -> list[Labelled]:
    """The file's questions, each thread of one author's as one."""
    threads: dict[str, list[Record]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        whole = "/".join(map(str, (one["thread"], one["author"], one["visibility"]))) if one["thread"] else one["id"]
        threads.setdefault(whole, []).append(one)
    found = [question(posts) for posts in threads.values()]
    return [one for one in found if not one.asked.topic.startswith("exercise")]


def question(posts: Sequence[Record]) -> Labelled:
    """One question: its labels are those of the longest post that needs a reply, its ask that of any."""
    first = posts[0]
    main = max(posts, key=lambda one: (one["needs_reply"] == "yes", len(one["text"])))
    kind = "asks" if main["intent"] in ASKING else "reports" if main["intent"] in REPORTING else ""
    asked = Asked(
        first["id"],
        "\n".join(one["text"] for one in posts),
        datetime.fromisoformat(first["created_at"]),
        topic=main["topic"],
    )
    return Labelled(
        asked,
        org=first["org"],
        thread=first["thread"] or first["id"],
        copy_of=first["duplicate_of"] or "",
        ask=next((one["ask"] for one in posts if one["ask"]), ""),
        kind=kind,
        cluster=first["cluster"],
        language=LANGUAGES.get(first["language"], first["language"]),
        needs_reply=main["needs_reply"] == "yes",
        is_public=first["visibility"] == "public",
    )


def by_weights(weights: Weights) -> Ranking:
    """The ranking that ships, with some weights."""
    return lambda asked, earlier: [like.asked for like in ranked(asked, earlier, weights)]


def without_topic(ranking: Ranking) -> Ranking:
    """The same where staff gave the question no topic."""
    return lambda asked, earlier: ranking(replace(asked, topic=""), earlier)


def with_characters(weights: Weights) -> Ranking:
    """Heavier: beside the words the cosine of runs of three and four characters, by rarity among all questions."""

    def ranking(asked: Asked, earlier: Sequence[Asked]) -> list[Asked]:
        words = {like.asked.id: like.score for like in ranked(asked, earlier, weights)}
        near = [cosine(vector(asked.text), vector(one.text)) for one in earlier]
        best = max(near, default=0) or 1
        scores = [words.get(one.id, 0.0) + BESIDE_WORDS * by / best for one, by in zip(earlier, near, strict=True)]
        order = sorted(zip(scores, earlier, strict=True), key=lambda pair: -pair[0])
        return [one for score, one in order if score > 0]

    return ranking


@cache
def runs_of(text: str) -> Counter[str]:
    """The runs of characters in what a question is about."""
    whole = f" {' '.join(telling(text))} "
    return Counter(whole[at : at + size] for size in GRAMS for at in range(len(whole) - size + 1))


@cache
def held_by() -> tuple[Counter[str], int]:
    """How many questions have each run, and how many questions there are."""
    every = [runs_of(one.asked.text) for one in labelled()]
    return Counter(run for one in every for run in one), len(every)


@cache
def vector(text: str) -> Mapping[str, float]:
    """TF-IDF of its runs, of length 1."""
    held, many = held_by()
    found = {run: (1 + log(often)) * log((many + 1) / (held[run] + 0.5)) for run, often in runs_of(text).items()}
    size = sqrt(sum(x * x for x in found.values())) or 1
    return {run: x / size for run, x in found.items()}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Of two vectors of length 1."""
    return sum(x * other.get(run, 0.0) for run, x in one.items())


def fed_back(weights: Weights) -> Ranking:
    """Heavier: the question is asked again with the commonest words of the likest five beside its own."""

    def ranking(asked: Asked, earlier: Sequence[Asked]) -> list[Asked]:
        first = ranked(asked, earlier, weights)[:FED_BACK]
        more = Counter(word for like in first for word in set(telling(like.asked.text)))
        wider = " ".join((asked.text, *(word for word, often in more.most_common(TAKEN) if often > 1)))
        return by_weights(weights)(replace(asked, text=wider), earlier)

    return ranking


WORDS = replace(PLAIN, ignoring=True)
ALIKE = replace(WORDS, alike=SHIPPED.alike)
TOPICS = replace(ALIKE, topic=SHIPPED.topic)
FLOORS = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3)
METHODS: Mapping[str, Ranking] = {
    "plain full text": by_weights(PLAIN),
    "+ ignored words": by_weights(WORDS),
    "+ synonyms": by_weights(ALIKE),
    "+ topics": by_weights(TOPICS),
    "plain, topics": by_weights(replace(PLAIN, topic=SHIPPED.topic)),
    "ignored words, topics": by_weights(replace(WORDS, topic=SHIPPED.topic)),
    "ships, no synonyms": by_weights(replace(SHIPPED, alike=0)),
    "the same, no topic": without_topic(by_weights(replace(SHIPPED, alike=0))),
    "as it ships": by_weights(SHIPPED),
    "as it ships, no topic": without_topic(by_weights(SHIPPED)),
    "synonyms, characters": with_characters(ALIKE),
    "synonyms, fed back": fed_back(ALIKE),
    "ships, characters": with_characters(SHIPPED),
}


def score(ranking: Ranking, every: Sequence[Labelled], *, held_back: bool) -> Score:
    """What a ranking is worth on one of the halves."""
    places: list[tuple[int, bool]] = []
    needless = nothing = 0
    for one in every:
        if one.is_held_back != held_back or not one.needs_reply or not (one.ask or one.kind):
            continue
        others = {other.asked.id: other for other in every if one.may_learn_from(other)}
        offered = ranking(one.asked, [other.asked for other in others.values()])[:MOST]
        if not any(map(one.is_like, others.values())):
            nothing, needless = nothing + 1, needless + bool(offered)
            continue
        fits = [place for place, by in enumerate(offered, 1) if one.is_like(others[by.id])]
        places.append((fits[0] if fits else 0, bool(one.ask)))
    asks = [place for place, has_ask in places if has_ask]
    return Score(
        len(places),
        hits=sum(map(bool, (place for place, _ in places))) / len(places),
        asks=sum(map(bool, asks)) / len(asks),
        first=sum(1 / place for place, _ in places if place) / len(places),
        needless=needless / nothing,
    )


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--first-half", action="store_true", help="the half on which weights were chosen")
    held_back = not given.parse_args().first_half
    every = labelled()
    scores = {name: score(ranking, every, held_back=held_back) for name, ranking in METHODS.items()}
    plain = scores["plain full text"]
    print(f"{'held back' if held_back else 'first half'}: {plain.questions} questions that were answered before")
    print(f"{'':24}{'hit at 3':>9}{'ratio':>7}{'with an ask':>13}{'1/place':>9}{'offered needlessly':>20}")
    for name, one in scores.items():
        print(f"{name:24}{one.hits:9.3f}{one.hits / plain.hits:7.2f}{one.asks:13.3f}{one.first:9.3f}{one.needless:20.3f}")
    ships = scores["as it ships"].hits
    print(f"as it ships {ships:.2f}, plain full text {plain.hits:.2f}, ratio {ships / plain.hits:.2f}")
    if not held_back:
        traded(every)


def traded(every: Sequence[Labelled]) -> None:
    """What each floor costs in hits on the first half, and what it saves."""
    for floor in FLOORS:
        ranking = by_weights(replace(SHIPPED, floor=floor))
        with_topics, without = (score(each, every, held_back=False) for each in (ranking, without_topic(ranking)))
        told = " | ".join(f"hit at 3 {one.hits:.3f}, needless {one.needless:.3f}" for one in (with_topics, without))
        print(f"floor {floor:4.2f}: {told} without topics")


if __name__ == "__main__":
    main()
