"""A small town for tests: a council with a Slack, a web chat and an X account, and the shipped bot between them."""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.clock import MovableClock
from bot.wiring import Bot, load_settings
from integrations.sandbox.answering import sends
from integrations.sandbox.slack_server import Message, Outcome, StandInSlack
from integrations.sandbox.x_server import StandInX
from integrations.webchat.signature import sign

PATIENCE = 20.0


@dataclass
class WebchatReceiver:
    """Takes the replies of a web chat; ``answers`` are given first, then 200."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    answers: list[web.Response | str] = field(default_factory=list)
    url: str = ""

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_post("/replies", self.take)
        app.router.add_route("HEAD", "/replies", self.head)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/replies"

    async def head(self, _request: web.Request) -> web.Response:
        """It is there."""
        return web.Response()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Keep what came, then answer as told; ``lost`` takes it and drops the line."""
        body = await request.json()
        answer = self.answers.pop(0) if self.answers else web.json_response({"id": f"r{len(self.posts) + 1}"})
        if not isinstance(answer, web.Response) or answer.status < 300:
            self.ids.append(request.headers["webhook-id"])
            if self.ids.count(self.ids[-1]) == 1:
                self.posts.append(body["data"])
        if isinstance(answer, web.Response):
            return answer
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def stop(self) -> None:
        """Stop listening."""
        await self.runner.cleanup()


class Town:
    """Everything a journey needs. ``slack`` and ``x`` are driven as people would; ``bot`` is what ships."""

    def __init__(
        self, folder: Path, clock: MovableClock, *, database_url: str, mode: str = "socket", x_replies: str = "by_hand"
    ) -> None:
        self.folder, self.clock, self.mode = folder, clock, mode
        self.database_url, self.x_replies = database_url, x_replies
        self.slack = StandInSlack(clock)
        self.x = StandInX(clock)
        self.webchat = WebchatReceiver()
        self.secret = secrets.token_bytes(24)
        self.bot: Bot | None = None
        self.http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """People, channels, accounts and the bot; all of it stopped again when something fails."""
        try:
            await self.open()
        except BaseException:
            await self.stop()
            raise

    async def open(self) -> None:
        """See ``start``."""
        await self.slack.start()
        await self.x.start()
        await self.webchat.start()
        self.http = aiohttp.ClientSession()
        for handle, name in (("priya", "Priya Shah"), ("farah", "Farah Ali"), ("dev", "Dev Rao"), ("morag", "Morag Muir")):
            self.slack.add_person(handle, name)
        self.slack.add_person("tam", "Tam Doig")
        self.slack.add_channel("mentions", members=["priya", "farah", "dev", "morag"])
        self.slack.add_channel("private", members=["priya", "morag"], private=True)
        (self.folder / "tolbooth.toml").write_text(self.toml())
        await self.start_bot()

    def toml(self) -> str:
        """The settings file."""
        keys = "\n".join(f'{name} = "{value}"' for name, value in self.x.credentials.items())
        return f"""
organisation = "Harrowmere Council"
database_url = "{self.database_url}"
[web]
port = 0
{self.chat_tables()}
[roles]
lead = ["U0MORAG"]
[duty]
officers = ["U0DEV", "U0FARAH"]
[[accounts]]
name = "website"
network = "webchat"
label = "Harrowmere web chat"
channel = "mentions"
private_channel = "private"
secret = "whsec_{base64.b64encode(self.secret).decode()}"
reply_url = "{self.webchat.url}"
[[accounts]]
name = "x"
network = "x"
channel = "#mentions"
handle = "harrowmere"
api_url = "{self.x.api_url}"
poll_every = 5
replies = "{self.x_replies}"
{keys}
"""

    def chat_tables(self) -> str:
        """The chats among the settings."""
        return f"""
[slack]
mode = "{self.mode}"
api_url = "{self.slack.api_url}"
bot_token = "{self.slack.bot_token}"
app_token = "{self.slack.app_token}"
signing_secret = "{self.slack.signing_secret}"
"""

    async def start_bot(self) -> Bot:
        """The shipped bot, on these settings."""
        self.bot = Bot(load_settings(self.folder / "tolbooth.toml"), self.clock)
        await self.bot.start()
        await self.hears_slack(self.bot)
        return self.bot

    async def hears_slack(self, bot: Bot) -> None:
        """Wait until what is asked in Slack reaches the bot."""
        if self.mode == "http":
            self.slack.courier.signed_at = self.clock
            self.slack.deliver_by_http(f"http://127.0.0.1:{bot.port}/slack/events")
            await self.until(lambda: bot.chats["slack"].health().get("signed_in"))
        else:
            await self.slack.connected()

    async def stop_bot(self) -> None:
        """Stop it cleanly."""
        if self.bot:
            await self.bot.stop()
            self.bot = None

    async def stop(self) -> None:
        """Everything."""
        await self.stop_bot()
        await self.slack.stop()
        await self.x.stop()
        await self.webchat.stop()
        if self.http:
            await self.http.close()

    # --- what the public does ------------------------------------------------------------------------------------

    async def writes(self, text: str, *, by: str = "Lou", post: str = "", **more: Any) -> int:
        """A visitor writes in the web chat; returns the HTTP status."""
        data = {
            "id": post or secrets.token_hex(4),
            "text": text,
            "author": {"id": f"v-{by}", "name": by},
            "posted_at": self.clock.now().isoformat(),
            **more,
        }
        return await self.hook({"type": "mention.created", "data": data})

    async def hook(self, event: dict[str, Any], *, message_id: str = "", account: str = "website") -> int:
        """A signed call; returns the HTTP status."""
        body = json.dumps(event).encode()
        stamp = int(self.clock.now().timestamp())
        message_id = message_id or f"msg_{secrets.token_hex(6)}"
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(self.secret, message_id, stamp, body),
        }
        assert self.bot
        assert self.http
        url = f"http://127.0.0.1:{self.bot.port}/hooks/{account}"
        async with self.http.post(url, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def get(self, path: str) -> tuple[int, str]:
        """What the bot's web server says at a path."""
        assert self.bot
        assert self.http
        async with self.http.get(f"http://127.0.0.1:{self.bot.port}{path}") as answer:
            return answer.status, await answer.text()

    # --- what staff do -------------------------------------------------------------------------------------------

    async def replies(self, who: str, number: int, text: str) -> Outcome:
        """Someone writes a reply, looks it over and sends it; the last outcome."""
        person = self.slack.user(who)
        await person.command(f"/reply {number}", channel="mentions")
        shown = await person.submit({"text": text})
        assert not shown.errors, shown.errors
        return await sends(person)

    async def card(self, ref: str, says: str = "") -> Message:
        """The card, once it says so."""
        await self.until(lambda: says in self.slack.card(ref).text)
        return self.slack.card(ref)

    # --- time ----------------------------------------------------------------------------------------------------

    async def passes(self, **units: float) -> datetime:
        """Time passes, and the bot notices at once."""
        now = self.clock.advance(timedelta(**units))
        if self.bot:
            await self.bot.wake()
        return now

    async def until(self, so: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until something is so; a LookupError counts as not yet."""
        end = asyncio.get_running_loop().time() + patience
        while True:
            try:
                if so():
                    return
            except LookupError:
                pass
            if asyncio.get_running_loop().time() > end:
                raise AssertionError("it did not come to that in time")
            await asyncio.sleep(0.01)
