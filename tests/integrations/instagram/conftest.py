"""An Instagram account on the stand-in Graph API, and an account that speaks for it."""

from datetime import timedelta

import pytest

from bot.ports import Outgoing
from integrations.http import Http
from integrations.instagram.network import build
from integrations.instagram.settings import InstagramAccount
from tests.standins.instagram import ACCOUNT, MEDIA, NAME, StandInAccount


@pytest.fixture
async def account(clock):
    async with StandInAccount(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def http():
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def network(account, http, clock):
    """Builds the network; a second time is a restart."""

    def made(**settings):
        given = {**account.settings, "network": "instagram", "ig_user_id": ACCOUNT, "username": f"@{NAME}"} | settings
        return build(InstagramAccount.model_validate(given), http=http, clock=clock)

    return made


@pytest.fixture
def reply(clock):
    def made(in_reply_to, text="It opens at nine.", **more):
        now = clock.now()
        given = {"key": "r1", "conversation": f"media:{MEDIA}", "created_at": now, "first_sent_at": now, "last_sent_at": now}
        return Outgoing(text=text, in_reply_to=in_reply_to, **given | more)

    return made
