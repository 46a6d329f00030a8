"""``why 142`` - a mention explains itself: its priority, its clock, who was pinged, and by which rule."""

from collections.abc import Mapping, Sequence

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import SYSTEM
from bot.story import Story


async def why(command: Command, desk: Desk) -> Answer:
    """Everything here is read from the record and the settings."""
    ref, _ = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    events = await desk.events(ref)
    names = await desk.names({str(e["actor"]) for e in events} - {SYSTEM})
    return Answer((urgency(story, events, names), clock(story, desk), place(story, desk), pings(story, desk), *state(story)))


def urgency(story: Story, events: Sequence[Mapping[str, object]], names: Mapping[str, str]) -> Line:
    """Who or what set the priority."""
    mention = story.mention
    setting = [e for e in events if "priority" in changes(e) and (e["action"] == "priority" or changes(e).get("rule"))]
    if not setting:
        return (Strong(f"{mention.ref} is {mention.priority}"), ": nobody and no word list said otherwise.")
    last = setting[-1]
    says = Strong(f"{mention.ref} is {mention.priority}")
    if last["actor"] == SYSTEM:
        return (says, f": the word list raised it (rule “{changes(last).get('rule')}”).")
    reason = f": {last['note']}" if last["note"] else ""
    return (says, f": set by {names.get(str(last['actor']), last['actor'])}{reason}")


def changes(event: Mapping[str, object]) -> Mapping[str, object]:
    """What an event changed."""
    found = event["changes"]
    return found if isinstance(found, Mapping) else {}


def clock(story: Story, desk: Desk) -> Line:
    """Why it is due when it is."""
    mention = story.mention
    account = desk.house.account_of(mention)
    hours = "office hours" if desk.house.hours.days else "every hour counts"
    minutes = int(account.respond_within.total_seconds() // 60)
    due: Line = (words.when(mention.respond_by, desk.house.zone),) if mention.respond_by else ("no time",)
    return ("An answer is due by ", *due, f": {minutes} minutes ({hours}), the target of {account.label}.")


def place(story: Story, desk: Desk) -> Line:
    """Why it is where it is."""
    mention = story.mention
    channel = desk.house.channel_of(mention)
    if not channel:
        return ("It has no channel: it is private, and only team leads can read it.",)
    privately = ", privately" if mention.private else ""
    return (f"It is in {channel} because it came to {desk.house.account_of(mention).label}{privately}.",)


def pings(story: Story, desk: Desk) -> Line:
    """Who is pinged if nobody acts."""
    people = [story.names.get(person, person) for person in desk.house.pinged_for(story.mention)]
    return ("If it waits too long, pinged in turn: ", ", ".join(people) if people else "the channel")


def state(story: Story) -> tuple[Line, ...]:
    """What else holds it."""
    mention = story.mention
    lines: list[Line] = []
    if mention.offered_to:
        colleague = story.names.get(mention.offered_to, mention.offered_to)
        lines.append((f"It is offered to {colleague}, who has not answered yet.",))
    if mention.flags:
        lines.append((f"Flags: {', '.join(mention.flags)}.",))
    return tuple(lines)
