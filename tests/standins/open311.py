"""A reports system that answers by GeoReport v2 as FixMyStreet does: newest first, so many at once, a page if no area."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from aiohttp import web

from bot.clock import MovableClock

AREA, KEY = "harrowmere.example", "k" * 20


@dataclass
class Told:
    """One answer in place of the truth."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class StandInSystem:
    """``at_once``: how many reports one answer has at most; ``wraps``: the list stands in an object, as with FixMyStreet."""

    clock: MovableClock
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    chaos: list[Told] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    """What each question for reports said."""
    at_once: int = 1000
    wraps: bool = True
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/open311/v2/requests.json", self._requests)
        app.router.add_get("/open311/v2/services.json", self._services)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/open311/v2"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def says(self, text: str, at: datetime, **more: Any) -> str:
        """Somebody reports; the number, which FixMyStreet gives as one."""
        number = 7000 + len(self.reports)
        told = {"service_request_id": number, "status": "open", "description": text, "requested_datetime": at.isoformat()}
        self.reports[str(number)] = {**told, "updated_datetime": at.isoformat(), "lat": 55.9, "long": -3.2, **more}
        return str(number)

    def _turned_away(self, request: web.Request) -> web.Response | None:
        if request.query.get("api_key") != KEY:
            return web.json_response([{"code": 403, "description": "api_key is invalid"}], status=403)
        if "jurisdiction_id" not in request.query:
            return web.Response(text="<html>ERROR: Missing jurisdiction_id</html>", content_type="text/html")
        if request.query["jurisdiction_id"] != AREA:
            return web.json_response([{"code": 404, "description": "jurisdiction_id was not found"}], status=404)
        return None

    async def _requests(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.chaos:
            told = self.chaos.pop(0)
            return web.Response(status=told.status, body=told.body, headers=told.headers)
        if no := self._turned_away(request):
            return no
        starts, ends = (datetime.fromisoformat(request.query[name]) for name in ("start_date", "end_date"))
        dated = [(datetime.fromisoformat(one["requested_datetime"]), one) for one in self.reports.values()]
        within = sorted(((at, one) for at, one in dated if starts <= at < ends), key=lambda pair: pair[0], reverse=True)
        found = [one for _, one in within][: self.at_once]
        return web.json_response({"service_requests": found} if self.wraps else found)

    async def _services(self, request: web.Request) -> web.Response:
        listed = [{"service_code": code, "service_name": code, "type": "realtime"} for code in ("Potholes", "Street lights")]
        return self._turned_away(request) or web.json_response({"services": listed} if self.wraps else listed)
