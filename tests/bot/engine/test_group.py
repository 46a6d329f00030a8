"""The user group of those on duty: resolved as it leaves, never emptied, and trouble with it said once."""

import pytest

from bot.duty.rota import Plan
from bot.errors import OutsideError, Refused, SignInAgain, TryLater
from bot.store import schema
from bot.store.duty import rota
from tests.bot.engine.fakes import Office
from tests.bot.week_about import DEV, FARAH, november, override, with_rota

GROUP = "S0DUTY"
TOLD = "user group S0DUTY needs attention: user groups need one of Slack's paid plans. It may not"


@pytest.fixture
def duty(office: Office) -> Office:
    """A council with a rota and a user group for it."""
    with_rota(office.bench, user_group=GROUP)
    return office


async def wanted(office: Office) -> None:
    """It is time to bring the group up to date."""
    await office.bench.db.write(rota.want_group, office.bench.house, office.bench.clock.now())
    await office.delivers()


async def state(office: Office) -> list[str]:
    return [row["state"] for row in await office.bench.all(schema.delivery, schema.delivery.c.kind == "group")]


async def test_it_holds_whoever_is_on_duty(duty: Office) -> None:
    await wanted(duty)

    assert duty.wall.groups == [(GROUP, (DEV,))]


async def test_who_that_is_is_found_when_it_leaves_not_when_it_was_queued(duty: Office) -> None:
    await duty.bench.db.write(rota.want_group, duty.bench.house, duty.bench.clock.now())
    duty.bench.clock.advance(days=6)

    await duty.delivers()

    assert duty.bench.clock.now() == november(23, 9)
    assert duty.wall.groups == [(GROUP, (FARAH,))]


async def test_an_override_brings_it_up_to_date(duty: Office) -> None:
    soon = override(start=duty.bench.clock.now(), end=november(18))
    await duty.bench.db.write(rota.add_override, soon, house=duty.bench.house, now=duty.bench.clock.now())

    await duty.delivers()

    assert duty.wall.groups == [(GROUP, (FARAH,))]


async def test_with_nobody_on_duty_the_last_ones_are_kept(office: Office) -> None:
    with_rota(office.bench, Plan(), user_group=GROUP)

    await wanted(office)

    assert office.wall.groups == []
    assert await state(office) == ["done"]


async def test_where_no_group_is_set_nothing_is_asked_for(office: Office) -> None:
    with_rota(office.bench)

    await wanted(office)

    assert await state(office) == []


async def test_what_may_work_later_is_tried_again(duty: Office) -> None:
    duty.wall.answers = [TryLater("Slack did not change the user group as asked")]
    await wanted(duty)

    await duty.passes(minutes=2)

    assert duty.wall.groups == [(GROUP, (DEV,))]
    assert await state(duty) == ["done"]


async def test_after_an_hour_it_is_left_to_the_next_time(duty: Office) -> None:
    duty.wall.answers = [TryLater("Slack had trouble of its own") for _ in range(200)]
    await wanted(duty)

    await duty.passes(every=60, hours=1, minutes=10)

    assert await state(duty) == ["failed"]


@pytest.mark.parametrize("error", [Refused("user groups need one of Slack's paid plans"), SignInAgain("the scope lacks")])
async def test_what_cannot_work_is_said_to_the_leads_once(duty: Office, error: OutsideError) -> None:
    duty.wall.answers = [error]
    await wanted(duty)
    duty.bench.clock.advance(hours=1)
    duty.wall.answers = [error]
    await wanted(duty)

    assert await state(duty) == ["failed", "failed"]
    ((lead, notice),) = duty.wall.told
    assert lead == "U0MORAG"
    assert isinstance(error, SignInAgain) or notice.plain.startswith(TOLD)


async def test_once_it_works_again_the_trouble_is_over(duty: Office) -> None:
    duty.wall.answers = [Refused("user groups need one of Slack's paid plans")]
    await wanted(duty)
    duty.bench.clock.advance(hours=1)

    await wanted(duty)

    assert duty.wall.groups == [(GROUP, (DEV,))]
    assert (await duty.bench.desk.report()).troubles == ()
