"""What staff read of words that were used before: whose, when, what came of them, and what to look at before using them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.finding.past import Past, Settled, is_dated

HEADING = "Said before. Use one to begin with:"
APPROVED = "approved words."
GONE = "That answer cannot be used any more. Your own words are as they were."
SENT_MEANWHILE = "Your reply was sent off meanwhile, so nothing was added. Look at the card."
ENDED: dict[Settled, str] = {
    Settled.QUIET: "nothing more was said",
    Settled.THANKED: "they thanked us",
    Settled.ASKED_AGAIN: "they asked again",
    Settled.REOPENED: "it was opened again",
}


def day(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """``3 November``, with the year where it is another."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B}" + (f" {local.year}" if local.year != now.astimezone(zone).year else "")


def says(past: Past, zone: ZoneInfo, now: datetime) -> str:
    """Who, when, what came of it; and that its dates want a look."""
    on = day(past.sent_at, zone, now)
    told = f"{past.by}, {on}, {past.mention.ref}; {ENDED[past.settled]}."
    return f"{told} {check_dates(on)}" if is_dated(f"{past.text} {past.second}", past.sent_at, now) else told


def check_dates(on: str) -> str:
    """Of words that may have been true on their day only."""
    return f"Check the dates: this was said on {on}."


def begins_with(past: Past, zone: ZoneInfo, now: datetime) -> str:
    """Above the form that holds them now."""
    on = day(past.sent_at, zone, now)
    dated = f" {check_dates(on)}" if is_dated(f"{past.text} {past.second}", past.sent_at, now) else ""
    return f"These words are from {past.by}'s answer to {past.mention.ref}. Make them fit this one.{dated}"


def answered(question: str) -> str:
    """What an earlier answer was to."""
    return f"To “{question}”"


def use(number: int) -> str:
    """The button that puts words into the box."""
    return f"Use {number}"
