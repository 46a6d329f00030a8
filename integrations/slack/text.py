"""Words made fit to show: cleaned of what could mislead, cut where no reader sees damage, escaped."""

import re
import unicodedata

BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")
JOINER = "\u200d"
LONGEST_CLUSTER = 64
WORD_END_WITHIN = 30


def clean(text: str) -> str:
    """The text without what reorders or hides other words: direction controls, control characters, lone surrogates."""
    text = SURROGATES.sub("\ufffd", LINE_ENDS.sub("\n", text))
    return CONTROLS.sub("", BIDI_CONTROLS.sub("", text))


def one_line(text: str) -> str:
    """Clean text on one line."""
    return " ".join(clean(text).split("\n"))


def size(text: str) -> int:
    """Length in UTF-16 units, which is never less than Slack's own count."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def cut(text: str, limit: int, ending: str = "…") -> str:
    """At most ``limit`` UTF-16 units, ``ending`` included, never inside a character as a reader sees it."""
    if size(text) <= limit:
        return text
    room = 2 * (limit - size(ending))
    at = len(text.encode("utf-16-le", "surrogatepass")[:room].decode("utf-16-le", "ignore"))
    return text[: boundary(text, at)].rstrip() + ending


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
