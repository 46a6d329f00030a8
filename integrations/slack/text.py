"""Words made fit to show: cleaned of what could mislead, cut where no reader sees damage, escaped."""

import re
import unicodedata
from collections.abc import Iterator

from integrations.harmless import clean as clean

LOOK_LIKE_LATIN = ("CYRILLIC", "GREEK")
JOINER = "\u200d"
LONGEST_CLUSTER = 64
WORD_END_WITHIN = 30


def mixes_letters(name: str) -> bool:
    """Whether Latin letters stand beside Cyrillic or Greek ones, many of which look the same: the commonest of the mixed
    scripts that UTS #39, section 5.1, tells apart."""
    scripts = {unicodedata.name(character, "").partition(" ")[0] for character in name}
    return "LATIN" in scripts and not scripts.isdisjoint(LOOK_LIKE_LATIN)


def one_line(text: str) -> str:
    """Clean text on one line."""
    return " ".join(clean(text).split("\n"))


def size(text: str) -> int:
    """Length in UTF-16 units, which is never less than Slack's own count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int, ending: str = "…") -> str:
    """At most ``limit`` UTF-16 units, ``ending`` included, never inside a character as a reader sees it."""
    if size(text) <= limit:
        return text
    return text[: boundary(text, fitting(text, limit - size(ending)))].rstrip() + ending


def chunks(text: str, limit: int) -> Iterator[str]:
    """The same text in pieces of at most ``limit`` UTF-16 units, parted where no reader sees damage."""
    while size(text) > limit:
        at = boundary(text, fitting(text, limit))
        yield text[:at]
        text = text[at:]
    if text:
        yield text


def fitting(text: str, units: int) -> int:
    """How many characters fit into so many UTF-16 units."""
    units = max(0, units)
    return len(text[:units].encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore"))


def boundary(text: str, at: int) -> int:
    """The best place to cut at or before ``at``: the end of a word if one is near, else between two characters."""
    space = max(text.rfind(" ", 0, at + 1), text.rfind("\n", 0, at + 1))
    if space > 0 and at - space <= WORD_END_WITHIN:
        return space
    for place in range(at, max(at - LONGEST_CLUSTER, 0), -1):
        if not joined(text, place):
            return place
    return at


def joined(text: str, at: int) -> bool:
    """Whether the code points around ``at`` are drawn as one character (the common cases of UAX #29)."""
    if at >= len(text):
        return False
    after, before = text[at], text[at - 1]
    if before == JOINER or after == JOINER or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if is_regional(after) and is_regional(before):
        run = re.search("[\U0001f1e6-\U0001f1ff]+$", text[:at])
        return bool(run and len(run.group()) % 2)
    return False


def is_regional(character: str) -> bool:
    """Whether it is half of a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def escaped(text: str, limit: int = 3000) -> str:
    """Clean text in which Slack finds no markup, at most ``limit`` long once escaped.

    https://docs.slack.dev/messaging/formatting-message-text#escaping asks for these three and no others.
    """
    text = cut(clean(text), limit)
    while (over := size(safe := escape(text)) - limit) > 0:
        text = cut(text, max(1, size(text) - max(over // 5, 1)))
    return safe


def escape(text: str) -> str:
    """``&``, ``<`` and ``>`` as Slack wants them written."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
