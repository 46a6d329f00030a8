"""What a person was shown when they let a reply go, against what is so in the transaction that lets it go."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from bot.errors import NotAllowed
from bot.mention import Action
from bot.store.replying import media
from bot.store.scene import Scene
from bot.store.schema import event
from bot.words import replying as words

AS_OF = "as_of"
"""In a REPLY, SUBMIT or APPROVE: the version of the mention that the person was shown."""
SAID = (Action.ADD, Action.EDIT, Action.GONE)
"""By which the public changes what a reply answers."""


def happened_since(conn: Connection, ref: str, version: int, actions: Collection[Action] = SAID) -> Action | None:
    """The newest of these events after that version of a mention; None where there was none."""
    e = event.c
    later = select(e.action).where(e.subject == ref, e.seq > version, e.action.in_(actions))
    newest = conn.execute(later.order_by(e.seq.desc()).limit(1)).scalar()
    return Action(newest) if newest else None


def require_as_shown(conn: Connection, scene: Scene, reply_id: str) -> None:
    """Raise NotAllowed where the author changed what is answered, or the pictures are not those that were looked at."""
    move, ref = scene.move, scene.before.ref
    as_of = move.detail.get(AS_OF)
    if as_of and happened_since(conn, ref, int(as_of)):
        raise NotAllowed(words.not_as_shown(ref, "What it answers"))
    if move.pictures is not None and move.pictures != media.mark_of(conn, reply_id):
        raise NotAllowed(words.not_as_shown(ref, "The pictures"))
