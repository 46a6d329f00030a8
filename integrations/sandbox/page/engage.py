"""The page's third panel, Viva Engage as one person has it: communities, threads, what is private to them, the next read."""

from datetime import UTC

from integrations.sandbox.engage_server import Colleague, Message, Thread
from integrations.sandbox.page import desk
from integrations.sandbox.page.asked import Asked
from integrations.sandbox.slack_members import Member
from integrations.sandbox.slack_words import Json
from integrations.sandbox.town import Town
from integrations.sandbox.town_engage import EACH

PRIVATE = "private"
"""The place where one's private messages are."""
NEWEST_THREADS, NEWEST_MESSAGES = 15, 40
LONGEST = 10_000


def panel(town: Town, member: Member, place: str) -> Json | None:
    """The panel at a place, or the first there is; None while it is closed."""
    if not place:
        return None
    who = town.engage.person(member.handle).who
    places = places_of(town, who)
    open = place if place in [one["id"] for one in places] else places[0]["id"]
    threads = threads_at(town, who, open)
    return {
        "open": open,
        "places": places,
        "next_look": next_look(town, open),
        "threads": [thread_json(town, one) for one in threads[:NEWEST_THREADS]],
        "earlier": max(0, len(threads) - NEWEST_THREADS),
    }


def places_of(town: Town, who: Colleague) -> list[Json]:
    """The communities somebody may enter, and their private messages."""
    own = [(name, one) for name, one in town.engage.communities.items() if town.engage.world.may_enter(who.id, one.id)]
    places = [{"id": name, "name": one.name, "direct": False} for name, one in own]
    return [*places, {"id": PRIVATE, "name": "Messages", "direct": True}]


def threads_at(town: Town, who: Colleague, place: str) -> list[Thread]:
    """What stands there, the thread begun last first: one that is written in stays where it is."""
    world = town.engage.world
    begun = [one for one in reversed(world.threads.values()) if not one.starter.deleted]
    if place == PRIVATE:
        return [one for one in begun if who.id in one.starter.between]
    return [one for one in begun if one.starter.group == town.engage.communities[place].id]


def next_look(town: Town, place: str) -> str:
    """When the bot reads a place again, as the page's script has it; now, if it never has."""
    read_at = town.engage.read_at("" if place == PRIVATE else place)
    at = (read_at or town.clock.now() - EACH) + EACH
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def thread_json(town: Town, thread: Thread) -> Json:
    """A thread: the message it began with, and the newest under it."""
    messages = thread.messages
    shown = messages if len(messages) <= NEWEST_MESSAGES else [messages[0], *messages[1 - NEWEST_MESSAGES :]]
    return {"id": str(thread.id), "messages": [message_json(town, one) for one in shown]}


def message_json(town: Town, one: Message) -> Json:
    """One message. Its id is text: no script holds such numbers."""
    ids = {member.handle: member.id for member in town.slack.workspace.members.values() if not member.bot}
    sender, at = one.world.people[one.sender], desk.local(one.at)
    return {
        "id": f"e{one.id}",
        "user": {"id": ids.get(sender.handle, ""), "name": sender.name, "bot": sender.handle not in ids},
        "at": f"{at:%H:%M}",
        "text": one.text,
        "likes": one.liked_by,
    }


async def look(asked: Asked) -> Json:
    """Go on to when the bot has read it."""
    await asked.town.until_read()
    return {}


async def write(asked: Asked) -> Json:
    """Say something in a thread, or begin one; the bot reads it when it looks next."""
    town, text = asked.town, asked.said("text", LONGEST)
    person = town.engage.person(asked.person().member.handle)
    place = asked.words("in")
    if place not in [one["id"] for one in places_of(town, person.who)]:
        raise LookupError("You are not in that community.")
    if asked.words("thread"):
        found = [one for one in threads_at(town, person.who, place) if str(one.id) == asked.words("thread")]
        if not found:
            raise LookupError("That thread is not there any more.")
        person.says(text, under=found[0])
    elif place == PRIVATE:
        person.writes(text)
    else:
        person.says(text, where=town.engage.communities[place])
    return {}
