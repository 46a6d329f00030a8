"""One reports system, as the core sees it: it is polled by Open311 GeoReport v2, and answered by hand on its own pages."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import structlog

from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.exchange import Edited, Outgoing, Page, Receipt
from bot.ports import Clock
from bot.reply import TextLimits
from integrations.http import Http, HttpAnswer, TooMuch, of_a_read, wait_asked_for
from integrations.open311.parse import known_by, reports, rows
from integrations.open311.settings import Open311Account
from integrations.plain import PlainNetwork

log = structlog.get_logger()

OVERLAP, FURTHEST, MOST_SEEN = timedelta(days=1), timedelta(days=90), 1000
"""FixMyStreet reads dates as its own local time, and reports are shown once confirmed: so each read overlaps the last."""
SPANS = (timedelta(days=5), timedelta(days=1), timedelta(hours=4), timedelta(hours=1))
"""How much further one read goes; the next when the answer was too large, or as long as the system lets one be."""
CURES = {400: "look at jurisdiction_id", 404: "look at api_url, which ends like /open311/v2, and at jurisdiction_id"}


def build(account: Open311Account, *, http: Http, clock: Clock, tokens: object = None) -> "Open311":  # noqa: ARG001
    """The network for one account."""
    return Open311(account, http=http, clock=clock)


def read(stored: str | None, now: datetime) -> tuple[datetime, dict[str, str]]:
    """Until when a stored cursor has read, and the mark of each report it told; for any other, what brings the last day."""
    try:
        found = json.loads(stored or "")
        until = datetime.fromtimestamp(int(found["until"]), UTC)
        return min(max(until, now - FURTHEST), now), {str(one): str(mark) for one, mark in found["seen"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError):
        return now, {}


class Open311(PlainNetwork):
    """One jurisdiction of one system."""

    limits = TextLimits(10_000, "characters", len)
    by_hand = True

    def __init__(self, account: Open311Account, *, http: Http, clock: Clock) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.speaks_as = f"the reports at {urlsplit(account.api_url).hostname}"
        self._account, self._http, self._clock = account, http, clock

    async def fetch(self, cursor: str | None) -> Page:
        """What was reported, and whose description changed in the last day; the first time of the last day."""
        now = self._clock.now()
        last, seen = read(cursor, now)
        since, until, given = await self._window(last, now)
        wanted, found = set(self._account.services), reports(given, self._account.web_url, now)
        told = [one for one in found if one.said.posted_at >= since and (not wanted or one.service in wanted)]
        once = sorted({one.said.native_id: one for one in told}.values(), key=lambda one: one.said.posted_at)
        marks = {one.said.native_id: one.mark for one in once}
        new = [one.said for one in once if seen.get(one.said.native_id) != one.mark]
        items = tuple(Edited(one.native_id, one.text, now) if one.native_id in seen else one for one in new)
        kept = [pair for pair in seen.items() if pair[0] not in marks] + list(marks.items())
        after = {"until": int(until.timestamp()), "seen": dict(kept[-MOST_SEEN:])}
        return Page(items, json.dumps(after), more=until < now)

    async def _window(self, last: datetime, now: datetime) -> tuple[datetime, datetime, list[Any]]:
        """What was reported in the next span that is not too much at once; at the end also what is dated ahead."""
        for span in SPANS:
            since, until = last - min(OVERLAP, span), min(last + span, now)
            ends = until if until < now else now + OVERLAP
            dates = {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in (("start_date", since), ("end_date", ends))}
            try:
                given = await self._list("requests", "service_requests", **dates)
            except TooMuch:
                if span != SPANS[-1]:
                    continue
                raise
            if len(given) < self._account.at_once:
                return since, until, given
        log.warning("open311_more_than_it_gives", account=self._account.name, reports=len(given))
        return since, until, given

    async def _list(self, what: str, *names: str, **params: str) -> list[Any]:
        """A list the system has."""
        key = {"jurisdiction_id": self._account.jurisdiction_id, "api_key": self._account.api_key.get_secret_value()}
        params |= {name: value for name, value in key.items() if value}
        try:
            answer = await self._http.call("GET", f"{self._account.api_url.rstrip('/')}/{what}.json", params=params)
        except Unsure as error:
            raise of_a_read(error, "") from error
        if answer.status != 200:
            raise failure(answer)
        try:
            return rows(answer.body, what, *names)
        except (ValueError, RecursionError) as error:
            raise TryLater("the system did not answer in JSON; FixMyStreet does so without a jurisdiction_id") from error

    def post_at(self, url: str) -> str:
        """The number of the report at its page."""
        page = re.escape(self._account.web_url).replace(re.escape("{id}"), "([^/?#]+)") + r"/?(?:[?#].*)?"
        found = re.fullmatch(page, url.strip()) if self._account.web_url else None
        return known_by(unquote(found[1])) if found else ""

    def reply_page(self, native_id: str, text: str) -> str:  # noqa: ARG002  # no page takes a text
        """The report's own page."""
        return self._account.web_url.replace("{id}", quote(native_id, safe=""))

    async def publish(self, reply: Outgoing) -> Receipt:
        """Open311 has no way to answer."""
        raise Refused("reports are answered by hand, on their own pages", self.reply_page(reply.in_reply_to, "") or None)

    async def check(self) -> Sequence[str]:
        """Whether the system answers, and has the services that are wanted."""
        try:
            there = await self._list("services")
        except OutsideError as error:
            return [f"{self.speaks_as}: {error}."]
        codes = {known_by(one.get("service_code")) for one in there if isinstance(one, dict)}
        missing = [code for code in self._account.services if code not in codes]
        return [f"{self.speaks_as}: there is no service {code!r}: mend services in the settings." for code in missing]


def failure(answer: HttpAnswer) -> OutsideError:
    """What an answer that is no yes stands for."""
    status = answer.status
    if status in (401, 403):
        return SignInAgain(f"the system does not let us read ({status}): ask who runs it for an api_key")
    if status == 429 or status >= 500:
        return TryLater(f"the system cannot answer now ({status})", wait_asked_for(answer.headers.get("Retry-After")))
    return Refused(f"the system refused ({status}): {CURES.get(status, 'write the address in api_url that it ends at')}")
