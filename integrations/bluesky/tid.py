"""The names of records: 13 characters that hold a time, so that the same reply gets the same name on every try.

https://atproto.com/specs/tid: 53 bits of microseconds since 1970 and 10 bits of a clock's number, in an alphabet that sorts.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
FIRST = "234567abcdefghij"
LENGTH = 13
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LIKES_FROM = 1_700_000_000_000_000
"""Where the names of likes begin: any time will do, as long as the same post always gives the same one."""
LIKES_SPAN = 10**14


def spelled(number: int) -> str:
    """A 64-bit number whose top bit is 0, as a name."""
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(60, -1, -5))


def number_in(text: str) -> int:
    """A whole number that is always the same for a text."""
    return int.from_bytes(sha256(text.encode("utf-8", "replace")).digest()[:8], "big")


def of_reply(key: str, created_at: datetime) -> str:
    """The name of the record of a reply: its millisecond, with microseconds and a clock's number out of its key."""
    number = number_in(key)
    micros = (created_at - EPOCH) // MILLISECOND * 1000 + (number >> 10) % 1000
    return spelled((micros << 10) | (number & 1023))


def of_like(uri: str) -> str:
    """The name of the record of our like of a post."""
    number = number_in(uri)
    return spelled(((LIKES_FROM + (number >> 10) % LIKES_SPAN) << 10) | (number & 1023))


def at(moment: datetime) -> str:
    """The first name that a record made at a moment can have."""
    return spelled((moment - EPOCH) // timedelta(microseconds=1) << 10)


def made_at(name: str) -> datetime | None:
    """The time in a name; None when it is no such name. Whoever made it chose it."""
    if len(name) != LENGTH or name[0] not in FIRST or not all(letter in ALPHABET for letter in name):
        return None
    number = 0
    for letter in name:
        number = number << 5 | ALPHABET.index(letter)
    return EPOCH + timedelta(microseconds=number >> 10)
