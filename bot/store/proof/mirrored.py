"""What its author deleted while something kept it: its words go as soon as nothing does, as they would have gone then."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from bot.mention import Action
from bot.store import schema
from bot.store.proof import holds, record
from bot.store.proof.personal import EMPTY, PLACES, SAID
from bot.store.scene import Scene

STILL_KEPT, NOW_GONE = "still_kept", "now_gone"
"""In the event of a deletion: the words stay, as something keeps them. In a later one: which posts lost theirs then."""


def kept_back(conn: Connection, ref: str) -> list[str]:
    """The posts of a mention that their author deleted and whose words are still here, by the network's ids."""
    waiting: list[str] = []
    for event in record.events_of(conn, ref):
        told = event["changes"]
        if event["action"] in (Action.GONE, Action.EDIT) and STILL_KEPT in told:
            waiting.append(str(told["native_id"]))
        waiting = [one for one in waiting if one not in told.get(NOW_GONE, ())]
    return waiting


def gone_by(events: Iterable[RowMapping]) -> set[str]:
    """The posts of a mention whose words went because their author deleted them, by the network's ids."""
    gone: set[str] = set()
    for event in events:
        told = event["changes"]
        is_deletion = event["action"] == Action.GONE or "deleted" in told
        if is_deletion and STILL_KEPT not in told:
            gone.add(str(told.get("native_id")))
        gone |= {str(one) for one in told.get(NOW_GONE, ())}
    return gone


def mirror(conn: Connection, scene: Scene) -> list[str]:
    """Empty them, where nothing keeps them after this move; returns which they were."""
    if holds.is_held(conn, scene.number, scene.now):
        return []
    waiting = kept_back(conn, scene.before.ref)
    for native_id in waiting:
        empty_post(conn, scene.number, native_id, is_first=native_id == scene.before.native_id)
    return waiting


def goes_with(conn: Connection, number: int, now: datetime, right: str = "") -> list[str]:
    """The posts that lose what their author deleted the moment that right ends; or, without one, every hold."""
    k, r = holds.K, holds.R
    rights = select(r.id).where(r.number == number, holds.OF_A_RIGHT, r.id != right)
    kept = select(k.id).where(k.number == number, holds.standing(now))
    rest = [*conn.execute(rights), *(conn.execute(kept) if right else ())]
    return [] if rest else kept_back(conn, f"M-{number}")


def mark(goes: Sequence[str], ends: Sequence[str] = ()) -> str:
    """Stands for the posts that would be emptied and the holds that would end, as they were shown; empty for none."""
    return hashlib.sha256(json.dumps([list(goes), list(ends)]).encode()).hexdigest()[:32] if goes or ends else ""


def empty_post(conn: Connection, number: int, native_id: str, *, is_first: bool) -> None:
    """A post's words, salt, payload and earlier texts, what it answers, and that by which it was found."""
    m, a, e = schema.mention.c, schema.addition.c, schema.earlier_text.c
    if is_first:
        conn.execute(update(schema.mention).where(m.number == number).values(**EMPTY, media=[]))
    else:
        conn.execute(update(schema.addition).where(a.number == number, a.native_id == native_id).values(**EMPTY))
    conn.execute(update(schema.earlier_text).where(e.number == number, e.native_id == native_id).values(SAID))
    f, x = schema.findable.c, schema.context.c
    conn.execute(update(schema.findable).where(f.number == number).values(PLACES[schema.findable]))
    answered = (x.number == number) & (x.of_post == native_id)
    conn.execute(update(schema.context).where(answered).values(PLACES[schema.context]))
