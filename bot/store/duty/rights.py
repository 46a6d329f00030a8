"""Rights that are claimed: their rows, what a move about one changes, and whose they are.

Each event of a right holds its whole row, so that the newest gives it. Whether its mention was answered or closed is no
matter: a right ends by ``RIGHT`` alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, update

from bot.delivery import Kind as Delivered
from bot.delivery import Rank
from bot.errors import NotAllowed
from bot.mention import SYSTEM
from bot.rights.clock import Due, More, due, stood_still
from bot.rights.kinds import Kind, Unit
from bot.rights.right import RECORDED, Outcome, Right
from bot.store.duty.rights_rows import find_open as find_open
from bot.store.duty.rights_rows import get, of_mention
from bot.store.duty.rights_rows import owned_by as owned_by
from bot.store.proof import mirrored
from bot.store.proof.record import jsonable
from bot.store.scene import Detail, Scene, say_in_thread
from bot.store.schema import claim_of_right as table
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words import holding, rights_refused

R = table.c
Change = Callable[[Scene, Right, Kind], Right]


def tell(conn: Connection, right: Right, person: str, *, what: str, turn: str, now: datetime, by: str = "") -> bool:
    """A private word about one, once a ``turn``; whether it was new."""
    key = f"right:{right.id}:{what}:{turn}:{person}"
    payload = {"what": what, "person": person, "right": right.id, "by": by, **told_of(right)}
    wanted = Wanted(key, Delivered.TELL, f"right:{right.id}:{person}", Rank.ACTION, right.number, person, payload)
    return outbox.queue(conn, wanted, now) is not None


def told_of(right: Right) -> dict[str, object]:
    """What a word about one is drawn from: its row, times in milliseconds."""
    return {"row": {name: jsonable(value) for name, value in asdict(right).items()}}


# --- what the moves bring with them ------------------------------------------------------------------------------


def on_right(conn: Connection, scene: Scene) -> Detail:
    """One is put on the mention, or what ``deed`` names is done to the one that ``right`` names."""
    deed = scene.move.detail.get("deed", "")
    if deed == "put":
        after = put(conn, scene)
    else:
        before = required(conn, scene)
        require_as_shown(conn, scene, before)
        after = DEEDS[deed](scene, before, scene.house.rights.kind(before.kind))
        conn.execute(update(table).where(R.id == after.id).values(**columns(after), told=after.told))
    if deed in ("put", "given") and after.owner != scene.move.by:
        by = scene.move.by if scene.move.by != SYSTEM else ""
        tell(conn, after, after.owner, what="right_given", turn=f"{scene.after.version}", now=scene.now, by=by)
    say_in_thread(conn, scene, "right", by=scene.move.by, seq=scene.after.version, deed=deed, **told_of(after))
    gone = mirrored.mirror(conn, scene) if after.ended_at else []
    return {"right": after.id, "row": {name: jsonable(getattr(after, name)) for name in RECORDED}, **gone_now(gone)}, {}


def gone_now(native_ids: list[str]) -> dict[str, object]:
    """What the author had deleted, and nothing keeps any longer."""
    return {mirrored.NOW_GONE: native_ids} if native_ids else {}


def columns(right: Right) -> dict[str, object]:
    """What stands in the record, as columns."""
    return {name: getattr(right, name) for name in RECORDED}


def put(conn: Connection, scene: Scene) -> Right:
    """A new one. Raises NotAllowed where the same runs on the mention already, or there is no such kind."""
    kind = scene.house.rights.called(scene.move.detail.get("label", ""))
    if kind is None:
        raise NotAllowed(rights_refused.NO_SUCH)
    if any(one.kind == kind.id and not one.ended_at for one in of_mention(conn, scene.number)):
        raise NotAllowed(rights_refused.runs_already(scene.before.ref, kind))
    received = scene.before.posted_at
    stated = scene.move.until if kind.unit is Unit.STATED else None
    dates = dated(due(kind, received, scene.house.zone, scene.house.rights.nation, more=More(stated=stated)))
    fresh = {"owner": scene.move.to or scene.move.by, "by": scene.move.by, "made_at": scene.now}
    made = Right(id=uuid4().hex, number=scene.number, kind=kind.id, received_at=received, **fresh, **dates)  # type: ignore[arg-type]
    conn.execute(table.insert().values(**asdict(made)))
    return made


def dated(by: Due) -> dict[str, object]:
    """Its dates as columns."""
    dates = {"due_on": by.due_on.isoformat(), "last_on": by.last_on.isoformat(), "due_at": by.due_at}
    return {**dates, "amber_at": by.amber_at, "red_at": by.red_at}


def again(scene: Scene, right: Right, kind: Kind, **changes: object) -> Right:
    """It with its dates counted anew; its owner hears of its stages anew where it is due later. Raises NotAllowed."""
    if kind.id not in scene.house.rights.known:
        raise NotAllowed(rights_refused.unknown(kind))
    after = replace(right, **changes)  # type: ignore[arg-type]
    more = More(after.paused_days, after.extended_at is not None, after.due_at)
    counted = dated(due(kind, after.received_at, scene.house.zone, scene.house.rights.nation, more=more))
    return replace(after, **counted, told=after.told if counted["due_on"] == right.due_on else "")  # type: ignore[arg-type]


def required(conn: Connection, scene: Scene) -> Right:
    """The one meant. Raises NotAllowed for one of another mention, or one that is over."""
    found = get(conn, scene.move.detail.get("right", ""))
    if found is None or found.number != scene.number or found.ended_at:
        raise NotAllowed(rights_refused.over_already(scene.before.ref))
    return found


def require_as_shown(conn: Connection, scene: Scene, right: Right) -> None:
    """Raise NotAllowed where its end erases what nobody was shown would go."""
    goes = mirrored.goes_with(conn, scene.number, scene.now, right.id) if scene.move.shown is not None else []
    if goes and scene.move.shown != mirrored.mark(goes):
        raise NotAllowed(holding.not_as_shown(right.ref))


def given(scene: Scene, right: Right, _: Kind) -> Right:
    """Somebody else's."""
    return replace(right, owner=scene.move.to)


def paused(scene: Scene, right: Right, kind: Kind) -> Right:
    """It stands still. Raises NotAllowed where the law does not let it, or it does so already."""
    if not kind.pauses or right.paused_at:
        never = rights_refused.never_pauses(right.ref, kind)
        raise NotAllowed(rights_refused.stands_still(kind) if right.paused_at else never)
    in_time(scene, right, kind)
    return replace(right, paused_at=scene.now)


def in_time(scene: Scene, right: Right, kind: Kind) -> None:
    """Raise NotAllowed once its time is over: what was late stays late. An extension is taken within the first period:
    https://www.legislation.gov.uk/eur/2016/679/article/12 and https://www.legislation.gov.uk/uksi/2004/3391/regulation/7
    """
    if right.is_past(scene.now, scene.house.zone):
        raise NotAllowed(rights_refused.past(right, kind))


def resumed(scene: Scene, right: Right, kind: Kind) -> Right:
    """It goes on; the days it stood still are added. Raises NotAllowed where it runs."""
    if right.paused_at is None:
        raise NotAllowed(rights_refused.runs(kind))
    house = scene.house
    days = stood_still(kind, right.paused_at, scene.now, zone=house.zone, nation=house.rights.nation)
    return again(scene, right, kind, paused_at=None, paused_days=right.paused_days + days)


def extended(scene: Scene, right: Right, kind: Kind) -> Right:
    """As much longer as the law lets it take, once. Raises NotAllowed."""
    if not kind.extension or right.extended_at:
        raise NotAllowed(rights_refused.extended_once(kind) if right.extended_at else rights_refused.never_extends(kind))
    in_time(scene, right, kind)
    return again(scene, right, kind, extended_at=scene.now)


def ended(scene: Scene, right: Right, _: Kind) -> Right:
    """It is over, with its outcome."""
    return replace(right, ended_at=scene.now, paused_at=None, outcome=Outcome(scene.move.detail["ended_as"]).value)


DEEDS: Mapping[str, Change] = {
    "given": given,
    "paused": paused,
    "resumed": resumed,
    "extended": extended,
    "ended": ended,
}
