"""The ``webchat`` network: posts come in by signed webhook, replies go out by one."""

import json
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from bot.errors import OutsideError, Refused, TryLater, Unsure
from bot.ports import (
    Clock,
    Found,
    Guarantee,
    NotFound,
    Outgoing,
    Page,
    Preflight,
    Receipt,
    Received,
    Verdict,
    Webhook,
)
from bot.reply import Abilities, Act, TextLimits
from integrations.http import Http, HttpAnswer, wait_asked_for
from integrations.webchat.parse import items_in
from integrations.webchat.settings import WebchatAccount, key_of
from integrations.webchat.signature import sign, verify

BLANK = b"\xef\xbb\xbf \t\r\n"
"""What may stand before a page's first mark: a byte order mark and spaces."""
LIMITS = TextLimits(3_000, "characters", len)
"""What a chat's form takes; nothing is cut."""


def build(account: WebchatAccount, *, http: Http, clock: Clock, tokens: object = None) -> "Webchat":  # noqa: ARG001
    """The account as the core uses it; its secret never changes, so it needs no ``tokens``."""
    return Webchat(account, http=http, clock=clock)


class Webchat:
    """One account. The receiver tells repeats apart by ``webhook-id``, so a try may be repeated."""

    limits = LIMITS
    abilities = Abilities()
    guarantee = Guarantee.NATIVE_KEY
    settle = timedelta(0)
    repeat_within = None
    poll_every = None

    def __init__(self, account: WebchatAccount, *, http: Http, clock: Clock) -> None:
        self.account = account
        self.http = http
        self.clock = clock
        self.key = key_of(account.secret)
        self.by_hand = account.reply_url is None
        self.speaks_as = account.label or account.name

    async def fetch(self, cursor: str | None) -> Page:
        """Nothing to ask for: everything comes by webhook."""
        return Page((), cursor)

    def receive(self, request: Webhook) -> Received:
        """Verify, then read. A GET is answered 405: there is no handshake."""
        if request.method != "POST":
            return Received(status=405, answer={"error": "POST only"})
        message_id = verify(self.key, request.headers, request.body, request.at)
        return Received(items_in(request.body, request.at), delivery_id=message_id)

    async def preflight(self, _reply: Outgoing) -> Preflight:
        """The receiver says in its answer whether the post is gone."""
        return Preflight(Verdict.OK)

    async def publish(self, reply: Outgoing) -> Receipt:
        """POST it, signed, with the same ``webhook-id`` on every try."""
        now = self.clock.now()
        event = {
            "type": "reply.created",
            "timestamp": now.isoformat().replace("+00:00", "Z"),
            "data": {"id": reply.key, "in_reply_to": reply.in_reply_to, "text": reply.text, "account": self.account.name},
        }
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        stamp = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": reply.key,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(self.key, reply.key, stamp, body),
        }
        return receipt_from(await self.http.call("POST", str(self.account.reply_url), data=body, headers=headers))

    async def find_sent(self, _reply: Outgoing) -> Found | NotFound:
        """There is nothing to look in; repeating is harmless instead."""
        return NotFound.CANNOT_TELL

    async def read_back(self, native_id: str) -> Found | NotFound:  # noqa: ARG002  # the port's name
        """Not offered."""
        return NotFound.CANNOT_TELL

    async def act(self, act: Act, native_id: str, text: str = "") -> None:  # noqa: ARG002  # the port's name
        """Not offered."""
        raise Refused(f"{act} cannot be done here")

    def reply_page(self, _native_id: str, _text: str) -> str:
        """A web chat has no page of its own to answer on."""
        return ""

    async def check(self) -> Sequence[str]:
        """Whether replies have somewhere to go. Sends nothing."""
        name = self.account.name
        url = self.account.reply_url
        if url is None:
            return ()  # replies to it are answered by hand
        try:
            await self.http.call("HEAD", url)
        except OutsideError as error:
            return (f"accounts.{name}.reply_url: {urlsplit(url).hostname} does not answer: {error}.",)
        return ()


def receipt_from(answer: HttpAnswer) -> Receipt:
    """What the receiver's answer means; see the outside contract."""
    match answer.status:
        case status if 200 <= status < 300:
            return receipt_in(answer)
        case 404 | 410:
            raise Refused("the conversation is gone")
        case 400 | 401 | 403 | 413 | 422:
            raise Refused(f"the web chat refused it (HTTP {answer.status})")
        case 429:
            raise TryLater("the web chat asks for patience", wait_asked_for(answer.headers.get("Retry-After")))
        case 503 if "Retry-After" in answer.headers:
            raise TryLater("the web chat is away", wait_asked_for(answer.headers.get("Retry-After")))
        case _:
            raise Unsure(f"the web chat answered HTTP {answer.status}")


def receipt_in(answer: HttpAnswer) -> Receipt:
    """``{"id"?, "url"?}``; nothing, or plain words, that came with a 2xx are a yes without particulars.

    Raises Unsure for a page: a proxy or a sign-in form between us and the receiver answers 200 with one.
    """
    if answer.body.lstrip(BLANK).startswith(b"<"):
        raise Unsure(f"a page came back, not the web chat's answer (HTTP {answer.status})")
    try:
        given = json.loads(answer.body)
    except ValueError:
        return Receipt()
    if not isinstance(given, dict):
        return Receipt()
    native_id, url = given.get("id"), given.get("url")
    link = url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""
    return Receipt(str(native_id) if native_id else "", link)
