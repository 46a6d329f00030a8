"""One Facebook Page, as the core sees it: told by webhooks, asked for what they lost, answered in public or by message."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import NotThere, Refused
from bot.ports import (
    Clock,
    Found,
    Guarantee,
    Held,
    Item,
    NotFound,
    Outgoing,
    Page,
    Preflight,
    Receipt,
    Received,
    Verdict,
    Webhook,
)
from bot.reply import Abilities, Act, Audience, LookUps
from bot.replying.counting import characters
from integrations.facebook import messenger
from integrations.facebook.comments import Comments
from integrations.facebook.hooks import Hooks
from integrations.facebook.parse import DIRECT, MENTION, UNSEEN, id_at
from integrations.facebook.reading import Reading
from integrations.facebook.settings import FacebookAccount
from integrations.graph.checks import Checks, Needs
from integrations.graph.client import AT_ONCE, GraphClient, mapping
from integrations.graph.errors import NoRight
from integrations.graph.hooks import MESSAGE, Update, answer_to, note
from integrations.graph.leaving import Leaving
from integrations.graph.reading import Seen, number
from integrations.http import Http
from integrations.plain import PlainNetwork

ACTS = frozenset({Act.HIDE, Act.UNHIDE, Act.LIKE, Act.UNLIKE, Act.DELETE_OWN, Act.EDIT_OWN})
LOOK_UPS = LookUps(every=timedelta(hours=6), at_once=AT_ONCE)
ALWAYS = {
    "pages_show_list": "find the Page",
    "pages_manage_metadata": "be told of anything",
    "pages_read_engagement": "read the Page's posts",
    "pages_read_user_content": "read what people say there",
    "pages_manage_engagement": "answer, hide or like",
}
MESSAGES = {"pages_messaging": "read or answer messages"}
PUBLIC_FIELDS = ("feed", "mention", "ratings")
MESSAGE_FIELDS = ("messages", "message_echoes", "message_edits")


def build(account: FacebookAccount, *, http: Http, clock: Clock, tokens: object = None) -> "Facebook":  # noqa: ARG001
    """The network for one Page; its token never changes by itself, so it needs no ``tokens``."""
    return Facebook(account, http=http, clock=clock)


def needs_of(account: FacebookAccount) -> Needs:
    """What Meta must allow for this account."""
    fields = PUBLIC_FIELDS + (MESSAGE_FIELDS if account.messenger else ())
    scopes = ALWAYS | (MESSAGES if account.messenger else {})
    return Needs("page", scopes, frozenset({"pages_read_engagement", "pages_read_user_content"}), fields, fields)


class Facebook(PlainNetwork):
    """One Page and its messages."""

    limits = characters(8_000)
    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=90)

    def __init__(self, account: FacebookAccount, *, http: Http, clock: Clock) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.own_id = account.page_id
        private = messenger.LIMITS if account.messenger else None
        self.abilities = Abilities(private=private, acts=ACTS, reads_back=True, look_ups=LOOK_UPS)
        self.speaks_as = f"{account.page_title or account.label or account.name} on Facebook"
        self._account, self._clock = account, clock
        self._seen = Seen()
        self._client = GraphClient(account, http)
        self._reading = Reading(account, self._client, clock, self._seen)
        self._messenger = messenger.Messenger(account, self._client, clock, self._seen)
        self._checks = Checks(account, self._client, clock, needs_of(account))
        self._comments = Comments(account, self._client, clock, self._seen)
        self._leaving = Leaving(clock)
        self._hooks = Hooks(account.web_url)

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """What webhooks lost; the first time the last 24 hours."""
        page = await self._reading.page(cursor)
        return replace(page, items=self._leaving.without(page.items))

    def receive(self, request: Webhook) -> Received:
        """A handshake, or what happened on this Page; a call may tell of others of the same app too."""
        received = answer_to(request, self._account, about="page", own_id=self.own_id, read_one=self._read)
        note(self._seen, received.items)
        return replace(received, items=self._leaving.without(received.items))

    def _read(self, update: Update) -> tuple[Item, ...] | None:
        if update.field == MESSAGE:
            if not self._account.messenger:
                return ()
            if self._messenger.is_echo(mapping(update.value.get("message"))):
                return ()
        return self._hooks.read(update)

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """What became of posts on our own timeline; of messages and of posts elsewhere Meta tells, or nobody."""
        ours = [one.native_id for one in posts if is_on_our_page(one)]
        return await self._comments.look_up(ours, self._checks.believe)

    async def ends_at(self) -> datetime | None:
        """When the token ends, or its sight of people's posts."""
        return await self._checks.ends_at()

    def post_at(self, url: str) -> str:
        """Only addresses that name the post in figures can be understood."""
        return id_at(url, self._account.page_id)

    # --- replying

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether what is answered is there as it was, and may be answered."""
        if reply.conversation.startswith(DIRECT):
            return await self._messenger.preflight(reply)
        is_private = reply.audience is Audience.AUTHOR
        if is_private and (why_not := self._why_not_privately(reply)):
            return Preflight(Verdict.NOT_ALLOWED, why_not, self._page_of(reply))
        return await self._comments.preflight(reply, self._checks.believe, self._page_of(reply))

    async def publish(self, reply: Outgoing) -> Receipt:
        """Send it, once."""
        page_by_hand = self._page_of(reply)
        if reply.media:
            raise Refused("Replies on Facebook go without pictures from here: take them out, or answer there.", page_by_hand)
        try:
            if reply.conversation.startswith(DIRECT):
                return await self._messenger.send(reply)
            if reply.audience is Audience.AUTHOR:
                return await self._answer_privately(reply)
            if reply.private:
                raise Refused("This was said in private, and is not answered in public.", self._messenger.inbox)
            self._leaving.note(reply.text)
            return await self._comments.answer(reply)
        except NotThere:
            raise
        except NoRight as error:
            if reply.conversation.startswith(MENTION):
                raise Refused("Facebook does not let the Page's app answer there", page_by_hand) from error
            raise
        except Refused as error:
            raise Refused(str(error), error.by_hand or page_by_hand) from error

    async def _answer_privately(self, reply: Outgoing) -> Receipt:
        """Where messages stay out, none is sent either."""
        if why_not := self._why_not_privately(reply):
            raise Refused(why_not)
        return await self._messenger.answer_privately(reply)

    def _why_not_privately(self, reply: Outgoing) -> str:
        """Why only its author cannot be answered; empty when that can be tried."""
        if not self._account.messenger:
            return "This account sends no messages: its setting messenger is off."
        if reply.conversation.startswith(UNSEEN):
            return "Facebook takes private answers only to what is said on the Page itself."
        return messenger.too_long(reply.text)

    def _page_of(self, reply: Outgoing) -> str:
        """Where a person can answer it."""
        return self._messenger.inbox if reply.conversation.startswith(DIRECT) else self.reply_page(reply.in_reply_to, "")

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether it is among the Page's own answers or messages."""
        last = reply.last_sent_at or reply.first_sent_at
        settled = last is not None and self._clock.now() - last >= self.settle
        if reply.conversation.startswith(DIRECT) or reply.audience is Audience.AUTHOR:
            return await self._messenger.find_sent(reply, settled=settled)
        return await self._comments.find_sent(reply, settled=settled)

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether it shows to the Page."""
        if not number(native_id):
            return await self._messenger.read_back(native_id)
        return await self._comments.read_back(native_id)

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Hide, show again, like, delete or edit."""
        if not number(native_id):
            raise Refused("A message stays with the person who has it: it cannot be changed or taken back from here.")
        await self._comments.act(act, native_id, text)

    def reply_page(self, native_id: str, text: str) -> str:  # noqa: ARG002  # Facebook's pages take no words
        """The post on Facebook, or Meta's inbox for a message."""
        return self._comments.url_of(native_id) if number(native_id) else self._messenger.inbox

    async def check(self) -> Sequence[str]:
        """What is wrong with the token, its permissions, the webhooks and the version, each with its cure."""
        return [f"Account {self._account.name!r}: {fault}" for fault in await self._checks.faults()]


def is_on_our_page(post: Held) -> bool:
    """Whether a post can be read again."""
    return bool(number(post.native_id)) and not post.conversation.startswith((DIRECT, *UNSEEN))
