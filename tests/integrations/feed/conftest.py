"""A stand-in site on a loopback port, and an account that reads its feed."""

from datetime import timedelta

import pytest

from integrations.feed.network import build
from integrations.feed.settings import FeedAccount
from integrations.http import Http
from tests.standins.feed import StandInSite, Told


@pytest.fixture
async def site():
    async with StandInSite() as one:
        yield one


@pytest.fixture
async def http():
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def network(site, http, clock):
    """Builds the network for a feed of the site."""

    def made(**settings):
        given = {"name": "herald", "network": "feed", "channel": "C1", "url": site.url} | settings
        return build(FeedAccount(**given), http=http, clock=clock)

    return made


@pytest.fixture
def serve(site):
    """Puts a document in the feed's place."""

    def put(body, content_type="application/rss+xml", **headers):
        site.at["/feed"] = Told(200, body, {"Content-Type": content_type, **headers})

    return put
