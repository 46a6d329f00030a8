"""One service user in Viva Engage as the core sees it: what colleagues say to it or where it listens, and its replies."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import structlog

from bot.errors import NotThere, Refused, SettingsError
from bot.ports import Clock, Found, Gone, Guarantee, Held, Item, NotFound, Outgoing, Page, Peers, Preflight, Receipt
from bot.reply import Abilities, Act, LookUps
from integrations.http import Http
from integrations.plain import PlainNetwork
from integrations.viva_engage.check import faults_of
from integrations.viva_engage.client import Engage, app_of
from integrations.viva_engage.communities import Communities
from integrations.viva_engage.entra import keys_of
from integrations.viva_engage.keys import TokenStore
from integrations.viva_engage.reading import EACH_CALL, Reading, feeds_of
from integrations.viva_engage.replies import ID, LIMITS, SETTLES, Replies, thread_of
from integrations.viva_engage.settings import VivaEngageAccount, VivaEngageSettings

log = structlog.get_logger()

LOOKS = LookUps(every=timedelta(hours=6), at_once=3)
"""Each look takes one of the seventeen calls there are in a minute."""
ROUND = EACH_CALL / 2
"""How long each further feed takes of a round, which begins anew once a minute."""
MESSAGE_AT = re.compile(r"/messages/([1-9]\d{0,18})(?!\w)|[?&]threadId=([1-9]\d{0,18})(?!\w)", re.ASCII)
THREAD_AT = re.compile(r"/threads/(eyJ[\w-]{10,200})", re.ASCII)
LOOP = (
    "accounts.{}: listens_to names {}, where cards appear too ([viva_engage.communities]): each card would come in as a\n"
    "mention, and be shown as a card again. Take it out of listens_to, or let the cards appear in another community."
)
TYPED_TO_THE_CHAT = (
    "accounts.{}: private_messages is set, and [viva_engage] has the same service user (one app keeps one sign-in): what\n"
    "staff type to the bot in private would come in as mentions. Leave it out, or give the account an app of its own."
)
HOSTS = frozenset({"www.yammer.com", "web.yammer.com", "engage.cloud.microsoft"})


def build(
    account: VivaEngageAccount,
    *,
    http: Http,
    clock: Clock,
    peers: Peers,
    tokens: TokenStore | None = None,
    beside: VivaEngageSettings | None = None,
) -> "VivaEngageNetwork":
    """The network for one account; ``peers`` share what its service user may ask, ``beside`` is the chat where cards appear.

    Raises SettingsError where cards would come in as mentions.
    """
    account = apart(account, beside) if beside else account
    keys = keys_of(account.signing_in, tokens=tokens, clock=clock, name=account.name)
    engage = Engage(account.signing_in, http=http, clock=clock, keys=keys, peers=peers)
    return VivaEngageNetwork(account, engage, clock=clock, peers=peers)


def apart(account: VivaEngageAccount, beside: VivaEngageSettings) -> VivaEngageAccount:
    """The account, taking nothing from where cards appear.

    Raises SettingsError where it is told to listen there, or to what staff type to the bot.
    """
    channels = filter(None, (account.channel, account.private_channel))
    cards = set(Communities(beside.communities).of(channels).values())
    if both := sorted(cards.intersection(account.listens_to)):
        raise SettingsError(LOOP.format(account.name, ", ".join(both)))
    if account.private_messages and app_of(account) == app_of(beside):
        raise SettingsError(TYPED_TO_THE_CHAT.format(account.name))
    return account.model_copy(update={"not_in": (*account.not_in, *sorted(cards.difference(account.not_in)))})


class VivaEngageNetwork(PlainNetwork):
    """One service user, as a place where colleagues write to the organisation."""

    limits = LIMITS
    guarantee = Guarantee.LOOKUP
    settle = SETTLES
    abilities = Abilities(acts=frozenset({Act.LIKE, Act.DELETE_OWN}), look_ups=LOOKS)

    def __init__(self, account: VivaEngageAccount, engage: Engage, *, clock: Clock, peers: Peers) -> None:
        self.poll_every: timedelta | None = account.poll_every - ROUND * min(len(feeds_of(account)) - 1, 8)
        self.speaks_as = f"{account.label or account.name} on Viva Engage"
        self._account, self._engage, self._clock = account, engage, clock
        self._reading = Reading(account, engage, clock=clock, peers=peers)
        self._replies = Replies(engage, self._reading.understanding.around, clock=clock, peers=peers)

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """What is new in the feed that is due, each at most once a minute; the first time of a quarter of an hour."""
        return await self._reading.page(cursor)

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """What became of messages, each looked at in its thread: other words, or that it is gone."""
        found: list[Item] = []
        for held in posts[: LOOKS.at_once]:
            thread, post = thread_of(held.conversation, held.native_id)
            if not post:
                continue
            try:
                found += await self._replies.looked_up(thread, post)
            except NotThere:
                found += [Gone(held.native_id, self._clock.now())] if await self._is_let_in() else []
        return found

    async def _is_let_in(self) -> bool:
        """Whether the service user still sees what it should: else a thread it does not see need not be gone."""
        for group in self._account.listens_to:
            try:
                await self._replies.in_turn(lambda group=group: self._engage.community(int(group)))  # type: ignore[misc]
            except Refused:
                log.warning("viva_engage_community_not_seen", account=self._account.name, community=group)
                return False
        return True

    def post_at(self, url: str) -> str:
        """The message at an address; of a thread's page the one that began it."""
        try:
            parts, own = urlsplit(url), urlsplit(self._account.api_url).hostname
        except ValueError:
            return ""
        if parts.scheme not in ("https", "http") or parts.hostname not in HOSTS | {own}:
            return ""
        if thread := THREAD_AT.search(url):
            return number_of(thread.group(1))
        found = MESSAGE_AT.search(url)
        return next(filter(None, found.groups()), "") if found else ""

    # --- replying

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the message is there, and as it was."""
        return await self._replies.preflight(reply)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Say it under the message, once."""
        return await self._replies.publish(reply)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether it stands in the thread, in these words."""
        return await self._replies.find_sent(reply)

    async def act(self, act: Act, native_id: str, text: str = "") -> None:  # noqa: ARG002 - nothing can be edited
        """Like, or delete our own; twice is harmless."""
        _, post = thread_of("", native_id)
        if act not in self.abilities.acts:
            raise Refused(f"Viva Engage has no way to {act} through its API")
        if not post:
            raise NotThere("that is no message of Viva Engage")
        if act is Act.LIKE:
            await self._replies.in_turn(lambda: self._engage.like(post))
            return
        try:
            await self._replies.in_turn(lambda: self._engage.delete(post))
        except NotThere:
            log.info("viva_engage_message_gone_already", account=self._account.name)

    # --- checking

    async def check(self) -> Sequence[str]:
        """What is wrong with the sign-in and the communities, each with its cure."""
        return await self._replies.in_turn(lambda: faults_of(self._engage, self._account))


def number_of(letters: str) -> str:
    """The number in ``eyJfdHlwZSI6IlRocmVhZCIsImlkIjoiMTIzIn0``, as pages have it; empty when there is none."""
    try:
        said = json.loads(urlsafe_b64decode(letters + "=" * (-len(letters) % 4)))
    except (ValueError, RecursionError):
        return ""
    found = said.get("id") if isinstance(said, dict) and said.get("_type") == "Thread" else ""
    return found if isinstance(found, str) and ID.fullmatch(found) else ""
