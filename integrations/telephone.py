"""Telephone numbers of the public: as the world writes them, as staff see them, and which texts belong together."""

import hashlib
import hmac
import re
from datetime import UTC, datetime

import phonenumbers

LONGEST = 40
"""Characters kept of a sender that is no number, such as ``NHSvaccine``."""
MARKS = re.compile(r"[\s().\u2010-\u2015-]+")
DIGITS = re.compile(r"\+?\d{7,}")
E164 = re.compile(r"\+[1-9]\d{6,14}")
EARLIEST = 2000
"""The year before which nobody texted us: an earlier time is a fault."""


def e164(number: str, region: str = "GB") -> str:
    """``+447700900123``, of ``07700 900123`` (in ``region``) and ``447700900123`` too; empty for what is no number."""
    written = MARKS.sub("", number)[:LONGEST]
    if not re.fullmatch(r"\+?[0-9]{7,15}", written):
        return ""
    if not written.startswith(("+", "0")):
        written = f"+{written}"
    try:
        read = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(read):
        return ""
    known = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    return known if E164.fullmatch(known) else ""


def sender(number: object) -> str:
    """Whom a text is from: the number as E.164; a short code or a name as it came; empty for nothing usable."""
    if isinstance(number, bool) or not isinstance(number, str | int):
        return ""
    written = str(number)[: LONGEST * 2] if isinstance(number, str) else str(number % 10**16)
    shown = "".join(one if one.isprintable() else " " for one in written)
    return e164(written) or " ".join(shown.split())[:LONGEST]


def masked(author_id: str) -> str:
    """``07… 123`` of a number, enough to tell two people apart; a short code or a name, which is nobody's own, as it is."""
    if not E164.fullmatch(author_id):
        return DIGITS.sub(lambda found: f"… {found.group()[-3:]}", author_id)
    is_ours = author_id.startswith("+44")
    return f"{'0' + author_id[3] if is_ours else author_id[:3]}… {author_id[-3:]}"


def conversation(secret: bytes, account: str, author_id: str) -> str:
    """The same for all texts between an account and a number, and no way back to the number, for it is never erased."""
    about = f"conversation\0{account}\0{author_id}".encode("utf-8", "replace")
    return hmac.new(secret, about, hashlib.sha256).hexdigest()[:32]


def moment(value: datetime | None, now: datetime) -> datetime:
    """When a text came: never in the future; ``now`` where nobody can say."""
    if value is None:
        return now
    try:
        known = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return now
    return min(known, now) if known.year >= EARLIEST else now
