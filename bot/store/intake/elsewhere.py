"""Answers given from an account outside Tolbooth: noticed, kept, and what they answer is answered by them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.clean import clean
from bot.exchange import Answered, Incoming
from bot.mention import SYSTEM, Action, Mention, Move
from bot.store import mentions, moves, schema
from bot.store.intake.corrections import ELSEWHERE, Intake, Taken, known_as, newest_number, stop_held_reply
from bot.store.replying import elsewhere, replies

LONGEST = 20_000
"""Characters kept of an answer."""
WAITS = timedelta(days=7)
"""How old an answer may be that is kept for its post: what is older was answered before we listened."""


def answered(conn: Connection, item: Answered, intake: Intake) -> Taken:
    """A post of the account itself: one of ours, or a colleague's from another place. Told again, it changes nothing."""
    name, native_id, text = intake.account.name, clean(item.native_id)[:500], clean(item.text)[:LONGEST]
    newest_number(conn)  # locked: the same answer told twice at once is kept once
    if not native_id or replies.is_ours(conn, name, native_id):
        return Taken(known=1)
    number = answers(conn, name, clean(item.in_reply_to), item.at)
    if number is None:
        keep(conn, replace(item, native_id=native_id, text=text), intake)
        return Taken(known=1)
    mention = mentions.find(conn, f"M-{number}", lock=True)
    if mention.erased_at or elsewhere.is_our_own(conn, mention, text):
        return Taken(known=1)
    ends = not wrote_since(conn, mention, item)
    if ends:
        mention = stop_held_reply(conn, mention, intake, because=ELSEWHERE)
    about = {"native_id": native_id, "url": clean(item.url)[:2000], **({} if ends else {"ends": "no"})}
    move = Move(mention, Action.ELSEWHERE, by=SYSTEM, text=text, detail=about)
    moves.step(conn, mention, move, house=intake.house, now=intake.now)
    return Taken(changed=1)


def ended_after_all(conn: Connection, mention: Mention, told: Mapping[str, object], intake: Intake) -> None:
    """What was answered elsewhere while a reply of ours was about to leave, which is stopped now. ``told``: the event of
    that answer.
    """
    about = {name: str(told.get(name) or "") for name in ("reply", "native_id", "url")}
    moves.step(conn, mention, Move(mention, Action.ELSEWHERE, by=SYSTEM, detail=about), house=intake.house, now=intake.now)


def answers(conn: Connection, account: str, post: str, at: datetime) -> int | None:
    """The number of the mention that is answered: by the id of a post in it, whoever wrote that, or of a private
    conversation.
    """
    if not post:
        return None
    known = known_as(conn, account, post) or replies.number_of_native(conn, account, post)
    return known or elsewhere.newest_in(conn, account, post, at)


def wrote_since(conn: Connection, mention: Mention, item: Answered) -> bool:
    """Whether the author said something after the answer, which it cannot have been about."""
    a = schema.addition.c
    held = select(a.posted_at, a.native_id).where(a.number == mention.number, a.gone_at.is_(None))
    newest = conn.execute(held.order_by(a.posted_at.desc(), a.id.desc()).limit(1)).first()
    said = [(mention.posted_at, mention.native_id)] if mention.gone_at is None else []
    if newest:
        said.append((newest.posted_at, newest.native_id))
    at, native_id = max(said, key=lambda one: one[0], default=(item.at, ""))
    return at > item.at and native_id != clean(item.in_reply_to)


# --- before their post -------------------------------------------------------------------------------------------


def keep(conn: Connection, item: Answered, intake: Intake) -> None:
    """Networks tell of an answer before they tell of its post, and of each once: it waits for that. One that was changed or
    taken back already stays so.
    """
    name, post, e = intake.account.name, clean(item.in_reply_to), schema.early.c
    if not post or intake.now - item.at > WAITS:
        return
    told = {"answers": post, "url": clean(item.url)[:2000], "at": item.at}
    here = (e.account == name) & (e.native_id == item.native_id)
    if conn.execute(update(schema.early).where(here).values(told)).rowcount == 0:
        row = {"account": name, "native_id": item.native_id, "text": item.text, "gone": False, "kept_at": intake.now}
        conn.execute(schema.early.insert().values(**row, **told))


def kept_for(conn: Connection, post: Incoming, intake: Intake) -> Taken:
    """The answers that came before a post that is stored now, and what they end; they are kept no more."""
    e, taken = schema.early.c, Taken()
    by_id = e.answers == post.native_id
    in_private = (e.answers == post.conversation) & (e.at >= post.posted_at)
    here = (e.account == intake.account.name) & ~e.gone & (by_id | in_private if post.private else by_id)
    for row in conn.execute(select(schema.early).where(here).order_by(e.at, e.native_id)).all():
        conn.execute(delete(schema.early).where(e.account == row.account, e.native_id == row.native_id))
        taken += answered(conn, Answered(row.native_id, row.answers, row.text, row.at, row.url), intake)
    return taken
