"""How ``handover`` reads: one screen for whoever comes next, and after it what is open, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import words
from bot.card import Body, Line, Strong
from bot.house import House
from bot.mention import Mention, State
from bot.register import with_one_holder
from bot.store.reading.overview import PAGE, Listed, Overview
from bot.store.reading.queue import Owned
from bot.words.owed import owed_lines
from bot.words.rights import running_lines
from bot.words.rota import moment, on_duty_now, stretch, title
from handlers.next_one import headline
from handlers.queue import line

NAMED = 6
"""Mentions each list names on the first page."""
GAPS_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page is drawn from. ``nothing`` is said when nothing fits; ``narrowed`` leaves out what is everybody's."""

    seen: Overview
    house: House
    nothing: str = words.NOTHING_OPEN
    narrowed: bool = False

    @property
    def now(self) -> datetime:
        """When it was read."""
        return self.seen.report.now

    def name(self, person: str | None) -> str:
        """What somebody is called."""
        return self.seen.names.get(person or "", person or "nobody")


def first_page(sheet: Sheet) -> Body:
    """The headline, what needs somebody now, who has what, and who is there."""
    seen, report = sheet.seen, sheet.seen.report
    lines: list[Line] = [*headline(report)]
    lines.append((f"{report.total} open · {report.unseen} unseen · {report.overdue} overdue",))
    lines.append((Strong("On duty: "), on_duty_now(seen.rota, sheet.now, seen.names, sheet.house.zone)))
    if not report.total:
        lines.append((sheet.nothing,))
    lines += named("Unseen", seen.unseen, (unseen_one(mention, sheet) for mention in seen.unseen.first))
    lines += named("Overdue", seen.overdue, (overdue_one(mention, sheet) for mention in seen.overdue.first))
    lines += [owned(whose, sheet) for whose in report.owned]
    if report.not_confirmed:
        doubtful = ", ".join(report.not_confirmed)
        lines.append((Strong("Replies not confirmed: "), f"{doubtful} (look, then say on the card which it is)"))
    lines += awaiting_approval(sheet)
    lines += named("Offered", seen.offered, (offered_one(mention, sheet) for mention in seen.offered.first))
    lines += named("Waking", seen.waking, (waking_one(mention, sheet) for mention in seen.waking.first))
    lines += owed_lines(seen.owed, seen.names, sheet.now, sheet.house.zone)
    lines += running_lines(seen.rights, sheet.house.rights, seen.names, now=sheet.now, zone=sheet.house.zone)
    return (*lines, *([] if sheet.narrowed else of_everybody(sheet)))


def of_everybody(sheet: Sheet) -> list[Line]:
    """What is nobody's mention: hand-offs, gaps in the rota, accounts."""
    seen, house = sheet.seen, sheet.house
    lines: list[Line] = [
        (
            Strong("Handover not accepted: "),
            f"{sheet.name(one.from_person)} to {sheet.name(one.to_person)}, {title(one.role)}",
        )
        for one in seen.waiting
    ]
    if gaps := seen.rota.gaps(sheet.now, sheet.now + GAPS_AHEAD):
        first = f"{title(gaps[0].role)}, {stretch(gaps[0].start, gaps[0].end, house.zone)}"
        more = f" and {len(gaps) - 1} more in 14 days" if len(gaps) > 1 else ""
        lines.append((Strong("Nobody is on duty: "), f"{first}{more}"))
    lines += [(Strong(f"{name}: "), trouble) for name, trouble in seen.report.troubles]
    if alone := with_one_holder(house.register):
        lines.append((Strong("Accounts with one holder: "), ", ".join(alone)))
    return lines


def later_page(sheet: Sheet, page: int, readable: frozenset[str]) -> Body:
    """What is open, in the order to look at it; words only to those who may read them."""
    report, start = sheet.seen.report, (page - 1) * PAGE
    if not sheet.seen.page:
        return ((sheet.nothing if not report.total else "That is all that is open.",),)
    counts = f"{start + 1} to {start + len(sheet.seen.page)} of {report.total} open, in the order to look at them"
    return ((counts,), *(line(mention, report, shown=mention.ref in readable) for mention in sheet.seen.page))


def has_more(sheet: Sheet, page: int) -> bool:
    """Whether a page follows."""
    return page * PAGE < sheet.seen.report.total


# --- the lists ---------------------------------------------------------------------------------------------------


def named(label: str, found: Listed, each: Iterable[str]) -> list[Line]:
    """A list on a line, with how many it does not name; no line for an empty one."""
    shown = [text for text, _ in zip(each, range(NAMED), strict=False)]
    if not shown:
        return []
    more = f" and {found.total - len(shown)} more" if found.total > len(shown) else ""
    return [(Strong(f"{label}: "), f"{', '.join(shown)}{more}")]


def awaiting_approval(sheet: Sheet) -> list[Line]:
    """Whose replies wait for a colleague, and how long."""
    total, first = sheet.seen.awaiting
    waits = [f"{one.ref} by {sheet.name(one.writer)} ({words.age(sheet.now - one.since)})" for one in first[:NAMED]]
    more = f" and {total - len(waits)} more" if total > len(waits) else ""
    return [(Strong("Awaiting approval: "), f"{', '.join(waits)}{more}")] if waits else []


def unseen_one(mention: Mention, sheet: Sheet) -> str:
    """How long nobody has looked at it, or since when somebody should have."""
    if mention.see_by and mention.see_by <= sheet.now:
        return f"{mention.ref} (look now: {words.age(sheet.now - mention.see_by)} late)"
    return f"{mention.ref} ({words.age(sheet.now - mention.received_at)})"


def overdue_one(mention: Mention, sheet: Sheet) -> str:
    """How long past its target."""
    by = mention.respond_by or sheet.now
    return f"{mention.ref} ({words.age(sheet.now - by)} late)"


def offered_one(mention: Mention, sheet: Sheet) -> str:
    """To whom."""
    return f"{mention.ref} to {sheet.name(mention.offered_to)}"


def waking_one(mention: Mention, sheet: Sheet) -> str:
    """When."""
    return f"{mention.ref} ({moment(mention.snooze_until or sheet.now, sheet.house.zone)})"


def owned(whose: Owned, sheet: Sheet) -> Line:
    """One person's open mentions, oldest first, with how long each has waited."""
    name = sheet.name(whose.owner) if whose.owner else "Nobody has"
    waiting = ", ".join(one(mention, sheet) for mention in whose.oldest)
    more = f" and {whose.total - len(whose.oldest)} more" if whose.total > len(whose.oldest) else ""
    return (Strong(f"{name}: "), f"{waiting}{more}")


def one(mention: Mention, sheet: Sheet) -> str:
    """A mention in a few words."""
    asleep = ", asleep" if mention.state is State.SNOOZED else ""
    return f"{mention.ref} ({words.age(sheet.now - mention.received_at)}{asleep})"
