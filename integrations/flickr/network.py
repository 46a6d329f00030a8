"""One account on Flickr, as the core sees it: its photos' comments read each hour, answered by comments of its own."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import (
    Clock,
    Edited,
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
    Verdict,
)
from bot.reply import Abilities, Act, Audience, LookUps, TextLimits
from integrations.flickr import parse
from integrations.flickr.client import FlickrClient
from integrations.flickr.parse import Comment, Reader
from integrations.flickr.reading import Reading
from integrations.flickr.settings import FlickrAccount
from integrations.http import Http, TooMuch
from integrations.plain import PlainNetwork

log = structlog.get_logger()

LIMITS = TextLimits(5_000, "characters", len, lambda _text: "the name of whom it answers goes before it")
"""Flickr states none; this is what can be read."""
BEFORE = timedelta(minutes=5)
"""How far Flickr's clock and ours may differ when an earlier try is looked for."""
CLOSE = timedelta(seconds=30)
"""What has the same words and is older than that may as well be another reply."""
LOOK_UPS = LookUps(every=timedelta(hours=6), at_once=20)


def build(account: FlickrAccount, *, http: Http, clock: Clock, tokens: object = None) -> "FlickrNetwork":  # noqa: ARG001
    """The network for one account; its keys never change, so it needs no ``tokens``."""
    return FlickrNetwork(account, http=http, clock=clock)


class FlickrNetwork(PlainNetwork):
    """One account."""

    limits = LIMITS
    guarantee = Guarantee.LOOKUP
    settle = timedelta(minutes=2)
    abilities = Abilities(acts=frozenset({Act.EDIT_OWN, Act.DELETE_OWN}), reads_back=True, look_ups=LOOK_UPS)

    def __init__(self, account: FlickrAccount, *, http: Http, clock: Clock) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.speaks_as = f"{account.username or account.label or account.name} on Flickr"
        self._account = account
        self._clock = clock
        self._client = FlickrClient(account, http=http)
        self._reading = Reading(account, self._client, clock)

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """The comments since the last read, the first time of the last 24 hours. Flickr is asked once an hour at most."""
        return await self._reading.page(cursor)

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """What became of comments: their words as they are, or that they are gone."""
        items: list[Item] = []
        for photo in dict.fromkeys(parse.photo_of(post.native_id) for post in posts):
            if photo:
                items += await self._looked_up(photo, {post.native_id for post in posts})
        return items

    async def _looked_up(self, photo: str, asked: set[str]) -> list[Item]:
        """The same on one photo. What is not listed is gone only where every entry of the list could be read."""
        now = self._clock.now()
        mine = sorted(one for one in asked if parse.photo_of(one) == photo)
        try:
            page = await self._client.comments(photo)
        except NotThere:
            return [Gone(one, now) for one in mine]
        except TooMuch:
            return []
        there = {one.id: one for one in self._reader().comments(page)}
        is_whole = len(there) == len(list(parse.listed(parse.mapping(page.get("comments")).get("comment"))))
        items: list[Item] = [Edited(one, there[one].text, now) for one in mine if one in there]
        return items + [Gone(one, now) for one in mine if one not in there and is_whole and "comments" in page]

    # --- replying

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the comment is still there."""
        try:
            await self._source(reply)
        except NotThere:
            items = (Gone(reply.in_reply_to, self._clock.now()),)
            return Preflight(Verdict.GONE, "The comment was deleted, or its photo was.", items=items)
        return Preflight(Verdict.OK)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Comment on the photo, once, with the name of whom it answers at its head: Flickr has no threads."""
        if reply.audience is Audience.AUTHOR or reply.private:
            raise Refused("Flickr's API has no private replies.")
        if not reply.text.strip() or LIMITS.over(reply.text):
            raise Refused(f"A comment has from 1 to {LIMITS.limit:,} characters.")
        source = await self._source(reply)
        made = parse.mapping((await self._client.add(source.photo, self._addressed(source, reply.text))).get("comment"))
        comment_id = parse.text(made.get("id"))
        if not parse.photo_of(comment_id):
            raise Unsure("Flickr did not say which comment it made")
        return self._receipt(comment_id)

    def _addressed(self, source: Comment, text: str) -> str:
        return parse.addressed(source, text, by=self._account.addressed_by, web_url=self._account.web_url)

    async def _source(self, reply: Outgoing) -> Comment:
        """The comment that is answered. Raises NotThere."""
        found = await self._comment(reply.in_reply_to)
        if found is None:
            raise NotThere("the comment, or its photo, is not there any more")
        return found

    async def _comment(self, comment_id: str) -> Comment | None:
        """One comment among those on its photo. Raises NotThere for a photo that is gone."""
        photo = parse.photo_of(comment_id)
        if not photo:
            return None
        page = await self._client.comments(photo)
        return next((one for one in self._reader().comments(page) if one.id == comment_id), None)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether the photo has this reply of ours. Absent only after ``settle``.

        With another name at its head it may be to the same person, who took another since.
        """
        first = reply.first_sent_at or reply.created_at
        try:
            source = await self._source(reply)
            page = await self._client.comments(source.photo)
        except Refused:
            return NotFound.CANNOT_TELL
        wanted = parse.alike(self._addressed(source, reply.text))
        comments = self._reader().comments(page)
        late = [one for one in comments if one.ours and one.at >= first - BEFORE]
        for one in late:
            if parse.alike(one.text) == wanted:
                return Found(self._receipt(one.id, one.url)) if one.at >= first - CLOSE else NotFound.CANNOT_TELL
        others = [one.author for one in comments if not one.ours and one.author.id != source.author.id]
        if any(parse.may_be(reply.text, one.text, others, self._account.web_url) for one in late):
            return NotFound.CANNOT_TELL
        last = reply.last_sent_at or reply.first_sent_at
        has_settled = last is not None and self._clock.now() - last >= self.settle
        is_whole = len(comments) == len(list(parse.listed(parse.mapping(page.get("comments")).get("comment"))))
        return NotFound.ABSENT if has_settled and is_whole else NotFound.CANNOT_TELL

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a comment of ours is among those on its photo."""
        try:
            found = await self._comment(native_id)
        except NotThere:
            return NotFound.ABSENT
        return Found(self._receipt(found.id, found.url)) if found else NotFound.ABSENT

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Delete or edit our own; the name at the head of what is there stays."""
        match act:
            case Act.DELETE_OWN:
                await self._delete(native_id)
            case Act.EDIT_OWN:
                before = await self._comment(native_id)
                if before is None:
                    raise NotThere("our comment is not there any more")
                await self._client.edit(native_id, await self._head_of(before) + text)
            case _:
                raise Refused(f"Flickr has no way to {act} through its API")

    async def _delete(self, native_id: str) -> None:
        """Take our own comment down; one that is gone already is fine."""
        try:
            await self._client.delete(native_id)
        except NotThere:
            log.info("flickr_comment_gone_already", account=self._account.name)

    async def _head_of(self, ours: Comment) -> str:
        """What our comment begins with, if that is somebody's name."""
        comments = self._reader().comments(await self._client.comments(ours.photo))
        for one in comments:
            for head in parse.heads(one.author, self._account.web_url):
                if not one.ours and ours.text.startswith(head):
                    return f"{head} "
        return ""

    def _reader(self) -> Reader:
        return Reader(self._account.user_id, self._account.web_url, self._clock.now())

    def _receipt(self, comment_id: str, url: str = "") -> Receipt:
        page = f"{self._account.web_url}/photos/{self._account.user_id}/{parse.photo_of(comment_id)}/"
        return Receipt(comment_id, url or f"{page}#comment{comment_id.rpartition('-')[2]}")

    # --- checking

    async def check(self) -> Sequence[str]:
        """What is wrong with the keys, the account and its rights. Nothing is written."""
        account = f"Account {self._account.name!r}"
        try:
            user = parse.mapping((await self._client.whose()).get("user"))
        except SignInAgain as error:
            return [f"{account}: {error}. The four keys are those of the app and of the account."]
        except OutsideError as error:
            return [f"{account}: Flickr cannot be asked: {error}"]
        if parse.text(user.get("id")) != self._account.user_id:
            return [f"{account}: the keys are of {parse.text(user.get('id')) or 'nobody'}: mend user_id or the keys."]
        return await self._rights(account)

    async def _rights(self, account: str) -> Sequence[str]:
        """Whether the token may write."""
        try:
            perms = parse.text(parse.mapping((await self._client.rights()).get("oauth")).get("perms"))
        except (Refused, TryLater, SignInAgain) as error:
            return [f"{account}: it cannot be seen what the access token may do: {error}"]
        if perms not in ("write", "delete"):
            return [f"{account}: the access token may only {perms or 'do nothing'}: make one with permission to write."]
        return []
