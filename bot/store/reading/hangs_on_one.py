"""What hangs on one person, whoever that is: accounts, roles, topics, and what belongs to somebody who has left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.house import House
from bot.register import is_in_use
from bot.store import mentions
from bot.store.duty import gone, rights_rows
from bot.store.intake import watches
from bot.store.reading.known_by_one import LOOKS_BACK, topics_of_one
from bot.store.replying import saved, tasks


@dataclass(frozen=True, slots=True)
class Hanging:
    """Each in the order of its own name, so that nobody is ranked."""

    accounts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """With fewer than two holders who are still here; those with none first."""
    roles: tuple[str, ...] = ()
    """Roles that one person alone is named for."""
    topics: tuple[tuple[str, str], ...] = ()
    """Topics all of whose answers in the last year one person gave, with that person."""
    rights: tuple[str, ...] = ()
    """The mentions of rights whose owner has left."""
    owed: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def hanging(conn: Connection, house: House, now: datetime) -> Hanging:
    """As it stands now."""
    left = gone.everybody(conn)
    topics = tuple((one.what, one.person) for one in topics_of_one(conn, now - LOOKS_BACK))
    alone = with_few_holders(conn, house)
    people = {person for _, person in topics} | {who for _, holders in alone for who in holders}
    return Hanging(
        accounts=tuple(alone),
        roles=tuple(roles_of_one(house)),
        topics=topics,
        rights=tuple(f"M-{one.number}" for one in rights_rows.find_open(conn) if one.owner in left),
        owed=tuple(dict.fromkeys(task.ref for task in tasks.find_open(conn) if task.to in left)),
        saved=tuple(one.ref for one in saved.in_use(conn) if one.owner is None or one.owner in left),
        watched=tuple(one.ref for one in watches.running(conn) if one.owner in left),
        names=mentions.names(conn, people),
    )


def with_few_holders(conn: Connection, house: House) -> list[tuple[str, tuple[str, ...]]]:
    """Accounts that one leaving could lock everybody out of, or has; none where no register is kept."""
    if not is_in_use(house.register):
        return []
    left = gone.left_at(conn, {who for kept in house.register for who in kept.holders})
    here = [(kept.name, tuple(who for who in kept.holders if who not in left)) for kept in house.register]
    return sorted([one for one in here if len(one[1]) < 2], key=lambda one: (len(one[1]), one[0]))


def roles_of_one(house: House) -> list[str]:
    """Roles for which the settings name one person, and no group of the chat."""
    named = (("approver", house.approvers, house.approver_groups), ("duty officer", house.officers, False))
    roles = (*named, ("team lead", house.leads, house.lead_groups))
    return [role for role, people, has_group in roles if len(people) == 1 and not has_group]
