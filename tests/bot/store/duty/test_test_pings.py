"""The weekly test as it is asked and answered: through all ways at once, once a week, and the leads hear of silence."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.delivery import Kind
from bot.duty.contact import Contact
from bot.duty.rota import DutyRole, Plan, Rota
from bot.duty.test_pings import moment_of, week_of
from bot.ports import Way
from bot.store import schema
from bot.store.duty import test_pings
from bot.store.executor import Database
from bot.store.sending import messages, outbox
from bot.words.pings import text_message
from tests.bot.council import LONDON, Bench, house

DEV, FARAH = "U0DEV", "U0FARAH"
CONTACTS = {DEV: Contact(DEV, "+447700900123", "dev@harrowmere.example")}
WAYS = {Way.TEXT: timedelta(minutes=3), Way.EMAIL: timedelta(minutes=6)}
PLAN = Plan(standing={DutyRole.DUTY: (DEV, FARAH)})
RULES = {"contacts": CONTACTS, "ways": WAYS, "plan": PLAN, "test_weekly": True, "organisation": "Harrowmere"}


class Week(Bench):
    """A council with one duty officer who has a phone and a mailbox, and one who has neither."""

    @property
    def moment(self) -> datetime:
        """When Dev's test of this week is due."""
        at = moment_of(DEV, Rota(PLAN), week_of(self.clock.now(), LONDON), LONDON)
        assert at is not None
        return at

    async def looks(self, at: datetime | None = None) -> int:
        """The loop looks, at a moment."""
        self.clock.advance((at or self.clock.now()) - self.clock.now())
        return await self.db.write(test_pings.look, self.house, self.clock.now())

    async def queued(self, kind: Kind) -> list[str]:
        """Whom something of a kind is for."""
        return [row["target"] for row in await self.all(schema.delivery, schema.delivery.c.kind == kind)]


@pytest.fixture(autouse=True)
def on_a_monday(clock: MovableClock) -> None:
    """Each test begins as a week does."""
    clock.advance(datetime(2026, 11, 23, tzinfo=UTC) - clock.now())


@pytest.fixture
def week(either_database: Database, clock: MovableClock) -> Week:
    return Week(either_database, clock, house(**RULES))


@pytest.fixture
def lite(database: Database, clock: MovableClock) -> Week:
    return Week(database, clock, house(**RULES))


async def test_it_goes_through_the_chat_and_every_other_way_at_once(week: Week) -> None:
    assert await week.looks(week.moment - timedelta(minutes=1)) == 0
    assert await week.looks(week.moment) == 1

    assert [await week.queued(kind) for kind in (Kind.PING, Kind.SMS, Kind.EMAIL)] == [[DEV]] * 3
    assert (await week.one(schema.ping))["next_way_at"] is None


async def test_it_is_asked_once_a_week_however_often_it_is_looked_or_begun_again(week: Week) -> None:
    sunday = week_begins(week) + timedelta(days=6, hours=19)
    for minutes in range(3):
        await week.looks(week.moment + timedelta(minutes=minutes))
    await week.looks(sunday)

    assert len(await week.all(schema.ping)) == 1
    assert await week.queued(Kind.SMS) == [DEV]


async def test_next_week_it_is_asked_again(lite: Week) -> None:
    await lite.looks(lite.moment)
    lite.clock.advance(timedelta(days=7))

    await lite.looks(lite.moment)

    assert len(await lite.all(schema.ping)) == 2


async def test_an_answer_in_the_chat_stops_no_other_way(lite: Week) -> None:
    await lite.looks(lite.moment)
    assert await lite.db.write(test_pings.answered, DEV, lite.clock.now())

    taken = await lite.db.write(outbox.due, lite.clock.now(), "h1", 9)
    [text] = [one for one in taken if one.kind is Kind.SMS]
    letter = await lite.db.read(messages.letter, text, lite.house, lite.clock.now())

    assert letter is not None
    assert text_message(letter.told) == (
        "Harrowmere: This is the weekly test that we can reach you. Open the chat and say that you got it."
    )


async def test_only_ones_own_test_is_answered_and_only_once(lite: Week) -> None:
    await lite.looks(lite.moment)

    assert not await lite.db.write(test_pings.answered, FARAH, lite.clock.now())
    assert await lite.db.write(test_pings.answered, DEV, lite.clock.now())
    assert not await lite.db.write(test_pings.answered, DEV, lite.clock.now())


async def test_the_leads_hear_the_next_day_who_did_not_answer(week: Week) -> None:
    await week.looks(week.moment)
    at = week.moment

    assert [await week.looks(at + timedelta(hours=hours)) for hours in (23, 24, 48)] == [0, 1, 0]

    told = await week.all(schema.delivery, schema.delivery.c.kind == Kind.TELL)
    assert [row["target"] for row in told] == ["U0MORAG"]
    assert told[0]["payload"]["text"].startswith("U0DEV did not answer this week's test ping")


async def test_of_one_who_answered_nobody_hears(lite: Week) -> None:
    await lite.looks(lite.moment)
    await lite.db.write(test_pings.answered, DEV, lite.clock.now())

    await lite.looks(lite.moment + timedelta(days=1, minutes=5))

    assert not await lite.queued(Kind.TELL)


async def test_one_with_no_other_way_and_an_organisation_that_wants_none_get_none(database: Database, clock) -> None:
    without = Week(database, clock, house(**{**RULES, "contacts": {}}))
    unwanted = Week(database, clock, house(**{**RULES, "test_weekly": False}))

    for bench in (without, unwanted):
        for day in range(7):
            assert await bench.looks(week_begins(bench) + timedelta(days=day, hours=19)) == 0


async def test_what_was_slept_through_is_made_up_for_by_day(lite: Week) -> None:
    later = (lite.moment.astimezone(LONDON) + timedelta(days=1)).replace(hour=3)

    assert await lite.looks(later) == 0
    assert await lite.looks(later.replace(hour=9)) == 1


def week_begins(bench: Week) -> datetime:
    return datetime.combine(week_of(bench.clock.now(), LONDON), datetime.min.time(), LONDON)
