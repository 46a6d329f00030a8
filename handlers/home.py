"""``home`` - what needs me now: my claims, what is offered to me, the oldest unseen, who is on duty."""

from bot.card import Answer, Button, Line, Strong, Weight
from bot.command import Command, Role, Staff
from bot.desk import Desk
from bot.replying.approval import WHO_APPROVE
from bot.rights.right import Running
from bot.store.duty import rights_rows
from bot.store.reading.queue import Report
from bot.store.replying import asking
from bot.words.rights import running_lines
from bot.words.rota import on_duty_now, turn_line, turns_of
from handlers.next_one import headline
from handlers.queue import line, waits

SHOWN = 8
LOOKS = 5
"""Buttons for replies that wait to be approved."""


async def home(command: Command, desk: Desk) -> Answer:
    """Mine first, then everybody's."""
    report = await desk.report()
    mine = await desk.report(owner=command.by.id)
    lines: list[Line] = [*headline(report), *await on_duty(report, desk, command.by.id)]
    lines.append((Strong("You have"), f" {mine.total} open" if mine.total else " nothing open"))
    waiting = await waits(desk)
    lines += [line(mention, mine, shown=True, waits=waiting.get(mention.ref, "")) for mention in mine.open[:SHOWN]]
    lines += [(f"and {mine.total - SHOWN} more",)] if mine.total > SHOWN else []
    lines += offers(report, command.by.id)
    lines += await clocks(command.by.id, desk)
    to_approve = await waiting_for(command.by, desk)
    if to_approve:
        lines.append((Strong("Waits for your approval: "), ", ".join(to_approve)))
    looks = [Button(f"Look at {ref}", "approve", ref) for ref in to_approve[:LOOKS]]
    buttons = (
        Button("Show Next", "next", weight=Weight.PRIMARY),
        Button("Whole Queue", "queue"),
        Button("Handover", "handover"),
        *looks,
    )
    return Answer(tuple(lines), buttons)


async def waiting_for(staff: Staff, desk: Desk) -> list[str]:
    """The mentions whose reply this person was asked to approve, or may: whoever waits longest first."""
    approves = staff.has(*WHO_APPROVE) and not staff.has(Role.TRAINEE)
    found = await desk.db.read(asking.listed)
    return [one.ref for one in found if one.writer != staff.id and (approves or staff.id in one.asked)]


async def clocks(me: str, desk: Desk) -> list[Line]:
    """The rights I have whose clocks run."""
    mine = await desk.db.read(rights_rows.owned_by, me)
    running = Running(tuple(mine[:SHOWN]), len(mine))
    return running_lines(running, desk.house.rights, {me: "yours"}, now=desk.now(), zone=desk.house.zone)


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
