"""What the answers of Meta's Graph API mean: code and subcode → one of our own errors. The whole table stands here.

https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/messenger-platform/error-codes; each row is tried in ``tests/integrations/facebook``.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import HttpAnswer, wait_asked_for

BUCKET = "graph"
THROTTLED = frozenset({4, 17, 32, 341, 613, 80000, 80001, 80002, 80006})
PASSING = frozenset({1, 2, 1200})
SIGN_IN = frozenset({102, 190})
NO_RIGHT = frozenset({3, 10, *range(200, 300)})
GONE = frozenset({(100, 33), (803, 0)})
CLOSED = frozenset({(10, 2018278), (10, 2018065), (10, 2534022)})
AWAY = frozenset({(10, 2018108), (551, 0)})
WHY_SIGNED_OUT: Mapping[int, str] = {
    458: "the app was removed from the account that gave the token",
    459: "Facebook wants the person who gave the token to sign in and pass a check",
    460: "the password of the person who gave the token was changed",
    463: "the token has expired",
    464: "the account of the person who gave the token is not confirmed",
    467: "the token is no longer valid",
    492: "the person who gave the token has no role on the Page any more",
}
THROTTLED_FOR = timedelta(minutes=10)
BLOCKED_FOR = timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=24)
REDUCE = "reduce the amount of data"
LONG_WORD = re.compile(r"[A-Za-z0-9_|.-]{40,}")
"""What may be a token: nothing that long is said again."""


class NoRight(SignInAgain):
    """The token lacks a permission, or the app does: an administrator must give it."""


class TooMuch(TryLater):
    """More was asked for at once than Meta gives: less may be had."""


class WindowClosed(Refused):
    """Meta lets nobody write to this person any more until they write again."""


class Duplicate(Refused):
    """Meta has this already: not posted again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The ``error`` of an answer."""

    code: int
    subcode: int
    said: str
    passing: bool = False

    @classmethod
    def read(cls, body: object) -> Self | None:
        """The error in an answer; None when there is none."""
        error = body.get("error") if isinstance(body, Mapping) else None
        if not isinstance(error, Mapping):
            return None
        said = str(error.get("error_user_msg") or error.get("message") or "")
        return cls(
            number(error.get("code")), number(error.get("error_subcode")), plain(said), error.get("is_transient") is True
        )


def failure(answer: HttpAnswer, *, creating: bool) -> OutsideError:
    """The error an answer stands for that is no yes. When creating, all that is not a clear no is Unsure."""
    fault = Fault.read(read(answer.body))
    if fault is None or not fault.code:
        return without_a_code(answer, creating=creating)
    if fault.code in THROTTLED:
        return TryLater("Meta asks this account to slow down", wait_in(answer.headers), BUCKET)
    if fault.code == 368:
        reason = (
            "Meta has blocked this account from doing that for a while: somebody must look at the Page's quality notices"
        )
        return TryLater(reason, BLOCKED_FOR, BUCKET)
    if fault.code == 1 and REDUCE in fault.said.lower() and not creating:
        return TooMuch("Meta gives less at once than was asked for", timedelta(seconds=30))
    if fault.code in PASSING or fault.passing:
        return passing(f"Meta had a fault of its own (code {fault.code})", creating=creating)
    return refusal(fault) or unknown(fault, answer, creating=creating)


def refusal(fault: Fault) -> OutsideError | None:
    """What Meta refuses for a reason it names; None when the code is none we know."""
    pair = (fault.code, fault.subcode)
    if pair in CLOSED:
        return WindowClosed("Meta's time for an answer is over: it can be sent only once this person writes again")
    if pair in AWAY or fault.code == 551:
        return Refused("this person takes no messages from the Page now")
    if fault.code in SIGN_IN:
        why = WHY_SIGNED_OUT.get(fault.subcode, "Meta does not accept it")
        return SignInAgain(f"The Page token does not work any more: {why}. Make a new one and put it in the settings")
    if fault.code in NO_RIGHT:
        return NoRight(f"The app or its token lacks a permission for this (code {fault.code}): see tolbooth check")
    if pair in GONE or fault.code == 803:
        return NotThere("it is not there any more, or not shown to the Page")
    if fault.code in (506, 10900):
        return Duplicate("Meta says that this was sent already")
    if pair == (100, 2018001):
        return Refused("Meta knows nobody to write to under this conversation")
    if pair == (100, 2018292) or 10901 <= fault.code <= 10903:
        return Refused("this comment cannot be answered privately: answer in public")
    return None


def unknown(fault: Fault, answer: HttpAnswer, *, creating: bool) -> OutsideError:
    """A code that is not in the table: a fault of theirs with a 5xx, else a no."""
    said = f"Meta could not take this (code {fault.code}). {fault.said}".strip()
    return passing(said, creating=creating) if answer.status >= 500 else Refused(said)


def without_a_code(answer: HttpAnswer, *, creating: bool) -> OutsideError:
    """An answer that is none of the Graph API's: a proxy's, or half of one."""
    match answer.status:
        case 401:
            return SignInAgain("The Page token is not accepted")
        case 403:
            return NoRight("Meta does not allow this")
        case 404:
            return Refused("Meta has no such address: look at api_url and graph_version")
        case 429:
            return TryLater("Meta asks this account to slow down", wait_in(answer.headers), BUCKET)
        case status if 400 <= status < 500 and status != 408:
            return Refused(f"Meta could not take this (HTTP {status})")
        case status:
            return passing(f"Meta's answer could not be read (HTTP {status})", creating=creating)


def passing(said: str, *, creating: bool) -> OutsideError:
    """It may be over in a moment; whether a create was carried out cannot be told."""
    return Unsure(said) if creating else TryLater(said, timedelta(seconds=30))


def wait_in(headers: Mapping[str, str]) -> timedelta:
    """How long Meta says that a throttled account has to wait; ten minutes when it does not say."""
    minutes = max((one["regain"] for one in usages(headers)), default=0.0)
    if minutes:
        return min(timedelta(minutes=minutes), LONGEST_WAIT)
    return wait_asked_for(headers.get("Retry-After"), THROTTLED_FOR)


def usages(headers: Mapping[str, str]) -> list[dict[str, float]]:
    """Each use that the headers tell of: ``used`` in percent, ``regain`` in minutes."""
    named = {name.lower(): value for name, value in headers.items()}
    found = [read(named.get(name, "").encode()) for name in ("x-app-usage", "x-page-usage")]
    by_case = read(named.get("x-business-use-case-usage", "").encode())
    cases = by_case.values() if isinstance(by_case, dict) else ()
    found += [one for case in cases if isinstance(case, list) for one in case]
    return [usage(one) for one in found if isinstance(one, dict)]


def usage(one: Mapping[str, Any]) -> dict[str, float]:
    """One use in plain numbers."""
    used = max(number(one.get(name)) for name in ("call_count", "total_time", "total_cputime"))
    return {"used": float(used), "regain": float(max(0, min(number(one.get("estimated_time_to_regain_access")), 100_000)))}


def read(body: bytes) -> Any:
    """The JSON of an answer; None when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def number(value: object) -> int:
    """A whole number, also from a string; 0 when it is none."""
    if isinstance(value, bool):
        return 0
    try:
        return int(float(str(value))) if isinstance(value, int | float | str) else 0
    except (ValueError, OverflowError):
        return 0


def plain(said: str) -> str:
    """Meta's own reason, at most 200 characters, with nothing in it that may be a token."""
    return LONG_WORD.sub("…", said)[:200]
