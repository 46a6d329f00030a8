"""How the rights of one mention read: each with its dates and why, its buttons, and what its words may claim besides."""

from collections.abc import Sequence
from datetime import timedelta

from bot.card import Button, Line, Weight
from bot.desk import Desk
from bot.rights.clock import More, due
from bot.rights.guess import guess
from bot.rights.kinds import RightRules
from bot.rights.right import Right
from bot.story import Story
from bot.words import rights as words
from bot.words import rights_refused

NOTICEABLE = timedelta(minutes=1)
"""How much later than it was posted it reaches us, to be worth a word."""


def shown(right: Right, story: Story, desk: Desk) -> list[Line]:
    """One, with why it is due then."""
    kind, zone = desk.house.rights.kind(right.kind), desk.house.zone
    lines = words.page(right, kind, story.name(right.owner), now=desk.now(), zone=zone)
    if story.mention.received_at - right.received_at >= NOTICEABLE:
        lines.append(words.reached(story.mention.received_at, zone))
    return lines if right.ended_at else [*lines, *reasons(right, desk)]


def reasons(right: Right, desk: Desk) -> list[Line]:
    """By when it is acknowledged, which days the calendars dispute, and what holds of all of its kind."""
    rules = desk.house.rights
    kind = rules.kind(right.kind)
    if right.kind not in rules.known:
        return [(rights_refused.unknown(kind),)]
    more = More(right.paused_days, right.extended_at is not None, right.due_at)
    counted = due(kind, right.received_at, desk.house.zone, rules.nation, more=more)
    first = [(words.acknowledge(counted.acknowledge_on),)] if counted.acknowledge_on else []
    return [*first, *words.counted(counted.because), *words.of_the_kind(kind)]


def suggested(story: Story, desk: Desk) -> list[Line]:
    """What its words may claim, while nobody has said whether they do."""
    mention = story.mention
    kind = None if story.rights else guess(mention.text, frozenset(mention.flags), desk.house.rights)
    return [words.might_be(mention.ref, kind.label, kind.name)] if kind else []


def buttons(running: Sequence[Right], rules: RightRules) -> tuple[Button, ...]:
    """What can be done about the first that is due."""
    if not running:
        return ()
    first = running[0]
    kind = rules.kind(first.kind)
    ended = Button("End It", "rights", first.ref, f"end {kind.label}", weight=Weight.PRIMARY)
    give = Button("Give It", "rights", first.ref, f"give {kind.label}")
    still = Button("Go On", "rights", first.ref, f"resume {kind.label}") if first.paused_at else None
    pause = Button("Let It Stand Still", "rights", first.ref, f"pause {kind.label}") if kind.pauses else None
    longer = Button("Take Longer", "rights", first.ref, f"extend {kind.label}")
    can_extend = kind.extension and not first.extended_at
    return (ended, give, *filter(None, (still or pause, longer if can_extend else None)))
