"""A stand-in for YouTube on a loopback port, and a channel that speaks to it."""

from datetime import timedelta

import pytest

from bot.ports import Outgoing
from integrations.http import Http
from integrations.youtube.network import build
from integrations.youtube.settings import YouTubeAccount
from tests.standins.youtube import CLIENT, ME, REFRESH, SECRET, StandInYouTube


@pytest.fixture
async def youtube(clock):
    async with StandInYouTube(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def http():
    async with Http(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
def network(youtube, http, clock):
    """Builds the network for the channel."""

    def made(**settings):
        given = {"name": "tube", "network": "youtube", "channel": "C1", "channel_id": ME, "handle": "harrowmere"}
        keys = {"client_id": CLIENT, "client_secret": SECRET, "refresh_token": REFRESH}
        urls = {"api_url": f"{youtube.url}/youtube/v3", "token_url": f"{youtube.url}/token"}
        return build(YouTubeAccount(**given | keys | urls | settings), http=http, clock=clock)

    return made


@pytest.fixture
def reply(clock):
    def made(in_reply_to, text="It opens at nine.", **more):
        now = clock.now()
        given = {"key": "r1", "conversation": in_reply_to.partition(".")[0], "created_at": now, "first_sent_at": now}
        return Outgoing(text=text, in_reply_to=in_reply_to, **given | {"last_sent_at": now} | more)

    return made


@pytest.fixture
def read(network, clock):
    """Reads until there is no more, then once more after each span that is given."""

    async def pages(one, cursor, *waits):
        items = []
        for wait in (timedelta(0), *waits):
            clock.advance(wait)
            more = True
            while more:
                page = await one.fetch(cursor)
                items += page.items
                cursor, more = page.cursor, page.more
        return items, cursor

    return pages
