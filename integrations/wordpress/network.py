"""One WordPress site, as the core sees it: comments are polled, and answered by a user with the role Editor."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from bot.errors import NotThere, OutsideError, Refused, Unsure
from bot.exchange import Found, Gone, NotFound, Outgoing, Page, Preflight, Receipt, Verdict
from bot.ports import Clock, Guarantee
from bot.reply import Abilities, Act, Audience, TextLimits
from integrations.http import Http
from integrations.plain import PlainNetwork
from integrations.wordpress.client import ROLE, Client
from integrations.wordpress.reading import Reading
from integrations.wordpress.settings import WordPressAccount

CLOSE = timedelta(minutes=5)
"""What has the same words and is older than that is another reply."""
STATUS = {Act.HIDE: "hold", Act.UNHIDE: "approve"}


def build(account: WordPressAccount, *, http: Http, clock: Clock, tokens: object = None) -> "WordPress":  # noqa: ARG001
    """The network for one account."""
    return WordPress(account, http=http, clock=clock)


class WordPress(PlainNetwork):
    """One user of one site."""

    limits = TextLimits(65_525, "bytes", lambda text: len(escape(text, quote=False).encode("utf-8", "replace")))
    abilities = Abilities(threads=True, acts=frozenset({*STATUS, Act.DELETE_OWN}), reads_back=True)
    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=60)

    def __init__(self, account: WordPressAccount, *, http: Http, clock: Clock) -> None:
        self.poll_every = account.poll_every
        self._clock, self._client = clock, Client(account, http)
        self._reading = Reading(self._client, clock, account.name)
        self.speaks_as = f"{account.user} on {self._client.site.removeprefix('https://')}"

    async def fetch(self, cursor: str | None) -> Page:
        """What is new, changed or gone; the first time of the last day."""
        return await self._reading.page(cursor)

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the comment is still there, and shown."""
        there = await self._reading.one(reply.in_reply_to)
        if there is None:
            items = (Gone(reply.in_reply_to, self._clock.now()),)
            return Preflight(Verdict.GONE, "The comment was deleted.", items=items)
        hidden = Preflight(Verdict.NOT_ALLOWED, "The comment is not shown on the site now.", there.said.url)
        return hidden if there.status == "hold" else Preflight(Verdict.OK)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Post it, once. When it is refused because an earlier try arrived, that one is found."""
        if reply.audience is Audience.AUTHOR or reply.private or reply.media:
            raise Refused("a comment on a site is public and plain text")
        where = {"post": reply.conversation, "parent": reply.in_reply_to}
        try:
            made = await self._client.call("POST", "comments", json={**where, "content": escape(reply.text, quote=False)})
        except Refused:
            if isinstance(found := await self.find_sent(reply), Found):
                return found.receipt
            raise
        if not made.get("id"):
            raise Unsure("the site did not say which comment it made")
        return Receipt(str(made["id"]), str(made.get("link") or ""))

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether the answers to the comment hold this one."""
        listed = await self._reading.listed(parent=reply.in_reply_to)
        since = (reply.first_sent_at or reply.created_at) - CLOSE
        same = [one.said for one in listed.comments if one.is_ours and one.said.text.split() == reply.text.split()]
        if same:
            found = Found(Receipt(same[-1].native_id, same[-1].url))
            return found if same[-1].posted_at >= since else NotFound.CANNOT_TELL
        last = reply.last_sent_at or reply.first_sent_at or self._clock.now()
        return NotFound.ABSENT if listed.is_whole and self._clock.now() - last >= self.settle else NotFound.CANNOT_TELL

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a comment of ours is shown; one that waits for approval is not."""
        there = await self._reading.one(native_id)
        return Found(Receipt(native_id, there.said.url)) if there and there.status != "hold" else NotFound.ABSENT

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Hold a comment back, show it again, or put ours in the site's bin."""
        if act not in self.abilities.acts:
            await super().act(act, native_id, text)
        there = await self._reading.one(native_id)
        if there is None and act is not Act.DELETE_OWN:
            raise NotThere("the site has no such comment any more")
        if there and act is Act.DELETE_OWN:
            await self._client.call("DELETE", f"comments/{native_id}")
        elif there and (there.status == "hold") is (act is Act.UNHIDE):
            await self._client.call("PUT", f"comments/{native_id}", json={"status": STATUS[act]})

    async def check(self) -> Sequence[str]:
        """Whether the user is let in and may do all of this."""
        try:
            may = (await self._client.call("GET", "users/me", params={"context": "edit"})).get("capabilities")
        except OutsideError as error:
            return [f"{self.speaks_as}: {error}."]
        return [] if isinstance(may, dict) and may.get("moderate_comments") else [f"{self.speaks_as}: {ROLE}."]
