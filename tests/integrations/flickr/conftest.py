"""A stand-in for Flickr on a loopback port, and an account that speaks to it."""

from datetime import timedelta

import pytest

from bot.ports import Outgoing
from integrations.flickr.network import build
from integrations.flickr.settings import FlickrAccount
from integrations.http import Http
from tests.standins.flickr import KEY, ME, SECRET, TOKEN, TOKEN_SECRET, StandInFlickr


@pytest.fixture
async def flickr(clock):
    async with StandInFlickr(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def http():
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def account(flickr):
    def made(**settings):
        given = {"name": "photos", "network": "flickr", "channel": "C1", "user_id": ME, "api_url": flickr.url}
        keys = {"api_key": KEY, "api_secret": SECRET, "access_token": TOKEN, "access_token_secret": TOKEN_SECRET}
        return FlickrAccount(**given | keys | settings)

    return made


@pytest.fixture
def network(account, http, clock):
    """Builds the network for the account."""
    return lambda **settings: build(account(**settings), http=http, clock=clock)


@pytest.fixture
def reply(clock):
    def made(in_reply_to, text="It opens at nine.", **more):
        now = clock.now()
        given = {"key": "r1", "conversation": "10289", "created_at": now, "first_sent_at": now, "last_sent_at": now}
        return Outgoing(text=text, in_reply_to=in_reply_to, **given | more)

    return made
