"""``why 142`` - a mention explains itself: its priority, its clock, who was pinged, and by which rule."""

from collections.abc import Mapping, Sequence

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import SYSTEM, State
from bot.story import Story
from handlers.give import channel_of
from handlers.priority import MEANS


async def why(command: Command, desk: Desk) -> Answer:
    """Everything here is read from the record and the settings."""
    ref, _ = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    events = await desk.events(ref)
    people = {str(e["actor"]) for e in events} | set(desk.house.pinged_for(story.mention))
    names = await desk.names(people - {SYSTEM})
    channel = await channel_of(story.mention, desk)
    lines = (urgency(story, events, names), *clock(story, desk), place(story, desk, channel), *pings(story, desk, names))
    return Answer((*lines, *state(story, desk)))


def urgency(story: Story, events: Sequence[Mapping[str, object]], names: Mapping[str, str]) -> Line:
    """Who or what set the priority."""
    mention = story.mention
    says = Strong(f"{mention.ref} is {mention.priority} ({MEANS[mention.priority]})")
    setting = [e for e in events if "priority" in changes(e) and (e["action"] == "priority" or changes(e).get("rule"))]
    if not setting:
        return (says, ": nobody has set it, and the word list found nothing to raise it.")
    last = setting[-1]
    if last["actor"] == SYSTEM:
        return (says, f": the word list raised it (rule “{changes(last).get('rule')}”).")
    reason = f": {last['note']}" if last["note"] else ""
    return (says, f": set by {names.get(str(last['actor']), last['actor'])}{reason}")


def changes(event: Mapping[str, object]) -> Mapping[str, object]:
    """What an event changed."""
    found = event["changes"]
    return found if isinstance(found, Mapping) else {}


def clock(story: Story, desk: Desk) -> tuple[Line, ...]:
    """Why it is due when it is; nothing is due of what is over."""
    mention = story.mention
    if not mention.is_open or mention.state is State.SNOOZED:
        return ()
    account = desk.house.account_of(mention)
    hours = "of office hours" if desk.house.hours.days else "at any hour"
    minutes = int(account.respond_within.total_seconds() // 60)
    due: Line = (words.when(mention.respond_by, desk.house.zone),) if mention.respond_by else ("no time",)
    return (("An answer is due by ", *due, f": {minutes} minutes {hours}, the target of {account.label}."),)


def place(story: Story, desk: Desk, channel: str) -> Line:
    """Why it is where it is."""
    mention = story.mention
    if desk.house.is_held(mention):
        return ("It has no channel: it is private, and only team leads can read it.",)
    if not channel:
        return (f"It has no channel: {mention.account} is not in the settings any more.",)
    privately = ", privately" if mention.private else ""
    return (f"It is in {channel} because it came to {desk.house.account_of(mention).label}{privately}.",)


def pings(story: Story, desk: Desk, names: Mapping[str, str]) -> tuple[Line, ...]:
    """Who is pinged if nobody acts; nobody about what is over."""
    if not story.mention.is_open:
        return ()
    people = [names.get(person, person) for person in desk.house.pinged_for(story.mention)]
    return (("If it waits too long, pinged in turn: ", ", then ".join(people) if people else "the channel", "."),)


def state(story: Story, desk: Desk) -> tuple[Line, ...]:
    """What else holds it, or that nothing does."""
    mention = story.mention
    lines: list[Line] = []
    if not mention.is_open:
        over = "has been answered" if mention.state is State.REPLIED else f"is closed ({mention.close_reason})"
        lines.append((f"It {over}, so nobody is pinged.",))
    if mention.snooze_until:
        lines.append(("It sleeps until ", words.when(mention.snooze_until, desk.house.zone), "; then a new clock starts."))
    if mention.offered_to:
        colleague = story.names.get(mention.offered_to, mention.offered_to)
        lines.append((f"It is offered to {colleague}, who has not answered yet.",))
    if mention.flags:
        lines.append((f"Flags: {', '.join(mention.flags)}.",))
    return tuple(lines)
