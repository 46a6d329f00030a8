"""The web server: webhooks in, health and metrics out, and the addresses a chat is called at."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot import web_rota
from bot.desk import Desk
from bot.errors import Busy
from bot.ports import Received, Route, WebAnswer, Webhook, WebhookRefused
from bot.store.finding import index
from bot.store.intake import canaries
from bot.store.reading import listening, queue

log = structlog.get_logger()
LARGEST = 1 << 20
Parts = Callable[[], Mapping[str, object]]


class Watch(Protocol):
    """What looks at the database each minute."""

    def health(self) -> Mapping[str, object]:
        """What the last look found, for /readyz."""
        ...

    def figures(self) -> Mapping[str, float]:
        """The same for /metrics."""
        ...


class Web:
    """The aiohttp application of one running bot."""

    def __init__(self, desk: Desk, health: Parts, version: str, watch: Watch | None = None, *, calls: bool = True) -> None:
        self.desk = desk
        self.health = health
        self.watch = watch
        self.version = version
        self.is_open = True
        """Whether webhooks are taken yet: not before the database is as this release needs it."""
        self.app = web.Application(client_max_size=LARGEST)
        self.app.add_routes(
            [
                web.get("/healthz", self.healthz),
                web.get("/readyz", self.readyz),
                web.get("/metrics", self.metrics),
            ]
        )
        if calls:
            self.take_calls()
        self.runner: web.AppRunner | None = None

    def take_calls(self) -> None:
        """The addresses at which networks and chats call us."""
        self.app.router.add_route("*", "/hooks/{account}", self.hook)
        self.app.router.add_get(web_rota.PATH, self.rota)
        for chat in self.desk.chats.values():
            for route in chat.routes():
                self.app.router.add_route(route.method, route.path, self.chat_route(route))

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port. Raises OSError when it is taken."""
        self.runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=5)
        await self.runner.setup()
        site = web.TCPSite(self.runner, host, port)
        await site.start()
        return int(self.runner.addresses[0][1])

    async def stop(self) -> None:
        """Finish what is being answered, then stop listening."""
        if self.runner:
            await self.runner.cleanup()

    async def healthz(self, _request: web.Request) -> web.Response:
        """The process is alive."""
        return web.json_response({"status": "ok", "version": self.version})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Each part's state; 503 only when the database is away, for nothing can be stored then.

        A broken invariant is said but is no 503: taking a copy out of service would mend nothing.
        """
        try:
            figures = {**await self.desk.db.read(queue.figures, self.desk.now()), **await self.heard()}
            database: dict[str, object] = {"ok": True}
        except Busy as error:
            away = self.desk.db.reach.away_for
            figures, database = {}, {"ok": False, "reason": str(error), **({"away_seconds": round(away)} if away else {})}
        parts = {"database": database, **self.health(), **({"invariants": self.watch.health()} if self.watch else {})}
        state = {"status": "ok" if database["ok"] else "database away", "parts": parts, "figures": figures}
        return web.json_response(state, status=200 if database["ok"] else 503, dumps=lambda o: json.dumps(o, default=str))

    async def metrics(self, _request: web.Request) -> web.Response:
        """Prometheus text: figures only, never anybody's words or names."""
        registry = CollectorRegistry()
        try:
            figures = await self.desk.db.read(queue.figures, self.desk.now())
            trial = await self.desk.db.read(canaries.figures, self.desk.house, self.desk.now())
            heard = await self.heard()
        except Busy:
            return web.Response(status=503, text="the database is away\n")
        for name, value in {**figures, **trial, **heard, **(self.watch.figures() if self.watch else {})}.items():
            Gauge(f"tolbooth_{name}", DESCRIBED.get(name, name.replace("_", " ")), registry=registry).set(value)
        return web.Response(body=generate_latest(registry), content_type="text/plain", charset="utf-8")

    async def heard(self) -> Mapping[str, float]:
        """How the accounts are heard, and how far what can be found is behind."""
        heard = await self.desk.db.read(listening.figures, frozenset(self.desk.networks))
        return {**heard, "changes_not_findable": float(await self.desk.db.read(index.waiting))}

    async def hook(self, request: web.Request) -> web.Response:
        """A call for an account: answered only once what it holds is stored."""
        account = request.match_info["account"]
        network = self.desk.networks.get(account)
        if not self.is_open:
            return try_again()
        if network is None or account not in self.desk.house.accounts:
            return nowhere()
        try:
            call = await self.webhook(request)
            received = network.receive(call)
            await self.store(account, call, received)
        except web.HTTPRequestEntityTooLarge:
            return web.json_response({"error": f"larger than {LARGEST} bytes"}, status=413)
        except WebhookRefused as error:
            log.info("webhook_refused", account=account, status=error.status, reason=str(error), fields=error.fields)
            return refused(error)
        except Busy as error:
            log.log(error.level, "webhook_not_stored", account=account, reason=str(error))
            return try_again()
        return answered(received)

    async def store(self, account: str, call: Webhook, received: Received) -> None:
        """Store what a call held, for whichever account of its app. Raises Busy, and then all of it is to come again."""
        if received.items:
            await self.desk.take_in(received.items, account, received.delivery_id)
        unknown = [own_id for own_id in received.others if not await self.stored_too(own_id, account, call)]
        if unknown:
            log.info("webhook_for_unknown_accounts", account=account, count=len(unknown))

    async def stored_too(self, own_id: str, like: str, call: Webhook) -> bool:
        """Store what a call holds for another account, if there is one that believes the call: it may be of another app."""
        whose = self.desk.account_called(own_id, like)
        try:
            theirs = self.desk.networks[whose].receive(call) if whose else None
        except WebhookRefused as error:
            log.warning("webhook_refused", account=whose, status=error.status, reason=str(error), called=like)
            return False
        if theirs and theirs.items:
            await self.desk.take_in(theirs.items, whose, theirs.delivery_id)
        return theirs is not None

    async def rota(self, request: web.Request) -> web.Response:
        """The calendar of a secret address."""
        return await web_rota.RotaAddress(self.desk).answer(request) if self.is_open else try_again()

    async def webhook(self, request: web.Request) -> Webhook:
        """The call as a network takes it, over its raw bytes."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        return Webhook(request.method, headers, dict(request.query), await request.read(), self.desk.now())

    def chat_route(self, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
        """An address of a chat."""

        async def answer(request: web.Request) -> web.Response:
            try:
                call = await self.webhook(request)
            except web.HTTPRequestEntityTooLarge:
                return web.Response(status=413)
            return plain_answer(await route.answer(call))

        return answer


def nowhere() -> web.Response:
    """There is no such address: said alike of an account there is none of and of one that is not called."""
    return web.json_response({"error": "not found"}, status=404)


def refused(error: WebhookRefused) -> web.Response:
    """Why a call is not taken."""
    if error.status == 404:
        return nowhere()
    fields = {"fields": list(error.fields)} if error.fields else {}
    return web.json_response({"error": str(error), **fields}, status=error.status)


def try_again() -> web.Response:
    """It is not stored: whoever called is to call again."""
    return web.json_response({"error": "try again"}, status=503, headers={"Retry-After": "5"})


def answered(received: Received) -> web.Response:
    """What a network wants its caller told."""
    if isinstance(received.answer, str):
        return web.Response(status=received.status, text=received.answer, content_type=received.content_type)
    return web.json_response(dict(received.answer), status=received.status)


def plain_answer(answer: WebAnswer) -> web.Response:
    """As bytes."""
    return web.Response(status=answer.status, body=answer.body, headers={"Content-Type": answer.content_type})


DESCRIBED = {
    "oldest_unseen_seconds": "Seconds the oldest open mention nobody has looked at has waited (of watches' hits: if late)",
    "unseen": "Open mentions nobody has looked at",
    "unseen_late": "Open mentions nobody has looked at though somebody was to have by now",
    "accounts_slowed": "Accounts that are read more slowly than they should be",
    "accounts_quiet": "Accounts that have gone quiet against their own rhythm",
    "changes_not_findable": "Changes of mentions that find does not know yet, counted up to 10,000",
    "overdue": "Open mentions past their response target",
    "outbox_needs_human": "Replies nobody but a person can account for",
    "invariants_broken": "Things that must always be so and are not; the names are in /readyz",
    "invariants_checked_seconds": "Seconds since this copy last looked whether they are",
    "canary_seconds": "Seconds the newest test mention took to become a card, or has taken so far",
    "loops_standing_still": "Loops that have not been round for two minutes in any copy",
}
