"""Whose reply needs a second pair of eyes, who is asked in which order, and what stands for all they were shown. Pure."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.command import Role, Staff
from bot.house import Account
from bot.mention import Mention
from bot.reply import Reply
from bot.replying.policy import ApprovalTable
from bot.story import Story

MOST_LAPS = 4
"""How often others are asked, one wait after another, once those who were asked first have not answered; then daily."""
DAILY = timedelta(days=1)
WHO_APPROVE = (Role.LEAD, Role.ADMIN, Role.APPROVER)
BETWEEN = "\x00"


# --- whether -----------------------------------------------------------------------------------------------------


def needs(tables: Sequence[ApprovalTable], staff: Staff, mention: Mention, *, trusted: bool) -> bool:
    """Whether any table asks for it. Trust on the topic lifts what is asked of a person, or of everyone there.

    What a table asks of everyone on an account, or at a priority, is about that and not about the person: it stays.
    """
    return any(fits(one, mention) and catches(one, staff) and not (trusted and is_lifted(one)) for one in tables)


def fits(table: ApprovalTable, mention: Mention) -> bool:
    """Whether a table is about such mentions; what it does not say fits everything."""
    return (
        mention.account in (table.accounts or (mention.account,))
        and mention.priority in (table.priorities or (mention.priority,))
        and (not table.topics or any(is_within(mention.topic, topic) for topic in table.topics))
    )


def is_within(topic: str, wanted: str) -> bool:
    """Whether a topic is the one wanted or part of it: ``bins.missed`` is within ``bins``."""
    return topic == wanted or topic.startswith(f"{wanted}.")


def catches(table: ApprovalTable, staff: Staff) -> bool:
    """Whether a table is about such a person. Who approves is not caught by being in a group, only by name."""
    if table.everyone or staff.has(Role.TRAINEE) or staff.id in table.people:
        return True
    return not staff.has(*WHO_APPROVE) and not staff.groups.isdisjoint(table.people)


def is_lifted(table: ApprovalTable) -> bool:
    """Whether trust in the person answers what a table asks for."""
    return not (table.everyone and (table.accounts or table.priorities))


def area(topic: str) -> str:
    """What trust is about: the first part of a topic, empty where a mention has none."""
    return topic.partition(".")[0]


# --- who is asked ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Circle:
    """Everybody who can be asked by name just now, but for the writer and those who have left."""

    approvers: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    on_duty: tuple[str, ...] = ()

    @property
    def ladder(self) -> tuple[tuple[str, ...], ...]:
        """Those asked one lap after another: nobody twice, and no lap without anybody."""
        seen: set[str] = set()
        rungs = []
        for group in (self.approvers, self.leads, self.on_duty):
            if fresh := tuple(one for one in dict.fromkeys(group) if one not in seen):
                rungs.append(fresh)
            seen.update(fresh)
        return tuple(rungs)

    def next_after(self, asked: Collection[str] = ()) -> tuple[str, ...]:
        """Who is asked next: those of the first rung who were not yet; once everybody was, all of them again."""
        ladder = self.ladder
        fresh = (tuple(one for one in rung if one not in asked) for rung in ladder)
        return next((rung for rung in fresh if rung), tuple(one for rung in ladder for one in rung))

    @property
    def asks_no_approver(self) -> bool:
        """Whether nobody who is named as an approver can be asked."""
        return not self.approvers


def circle(besides: Collection[str], *, approvers: Sequence[str], leads: Sequence[str], duty: Sequence[str]) -> Circle:
    """Those who can be asked; ``besides`` are the writer and those who have left."""
    return Circle(*(tuple(one for one in group if one not in besides) for group in (approvers, leads, duty)))


def next_due(laps: int, now: datetime, within: timedelta) -> datetime:
    """When the next in turn is asked, after asking for the ``laps``-th time."""
    return now + (within if laps <= MOST_LAPS else DAILY)


# --- what was shown ----------------------------------------------------------------------------------------------


def asked(story: Story) -> str:
    """What is being answered: all that the author said."""
    return "\n".join(text for text in (story.mention.text, *(a.text for a in story.additions)) if text)


def answered_post(story: Story) -> str:
    """The network's id of the author's newest words."""
    held = [addition.native_id for addition in story.additions if addition.text]
    return held[-1] if held else story.mention.native_id


def fingerprint(story: Story, reply: Reply, account: Account) -> str:
    """Stands for all that an approver is shown: the posts, what they answer, as whom, to whom, when it was sent in, and what
    is owed by the account: how long a post may be, in which languages.
    """
    mention = story.mention
    posts = (part for post in reply.posts for part in (post.text, post.language, post.answers))
    what = (reply.id, reply.updated_at.isoformat(), *posts, reply.text, reply.second, reply.audience)
    about = (asked(story), answered_post(story), str(mention.gone_at), account.speaks_as, str(mention.private))
    owed = (account.name, account.network, "+".join(account.languages), f"{account.limits.limit} {account.limits.unit}")
    return hashlib.sha256(BETWEEN.join((*what, *about, *owed)).encode(errors="replace")).hexdigest()[:24]
