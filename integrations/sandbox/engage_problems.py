"""A stand-in for Viva Engage: what goes wrong on a bad day, once or for a while."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aiohttp import web

from bot.ports import Clock
from integrations.sandbox.engage_limits import Call
from integrations.sandbox.engage_shapes import Json, refusal

REMEMBERED = 50
PAGE = "<!DOCTYPE html><html><head><title>Viva Engage</title></head><body><h1>We'll be right back.</h1></body></html>"
EXPIRED = (401, "Token expired.", 17)
UNKNOWN = (401, "Token not found.", 16)
WITHDRAWN = (403, "The app is not authorized for this network.", 18)
TOO_MANY = (429, "Rate limited due to excessive requests.", 33)
WILD: list[object] = [
    None,
    "not a message",
    {},
    {"id": None, "sender_id": "x", "body": None, "created_at": "yesterday"},
    {
        "id": True,
        "sender_id": -1,
        "thread_id": [],
        "body": {"plain": 7, "parsed": {}},
        "created_at": "2013/13/45 99:99:99 +0000",
    },
]


class Trouble(StrEnum):
    """What goes wrong with one call. Before the line only troubles of whole calls, after it those of a page."""

    LOST = "it is carried out, and the line is cut before the answer"
    DROPPED = "the line is cut, and nothing was done"
    HANGS = "no answer ever comes, and nothing was done"
    HTML = "a web page with status 200"
    BAD_GATEWAY = "a web page with status 502"
    UNAVAILABLE = "status 503 with nothing"
    EXPIRED = "401, the token has expired"
    UNKNOWN_TOKEN = "401, there is no such token"  # noqa: S105  # opens nothing
    WITHDRAWN = "403, consent was withdrawn"
    TOO_MANY = "429"
    # ---
    REPEATED = "the page that came last from this feed, again"
    DOUBLED = "each message twice"
    SHUFFLED = "the messages out of order"
    CUT = "a page of only the newest, though there is room; older ones are to be had"
    WILD = "what cannot be read among the messages"


OF_A_PAGE = {Trouble.REPEATED, Trouble.DOUBLED, Trouble.SHUFFLED, Trouble.CUT, Trouble.WILD}


@dataclass(eq=False, slots=True)
class Coming:
    """A trouble that waits for the calls it fits: so many of them, or all of them until a time."""

    trouble: Trouble
    times: int
    until: datetime | None
    method: str
    path: str
    done: bool
    """Whether the call is carried out all the same."""
    retry_after: int | None

    def fits(self, call: Call) -> bool:
        """Whether this call meets it."""
        of_its_kind = call.feed if self.trouble in OF_A_PAGE else True
        return bool(of_its_kind) and self.method in ("", call.method) and self.path in call.path


@dataclass(slots=True)
class EngageProblems:
    """What will go wrong, first come first served."""

    clock: Clock
    coming: list[Coming] = field(default_factory=list)
    pages: dict[str, Json] = field(default_factory=dict)
    """The page that came last from each feed."""

    def next(self, trouble: Trouble, *, times: int = 1, lasting: timedelta | None = None, **narrowed: object) -> None:
        """It meets the next calls: so many of them, or all for a while.

        ``narrowed``: ``method``, ``path`` (a part of one), ``done=True`` to carry the call out all the same, and
        ``retry_after`` in seconds for ``TOO_MANY``.
        """
        until = self.clock.now() + lasting if lasting is not None else None
        more = {"method": "", "path": "", "done": trouble is Trouble.LOST, "retry_after": None} | narrowed
        self.coming.append(Coming(trouble, times, until, **more))  # type: ignore[arg-type]

    def take(self, call: Call) -> Coming | None:
        """What goes wrong with this call."""
        self.coming[:] = [one for one in self.coming if one.until is None or one.until > self.clock.now()]
        found = next((one for one in self.coming if one.fits(call)), None)
        if found and found.until is None:
            found.times -= 1
            if found.times <= 0:
                self.coming.remove(found)
        return found

    def page(self, coming: Coming | None, feed: str, body: Json) -> Json:
        """A page as it is sent, spoilt where that was to come."""
        before = self.pages.get(feed, body)
        self.pages = {**dict(list(self.pages.items())[-REMEMBERED:]), feed: body}
        match coming.trouble if coming else None:
            case Trouble.REPEATED:
                return before
            case Trouble.DOUBLED:
                return body | {"messages": [one for message in body["messages"] for one in (message, message)]}
            case Trouble.SHUFFLED:
                return body | {"messages": [*body["messages"][1::2], *body["messages"][::2]]}
            case Trouble.CUT:
                kept = body["messages"][: max(1, len(body["messages"]) // 3)]
                is_cut = len(kept) < len(body["messages"])
                meta = body["meta"] | {"older_available": is_cut or body["meta"]["older_available"]}
                return body | {"messages": kept, "meta": meta}
            case Trouble.WILD:
                return body | {"messages": [*WILD, *body["messages"]], "references": [None, "x", *body["references"]]}
        return body


def answered(coming: Coming) -> web.Response | None:
    """What is answered in place of the truth; None where the line is cut."""
    headers = None if coming.retry_after is None else {"Retry-After": str(coming.retry_after)}
    match coming.trouble:
        case Trouble.HTML:
            return web.Response(text=PAGE, content_type="text/html")
        case Trouble.BAD_GATEWAY:
            return web.Response(text=PAGE, content_type="text/html", status=502)
        case Trouble.UNAVAILABLE:
            return web.Response(status=503, headers=headers)
        case Trouble.EXPIRED:
            return refusal(*EXPIRED)
        case Trouble.UNKNOWN_TOKEN:
            return refusal(*UNKNOWN)
        case Trouble.WITHDRAWN:
            return refusal(*WITHDRAWN)
        case Trouble.TOO_MANY:
            return refusal(*TOO_MANY, headers)
    return None
