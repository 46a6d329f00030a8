"""Slack says when somebody's account is deactivated: told to the core at once, and acknowledged once that is stored."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.command import Command, Place, Staff, Way
from bot.ports import Run
from integrations.slack.listen import done
from integrations.slack.origin import Home, comes_from, part
from integrations.slack.payloads import NAME
from integrations.slack.people import People, name_of

log = structlog.get_logger()
EVENT = "user_change"


class Departures:
    """Hears of every change to an account; only that one of our own was closed is for us."""

    def __init__(self, run: Run, people: People, home: Home) -> None:
        self._run = run
        self._people = people
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what to call. Before the listener does, whose last words take all that is left."""
        app.event(EVENT)(self.on_change)

    async def on_change(self, body: dict[str, Any]) -> BoltResponse:
        """https://docs.slack.dev/reference/events/user_change. What fails is not acknowledged, so that it comes again."""
        user = part(part(body, "event"), "user")
        if not (user.get("deleted") and self._is_ours(body, user)):
            return done()
        person = str(user["id"])
        self._people.forget(person)
        log.info("slack_account_closed", person=person)
        key = f"{NAME}:{body.get('event_id')}"
        await self._run(Command("departed", person, Staff(person, name_of(user)), Place(NAME, ""), key, Way.HAPPENED))
        return done()

    def _is_ours(self, body: Mapping[str, Any], user: Mapping[str, Any]) -> bool:
        """Whether it is from our workspace, and about somebody of it."""
        teams = {user.get("team_id"), *(part(user, "enterprise_user").get("teams") or ())}
        return comes_from(body, self._home) and bool(user.get("id")) and self._home.team in teams
