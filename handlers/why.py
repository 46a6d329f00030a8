"""``why 142`` - a mention explains itself: its priority, its clock, who is pinged, and who decided what by which rule."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import SYSTEM, State
from bot.store.replying import hiding
from bot.story import Story
from bot.times.aim import is_lower
from bot.times.targets import Due
from bot.words.approvals import waits_for
from bot.words.hiding import decided
from bot.words.recorded import whom
from handlers.give import channel_of
from handlers.priority import MEANS
from handlers.why_decided import about_author, in_this
from handlers.why_other import about_other

DAYS_SHOWN = 3


async def why(command: Command, desk: Desk) -> Answer:
    """Everything here is read from the record and the settings."""
    if other := await about_other(command, desk):
        return other
    ref, _ = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    events = await desk.events(ref)
    asked = await desk.would_be_pinged(story.mention)
    people = {str(e["actor"]) for e in events} | {str(whom(e)) for e in events if whom(e)}
    names = await desk.names(people - {SYSTEM, "channel"} | set(asked))
    channel = await channel_of(story.mention, desk, command.at)
    lines = (urgency(story, events, names), *clock(story, events, desk), place(story, desk, channel))
    hidden = await decisions(story, events, desk)
    lines = (*lines, *approval(story, desk), *pings(story, [names[person] for person in asked]), *state(story, desk))
    before = await about_author(command, desk, ref)
    return Answer((*hidden, *lines, *in_this(events, names, desk), *before))


async def decisions(story: Story, events: Sequence[Mapping[str, object]], desk: Desk) -> list[Line]:
    """Who decided to hide what, and by which rule as it was then: a line each, however long ago."""
    found = await desk.db.read(hiding.of_mention, story.mention.number)
    names = await desk.names({person for one in found for person in (one.by, one.reviewed_by) if person})
    rules = {str(changes(e)["hiding"]): str(changes(e)["rule_text"]) for e in events if "rule_text" in changes(e)}
    return [decided(one, rules.get(one.id, ""), names, desk.house.zone) for one in found]


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


def clock(story: Story, events: Sequence[Mapping[str, object]], desk: Desk) -> tuple[Line, ...]:
    """Why it is due when it is; nothing is due of what is over."""
    mention, house = story.mention, desk.house
    if not mention.is_open or mention.state is State.SNOOZED or mention.respond_by is None:
        return ()
    since = counted_from(events, "respond_by") or mention.received_at
    answer = explained(house.to_answer(mention, since), mention.respond_by, since, desk)
    due: Line = ("An answer is due by ", words.when(mention.respond_by, house.zone), f": {answer}.")
    if mention.seen_at or mention.see_by is None or mention.see_by >= mention.respond_by:
        return (due,)
    since = counted_from(events, "see_by") or mention.received_at
    look = explained(house.to_see(mention, since), mention.see_by, since, desk)
    return (("Somebody must look by ", words.when(mention.see_by, house.zone), f": {look}."), due)


def counted_from(events: Sequence[Mapping[str, object]], what: str) -> datetime | None:
    """When the clock of a target began: when it was last set, save that a lower priority counts from the beginning."""
    for event in reversed(events):
        set_ = changes(event)
        if what in set_:
            is_lowered = "priority_was" in set_ and is_lower(str(set_["priority"]), str(set_["priority_was"]))
            return event["at"] if isinstance(event["at"], datetime) and not is_lowered else None
    return None


def explained(due: Due, at: datetime, since: datetime, desk: Desk) -> str:
    """The target a time comes from; one that the settings, or an earlier priority, gave it before is only said to be so."""
    if due.at != at:
        return "the time it had before"
    hours, length = desk.house.hours, due.length
    if not length.goes_by_office_hours:
        return f"{length.words} ({due.because})"
    days = [f"{day.day} {day:%b}" for day, _ in hours.missed(since, at)]
    closed = f"closed {', '.join(days[:DAYS_SHOWN])}{' …' if len(days) > DAYS_SHOWN else ''}" if days else ""
    spoken = length.words if hours.week.days or length.days is not None else length.words.replace("working ", "")
    return ", ".join(filter(None, (f"{spoken} ({due.because})", hours.week.words.title(), closed)))


def place(story: Story, desk: Desk, channel: str) -> Line:
    """Why it is where it is."""
    mention = story.mention
    if desk.house.is_held(mention):
        return ("It has no channel: it is private, and only team leads can read it.",)
    if not channel:
        return (f"It has no channel: {mention.account} is not in the settings any more.",)
    privately = ", privately" if mention.private else ""
    return (f"It is in {channel} because it came to {desk.house.account_of(mention).label}{privately}.",)


def approval(story: Story, desk: Desk) -> tuple[Line, ...]:
    """Whose reply to it waits for whom, since when, and what happens if nobody looks."""
    reply = story.waiting_reply
    if reply is None:
        return ()
    says = waits_for(story.name(reply.by), [story.name(one) for one in story.asked])
    since: Line = (f"{says} since ", words.when(reply.submitted_at or reply.updated_at, desk.house.zone))
    if reply.approval_due_at is None:
        return ((*since, "."),)
    return ((*since, "; the next in turn are asked ", words.when(reply.approval_due_at, desk.house.zone), "."),)


def pings(story: Story, people: Sequence[str]) -> tuple[Line, ...]:
    """Who is pinged if nobody acts; nobody about what is over."""
    if not story.mention.is_open:
        return ()
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
