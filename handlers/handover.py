"""``handover`` - what the next person must know, on one screen: unseen, overdue, who has what, what is not confirmed."""

import re

from bot import words
from bot.card import Answer, Body, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import Mention, State
from bot.store.queue import Owned, Report
from handlers.next_one import headline

PERSON = re.compile(r"@([\w-]+)")
CHANNEL = re.compile(r"#([\w-]+)(?:\|([\w-]+))?")


async def handover(command: Command, desk: Desk) -> Answer:
    """All of it, or one person's, or one channel's."""
    person, channels = PERSON.search(command.text), CHANNEL.search(command.text)
    owner = person.group(1) if person else ""
    nothing = f"{(await desk.names({owner}))[owner]} has nothing open." if owner else words.NOTHING_OPEN
    if not channels:
        return Answer(body(await desk.report(owner=owner), desk, nothing))
    channel = named(desk, [part for part in channels.groups() if part])
    if not channel:
        return Answer(((f"No account shows its mentions in #{channels.group(2) or channels.group(1)}.",),))
    return Answer(body(await desk.report(channel=channel), desk, f"Nothing is open in #{channel.lstrip('#')}."))


def named(desk: Desk, names: list[str]) -> str:
    """The channel meant, by its id or its name as the settings have it; empty when they have no such channel."""
    known = {a.channel for a in desk.house.accounts.values()} | {a.private_channel for a in desk.house.accounts.values()}
    return next((name for name in sorted(known) if name.lstrip("#") in names), "")


def body(report: Report, desk: Desk, nothing: str) -> Body:
    """The headline, the counts, each owner's mentions, and what needs a person."""
    lines: list[Line] = [*headline(report)]
    lines.append((f"{report.total} open · {report.unseen} unseen · {report.overdue} overdue",))
    lines.append(on_duty(report, desk))
    if report.not_confirmed:
        doubtful = ", ".join(report.not_confirmed)
        lines.append((Strong("Replies not confirmed: "), f"{doubtful} (look, then press on the card which it is)"))
    lines += [(Strong(f"{name}: "), trouble) for name, trouble in report.troubles]
    if not report.open:
        lines.append((nothing,))
    lines += [owned(whose, report) for whose in report.owned]
    return tuple(lines)


def on_duty(report: Report, desk: Desk) -> Line:
    """Who is pinged, in order."""
    names = [report.names.get(officer, officer) for officer in desk.house.officers]
    return (Strong("On duty: "), ", then ".join(names) if names else "nobody; pings go to the channel")


def owned(whose: Owned, report: Report) -> Line:
    """One person's open mentions, oldest first, with how long each has waited."""
    name = report.names.get(whose.owner, whose.owner) if whose.owner else "Nobody has"
    waiting = ", ".join(one(mention, report) for mention in whose.oldest)
    more = f" and {whose.total - len(whose.oldest)} more" if whose.total > len(whose.oldest) else ""
    return (Strong(f"{name}: "), f"{waiting}{more}")


def one(mention: Mention, report: Report) -> str:
    """A mention in a few words."""
    late = " overdue" if mention.respond_by and mention.respond_by <= report.now else ""
    unseen = " unseen" if mention.seen_at is None else ""
    asleep = " asleep" if mention.state is State.SNOOZED else ""
    return f"{mention.ref} ({words.age(report.now - mention.received_at)}{unseen}{late}{asleep})"
