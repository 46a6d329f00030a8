"""When "by Friday" or "within 3 working days" is over, counted from when it is said. Pure.

A day without a time is over at five in the afternoon, when most offices close: whoever is reminded then can still do
something. Bank holidays are not known here: a promise of working days may be due a day early, never late.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CLOSE, LATE, NOON = time(17), time(23, 59), time(12)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Mapping[str, int] = {
    **{day: number for number, day in enumerate(DAYS)},
    **{day[:3]: number for number, day in enumerate(DAYS)},
    **{day: number for number, day in enumerate(("llun", "mawrth", "mercher", "iau", "gwener", "sadwrn", "sul"))},
    **{"fawrth": 1, "fercher": 2, "wener": 4, "lun": 0, "tues": 1, "thurs": 3, "thur": 3},
}
MONTHS: Mapping[str, int] = {
    **{name.lower(): number for number, name in enumerate(calendar.month_name) if name},
    **{name.lower(): number for number, name in enumerate(calendar.month_abbr) if name},
    "sept": 9,
}
ONE_TO_TEN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS: Mapping[str, int] = {
    **{name: number for number, name in enumerate(ONE_TO_TEN, 1)},
    **{"a": 1, "an": 1, "the": 1, "a couple of": 2, "twelve": 12, "fourteen": 14, "un": 1, "dau": 2, "tri": 3, "pum": 5},
}
WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))

CLOCK = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>am|pm|a\.m\.?|p\.m\.?)|(?P<hour24>\d{1,2}):(?P<minute24>\d\d)"
TIME = rf"(?:{CLOCK}|(?P<noon>noon|midday|midnight|lunchtime|lunch))(?!\w)"
DAY = (
    rf"(?:(?:the )?end of )?(?:(?P<today>today|tonight|heddiw|heno)|(?P<tomorrow>tomorrow|yfory)"
    rf"|(?:(?:{WEEKDAY}),? )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{MONTH})(?:,? (?P<year>20\d\d))?"
    rf"|(?P<month2>{MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year2>20\d\d))?"
    r"|(?P<day3>\d{1,2})/(?P<month3>\d{1,2})(?:/(?P<year3>(?:20)?\d\d))?|the (?P<dayonly>\d{1,2})(?:st|nd|rd|th)"
    r"|(?P<weekend>(?:the|this) weekend)"
    rf"|(?:(?:dydd|ddydd|nos) )?(?:(?P<next>next|this|coming) )?(?P<weekday>{WEEKDAY}))(?!\w)"
    r"(?: (?P<part>morning|afternoon|evening|night|lunchtime|bore|prynhawn)(?!\w))?"
)
THIS_PART = r"(?P<today>this) (?P<part>morning|afternoon|evening)(?!\w)|(?P<today2>y) (?P<part2>prynhawn) yma(?!\w)"
SPAN = (
    rf"(?P<count>\d{{1,3}}|{NUMBER})(?: more)? (?P<working>working |office |business )?"
    r"(?P<unit>minute|min|hour|hr|day|week|fortnight|month|munud|awr|diwrnod|wythnos|mis)s?(?!\w)"
)
PERIOD = (
    r"(?:(?:the )?(?:end|close) of (?P<which>next |this |the )?|ddiwedd yr? |(?P<which2>next |this )|yr? (?=\w+ nesaf))"
    r"(?P<period>day|play|business|week|month|dydd|wythnos|mis)(?P<nesaf> nesaf)?(?!\w)"
)
Said = Mapping[str, str | None]


def due(found: re.Match[str], at: datetime, zone: ZoneInfo) -> datetime | None:
    """When what the words say is over, in UTC; None when no such day exists or it is too far to track."""
    said, now = found.groupdict(), at.astimezone(zone)
    try:
        if said.get("unit"):
            return after(said, now).astimezone(UTC)
        day = end_of_period(said, now.date()) if said.get("period") else day_of(said, now.date())
        return moment(said, now, day).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def after(said: Said, now: datetime) -> datetime:
    """So long after now, in full quarters of an hour; days and more until five o'clock of the last."""
    words = said.get("count") or ""
    count = int(words) if words.isdigit() else NUMBERS[words]
    unit = (said.get("unit") or "")[:3]
    if unit in ("min", "mun"):
        return full(now.astimezone(UTC) + timedelta(minutes=count), 5)
    if unit in ("hou", "hr", "awr"):
        return full(now.astimezone(UTC) + timedelta(hours=count), 15)
    if unit in ("mon", "mis"):
        return at_close(months_on(now.date(), count), now)
    days = count * {"wee": 7, "wyt": 7, "for": 14}.get(unit, 1)
    return at_close(working_days_on(now.date(), days) if said.get("working") else now.date() + timedelta(days), now)


def full(moment: datetime, minutes: int) -> datetime:
    """The last full five or fifteen minutes, so that a draft looked at again soon after promises the same."""
    return moment.replace(minute=moment.minute // minutes * minutes, second=0, microsecond=0)


def at_close(day: date, now: datetime) -> datetime:
    """The time at which a day is over: five o'clock, or midnight once that is past."""
    closes = datetime.combine(day, CLOSE, now.tzinfo)
    return closes if closes > now else datetime.combine(day, LATE, now.tzinfo)


def working_days_on(day: date, count: int) -> date:
    """So many days from Monday to Friday later."""
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
    return day


def months_on(day: date, count: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_period(said: Said, today: date) -> date:
    """The last working day of this or the next week, the last day of the month, or today."""
    is_next = (said.get("which") or said.get("which2")) == "next " or bool(said.get("nesaf"))
    match said.get("period"):
        case "week" | "wythnos":
            friday = today + timedelta(days=4 - today.weekday() + 7 * is_next)
            return friday if friday >= today else today + timedelta(days=6 - today.weekday())
        case "month" | "mis":
            first = months_on(today.replace(day=1), 1 if is_next else 0)
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return today


def day_of(said: Said, today: date) -> date | None:
    """The day that is named; None when only a time is."""
    if said.get("tomorrow"):
        return today + timedelta(days=1)
    if said.get("today") or said.get("today2"):
        return today
    if said.get("weekend"):
        return today + timedelta(days=6 - today.weekday())
    if weekday := said.get("weekday"):
        ahead = (WEEKDAYS[weekday] - today.weekday()) % 7
        next_week = said.get("next") == "next" and today.weekday() + ahead < 7
        return today + timedelta(days=ahead + 7 * next_week)
    return date_of(said, today)


def date_of(said: Said, today: date) -> date | None:
    """A date; without a year the next such day, without a month too. Raises ValueError when there is no such day."""
    if only := said.get("dayonly"):
        this_month = int(only) >= today.day
        return months_on(today.replace(day=1), 0 if this_month else 1).replace(day=int(only))
    day = said.get("day") or said.get("day2") or said.get("day3")
    if not day:
        return None
    name = said.get("month") or said.get("month2")
    month = MONTHS[name] if name else int(said.get("month3") or 0)
    if year := said.get("year") or said.get("year2") or said.get("year3"):
        return date(int(year) % 100 + 2000, month, int(day))
    this_year = date(today.year, month, int(day))
    return this_year if this_year >= today else date(today.year + 1, month, int(day))


def moment(said: Said, now: datetime, day: date | None) -> datetime:
    """The end of the day, of the part of it, or the time that is named; a time without a day is the next such time."""
    clock = clock_of(said)
    if day is None:
        found = datetime.combine(now.date(), clock or CLOSE, now.tzinfo)
        return found if found > now else datetime.combine(now.date() + timedelta(days=1), clock or CLOSE, now.tzinfo)
    return datetime.combine(day, clock, now.tzinfo) if clock else at_close(day, now)


PARTS: Mapping[str, time] = {"morning": NOON, "bore": NOON, "lunchtime": time(14), "evening": time(22), "night": LATE}


def clock_of(said: Said) -> time | None:
    """The time that is named. Raises ValueError when no clock shows it."""
    if noon := said.get("noon"):
        return {"midnight": LATE, "lunchtime": time(14), "lunch": time(14)}.get(noon, NOON)
    if hour24 := said.get("hour24"):
        return time(int(hour24), int(said.get("minute24") or 0))
    if shown := said.get("hour"):
        hour = int(shown)
        if not 1 <= hour <= 12:
            raise ValueError(f"no clock shows {hour} with am or pm")
        return time(hour % 12 + 12 * (said.get("half") or "").startswith("p"), int(said.get("minute") or 0))
    if part := said.get("part") or said.get("part2"):
        return PARTS.get(part, CLOSE)
    return LATE if said.get("today") in ("tonight", "heno") else None
