"""What a browser does with the page, without one: asks for views, does deeds, listens to the stream."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from integrations.sandbox.page.server import Page
from integrations.sandbox.slack_world import Message
from integrations.sandbox.town import Town

Json = dict[str, Any]


class Caller:
    """Calls one page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.http = aiohttp.ClientSession(url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    @property
    def town(self) -> Town:
        """Where it is."""
        return self.page.town

    async def view(self, who: str = "U0PRIYA", channel: str = "C0MENTIONS", thread: str = "") -> Json:
        """The view once."""
        return await self.get(f"/view?as={who}&in={channel}&thread={thread}")

    async def get(self, path: str) -> Json:
        """Some JSON."""
        async with self.http.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    async def do(self, deed: str, **fields: object) -> Json:
        """A deed that must be taken; ``who`` and ``where`` stand for ``as`` and ``in``."""
        status, answer = await self.tries(deed, **fields)
        assert status == 200, answer
        assert answer["ok"] is True
        return answer

    async def tries(self, deed: str, **fields: object) -> tuple[int, Json]:
        """A deed that may be refused: the status and the answer."""
        body = {{"who": "as", "where": "in"}.get(name, name): value for name, value in fields.items()}
        async with self.http.post(f"/do/{deed}", json=body) as answer:
            return answer.status, await answer.json()

    async def says(self, text: str, who: str = "U0PRIYA", where: str = "C0MENTIONS", thread: str = "") -> Json:
        """Somebody types and presses Enter."""
        return await self.do("write", who=who, where=where, text=text, thread=thread)

    async def card(self, text: str = "The lights at Mill Road are stuck on red") -> Json:
        """A resident posts, and the card is there."""
        known = {message["id"] for message in (await self.view())["open"]["messages"]}
        await self.do("post", network="board", author="Lou Tranter", text=text)
        return await self.until_message(lambda message: message["id"] not in known and "card:" in str(message["blocks"]))

    async def until_message(self, is_meant: Any, who: str = "U0PRIYA", channel: str = "C0MENTIONS") -> Json:
        """The message, as soon as somebody can see it."""
        return await self.until(
            lambda view: next((one for one in view["open"]["messages"] if is_meant(one)), None), who=who, channel=channel
        )

    async def until(self, found: Any, who: str = "U0PRIYA", channel: str = "C0MENTIONS", thread: str = "") -> Any:
        """What is found in somebody's view, as soon as it is there."""
        async with self.stream(who, channel, thread) as events:
            async for view in events:
                if result := found(view):
                    return result
        raise AssertionError("the stream ended before it came to that")

    @asynccontextmanager
    async def stream(
        self, who: str = "U0PRIYA", channel: str = "C0MENTIONS", thread: str = ""
    ) -> AsyncIterator[AsyncIterator[Json]]:
        """The views as they come, until the stream ends."""
        limit = aiohttp.ClientTimeout(total=20)
        async with self.http.get(f"/events?as={who}&in={channel}&thread={thread}", timeout=limit) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/event-stream"
            yield views(answer)


async def views(answer: aiohttp.ClientResponse) -> AsyncIterator[Json]:
    """Each ``view`` event."""
    text = b""
    async for piece in answer.content.iter_any():
        text += piece
        while b"\n\n" in text:
            event, _, text = text.partition(b"\n\n")
            if event.startswith(b"event: view\ndata: "):
                yield json.loads(event.removeprefix(b"event: view\ndata: "))


def press_of(drawn: Json, label: str) -> Json:
    """The fields of a press of the button with that label."""
    for block in drawn["blocks"]:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            if element["text"]["text"] == label:
                return {"block_id": block["block_id"], "action_id": element["action_id"]}
    raise AssertionError(f"there is no {label!r}")


def add_messages(town: Town, count: int, *, channel: str = "C0MENTIONS", thread: str = "") -> list[Message]:
    """That many messages of the bot's."""
    world = town.slack.workspace
    place = world.channels[channel]
    made = []
    for number in range(count):
        ts = place.next_ts(world.clock.now())
        made.append(world.add(Message(world, channel, ts, world.bot_user, raw_text=f"No. {number}", thread_ts=thread)))
    return made
