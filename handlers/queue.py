"""``queue`` - every open mention, in the order it should be looked at. Being listed is not being seen."""

from bot import words
from bot.card import Answer, Body, Line, Part, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import Mention, State
from bot.store.queue import Report
from handlers.next_one import headline

SHOWN = 20
USUAL = "P3"


async def queue(command: Command, desk: Desk) -> Answer:
    """The headline first; then what is due soonest."""
    report = await desk.report()
    return Answer(body(report, await desk.readable(command, report.open[:SHOWN])))


def body(report: Report, readable: frozenset[str]) -> Body:
    """One line a mention."""
    if not report.open:
        return (*headline(report), (words.NOTHING_OPEN,))
    counts = f"{report.total} open, {report.unseen} unseen, {report.overdue} overdue"
    lines: list[Line] = [*headline(report), (counts,)]
    lines += [line(mention, report, shown=mention.ref in readable) for mention in report.open[:SHOWN]]
    if report.total > SHOWN:
        lines.append((f"and {report.total - SHOWN} more",))
    return tuple(lines)


def line(mention: Mention, report: Report, *, shown: bool) -> Line:
    """What it is, who has it, and how it stands against its target; its words only to those who may read them."""
    overdue = mention.respond_by is not None and mention.respond_by <= report.now
    late: tuple[Part, ...] = (Strong("overdue"), " · ") if overdue else ()
    unseen: tuple[Part, ...] = (Strong("unseen"), " · ") if mention.seen_at is None else ()
    urgent: tuple[Part, ...] = (Strong(mention.priority), " · ") if mention.priority < USUAL else ()
    waited = words.age(report.now - mention.received_at)
    text = words.said(mention, 60) if shown or mention.private else "(in a channel you are not in)"
    return (Strong(mention.ref), f" · {waited} · ", *urgent, *late, *unseen, f"{whose(mention, report)} · {text}")


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
