"""What X's answers mean: status, title, type and detail → one of our own errors.

X has no code for most refusals, so three kinds of 403 are told apart by words of their ``detail``
(https://docs.x.com/x-api/fundamentals/response-codes-and-errors).
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import HttpAnswer, wait_asked_for
from integrations.x.parse import mapping, mappings

HOUR = timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=24)
QUARTER_HOUR = "x-rate-limit"
SLOW_DOWN = "X asks us to slow down"
LIMITS = {
    "x-user-limit-24hour": "X takes no more from this account today",
    "x-app-limit-24hour": "X takes no more from this app today",
    QUARTER_HOUR: SLOW_DOWN,
}
"""The limits whose ``-remaining`` and ``-reset`` X puts in its headers."""
NOT_PERMITTED = "not permitted to perform this action"
NO_RIGHT = ("oauth1 app permissions", "suspended", "locked", "client-not-enrolled")
HANDLE = re.compile(r"@\w+")


class Duplicate(Refused):
    """X already has this very text from the account: not posted again."""


class NotSummoned(Refused):
    """X lets this app reply only to authors who named the account first; a person may still do it by hand."""


class NoRight(Refused):
    """This kind of call is not in the account's rights; reading and replying may be."""


class SourceGone(NotThere):
    """The post to be answered, hidden or deleted is no longer there."""


class Paused(TryLater):
    """Credits or the month's cap are used up: nothing is to be had from X until somebody acts."""


class WrongFieldName(Refused):
    """X does not know the parameter ``tweet.fields`` (or ``post.fields``): it has two names for the same thing."""


def failure(answer: HttpAnswer, *, creating: bool, now: datetime, aside: bool = False) -> OutsideError:
    """The error an answer outside 2xx stands for. When creating, all that is not a clear no is Unsure.

    ``aside``: a right that is missing for this call says nothing of reading and replying.
    """
    body = read(answer.body)
    match answer.status:
        case 401:
            return SignInAgain("X does not accept the keys of this account")
        case 402:
            return Paused("The X developer account has no credits left: somebody must buy more in X's console", HOUR)
        case 403:
            return forbidden(body, aside=aside)
        case 404:
            return SourceGone("X has no such post or account")
        case 408:
            return Unsure("X answered 408") if creating else TryLater("X answered 408")
        case 429:
            return too_many(answer, body, now)
        case 400 if names_fields(body):
            return WrongFieldName("X does not know that name for the fields of a post")
        case status if 400 <= status < 500:
            return Refused(f"X could not take this ({status}). {explained(body)}".strip())
        case status:
            said = f"X answered {status}"
            return Unsure(said) if creating else TryLater(said, wait_asked_for(answer.headers.get("Retry-After")))


def forbidden(body: Mapping[str, Any], *, aside: bool = False) -> OutsideError:
    """Which of the many 403s it is."""
    detail = str(body.get("detail") or "").lower()
    if "duplicate content" in detail:
        return Duplicate("X already has this very text from the account")
    if "have not been mentioned or otherwise engaged" in detail:
        return NotSummoned("X lets apps reply only to people who named or quoted the account first")
    if "deleted or not visible" in detail:
        return SourceGone("The post is deleted, or no longer visible to the account")
    if "permission to dm" in detail:
        return Refused("Its author takes no direct messages from the account: answer in public, or ask them to write first")
    kind = f"{body.get('type')} {body.get('reason')} {detail}".lower()
    if "client-forbidden" in kind or any(words in kind for words in NO_RIGHT) or (NOT_PERMITTED in kind and not aside):
        if aside:
            return NoRight("X does not let this account do that. Ask whoever looks after it, or do it on X's own page")
        return SignInAgain("X does not let this app or account do this: look at its access level and plan in X's console")
    return Refused(f"X does not allow this. {explained(body)}".strip())


def too_many(answer: HttpAnswer, body: Mapping[str, Any], now: datetime) -> TryLater:
    """Used up for the month, for the day, or for a quarter of an hour."""
    if "usage-capped" in str(body.get("type")) or "UsageCap" in str(body.get("title")):
        return Paused("The X plan has used up its monthly cap: somebody must raise it in X's console", HOUR)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    for limit, reason in LIMITS.items():
        if headers.get(f"{limit}-remaining") == "0":
            return TryLater(reason, wait_until(headers.get(f"{limit}-reset"), now))
    if "x-rate-limit-reset" in headers:
        return TryLater(SLOW_DOWN, wait_until(headers["x-rate-limit-reset"], now))
    return TryLater(SLOW_DOWN, wait_asked_for(headers.get("retry-after"), timedelta(minutes=1)))


def wait_until(epoch_seconds: str | None, now: datetime) -> timedelta:
    """How long until a moment X named: at least 1 s, at most a day; a minute when it cannot be read."""
    try:
        moment = datetime.fromtimestamp(float(epoch_seconds or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return timedelta(minutes=1)
    return min(max(moment - now, timedelta(seconds=1)), LONGEST_WAIT)


def names_fields(body: Mapping[str, Any]) -> bool:
    """Whether a 400 complains of the parameter that X calls ``tweet.fields`` in one place and ``post.fields`` in another."""
    said = json.dumps(body.get("errors") or "")
    return "tweet.fields" in said or "post.fields" in said


def explained(body: Mapping[str, Any]) -> str:
    """X's own reason, at most 200 characters, without anybody's name."""
    messages = [str(error.get("message") or "") for error in mappings(body.get("errors"))]
    return HANDLE.sub("@…", " ".join(filter(None, messages)) or str(body.get("detail") or ""))[:200]


def read(body: bytes) -> Mapping[str, Any]:
    """A JSON object, or an empty one when it is none (a proxy's page, half an answer)."""
    try:
        return mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}
