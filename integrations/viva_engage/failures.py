"""What Viva Engage's answers mean: status and body → one of our own errors.

https://learn.microsoft.com/rest/api/yammer/rest-api-rate-limits
"""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import HttpAnswer, wait_asked_for

A_MINUTE = timedelta(minutes=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
LOST = ("token", "oauth", "scope", "consent", "app is", "unauthorized", "deactivated", "suspended", "log in", "licen")
"""Words of a 403 that speak of the sign-in or the service user, and not of what was asked for."""
SAY_SO = (
    "Viva Engage does not let the service user in: see that it is active and licensed, and that an administrator agreed "
    "to the app in Entra, then run `tolbooth sign-in`"
)


class Call(StrEnum):
    """What kind of call it was: after a WRITE whatever is no clear no leaves a doubt; the others may be made again."""

    READ = "read"
    REPEATABLE = "repeatable"
    WRITE = "write"


class Slower:
    """How long to leave Viva Engage alone after each refusal: 30 s, doubled up to ten minutes, unless it says."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE
        self._until: datetime | None = None

    def wait_after(self, retry_after: str | None, now: datetime) -> timedelta:
        """How long from now. Refusals of calls that left together count as one."""
        if retry_after:
            wait = wait_asked_for(retry_after, FIRST_PAUSE)
        elif self._until and self._until > now:
            wait = self._until - now
        else:
            wait, self._next = self._next, min(self._next * 2, LONGEST_PAUSE)
        self._until = max(self._until or now, now + wait)
        return wait

    def calm(self) -> None:
        """A call was taken."""
        self._next = FIRST_PAUSE


def failure(answer: HttpAnswer, call: Call) -> OutsideError:
    """The error an answer outside 2xx stands for, but 429."""
    said = f"Viva Engage answered {answer.status}"
    match answer.status:
        case 401:
            return SignInAgain("Viva Engage does not take the sign-in of the service user any more: run `tolbooth sign-in`")
        case 403 | 404 | 410 if is_page(answer.body):
            return TryLater(f"{said} with a page that is not the API's: see api_url, and any proxy on the way", A_MINUTE)
        case 403:
            return forbidden(answer.body)
        case 404 | 410:
            return NotThere("Viva Engage has nothing there: it was deleted, or the service user may not see it")
        case status if 300 <= status < 400:
            return Refused("Viva Engage sends us on to another address: put its present address into api_url")
        case status if 400 <= status < 500 and status != 408:
            return Refused(f"Viva Engage did not take this ({status}). {explained(answer.body)}".strip())
        case _ if call is Call.WRITE:
            return Unsure(said)
        case _:
            return TryLater(said, wait_asked_for(answer.headers.get("Retry-After"), FIRST_PAUSE))


def forbidden(body: bytes) -> OutsideError:
    """Whether the service user may do nothing at all, or only not this."""
    detail = explained(body)
    if any(word in detail.lower() for word in LOST):
        return SignInAgain(f"{SAY_SO}. {detail}".strip())
    return Refused(f"Viva Engage does not allow this: is the service user a member of the community? {detail}".strip())


def explained(body: bytes) -> str:
    """The API's own reason, at most 200 characters; empty without."""
    whole: Any = read(body)
    inner = whole.get("response", whole) if isinstance(whole, dict) else {}
    said = inner.get("message") if isinstance(inner, dict) else ""
    return " ".join(said.split())[:200] if isinstance(said, str) else ""


def is_page(body: bytes) -> bool:
    """Whether it is a page for a browser: a proxy's, or that of a sign-in."""
    return body.lstrip()[:1] == b"<"


def read(body: bytes) -> object:
    """The JSON of an answer; None when it is none (a proxy's page, half an answer)."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
