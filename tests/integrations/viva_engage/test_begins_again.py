"""What is read after a restart, a clock put back, a first read that failed, or by two copies: all of it, once, seldom."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.card import Answer
from bot.clock import MovableClock
from bot.errors import TryLater
from integrations.fresh import Fresh
from integrations.http import Http
from integrations.sandbox.engage_server import Community, StandInEngage, Trouble
from integrations.viva_engage import cursor
from integrations.viva_engage.client import Engage
from integrations.viva_engage.feeds import Ear
from integrations.viva_engage.listen import Listener
from integrations.viva_engage.parse import Feed
from tests.integrations.viva_engage.bench import PassingPeers, way_to
from tests.integrations.viva_engage.hearing import Hearing, OneOfTwo

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)


@pytest.fixture
def peers(clock: MovableClock) -> OneOfTwo:
    return OneOfTwo(clock)


@pytest.fixture
def begins(there: StandInEngage, desk_community: Community, engage: Engage, peers: OneOfTwo) -> Hearing:
    """It has never listened."""
    return Hearing(there, desk_community, engage, peers)


@pytest.fixture
async def hearing(begins: Hearing) -> Hearing:
    await begins.opens()
    return begins


def restarted(hearing: Hearing, http: Http) -> Listener:
    """A new process: nobody there knows what was asked a moment ago, but for what was kept."""
    hearing.peers = OneOfTwo(hearing.clock)
    hearing.engage = way_to(hearing.there, http, hearing.clock, hearing.peers)
    return hearing.begun()


async def test_a_feed_is_read_once_a_minute_by_a_bot_that_is_restarted_each_25_seconds(hearing: Hearing, http: Http) -> None:
    for _ in range(8):
        hearing.person("priya").says("a word of note", under=hearing.thread)
        hearing.listener = restarted(hearing, http)
        await hearing.engage.begins()
        for _ in range(25):
            await hearing.listener.round()
            hearing.clock.advance(seconds=1)

    limits = hearing.there.limits
    assert len(hearing.asked) >= 6
    assert limits.shortest_gap(f"in_group/{hearing.desk.id}") >= MINUTE
    assert limits.shortest_gap("private") >= MINUTE
    assert limits.refused == []


async def test_a_bot_that_falls_over_every_five_seconds_stays_within_the_limits(
    there: StandInEngage, http: Http, clock: MovableClock
) -> None:
    for _ in range(12):
        one = way_to(there, http, clock, PassingPeers(clock))
        await one.begins()
        ends = clock.now() + timedelta(seconds=5)
        while clock.now() < ends:
            await one.user(there.person("priya").id, patient=True)

    assert there.limits.refused == []
    assert there.limits.tightest_window("others") <= 10


@pytest.mark.parametrize("is_restarted", [True, False])
async def test_a_clock_put_back_makes_nobody_deaf(hearing: Hearing, http: Http, is_restarted: bool) -> None:
    hearing.clock.advance(hours=2)
    await hearing.hears()
    hearing.clock.advance(hours=-2)
    hearing.person("priya").says("claim", under=hearing.thread)
    hearing.listener = restarted(hearing, http) if is_restarted else hearing.listener

    await hearing.listener.round()
    asked = [*await hearing.hears(), *await hearing.hears()]

    assert [one.verb for one in asked] == ["claim"]


async def test_a_listener_that_waits_while_the_clock_is_put_back_reads_again(hearing: Hearing) -> None:
    waits = []

    class Stopped(Exception):
        pass

    async def wait(_loop: str, left: timedelta) -> None:
        waits.append(left)
        if len(waits) == 1:
            hearing.clock.advance(hours=-2)
        elif len(waits) > 2:
            raise Stopped

    hearing.peers.wait = wait  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        await hearing.listener.run()

    assert max(waits) <= MINUTE


def test_a_source_read_in_a_time_to_come_is_due_within_its_interval(clock: MovableClock) -> None:
    ahead = cursor.Cursor().at("private", cursor.Place(clock.now()).polled(clock.now() + timedelta(hours=2), [1], MINUTE))

    kept = cursor.read(str(ahead)).by(clock.now()).places["private"]

    assert kept.due(MINUTE) == clock.now() + MINUTE
    moment = clock.now() + timedelta(milliseconds=700)
    whole = cursor.read(str(cursor.Cursor().at("private", kept.polled(moment, [1], MINUTE)))).places["private"]
    assert whole.due(MINUTE) >= moment + MINUTE


async def test_what_staff_wrote_while_the_first_read_failed_is_acted_on(begins: Hearing) -> None:
    begins.person("priya").says("an old word", where=begins.desk)
    begins.clock.advance(MINUTE)
    begins.there.problems.next(Trouble.UNAVAILABLE, method="GET", path="/messages", lasting=timedelta(minutes=30))
    for _ in range(3):
        await begins.hears()
    thread = await begins.posts("M-142 · Lou on X, 09:00\n> When are the bins collected?\nref ABCDEFGH")
    for number in range(25):
        begins.person("priya").says(f"line {number}", under=thread)
    begins.listener = begins.begun()
    begins.clock.advance(minutes=30)

    asked = await begins.hears()

    assert [one.text for one in asked] == [f"M-142 line {number}" for number in range(25)]


async def test_what_a_read_did_not_lead_back_to_is_not_passed_over_until_it_cannot_be_had(hearing: Hearing) -> None:
    for number in range(60):
        hearing.person("priya").says(f"line {number}", under=hearing.thread)
    pages: list[Feed] = []

    async def read(*, newer_than: int | None = None, older_than: int | None = None) -> Feed:
        if older_than and is_stale:
            return pages[0]
        pages.append(
            await hearing.engage.in_community(hearing.desk.id, newer_than=newer_than, older_than=older_than, patient=True)
        )
        return pages[-1]

    ear = Ear(f"community:{hearing.desk.id}", read, hearing.memory, each=MINUTE)
    await ear.due_in(hearing.clock.now())
    is_stale = True
    with capture_logs() as logs:
        for _ in range(4):
            with pytest.raises(TryLater, match="did not show all"):
                await ear.read(hearing.clock.now(), ())
        few = await ear.read(hearing.clock.now(), ())
        is_stale = False
        all_of_it = await ear.read(hearing.clock.now(), ())

    assert [one.message.plain for one in all_of_it[1:]] == [f"line {number}" for number in range(60)]
    assert len(few) == 20
    errors = [line["event"] for line in logs if line["log_level"] == "error"]
    assert errors == ["viva_engage_messages_passed_over"]


async def test_who_waits_for_another_copy_is_not_answered_twice(hearing: Hearing) -> None:
    def answers(_command: object) -> Answer:
        hearing.peers.is_ours = False
        return Answer((("Done.",),), card_says_it=True)

    hearing.answers = answers  # the lease ran out meanwhile, and another copy has it
    asked = []
    for line in ("claim", "release"):
        hearing.person("priya").says(line, under=hearing.thread)
    asked += await hearing.hears()

    assert [one.verb for one in asked] == ["claim"]


async def test_one_person_of_whom_we_are_not_told_holds_up_nobody_and_signs_nobody_out(hearing: Hearing) -> None:
    dev = hearing.person("dev")
    dev.says("claim", under=hearing.thread)
    hearing.person("priya").says("a note", under=hearing.thread)
    hearing.there.problems.next(Trouble.WITHDRAWN, path=f"/users/{dev.id}.json", lasting=timedelta(hours=1))

    asked = await hearing.hears()

    assert [one.verb for one in asked] == ["note"]
    assert hearing.listener.health()["signed_in"] is True


async def test_what_is_kept_from_a_time_to_come_is_asked_anew(clock: MovableClock) -> None:
    kept: Fresh[str, int] = Fresh(clock)
    asked = iter(range(3))

    async def ask() -> int:
        return next(asked)

    await kept.get("x", ask)
    clock.advance(hours=-2)

    assert [await kept.get("x", ask), await kept.get("x", ask)] == [1, 1]
