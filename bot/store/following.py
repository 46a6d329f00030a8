"""What a move brings at once: the next post of a reply, what a reply leaves to be done, and what came in meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.house import House
from bot.mention import SYSTEM, Action, Mention, Move, State
from bot.reply import Reply, Written
from bot.store.replying import media, parts, replies, second_look, tasks
from bot.store.replying.completing import completed_by
from bot.store.schema import event
from bot.store.sending import outbox
from bot.task import Kind

STOPS = frozenset({Action.NOT_SENT, Action.WITHDRAW})


@dataclass(frozen=True, slots=True)
class Following:
    """Takes the steps that follow from one move, in its transaction. ``step`` makes one more change, with its event."""

    conn: Connection
    house: House
    now: datetime
    step: Callable[[Mention, Move], Mention]

    def after(self, move: Move, mention: Mention) -> Mention:
        """The mention after all that follows from ``move``, which left it as it is."""
        if move.action is Action.SENT:
            return self.after_sent(mention, reply_of(self.conn, mention))
        if move.action is Action.PRIORITY:
            return second_look.stop_if_due(self.conn, self.house, mention, self.step)
        if move.action is Action.ANSWERED and move.written:
            return self.owing(mention, move.written, None)
        if move.action in STOPS and (stopped := reply_of(self.conn, mention)) and parts.gap_of(stopped):
            return self.translation(mention, stopped, stopped.public_text)
        return mention

    def after_sent(self, sent: Mention, reply: Reply | None) -> Mention:
        """The next post; after the last one what is owed, and a new turn for what the author wrote meanwhile."""
        if reply and (going_on := parts.next_of(reply, sent)):
            why_not = parts.why_not(self.conn, reply)
            after = self.step(sent, going_on)
            return self.stuck(after, reply, why_not) if why_not else after
        if reply:
            media.spent(self.conn, reply.first_id or reply.id)
            first = (replies.get(self.conn, reply.first_id) if reply.first_id else None) or reply
            sent = self.owing(sent, first.as_written, first)
        return self.step(sent, Move(sent, Action.REOPEN, by=SYSTEM)) if wrote_meanwhile(self.conn, sent) else sent

    def stuck(self, after: Mention, before: Reply, why: str) -> Mention:
        """What is left cannot go: it never leaves, and is its writer's draft."""
        outbox.cancel(self.conn, f"reply:{parts.id_of(before.first_id or before.id, before.part + 1)}")
        move = Move(after, Action.NOT_SENT, by=SYSTEM, detail={"reason": why})
        return self.after(move, self.step(after, move))

    def owing(self, mention: Mention, written: Written, reply: Reply | None) -> Mention:
        """A promise that is to be tracked, and the other language where it went in one though two are owed."""
        if written.promise_by:
            public = reply.public_text if reply and reply.parts == 1 else written.text
            mention = self.owe(mention, Kind.PROMISE, reply, what=public, due_at=max(written.promise_by, self.now))
        languages = self.house.account_of(mention).languages
        completed = completed_by(self.conn, mention, written, languages) if languages else []
        for task in completed:
            mention = self.step(mention, Move(mention, Action.OWED_DONE, by=SYSTEM, detail={"task": task.id}))
        if written.one_language and languages and not completed:
            mention = self.translation(mention, reply, written.text or written.second)
        return mention

    def translation(self, mention: Mention, reply: Reply | None, what: str) -> Mention:
        """The language that is missing is due soon; once, however often it is tried."""
        if tasks.count_open(self.conn, tasks.of_mention(mention.number, Kind.TRANSLATION)):
            return mention
        due_at = self.now + self.house.account_of(mention).translate_within
        return self.owe(mention, Kind.TRANSLATION, reply, what=what, due_at=due_at)

    def owe(self, mention: Mention, kind: Kind, reply: Reply | None, *, what: str, due_at: datetime) -> Mention:
        """A task for whoever answered, with an event of its own."""
        by = reply.by if reply else mention.owner or SYSTEM
        to, reply_id = mention.owner or by, reply.id if reply else ""
        told = {"due_at": due_at, "now": self.now}
        task = tasks.add(self.conn, mention.number, kind, what=what, to=to, by=by, reply=reply_id, **told)
        digests = {"task": tasks.digest_of(self.conn, task)}
        detail = {"task": task, "owed_by": by, **({"of": reply_id} if reply_id else {})}
        return self.step(mention, Move(mention, Action.OWE, by=SYSTEM, to=to, detail=detail, digests=digests))


def reply_of(conn: Connection, mention: Mention) -> Reply | None:
    """The reply that the newest event is about."""
    e = event.c
    changes = conn.execute(select(e.changes).where(e.subject == mention.ref, e.seq == mention.version)).scalar_one()
    return replies.get(conn, str(changes.get("reply", "")))


def wrote_meanwhile(conn: Connection, mention: Mention) -> bool:
    """Whether the author added something that the reply just sent cannot have answered: it was let go before that."""
    e = event.c
    let_go = e.action.in_((Action.REPLY, Action.APPROVE)) & (e.actor != SYSTEM)
    latest = select(e.action).where(e.subject == mention.ref, (e.action == Action.ADD) | let_go)
    newest = conn.execute(latest.order_by(e.seq.desc()).limit(1)).scalar()
    return mention.state is State.REPLIED and newest == Action.ADD
