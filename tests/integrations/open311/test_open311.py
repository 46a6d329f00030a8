"""What the contract of all networks cannot know of Open311."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import Refused, TryLater
from bot.mention import Media
from bot.ports import Edited, Incoming
from integrations.http import LARGEST, Http
from integrations.open311.parse import reports, rows
from integrations.open311.settings import Open311Account
from tests.contracts.networks.listener import Listener
from tests.contracts.networks.open311 import open_bench
from tests.standins.open311 import Told

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
PAGE = "https://reports.harrowmere.example/report/{id}"


@pytest.fixture
async def bench(clock):
    async with Http(timedelta(seconds=5)) as http, open_bench(http, clock) as one:
        yield one


@pytest.fixture
async def listener(bench):
    one = Listener(bench)
    await one.hears()
    return one


def test_a_report_has_its_words_its_page_and_its_picture_and_nothing_of_who_made_it():
    body = (Path(__file__).parent / "requests.json").read_bytes()

    first, second = reports(rows(body, "service_requests"), PAGE, NOW)

    assert first.said.text == ("Potholes\nDeep hole by the bus stop: Cyclists swerve into the road.\nMill Lane, Harrowmere")
    assert (first.said.posted_at, first.said.kind) == (datetime(2026, 11, 17, 8, 41, 7, tzinfo=UTC), "report")
    assert first.said.url == "https://reports.harrowmere.example/report/70412"
    assert first.said.media == (Media("photo", "https://reports.harrowmere.example/photo/70412.0.jpeg?5a1"),)
    assert "Wilhelmina" not in repr(first)
    assert (second.said.native_id, second.said.posted_at, second.said.media) == ("H-9/2", NOW, ())
    assert second.said.url.endswith("/report/H-9%2F2")


async def test_a_plain_list_is_read_too(bench, listener):
    bench.site.wraps = False
    native_id = await bench.says("Is the road gritted?")

    assert [post.native_id for post in await listener.posts()] == [native_id]
    assert list(await bench.network.check()) == []


async def test_only_the_services_that_are_wanted_come(bench, listener):
    bench.more = {"services": ["Potholes"]}
    await bench.restart()
    bench.site.says("Dark.", bench.clock.now(), service_code="Street lights")
    native_id = bench.site.says("Deep.", bench.clock.now(), service_code="Potholes")

    assert [post.native_id for post in await listener.posts()] == [native_id]


async def test_a_service_that_the_system_has_not_is_named_by_the_check(bench):
    bench.more = {"services": ["Potholes", "Dragons"]}
    await bench.restart()

    (fault,) = await bench.network.check()

    assert "'Dragons'" in fault


async def test_a_wrong_area_is_named_by_the_check_with_its_cure(bench):
    bench.more = {"jurisdiction_id": "elsewhere.example"}
    await bench.restart()

    (fault,) = await bench.network.check()

    assert "jurisdiction_id" in fault


async def test_after_weeks_away_windows_of_at_most_seven_days_bring_everything(bench, listener):
    said = []
    for _ in range(21):
        said.append(await bench.says("Still dark."))
        bench.clock.advance(days=1)
    bench.site.asked.clear()

    heard = [post.native_id for post in await listener.posts()]

    assert heard == said
    dates = [[datetime.fromisoformat(one[name]) for name in ("start_date", "end_date")] for one in bench.site.asked]
    assert len(dates) > 2
    assert all(ends - starts <= timedelta(days=7) for starts, ends in dates)


async def test_an_answer_as_long_as_the_system_lets_one_be_is_asked_for_in_smaller_windows(bench, listener):
    bench.site.at_once, bench.more = 5, {"at_once": 5}
    await bench.restart()
    said = []
    for _ in range(12):
        said.append(await bench.says("One more."))
        bench.clock.advance(hours=1)

    assert sorted(post.native_id for post in await listener.posts()) == said


async def test_an_answer_that_is_too_large_is_asked_for_in_smaller_windows(bench, listener):
    native_id = await bench.says("Is the road gritted?")
    bench.site.chaos += [Told(200, b" " * (LARGEST + 1))] * 2

    assert [post.native_id for post in await listener.posts()] == [native_id]

    bench.site.chaos += [Told(200, b" " * (LARGEST + 1))] * 4
    with pytest.raises(TryLater):
        await listener.hears()


async def test_another_service_or_state_is_no_edit(bench, listener):
    native_id = bench.site.says("Deep.", bench.clock.now(), service_name="Potholes")
    await listener.hears()

    bench.site.reports[native_id] |= {"service_name": "Road surface", "status": "closed"}

    assert [one for one in await listener.hears() if isinstance(one, Edited | Incoming)] == []


async def test_a_reply_is_given_by_hand_on_the_page_of_the_report(bench):
    with pytest.raises(Refused) as refused:
        await bench.network.publish(bench.outgoing("7001", "It is mended."))

    assert bench.network.by_hand
    assert refused.value.by_hand == bench.network.reply_page("7001", "") == PAGE.format(id=7001)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (PAGE.format(id=7001), "7001"),
        (PAGE.format(id=7001) + "/?from=mail#top", "7001"),
        (PAGE.format(id="") + "7001/updates", ""),
        ("https://reports.harrowmere.example/about", ""),
        ("https://elsewhere.example/report/7001", ""),
    ],
)
async def test_the_address_of_a_page_names_its_report(bench, url, number):
    assert bench.network.post_at(url) == number


def test_the_address_of_pages_must_say_where_the_number_stands():
    with pytest.raises(ValidationError):
        Open311Account(name="a", network="open311", channel="c", api_url="https://a.example", web_url="https://a.example/r")
