"""One Instagram account, as the core sees it: told by webhooks, asked for what they lost, answered in public."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import NotThere, Refused
from bot.ports import (
    Clock,
    Found,
    Gone,
    Guarantee,
    Held,
    Item,
    NotFound,
    Outgoing,
    Page,
    Preflight,
    Receipt,
    Received,
    Webhook,
)
from bot.reply import Abilities, Act, Audience, LookUps
from integrations.graph.checks import Checks, Needs
from integrations.graph.client import GraphClient
from integrations.graph.errors import NoRight
from integrations.graph.hooks import answer_to, note
from integrations.graph.leaving import Leaving
from integrations.graph.reading import Seen, number
from integrations.http import Http
from integrations.instagram.comments import Comments
from integrations.instagram.parse import MENTION
from integrations.instagram.reading import MOST_ASKED, Reading
from integrations.instagram.rules import LIMITS
from integrations.instagram.settings import InstagramAccount
from integrations.plain import PlainNetwork

INBOX = "https://business.facebook.com/latest/inbox/all?asset_id="
ABILITIES = Abilities(
    acts=frozenset({Act.HIDE, Act.UNHIDE, Act.DELETE_OWN}),
    reads_back=True,
    look_ups=LookUps(every=timedelta(hours=1), at_once=MOST_ASKED),
)
NEEDS = Needs(
    "instagram",
    {
        "instagram_basic": "find the account",
        "instagram_manage_comments": "read, answer or hide comments",
        "pages_show_list": "find the Page it is linked to",
        "pages_read_engagement": "read anything with the Page's token",
        "pages_manage_metadata": "be told of anything",
    },
    frozenset({"instagram_basic", "instagram_manage_comments"}),
    ("comments", "mentions"),
    ("feed",),
)


def build(account: InstagramAccount, *, http: Http, clock: Clock, tokens: object = None) -> "Instagram":  # noqa: ARG001
    """The network for one account; the Page's token never changes by itself, so it needs no ``tokens``."""
    return Instagram(account, http=http, clock=clock)


class Instagram(PlainNetwork):
    """One professional account, linked to a Page."""

    limits = LIMITS
    abilities = ABILITIES
    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=90)

    def __init__(self, account: InstagramAccount, *, http: Http, clock: Clock) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.own_id = account.ig_user_id
        self.speaks_as = f"@{account.username} on Instagram"
        self._account, self._clock = account, clock
        self._seen = Seen()
        self._client = GraphClient(account, http)
        self._reading = Reading(account, self._client, clock, self._seen)
        self._checks = Checks(account, self._client, clock, NEEDS)
        self._leaving = Leaving(clock)
        self._comments = Comments(account, self._client, clock, seen=self._seen, reader=self._reading.reader)

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """What webhooks lost, and the words of mentions; the first time the last 24 hours."""
        page = await self._reading.page(cursor)
        return replace(page, items=self._leaving.without(page.items))

    def receive(self, request: Webhook) -> Received:
        """A handshake, or what happened on this account; a call may tell of others of the same app too."""
        received = answer_to(
            request, self._account, about="instagram", own_id=self.own_id, read_one=self._reading.reader.read
        )
        note(self._seen, received.items)
        self._reading.note_mentions(received.items)
        return replace(received, items=self._leaving.without(received.items))

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """Which comments are gone; what mentions say, whose words come apart."""
        named = [one for one in posts if one.conversation.startswith(MENTION)]
        plain = [one.native_id for one in posts if one not in named and number(one.native_id)]
        found = await self._comments.look_up(plain, self._checks.believe)
        for one in named[:MOST_ASKED]:
            found += await self._named(one)
        return found

    async def _named(self, post: Held) -> list[Item]:
        """What became of one mention; nothing where that cannot be seen."""
        try:
            edited = await self._reading.mentioned(post)
        except NotThere:
            await self._checks.believe()
            return [Gone(post.native_id, self._clock.now())]
        except Refused:
            return []
        return [edited] if edited else []

    async def ends_at(self) -> datetime | None:
        """When the token ends, or its sight of people's posts."""
        return await self._checks.ends_at()

    # --- replying

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether what is answered is there, and Instagram takes these words."""
        return await self._comments.preflight(reply, self._checks.believe)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Send it, once."""
        page_by_hand = self.reply_page(reply.in_reply_to, "")
        if reply.media:
            raise Refused("Comments on Instagram go without pictures.", page_by_hand)
        if reply.audience is Audience.AUTHOR or reply.private:
            raise Refused("Private answers on Instagram are not sent from here.", page_by_hand)
        try:
            self._leaving.note(reply.text)
            return await self._comments.answer(reply)
        except NotThere:
            raise
        except NoRight as error:
            if reply.conversation.startswith(MENTION):
                raise Refused("Instagram does not let the account answer there through its API", page_by_hand) from error
            raise
        except Refused as error:
            raise Refused(str(error), error.by_hand or page_by_hand) from error

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether it is among the account's own answers."""
        last = reply.last_sent_at or reply.first_sent_at
        settled = last is not None and self._clock.now() - last >= self.settle
        return await self._comments.find_sent(reply, settled=settled)

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether it shows to the account."""
        return await self._comments.read_back(native_id)

    async def act(self, act: Act, native_id: str, text: str = "") -> None:  # noqa: ARG002  # comments cannot be edited
        """Hide, show again or delete."""
        if act not in self.abilities.acts:
            raise Refused(f"Instagram offers apps no way to {act}")
        await self._comments.act(act, native_id)

    def reply_page(self, native_id: str, text: str) -> str:  # noqa: ARG002  # a comment's own address is not known
        """Meta's inbox, where comments on Instagram can be answered too."""
        return INBOX + self._account.page_id

    async def check(self) -> Sequence[str]:
        """What is wrong with the token, its permissions, the webhooks and the version, each with its cure."""
        return [f"Account {self._account.name!r}: {fault}" for fault in await self._checks.faults()]
