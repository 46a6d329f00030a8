"""What a server's answers mean: status and the ``error`` it names → one of our own errors.

Most noes are a 400 whose ``error`` says which: https://atproto.com/specs/xrpc and what a real server was seen to answer.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import HttpAnswer, wait_asked_for

LONGEST_WAIT = timedelta(hours=24)
BY_EXPIRY = frozenset({"ExpiredToken", "InvalidToken"})
NOT_THERE = frozenset({"RecordNotFound", "NotFound", "BlobNotFound"})
NO_SIGN_IN = frozenset({"AuthenticationRequired", "AuthMissing", "AuthenticationFailed"})
CLOSED = frozenset({"AccountTakedown", "AccountDeactivated", "RepoTakendown", "RepoDeactivated", "RepoSuspended"})
DEEPEST = 60
NESTING = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
NAMES = re.compile(r"at://\S+|did:\S+|@\S+|\"[^\"]*\"")
"""What an explanation may quote of somebody."""


class TokenRejected(SignInAgain):
    """The access token has ended or is not known: a new one is asked for before anything else is said."""


class InvalidSwap(Refused):
    """There is another record by that name already than the one we took for granted."""


def failure(answer: HttpAnswer, *, creating: bool, now: datetime) -> OutsideError:
    """The error an answer outside 2xx stands for. When creating, all that is not a clear no is Unsure."""
    body = read(answer.body)
    kind = str(body.get("error") or "")
    match answer.status:
        case 429:
            return too_many(answer, now)
        case 501:
            return Refused("The server does not offer this: look at api_url")
        case 408:
            return Unsure("the server answered 408") if creating else TryLater("the server answered 408")
        case 413:
            return Refused("This is larger than the server takes")
        case status if status >= 500:
            said = f"the server answered {status}"
            return Unsure(said) if creating else TryLater(said, wait_asked_for(answer.headers.get("Retry-After")))
        case status if status < 400:
            said = f"api_url answered {status}, as no such server does"
            return Unsure(said) if creating else TryLater(said, timedelta(minutes=1))
    return refusal(answer.status, kind, explained(body))


def refusal(status: int, kind: str, said: str) -> OutsideError:
    """Which of the many noes it is."""
    if kind in BY_EXPIRY and "scope" not in said.lower():
        return TokenRejected("Bluesky does not accept this sign-in any more")
    if kind in CLOSED:
        return SignInAgain("Bluesky says the account is deactivated or suspended: sign in on its site to see why")
    if kind == "AuthFactorTokenRequired":
        return SignInAgain("Bluesky asks for a code sent by mail: use an app password, which needs none")
    if status == 401 or kind in NO_SIGN_IN:
        return SignInAgain("Bluesky does not accept the handle and app password of this account")
    if kind == "InvalidSwap":
        return InvalidSwap("There is another record in that place already")
    if kind in NOT_THERE:
        return NotThere("Bluesky has no such post any more")
    if status == 404:
        return Refused("The server does not know this call: look at api_url")
    return Refused(f"Bluesky could not take this ({status}). {said}".strip())


def too_many(answer: HttpAnswer, now: datetime) -> TryLater:
    """Until the moment the server names."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if "ratelimit-reset" in headers:
        return TryLater("Bluesky asks us to slow down", wait_until(headers["ratelimit-reset"], now))
    return TryLater("Bluesky asks us to slow down", wait_asked_for(headers.get("retry-after"), timedelta(minutes=1)))


def wait_until(epoch_seconds: str, now: datetime) -> timedelta:
    """How long until a moment the server named: at least 1 s, at most a day; a minute when it cannot be read."""
    try:
        moment = datetime.fromtimestamp(float(epoch_seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return timedelta(minutes=1)
    return min(max(moment - now, timedelta(seconds=1)), LONGEST_WAIT)


def explained(body: Mapping[str, Any]) -> str:
    """The server's own reason, at most 200 characters, without anybody's name or words."""
    return NAMES.sub("…", str(body.get("message") or ""))[:200]


def read(body: bytes) -> Mapping[str, Any]:
    """A JSON object, or an empty one when it is none (a proxy's page, half an answer)."""
    try:
        found = json.loads(body)
    except RecursionError:
        return read(shallow(body))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def shallow(body: bytes) -> bytes:
    """JSON with null for whatever is nested deeper than anything we read: a record may hold what its author likes."""
    kept, depth, at = [], 0, 0
    for piece in NESTING.finditer(body):
        if piece.group() in b"[{":
            depth += 1
            if depth == DEEPEST:
                kept += [body[at : piece.start()], b"null"]
        elif piece.group() in b"]}":
            if depth == DEEPEST:
                at = piece.end()
            depth -= 1
    return b"".join([*kept, body[at:]]) if depth == 0 else b""
