"""How long a text is: in characters, in what people see as one, with links that count alike, or in text messages.

Each is a ``TextLimits``. Composed and decomposed letters count alike, as everybody who counts normalises to NFC first.
"""

import re
import unicodedata
from decimal import Decimal
from functools import partial

from wcwidth import iter_graphemes

from bot.reply import TextLimits

CHARACTERS = "characters"
BRACKETS = r"\([^\s<>\"“”()]*\)"
LINK = re.compile(rf"https?://(?:{BRACKETS}|[^\s<>\"“”()])*(?:{BRACKETS}|[^\s<>\"“”().,:;!?\]}}'’…])", re.IGNORECASE)
"""Brackets belong to a link in pairs, and no sign that ends a sentence does at its end."""
NAME_ELSEWHERE = re.compile(r"(?<![\w/=])(@[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@\w+(?:[.-]\w+)*")
"""``@name@host``: the host does not count."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""The GSM 7-bit alphabet of text messages (3GPP TS 23.038, 6.2.1); those of its extension table take two places."""
PLACES_BASIC = (160, 153)
PLACES_WIDE = (70, 67)
"""How much one text message holds alone, and as one of several; wide: as soon as one character is not in the alphabet."""
SIX_MESSAGES = 918


def characters(limit: int) -> TextLimits:
    """Code points."""
    return TextLimits(limit, CHARACTERS, lambda text: len(composed(text)))


def visible(limit: int) -> TextLimits:
    """What people see as one character, however it is put together: an emoji of a family is one."""
    return TextLimits(limit, CHARACTERS, graphemes)


def visible_and_bytes(limit: int, most_bytes: int) -> TextLimits:
    """The same, and no more than so many bytes of UTF-8 either.

    With too many bytes a text counts as so much over its limit as it has bytes too many.
    """

    def count(text: str) -> int:
        over = in_bytes(text) - most_bytes
        return max(graphemes(text), limit + over if over > 0 else 0)

    def about(text: str) -> str:
        used = in_bytes(text)
        return f"{used:,} of {most_bytes:,} bytes" if used > most_bytes else ""

    return TextLimits(limit, CHARACTERS, count, about)


def linked(limit: int, a_link: int = 23) -> TextLimits:
    """What people see as one character, every ``https://`` link as long as any other, and names without their host."""

    def count(text: str) -> int:
        bare = NAME_ELSEWHERE.sub(r"\1", LINK.sub("x" * a_link, composed(text)))
        return graphemes(bare)

    return TextLimits(limit, CHARACTERS, count)


def text_messages(limit: int = SIX_MESSAGES, price: Decimal | None = None) -> TextLimits:
    """Places in text messages, with how many messages that makes. ``price``: pence for each of them."""
    return TextLimits(limit, "characters of text messages", places, partial(messages_said, price=price))


def composed(text: str) -> str:
    """The text in Unicode's form NFC."""
    return unicodedata.normalize("NFC", text)


def graphemes(text: str) -> int:
    """How many characters people see (UAX #29)."""
    return sum(1 for _ in iter_graphemes(composed(text)))


def in_bytes(text: str) -> int:
    """How many bytes of UTF-8 it is; half characters as the mark that takes their place."""
    return len(composed(text).encode("utf-8", "replace"))


def is_wide(text: str) -> bool:
    """Whether it needs the larger alphabet, in which a message holds less than half as much."""
    return not BASIC.union(EXTENSION).issuperset(text)


def sizes(text: str) -> list[int]:
    """The places of each character: one or two, and two are never parted between messages."""
    if is_wide(text):
        return [1 if ord(one) <= 0xFFFF else 2 for one in text]
    return [2 if one in EXTENSION else 1 for one in text]


def places(text: str) -> int:
    """How many places it takes in text messages."""
    return sum(sizes(composed(text)))


def messages(text: str) -> int:
    """How many text messages it makes; 0 when it is empty."""
    text = composed(text)
    alone, one_of_several = PLACES_WIDE if is_wide(text) else PLACES_BASIC
    needed = sizes(text)
    if sum(needed) <= alone:
        return 1 if needed else 0
    made, left = 0, 0
    for size in needed:
        if size > left:
            made, left = made + 1, one_of_several
        left -= size
    return made


def messages_said(text: str, price: Decimal | None = None) -> str:
    """``2 text messages, 4.6p; “’” makes them shorter``."""
    made = messages(text)
    if not made:
        return ""
    said = "1 text message" if made == 1 else f"{made} text messages"
    if price is not None:
        said += f", {money(made * price)}"
    wide = next((one for one in composed(text) if one not in BASIC and one not in EXTENSION), "")
    return f"{said}; “{wide}” is not in their usual alphabet, so each holds less" if wide and made > 1 else said


def money(pence: Decimal) -> str:
    """``4.6p``; from a pound on ``£1.25``."""
    if pence >= 100:
        return f"£{pence / 100:.2f}"
    whole = f"{pence:.2f}"
    return whole.rstrip("0").rstrip(".") + "p"
