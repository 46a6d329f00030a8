"""The phones and mailboxes of the town's staff, seen as a place: what came, to whom and when. Nobody writes here."""

from collections.abc import Callable

from bot.ports import Clock
from integrations.sandbox.phone_server import Arrived, StandInPhone
from integrations.sandbox.places import Post, Thread
from integrations.sandbox.town_people import OWNERS


class Phones(StandInPhone):
    """The stand-in for what carries them, as a place. ``changed`` is called when something comes."""

    id = "phones"
    name = "Phones and e-mail"
    handle = "What staff get outside Slack"
    about = "When nobody answers a ping in Slack, a text message follows, then an e-mail. To look at only."

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        super().__init__(clock)
        self._changed = changed

    def threads(self) -> list[Thread]:
        """Each message as a thread of its own, the newest first."""
        return [Thread(one.id, (self._drawn(one),)) for one in reversed(self.arrived)]

    def _take(self, to: str, text: str, by: str, **more: str) -> Arrived:
        made = super()._take(to, text, by, **more)
        self._changed()
        return made

    def _drawn(self, one: Arrived) -> Post:
        way = "E-mail" if one.subject else "Text message"
        return Post(one.id, OWNERS.get(one.to, one.to), f"{way} to {one.to}", one.text, one.at)
