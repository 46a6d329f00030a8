"""Calendars are read each quarter of an hour; what was read last stays until something newer can be used."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.duty.contact import Contact
from bot.duty.rota import DutyRole, Plan
from bot.engine import absences
from bot.engine.absences import EVERY, Absences, worked_out
from bot.errors import TryLater
from bot.store import schema
from bot.store.duty import calendars, rota
from tests.bot.council import Bench, house
from tests.bot.ical import NEVER, NEXT_WEEK, calendar, event, many
from tests.bot.rotas import rotation

pytestmark = pytest.mark.slow

LONDON = ZoneInfo("Europe/London")
NOW, NEXT_MONDAY = datetime(2026, 11, 17, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
SECRET = "https://calendar.example/secret-dev.ics"


class Post:
    """Answers for calendars, as the last test said it should; keeps what was asked for."""

    def __init__(self) -> None:
        self.answer: bytes | Exception = calendar(event(*NEXT_WEEK))
        self.asked: list[tuple[str, int, Collection[str]]] = []

    async def __call__(self, url: str, *, most: int, within: timedelta, inside: Collection[str]) -> bytes:
        self.asked.append((url, most, tuple(inside)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def loop(bench: Bench, post: Post) -> Absences:
    """Dev has a calendar, Farah has none."""
    contacts = {"U0DEV": Contact("U0DEV", calendar_url=SECRET), "U0FARAH": Contact("U0FARAH", phone="+447700900123")}
    bench.desk.house = house(contacts=contacts, plan=Plan((rotation(people=("U0DEV",)),)))
    return Absences(bench.desk, post, inside=("calendar.harrowmere.gov.uk",))


async def on_duty(bench: Bench, when: datetime) -> tuple[str, ...]:
    in_force = await bench.db.read(rota.snapshot, bench.house, bench.clock.now())
    return in_force.on_duty(DutyRole.DUTY, when)


async def trouble(bench: Bench) -> str:
    (feed,) = await bench.db.read(calendars.feeds)
    return feed.trouble


async def test_who_is_away_by_their_calendar_is_not_on_duty(bench: Bench, loop: Absences, post: Post) -> None:
    assert await on_duty(bench, NEXT_MONDAY) == ("U0DEV",)

    assert await loop.once() == 1

    assert await on_duty(bench, NEXT_MONDAY) == ()
    assert await on_duty(bench, NEXT_MONDAY + timedelta(hours=8)) == ("U0DEV",)
    assert post.asked == [(SECRET, 1_000_000, ("calendar.harrowmere.gov.uk",))]


async def test_a_calendar_is_read_again_after_a_quarter_of_an_hour(bench: Bench, loop: Absences, post: Post) -> None:
    await loop.once()
    bench.clock.advance(EVERY - timedelta(seconds=1))
    assert await loop.once() == 0
    post.answer = calendar()
    bench.clock.advance(timedelta(seconds=1))

    assert await loop.once() == 1
    assert await on_duty(bench, NEXT_MONDAY) == ("U0DEV",)


async def test_a_clock_that_was_put_back_does_not_hold_up_the_reading(bench: Bench, loop: Absences) -> None:
    await loop.once()
    bench.clock.advance(-timedelta(hours=1))

    assert await loop.once() == 1


@pytest.mark.parametrize("answer", [TryLater("the address did not answer in time"), b"<html>Sign in</html>"])
async def test_what_was_read_last_stays_while_it_cannot_be_read(
    bench: Bench, loop: Absences, post: Post, answer: bytes | Exception
) -> None:
    await loop.once()
    post.answer = answer
    bench.clock.advance(EVERY)

    assert await loop.once() == 0

    assert await on_duty(bench, NEXT_MONDAY) == ()
    (feed,) = await bench.db.read(calendars.feeds)
    assert (feed.read_at, feed.tried_at) == (bench.clock.now() - EVERY, bench.clock.now())
    assert feed.trouble


async def test_a_trouble_is_said_once_and_that_it_is_over(bench: Bench, loop: Absences, post: Post) -> None:
    post.answer = TryLater("the address did not answer in time")
    with capture_logs() as said:
        for _ in range(3):
            await loop.once()
            bench.clock.advance(EVERY)
        post.answer = calendar()
        await loop.once()

    assert [line["event"] for line in said] == ["calendar_not_read", "calendar_read_again"]
    assert said[0]["staff"] == "U0DEV"
    assert "secret" not in str(said)
    assert await trouble(bench) == ""


async def test_somebody_whose_calendar_is_no_longer_named_is_not_away_by_it(bench: Bench, loop: Absences) -> None:
    await loop.once()
    bench.desk.house = house(plan=bench.house.plan)

    await loop.once()

    assert await on_duty(bench, NEXT_MONDAY) == ("U0DEV",)
    assert await bench.all(schema.absence) == []
    assert await bench.all(schema.calendar_feed) == []


# --- a hostile one ------------------------------------------------------------------------------------------------


SELDOM = "DTSTART:20240101T090000Z", "DURATION:PT1S", "RRULE:FREQ=DAILY;COUNT=2"


@pytest.mark.parametrize(
    "raw",
    [
        calendar(NEVER),
        pytest.param(calendar(*many(5_000, *SELDOM)), marks=pytest.mark.slow),
    ],
    ids=["never", "5,000 rules"],
)
async def test_a_calendar_that_asks_for_work_without_end_is_ended(raw: bytes) -> None:
    with pytest.raises(ValueError, match="takes too long to work out"):
        await worked_out(raw, LONDON, NOW, timedelta(seconds=0.8))


NESTED = calendar("BEGIN:VEVENT\r\n" * 20_000)


@pytest.mark.parametrize("raw", [b"", b"\x00" * 1_000_001, NESTED], ids=["nothing", "1 MB and a byte", "nested"])
async def test_any_other_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(ValueError, match="calendar"):
        await worked_out(raw, LONDON, NOW)


async def test_the_process_that_reads_it_holds_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLBOOTH_SLACK__BOT_TOKEN", "xoxb-secret")

    assert not {"TOLBOOTH_SLACK__BOT_TOKEN"} & set(absences.environment())
