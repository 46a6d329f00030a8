"""Which right the words of a mention may claim, as a question to staff: only a person puts one on it. Pure."""

import re
from collections.abc import Mapping

from bot.rights.kinds import Kind, RightRules

FLAGS = frozenset({"rights", "media", "hazard"})
"""The flags of the word list that make anybody ask."""
PHRASES: Mapping[str, re.Pattern[str]] = {
    "sar": re.compile(r"subject access|\bsar\b|(?:hold|holds|held|have|got) (?:about|on) me\b"),
    "eir": re.compile(r"environmental information|\beirs?\b"),
    "foi": re.compile(r"freedom of information|\bfo[ir]\b|\bfoi request"),
    "dp-complaint": re.compile(r"data protection complaint|mishandled my data"),
    "complaint": re.compile(r"formal complaint|stage (?:1|one) complaint|ombudsman"),
}
NOT_ONE = re.compile(
    r"(?:make|making|made) (?:me|us) (?:do|send|put in|file|submit)|do(?:n'?t|nt| not) want to (?:do|send|put in|file)"
)
"""Somebody who would rather not ask formally has not."""
OF_FLAG: Mapping[str, str] = {"media": "media", "hazard": "hazard"}


def guess(text: str, flags: frozenset[str], rules: RightRules) -> Kind | None:
    """What it may be, of the kinds there are here; None where no word list raised it, or it says that it is none."""
    if not flags & FLAGS:
        return None
    words = text.casefold().replace("’", "'")
    if "rights" in flags and not NOT_ONE.search(words):
        found = next((label for label, phrase in PHRASES.items() if phrase.search(words)), "")
        if kind := rules.called(found) if found else None:
            return kind
    return next((kind for flag, label in OF_FLAG.items() if flag in flags and (kind := rules.called(label))), None)
