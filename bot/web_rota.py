"""The address of a rota's calendar: whoever has its secret key may read it, and nobody else learns that there is one."""

import asyncio
from datetime import datetime, timedelta

from aiohttp import ETag, web

from bot.desk import Desk
from bot.duty import rota_calendar
from bot.errors import Busy
from bot.store.duty import calendars
from bot.store.duty.calendars import Shown

PATH = "/rota/{key}.ics"
FRESH = timedelta(minutes=5)
"""How long a calendar program need not ask again."""
EACH_KEY = (timedelta(seconds=10), 6)
WRONG_KEYS = (timedelta(seconds=1), 30)
"""How often an address is answered: one each so long, and so many at once."""
HEADERS = {
    "Cache-Control": f"private, max-age={FRESH.seconds}",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


class RotaAddress:
    """Answers GET and HEAD."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def answer(self, request: web.Request) -> web.Response:
        """The calendar; 404 for a key that is not known or was revoked, 304 for one that shows the same as before."""
        key, now = request.match_info["key"], self.desk.now()
        try:
            shown = await self.desk.db.read(calendars.shown, key, self.desk.house, now)
        except Busy:
            return web.Response(status=503, text="try again\n", headers={"Retry-After": "60"})
        budget, (per, burst) = (f"rota:{calendars.digest(key)[:16]}", EACH_KEY) if shown else ("rota:wrong", WRONG_KEYS)
        if wait := await self.desk.peers.spend(budget, per, burst):
            return web.Response(status=429, text="too often\n", headers={"Retry-After": str(wait.seconds + 1)})
        if shown is None:
            return web.Response(status=404, text="not found\n", headers={"Cache-Control": "no-store"})
        known = [tag.value for tag in request.if_none_match or ()]
        return await asyncio.to_thread(self.drawn, shown, now, known)

    def drawn(self, shown: Shown, now: datetime, known: list[str]) -> web.Response:
        """The calendar, unless it is one the reader has."""
        title = self.title(shown)
        entries = rota_calendar.entries(shown.rota, shown.person, shown.names, now)
        tag = rota_calendar.fingerprint(entries, title)
        if tag in known or "*" in known:
            answer = web.Response(status=304, headers=HEADERS)
        else:
            body = rota_calendar.drawn(entries, title, now)
            answer = web.Response(body=body, headers=HEADERS, content_type="text/calendar", charset="utf-8")
        answer.etag = ETag(tag, is_weak=True)
        return answer

    def title(self, shown: Shown) -> str:
        """What a calendar program lists it as."""
        whose = f"Duty of {shown.names.get(shown.person, shown.person)}" if shown.person else "Duty"
        return f"{whose} · {self.desk.house.organisation}" if self.desk.house.organisation else whose
