"""What a server's answers mean: status, body and headers → one of our own errors.

https://docs.joinmastodon.org/methods/statuses/, https://docs.joinmastodon.org/api/rate-limits/
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import HttpAnswer, wait_asked_for

A_MINUTE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=3)
"""Posting is counted over three hours; nothing else is counted for longer."""
NO_RIGHT = ("scope", "disabled", "suspended", "pending", "confirm", "login", "token")
NAME = re.compile(r"@[\w.-]+(?:@[\w.-]+)?")
PIECE = re.compile(r'"id"\s*:|"(?:[^"\\]|\\.)*+"|[\[\]{}]|-?\d+')
MILLISECONDS = 10**11
"""Epochs above this are in milliseconds."""


class Call(StrEnum):
    """What kind of call it was: on CREATE whatever is no clear no leaves a doubt; an ASIDE may lack a right of its own."""

    READ = "read"
    CREATE = "create"
    ASIDE = "aside"


class Unreadable(TryLater):
    """An answer that is none of the API's: half of one, a proxy's page, or too much to read."""


class TooMuch(Unreadable):
    """A page that is larger than what is taken: the posts of others may be of any size. ``first`` is the id of its first."""

    def __init__(self, beginning: bytes) -> None:
        super().__init__("the server's answer is too large to read", A_MINUTE)
        self.first = first_id(beginning)


def failure(answer: HttpAnswer, call: Call, now: datetime) -> OutsideError:
    """The error an answer outside 2xx stands for."""
    body = read(answer.body)
    said, waits = f"the server answered {answer.status}", answer.headers.get("Retry-After")
    match answer.status:
        case 401:
            return SignInAgain("the server does not accept the access token of this account")
        case 403:
            return forbidden(body, call)
        case 404 | 410 if body is None:
            return Unreadable(f"{said} with a page that is not Mastodon's", A_MINUTE)
        case 404 | 410:
            return NotThere("the server has nothing there: it was deleted, or is not shown to the account")
        case 429:
            return TryLater("the server asks us to slow down", wait_until(answer.headers, now, waits))
        case status if 300 <= status < 400:
            return Refused("the server sends us on to another address: put its present address into api_url")
        case 408:
            return Unsure(said) if call is Call.CREATE else TryLater(said)
        case status if 400 <= status < 500:
            return Refused(f"the server could not take this ({status}). {explained(body)}".strip())
        case _:
            return Unsure(said) if call is Call.CREATE else TryLater(said, wait_asked_for(waits))


def forbidden(body: object, call: Call) -> OutsideError:
    """Whether the account may do nothing at all, or only not this."""
    detail = explained(body)
    if call is Call.READ or any(word in detail.lower() for word in NO_RIGHT):
        return SignInAgain(f"the server does not let this account or token do that. {detail}".strip())
    return Refused(f"the server does not allow this. {detail}".strip())


def wait_until(headers: Mapping[str, str], now: datetime, asked: str | None = None) -> timedelta:
    """How long until the limit is lifted: from 1 s to 3 h; a minute when it cannot be read."""
    reset = reset_at(headers)
    wait = reset - now if reset else wait_asked_for(asked, A_MINUTE)
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def reset_at(headers: Mapping[str, str]) -> datetime | None:
    """When a limit begins anew: Mastodon says it in ISO 8601, GoToSocial in seconds of the epoch."""
    said = headers.get("X-RateLimit-Reset", "").strip()
    try:
        number = float(said)
    except ValueError:
        return iso(said)
    try:
        return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso(said: str) -> datetime | None:
    """A moment in ISO 8601, in UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(said)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def explained(body: object) -> str:
    """The server's own reason, at most 200 characters, without anybody's name."""
    said: Any = body.get("error") if isinstance(body, dict) else ""
    return NAME.sub("@…", said if isinstance(said, str) else "")[:200]


def first_id(beginning: bytes) -> str:
    """The id of the first entry of a list, of which only the beginning is there; empty when that does not say it."""
    depth, is_id = 0, False
    for piece in PIECE.findall(beginning.decode("utf-8", "replace")):
        if piece in "[{":
            depth += 1
        elif piece in "]}":
            depth -= 1
        elif depth == 2 and is_id:
            return str(piece.strip('"'))
        is_id = depth == 2 and piece.endswith(":")
    return ""


def read(body: bytes) -> object:
    """The JSON of an answer; None when it is none (a proxy's page, half an answer)."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
