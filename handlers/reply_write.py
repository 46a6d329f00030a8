"""Where a reply is written: the conversation so far, the account and who will read it, and a field for all that can go."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.card import Body, Code, Line, Picture, Quote, Strong
from bot.command import Staff
from bot.desk import Desk
from bot.form import BOX, Field, Form, fits
from bot.house import Account
from bot.mention import SYSTEM
from bot.portray import whose
from bot.reply import Attachment, Audience, Reply, ReplyState, Written
from bot.story import Story
from bot.words import excerpt, when
from bot.words import replying as words
from bot.words.replying import YES
from handlers.reply_boxes import box, in_full
from handlers.reply_filled import LEFT_OPEN, as_written, replies_begun
from handlers.reply_look import as_whom
from handlers.reply_looked import Looked
from handlers.reply_marks import asked

ANSWERED = 600
"""Characters shown of what is answered; in a longer conversation ``EACH`` of each post, the last ``MOST`` of them."""
EACH, MOST = 300, 8
BEFORE = timedelta(milliseconds=1)
"""What a post answers was there before it; when, nobody told us."""
Piece = Line | Quote | Code | Picture


def write(by: Staff, desk: Desk, story: Story, looked: Looked | None = None, *, first: Body = (), problem: str = "") -> Form:
    """The form, with what was written so far. ``looked``: what is known of that; ``first``, ``problem``: to read first."""
    mention, account = story.mention, desk.house.account_of(story.mention)
    draft = story.draft_by(by.id)
    body: list[Piece] = [*first, *goes_out_as(account, story), *conversation(story, desk)]
    if looked and looked.asks:
        body.append((words.approved_first(looked.approvers),))
    if looked and looked.pictures:
        body.append((words.kept_pictures(looked.pictures),))
    body += in_full(as_written(draft).text, as_written(draft).second)
    if problem:
        body.append((Strong(problem),))
    return Form(
        "reply",
        "write",
        f"Reply to {mention.ref}",
        "Look It Over",
        tuple(body),
        tuple(fields(story, account, draft, looked)),
        context={"ref": mention.ref, LEFT_OPEN: replies_begun(story, by.id)},
        only_shows=True,
    )


def goes_out_as(account: Account, story: Story) -> Iterator[Line | Picture]:
    """The account and the audience, before a word is written."""
    audience = "privately, to its author only" if story.mention.private else "in public"
    how = f" by hand, on {account.page_name or 'its own page'}" if account.by_hand else ""
    yield as_whom(account, ("Goes out as ", Strong(account.speaks_as), f", {audience}{how}. It answers:"))


def conversation(story: Story, desk: Desk) -> Body:
    """What is answered, and what was said before in the same conversation, oldest first; a lone post without ado."""
    said = sorted(spoken_so_far(story, desk), key=lambda one: one[0])
    if len(said) == 1:
        return (Quote(excerpt(asked(story), ANSWERED)),)
    left_out = len(said) - MOST
    shown = said if left_out <= 0 else [said[0], *said[1 - MOST :]]
    body: list[Line | Quote] = [(f"({left_out} posts between are not shown here)",)] if left_out > 0 else []
    for at, who, text in shown:
        body += [(f"{who}, ", when(at, desk.house.zone), ":"), Quote(excerpt(text, EACH))]
    return tuple(body)


def spoken_so_far(story: Story, desk: Desk) -> Iterator[tuple[datetime, str, str]]:
    """When who said what: the author's posts, and ours that the public can see."""
    mention = story.mention
    author = mention.author.name or mention.author.handle or "Somebody"
    ours = desk.house.account_of(mention).speaks_as
    posted = {mention.native_id: mention.posted_at, **{one.native_id: one.posted_at for one in story.additions}}
    for of_post, parent in story.context.items():
        yield posted.get(of_post, mention.posted_at) - BEFORE, ours if parent.ours else whose(parent), parent.text
    yield mention.posted_at, author, mention.text or "(no words)"
    for one in story.additions:
        yield one.posted_at, author, one.text or "(no words)"
    for reply in story.replies:
        if reply.state in (ReplyState.SENT, ReplyState.BY_HAND) and reply.public_text:
            by = "elsewhere" if reply.by == SYSTEM else f"by {story.name(reply.by)}"
            yield reply.sent_at or reply.updated_at, f"{ours}, {by}", reply.public_text


def fields(story: Story, account: Account, draft: Reply | None, looked: Looked | None) -> Iterator[Field]:
    """Whatever this account's network can carry, and nothing else."""
    written = as_written(draft)
    yield from texts(account, written)
    yield from audience(story, account, written)
    yield from pictures(account, looked.pictures if looked else ())
    parts = looked.composed.would_split if looked else 0
    if parts > 1 or written.split:
        label = words.can_split(parts) if parts > 1 else "Send it as several posts, each answering the one before"
        yield tick("split", words.SPLIT_FIELD, label, chosen=written.split)


def texts(account: Account, written: Written) -> Iterator[Field]:
    """The words, in two languages where both are owed."""
    limits = account.limits
    most = f"At most {limits.limit} {limits.unit}." if limits.limit <= BOX else words.at_most(BOX)
    hint = f"{most} You see it once more before it goes."
    if not account.languages:
        yield box("text", words.TEXT, written.text, hint=hint, keeps=True)
        return
    first, second = account.languages
    yield box("text", words.text_in(first), written.text, hint=hint, optional=True, keeps=True)
    yield box("second", words.text_in(second), written.second, optional=True, keeps=True)
    now = words.one_language(account)
    yield tick("one_language", "In an emergency", now, chosen=written.one_language)


def audience(story: Story, account: Account, written: Written) -> Iterator[Field]:
    """Who reads it, where that can be chosen. What was to be private is never made public without a person's word."""
    if story.mention.private:
        return
    if account.abilities.private:
        choices = {Audience.AS_ASKED.value: words.EVERYONE, Audience.AUTHOR.value: words.ITS_AUTHOR}
        yield Field("audience", "Who can read it", value=written.audience.value, choices=choices)
    elif written.audience is Audience.AUTHOR:
        yield Field("audience", "Who can read it", choices={Audience.AS_ASKED.value: words.EVERYONE})


def pictures(account: Account, kept: tuple[Attachment, ...]) -> Iterator[Field]:
    """Pictures, and what they show for those who do not see them."""
    rules = account.abilities.media
    if rules is None:
        return
    hint = f"At most {rules.most}, each up to {rules.largest // 1_000_000} MB."
    yield Field("pictures", words.PICTURES, hint=hint, optional=True, files=rules)
    shows = "\n".join(one.alt for one in kept)
    about = "For those who do not see them: what matters in each, in their order."
    if fits(shows):
        yield Field("alts", words.ALTS, value=shows, hint=about, optional=True, lines=4, keeps=True)
    if kept:
        yield tick("without_pictures", "Pictures so far", "Send it without them", chosen=False)


def tick(name: str, label: str, choice: str, *, chosen: bool) -> Field:
    """One choice to take or leave."""
    return Field(name, label, value=YES * chosen, choices={YES: choice}, optional=True, several=True)
