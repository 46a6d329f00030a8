"""Forms while somebody writes in them: every batch of letters is kept, so that closing one loses nothing."""

import re
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.errors import Busy, OutsideError
from bot.ports import Run
from integrations.slack.draw_form import VALUE
from integrations.slack.in_hand import InHand
from integrations.slack.keeping import Keeping
from integrations.slack.listen import done
from integrations.slack.origin import Home, comes_from
from integrations.slack.payloads import ODD_SHAPE, Asked, Unreadable
from integrations.slack.people import People
from integrations.slack.typed_in import Typed, closed, typed_in

log = structlog.get_logger()


class OpenForms:
    """Acknowledges at once and never touches the screen; what the core answers to being told is nobody's to see."""

    def __init__(self, run: Run, people: People, home: Home, in_hand: InHand) -> None:
        self._run = run
        self._people = people
        self._home = home
        self.keeping = Keeping(self.keep, in_hand)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what to call, before the listener takes what is left."""
        app.action(VALUE)(self.on_typed)
        app.view_closed(re.compile("^form:"))(self.on_closed)

    async def on_typed(self, body: dict[str, Any]) -> BoltResponse:
        """Letters were typed or taken away."""
        self._heard(body, typed_in, self.keeping.typed)
        return done()

    async def on_closed(self, body: dict[str, Any]) -> BoltResponse:
        """A form was closed without being sent in."""
        self._heard(body, closed, self.keeping.closed)
        return done()

    def _heard(self, body: dict[str, Any], read: Callable[[dict[str, Any]], Typed], keep: Callable[[Typed], None]) -> None:
        """Pass it on if it is ours and can be read."""
        try:
            typed = read(body)
        except (Unreadable, *ODD_SHAPE) as error:
            log.warning("slack_typing_of_odd_shape", reason=type(error).__name__)
            return
        if not comes_from(body, self._home):
            log.warning("slack_payload_from_elsewhere", way=typed.asked.way)
            return
        keep(typed)

    async def keep(self, asked: Asked) -> bool:
        """Keep it as whoever typed it; False when another try may help."""
        try:
            await self._run(asked.by(await self._people.person(asked.user)))
        except (Busy, OutsideError):
            return False
        except Exception as error:
            log.warning("slack_typing_refused", reason=type(error).__name__)
        return True
