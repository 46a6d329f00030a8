"""A test mention each hour takes the whole way, bothers nobody, and says so when it does not arrive."""

from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import Connection, update
from structlog.testing import capture_logs

from bot.card import Card
from bot.engine.by_the_clock import by_the_clock
from bot.engine.canary import CanaryWatch
from bot.errors import TryLater
from bot.finding.query import Query, Term
from bot.house import CANARY, CANARY_NETWORK
from bot.housing import channels_of, house_of
from bot.mention import State
from bot.settings.file import load
from bot.store import schema
from bot.store.finding import index
from bot.store.intake import canaries
from bot.store.proof.invariants import broken
from bot.store.reading import queue, search
from bot.web import Web
from tests.bot.council import Bench, account, house
from tests.bot.engine.fakes import Office

HOUSE = house(account(), account(CANARY, network=CANARY_NETWORK, channel="trial", speaks_as="a test of Tolbooth by itself"))
TELLS = schema.delivery.c.kind == "tell"


@pytest.fixture
def tried(either: Bench) -> Bench:
    """A council that tries itself, on either database."""
    either.desk.house = HOUSE
    return either


@pytest.fixture
def watched(office: Office) -> Office:
    """One with a wall to see its cards on."""
    office.bench.desk.house = HOUSE
    return office


async def test_it_becomes_a_card_in_its_channel(watched: Office) -> None:
    await CanaryWatch(watched.bench.desk).once()
    await watched.delivers()

    ((where, card),) = [(where, card) for where, card, _ in watched.wall.posts if isinstance(card, Card)]
    assert where == "trial"
    assert card.quote == canaries.WORDS
    assert "claim" not in {button.verb for button in card.buttons}


async def test_at_no_moment_is_it_open(tried: Bench) -> None:
    await CanaryWatch(tried.desk).once()

    mention = await tried.mention()
    assert (mention.state, mention.close_reason, mention.network) == ("closed", "test", CANARY_NETWORK)
    assert await tried.actions() == ["received", "close"]
    assert await tried.due_at() is None
    assert (await tried.db.read(queue.report, tried.clock.now(), HOUSE)).total == 0
    assert await tried.desk.next_waiting() is None
    assert await tried.db.read(broken, tried.clock.now(), deep=True) == []
    assert (await tried.verdict()).startswith("ok:")


async def test_looking_for_words_does_not_find_it(tried: Bench) -> None:
    await CanaryWatch(tried.desk).once()

    await tried.db.write(index.catch_up, tried.clock.now())

    assert await tried.db.read(search.found, Query(wanted=(Term(("test",)),)), 1) == []
    assert await tried.db.read(search.found, Query(states=frozenset(State)), 1) == []


async def test_there_is_one_an_hour_whichever_copies_send_it(tried: Bench) -> None:
    now = tried.clock.now()

    assert await tried.db.write(canaries.send, HOUSE, now)
    assert not await tried.db.write(canaries.send, HOUSE, now)
    assert len(await tried.all(schema.mention)) == 1


async def test_the_next_hour_has_its_own_once_the_last_has_arrived(watched: Office) -> None:
    bench, watch = watched.bench, CanaryWatch(watched.bench.desk)
    await watch.once()
    bench.clock.advance(hours=1)
    await watch.once()
    waited_for_the_first = len(await bench.all(schema.mention))
    await watched.delivers()
    await watch.once()

    assert (waited_for_the_first, len(await bench.all(schema.mention))) == (1, 2)


async def test_one_that_arrives_is_not_spoken_of(watched: Office) -> None:
    bench, watch = watched.bench, CanaryWatch(watched.bench.desk)
    await watch.once()
    bench.clock.advance(seconds=2)
    await watched.delivers()
    bench.clock.advance(minutes=5)

    with capture_logs() as logs:
        await watch.once()

    assert logs == []
    assert watched.wall.told == []
    assert await bench.db.read(canaries.figures, HOUSE, bench.clock.now()) == {"canary_seconds": 2.0}


async def test_one_that_does_not_arrive_is_told_to_the_leads_once(tried: Bench) -> None:
    watch = CanaryWatch(tried.desk)
    await watch.once()
    tried.clock.advance(seconds=60)
    await watch.once()
    in_time = await tried.all(schema.delivery, TELLS)
    tried.clock.advance(seconds=1)

    with capture_logs() as logs:
        for copy in (watch, watch, CanaryWatch(tried.desk)):
            await copy.once()

    assert in_time == []
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["canary_did_not_arrive"] * 2  # one a copy
    (told,) = await tried.all(schema.delivery, TELLS)
    assert (told["target"], told["number"]) == ("U0MORAG", None)
    assert "its test M-1 has not become a card in trial within a minute" in told["payload"]["text"]
    assert await tried.db.read(canaries.figures, HOUSE, tried.clock.now()) == {"canary_seconds": 61.0}


async def test_one_that_may_have_arrived_has_not(watched: Office) -> None:
    await CanaryWatch(watched.bench.desk).once()
    watched.wall.answers = ["lost"]
    await watched.delivers()

    canary = await watched.bench.db.read(canaries.newest, HOUSE)

    assert canary is not None
    assert canary.took is None


async def test_it_must_become_a_card_in_every_chat(tried: Bench) -> None:
    tried.desk.house = two = replace(HOUSE, chats=("wall", "door"))
    await CanaryWatch(tried.desk).once()

    def put_up(conn: Connection, chat: str) -> bool:
        """Its card is up in this chat; whether that is all."""
        d = schema.delivery.c
        done = {"state": "done", "sent_at": tried.clock.now(), "due_at": None}
        conn.execute(update(schema.delivery).where(d.key == f"card:{chat}:1").values(done))
        canary = canaries.newest(conn, two)
        return canary is not None and canary.took is not None

    assert [await tried.db.write(put_up, chat) for chat in two.chats] == [False, True]


async def test_a_second_outage_on_the_same_day_is_told_of_too(watched: Office) -> None:
    bench, watch = watched.bench, CanaryWatch(watched.bench.desk)
    for _ in ("first", "second"):
        await watch.once()
        bench.clock.advance(minutes=2)
        await watch.once()
        await watched.delivers()
        bench.clock.advance(hours=1)
        await watch.once()

    keys = sorted(row["key"] for row in await bench.all(schema.delivery, TELLS))
    assert keys == ["canary:U0MORAG:2026-11-17T09", "canary:U0MORAG:2026-11-17T10"]


async def test_an_outage_is_told_of_once_and_leaves_one_card(watched: Office) -> None:
    bench, watch = watched.bench, CanaryWatch(watched.bench.desk)
    watched.wall.answers = [TryLater("away")] * 2
    await watch.once()
    for _ in range(5):
        bench.clock.advance(hours=1)
        await CanaryWatch(bench.desk).once()
    mentions = len(await bench.all(schema.mention))
    told = len(await bench.all(schema.delivery, TELLS))

    assert (mentions, told) == (1, 1)


async def test_once_it_arrives_after_all_that_is_said_too(watched: Office) -> None:
    bench, watch = watched.bench, CanaryWatch(watched.bench.desk)
    await watch.once()
    bench.clock.advance(minutes=2)
    await watch.once()
    await watched.delivers()

    with capture_logs() as logs:
        await watch.once()

    assert [log["event"] for log in logs] == ["canary_arrives_again"]


async def test_a_clock_set_back_sends_none_twice(watched: Office) -> None:
    bench, watch = watched.bench, CanaryWatch(watched.bench.desk)
    await watch.once()
    await watched.delivers()
    bench.clock.advance(hours=-1)

    for copy in (watch, CanaryWatch(bench.desk)):
        await copy.once()

    assert len(await bench.all(schema.mention)) == 1


async def test_where_none_is_set_up_there_is_no_figure(bench: Bench) -> None:
    assert await bench.db.read(canaries.figures, bench.house, bench.clock.now()) == {}
    assert await bench.db.read(canaries.figures, replace(HOUSE), bench.clock.now()) == {}


async def test_its_time_is_a_figure_for_whoever_watches(watched: Office) -> None:
    await CanaryWatch(watched.bench.desk).once()
    watched.bench.clock.advance(seconds=7)

    page = await Web(watched.bench.desk, dict, "1").metrics(make_mocked_request("GET", "/metrics"))

    assert b"\ntolbooth_canary_seconds 7.0\n" in page.body


ALWAYS = {"index", "audit", "approvals", "tasks", "watch clock", "rights", "saved"}


@pytest.mark.parametrize(
    ("toml", "loops", "channels"),
    [
        ("", set(), ()),
        ('[canary]\nchannel = " trial "', {"canary"}, ("trial",)),
        ('[reports]\nweekly_channel = "leads"', {"reports"}, ("leads",)),
    ],
)
def test_naming_a_channel_sets_it_up_where_there_is_a_chat(
    office: Office, tmp_path: Path, toml: str, loops: set[str], channels: tuple[str, ...]
) -> None:
    file, desk = tmp_path / "tolbooth.toml", office.bench.desk
    file.write_text(toml)
    loaded = load(file, networks={}, chats={}, messengers={})
    desk.house = house_of(loaded, {})

    assert set(by_the_clock(desk, loaded.core)) - ALWAYS == loops
    assert channels_of(loaded) == channels
    desk.chats = {}
    assert set(by_the_clock(desk, loaded.core)) == ALWAYS
