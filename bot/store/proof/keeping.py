"""Holds: somebody says that the words of a mention must not be erased, and why; a team lead ends it, or its time does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, select, update

from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action, Move
from bot.store import schema
from bot.store.proof import mirrored
from bot.store.proof.holds import K
from bot.store.proof.record import digest, new_salt
from bot.store.scene import Detail, Scene, say_in_thread
from bot.words import holding as words

AT_A_TIME = 25


@dataclass(frozen=True, slots=True)
class Ending:
    """What a team lead would end: the holds that nobody ended, and the posts whose words are erased with them."""

    holds: Sequence[RowMapping]
    goes: Sequence[str]

    @property
    def mark(self) -> str:
        """Stands for it, in the form that shows it."""
        return mirrored.mark(self.goes, [row["id"] for row in self.holds])


def on_keep(conn: Connection, scene: Scene) -> Detail:
    """A hold begins: ``text`` says why, ``until`` when it ends by itself. Raises NotAllowed for what is erased already."""
    move = scene.move
    if scene.before.erased_at:
        raise NotAllowed(words.erased_already(scene.before.ref))
    salt, one = new_salt(), uuid4().hex
    row = {"id": one, "number": scene.number, "why": move.text, "why_salt": salt, "by": move.by, "until": move.until}
    conn.execute(schema.kept.insert().values(**row, at=scene.now))
    say_in_thread(conn, scene, "kept", by=move.by, seq=scene.after.version)
    return {"kept": one, "until": move.until}, {"kept": digest(salt, move.text)}


def on_let_go(conn: Connection, scene: Scene) -> Detail:
    """Every hold of the mention ends; what its author deleted meanwhile goes.

    Raises NotAllowed where there is none, and where they or what goes are not those that were shown.
    """
    ends = ending(conn, scene.number, scene.now)
    ended = [row["id"] for row in ends.holds]
    if not ended:
        raise NotAllowed(words.not_on_hold(scene.before.ref))
    if scene.move.shown is not None and scene.move.shown != ends.mark:
        raise NotAllowed(words.not_as_shown(scene.before.ref))
    conn.execute(update(schema.kept).where(K.id.in_(ended)).values(ended_at=scene.now, ended_by=scene.move.by))
    say_in_thread(conn, scene, "let_go", by=scene.move.by, seq=scene.after.version)
    gone = mirrored.mirror(conn, scene)
    return {"let_go": ended, **({mirrored.NOW_GONE: gone} if gone else {})}, {}


def open_on(conn: Connection, number: int) -> list[RowMapping]:
    """The holds of a mention that nobody ended, the oldest first."""
    rows = conn.execute(select(schema.kept).where(K.number == number, K.ended_at.is_(None)).order_by(K.at, K.id))
    return list(rows.mappings())


def ending(conn: Connection, number: int, now: datetime) -> Ending:
    """What would end on a mention."""
    return Ending(open_on(conn, number), mirrored.goes_with(conn, number, now))


def listed(conn: Connection, most: int) -> list[RowMapping]:
    """All that nobody ended, the newest first."""
    return list(conn.execute(select(schema.kept).where(K.ended_at.is_(None)).order_by(K.at.desc()).limit(most)).mappings())


def over(conn: Connection, now: datetime) -> list[int]:
    """The mentions of which the time of every hold has passed."""
    lasting = select(K.number).where(K.ended_at.is_(None), K.until.is_(None) | (K.until > now))
    passed = K.ended_at.is_(None) & (K.until <= now) & K.number.not_in(lasting)
    return list(conn.execute(select(K.number).where(passed).distinct().order_by(K.number).limit(AT_A_TIME)).scalars())


def let_go_move(number: int) -> Move:
    """What ends a hold by itself."""
    return Move(f"M-{number}", Action.LET_GO, by=SYSTEM, note=words.TIME_OVER)
