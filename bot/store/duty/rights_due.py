"""What falls due of rights and holds: whoever has one hears as its clock turns, and it is handed on when they leave."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.errors import UserError
from bot.house import House
from bot.mention import SYSTEM, Action, Move
from bot.rights.right import AWAKE, Right, Stage
from bot.store import moves
from bot.store.columns import to_ms
from bot.store.duty import gone, rights, rights_rows
from bot.store.duty.falling_due import Heir
from bot.store.duty.rights_rows import R
from bot.store.executor import savepoint
from bot.store.proof import keeping

AT_A_TIME = 50
STILL = timedelta(days=14)
"""How long a clock may stand still before somebody is asked whether it should."""


def tell_due(conn: Connection, house: House, now: datetime) -> int:
    """Tell whoever has one, once at amber, at red and on the day, and the leads too when it is late. How many that were."""
    zone = house.zone
    turned = rights_rows.find_open(conn, R.paused_at.is_(None) & (R.amber_at <= now) & (R.told != Stage.LATE))
    due = [(one, stage) for one in turned if (stage := one.to_be_told(now, zone))]
    asked = [(one, stage, people) for one, stage in due if (people := told_of(conn, one, house, leads=stage is Stage.LATE))]
    for one, stage, people in asked[:AT_A_TIME]:
        for person in people:
            rights.tell(conn, one, person, what="right_due", turn=f"{one.due_on}:{stage}", now=now)
        rights_rows.note_told(conn, one, stage)
    return len(asked[:AT_A_TIME])


def tell_standing_still(conn: Connection, house: House, now: datetime) -> int:
    """By day, tell whoever has one that stood still for another STILL, the leads from the second time; how many words."""
    if now.astimezone(house.zone).hour not in AWAKE:
        return 0
    told = 0
    for one in rights_rows.find_open(conn, R.paused_at <= now - STILL):
        times = (now - one.paused_at) // STILL if one.paused_at else 0
        for person in told_of(conn, one, house, leads=times > 1):
            since = f"still:{to_ms(one.paused_at)}:{times}" if one.paused_at else ""
            told += rights.tell(conn, one, person, what="right_due", turn=since, now=now)
    return told


def told_of(conn: Connection, right: Right, house: House, *, leads: bool) -> tuple[str, ...]:
    """Whoever has it; the leads too where they are to hear of it, or where that person has left."""
    theirs = () if gone.has_left(conn, right.owner) else (right.owner,)
    is_for_leads = leads or not theirs
    here = [lead for lead in house.leads if not gone.has_left(conn, lead)] if is_for_leads else []
    return tuple(dict.fromkeys((*theirs, *here)))


def owned_by(conn: Connection, person: str) -> list[Right]:
    """The rights a person has that still run, what is due first at the front."""
    return rights_rows.owned_by(conn, person)


def hand_on(conn: Connection, person: str, to: Heir, by: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """Every right a person has is another's; the references, each once. ``by`` says so: a lead, or SYSTEM."""
    theirs = rights_rows.owned_by(conn, person)
    for one in theirs:
        move = Move(one.ref, Action.RIGHT, by=by, to=to(one.ref), detail={"right": one.id, "deed": "given"})
        moves.make(conn, move, house=house, now=now)
    return tuple(dict.fromkeys(one.ref for one in theirs))


def hand_on_to_leads(conn: Connection, person: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """Those of somebody who has left are the first lead's that can be told; without one they stay as they are."""
    lead = next((one for one in house.leads if one != person and not gone.has_left(conn, one)), "")
    return hand_on(conn, person, lambda _: lead, SYSTEM, house=house, now=now) if lead else ()


def end_holds(conn: Connection, house: House, now: datetime) -> int:
    """End the holds whose time has passed; returns of how many mentions."""
    return end(conn, keeping.over(conn, now), house=house, now=now)


def end(conn: Connection, numbers: Sequence[int], *, house: House, now: datetime) -> int:
    """Those of these mentions; what another copy has just ended is passed over."""
    ended = 0
    for number in numbers:
        try:
            with savepoint(conn):
                moves.make(conn, keeping.let_go_move(number), house=house, now=now)
        except UserError:
            continue
        ended += 1
    return ended
