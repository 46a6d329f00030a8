"""Replies of one account: looked at before, posted with a key, looked for when an answer was lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import NotThere, Refused, TryLater, Unsure
from bot.ports import Found, Gone, NotFound, Outgoing, Preflight, Receipt, Verdict
from bot.replying.counting import linked
from integrations.mastodon import addressing, parse
from integrations.mastodon.client import Client, Me
from integrations.mastodon.failures import Call, iso
from integrations.mastodon.parse import Reader, ident, link, mapping, mappings, text
from integrations.mastodon.pictures import Pictures
from integrations.mastodon.settings import MastodonAccount

STATUSES = "/api/v1/statuses"
SETTLES = timedelta(seconds=60)
MAY_STILL_BE_POSTING = timedelta(seconds=30)
"""A key is known to the server only once the post is made: a repeat before that would make a second one."""
CLOCKS_DIFFER = timedelta(minutes=2)
MOST_ANSWERS = 4_000
"""Mastodon gives 4,096 posts of a conversation and no more."""
GONE = "The post was deleted, or its author no longer lets the account see it."

Status = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply as it is posted."""

    text: str
    visibility: str
    warning: str


class Replies:
    """What one account says."""

    def __init__(self, account: MastodonAccount, client: Client, pictures: Pictures) -> None:
        self._account = account
        self._client = client
        self._clock = client.clock
        self._pictures = pictures
        self._doubtful: dict[str, datetime] = {}

    def page(self, native_id: str) -> str:
        """The post on the account's own server, where whoever is signed in can answer it."""
        return f"{self._account.api_url}/web/statuses/{native_id}" if ident(native_id) else ""

    # --- before

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the post is there, and says what it said when the reply was written."""
        me, now = await self._client.me(), self._clock.now()
        try:
            source = await self._status(reply.in_reply_to)
        except NotThere:
            return Preflight(Verdict.GONE, GONE, items=(Gone(reply.in_reply_to, now),))
        reader = Reader(me.id, me.username, now)
        edit = reader.edited(source)
        if edit is None or reader.is_ours(source):
            return Preflight(Verdict.OK)
        if edit.at <= reply.created_at:
            return Preflight(Verdict.OK, items=(edit,))
        reason = "Its author changed the post since the reply was written: look at what it says now."
        return Preflight(Verdict.CHANGED, reason, self.page(reply.in_reply_to), (edit,))

    # --- sending

    async def publish(self, reply: Outgoing) -> Receipt:
        """Post it, once. Raises Unsure when it may have arrived."""
        self._wait_for_earlier(reply.key)
        try:
            me = await self._client.me()
            source = await self._status(reply.in_reply_to)
            ready = await self._ready(reply, source, me)
            if self._account.idempotent and reply.first_sent_at and (earlier := await self._earlier(reply, me)):
                return earlier
            media = await self._pictures.ready(reply.media)
            return await self._post(reply, ready, media)
        except NotThere as error:
            raise NotThere(GONE) from error
        except Refused as error:
            raise Refused(str(error), error.by_hand or self.page(reply.in_reply_to)) from error

    def _wait_for_earlier(self, key: str) -> None:
        """Raises TryLater while an earlier try may still be under way."""
        now = self._clock.now()
        self._doubtful = {one: at for one, at in self._doubtful.items() if now - at < MAY_STILL_BE_POSTING}
        if key in self._doubtful:
            left = MAY_STILL_BE_POSTING - (now - self._doubtful[key])
            raise TryLater("an earlier try may still be under way", left)

    async def _ready(self, reply: Outgoing, source: Status, me: Me) -> Ready:
        """The words with the names they need. Raises Refused when they are too long, or would reach whom they should not."""
        host = self._account.host
        seen_by = addressing.visibility(source, reply.audience, self._account.visibility, private=reply.private)
        if seen_by == addressing.DIRECT:
            names = addressing.the_one(source, me.id, reply.author_id)
            refuse_strangers(reply.text, names, host)
        else:
            names = addressing.people(source, me.id, reply.author_id)
        if over := addressing.limits_for(self._account.limit).over(reply.text):
            raise Refused(f"It is {over} characters too long.")
        whole = addressing.addressed(reply.text, names, host)
        server = await self._client.server()
        limits = linked(server.limit or self._account.limit, server.a_link)
        if over := limits.over(whole):
            raise Refused(f"With the author's name in front it is {over} characters too long for the server.")
        return Ready(whole, seen_by, addressing.warning_for(source, limits.limit - limits.count(whole)))

    async def _post(self, reply: Outgoing, ready: Ready, media: Sequence[str]) -> Receipt:
        """The one call that the public sees."""
        form = {
            "status": ready.text,
            "in_reply_to_id": reply.in_reply_to,
            "visibility": ready.visibility,
            "language": reply.language,
            "spoiler_text": ready.warning,
            "sensitive": "true" if ready.warning else "",
        }
        fields = [(name, value) for name, value in form.items() if value] + [("media_ids[]", one) for one in media]
        how = {"data": fields, "headers": {"Idempotency-Key": reply.key}}
        try:
            _, posted = await self._client.call("POST", STATUSES, call=Call.CREATE, **how)
            return receipt(posted)
        except Unsure:
            self._doubtful[reply.key] = self._clock.now()
            raise
        except Refused:
            self._pictures.forget()
            raise

    async def _earlier(self, reply: Outgoing, me: Me) -> Receipt | None:
        """What an earlier try made, if it can be seen; the key stands behind that."""
        try:
            found = among(await self._answers(reply.in_reply_to), reply, me.id)
        except (Refused, TryLater):
            return None
        return receipt(found) if found else None

    # --- looking

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether our answers to the post hold this one. Absent only after ``SETTLES``, when all could be read."""
        me = await self._client.me()
        try:
            answers = await self._answers(reply.in_reply_to)
        except Refused:
            return await self._in_own_posts(reply, me)
        except TryLater as error:
            if error.bucket:
                raise
            return await self._in_own_posts(reply, me)
        if found := among(answers, reply, me.id):
            return Found(receipt(found))
        if any(is_answer_of_ours(one, reply, me.id) for one in answers):
            return NotFound.CANNOT_TELL
        last = reply.last_sent_at or reply.first_sent_at
        settled = last is not None and self._clock.now() - last >= SETTLES
        return NotFound.ABSENT if settled and len(answers) < MOST_ANSWERS else NotFound.CANNOT_TELL

    async def _answers(self, post_id: str) -> list[Status]:
        """What answers a post, and what answers that."""
        context = mapping(await self._client.get(f"{STATUSES}/{checked(post_id)}/context"))
        if not isinstance(context.get("descendants"), list):
            raise TryLater("the server's answer is no conversation")
        return list(mappings(context.get("descendants")))

    async def _in_own_posts(self, reply: Outgoing, me: Me) -> Found | NotFound:
        """Where the conversation cannot be read: finding it here proves it, not finding it proves nothing."""
        page = await self._client.get(f"/api/v1/accounts/{me.id}/statuses", (("limit", "40"),))
        found = among(mappings(page), reply, me.id)
        return Found(receipt(found)) if found else NotFound.CANNOT_TELL

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a post of ours is there."""
        try:
            return Found(receipt(await self._status(native_id)))
        except NotThere:
            return NotFound.ABSENT
        except Refused:
            return NotFound.CANNOT_TELL
        except Unsure as error:
            raise TryLater(str(error)) from error

    async def _status(self, post_id: str) -> Status:
        status = mapping(await self._client.get(f"{STATUSES}/{checked(post_id)}", call=Call.ASIDE))
        if ident(status.get("id")) != post_id:
            raise TryLater("the server's answer is not the post that was asked for")
        return status

    # --- changing our own

    async def edit(self, native_id: str, words: str) -> None:
        """Give a post of ours other words; its names, pictures, language and warning stay."""
        status = await self._status(native_id)
        me = await self._client.me()
        if not Reader(me.id, me.username, self._clock.now()).is_ours(status):
            raise Refused("That post is not the account's own.")
        source = mapping(await self._client.get(f"{STATUSES}/{native_id}/source"))
        head = addressing.AT_THE_HEAD.match(text(source.get("text")))
        names = [name.removeprefix("@") for name in head.group().split()] if head else []
        whole = addressing.addressed(words, names, self._account.host)
        if parse.is_private(status):
            said_to = [text(one.get("acct")) for one in mappings(status.get("mentions"))]
            refuse_strangers(words, said_to, self._account.host)
        if whole.split() == text(source.get("text")).split():
            return
        fields = [("status", whole), ("spoiler_text", text(source.get("spoiler_text")))]
        fields += [("language", language)] if (language := text(status.get("language"))) else []
        fields += [("sensitive", "true")] if status.get("sensitive") is True else []
        fields += [("media_ids[]", ident(one.get("id"))) for one in mappings(status.get("media_attachments"))]
        await self._client.call("PUT", f"{STATUSES}/{native_id}", call=Call.ASIDE, data=fields)


def refuse_strangers(words: str, names: Sequence[str], host: str) -> None:
    """Raises Refused where a private post would be read by others than it is for."""
    if not names:
        raise Refused("It is not known to whom this private reply would go.")
    if others := addressing.strangers(words, names, host):
        raise Refused(f"A private reply is read by everybody it names: take out @{others[0]}.")


def checked(post_id: str) -> str:
    """The id, if it can be one. Raises NotThere: on another network's id nothing is asked."""
    if not ident(post_id):
        raise NotThere("that is no post of this server")
    return post_id


def receipt(posted: object) -> Receipt:
    """What the server gave back. Raises Unsure when it does not say which post it made."""
    status = mapping(posted)
    if not (post_id := ident(status.get("id"))):
        raise Unsure("the server did not say which post it made")
    return Receipt(post_id, link(status.get("url")) or link(status.get("uri")))


def among(answers: Sequence[Status], reply: Outgoing, me: str) -> Status | None:
    """Our own answer with these words, made since the first try; one made before it was another reply."""
    wanted = parse.alike(reply.text)
    ours = (one for one in answers if is_answer_of_ours(one, reply, me))
    return next((one for one in ours if parse.alike(parse.shown(one)) == wanted), None)


def is_answer_of_ours(one: Status, reply: Outgoing, me: str) -> bool:
    """Whether we answered that post with it since the first try; with other words a server may have written ours anew."""
    if ident(mapping(one.get("account")).get("id")) != me or ident(one.get("in_reply_to_id")) != reply.in_reply_to:
        return False
    made = iso(text(one.get("created_at")))
    return made is None or made >= (reply.first_sent_at or reply.created_at) - CLOCKS_DIFFER
