"""A draft looked over: its posts as the public would read them, what was found, and what has to be changed first."""

from dataclasses import dataclass
from datetime import datetime

from bot.approvals import approvers_for, needs_approval
from bot.command import Staff
from bot.desk import Desk
from bot.house import Account
from bot.reply import Attachment, Audience, Reply, Written
from bot.replying.findings import Check, Finding, Says
from bot.replying.look_over import Draft, look_over
from bot.replying.posts import Composed, compose, initials_of
from bot.store.replying import media
from bot.store.replying.completing import completes
from bot.story import Story
from bot.words import replying as words
from bot.words import too_long
from handlers.reply_saved import held_to


@dataclass(frozen=True, slots=True)
class Looked:
    """All that a look over shows."""

    by: Staff
    story: Story
    account: Account
    draft: Reply
    composed: Composed
    findings: tuple[Finding, ...] = ()
    pictures: tuple[Attachment, ...] = ()
    digests: tuple[str, ...] = ()
    asks: bool = False
    """Whether somebody else has to approve it."""
    approvers: tuple[str, ...] = ()
    """Names of those who would be asked."""
    completes: bool = False
    """Whether the other language is public already, and this is the one that was owed still."""
    cannot: str = ""
    """Why the saved reply that it is cannot be sent."""
    says: tuple[str, ...] = ()
    """What to know of the saved reply that it began with."""

    @property
    def written(self) -> Written:
        """What its writer wrote and chose."""
        return self.draft.as_written

    @property
    def is_private(self) -> bool:
        """Whether only its author will read it."""
        return self.story.mention.private or self.written.audience is Audience.AUTHOR

    @property
    def to_justify(self) -> tuple[str, ...]:
        """What it can only go with a reason for, as the record names it."""
        blocks = {finding.check.value for finding in self.findings if finding.says is Says.BLOCK}
        return tuple(sorted(blocks | ({"both_languages"} if self.is_gap else set())))

    @property
    def is_gap(self) -> bool:
        """Whether a language that is owed is missing."""
        return bool(self.account.languages) and self.written.one_language and not self.completes

    @property
    def promises(self) -> tuple[datetime, ...]:
        """When what it promises would be due, where that is known."""
        found = (finding.due_at for finding in self.findings if finding.check is Check.PROMISE)
        return tuple(dict.fromkeys(due for due in found if due))


async def looked_over(by: Staff, desk: Desk, story: Story, draft: Reply) -> Looked:
    """Compose a draft and look it over, as it would go out now."""
    account = desk.house.account_of(story.mention)
    saved = await held_to(desk, draft)
    draft = saved.draft
    composed = compose(draft.as_written, account, initials(desk, by))
    pictures = await desk.db.read(media.listed, draft.id)
    asks = await needs_approval(desk, by, story)
    approvers = await approvers_for(desk, by, story=story) if asks else ()
    names = await desk.names(set(approvers))
    return Looked(
        by,
        story,
        account,
        draft,
        composed,
        findings=look_over(to_look_over(desk, story, draft, pictures), desk.house.rules),
        pictures=pictures,
        digests=await desk.db.read(media.digests, draft.id),
        asks=asks,
        approvers=tuple(names[one] for one in approvers),
        completes=await desk.db.read(completes, story.mention, draft.as_written, account.languages),
        cannot=saved.cannot,
        says=saved.says,
    )


def to_look_over(desk: Desk, story: Story, draft: Reply, pictures: tuple[Attachment, ...]) -> Draft:
    """What the checks are given."""
    account = desk.house.account_of(story.mention)
    others = tuple(one for one in desk.house.accounts.values() if one.name != account.name)
    return Draft(
        draft.text,
        story,
        account,
        desk.now(),
        desk.house.zone,
        audience=draft.audience,
        second=draft.second,
        media=pictures,
        others=others,
    )


def initials(desk: Desk, staff: Staff) -> str:
    """How a person signs off."""
    contact = desk.house.contacts.get(staff.id)
    return (contact.initials if contact else "") or initials_of(staff.name)


def problem_of(looked: Looked) -> tuple[str, str]:
    """The field that has to be changed before it can go, and why; two empty words when it can."""
    written, composed = looked.written, looked.composed
    if not (written.text or written.second):
        return "text", words.NOTHING_WRITTEN
    if looked.cannot:
        return "text", looked.cannot
    if gap := missing_language(looked):
        return gap
    if written.audience is Audience.AUTHOR and not (looked.account.abilities.private or looked.story.mention.private):
        return "audience", words.not_private(looked.account)
    if composed.over:
        limit = composed.limits.limit
        return "text", too_long(composed.used, limit, composed.limits.unit)
    return picture_problem(looked)


def missing_language(looked: Looked) -> tuple[str, str] | None:
    """Both languages or neither, unless a person said otherwise."""
    account, written = looked.account, looked.written
    if not account.languages or written.one_language or looked.completes or (written.text and written.second):
        return None
    empty = 0 if written.second else 1
    return ("text", "second")[empty], words.missing_language(account.languages[empty])


def picture_problem(looked: Looked) -> tuple[str, str]:
    """A picture, or what is said of one, that its network would not take."""
    rules, pictures = looked.account.abilities.media, looked.pictures
    if rules is None:
        return "", ""
    if len(pictures) > rules.most:
        return "pictures", words.too_many_pictures(rules.most)
    for number, one in enumerate(pictures, 1):
        if len(one.alt) > rules.alt_limit:
            return "alts", words.alt_too_long(number, len(one.alt), rules.alt_limit)
    return "", ""
