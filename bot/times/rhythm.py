"""How an account is usually heard: hour by hour of its week, and how unlikely a silence is. Pure.

What the public writes comes in bursts, so a plain Poisson count would cry wolf: hours are counted up to a cap, and a
silence is weighed as the negative binomial has it whose variance is that of the hours themselves. A feed that is heard
often has many silences a year, and each is a chance of a false alarm: the more there are, the more unlikely one must be.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, quantiles, variance
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
SUNDAY = 6
UNLIKELY = -math.log(0.001)
"""6.9: a silence at least so unlikely is an alarm: less than once in a thousand."""
FALSE_PER_YEAR = 1 / 2
"""False alarms a year that an account may make by chance, however often it is heard."""
YEAR = timedelta(days=365)
NEIGHBOURS = ((0, 1.0), (-1, 0.5), (1, 0.5))
OWN_WEIGHT = 4.0
"""How many weeks the kind of day at that hour counts for beside the very hour of the week."""
BURST = 2.0
"""An hour counts for at most so many times what its kind's busiest quarter begins with, and one."""
Slot = tuple[int, int]
"""A weekday, Monday is 0, and an hour of it, both on the clock of the organisation."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is usual: posts expected in each hour of the week, and how they cluster (1: not at all)."""

    zone: ZoneInfo
    closed: Collection[date]
    rates: Mapping[Slot, float]
    clustering: float
    per_year: float
    """Posts in a year like this."""

    def expected(self, since: datetime, until: datetime) -> float:
        """How many posts would usually come in between two moments."""
        return sum(self.rates.get(slot_of(hour, self.zone, self.closed), 0.0) * share for hour, share in hours(since, until))

    def surprise(self, since: datetime, until: datetime) -> float:
        """How unlikely it is to hear nothing between two moments: minus the logarithm of its probability."""
        spread = math.log(self.clustering) / (self.clustering - 1) if self.clustering > 1.01 else 1.0
        return self.expected(since, until) * spread

    @property
    def alarms_at(self) -> float:
        """The surprise at which it is no longer a calm day."""
        return max(UNLIKELY, math.log(max(self.per_year, 1.0) / FALSE_PER_YEAR))


def rhythm_of(
    counts: Mapping[datetime, int], since: datetime, until: datetime, *, zone: ZoneInfo, closed: Collection[date] = ()
) -> Rhythm:
    """The rhythm of posts counted by the hour (each key is the hour's beginning) from ``since`` to ``until``."""
    heard = {hour: counts.get(hour, 0) for hour, _ in hours(whole(since) + HOUR, whole(until))}
    capped = without_bursts(heard, zone, closed)
    by_slot: dict[Slot, list[float]] = {}
    for hour, count in capped.items():
        by_slot.setdefault(slot_of(hour, zone, closed), []).append(count)
    by_kind: dict[Slot, list[float]] = {}
    for (day, hour_of_day), found in by_slot.items():
        by_kind.setdefault((kind_of(day), hour_of_day), []).extend(found)
    own = {slot: blended(slot, by_slot, by_kind) for slot in all_slots()}
    rates = {slot: smoothed(slot, own) for slot in own}
    span = max(until - since, HOUR)
    return Rhythm(zone, frozenset(closed), rates, clustering_of(by_kind), sum(capped.values()) * (YEAR / span))


def without_bursts(heard: Mapping[datetime, int], zone: ZoneInfo, closed: Collection[date]) -> dict[datetime, float]:
    """The counts with what only a surge brings left out: last month's flood does not make today a silence."""
    alike: dict[Slot, list[int]] = {}
    for hour, count in heard.items():
        day, hour_of_day = slot_of(hour, zone, closed)
        alike.setdefault((kind_of(day), hour_of_day), []).append(count)
    caps = {slot: cap_of(found) for slot, found in alike.items()}
    slots = {hour: slot_of(hour, zone, closed) for hour in heard}
    return {hour: min(float(count), caps[kind_of(slots[hour][0]), slots[hour][1]]) for hour, count in heard.items()}


def cap_of(counts: Sequence[int]) -> float:
    """The most that one hour of a kind counts for."""
    upper = quantiles(counts, n=4)[2] if len(counts) > 1 else float(counts[0])
    return 1.0 + BURST * upper


def blended(slot: Slot, by_slot: Mapping[Slot, Sequence[float]], by_kind: Mapping[Slot, Sequence[float]]) -> float:
    """What is usual in one hour of the week: four weeks are few, so days of its kind count beside it."""
    own, alike = by_slot.get(slot, ()), by_kind.get((kind_of(slot[0]), slot[1]), ())
    usual = fmean(alike) if alike else 0.0
    return (sum(own) + OWN_WEIGHT * usual) / (len(own) + OWN_WEIGHT)


def smoothed(slot: Slot, rates: Mapping[Slot, float]) -> float:
    """The same with its neighbouring hours: nobody's morning begins on the stroke."""
    day, hour = slot
    found = [(rates[beside(day, hour + step)], weight) for step, weight in NEIGHBOURS]
    return sum(rate * weight for rate, weight in found) / sum(weight for _, weight in found)


def clustering_of(by_kind: Mapping[Slot, Sequence[float]]) -> float:
    """Variance over mean of the hours of each kind, as one figure; 1 where they are as even as chance has it."""
    spread = [(variance(found), fmean(found)) for found in by_kind.values() if len(found) > 1 and any(found)]
    whole_mean = sum(mean for _, mean in spread)
    return max(1.0, sum(one for one, _ in spread) / whole_mean) if whole_mean else 1.0


def all_slots() -> Iterator[Slot]:
    """Every hour of the week."""
    return ((day, hour) for day in range(7) for hour in range(24))


def beside(day: int, hour: int) -> Slot:
    """The hour of the week, past midnight too."""
    return (day + hour // 24) % 7, hour % 24


def kind_of(day: int) -> int:
    """Working days are alike; Saturdays and Sundays are each their own."""
    return 0 if day < 5 else day


def slot_of(hour: datetime, zone: ZoneInfo, closed: Collection[date]) -> Slot:
    """Which hour of the week a moment is in; a day on which the organisation is closed is as a Sunday."""
    local = hour.astimezone(zone)
    return (SUNDAY if local.date() in closed else local.weekday()), local.hour


def hours(since: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
    """Each hour that two moments touch, by its beginning, and how much of it lies between them."""
    hour = whole(since)
    while hour < until:
        share = (min(until, hour + HOUR) - max(since, hour)) / HOUR
        if share > 0:
            yield hour, share
        hour += HOUR


def whole(moment: datetime) -> datetime:
    """The beginning of its hour, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
