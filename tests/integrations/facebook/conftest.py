"""A Page on the stand-in Graph API, and an account that speaks for it."""

from datetime import timedelta

import pytest

from bot.ports import Outgoing
from integrations.facebook.network import build
from integrations.facebook.settings import FacebookAccount
from integrations.http import Http
from tests.standins.facebook import POST, StandInPage


@pytest.fixture
async def page(clock):
    async with StandInPage(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def http():
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def network(page, http, clock):
    """Builds the network; a second time is a restart."""

    def made(**settings):
        given = {**page.settings, "network": "facebook", "page_title": "Harrowmere Council"} | settings
        return build(FacebookAccount.model_validate(given), http=http, clock=clock)

    return made


@pytest.fixture
def reply(clock):
    def made(in_reply_to, text="It opens at nine.", **more):
        now = clock.now()
        given = {"key": "r1", "conversation": f"post:{POST}", "created_at": now, "first_sent_at": now, "last_sent_at": now}
        return Outgoing(text=text, in_reply_to=in_reply_to, **given | more)

    return made
