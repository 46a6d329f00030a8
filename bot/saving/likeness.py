"""How much of the saved words is left in a reply, and which saved replies suit a mention. Pure."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

import snowballstemmer

from bot.saving.gaps import GAP
from bot.saving.saved import Saved

WORD = re.compile(r"\w+")
LOOKED_AT = 600
"""Words of a text that are compared."""
HALF = 0.5
SHORTEST = 3
SAME_TOPIC, SAME_SERVICE, LEAST = 2.0, 1.0, 1.0
PLAIN = (
    "the and for are was were with that this you your our have has had not but can will would when what where who how why "
    "there they them then from out about been get got any all now please thanks thank hello hi dear just its"
)
PLAIN_WORDS = frozenset(PLAIN.split())
STEMMER = snowballstemmer.stemmer("english")


def share_left(saved: str, written: str) -> float:
    """How much of the saved words stands in what was written, in their order: 0 to 1. Gaps do not count."""
    theirs = WORD.findall(GAP.sub(" ", saved).casefold())[:LOOKED_AT]
    ours = WORD.findall(written.casefold())[:LOOKED_AT]
    if not theirs or not ours:
        return 0.0
    found = SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
    return sum(block.size for block in found) / len(theirs)


def is_bound(saved_texts: Iterable[str], *written: str) -> bool:
    """Whether a reply is still the saved words: half of them or more are left, in any of their languages."""
    return any(share_left(saved, text) >= HALF for saved in saved_texts for text in written)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """``bins`` and ``bin`` are one."""
    return str(STEMMER.stemWord(word))


def stems(text: str) -> set[str]:
    """The words of a text that say what it is about."""
    words = WORD.findall(text.casefold())[:LOOKED_AT]
    return {stem(word) for word in words if len(word) >= SHORTEST and word not in PLAIN_WORDS}


def best(found: Sequence[Saved], asked: str, topic: str, most: int) -> list[Saved]:
    """Those that suit what was asked, the best first: by topic, and by words that few of the others have."""
    wanted = stems(asked)
    of_each = [(one, stems(one.title), stems(one.text)) for one in found]
    held_by = Counter(word for _, title, text in of_each for word in title | text)
    weight = {word: math.log(1 + len(found) / held_by[word]) for word in wanted if word in held_by}
    scored = []
    for one, title, text in of_each:
        in_title, in_text = wanted & title, (wanted & text) - title
        score = topic_score(one.topic, topic) + 2 * sum(weight[w] for w in in_title) + sum(weight[w] for w in in_text)
        if score >= LEAST and (one.topic == topic != "" or in_title or len(in_text) > 1):
            scored.append((score, one))
    return [one for _, one in sorted(scored, key=lambda pair: (-pair[0], pair[1].number))[:most]]


def topic_score(mine: str, wanted: str) -> float:
    """The same topic counts most; the same service somewhat."""
    if not (mine and wanted):
        return 0.0
    return SAME_TOPIC if mine == wanted else SAME_SERVICE * (mine.partition(".")[0] == wanted.partition(".")[0])
