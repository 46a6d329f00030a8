"""The whole page for one person as JSON: their chats, the public beside them, the clock, what is played and the visit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from integrations.sandbox.page import desk, engage
from integrations.sandbox.page.unread import Unread
from integrations.sandbox.page.visit import Visit
from integrations.sandbox.phones import Phones
from integrations.sandbox.places import Place, Post, Thread
from integrations.sandbox.player import SPEEDS
from integrations.sandbox.scenarios import SCENARIOS
from integrations.sandbox.slack_members import Member
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Channel
from integrations.sandbox.town import ALT, Town
from integrations.sandbox.town_people import PEOPLE

ORGANISATION = "Harrowmere Council"
NEWEST_THREADS = 25
NEWEST_POSTS = 60
MOST_AUTHORS = 12
PICTURES: Mapping[str, str] = {ALT: "/client/pictures/crossing.svg"}
"""By what they show."""
ROLES: Mapping[str, str] = {person.handle: person.role for person in PEOPLE}


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, and at what: ids, a thread's ``ts``, and the message before which older ones are wanted.

    ``engage`` is the place in Viva Engage that is open; empty while that is closed.
    """

    user: str = ""
    channel: str = ""
    thread: str = ""
    before: str = ""
    engage: str = ""


class Pages:
    """Draws the page for anybody. To look at a conversation is to have read it; ``changed`` hears of that."""

    def __init__(self, town: Town, visit: Visit, changed: Callable[[], None]) -> None:
        self._town = town
        self._visit = visit
        self._world = town.slack.workspace
        self._unread = Unread(self._world, changed)
        self._typed = commands(town)
        self._shortcuts = shortcuts(town)
        self._authors = authors()
        self._scenarios = scenarios()

    def draw(self, look: Look, revision: int) -> Json:
        """The view. Whoever or whatever is not there gives way to the first there is."""
        member = self.found_member(look.user)
        channel = self.found_channel(member, look.channel)
        self._unread.opened(member.id, channel.id)
        now = self._town.clock.now()
        local = desk.local(now)
        return {
            "revision": revision,
            "now": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
            "clock": f"{desk.day(local)}, {local:%H:%M}",
            "organisation": ORGANISATION,
            **self.staff_side(member, channel, look.thread),
            "engage": engage.panel(self._town, member, look.engage),
            **self.public_side(),
            "play": self.play(),
            "visit": self._visit.json(),
        }

    def older(self, look: Look) -> Json:
        """Messages older than ``look.before``. Raises LookupError when that is gone."""
        member = self.found_member(look.user)
        channel = self.found_channel(member, look.channel)
        before = desk.found_message(self._world, look.before)
        return desk.messages_before(self._world, member.id, channel, before.order)

    def staff_side(self, member: Member, channel: Channel, thread: str) -> Json:
        """The left half."""
        world = self._world
        return {
            "me": about(member),
            "people": [about(one) | {"unread": self.unread_of(one)} for one in self.members()],
            "names": desk.names(world, member.id),
            "conversations": desk.conversations(world, member.id, self._unread),
            "open": desk.open_conversation(world, member.id, channel),
            "thread": desk.open_thread(world, member.id, channel, thread),
            "home": desk.home(world, member.id),
            "modal": desk.modal(world, member.id),
            "commands": self._typed,
            "shortcuts": self._shortcuts,
        }

    def public_side(self) -> Json:
        """The right half. Phones are shown from the first message on, and nobody posts there."""
        networks = [network(place) for place in self._town.places.values()]
        phones = self._town.phones
        networks += [network(phones) | {"still": True}] if phones.arrived else []
        return {"networks": networks, "authors": self._authors, "scenarios": self._scenarios}

    def play(self) -> Json:
        """What is played, and how it goes."""
        player = self._town.player
        return {
            "scenario": player.scenario,
            "name": player.name,
            "state": player.state,
            "speed": player.speed,
            "speeds": list(SPEEDS),
            "done": player.done,
            "of": player.of,
            "trouble": player.trouble,
        }

    def members(self) -> list[Member]:
        """Those one can be."""
        return [one for one in self._world.members.values() if not one.bot and not one.deleted]

    def unread_of(self, member: Member) -> int:
        """What somebody has not read, everywhere."""
        return sum(self._unread.count(member.id, one.id) for one in desk.own_channels(self._world, member.id))

    def found_member(self, id: str) -> Member:
        """The person, or the first."""
        everybody = self.members()
        return next((one for one in everybody if one.id == id), everybody[0])

    def found_channel(self, member: Member, id: str) -> Channel:
        """The conversation, or their first."""
        own = desk.own_channels(self._world, member.id)
        return next((one for one in own if one.id == id), own[0])


def about(member: Member) -> Json:
    """Somebody of the organisation."""
    return {"id": member.id, "name": member.name, "handle": member.handle, "role": ROLES.get(member.handle, "")}


def network(place: Place | Phones) -> Json:
    """A place, with the threads written in last."""
    threads = place.threads()
    about = {"id": place.id, "name": place.name, "handle": place.handle, "about": place.about}
    shown = [thread_json(thread) for thread in threads[:NEWEST_THREADS]]
    return about | {"threads": shown, "earlier": max(0, len(threads) - NEWEST_THREADS)}


def thread_json(thread: Thread) -> Json:
    """A thread: the post it began with, and the newest under it."""
    posts = thread.posts if len(thread.posts) <= NEWEST_POSTS else (thread.posts[0], *thread.posts[1 - NEWEST_POSTS :])
    return {"id": thread.id, "posts": [post_json(post) for post in posts]}


def post_json(post: Post) -> Json:
    """One post."""
    at = desk.local(post.at)
    return {
        "id": post.id,
        "author": {"name": post.author_name, "handle": post.author_handle},
        "text": post.text,
        "at": f"{at:%H:%M}",
        "day": desk.day(at),
        "ours": post.ours,
        "picture": None if post.alt is None else {"alt": post.alt, "src": PICTURES.get(post.alt, "")},
        "pictures": [{"alt": alt, "src": PICTURES.get(alt, "")} for alt in post.alts],
        "edited": post.edited,
        "gone": post.gone,
        "private": post.private,
        "hidden": post.hidden,
        "liked": post.liked,
    }


def commands(town: Town) -> list[Json]:
    """What can be typed: the verbs, then any command of the manifest that is none of them."""
    rows = [{"typed": typed, "usage": usage, "summary": summary} for typed, usage, summary in town.bot.typed()]
    known = {row["typed"] for row in rows}
    return rows + [
        {"typed": one["command"], "usage": one.get("usage_hint", ""), "summary": one["description"]}
        for one in slash_commands(town)
        if one["command"] not in known
    ]


def slash_commands(town: Town) -> list[Mapping[str, Any]]:
    """The manifest's commands; the first takes verbs."""
    return list(town.bot.manifest()["features"]["slash_commands"])


def shortcuts(town: Town) -> dict[str, list[Json]]:
    """The manifest's shortcuts, by where they are offered."""
    offered = town.bot.manifest()["features"].get("shortcuts", ())
    return {
        kind: [{key: one[key] for key in ("callback_id", "name", "description")} for one in offered if one["type"] == kind]
        for kind in ("message", "global")
    }


def authors() -> list[str]:
    """Names to post as: those of the scenarios, telephone numbers left out."""
    named = (post.author_name for scenario in SCENARIOS for post in scenario.posts if post.author_name[:1].isalpha())
    return list(dict.fromkeys(["Lou Tranter", *named]))[:MOST_AUTHORS]


def scenarios() -> list[Json]:
    """What can be played."""
    return [{"id": one.id, "name": one.name, "about": one.about, "posts": len(one.posts)} for one in SCENARIOS]
