"""Reading a reply back: where its network lets us look, a reply that was taken gets its tick only once it shows."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from bot.delivery import Kind, Rank
from bot.house import Account
from bot.reply import Reply
from bot.store.replying import replies
from bot.store.scene import Detail, Scene, say_in_thread, say_to_author
from bot.store.schema import reply as reply_table
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

FIRST, APART, MORE = timedelta(seconds=5), timedelta(seconds=25), 4
"""The first look, how long after it the second comes, and how much longer each later wait is: 5 s, 30 s, 2 min, 9 min …"""


def is_looked_for(scene: Scene, native_id: str | None) -> bool:
    """Whether the network that has it lets us look. What a person saw there need not be looked for."""
    return bool(native_id) and scene.house.account_of(scene.before).abilities.reads_back


def look_for(conn: Connection, scene: Scene, reply: Reply) -> None:
    """Have the network asked whether it shows. Nothing is ever sent again because of what is found."""
    key, payload = f"check:{reply.id}", {"reply": reply.id}
    account = scene.before.account
    outbox.queue(conn, Wanted(key, Kind.CHECK, key, Rank.ACTION, scene.number, account, payload, FIRST), scene.now)


def next_look(sent_at: datetime, now: datetime, account: Account) -> datetime | None:
    """When to look again for a reply that does not show yet; None once it has had the time its network may need."""
    last = sent_at + account.abilities.settles_within
    if now >= last:
        return None
    at, wait = sent_at + FIRST, APART
    while at <= now:
        at, wait = at + wait, wait * MORE
    return min(at, last)


def on_confirm(conn: Connection, scene: Scene) -> Detail:
    """It was read back: the tick. Or it never showed (``shows`` is "no"): its writer and the others hear that, once."""
    reply = replies.get(conn, scene.move.detail.get("reply", ""))
    if reply is None:
        raise LookupError(f"{scene.before.ref}: the reply that was looked for is gone")
    if scene.move.detail.get("shows") == "no":
        why = scene.move.detail.get("reason", "")
        say_in_thread(conn, scene, "not_shown", reply=reply.id, why=why)
        say_to_author(conn, scene, reply, "not_shown", why=why)
        return {}, {}
    told = {"confirmed_at": scene.now, "url": reply.url or scene.move.detail.get("url") or None}
    conn.execute(update(reply_table).where(reply_table.c.id == reply.id).values(told))
    say_in_thread(conn, scene, "sent", reply=reply.id)
    return {}, {}
