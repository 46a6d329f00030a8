"""``home`` - what needs me now: my claims, what is offered to me, the oldest unseen, who is on duty."""

from bot.card import Answer, Button, Line, Strong, Weight
from bot.command import Command
from bot.desk import Desk
from bot.store.queue import Report
from bot.words.rota import on_duty_now, turn_line, turns_of
from handlers.next_one import headline
from handlers.queue import line

SHOWN = 8


async def home(command: Command, desk: Desk) -> Answer:
    """Mine first, then everybody's."""
    report = await desk.report()
    mine = await desk.report(owner=command.by.id)
    lines: list[Line] = [*headline(report), *await on_duty(report, desk, command.by.id)]
    lines.append((Strong("You have"), f" {mine.total} open" if mine.total else " nothing open"))
    lines += [line(mention, mine, shown=True) for mention in mine.open[:SHOWN]]
    lines += [(f"and {mine.total - SHOWN} more",)] if mine.total > SHOWN else []
    lines += offers(report, command.by.id)
    buttons = (
        Button("Show Next", "next", weight=Weight.PRIMARY),
        Button("Whole Queue", "queue"),
        Button("Handover", "handover"),
    )
    return Answer(tuple(lines), buttons)


async def on_duty(report: Report, desk: Desk, me: str) -> list[Line]:
    """Who has the duty now, and who is next; and my own next turn, if I have one."""
    rota = await desk.rota()
    names = await desk.names({*rota.plan.people, *(one.person for one in rota.overrides)})
    mine = turns_of(rota, me, report.now, most=1)
    now: Line = (Strong("On duty: "), on_duty_now(rota, report.now, names, desk.house.zone))
    return [now, *((Strong("Your next turn: "), turn_line(turn, desk.house.zone)) for turn in mine)]


def offers(report: Report, me: str) -> list[Line]:
    """What colleagues offer me."""
    offered = [mention for mention in report.open if mention.offered_to == me]
    return [(Strong("Offered to you: "), ", ".join(m.ref for m in offered))] if offered else []
