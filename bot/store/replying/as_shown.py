"""What a person was shown when they let a reply go, against what is so in the transaction that lets it go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bot.errors import NotAllowed
from bot.mention import Action
from bot.store.replying import media
from bot.store.scene import Scene
from bot.store.schema import event
from bot.words import replying as words

AS_OF = "as_of"
"""In a REPLY, SUBMIT or APPROVE: the version of the mention that the person was shown."""
SAID = (Action.ADD, Action.EDIT, Action.GONE, Action.ELSEWHERE)
"""By which what a reply answers changes: its author changed it, or it was answered elsewhere."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of a mention by one event."""

    action: Action
    changes: Mapping[str, Any]


def happened_since(conn: Connection, ref: str, version: int, actions: Collection[Action] = SAID) -> Happened | None:
    """The newest of these events after that version of a mention; None where there was none. An answer that ends nothing,
    because the author wrote after it, changes nothing.
    """
    e = event.c
    later = select(e.action, e.changes).where(e.subject == ref, e.seq > version, e.action.in_(actions))
    found = (Happened(Action(row.action), row.changes) for row in conn.execute(later.order_by(e.seq.desc())))
    return next((one for one in found if one.changes.get("ends") != "no"), None)


def require_as_shown(conn: Connection, scene: Scene, reply_id: str) -> None:
    """Raise NotAllowed where the author changed what is answered, or the pictures are not those that were looked at."""
    move, ref = scene.move, scene.before.ref
    as_of = move.detail.get(AS_OF)
    if as_of and happened_since(conn, ref, int(as_of)):
        raise NotAllowed(words.not_as_shown(ref, "What it answers"))
    if move.pictures is not None and move.pictures != media.mark_of(conn, reply_id):
        raise NotAllowed(words.not_as_shown(ref, "The pictures"))
