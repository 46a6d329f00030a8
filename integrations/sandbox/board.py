"""A place of the organisation's own, a web chat or a noticeboard: it tells the bot by signed webhooks, and is told so."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import aiohttp
from aiohttp import web

from bot.ports import Clock
from integrations.sandbox.places import Author, Post, Thread, Threads

TOLERANCE_SECONDS = 300
CALL_WITHIN = 5.0
TRIES = 5
PAUSE = 0.2
"""Seconds between tries when the bot does not take a call; the ``webhook-id`` stays the same."""
PRIVATE = "direct_message"


class NotTaken(LookupError):
    """The bot did not take what was posted."""


@dataclass(frozen=True, slots=True)
class About:
    """What a board is called. ``id`` is also the account's name in the bot's settings."""

    id: str
    name: str
    handle: str
    words: str


class Board:
    """One such place, on a loopback port. ``hook`` is where the bot takes calls for it; ``changed`` hears of changes."""

    def __init__(self, about: About, clock: Clock, changed: Callable[[], None]) -> None:
        self.id, self.name, self.handle, self.about = about.id, about.name, about.handle, about.words
        self.key = secrets.token_bytes(24)
        self.hook = ""
        self.reply_url = ""
        self._clock = clock
        self._changed = changed
        self._posts: dict[str, Post] = {}
        self._thread_of: dict[str, str] = {}
        self._in_thread: dict[str, list[str]] = {}
        self._answered: dict[str, str] = {}
        self._threads = Threads(self._drawn)
        self._http: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    @property
    def secret(self) -> str:
        """The secret as the settings have it."""
        return f"whsec_{base64.b64encode(self.key).decode()}"

    async def start(self) -> None:
        """Listen for replies on a free loopback port."""
        app = web.Application()
        app.router.add_post("/replies", self._take)
        app.router.add_route("HEAD", "/replies", self._there)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.reply_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/replies"
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_WITHIN))

    async def stop(self) -> None:
        """Stop listening."""
        if self._http:
            await self._http.close()
        if self._runner:
            await self._runner.cleanup()

    # --- as one looks at it

    def threads(self) -> list[Thread]:
        """Every thread, the one written in last first."""
        return self._threads.all()

    def _drawn(self, thread: str) -> Thread:
        return Thread(thread, tuple(self._posts[one] for one in self._in_thread[thread]))

    # --- what the public does

    async def write(self, author: Author, text: str, *, alt: str | None, in_reply_to: str, private: bool) -> str:
        """Somebody posts, and the bot is told. Raises NotTaken when it does not take it."""
        if in_reply_to and in_reply_to not in self._posts:
            raise LookupError(f"There is no such post on {self.name} to answer.")
        post = Post(f"{self.id}-{secrets.token_hex(6)}", author.name, "", text, self._clock.now(), alt=alt, private=private)
        self._add(post, in_reply_to)
        await self._tell("created", {**told(post, author), **({"in_reply_to": in_reply_to} if in_reply_to else {})})
        return post.id

    async def change(self, post: str, text: str) -> None:
        """Its author gives a post other words, and the bot is told."""
        self._redraw(replace(self._of_the_public(post), text=text, edited=True))
        await self._tell("edited", {"id": post, "text": text})

    async def remove(self, post: str) -> None:
        """Its author deletes a post, and the bot is told."""
        self._redraw(replace(self._of_the_public(post), text="", alt=None, gone=True))
        await self._tell("deleted", {"id": post})

    def _of_the_public(self, post_id: str) -> Post:
        post = self._posts.get(post_id)
        if post is None or post.gone or post.ours:
            raise LookupError(f"There is no such post by a resident on {self.name}.")
        return post

    def _add(self, post: Post, in_reply_to: str) -> None:
        thread = self._thread_of.get(in_reply_to, post.id)
        self._posts[post.id], self._thread_of[post.id] = post, thread
        self._in_thread.setdefault(thread, []).append(post.id)
        self._threads.written_in(thread)
        self._changed()

    def _redraw(self, post: Post) -> None:
        self._posts[post.id] = post
        self._threads.changed(self._thread_of[post.id])
        self._changed()

    async def _tell(self, what: str, about: Mapping[str, object]) -> None:
        """Call the bot, signed, with the same id on every try. Raises NotTaken."""
        body = json.dumps({"type": f"mention.{what}", "data": about}).encode()
        message_id, answer = f"msg_{secrets.token_hex(8)}", ""
        for _ in range(TRIES):
            answer = await self._call(message_id, body)
            if not answer:
                return
            await asyncio.sleep(PAUSE)
        raise NotTaken(f"Tolbooth did not take the post on {self.name}: {answer}.")

    async def _call(self, message_id: str, body: bytes) -> str:
        """One call; empty when it was taken, else why not."""
        if self._http is None:
            return "it is not open"
        try:
            async with self._http.post(self.hook, data=body, headers=self._signed(message_id, body)) as answer:
                await answer.read()
                return "" if answer.status == 202 else f"HTTP {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__

    def _signed(self, message_id: str, body: bytes) -> dict[str, str]:
        stamp = str(int(self._clock.now().timestamp()))
        signature = sign(self.key, message_id, stamp, body)
        return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}

    # --- what the organisation answers

    async def _there(self, _request: web.Request) -> web.Response:
        return web.Response()

    async def _take(self, request: web.Request) -> web.Response:
        """A reply, if it is signed; one that came before is answered as then."""
        body, headers = await request.read(), request.headers
        message_id = headers.get("webhook-id", "")
        if not believed(self.key, headers, body, self._clock.now()):
            return web.json_response({"error": "the signature does not match"}, status=401)
        if message_id in self._answered:
            return web.json_response({"id": self._answered[message_id]})
        reply = json.loads(body)["data"]
        above = self._posts.get(str(reply["in_reply_to"]))
        if above is None or above.gone:
            return web.json_response({"error": "that post is gone"}, status=410)
        ours = Post(f"{self.id}-{secrets.token_hex(6)}", ORGANISATION, "", str(reply["text"]), self._clock.now(), True)
        self._answered[message_id] = ours.id
        self._add(replace(ours, private=above.private), above.id)
        return web.json_response({"id": ours.id})


ORGANISATION = "Harrowmere Council"


def told(post: Post, author: Author) -> dict[str, object]:
    """A new post as the bot is told of it."""
    return {
        "id": post.id,
        "text": post.text,
        "author": {"id": author.handle, "name": author.name},
        "posted_at": post.at.isoformat(),
        **({"kind": PRIVATE} if post.private else {}),
        **({"media": [{"url": f"https://pictures.invalid/{post.id}", "alt": post.alt}]} if post.alt is not None else {}),
    }


def sign(key: bytes, message_id: str, stamp: str, body: bytes) -> str:
    """A signature as https://www.standardwebhooks.com has it."""
    signed = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def believed(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a call was signed with the key, within five minutes."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    expected = sign(key, message_id, stamp, body)
    return any(
        hmac.compare_digest(expected, one) for one in headers.get("webhook-signature", "").split(" ") if one.isascii()
    )
