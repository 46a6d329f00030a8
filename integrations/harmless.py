"""Anybody's words without what misleads the eye: what reorders, hides or runs over other words, in whatever chat."""

import re
import unicodedata

BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\u0085\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")
MAYBE_MARKS = re.compile("[\u0300-\U0010ffff]{5}")
"""Only where five characters in a row could be marks is it worth looking at each."""
MOST_MARKS = 4


def clean(text: str) -> str:
    """The text without what reorders, hides or runs over other words: direction controls, control characters, lone
    surrogates, towers of accents."""
    text = SURROGATES.sub("\ufffd", LINE_ENDS.sub("\n", text))
    return few_marks(CONTROLS.sub("", BIDI_CONTROLS.sub("", text)))


def few_marks(text: str) -> str:
    """The text with at most four marks on any letter, which is more than any language needs: UTS #39, section 5.4."""
    if not MAYBE_MARKS.search(text):
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
