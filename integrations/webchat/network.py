"""The ``webchat`` network: posts come in by signed webhook, replies go out by one."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
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
from bot.reply import Abilities, Act, Audience, TextLimits
from bot.replying.counting import characters, text_messages, visible
from integrations.http import Http, HttpAnswer, wait_asked_for
from integrations.plain import PlainNetwork
from integrations.webchat.parse import items_in
from integrations.webchat.settings import WebchatAccount, key_of
from integrations.webchat.signature import sign, verify

BLANK = b"\xef\xbb\xbf \t\r\n"
"""What may stand before a page's first mark: a byte order mark and spaces."""
GONE = (404, 410)
LONGEST_ID, LONGEST_URL = 500, 4_000
TOLD: Mapping[Act, str] = {
    Act.HIDE: "post.hidden",
    Act.UNHIDE: "post.shown",
    Act.DELETE_OWN: "reply.deleted",
    Act.EDIT_OWN: "reply.edited",
}
"""What the receiver is told."""
ACTS: Mapping[str, frozenset[Act]] = {
    "hide": frozenset({Act.HIDE, Act.UNHIDE}),
    "delete": frozenset({Act.DELETE_OWN}),
    "edit": frozenset({Act.EDIT_OWN}),
}
"""By their names in the settings."""


def build(account: WebchatAccount, *, http: Http, clock: Clock, tokens: object = None) -> "Webchat":  # noqa: ARG001
    """The account as the core uses it; its secret never changes, so it needs no ``tokens``."""
    return Webchat(account, http=http, clock=clock)


def limits_of(account: WebchatAccount) -> TextLimits:
    """How long a reply may be; nothing is cut."""
    match account.counted:
        case "sms":
            return text_messages(account.longest, account.sms_price)
        case "graphemes":
            return visible(account.longest)
        case _:
            return characters(account.longest)


def abilities_of(account: WebchatAccount) -> Abilities:
    """What the settings say that the receiver can do."""
    acts = frozenset(act for name in account.acts for act in ACTS[name])
    return Abilities(private=limits_of(account) if account.private_replies else None, acts=acts)


class Webchat(PlainNetwork):
    """One account. The receiver tells repeats apart by ``webhook-id``, so a try may be repeated."""

    guarantee = Guarantee.NATIVE_KEY
    settle = timedelta(0)
    repeat_within = None
    poll_every = None

    def __init__(self, account: WebchatAccount, *, http: Http, clock: Clock) -> None:
        self.account = account
        self.limits = limits_of(account)
        self.abilities = abilities_of(account)
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
        """POST it, signed, with the same ``webhook-id`` on every try. A private one goes only where it stays private."""
        about: dict[str, object] = {"id": reply.key, "in_reply_to": reply.in_reply_to, "text": reply.text}
        about |= {"account": self.account.name} | ({"private": True} if reply.private else {})
        if reply.media:
            raise Refused("the web chat takes no pictures")
        if reply.audience is Audience.AUTHOR and not self.account.private_replies:
            raise Refused("the web chat cannot show a reply to its author alone")
        if reply.audience is Audience.AUTHOR or (reply.private and self.account.private_replies):
            about |= {"audience": "author", "author": reply.author_id}
        return receipt_from(await self._tell("reply.created", about, reply.key))

    async def _tell(self, what: str, about: Mapping[str, object], message_id: str) -> HttpAnswer:
        """One signed call."""
        now = self.clock.now()
        event = {"type": what, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": about}
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        stamp = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(self.key, message_id, stamp, body),
        }
        return await self.http.call("POST", str(self.account.reply_url), data=body, headers=headers)

    async def find_sent(self, _reply: Outgoing) -> Found | NotFound:
        """There is nothing to look in; repeating is harmless instead."""
        return NotFound.CANNOT_TELL

    async def read_back(self, native_id: str) -> Found | NotFound:  # noqa: ARG002  # the port's name
        """Not offered."""
        return NotFound.CANNOT_TELL

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Have the receiver hide a post, show it again, or delete or edit a reply. Told twice, it is done once."""
        if act not in self.abilities.acts:
            raise Refused(f"the web chat has no way to {act}")
        if not native_id:
            raise Refused("the web chat gave no id for this reply, so it cannot be told which one is meant")
        about = {"id": native_id, "account": self.account.name} | ({"text": text} if act is Act.EDIT_OWN else {})
        try:
            answer = await self._tell(TOLD[act], about, f"msg_{secrets.token_hex(12)}")
            if answer.status in GONE:
                raise NotThere("the web chat has no such post any more")
            receipt_from(answer)
        except Unsure as error:
            raise TryLater(str(error)) from error

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
        case 401 | 403:
            raise SignInAgain(f"the web chat does not accept our signature (HTTP {answer.status})")
        case 400 | 413 | 422:
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
    except (ValueError, RecursionError):
        return Receipt()
    if not isinstance(given, dict):
        return Receipt()
    native_id, url = given.get("id"), given.get("url")
    link = url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""
    shown = str(native_id) if isinstance(native_id, str | int) and native_id else ""
    return Receipt(shown if len(shown) <= LONGEST_ID else "", link if len(link) <= LONGEST_URL else "")
