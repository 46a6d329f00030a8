"""How a watch is shown to staff: on a line, on its own page, and on the form that makes it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.card import Line, Strong
from bot.house import Account, House
from bot.mention import SYSTEM
from bot.watching.terms import Terms
from bot.watching.watch import Day, Reader, Standing, Watch, WatchRules
from bot.words import ago, excerpt, when
from bot.words.watching import NO_WATCHLISTS

IN_A_FORM = "A watch is made in a form."
NOT_PEOPLE = f"{NO_WATCHLISTS}: names, handles, addresses and numbers of people are not looked for, whoever asks."
TERMS_HINT = "With commas between: flood, mill road, #harrowflood. Words between two commas are looked for in a row."
WITHOUT_HINT = "Posts with any of these are no hits: film, premiere"
CHANNEL_HINT = "One that you and Tolbooth are in."
WHY_HINT = "On the record, and shown to everybody who looks at it."
DAYS_SHOWN, HISTORY_SHOWN = 7, 5
DONE = {
    "changed": "changed it",
    "extended": "extended it",
    "stopped": "stopped it",
    "ended": "ended it",
    "given": "gave it on",
}


def budget_hint(rules: WatchRules) -> str:
    """What a day may bring."""
    return f"A number from 1 to {rules.most_per_day}. What is more is counted, not shown."


def not_there(channel: str) -> str:
    """A channel that cannot be used."""
    return f"You are not in #{channel.lstrip('#')}, or Tolbooth is not. Join it, invite Tolbooth, then send this in again."


def as_written(terms: Terms) -> str:
    """What is looked for, as the form takes it."""
    return terms.wanted


def costs(accounts: Iterable[Account]) -> list[Line]:
    """What a hit costs where it costs something."""
    return [
        (f"Through {one.speaks_as}: {one.abilities.searches.cost}",)
        for one in accounts
        if one.abilities.searches and one.abilities.searches.cost
    ]


def line(own: Watch, owner: str, zone: ZoneInfo) -> Line:
    """One of several."""
    about = f" {excerpt(own.terms.wanted, 80)} · {owner} · #{own.channel.lstrip('#')} · until "
    return (Strong(own.ref), about, when(own.until, zone))


def looking(own: Watch, house: House) -> tuple[Line, ...]:
    """To whoever made or changed it."""
    where = ", ".join(speaks_as(name, house) for name in own.accounts)
    what = f" looks for {own.terms} through {where}. What it finds goes to #{own.channel.lstrip('#')}, "
    much = f"{own.per_day} posts a day at most, until "
    return ((Strong(own.ref), what, much, when(own.until, house.zone), "."), *costs(of(own, house)))


def of(own: Watch, house: House) -> list[Account]:
    """The accounts it reads through that are still there."""
    return [house.accounts[name] for name in own.accounts if name in house.accounts]


def speaks_as(name: str, house: House) -> str:
    """What the public knows an account by."""
    return house.accounts[name].speaks_as if name in house.accounts else f"{name} (not in the settings any more)"


def page(found: Standing, house: House, names: Mapping[str, str], now: datetime) -> list[Line]:
    """All there is to know of one."""
    own = found.watch
    by = "" if own.made_by == own.owner else f"; {names[own.made_by]}"
    made = f" {names[own.owner]} has it{by or ' and'} made it on "
    lines: list[Line] = [
        (Strong(f"{own.ref}: "), str(own.terms)),
        (Strong("Why: "), own.why),
        (Strong("Whose:"), made, when(own.made_at, house.zone)),
        (Strong("Where: "), f"#{own.channel.lstrip('#')}, {own.per_day} posts a day at most"),
        until(own, house, names),
    ]
    lines += [reader_line(one, house, now) for one in found.readers] if own.is_running else []
    lines += costs(of(own, house)) if own.is_running else []
    lines += [day_line(day) for day in found.days[:DAYS_SHOWN]] or [("It has found nothing yet.",)]
    return lines


def until(own: Watch, house: House, names: Mapping[str, str]) -> Line:
    """When it ends, or how it ended."""
    if own.ended_at is None:
        return (Strong("Until: "), when(own.until, house.zone))
    by = names.get(own.ended_by or "", "")
    how = f", stopped by {by}" if own.ended_by and by != own.ended_by else ", its time was over"
    return (Strong("Ended: "), when(own.ended_at, house.zone), how)


def reader_line(one: Reader, house: House, now: datetime) -> Line:
    """How it stands with one account."""
    last = f"looked {ago(now - one.read_at)}" if one.read_at else "has not looked yet"
    wrong = f"; it cannot look now: {one.trouble.rstrip('.')}" if one.trouble else ""
    slow = f"; it looks less often: {one.slowed.rstrip('.')}" if one.slowed else ""
    can = house.accounts.get(one.account)
    mute = "; this account cannot search" if can is None or can.abilities.searches is None else ""
    return (f"Through {speaks_as(one.account, house)}: {last}{wrong}{slow}{mute}",)


def history(events: Sequence[Mapping[str, object]], names: Mapping[str, str], zone: ZoneInfo) -> list[Line]:
    """What was done with it, by whom and why, the newest last; how it was made is said already."""
    lines: list[Line] = []
    for event in events[1:][-HISTORY_SHOWN:]:
        who = names.get(str(event["actor"]), "Tolbooth") if event["actor"] != SYSTEM else "Tolbooth"
        why = f": {event['note']}" if event["note"] else ""
        at = event["at"]
        lines.append((when(at, zone) if isinstance(at, datetime) else "", f" · {who} {DONE[str(event['action'])]}{why}"))
    return lines


def day_line(day: Day) -> Line:
    """What a day brought."""
    more = f", and {day.left_out} more that were counted and not shown" if day.left_out else ""
    return (f"{day.day}: {day.hits} {'post' if day.hits == 1 else 'posts'}{more}",)
