"""What falls due of rights and holds: whoever has one hears as its clock turns, and it is handed on when they leave."""

from datetime import datetime

from sqlalchemy import Connection

from bot.house import House
from bot.mention import SYSTEM, Action, Move
from bot.rights.right import Right, Stage
from bot.store import moves
from bot.store.duty import gone, rights, rights_rows
from bot.store.duty.rights_rows import R
from bot.store.proof import keeping

AT_A_TIME = 50


def tell_due(conn: Connection, house: House, now: datetime) -> int:
    """Tell whoever has one, once at amber, at red and on the day, and the leads too when it is late. How many that were."""
    zone = house.zone
    turned = rights_rows.find_open(conn, R.paused_at.is_(None) & (R.amber_at <= now) & (R.told != Stage.LATE))
    due = [(one, stage) for one in turned if (stage := one.to_be_told(now, zone))][:AT_A_TIME]
    for one, stage in due:
        for person in told_of(conn, one, stage, house):
            rights.tell(conn, one, person, what="right_due", turn=f"{one.due_on}:{stage}", now=now)
        rights_rows.note_told(conn, one, stage)
    return len(due)


def told_of(conn: Connection, right: Right, stage: Stage, house: House) -> tuple[str, ...]:
    """Whoever has it; the leads where it is late, or where that person has left."""
    theirs = () if gone.has_left(conn, right.owner) else (right.owner,)
    is_for_leads = stage is Stage.LATE or not theirs
    leads = [lead for lead in house.leads if not gone.has_left(conn, lead)] if is_for_leads else []
    return tuple(dict.fromkeys((*theirs, *leads)))


def owned_by(conn: Connection, person: str) -> list[Right]:
    """The rights a person has that still run, what is due first at the front."""
    return rights_rows.owned_by(conn, person)


def hand_on(conn: Connection, person: str, to: str, by: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """Every right a person has is another's; the references, each once. ``by`` says so: a lead, or SYSTEM."""
    theirs = rights_rows.owned_by(conn, person)
    for one in theirs:
        move = Move(one.ref, Action.RIGHT, by=by, to=to, detail={"right": one.id, "deed": "given"})
        moves.make(conn, move, house=house, now=now)
    return tuple(dict.fromkeys(one.ref for one in theirs))


def hand_on_to_leads(conn: Connection, person: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """Those of somebody who has left are the first lead's that can be told; without one they stay as they are."""
    lead = next((one for one in house.leads if one != person and not gone.has_left(conn, one)), "")
    return hand_on(conn, person, lead, SYSTEM, house=house, now=now) if lead else ()


def end_holds(conn: Connection, house: House, now: datetime) -> int:
    """End the holds whose time has passed; returns of how many mentions."""
    numbers = keeping.over(conn, now)
    for number in numbers:
        moves.make(conn, keeping.let_go_move(number), house=house, now=now)
    return len(numbers)
