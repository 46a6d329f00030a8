"""The dates of feeds, which are written in many ways and often wrongly → aware UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

ZONES = {"BST": 1, "IST": 1, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "Z": 0, "UTC": 0}
"""Hours ahead of UTC, of names RFC 2822 does not have: British and Irish summer time, and the rest of Europe's."""
NAMED_ZONE = re.compile(r"\s*([A-Z]{1,4})\)?$")
LONGEST = 80
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def moment(written: str) -> datetime | None:
    """The moment a date means; None when it means none. What names no zone is UTC."""
    written = written.strip()
    if not written or len(written) > LONGEST:
        return None
    try:
        found = iso(written) or mail(written)
        found = found.astimezone(UTC) if found else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return found if found and found >= EARLIEST else None


def iso(written: str) -> datetime | None:
    """``2026-11-20T09:00:00Z`` and its like."""
    if not re.match(r"\d{4}-?\d{2}", written):
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d)", "", written).removesuffix(" UTC"))
    except ValueError:
        if not (part := re.match(r"\d{4}-\d{2}(-\d{2})?", written)):
            return None
        found = datetime.fromisoformat(part.group() if part.group(1) else f"{part.group()}-01")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def mail(written: str) -> datetime | None:
    """``Fri, 20 Nov 2026 09:00:00 GMT`` and its like, also with the names of zones that mail does not know."""
    parts = parsedate_tz(written)
    if parts is None:
        return None
    name = NAMED_ZONE.search(written)
    known = ZONES.get(name.group(1)) if name else None
    offset = timedelta(seconds=parts[9] or 0) if known is None else timedelta(hours=known)
    return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], min(parts[5], 59), tzinfo=timezone(offset))
