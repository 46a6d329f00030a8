"""The one write path: every change to a mention is a move, judged on today's row and recorded in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from bot import words
from bot.authority import OWNERS_ONLY, is_theirs, subject_of
from bot.clean import clean
from bot.errors import NotAllowed, NotYours
from bot.house import House
from bot.mention import SYSTEM, Action, Mention, Move, State
from bot.moving import allows, moved
from bot.store import effects, mentions
from bot.store.following import Following
from bot.store.proof import record
from bot.store.replying import approvals
from bot.store.scene import Scene, redraw
from bot.store.schema import OPEN_ROWS
from bot.store.schema import mention as mention_table
from bot.store.sending.outbox_many import redraw_all
from bot.times.aim import aimed, is_lower, was

ANSWERS = frozenset({Action.REPLY, Action.SUBMIT})
WHILE_OPEN = frozenset({Action.ACKNOWLEDGE, Action.UNAVAILABLE, Action.PRIORITY})


@dataclass(frozen=True, slots=True)
class Made:
    """The mention as it is now. ``changed`` is False when the move had been made before or changed nothing."""

    mention: Mention
    changed: bool


def make(conn: Connection, move: Move, *, house: House, now: datetime) -> Made:
    """Make one move. Raises NotAllowed, NotYours or NoSuchMention, each saying who has it and what to do."""
    move = tidied(move)
    before = mentions.find(conn, move.ref, lock=True)
    if not mentions.first_time(conn, move.key, now):
        return Made(before, False)
    if nothing_to_do(before, move):
        return Made(before, False)
    judge(conn, before, move, now)
    if claims_first(before, move):
        before = step(conn, before, Move(before, Action.CLAIM, by=move.by), house=house, now=now)
    if wakes_first(before, move):
        before = step(conn, before, Move(before, Action.WAKE, by=move.by), house=house, now=now)
    after = step(conn, before, move, house=house, now=now)
    following = Following(conn, house, now, partial(step, conn, house=house, now=now))
    return Made(following.after(move, after), True)


def tidied(move: Move) -> Move:
    """The move with words that can be stored and shown, whoever wrote them."""
    written = move.written and replace(move.written, text=clean(move.written.text), second=clean(move.written.second))
    posts = tuple(replace(post, text=clean(post.text)) for post in move.posts)
    return replace(move, note=clean(move.note), text=clean(move.text), written=written, posts=posts)


def nothing_to_do(before: Mention, move: Move) -> bool:
    """What is so already: seen is seen, and who holds a mention need not claim it."""
    if move.action is Action.SEE:
        return before.seen_at is not None
    if move.action is Action.PRIORITY:
        return before.priority == move.priority and set(move.flags) <= set(before.flags)
    if move.action is Action.TOPIC:
        return before.topic == (move.topic or "")
    return move.action is Action.CLAIM and before.state in (State.CLAIMED, State.REPLYING) and before.owner == move.by


def claims_first(before: Mention, move: Move) -> bool:
    """A reply to what nobody is at work on claims it in the same transaction."""
    return move.action in ANSWERS and before.state in (State.NEW, State.SNOOZED)


def wakes_first(before: Mention, move: Move) -> bool:
    """A person who says that what sleeps matters more than was thought wakes it."""
    is_raised = move.action is Action.PRIORITY and is_lower(before.priority, move.priority)
    return is_raised and before.state is State.SNOOZED and move.by != SYSTEM


def judge(conn: Connection, before: Mention, move: Move, now: datetime) -> None:
    """Refuse what the table does not allow, and what is somebody else's to do."""
    owner = mentions.names(conn, {before.owner}).get(before.owner, "") if before.owner else ""
    others_have_it = before.state in (State.CLAIMED, State.SNOOZED) and before.owner not in (None, move.by)
    if move.action is Action.CLAIM and others_have_it:
        raise NotAllowed(words.taken(before, owner, now, next_waiting(conn, before.number)))
    in_table = claims_first(before, move) or allows(before.state, move.action)
    nobodys = move.action is Action.RELEASE and before.owner is None
    wordless = move.action in ANSWERS and before.erased_at is not None
    if not in_table or nobodys or wordless or (move.action in WHILE_OPEN and not before.is_open):
        raise NotAllowed(words.not_now(before, move.action, owner or "A colleague"))
    judge_offer(conn, before, move)
    approvals.judge_second(conn, before, move)
    is_owners = move.action in OWNERS_ONLY and not approvals.may_undo(conn, before, move)
    if is_owners and not is_theirs(move.action, move.by, subject_of(before), overrides=move.overrides):
        raise NotYours(words.not_yours(before, owner, move.action))


def judge_offer(conn: Connection, before: Mention, move: Move) -> None:
    """An offer is answered by the one it was made to; the owner, a lead or time may take it back."""
    if move.action is Action.GIVE and move.to == before.owner:
        raise NotAllowed(words.gives_to_owner(before))
    if move.action not in (Action.ACCEPT, Action.DECLINE):
        return
    offered = mentions.names(conn, {before.offered_to})[before.offered_to] if before.offered_to else ""
    if not offered or not is_theirs(move.action, move.by, subject_of(before), overrides=move.overrides):
        raise NotAllowed(words.no_offer(before, offered))


def step(conn: Connection, before: Mention, move: Move, *, house: House, now: datetime) -> Mention:
    """Change the row, write the event and queue what the world must be told."""
    after = aimed(before, moved(before, move, now), action=move.action, house=house, now=now)
    scene = Scene(before, after, move, house, now)
    detail, digests = effects.of(conn, scene)
    changed = mentions.change(conn, before, after)
    seq = record.append(
        conn,
        before.ref,
        move.action,
        at=now,
        actor=move.by,
        changes={**changed, **was(before, after), **move.detail, **detail},
        digests={**move.digests, **digests},
        note=move.note,
    )
    if seq != after.version:
        raise LookupError(f"{before.ref}: event {seq} for version {after.version}")
    redraw(conn, after, house, now)
    return after


def step_all(conn: Connection, steps: Sequence[tuple[Mention, Move]], *, house: House, now: datetime) -> list[Mention]:
    """As ``step`` for many mentions at once, each of them once, for moves that bring nothing with them but their event."""
    after = [moved(before, move, now) for before, move in steps]
    changes = mentions.change_all(conn, [(before, one) for (before, _), one in zip(steps, after, strict=True)])
    entries = [
        record.Entry(before.ref, move.action, move.by, {**changed, **move.detail})
        for (before, move), changed in zip(steps, changes, strict=True)
    ]
    seqs = record.append_all(conn, entries, now)
    for one, seq in zip(after, seqs, strict=True):
        if seq != one.version:
            raise LookupError(f"{one.ref}: event {seq} for version {one.version}")
    redraw_all(conn, [one.number for one in after if not house.is_held(one)], house.chats, now)
    return after


def next_waiting(conn: Connection, besides: int = 0) -> str | None:
    """The unclaimed mention that has waited longest against its target: ``M-145``."""
    c = mention_table.c
    number = conn.execute(
        select(c.number)
        .where(OPEN_ROWS, c.state == State.NEW, c.number != besides)
        .order_by(c.priority, c.respond_by, c.number)
        .limit(1)
    ).scalar()
    return f"M-{number}" if number else None


def reason_now(events: list[Mapping[str, object]]) -> object:
    """Why it is closed, as the last closing says; empty once it was opened again."""
    for one in reversed(events):
        if one["action"] in (Action.CLOSE, Action.REOPEN):
            return (one["note"] or "") if one["action"] == Action.CLOSE else ""
    return ""


def replayed(events: list[Mapping[str, object]]) -> dict[str, object]:
    """A mention's columns as its events say they must be; see ``mentions.TRACKED`` and ``mentions.TOLD``."""
    row: dict[str, object] = {}
    for one in events:
        changes = one["changes"]
        if isinstance(changes, Mapping):
            row.update({name: value for name, value in changes.items() if name in mentions.TRACKED})
    told = events[0]["changes"] if events else {}
    if isinstance(told, Mapping):
        row.update({name: told[name] for name in mentions.TOLD if name in told})
        row.update({name: told.get(name, "") for name in mentions.TOLD_IF_SET})
    row |= risen(events)
    row["close_reason"] = reason_now(events)
    return row


def risen(events: list[Mapping[str, object]]) -> dict[str, object]:
    """What else than the first event says holds of a mention that a watch found and that was said to us."""
    told = [one["changes"] for one in events if one["action"] == Action.SAID_TO_US]
    return {name: each[name] for each in told if isinstance(each, Mapping) for name in mentions.RISES if name in each}
