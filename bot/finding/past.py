"""An earlier answer that the public could read, with the question it answered and what came of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from re import IGNORECASE, compile

from bot.finding.terms import folded, terms
from bot.mention import Mention
from bot.replying.checks.when import DAY, PERIOD, THIS_PART, TIME

OLD = timedelta(days=365)
WHENS = (rf"(?:{DAY})", rf"(?:{THIS_PART})", rf"(?:{TIME})", PERIOD)
DATED = tuple(compile(rf"(?<![\w£]){one}", IGNORECASE) for one in WHENS)
THANKS = frozenset({"thank", "cheer", "ta", "diolch", "brilliant", "great", "perfect", "lovely", "sorted"})
SIGNS = ("👍", "🙏", "❤", "😊", "🙌")
LONGEST_THANKS = 14
"""Words: whoever says more than that thanks for one thing and asks for another."""


class Settled(StrEnum):
    """What came of an answer, as far as it was seen here."""

    QUIET = "quiet"
    THANKED = "thanked"
    ASKED_AGAIN = "asked again"
    REOPENED = "opened again"


@dataclass(frozen=True, slots=True)
class Past:
    """An answer. ``question``: all that its author said before it; ``by`` names whoever wrote it; ``sent_at`` is aware."""

    reply: str
    """The id."""
    mention: Mention
    question: str
    text: str
    second: str
    by: str
    sent_at: datetime
    settled: Settled = Settled.QUIET
    drawn_from: str = ""
    """Whose words these were in the first place, as a reply is marked; empty for words of its own."""


def settled(said_after: Sequence[str], *, reopened: bool) -> Settled:
    """What came of an answer: from what its author said after it, and whether staff opened the mention again."""
    if said_after:
        return Settled.THANKED if all(map(is_thanks, said_after)) else Settled.ASKED_AGAIN
    return Settled.REOPENED if reopened else Settled.QUIET


def is_thanks(text: str) -> bool:
    """Whether words only thank: ``Thank you, that's all I needed to know``. Not ``thanks for nothing``, nor a question."""
    said = terms(text)
    if "?" in text or len(said) > LONGEST_THANKS or "thanks for nothing" in folded(text) or not said:
        return not said and any(sign in text for sign in SIGNS)
    return bool(THANKS & set(said)) and "but" not in said


def is_dated(text: str, sent_at: datetime, now: datetime) -> bool:
    """Whether an answer may have been true on its day only: it names a day or a time, or is older than a year."""
    return now - sent_at > OLD or any(one.search(text) for one in DATED)
