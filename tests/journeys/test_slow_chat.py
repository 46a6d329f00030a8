"""Viva Engage hangs, and nobody in Slack waits for it."""

import asyncio
from datetime import timedelta

import pytest

from integrations.sandbox.engage_problems import Trouble
from tests.engage_town import EngageTown

pytestmark = pytest.mark.slow
WITHIN = 3
"""Seconds in which whoever pressed or typed something in Slack has an answer."""


async def test_what_is_asked_in_slack_is_answered_there_at_once_while_viva_engage_hangs(both_chats: EngageTown) -> None:
    town = both_chats
    farah = town.slack.user("farah")
    await town.writes("my ex knows where I live", kind="dm")
    await town.writes("Is the pool open?", by="Ann")
    await town.card("M-2")
    town.engage.problems.next(Trouble.HANGS, lasting=timedelta(hours=1))

    private = await asyncio.wait_for(farah.command("/mention show 1", channel="mentions"), WITHIN)
    queue = await asyncio.wait_for(farah.command("/mention queue", channel="mentions"), WITHIN)
    claimed = await asyncio.wait_for(farah.command("/claim 2", channel="mentions"), WITHIN)
    given = await asyncio.wait_for(farah.command("/mention give 2 <@U0MORAG>", channel="mentions"), WITHIN)

    assert "M-1 is a private message." in private.text
    assert "my ex" not in queue.text
    assert "M-2" in queue.text
    assert "M-2 is yours" in claimed.text
    assert "Offered M-2 to Morag Muir" in given.text
