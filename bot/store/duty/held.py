"""What a person has: claims, promises, saved replies, rights, watches, and approvals that wait for them."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.mention import OPEN, Mention, State
from bot.reply import ReplyState
from bot.rights.right import Right
from bot.saving.saved import Saved
from bot.store import mentions, schema
from bot.store.duty import rights_rows
from bot.store.intake import watches
from bot.store.replying import saved, tasks
from bot.store.replying.asked import waited_on
from bot.store.schema import OPEN_ROWS
from bot.task import Task


@dataclass(frozen=True, slots=True)
class Held:
    """What a person still has, oldest first. ``replying`` is left alone: it goes out, or a person is asked about it."""

    claims: tuple[Mention, ...] = ()
    asleep: tuple[Mention, ...] = ()
    offers: tuple[Mention, ...] = ()
    replying: tuple[Mention, ...] = ()
    drafts: tuple[str, ...] = ()
    """The ids of what they began to write for open mentions."""
    tasks: tuple[Task, ...] = ()
    """What they promised, or owe otherwise."""
    watched: tuple[str, ...] = ()
    """The watches that are theirs."""
    saved: tuple[Saved, ...] = ()
    rights: tuple[Right, ...] = ()
    approvals: tuple[str, ...] = ()
    """The mentions to which a reply waits for their word: others are asked in their place as time goes on."""

    @property
    def owed(self) -> tuple[str, ...]:
        """The mentions of what they owe, each once."""
        return tuple(dict.fromkeys(task.ref for task in self.tasks))

    @property
    def can_be_handed_on(self) -> bool:
        """Whether there is anything that a colleague can have instead."""
        worked_on = self.claims or self.asleep or self.offers or self.drafts
        return bool(worked_on or self.tasks or self.watched or self.saved or self.rights)

    def __bool__(self) -> bool:
        return bool(self.can_be_handed_on or self.replying or self.approvals)


def held_by(conn: Connection, person: str, *, lock: bool = False) -> Held:
    """What a person has now; ``lock`` keeps their mentions so until the transaction ends."""
    c = schema.mention.c
    query = select(schema.mention).where(OPEN_ROWS, (c.owner == person) | (c.offered_to == person)).order_by(c.number)
    rows = conn.execute(query.with_for_update() if lock else query).mappings()
    found = [mentions.mention_from(row) for row in rows]
    theirs = [mention for mention in found if mention.owner == person]
    return Held(
        claims=tuple(mention for mention in theirs if mention.state is State.CLAIMED),
        asleep=tuple(mention for mention in theirs if mention.state is State.SNOOZED),
        offers=tuple(mention for mention in found if mention.offered_to == person),
        replying=tuple(mention for mention in theirs if mention.state is State.REPLYING),
        drafts=tuple(drafts_of(conn, person)),
        tasks=tuple(tasks.find_open(conn, tasks.of_person(person))),
        watched=tuple(watch.ref for watch in watches.owned_by(conn, person)),
        saved=tuple(saved.owned_by(conn, person)),
        rights=tuple(rights_rows.owned_by(conn, person)),
        approvals=tuple(waiting_for(conn, person)),
    )


def drafts_of(conn: Connection, person: str) -> list[str]:
    """What a person began to write and did not send, for mentions that are still open."""
    r, m = schema.reply.c, schema.mention.c
    query = select(r.id).join(schema.mention, m.number == r.number)
    mine = (r.by == person) & (r.state == ReplyState.DRAFT) & (r.text != "")
    return list(conn.execute(query.where(m.state.in_(OPEN), mine).order_by(r.number, r.id)).scalars())


def waiting_for(conn: Connection, person: str) -> list[str]:
    """The mentions to which a reply waits that a person was asked to approve."""
    r = schema.reply.c
    rows = conn.execute(select(schema.reply).where(r.approval_due_at.is_not(None)).order_by(r.number)).mappings()
    return [f"M-{row['number']}" for row in rows if person in waited_on(conn, mentions.reply_from(row))]
