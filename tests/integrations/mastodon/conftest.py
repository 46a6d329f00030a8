"""A stand-in Mastodon server on a loopback port, and an account that speaks to it."""

from datetime import timedelta

import pytest

from bot.ports import Outgoing
from integrations.http import Http
from integrations.mastodon.network import build
from integrations.mastodon.settings import MastodonAccount
from tests.standins.mastodon import OURS, TOKEN, StandInMastodon


@pytest.fixture
async def server(clock):
    async with StandInMastodon(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def http():
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def network(server, http, clock):
    """Builds the network with settings of a test's own."""

    def made(**settings):
        given = {"name": "main", "network": "mastodon", "channel": "C1", "handle": OURS, "access_token": TOKEN}
        account = MastodonAccount(**{**given, "api_url": server.api_url, **settings})
        return build(account, http=http, clock=clock)

    return made


@pytest.fixture
def reply(clock, server):
    def made(in_reply_to, text="It opens at nine.", **more):
        author = server.posts[in_reply_to]["account"]["id"] if in_reply_to in server.posts else ""
        settings = {"key": "r1", "conversation": "", "created_at": clock.now(), "author_id": author} | more
        return Outgoing(text=text, in_reply_to=in_reply_to, **settings)

    return made
