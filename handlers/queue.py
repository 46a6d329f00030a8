"""``queue`` - every open mention, in the order it should be looked at. Being listed is not being seen."""

from collections.abc import Mapping

from bot import words
from bot.card import Answer, Body, Line, Part, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import Mention, State
from bot.store.reading.queue import Report
from bot.store.replying import asking
from bot.words.approvals import waits_for
from handlers.next_one import headline

SHOWN = 20
USUAL = "P3"
NONE: Mapping[str, str] = {}


async def queue(command: Command, desk: Desk) -> Answer:
    """The headline first; then what is due soonest."""
    report = await desk.report()
    readable = await desk.readable(command, report.open[:SHOWN])
    return Answer(body(report, readable, await waits(desk)))


async def waits(desk: Desk) -> Mapping[str, str]:
    """By reference, what the replies that wait for approval wait for."""
    found = await desk.db.read(asking.listed)
    names = await desk.names({person for one in found for person in (one.writer, *one.asked)}) if found else {}
    return {one.ref: waits_for(names[one.writer], [names[person] for person in one.asked]) for one in found}


def body(report: Report, readable: frozenset[str], waiting: Mapping[str, str] = NONE) -> Body:
    """One line a mention. ``waiting``: by reference, what a reply that is not approved yet waits for."""
    if not report.open:
        return (*headline(report), (words.NOTHING_OPEN,))
    counts = f"{report.total} open, {report.unseen} unseen, {report.overdue} overdue"
    lines: list[Line] = [*headline(report), (counts,)]
    shown = report.open[:SHOWN]
    lines += [line(one, report, shown=one.ref in readable, waits=waiting.get(one.ref, "")) for one in shown]
    if report.total > SHOWN:
        lines.append((f"and {report.total - SHOWN} more",))
    return tuple(lines)


def line(mention: Mention, report: Report, *, shown: bool, waits: str = "") -> Line:
    """What it is, who has it, and how it stands against its target; its words only to those who may read them."""
    overdue = mention.respond_by is not None and mention.respond_by <= report.now
    late: tuple[Part, ...] = (Strong("overdue"), " · ") if overdue else ()
    unseen: tuple[Part, ...] = (Strong("unseen"), " · ") if mention.seen_at is None else ()
    urgent: tuple[Part, ...] = (Strong(mention.priority), " · ") if mention.priority < USUAL else ()
    waited = words.age(report.now - mention.received_at)
    text = words.said(mention, 60) if shown or mention.private else "(in a channel you are not in)"
    return (Strong(mention.ref), f" · {waited} · ", *urgent, *late, *unseen, f"{waits or whose(mention, report)} · {text}")


def whose(mention: Mention, report: Report) -> str:
    """Who has it."""
    owner = report.names.get(mention.owner, mention.owner) if mention.owner else "nobody"
    match mention.state:
        case State.REPLYING:
            return f"{owner} is replying"
        case State.SNOOZED:
            return "asleep" if not mention.owner else f"asleep, {owner} has it"
        case _:
            return f"{owner} has it"
