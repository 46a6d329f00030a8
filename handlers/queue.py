"""``queue`` - every open mention, in the order it should be looked at. Being listed is not being seen."""

from bot import words
from bot.card import Answer, Body, Line, Part, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import Mention, State
from bot.store.queue import Report
from handlers.next_one import headline

SHOWN = 20


async def queue(_command: Command, desk: Desk) -> Answer:
    """The headline first; then what is due soonest."""
    return Answer(body(await desk.report()))


def body(report: Report) -> Body:
    """One line a mention."""
    if not report.open:
        return (headline(report), (words.NOTHING_OPEN,))
    counts = f"{report.total} open, {report.unseen} unseen, {report.overdue} overdue"
    lines: list[Line] = [headline(report), (counts,)]
    lines += [line(mention, report) for mention in report.open[:SHOWN]]
    if report.total > SHOWN:
        lines.append((f"and {report.total - SHOWN} more",))
    return tuple(lines)


def line(mention: Mention, report: Report) -> Line:
    """What it is, who has it, and how it stands against its target."""
    overdue = mention.respond_by is not None and mention.respond_by <= report.now
    late: tuple[Part, ...] = (Strong("overdue"), " · ") if overdue else ()
    unseen: tuple[Part, ...] = (Strong("unseen"), " · ") if mention.seen_at is None else ()
    owner = report.names.get(mention.owner, mention.owner) if mention.owner else "nobody"
    has = f"{owner} is replying" if mention.state is State.REPLYING else f"{owner} has it"
    waited = words.age(report.now - mention.received_at)
    return (Strong(mention.ref), f" · {waited} · ", *late, *unseen, f"{has} · {words.said(mention, 60)}")
