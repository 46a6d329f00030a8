"""A stand-in for X on a loopback port, and an account that speaks to it."""

from datetime import timedelta

import pytest

from bot.ports import Outgoing
from integrations.http import Http
from integrations.sandbox.x_server import StandInX
from integrations.x.network import build
from integrations.x.settings import XAccount


@pytest.fixture
async def x(clock):
    async with StandInX(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def http():
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def account(x):
    def made(**settings):
        keys = {} if "user_token" in settings else x.credentials
        return XAccount(
            **{"name": "main", "network": "x", "channel": "C1", "handle": x.me.handle, "api_url": x.api_url}
            | keys
            | settings
        )

    return made


@pytest.fixture
def network(account, http, clock):
    """Builds the network; replies leave through the API unless asked otherwise."""

    def made(**settings):
        return build(account(**{"replies": "api"} | settings), http=http, clock=clock)

    return made


@pytest.fixture
def reply(clock):
    def made(in_reply_to, text="It opens at nine.", **more):
        now = clock.now()
        settings = {"key": "r1", "conversation": "", "created_at": now, "first_sent_at": now} | more
        return Outgoing(text=text, in_reply_to=in_reply_to, **settings)

    return made
