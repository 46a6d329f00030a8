"""Words made fit for Viva Engage: nobody's words notify or misname anybody, pose as ours, or are cut where it shows."""

import re
from base64 import b32encode
from hashlib import sha256

from wcwidth import iter_graphemes

from bot.form import units
from integrations.harmless import clean

LIMIT = 10_000
"""What one message holds, in units of UTF-16, which is never less than its characters."""
MARK_LENGTH = 8
MARK = "ref {}"
BREAK = "\u200b"
"""A space without width: it is not seen, and no markup goes across it."""
NAMES_SOMEBODY = re.compile(r"\[(?=\[)|(?<!\w)@(?=[\w-])")
LIKE_A_MARK = re.compile(rf"\bref(?=\s+[A-Z2-7]{{{MARK_LENGTH}}}\b)")
WEB_ADDRESS = re.compile(r"^https?://[^\s<>\"|\\^`{}\x00-\x20]{1,2000}$", re.IGNORECASE)
AT_IN_PATH = re.compile(r"(?<!\w)@")
WORD_END_WITHIN = 30
LOOKED_AT = 4_000
"""Characters of a text of which less is shown."""


def mark(key: str) -> str:
    """What a post ends with, by which it is found again: ``ref 3F7K9Q2M``, the same for the same key."""
    return MARK.format(b32encode(sha256(key.encode("utf-8", "replace")).digest()).decode()[:MARK_LENGTH])


def safe(text: str) -> str:
    """Anybody's words without what notifies, reorders, hides or runs over others, or looks like a mark of ours."""
    return LIKE_A_MARK.sub(f"ref{BREAK}", NAMES_SOMEBODY.sub(lambda found: found.group() + BREAK, clean(text)))


def to_copy(text: str) -> str:
    """Words that are copied from here to somewhere else: an address or a handle with a break in it would not work there.

    Only ``[[`` is broken up: by ``[[user:1]]`` Viva Engage knows who is named, and ``@name`` are words like others to it.
    """
    return clean(text).replace("[[", f"[{BREAK}[").replace("[[", f"[{BREAK}[")


def as_typed(text: str) -> str:
    """Words that somebody copied from what we said, as they were before they were made safe."""
    return text.replace(f"[{BREAK}[", "[[").replace(f"@{BREAK}", "@").replace(f"ref{BREAK}", "ref")


def one_line(text: str) -> str:
    """Safe words on one line, so that they cannot pose as a line of ours; of very many only the first."""
    return " ".join(safe(text[:LOOKED_AT]).split())


def cut(text: str, limit: int, ending: str = "…") -> str:
    """At most ``limit`` units with the ``ending``: cut where a word ends near, and never inside what is seen as one."""
    if units(text) <= limit:
        return text
    room, kept = limit - units(ending), 0
    at = 0
    for one in iter_graphemes(text[: max(room, 0) + 1]):
        if kept + units(one) > room:
            break
        kept, at = kept + units(one), at + len(one)
    space = max(text.rfind(" ", 0, at + 1), text.rfind("\n", 0, at + 1))
    return text[: space if space > 0 and at - space <= WORD_END_WITHIN else at].rstrip() + ending


def web(url: str) -> str:
    """An address as it can be written without naming anybody; empty unless it is one of the web."""
    if not WEB_ADDRESS.match(url):
        return ""
    return AT_IN_PATH.sub("%40", url.replace("[", "%5B").replace("]", "%5D"))
