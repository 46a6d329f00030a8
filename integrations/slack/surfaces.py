"""The ways in besides commands, buttons and words: two shortcuts and Home. Only those switched on are listened for."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.errors import OutsideError
from bot.form import Form
from integrations.slack import words
from integrations.slack.calls import Calls
from integrations.slack.listen import PATIENCE, Listener, Result, done, now
from integrations.slack.manifest import HOME, RAISE_MENTION, SHOW_QUEUE
from integrations.slack.payloads import Asked, home_opened, queue_wanted, raised
from integrations.slack.people import People, name_of
from integrations.slack.respond import Responder

SOURCE_WITHIN = 1.0
"""Seconds to find out who wrote a message and where it stands; without that it is raised all the same."""

Json = Mapping[str, Any]


class Surfaces:
    """Each is asked like anything else: as whoever acts, judged by the core."""

    def __init__(self, listener: Listener, people: People, responder: Responder, calls: Calls) -> None:
        self._listener = listener
        self._people = people
        self._responder = responder
        self._calls = calls

    def register(self, app: AsyncApp, surfaces: frozenset[str]) -> None:
        """Tell Bolt what to call. Before the listener does, whose last words take all that is left."""
        if RAISE_MENTION in surfaces:
            app.shortcut(RAISE_MENTION)(self.on_raise)
        if SHOW_QUEUE in surfaces:
            app.shortcut(SHOW_QUEUE)(self.on_queue)
        if HOME in surfaces:
            app.event("app_home_opened")(self.on_home)
            self._listener.after_home = self.draw_home

    async def on_raise(self, body: dict[str, Any]) -> BoltResponse:
        """A message becomes a mention, answered privately beside it."""
        started = now()
        asked = self._listener.read(lambda: raised(body), body)
        if not asked.is_stranger:
            asked = await self._with_source(asked, body.get("message") or {})
        left = PATIENCE - (now() - started)
        result = await self._listener.within(left, asked, lambda late: self._responder.later(asked, late))
        answer = result or words.told(words.STILL_WORKING)
        return await self._listener.meanwhile(started, asked, self._responder.to_press(asked, answer))

    async def on_queue(self, body: dict[str, Any]) -> BoltResponse:
        """What waits, in a modal that only tells."""
        started = now()
        asked = self._listener.read(lambda: queue_wanted(body), body)
        result = await self._listener.within(PATIENCE, asked, ignored)
        answer = result or words.told(words.TOO_SLOW)
        return await self._listener.meanwhile(started, asked, self._responder.to_press(asked, answer))

    async def on_home(self, body: dict[str, Any]) -> BoltResponse:
        """Somebody looks at Home: it is drawn for them as things are now."""
        if (body.get("event") or {}).get("tab") == "home":
            await self.draw_home(self._listener.read(lambda: home_opened(body), body))
        return done()

    async def draw_home(self, asked: Asked) -> None:
        """Draw Home, now or when the answer comes."""
        if result := await self._listener.within(PATIENCE, asked, lambda late: self._publish(asked, late)):
            self._listener.in_hand.begin(self._publish(asked, result))

    async def _publish(self, asked: Asked, result: Result) -> None:
        if not isinstance(result, Form):
            await self._responder.publish(asked.user, result)

    async def _with_source(self, asked: Asked, message: Json) -> Asked:
        """What was raised, with its author's name and a link to it as far as Slack says so in time."""
        who = str(message.get("username") or "")
        link = ""
        try:
            async with asyncio.timeout(SOURCE_WITHIN):
                if not who and (author := message.get("user")):
                    who = name_of(await self._people.user(str(author)))
                place = {"channel": asked.at.channel, "message_ts": str(message.get("ts") or "")}
                link = str((await self._calls.read("chat.getPermalink", quick=True, **place)).get("permalink") or "")
        except (OutsideError, TimeoutError):
            pass
        return replace(asked, text=f"{asked.text}\n{link}".strip(), values={"who": who} if who else {})


async def ignored(_late: Result) -> None:
    """A list that comes too late is not shown: by then another would be newer."""
