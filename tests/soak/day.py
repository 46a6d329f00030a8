"""A council's day in virtual time: the public writes, staff answer, Slack and the network fail, the bot is restarted."""

import asyncio
import re
import secrets
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from sqlalchemy import select

from bot.clock import MovableClock
from bot.mention import State
from bot.store import schema
from integrations.sandbox.answering import sends
from tests.soak import ledger
from tests.soak.ledger import Deed, Happened, Ledger
from tests.soak.trouble import make_it_rough
from tests.town import PATIENCE, Town

STAFF = ("priya", "farah", "dev", "morag")
HOUR = 60
OUTAGE = 20
"""Minutes without Slack."""
CLOSING_TIME = 30
"""Minutes at the end in which nothing new happens."""
OVERLOOKED = 7
"""Every mention of so many nobody looks at."""
CARD = re.compile(r"card:M-(\d+):")


class CalmerTown(Town):
    """The web chat only: nothing else is looked at."""

    def toml(self) -> str:
        """The settings without the account on X."""
        return super().toml().partition('[[accounts]]\nname = "x"')[0]


class Day:
    """So many virtual minutes; what happens when is decided by dice with a fixed seed."""

    def __init__(
        self, folder: Path, clock: MovableClock, *, minutes: int, posts: int, failing: float, seed: int = 1
    ) -> None:
        self.town = CalmerTown(folder, clock, database_url=f"sqlite:///{folder / 'tolbooth.db'}")
        self.weather, self.courier = make_it_rough(self.town.slack, seed, failing=failing, twice=0.05)
        self.dice = Random(seed)
        self.minutes, self.posts = minutes, posts
        self.restarts = {minutes // 3, minutes * 4 // 5}
        self.outage = range(minutes // 2, minutes // 2 + OUTAGE)
        self.busy = posts / (minutes - CLOSING_TIME)
        self.to_send: list[tuple[dict[str, Any], str]] = []
        self.written: list[dict[str, Any]] = []
        self.accepted: Counter[str] = Counter()
        self.deeds: list[Deed] = []
        self.latest = timedelta(0)
        self.rotations = 0

    async def run(self) -> Ledger:
        """All of it; the ledger of the day."""
        await self.town.start()
        try:
            for minute in range(self.minutes):
                await self.happens(minute)
                await self.a_minute_passes()
            return await self.drawn_up()
        finally:
            await self.town.stop()

    async def happens(self, minute: int) -> None:
        """What this minute brings."""
        at_work = minute < self.minutes - CLOSING_TIME
        if minute in (self.outage.start, self.outage.stop):
            await self.slack_goes(back=minute == self.outage.stop)
        if minute % HOUR == HOUR // 2:
            await self.rotate()
        if at_work:
            self.public_writes()
        await self.call_webhooks()
        if minute not in self.outage:
            await self.town.slack.tick()
            await self.courier.repeat()
            while at_work and self.dice.random() < 0.6:
                await self.somebody_does_something()
        if minute in self.restarts:
            await self.restart()

    async def a_minute_passes(self) -> None:
        """By the clock of the town; then everything due is waited for."""
        await self.settled()
        await self.town.passes(minutes=1)
        await self.settled()
        assert self.town.bot
        late = await self.town.bot.database.read(ledger.lateness, self.town.clock.now() - timedelta(seconds=30))
        self.latest = max(self.latest, late)

    async def settled(self) -> None:
        """Until nothing is under way: the clock is not moved over the head of what is being sent."""
        assert self.town.bot
        async with asyncio.timeout(PATIENCE):
            while not await self.town.bot.database.read(ledger.at_rest, self.town.clock.now()):
                await self.town.bot.wake()
                await asyncio.sleep(0.01)

    # --- the public ----------------------------------------------------------------------------------------------

    def public_writes(self) -> None:
        """Perhaps somebody writes: for the first time, or more of the same; perhaps it is sent twice."""
        if self.dice.random() >= self.busy:
            return
        number = len(self.written)
        post = {
            "id": f"post-{number}",
            "text": f"Question {number} about Mill Road",
            "author": {"id": f"v-{number}", "name": f"Visitor {number}"},
            "posted_at": self.town.clock.now().isoformat(),
        }
        if self.written and self.dice.random() < 0.2:
            earlier = self.dice.choice(self.written[-20:])
            post |= {"author": earlier["author"], "in_reply_to": earlier["id"], "text": f"And {number} besides"}
        elif self.dice.random() < 0.05:
            post |= {"kind": "dm"}
        self.written.append(post)
        self.to_send.append((post, f"msg-{number}"))
        while self.dice.random() < 0.1:
            self.to_send.append((post, self.dice.choice([f"msg-{number}", f"msg-{number}-{secrets.token_hex(2)}"])))

    async def call_webhooks(self) -> None:
        """Whoever gets no 202 calls again a minute later."""
        calls, self.to_send = self.to_send, []
        for post, message_id in calls:
            try:
                status = await self.town.hook({"type": "mention.created", "data": post}, message_id=message_id)
            except aiohttp.ClientError:
                status = 0
            if status == 202:
                self.accepted[post["id"]] += 1
            else:
                self.to_send.append((post, message_id))

    # --- staff ---------------------------------------------------------------------------------------------------

    async def somebody_does_something(self) -> None:
        """One of the staff looks at what is open and does the next thing, mostly the sensible one."""
        assert self.town.bot
        m = schema.mention.c
        query = select(m.number, m.state, m.owner).where(schema.OPEN_ROWS).order_by(m.number)
        rows = await self.town.bot.database.read(lambda conn: conn.execute(query).all())
        open_ = [row for row in rows if row.number % OVERLOOKED]
        if not open_:
            return
        mention = self.dice.choice(open_)
        who = mention.owner.removeprefix("U0").lower() if mention.owner else self.dice.choice(STAFF)
        if self.dice.random() < 0.15:
            who = self.dice.choice(STAFF)
        verbs = {State.NEW: ["claim"] * 6 + ["note", "close"], State.CLAIMED: ["reply"] * 5 + ["note", "close", "release"]}
        verb = self.dice.choice(verbs.get(mention.state, ["note"]))
        await (self.replies(who, mention.number) if verb == "reply" else self.types(who, verb, mention.number))

    async def types(self, who: str, verb: str, number: int) -> None:
        """A command in the channel."""
        mark = f"{verb} {len(self.deeds)}" if verb in ("note", "close") else ""
        line = f"/claim {number}" if verb == "claim" else f"/mention {verb} {number} {mark}"
        person = self.town.slack.user(who)
        outcome = await person.command(line.strip(), channel="mentions")
        self.deeds.append(Deed(person.id, verb, number, mark, outcome))

    async def replies(self, who: str, number: int) -> None:
        """Write, look it over, send; sometimes the web chat is not well."""
        person, mark = self.town.slack.user(who), f"Answer {len(self.deeds)}"
        while person.view:
            person.cancel()
        outcome = await person.command(f"/reply {number}", channel="mentions")
        for step in (lambda: person.submit({"text": mark}), lambda: sends(person)):
            if outcome.failure or not person.view:
                return
            outcome = await step()
        if self.dice.random() < 0.3:
            bad_gateway, later = web.Response(status=502), web.Response(status=429, headers={"Retry-After": "30"})
            self.town.webchat.answers.append(self.dice.choice(["lost", bad_gateway, later]))
        self.deeds.append(Deed(person.id, "reply", number, mark, outcome))

    # --- what fails ----------------------------------------------------------------------------------------------

    async def restart(self) -> None:
        """The bot is away for two minutes."""
        await self.town.stop_bot()
        self.town.clock.advance(minutes=2)
        await self.town.start_bot()

    async def slack_goes(self, *, back: bool) -> None:
        """Nothing of Slack can be reached, or all of it again."""
        slack = self.town.slack
        if not back:
            await slack.stop()
            return
        await slack.start(port=urlsplit(slack.api_url).port or 0)
        await slack.connected(timeout=30)

    async def rotate(self) -> None:
        """Slack asks for new connections, or the line breaks; and just then somebody does something."""
        slack = self.town.slack
        self.rotations += 1
        match self.rotations % 3:
            case 2:
                slack.chaos.drop_sockets()
                await self.town.until(lambda: slack.socket_count == 0)
            case turn:
                await slack.chaos.disconnect("warning" if turn else "refresh_requested")
        await self.somebody_does_something()
        await slack.connected(timeout=30)

    # --- the end -------------------------------------------------------------------------------------------------

    async def drawn_up(self) -> Ledger:
        """Compare, and say how rough it was."""
        assert self.town.bot
        happened = Happened(
            self.accepted,
            self.deeds,
            [post["text"] for post in self.town.webchat.posts],
            self.cards(),
            self.weather.said_unheard,
        )
        found = await self.town.bot.database.read(ledger.drawn_up, happened, self.town.clock.now())
        hours = f"{self.minutes / HOUR:g} h, {len(self.restarts)} restarts, {OUTAGE} minutes without Slack"
        found.figures = {
            "virtual time": f"{hours}, sockets replaced {self.rotations} times",
            "Web API calls": f"{self.weather.calls}, failed: {dict(self.weather.failed)}",
            "delivered twice": self.courier.repeated,
            **found.figures,
            "latest beyond its due": f"{self.latest.total_seconds() / 60:.1f} virtual minutes",
        }
        if self.latest > timedelta(minutes=10):
            found.wrong.append(f"something left {self.latest} late")
        found.wrong += self.previews()
        return found

    def previews(self) -> list[str]:
        """Messages that would have Slack fetch what they link to."""
        posts = [given for method, given in self.town.slack.calls if method == "chat.postMessage"]
        asked = [given for given in posts if (given.get("unfurl_links"), given.get("unfurl_media")) != (False, False)]
        return [f"{len(asked)} of {len(posts)} messages ask for previews"] if asked or not posts else []

    def cards(self) -> Counter[int]:
        """How many cards of each mention are to be seen."""
        found: Counter[int] = Counter()
        for channel in self.town.slack.workspace.channels.values():
            for message in channel.messages:
                shown = (CARD.match(block.get("block_id", "")) for block in message.blocks)
                found.update({int(match.group(1)) for match in shown if match})
        return found
