"""A stand-in for X: direct messages to one person, and looking at those that were sent."""

from typing import Any

from aiohttp import web

from integrations.sandbox.x_posts import escaped, shortened, stamp
from integrations.sandbox.x_problems import NO_MESSAGE_RIGHT, NO_MESSAGES, PROBLEMS, forbidden, invalid
from integrations.sandbox.x_wall import StandInMessage, XWall

LONGEST = 10_000
WITH_MESSAGES = "read-write-directmessages"


class Messages:
    """Takes and shows direct messages, for an app that has the right to."""

    def __init__(self, wall: XWall) -> None:
        self._wall = wall

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Answer at X's addresses."""
        router.add_post("/2/dm_conversations/with/{who}/messages", self._send)
        router.add_get("/2/dm_conversations/with/{who}/dm_events", self._list)
        router.add_get("/2/dm_events/{id}", self._look)

    @property
    def _may(self) -> bool:
        return self._wall.access_level == WITH_MESSAGES

    async def _send(self, request: web.Request) -> web.Response:
        text, who = (await request.json()).get("text"), request.match_info["who"]
        if not self._may:
            return forbidden(NO_MESSAGE_RIGHT)
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
            return invalid(f"text must be between 1 and {LONGEST} characters")
        handle = next((handle for handle, user_id in self._wall.people.ids.items() if user_id == who), "")
        if not handle or handle in self._wall.takes_no_messages:
            return forbidden(NO_MESSAGES)
        now = self._wall.now()
        message = StandInMessage(self._wall.number(now), who, text, now)
        self._wall.messages.append(message)
        self._wall.looks_other(message.id)
        told = {"dm_conversation_id": self._conversation(who), "dm_event_id": message.id}
        return web.json_response({"data": told}, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        """The newest first, in pages of at most 100."""
        query, who = request.query, request.match_info["who"]
        size = int(query.get("max_results", 100))
        if not self._may:
            return forbidden(NO_MESSAGE_RIGHT)
        if not 1 <= size <= 100:
            return invalid("The `max_results` query parameter value is not between 1 and 100")
        found = sorted((one for one in self._wall.messages if one.to == who), key=lambda one: int(one.id), reverse=True)
        start = int(query.get("pagination_token", "t0")[1:])
        shown = [self._drawn(one, query.get("dm_event.fields", "")) for one in found[start : start + size]]
        following = {"next_token": f"t{start + size}"} if len(found) > start + size else {}
        body: dict[str, Any] = {"data": shown} if shown else {}
        return web.json_response(body | {"meta": {"result_count": len(shown)} | following})

    async def _look(self, request: web.Request) -> web.Response:
        message_id = request.match_info["id"]
        if not self._may:
            return forbidden(NO_MESSAGE_RIGHT)
        for one in self._wall.messages:
            if one.id == message_id:
                return web.json_response({"data": self._drawn(one, request.query.get("dm_event.fields", ""))})
        missing = {"value": message_id, "resource_id": message_id, "type": PROBLEMS + "resource-not-found"}
        return web.json_response({"errors": [missing]})

    def _drawn(self, one: StandInMessage, fields: str) -> dict[str, Any]:
        """A message as the API gives it: ``id``, what it is and its words always, the rest when asked for."""
        text, urls = shortened(one.text)
        whole: dict[str, Any] = {
            "sender_id": self._wall.me.id,
            "created_at": stamp(one.at),
            "dm_conversation_id": self._conversation(one.to),
            "entities": {"urls": urls},
        }
        asked = {name: value for name, value in whole.items() if name in fields.split(",")}
        return {"id": one.id, "event_type": "MessageCreate", "text": escaped(text)} | asked

    def _conversation(self, who: str) -> str:
        """X names a conversation of two by both ids, the lower first."""
        return "-".join(sorted((self._wall.me.id, who), key=int))
