"""Whose saved replies are: who may approve words, who looks after them, and whom they can be given to."""

from dataclasses import replace
from datetime import timedelta

from bot.authority import Deed, Subject, permits
from bot.command import Staff
from bot.desk import Desk
from bot.house import House
from bot.saving.saved import Saved
from bot.store.duty import gone
from bot.store.duty.leaver import everybody

MOST_COLLEAGUES = 99
FARTHEST = timedelta(days=3_660)
"""How far off a review or an end may be."""


def about(found: Saved, house: House, by: Staff) -> Subject:
    """What its rules are asked of. Where nobody else could look, one's own words are nobody else's to approve."""
    writer = found.written_by if others_approve(house, by) else ""
    owner = frozenset({found.owner}) if found.owner else frozenset[str]()
    return Subject(found.ref, writer=writer, concerned=owner, none_named=not anybody_approves(house))


async def staffed(desk: Desk) -> House:
    """The settings without approvers and leads who have left; as they are where that leaves nobody."""
    left, house = await desk.db.read(gone.everybody), desk.house
    approvers, leads = (tuple(one for one in named if one not in left) for named in (house.approvers, house.leads))
    return replace(house, approvers=approvers, leads=leads) if approvers or leads else house


def anybody_approves(house: House) -> bool:
    """Whether the settings name anybody who approves."""
    return bool(house.approvers or house.leads or house.approver_groups or house.lead_groups)


def others_approve(house: House, by: Staff) -> bool:
    """Whether somebody else than this person may approve."""
    return bool({*house.approvers, *house.leads} - {by.id}) or house.approver_groups or house.lead_groups


def is_kept_by(by: Staff, found: Saved, house: House) -> bool:
    """Whether this person may change it, renew it, give it on and end it."""
    return permits(by, Deed.KEEP_SAVED, about(found, house, by))


def may_take_back(by: Staff, found: Saved, house: House) -> bool:
    """Whether this person may take its approval back, one's own words too."""
    return permits(by, Deed.APPROVE_SAVED, Subject(found.ref, none_named=not anybody_approves(house)))


def approves_at_once(house: House, by: Staff) -> bool:
    """Whether what this person writes can be used without another look: only where nobody else could give it one."""
    alone = Subject(none_named=not anybody_approves(house))
    return not others_approve(house, by) and permits(by, Deed.APPROVE_SAVED, alone)


async def colleagues(desk: Desk, besides: str) -> dict[str, str]:
    """Everybody who is here, by id."""
    left = await desk.db.read(gone.everybody)
    here = {one: name for one, name in (await desk.db.read(everybody)).items() if one not in left and one != besides}
    return dict(list(here.items())[:MOST_COLLEAGUES])
