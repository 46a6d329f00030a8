"""One YouTube channel, as the core sees it: reads its comments by polling, answers, hides, edits and deletes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, Unsure
from bot.ports import Clock, Found, Gone, Guarantee, Held, Item, NotFound, Outgoing, Page, Preflight, Receipt, Verdict
from bot.reply import Abilities, Act, Audience, LookUps, TextLimits
from integrations.http import Http
from integrations.plain import PlainNetwork
from integrations.youtube import parse
from integrations.youtube.client import AT_ONCE, YouTubeClient
from integrations.youtube.parse import Comment, Reader
from integrations.youtube.reading import PAGES_OF_A_THREAD, Comments
from integrations.youtube.settings import SCOPE, YouTubeAccount

LIMITS = TextLimits(10_000, "characters", len)
BEFORE = timedelta(minutes=5)
"""How far YouTube's clock and ours may differ when an earlier try is looked for."""
CLOSE = timedelta(seconds=30)
"""What has the same words and is older than that may as well be another reply."""
SUSPICIOUS = 3
"""So many posts gone at once, and no other there, may be our sign-in rather than the posts: it is asked first."""
NOT_SHOWN = "The comment is held for review: show it first, here or in YouTube Studio, or answer it there."
CLOSED = "YouTube takes no replies in this thread."


def build(account: YouTubeAccount, *, http: Http, clock: Clock, tokens: object = None) -> "YouTubeNetwork":  # noqa: ARG001
    """The network for one channel; its refresh token never changes by itself, so it needs no ``tokens``."""
    return YouTubeNetwork(account, http=http, clock=clock)


class YouTubeNetwork(PlainNetwork):
    """One channel."""

    limits = LIMITS
    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=90)
    abilities = Abilities(
        acts=frozenset({Act.HIDE, Act.UNHIDE, Act.EDIT_OWN, Act.DELETE_OWN}),
        reads_back=True,
        look_ups=LookUps(every=timedelta(hours=6), at_once=AT_ONCE),
    )

    def __init__(self, account: YouTubeAccount, *, http: Http, clock: Clock) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.speaks_as = f"{account.handle or account.label or account.name} on YouTube"
        self._account = account
        self._clock = clock
        self._client = YouTubeClient(account, http=http, clock=clock)
        self._comments = Comments(account, self._client, clock)

    # --- reading

    async def fetch(self, cursor: str | None) -> Page:
        """Everything new, the first time of the last 24 hours."""
        return await self._comments.page(cursor)

    def quota_today(self) -> Mapping[str, object]:
        """What was used of Google's quota today, as far as this copy of the bot knows."""
        used = self._client.budget.used
        return {"day": used.day, "units": used.units, "units_per_day": self._account.units_per_day}

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """Those with other words now, and those that are gone."""
        asked = [post.native_id for post in posts if parse.ID.fullmatch(post.native_id)][:AT_ONCE]
        if not asked:
            return ()
        found = self._reader().comments(await self._client.comments(asked))
        there = {one.id for one in found}
        gone = [one for one in asked if one not in there]
        if len(gone) >= SUSPICIOUS and not there:
            await self._own_channel()
        if gone:
            held = await self._comments.held_ids()
            gone = [one for one in gone if one not in held]
        now = self._clock.now()
        return (*(parse.edited(one) for one in found if one.is_edited), *(Gone(one, now) for one in gone))

    def post_at(self, url: str) -> str:
        """The comment at an address."""
        return parse.comment_at(url)

    # --- replying

    def reply_page(self, native_id: str, text: str) -> str:  # noqa: ARG002  # YouTube takes no text in a link
        """Empty: what leads to a comment is its video, which the core has as its link."""
        return ""

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the comment is there, public, as it was, and takes answers."""
        source = await self._comment(reply.in_reply_to)
        if source is None:
            items = (Gone(reply.in_reply_to, self._clock.now()),)
            return Preflight(Verdict.GONE, "The comment was deleted, or its video was.", items=items)
        by_hand = self._reader().url(source)
        if source.is_edited and source.updated > reply.created_at:
            changed = (parse.edited(source),)
            return Preflight(Verdict.CHANGED, "Its author changed the comment.", by_hand, items=changed)
        threads = self._reader().threads(await self._client.thread(source.thread))
        closed = next((thread for thread in threads if not thread.can_reply), None)
        if closed is None:
            return Preflight(Verdict.OK)
        return Preflight(Verdict.NOT_ALLOWED, CLOSED if closed.is_public else NOT_SHOWN, by_hand)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Put it in the thread, once; an answer to an answer begins with the name of whom it is to."""
        if reply.audience is Audience.AUTHOR or reply.private:
            raise Refused("YouTube has no private replies.")
        if LIMITS.over(reply.text):
            raise Refused(f"YouTube takes {LIMITS.limit:,} characters: shorten it.")
        thread, text = thread_of(reply), await self._addressed(reply)
        made = self._reader().comment(parse.mapping(await self._client.reply(thread, text)), thread)
        if made is None:
            raise Unsure("YouTube did not say which comment it made")
        return self._receipt(made)

    async def _addressed(self, reply: Outgoing) -> str:
        """The text with its addressee's @handle before it, where it answers an answer and there is room. Raises NotThere."""
        if reply.in_reply_to == thread_of(reply):
            return reply.text
        source = await self._comment(reply.in_reply_to)
        if source is None:
            raise NotThere("the comment, or its video, is not there any more")
        if not source.author.handle or reply.text.lower().startswith(f"@{source.author.handle.lower()}"):
            return reply.text
        addressed = f"@{source.author.handle} {reply.text}"
        return reply.text if LIMITS.over(addressed) else addressed

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether the thread holds this reply of ours. Absent only after ``settle``, when all of it could be read.

        With a name at its head that nobody in the thread has, it may be to the same person, who took another since.
        """
        thread = thread_of(reply)
        first = reply.first_sent_at or reply.created_at
        try:
            wanted = parse.alike(await self._addressed(reply))
            said, is_whole = await self._replies(thread)
        except Refused:
            return NotFound.CANNOT_TELL
        late = [one for one in said if one.ours and one.at >= first - BEFORE]
        for one in late:
            if parse.alike(one.text) == wanted:
                return Found(self._receipt(one)) if one.at >= first - CLOSE else NotFound.CANNOT_TELL
        others = {one.author.handle.lower() for one in said if one.id != reply.in_reply_to and not one.ours}
        if any(parse.may_be(reply.text, one.text, others) for one in late):
            return NotFound.CANNOT_TELL
        last = reply.last_sent_at or reply.first_sent_at
        has_settled = last is not None and self._clock.now() - last >= self.settle
        return NotFound.ABSENT if is_whole and has_settled else NotFound.CANNOT_TELL

    async def _replies(self, thread: str) -> tuple[list[Comment], bool]:
        """What was said in a thread, and whether all of it was read."""
        found: list[Comment] = []
        token, is_whole = "", True
        for _ in range(PAGES_OF_A_THREAD):
            page = await self._client.replies(thread, token)
            comments = self._reader().comments(page, thread)
            is_whole = is_whole and len(comments) == len(page.get("items", ()))
            found += comments
            token = parse.next_token(page)
            if not token:
                return found, is_whole
        return found, False

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a reply of ours is there; YouTube does not say of one comment whether all can see it."""
        found = await self._comment(native_id)
        return Found(self._receipt(found)) if found else NotFound.ABSENT

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Hide (hold for review), show again, delete or edit our own."""
        match act:
            case Act.HIDE:
                await self._client.moderate(native_id, "heldForReview")
            case Act.UNHIDE:
                await self._client.moderate(native_id, "published")
            case Act.DELETE_OWN:
                await self._client.delete(native_id)
            case Act.EDIT_OWN:
                await self._edit(native_id, text)
            case _:
                raise Refused(f"YouTube has no way to {act} through its API")

    async def _edit(self, native_id: str, text: str) -> None:
        """Other words; the name at the head of what is there stays."""
        before = await self._comment(native_id)
        if before is None:
            raise NotThere("our comment is not there any more")
        head = parse.HANDLE_AT_THE_HEAD.match(before.text)
        whole = f"@{head.group(1)} {text}" if head and before.is_reply and not text.startswith("@") else text
        await self._client.edit(native_id, text if LIMITS.over(whole) else whole)

    async def _comment(self, native_id: str) -> Comment | None:
        """One comment, or None when it is not there."""
        if not parse.ID.fullmatch(native_id):
            return None
        try:
            found = self._reader().comments(await self._client.comments([native_id]))
        except NotThere:
            return None
        return next((one for one in found if one.id == native_id), None)

    def _reader(self) -> Reader:
        return Reader(self._account.channel_id, self._account.web_url, self._clock.now())

    def _receipt(self, comment: Comment) -> Receipt:
        return Receipt(comment.id, self._reader().url(comment) if comment.video else "")

    # --- checking

    async def _own_channel(self) -> str:
        """The channel the sign-in is of. Raises SignInAgain when it is not the one of the settings."""
        found = [parse.text(one.get("id")) for one in parse.items(await self._client.own_channels())]
        if self._account.channel_id not in found:
            raise SignInAgain("the sign-in is of another channel than channel_id says")
        return self._account.channel_id

    async def ends_at(self) -> datetime | None:
        """A refresh token does not end by itself, unless the app is still in testing: Google does not say which."""
        return None

    async def check(self) -> Sequence[str]:
        """What is wrong with the sign-in, its scope, the channel and the quota. Nothing is written."""
        account = f"Account {self._account.name!r}"
        try:
            await self._own_channel()
            await self._client.threads()
        except SignInAgain as error:
            return [f"{account}: {error}. Sign in as the channel once more and put the new refresh_token in the settings."]
        except OutsideError as error:
            return [f"{account}: its comments on YouTube cannot be read: {error}"]
        faults = []
        scopes = self._client.grant.scopes
        if scopes and SCOPE not in scopes:
            faults.append(f"{account}: the sign-in lacks the scope youtube.force-ssl: sign in once more and allow it.")
        if self._client.budget.pace(self._account.poll_every)[1]:
            faults.append(
                f"{account}: {self._client.budget.pace(self._account.poll_every)[1]}: ask Google for more, or poll less."
            )
        return faults


def thread_of(reply: Outgoing) -> str:
    """The thread a reply goes in: YouTube has one level, and an answer's id begins with its thread's."""
    return reply.conversation or reply.in_reply_to.partition(".")[0]
