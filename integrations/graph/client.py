"""Meta's Graph API over the one session: calls that are proved with the app's secret, and what they say of our pace.

Nothing of a call is ever logged: the token goes in a header, and errors name neither it nor an address.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.errors import OutsideError, SignInAgain, TryLater, Unsure
from integrations.graph.errors import BUCKET, Fault, NoRight, TooMuch, failure, read, usages
from integrations.graph.settings import GraphAccount
from integrations.http import Http, HttpAnswer, TooLarge

Body = Mapping[str, Any]
AT_ONCE: Final = 50
"""The most of one batch: https://developers.facebook.com/docs/graph-api/batch-requests"""
LARGEST: Final = 32 << 20
"""Bytes of one read: the three posts that are the fewest asked for, each with fifty comments of 8,000 emoji."""
NEARLY_USED = 80.0
SLOWER = 3


@dataclass(slots=True)
class Pace:
    """How much of what Meta allows is used, by the newest answer that told."""

    used: float = 0.0
    regain: timedelta = timedelta(0)

    def note(self, headers: Mapping[str, str]) -> None:
        """What an answer's headers say."""
        if told := usages(headers):
            self.used = max(one["used"] for one in told)
            self.regain = timedelta(minutes=max(one["regain"] for one in told))

    def wait(self, every: timedelta) -> timedelta | None:
        """The least time before the next read, when it should be later than ``every``."""
        if self.used < NEARLY_USED and not self.regain:
            return None
        return max(every * SLOWER, self.regain)

    @property
    def slowed(self) -> str:
        """Why it is read more slowly, for staff."""
        if self.used < NEARLY_USED and not self.regain:
            return ""
        return f"{self.used:.0f} % of the calls that Meta allows are used, so it is asked less often; webhooks go on"


def proof(secret: str, token: str) -> str:
    """``appsecret_proof``: https://developers.facebook.com/docs/graph-api/guides/secure-requests"""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


class GraphClient:
    """Calls the Graph API as one Page."""

    def __init__(self, account: GraphAccount, http: Http) -> None:
        self._http = http
        self._root = f"{account.api_url}/{account.graph_version}"
        self._secret = account.app_secret.get_secret_value()
        self._token = account.access_token.get_secret_value()
        self._as_app = f"{account.app_id}|{self._secret}"
        self.pace = Pace()
        self.version = ""
        """The version that answered last, where it says so."""

    async def get(self, path: str, **asked: object) -> Body:
        """Read something. Raises TryLater, Refused, NotThere, SignInAgain."""
        return await self._again(self._call("GET", path, asked))

    async def create(self, path: str, **said: object) -> Body:
        """Make something that would be there twice if it were asked for again. Raises Unsure too."""
        return await self._call("POST", path, said, creating=True)

    async def write(self, method: str, path: str, **said: object) -> Body:
        """Change something so that doing it twice is harmless."""
        return await self._again(self._call(method, path, said))

    async def as_app(self, path: str, **asked: object) -> Body:
        """Read something that the app itself may know."""
        return await self._again(self._call("GET", path, asked, token=self._as_app))

    async def token_facts(self) -> Body:
        """What Meta knows of the Page token."""
        return mapping((await self.as_app("debug_token", input_token=self._token)).get("data"))

    async def each(self, paths: Sequence[str], fields: str) -> list[Body | OutsideError | None]:
        """Up to ``AT_ONCE`` things read in one call, each by itself: what it is, why not, or None when nobody said."""
        asked = urlencode({"fields": fields, "appsecret_proof": proof(self._secret, self._token)})
        batch = [{"method": "GET", "relative_url": f"{at(path)}?{asked}"} for path in paths[:AT_ONCE]]
        asking = {"batch": json.dumps(batch), "include_headers": "false"}
        answers = elements((await self._again(self._call("POST", "", asking, listed=True))).get("list"))
        if len(answers) != len(batch):
            raise TryLater("Meta's answer could not be read")
        return [one_of(answer) for answer in answers]

    async def _again(self, call: Any) -> Body:
        """Of what may be asked again nothing is ever in doubt."""
        try:
            body: Body = await call
        except Unsure as error:
            raise (TooMuch if isinstance(error, TooLarge) else TryLater)(str(error), timedelta(seconds=30)) from error
        return body

    async def _call(
        self,
        method: str,
        path: str,
        given: Mapping[str, object],
        *,
        creating: bool = False,
        listed: bool = False,
        token: str = "",
    ) -> Body:
        """One call and its answer, read."""
        token = token or self._token
        fields = {name: said(value) for name, value in given.items() if value is not None}
        query = {"appsecret_proof": proof(self._secret, token)}
        how: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}", "Accept": "application/json"}}
        if method == "POST":
            how["data"] = urlencode(fields, errors="replace").encode()
            how["headers"]["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            query |= fields
            how["largest"] = LARGEST
        url = f"{self._root}/{at(path)}?{urlencode(query, errors='replace')}"
        answer = await self._http.call(method, url, **how)
        return self._read(answer, creating=creating, listed=listed)

    def _read(self, answer: HttpAnswer, *, creating: bool, listed: bool) -> Body:
        """What a yes holds. Raises what anything else means."""
        self.pace.note(answer.headers)
        self.version = answer.headers.get("facebook-api-version", self.version)
        body = read(answer.body)
        if listed and isinstance(body, list):
            body = {"list": body}
        if 200 <= answer.status < 300 and isinstance(body, dict) and Fault.read(body) is None:
            return body
        raise failure(answer, creating=creating)


def one_of(answer: object) -> Body | OutsideError | None:
    """One answer of a batch."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("body"), str):
        return None
    code = answer.get("code")
    whole = HttpAnswer(code if isinstance(code, int) else 0, {}, str(answer["body"]).encode("utf-8", "replace"))
    body = read(whole.body)
    if whole.status == 200 and isinstance(body, dict) and Fault.read(body) is None:
        return body
    error = failure(whole, creating=False)
    is_signed_out = isinstance(error, SignInAgain) and not isinstance(error, NoRight)
    if is_signed_out or (isinstance(error, TryLater) and error.bucket == BUCKET):
        raise error
    return error


def at(path: str) -> str:
    """A path with each of its parts made safe."""
    return "/".join(quote(part, safe="") for part in path.split("/"))


def said(value: object) -> str:
    """A parameter as the API takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def mapping(value: object) -> Body:
    """An object of the JSON; an empty one when it is something else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Body]:
    """The objects of a list of the JSON, also of one that stands under ``data``."""
    listed = value.get("data") if isinstance(value, dict) else value
    return [one for one in elements(listed) if isinstance(one, dict)]


def elements(value: object) -> list[Any]:
    """The elements of a list of the JSON; none when it is something else."""
    return value if isinstance(value, list) else []
