"""A rota in the settings that cannot be used: the last good one stays in force, and each lead hears of it once."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import Kind, Rank
from bot.house import House
from bot.store.duty import plans
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

TOLD = (
    "The rota in the settings cannot be used, so the one in force stays as it is. What is wrong with it: {fault}. "
    "Whoever looks after Tolbooth can mend it there; `tolbooth check` says whether it is right."
)


def stays_in_force(conn: Connection, house: House, now: datetime) -> bool:
    """Whether there is a rota that stays in force; then each lead is told of ``house.rota_fault``, once for each fault."""
    if not plans.version(conn):
        return False
    fault = hashlib.sha256(house.rota_fault.encode()).hexdigest()[:16]
    for lead in house.leads:
        key, payload = f"rota-fault:{fault}:{lead}", {"text": TOLD.format(fault=house.rota_fault)}
        outbox.queue(conn, Wanted(key, Kind.TELL, f"rota-fault:{lead}", Rank.ACTION, None, lead, payload), now)
    return True
