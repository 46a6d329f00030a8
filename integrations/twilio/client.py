"""Calls to Twilio, and what each of its answers means.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import Http, HttpAnswer, wait_asked_for

BUCKET = "twilio"
VERSION = "/2010-04-01/Accounts/"
PATIENCE = "Twilio asks for patience."
SIGN_IN = "Twilio does not accept the credentials. Put new ones into {at}.account_sid, {at}.api_key and {at}.secret."
NOT_SENT = frozenset({"failed", "undelivered", "canceled"})


@dataclass(frozen=True, slots=True)
class Login:
    """Whose account it is: the address of the API, the key, and what the settings that hold them are called."""

    api_url: str
    account_sid: str
    user: str
    secret: str = field(repr=False)
    at: str
    """``twilio``, or ``accounts.texts``."""
    refusals: Mapping[int, str] = field(default_factory=dict)
    """What to say of Twilio's error codes. None repeats a number."""


class Client:
    """Calls one account's API."""

    def __init__(self, login: Login, http: Http) -> None:
        self.login, self.http = login, http
        self.signed = {"authorization": aiohttp.encode_basic_auth(login.user, login.secret)}
        self.top = login.api_url.rstrip("/")
        self.account = f"{VERSION}{login.account_sid}"

    async def call(self, method: str, path: str, *, creating: bool = False, **how: Any) -> HttpAnswer:
        """One call below the account that was carried out. Raises OutsideError for one that was not, or may not have been.

        ``creating``: the public would see it twice, so that whatever is no clear no is Unsure.
        """
        answer = await self.http.call(method, self.top + self.account + path, headers=self.signed, **how)
        if answer.status >= 300:
            raise failure(answer, self.login, creating=creating)
        return answer

    async def read(self, path: str, **how: Any) -> Mapping[str, Any]:
        """What stands at a path. Asking changes nothing, so what is unsure may be asked again: it is never Unsure."""
        try:
            given = read(await self.call("GET", path, **how))
        except Unsure as error:
            raise TryLater(str(error)) from error
        if not given:
            raise TryLater("Twilio's answer cannot be read: perhaps a proxy's page stands in its place")
        return given


def failure(answer: HttpAnswer, login: Login, *, creating: bool = False) -> OutsideError:
    """What an answer that is no yes means."""
    code = read(answer).get("code")
    sign_in = SignInAgain(SIGN_IN.format(at=login.at))
    wait = TryLater(PATIENCE, wait_asked_for(answer.headers.get("Retry-After")), BUCKET)
    match answer.status:
        case 401 | 403:
            return sign_in if code not in login.refusals else refused(code, answer.status, login.refusals)
        case 429:
            return wait
        case 503 if not creating:
            return wait
        case status if status >= 500 or status == 408:
            return Unsure(f"Twilio answered HTTP {status}.")
        case _ if code == 20429:
            return wait
        case _ if code == 20003:
            return sign_in
        case status:
            return refused(code, status, login.refusals)


def refused(code: object, status: int, refusals: Mapping[int, str]) -> Refused:
    """A definite no, in words; Twilio's own may hold the number."""
    known = refusals.get(code) if isinstance(code, int) else None
    shown = code if isinstance(code, int) else "unknown"
    return Refused(f"Twilio did not send it: {known}" if known else f"Twilio refused it (error {shown}, HTTP {status}).")


def sid_in(answer: HttpAnswer, refusals: Mapping[int, str]) -> str:
    """What Twilio calls a text it took. Raises Unsure for no receipt, and Refused for one that failed at once."""
    given = read(answer)
    if answer.status != 201 or not given.get("sid"):
        raise Unsure(f"Twilio answered HTTP {answer.status} with something else than a receipt.")
    if given.get("status") in NOT_SENT:
        raise refused(given.get("error_code"), answer.status, refusals)
    return str(given["sid"])


def read(answer: HttpAnswer) -> dict[str, Any]:
    """The JSON object of an answer; empty when there is none."""
    try:
        given = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def read_time(value: object) -> datetime | None:
    """A time as Twilio writes it (RFC 2822); None for anything else."""
    try:
        read = parsedate_to_datetime(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return read.replace(tzinfo=UTC) if read and read.tzinfo is None else read


def was_made(one: Mapping[str, Any]) -> datetime:
    """When Twilio took a text; now and for ever when it does not say."""
    return read_time(one.get("date_created")) or datetime.max.replace(tzinfo=UTC)
