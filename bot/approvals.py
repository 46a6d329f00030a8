"""Approval at the moment of replying: whether somebody's reply needs a second person, and who that can be."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

from bot.chats import reaching
from bot.command import Role, Staff
from bot.desk import Desk
from bot.duty.rota import DutyRole
from bot.errors import OutsideError
from bot.house import House
from bot.replying.approval import WHO_APPROVE, needs
from bot.store import mentions
from bot.store.replying import asking, trust
from bot.store.replying.asking import Around
from bot.story import Story

DUTY_STANDS_IN_AFTER = 3
"""How often others were asked before whoever is on duty may approve without having been asked by name."""


def has_approval(house: House) -> bool:
    """Whether anybody's reply needs it here at all."""
    return bool(house.approval.tables)


async def needs_approval(desk: Desk, staff: Staff, story: Story) -> bool:
    """Whether this person's reply to this mention must be approved; yes on doubt."""
    if not has_approval(desk.house):
        return False
    trusted = await desk.db.read(trust.is_trusted, staff.id, story.mention.topic)
    return needs(desk.house.approval.tables, staff, story.mention, trusted=trusted)


async def may_correct_alone(desk: Desk, staff: Staff, story: Story, writer: str) -> bool:
    """Whether this person may change what is public and ``writer``'s without another look.

    One who approves is the second pair of eyes on a colleague's words, also where everybody's replies need one.
    """
    is_second = staff.id != writer and staff.has(*WHO_APPROVE) and not staff.has(Role.TRAINEE)
    return is_second or not await needs_approval(desk, staff, story)


async def approvers_for(desk: Desk, staff: Staff, *besides: str, story: Story | None = None) -> tuple[str, ...]:
    """Who would be asked first, by id, never the writer or those ``besides``; leads where no approver can be, nobody where
    only groups can. Of a ``story`` that is private, only who may read it.
    """
    may_read = await readers(desk, story) if story else frozenset[str]()
    around = Around(desk.house, desk.now(), frozenset(besides), may_read)
    asked: tuple[str, ...] = await desk.db.read(asking.first_asked, staff.id, around, story.mention if story else None)
    return asked


async def readers(desk: Desk, story: Story) -> frozenset[str]:
    """Of a private message, who of the approvers and those on duty is known to be where it is shown; nobody on doubt."""
    if not story.mention.private:
        return frozenset()
    channel = await desk.db.read(mentions.channel_of, story.mention, desk.house)
    on_duty = (await desk.rota()).on_duty(DutyRole.DUTY, desk.now())
    asked = dict.fromkeys((*desk.house.approvers, *on_duty))
    return frozenset([one for one in asked if channel and await sees(desk, channel, one)])


async def sees(desk: Desk, channel: str, person: str) -> bool:
    """Whether somebody is in a channel; no on doubt."""
    for chat in reaching(desk.chats, person):
        ask = partial(chat.is_member, channel, person)
        waits_for_it = len(desk.chats) > 1 and chat.manner.reads_each  # who asks may wait in the other
        with suppress(OutsideError):
            if await (desk.elsewhere.ask(chat, ("is_member", channel, person), ask) if waits_for_it else ask()):
                return True
    return False


async def standing_in(desk: Desk, staff: Staff, story: Story) -> Staff:
    """The person with what they may do about the reply that waits: who is on duty approves what nobody else has in time."""
    reply = story.waiting_reply
    if reply is None or staff.has(Role.TRAINEE):
        return staff
    is_asked = staff.id in story.asked or reply.approval_laps > DUTY_STANDS_IN_AFTER
    if not is_asked or not await desk.is_on_duty(staff):
        return staff
    return replace(staff, roles=staff.roles | {Role.APPROVER})
