"""A stand-in for X: how long it takes a post to be. Counted on its own, so that whoever posts is checked by another."""

import re
import unicodedata

from wcwidth import iter_graphemes

LONGEST = 280
A_LINK = 23
LINK = re.compile(
    r"(?:https?://|(?<![\w@.#/-]))(?:[a-z0-9-]+\.)+(?:com|org|net|uk|wales|scot|it|co)\b(?:/[^\s)]*[\w/=#])?",
    re.IGNORECASE,
)
LIGHT = (range(0x1100), range(0x2000, 0x200E), range(0x2010, 0x2020), range(0x2032, 0x2038))
PICTURES = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]|\ufe0f|\u20e3")


def weight(text: str) -> int:
    """Links 23, emoji 2, most European letters 1, everything else 2."""
    text = unicodedata.normalize("NFC", text)
    links = LINK.findall(text)
    return A_LINK * len(links) + sum(map(weight_of, iter_graphemes(LINK.sub("", text))))


def weight_of(seen: str) -> int:
    """What one visible character weighs."""
    if PICTURES.search(seen):
        return 2
    return sum(1 if any(ord(one) in light for light in LIGHT) else 2 for one in seen)
