"""The town's Viva Engage: the same staff as in its Slack, and a community for each of the channels there."""

from datetime import datetime, timedelta

from bot.clock import SystemClock
from bot.ports import Clock
from integrations.sandbox.engage_server import Community, StandInEngage
from integrations.sandbox.town_people import CHANNELS, PEOPLE

EACH = timedelta(minutes=1)
"""How often the bot may read each feed. https://learn.microsoft.com/rest/api/yammer/rest-api-rate-limits"""
PRIVATE = ("private", "received")
"""The feeds one's private messages are read in."""


class TownEngage(StandInEngage):
    """The stand-in, peopled. ``communities`` are by the channel they stand for; ``key`` lets the bot in."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, domain="harrowmere.example")
        for person in PEOPLE:
            self.add_person(person.handle, person.name, email=person.email)
        self.communities: dict[str, Community] = {
            channel: self.add_community(
                channel.replace("-", " ").capitalize(), members=members, private=channel.endswith("private")
            )
            for channel, members in CHANNELS.items()
        }
        self.key = self.token()
        self.world.first += int(SystemClock().now().timestamp() * 1000)  # a kept town has numbered others before

    def read_at(self, channel: str = "") -> datetime | None:
        """When the bot last read a channel's community, or without one the private messages; None: it has not yet."""
        feeds = (f"in_group/{self.communities[channel].id}",) if channel else PRIVATE
        calls = reversed(self.limits.calls)
        return next((one.at for one in calls if one.feed in feeds and not (one.is_paging or one.refused)), None)

    def is_read(self, since: datetime) -> bool:
        """Whether the bot has read all of it since then."""
        return all((at := self.read_at(channel)) and at >= since for channel in (*self.communities, ""))
