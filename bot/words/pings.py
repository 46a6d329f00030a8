"""What a text message or an e-mail says to staff the chat did not reach: never a word or a name of the public. Pure.

A text of up to 160 characters of the GSM alphabet is one fragment to pay for, and arrives whole; so ours are that, wherever
the organisation's own names allow it. https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.words import age

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("^{}\\[~]|€\f")
"""These are in its second table, and count for two."""
ONE_TEXT = 160
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "·": "-", "\u00a0": " "})
US = "Tolbooth"
TEST = (
    "Test: choose Got It, so that we know you can be reached while you are on duty. Nothing is wrong.\n"
    "The same goes out by every other way you have; if one of them stays away, tell a team lead."
)
TEST_BUTTON = "Got It"
TEST_HEARD = "Thank you: this week's test reached you."
NO_TEST = "No test waits for an answer of yours any more. Thank you all the same."


def not_answered(name: str) -> str:
    """To the leads, a day after a test."""
    return (
        f"{name} did not answer this week's test ping within a day. Ask them whether the chat, text messages and e-mail "
        "reach them: they are who is pinged when a mention waits too long."
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """One ping nobody answered. For what is no mention ``ref`` is empty."""

    kind: str
    ref: str = ""
    since: datetime | None = None
    account: str = ""
    is_seen: bool = False
    is_owned: bool = False
    is_own: bool = False
    """Whether the person who is told has claimed it."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything a message is drawn from: the most urgent ping first, and how many more there are than are named."""

    waiting: Sequence[Waiting]
    at: datetime
    organisation: str = ""
    more: int = 0

    @property
    def others(self) -> int:
        """How many wait besides the first."""
        return len(self.waiting) - 1 + self.more

    @property
    def by(self) -> str:
        """In whose name."""
        return self.organisation or US


def text_message(told: Told) -> str:
    """As much as fits into one text: the account goes first, then the organisation's name."""
    first = told.waiting[0]
    then = f" And {told.others} more {'waits' if told.others == 1 else 'wait'}." if told.others else ""
    shapes = [
        gsm(f"{by}: {sentence(first, told.at, named=named)} {deed(first)}{then}")
        for by, named in ((told.by, True), (told.by, False), (US, False))
    ]
    return next((text for text in shapes if fits(text)), shapes[-1])


def subject(told: Told) -> str:
    """The line an e-mail is known by."""
    first = told.waiting[0]
    more = f" (and {told.others} more)" if told.others else ""
    return f"{told.by}: {sentence(first, told.at, named=False).rstrip('.')}{more}"


def email(told: Told) -> str:
    """An e-mail: the same, and a line for each further mention that is named."""
    first = told.waiting[0]
    lines = [f"{sentence(first, told.at, named=True)} {deed(first)}"]
    if told.others:
        lines += ["", "Also waiting:", *(f"- {sentence(one, told.at, named=True)}" for one in told.waiting[1:])]
        lines += [f"- and {told.more} more"] if told.more else []
    lines += ["", f"{told.by}, sent by Tolbooth because the chat got no answer. Answers to this e-mail are not read."]
    return "\n".join(lines)


def sentence(one: Waiting, at: datetime, *, named: bool) -> str:
    """What is so."""
    match one.kind:
        case "readiness":
            return "Your turn on duty begins soon."
        case "test":
            return "This is the weekly test that we can reach you."
        case _:
            where = f" ({one.account})" if named and one.account else ""
            waited = span(at - one.since) if one.since else "too long"
            return f"{one.ref} has waited {waited}{where} and {whose(one)}."


def whose(one: Waiting) -> str:
    """Who has it, as far as a locked screen may show."""
    if one.is_own:
        return "it is yours to answer"
    if one.is_owned:
        return "whoever has it has not answered yet"
    return "nobody has it" if one.is_seen else "nobody has looked"


def deed(one: Waiting) -> str:
    """What to do next."""
    match one.kind:
        case "readiness":
            return "Open the chat and say that you are ready."
        case "test":
            return "Open the chat and say that you got it."
        case _ if one.is_own:
            return "Open the chat and answer it."
        case _ if one.is_owned:
            return "Open the chat and acknowledge it."
        case _:
            return "Open the chat and claim it."


def span(waited: timedelta) -> str:
    """How long, for one who reads it out of the blue: ``40 minutes``, ``3 h 10 m``."""
    minutes = int(waited.total_seconds() // 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}" if 1 <= minutes < 60 else age(waited)


# --- what fits -----------------------------------------------------------------------------------------------------


def gsm(text: str) -> str:
    """The text in the GSM alphabet: marks made plain, accents it lacks left off. What has no such spelling stays."""
    return "".join(char if is_gsm(char) else unaccented(char) for char in text.translate(PLAIN))


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM alphabet."""
    return all(char in GSM_7 or char in GSM_7_TWICE for char in text)


def unaccented(char: str) -> str:
    """``ŵ`` is ``w``; what has no such spelling stays."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", char) if not unicodedata.combining(one))
    return bare if bare and is_gsm(bare) else char


def fits(text: str) -> bool:
    """Whether it is one text: 160 septets, or 70 characters where another alphabet is needed."""
    if not is_gsm(text):
        return len(text.encode("utf-16-be")) // 2 <= 70
    return len(text) + sum(char in GSM_7_TWICE for char in text) <= ONE_TEXT
