"""One account on X, as the core sees it: reads mentions by polling; replies by hand or through the API."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import structlog

from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import (
    Clock,
    Found,
    Gone,
    Guarantee,
    NotFound,
    Outgoing,
    Page,
    Preflight,
    Receipt,
    Received,
    Verdict,
    Webhook,
    WebhookRefused,
)
from bot.reply import TextLimits
from integrations.http import Http
from integrations.x import parse
from integrations.x.client import Body, XClient
from integrations.x.cursor import Cursor
from integrations.x.failures import Duplicate, SourceGone
from integrations.x.settings import XAccount
from integrations.x.snowflake import first_at
from integrations.x.weighted import LIMIT, weighted_length

log = structlog.get_logger()

LOOK_BACK = timedelta(hours=24)
A_PAGE = 100
A_SHORT_PAGE = 5
"""The most and the fewest posts X gives in one answer."""
MOST_PAGES = 40
"""X shows at most 800 mentions and 3,200 own posts; more pages than this is something gone wrong."""
GONE = Preflight(Verdict.GONE, "The post was deleted, or its author's account is closed.")


@dataclass(frozen=True, slots=True)
class Me:
    """The account the keys belong to."""

    id: str
    handle: str


def build(account: XAccount, *, http: Http, clock: Clock) -> "XNetwork":
    """The network for one account."""
    return XNetwork(account, http=http, clock=clock)


class XNetwork:
    """One account on X."""

    limits = TextLimits(LIMIT, "characters, counted as X counts them", weighted_length)
    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=60)

    def __init__(self, account: XAccount, *, http: Http, clock: Clock) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.by_hand = account.replies == "by_hand"
        self.speaks_as = f"@{account.handle} on X"
        self._account = account
        self._clock = clock
        self._client = XClient(account, http=http, clock=clock)
        self._me: Me | None = None

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """Everything new, the first time of the last 24 hours. The cursor moves only when every page was read."""
        now = self._clock.now()
        me = await self._who_we_are()
        known = self._known(cursor)
        start = known or Cursor(first_at(now - LOOK_BACK))
        which = {"since_id": start.since} if known else {"start_time": now - LOOK_BACK}
        pages = [page async for page in all_pages(self._client.mentions, me.id, **which)]
        items = parse.Reader(me.id, self._account.web_url).items(pages)
        after = start.after(parse.newest_id(pages), (item.native_id for item in items), now)
        gone: tuple[Gone, ...] = ()
        if after.is_due(self._account.recheck_every, now):
            gone = await self._deleted(after.watched)
            after = after.looked((one.native_id for one in gone), now)
        return Page((*items, *gone), str(after))

    def _known(self, cursor: str | None) -> Cursor | None:
        """The stored cursor; none when it is another network's: better to read a day again than to stand still."""
        try:
            return Cursor.read(cursor) if cursor else None
        except ValueError:
            log.warning("x_cursor_unreadable", account=self._account.name)
            return None

    async def _deleted(self, post_ids: Sequence[str]) -> tuple[Gone, ...]:
        """Which posts are no longer there. X wants what is kept of a deleted post removed within 24 hours."""
        return parse.gone(await self._client.look_up(post_ids), self._clock.now())

    async def _who_we_are(self) -> Me:
        """The account the keys belong to, asked once."""
        if self._me is None:
            user = parse.mapping((await self._client.me()).get("data"))
            if not parse.ID.fullmatch(str(user.get("id", ""))):
                raise TryLater("X did not say whose keys these are")
            self._me = Me(str(user["id"]), str(user.get("username") or ""))
        return self._me

    def receive(self, request: Webhook) -> Received:  # noqa: ARG002  # the port's name
        """X's own webhooks are not used: they cost five times what polling does, and miss replies further down."""
        raise WebhookRefused(404, "this account on X is read by polling")

    # --- replying

    def reply_page(self, native_id: str, text: str) -> str:
        """X's own page with the reply filled in, for whoever is signed in as the account."""
        query = urlencode({"in_reply_to": native_id, "text": text}, quote_via=quote)
        return f"{self._account.web_url}/intent/post?{query}"

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the post is still there to be answered. By hand a person sees that for themselves."""
        if self.by_hand:
            return Preflight(Verdict.OK)
        try:
            page = await self._client.look_up([reply.in_reply_to])
        except SourceGone:
            return GONE
        if any(parse.posts(page)):
            return Preflight(Verdict.OK)
        kinds = [kind for _, kind in parse.problems(page)]
        if any(kind.endswith(parse.DELETED) for kind in kinds):
            return GONE
        if any(kind.endswith(parse.HIDDEN) for kind in kinds):
            page_by_hand = self.reply_page(reply.in_reply_to, reply.text)
            return Preflight(Verdict.NOT_ALLOWED, "Its author's posts are now protected or suspended.", page_by_hand)
        raise TryLater("X did not say whether the post is still there")

    async def publish(self, reply: Outgoing) -> Receipt:
        """Post it, once. On an account whose replies go by hand it is refused, with the page where a person can."""
        page_by_hand = self.reply_page(reply.in_reply_to, reply.text)
        if self.by_hand:
            raise Refused("Replies from this account are posted by hand.", page_by_hand)
        try:
            posted = parse.mapping((await self._client.reply(reply.text, reply.in_reply_to)).get("data"))
        except Duplicate as error:
            return await self._earlier_try(reply, error)
        except SourceGone:
            raise
        except Refused as error:
            raise Refused(str(error), page_by_hand) from error
        if not posted.get("id"):
            raise Unsure("X did not say which post it made")
        return self._receipt(str(posted["id"]))

    async def _earlier_try(self, reply: Outgoing, error: Duplicate) -> Receipt:
        """X has this text already: by an earlier try of this reply if it is found there."""
        found = await self.find_sent(reply)
        if isinstance(found, Found):
            return found.receipt
        if found is NotFound.CANNOT_TELL and self._has_settled(reply):
            raise Unsure(f"{error}, and it cannot be seen whether as this reply") from error
        raise Refused(f"{error}. Change a few words.", self.reply_page(reply.in_reply_to, reply.text)) from error

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether our posts since the source hold this reply. Absent only after ``settle``, when all could be read."""
        settled = self._has_settled(reply)
        try:
            me = await self._who_we_are()
            pages = [page async for page in all_pages(self._client.timeline, me.id, since_id=reply.in_reply_to)]
        except Refused:
            return NotFound.CANNOT_TELL
        wanted = parse.alike(reply.text)
        for page in pages:
            for post in parse.posts(page):
                if parse.referenced(post, "replied_to") == reply.in_reply_to and parse.alike(parse.words(post)) == wanted:
                    return Found(self._receipt(post["id"]))
        complete = not any(page.get("errors") for page in pages)
        return NotFound.ABSENT if complete and settled else NotFound.CANNOT_TELL

    def _has_settled(self, reply: Outgoing) -> bool:
        """Whether the reply would show by now if it had ever arrived."""
        return reply.first_sent_at is not None and self._clock.now() - reply.first_sent_at >= self.settle

    def _receipt(self, post_id: str) -> Receipt:
        return Receipt(post_id, f"{self._account.web_url}/{self._account.handle}/status/{post_id}")

    # --- checking

    async def check(self) -> Sequence[str]:
        """What is wrong with the keys, the handle and the rights, as far as X tells without a post."""
        account = f"Account {self._account.name!r}"
        try:
            me = await self._who_we_are()
            await self._client.mentions(me.id, max_results=A_SHORT_PAGE)
        except SignInAgain as error:
            return [f"{account}: {error}. Make new keys in X's console, signed in as @{self._account.handle}."]
        except OutsideError as error:
            return [f"{account}: its mentions on X cannot be read: {error}"]
        faults = []
        if me.handle.lower() != self._account.handle.lower():
            faults.append(
                f"{account}: the keys belong to @{me.handle}, not to @{self._account.handle}: mend handle or the keys."
            )
        if not self.by_hand and self._client.access_level == "read":
            faults.append(
                f'{account}: the keys may only read. Give the X app "Read and write" and make new keys, '
                'or set replies = "by_hand".'
            )
        return faults


class ReadPage(Protocol):
    """Reads one page of a user's posts."""

    async def __call__(self, user_id: str, **which: Any) -> Body:
        """The page: posts newest first, ``meta.next_token`` while there are more."""
        ...


async def all_pages(read_page: ReadPage, user_id: str, **which: Any) -> AsyncIterator[Body]:
    """Every page there is, newest first. Raises TryLater when X names ever more."""
    for _ in range(MOST_PAGES):
        page = await read_page(user_id, max_results=A_PAGE, **which)
        yield page
        token = parse.mapping(page.get("meta")).get("next_token")
        if not token:
            return
        which["pagination_token"] = str(token)
    raise TryLater(f"X gave more than {MOST_PAGES} pages")
