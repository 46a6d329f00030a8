"""One account on X, as the core sees it: reads mentions by polling; replies by hand or through the API."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote, urlencode

from bot.errors import OutsideError, Refused, SettingsError, SignInAgain, TryLater, Unsure
from bot.ports import (
    Clock,
    Found,
    Guarantee,
    NotFound,
    Outgoing,
    Page,
    Preflight,
    Query,
    Receipt,
    Received,
    Verdict,
    Webhook,
    WebhookRefused,
)
from bot.reply import Abilities, Act, Audience
from integrations.http import Http
from integrations.plain import PlainNetwork
from integrations.x import links, messages, parse, pictures
from integrations.x.acts import Acts, acts_of
from integrations.x.client import Me, XClient
from integrations.x.failures import Duplicate, SourceGone
from integrations.x.meter import Meter
from integrations.x.reading import A_SHORT_PAGE, Reading, all_pages
from integrations.x.searching import Searching, searches_of
from integrations.x.settings import XAccount, wrong_account
from integrations.x.tokens import Grant, TokenStore
from integrations.x.weighted import LIMITS

GONE = Preflight(Verdict.GONE, "The post was deleted, or its author's account is closed.")


def build(account: XAccount, *, http: Http, clock: Clock, tokens: TokenStore | None = None) -> "XNetwork":
    """The network for one account. Raises SettingsError when its sign-in changes and there is nowhere to keep it."""
    if account.renews and tokens is None:
        raise SettingsError(
            f"accounts.{account.name}.refresh_token: needs a place to keep the sign-in, which X changes every two hours, "
            f"and there is none yet. Set secrets_key, or use the four OAuth 1.0a keys, which do not change."
        )
    return XNetwork(account, http=http, clock=clock, tokens=tokens)


def abilities_of(account: XAccount) -> Abilities:
    """What replies can be. By hand, X's own page does the rest."""
    searches = searches_of(account)
    if account.replies == "by_hand":
        return Abilities(searches=searches)
    return Abilities(
        searches=searches,
        private=messages.LIMITS if account.direct_messages else None,
        threads=True,
        media=pictures.RULES,
        acts=acts_of(account),
        reads_back=True,
    )


class XNetwork(PlainNetwork):
    """One account on X."""

    limits = LIMITS
    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=60)
    repeat_within = None

    def __init__(self, account: XAccount, *, http: Http, clock: Clock, tokens: TokenStore | None = None) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.by_hand = account.replies == "by_hand"
        self.abilities = abilities_of(account)
        self.speaks_as = f"@{account.handle} on X"
        self._account = account
        self._clock = clock
        grant = Grant(account, http=http, clock=clock, store=tokens) if account.renews and tokens else None
        self._client = XClient(account, http=http, clock=clock, grant=grant)
        self._meter = Meter(account, clock)
        self._reading = Reading(account, self._client, self._meter, clock)
        self._searching = Searching(account, self._client, self._meter, clock)
        self._messages = messages.Messages(account, self._client, self._meter)
        self._pictures = pictures.Pictures(self._client, self._meter, clock)
        self._acts = Acts(account, self._client, self._meter)

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """Everything new, the first time of the last 24 hours. The cursor moves only when every page was read."""
        return await self._reading.page(cursor)

    async def search(self, query: Query, cursor: str | None) -> Page:
        """What a watch looks for, of the last hour the first time; paid for by the post, up to the budget's share."""
        return await self._searching.page(query, cursor)

    def cost_today(self) -> Mapping[str, object]:
        """What this copy of the bot read and posted on this UTC day, and what that costs by the price list."""
        return self._meter.read_out()

    def receive(self, request: Webhook) -> Received:  # noqa: ARG002  # the port's name
        """X's own webhooks are not used: they cost five times what polling does, and miss replies further down."""
        raise WebhookRefused(404, "this account on X is read by polling")

    # --- replying

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a post or message of ours is there, as the account sees it. A post that is read costs what any does."""
        if native_id.startswith(messages.PREFIX):
            return await self._messages.read_back(native_id)
        try:
            page = await self._client.look_up([native_id])
        except SourceGone:
            return NotFound.ABSENT
        there = parse.ids(page)
        self._meter.count_read("looked_at", there)
        return Found(self._receipt(native_id)) if there else parse.why_not(page)

    async def act(self, act: Act, native_id: str, text: str = "") -> None:  # noqa: ARG002  # X edits no replies
        """Hide, show again, delete, like. With keys of another account nothing is done."""
        if act not in self.abilities.acts:
            raise Refused(f"this account has no way to {act} through X's API")
        await self._acts.carry_out(act, native_id, await self._own())

    async def _own(self) -> Me:
        """The account the keys belong to. Raises Refused when it is not the one of the settings."""
        me = await self._client.me()
        if wrong := wrong_account(me.handle, self._account):
            raise Refused(wrong)
        return me

    def post_at(self, url: str) -> str:
        """The id of the post at an address on X."""
        return links.post_at(url, self._account.web_url)

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
        if there := parse.ids(page):
            self._meter.count_read("looked_at", there)
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
        is_private = reply.audience is Audience.AUTHOR
        in_public = not (is_private or reply.private)
        page_by_hand = self.reply_page(reply.in_reply_to, reply.text) if in_public else self._messages.page(reply)
        if self.by_hand:
            raise Refused("Replies from this account are posted by hand.", page_by_hand)
        if reply.private and not is_private:
            raise Refused("This was said in private, and is not answered in public on X.", page_by_hand)
        try:
            await self._own()
            if is_private:
                return await self._messages.send(reply)
            return await self._post(reply, await self._pictures.ready(reply.media))
        except SourceGone:
            raise
        except Refused as error:
            raise Refused(str(error), error.by_hand or page_by_hand) from error

    async def _post(self, reply: Outgoing, picture_ids: Sequence[str]) -> Receipt:
        """The one call that the public sees."""
        try:
            posted = parse.mapping((await self._client.reply(reply.text, reply.in_reply_to, picture_ids)).get("data"))
        except Unsure:
            self._meter.count_reply(reply.text)
            raise
        except Duplicate as error:
            return await self._earlier_try(reply, error)
        except Refused:
            self._pictures.forget()
            raise
        self._meter.count_reply(reply.text)
        if not posted.get("id"):
            raise Unsure("X did not say which post it made")
        return self._receipt(str(posted["id"]))

    async def _earlier_try(self, reply: Outgoing, error: Duplicate) -> Receipt:
        """X has this text already: by an earlier try of this reply if it is found there. This try did nothing."""
        earlier = replace(reply, last_sent_at=reply.first_sent_at)
        found = await self.find_sent(earlier)
        if isinstance(found, Found):
            return found.receipt
        if found is NotFound.CANNOT_TELL and self._has_settled(earlier):
            raise Unsure(f"{error}, and it cannot be seen whether as this reply") from error
        raise Refused(f"{error}. Change a few words.", self.reply_page(reply.in_reply_to, reply.text)) from error

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether our posts since the source hold this reply. Absent only after ``settle``, when all could be read."""
        settled = self._has_settled(reply)
        try:
            me = await self._client.me()
            if reply.audience is Audience.AUTHOR:
                return await self._messages.find_sent(reply, me.id, settled=settled)
            pages = [page async for page in all_pages(self._client.timeline, me.id, since_id=reply.in_reply_to)]
            self._meter.count_read("own", (post_id for page in pages for post_id in parse.ids(page)))
        except Refused:
            return NotFound.CANNOT_TELL
        if found := parse.reply_among(pages, reply.in_reply_to, reply.text):
            return Found(self._receipt(found))
        complete = not any(page.get("errors") for page in pages)
        return NotFound.ABSENT if complete and settled else NotFound.CANNOT_TELL

    def _has_settled(self, reply: Outgoing) -> bool:
        """Whether the reply would show by now if any try of it had arrived."""
        last = reply.last_sent_at or reply.first_sent_at
        return last is not None and self._clock.now() - last >= self.settle

    def _receipt(self, post_id: str) -> Receipt:
        return Receipt(post_id, f"{self._account.web_url}/{self._account.handle}/status/{post_id}")

    # --- checking

    async def check(self) -> Sequence[str]:
        """What is wrong with the keys, the handle, the rights and the searches, as far as X tells without a post."""
        account = f"Account {self._account.name!r}"
        try:
            me = await self._client.me()
            self._meter.count_read("mentions", parse.ids(await self._client.mentions(me.id, max_results=A_SHORT_PAGE)))
        except SignInAgain as error:
            return [f"{account}: {error}. Make new keys in X's console, signed in as @{self._account.handle}."]
        except OutsideError as error:
            return [f"{account}: its mentions on X cannot be read: {error}"]
        faults = []
        if wrong := wrong_account(me.handle, self._account):
            faults.append(f"{wrong}: mend handle or the keys.")
        if not self.by_hand and self._client.access_level == "read":
            faults.append(
                'the keys may only read. Give the X app "Read and write" and make new keys, or set replies = "by_hand".'
            )
        if self._account.direct_messages and self._client.access_level in {"read", "read-write"}:
            faults.append('the keys may not send direct messages: give the X app "Read and write and Direct message".')
        faults += await self._reading.faults()
        if self._meter.is_nearly_used:
            faults.append(
                f"{self._meter.today.reads} of read_budget_per_day = {self._meter.budget} posts are read, which with the "
                f"replies cost {self._meter.dollars:.2f} dollars today: raise it, or make searches narrower."
            )
        return [f"{account}: {fault}" for fault in faults]
