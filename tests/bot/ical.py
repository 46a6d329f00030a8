"""Calendars for tests, as somebody's own calendar program writes them."""

from collections.abc import Sequence


def calendar(*events: str, head: str = "") -> bytes:
    """A calendar of these events."""
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Harrowmere//EN\r\n{head}{''.join(events)}END:VCALENDAR\r\n".encode()


def event(*lines: str, uid: str = "e1") -> str:
    """An event of these lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}@harrowmere.gov.uk", "SUMMARY:Dentist", *lines, "END:VEVENT", ""])


def many(number: int, *lines: str) -> Sequence[str]:
    """So many events alike."""
    return [event(*lines, uid=f"e{index}") for index in range(number)]


NEXT_WEEK = "DTSTART:20261123T090000Z", "DTEND:20261123T170000Z"
NEVER = event("DTSTART:20240101T090000Z", "DTEND:20240101T170000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
"""A few bytes that keep a reader busy for seconds: the thirtieth of February is looked for on every day until 9999."""
