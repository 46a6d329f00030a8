"""Who is pinged next, and when to look again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.duty.escalation import (
    BY_ROTA,
    CHANNEL,
    NAG_EVERY,
    NOBODY_WAIT,
    Climb,
    Place,
    Policy,
    Rung,
    choose,
    climb,
    everybody,
    in_turn,
    opens_at,
    people_for,
    room,
)
from bot.duty.rota import DutyRole, Plan, Rota
from bot.times.week import Week
from tests.bot.stories import CLAIMED, POST

LONDON = ZoneInfo("Europe/London")
TEN = timedelta(minutes=10)
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
ROTA = Rota(Plan(standing={DutyRole.DUTY: ("dev",), DutyRole.LEAD: ("morag", "ann"), DutyRole.SHADOW: ("tam",)}))
PEOPLE: Mapping[str, tuple[str, ...]] = {"owner": (), "duty": ("dev",), "lead": ("morag",), "channel": ("mentions",)}
LADDER = Policy(
    "day", (Rung("owner", TEN), Rung("duty", TEN), Rung("backup", TEN), Rung("lead", 2 * TEN), Rung(CHANNEL, TEN))
)


def people(who: str) -> tuple[str, ...]:
    """Nobody has it, and there is no backup; a rung may name a person."""
    return PEOPLE.get(who, (who,) if who.startswith("U") else ())


def walk(policy: Policy, steps: int, found: Callable[[str], tuple[str, ...]] = people) -> list[Climb]:
    """So many steps, one after the other."""
    climbs, place = [], Place()
    for _ in range(steps):
        climbs.append(climb(policy, place, found))
        place = climbs[-1].place
    return climbs


def test_each_rung_with_somebody_on_it_is_climbed_in_turn_and_the_others_cost_no_time() -> None:
    climbs = walk(LADDER, 3)

    assert [one.people for one in climbs] == [("dev",), ("morag",), ("mentions",)]
    assert [one.wait for one in climbs] == [TEN, 2 * TEN, TEN]
    assert [one.skipped for one in climbs] == [("owner",), ("backup",), ()]


def test_the_ladder_is_gone_through_as_often_again_as_it_says_then_once_a_day_for_ever() -> None:
    climbs = walk(LADDER, 15)

    assert [one.who for one in climbs] == ["duty", "lead", "channel"] * 5
    assert [one.wait for one in climbs[2::3]] == [TEN, TEN, NAG_EVERY, NAG_EVERY, NAG_EVERY]


def test_no_rung_of_one_round_is_climbed_twice() -> None:
    climbs = walk(LADDER, 60)

    assert len({(one.place.round, one.rung) for one in climbs}) == 60


def test_without_a_rota_each_officer_is_pinged_in_turn_then_the_channel_and_all_again_a_day_later() -> None:
    climbs = walk(in_turn(("U1", "U2"), TEN), 4)

    assert [one.people[0] for one in climbs] == ["U1", "U2", "mentions", "U1"]
    assert [one.wait for one in climbs] == [TEN, TEN, NAG_EVERY, TEN]


def test_where_nobody_is_on_any_rung_the_channel_is_told_though_the_policy_leaves_it_out() -> None:
    (first,) = walk(replace(LADDER, rungs=LADDER.rungs[2:3]), 1)

    assert (first.who, first.people, first.wait) == (CHANNEL, ("mentions",), NAG_EVERY)


def test_where_there_is_nobody_at_all_it_is_looked_again_soon() -> None:
    climbs = walk(LADDER, 3, lambda who: ())

    assert [(one.people, one.wait) for one in climbs] == [((), NOBODY_WAIT)] * 3


def test_a_ladder_whose_last_rungs_are_empty_begins_again_at_once() -> None:
    climbs = walk(replace(LADDER, rungs=LADDER.rungs[1:3], repeat=1), 3)

    assert [one.people for one in climbs] == [("dev",), ("dev",), ()]
    assert climbs[-1].wait == NAG_EVERY


def test_an_old_place_beyond_the_last_rung_begins_a_new_round() -> None:
    assert climb(LADDER, Place(step=9, round=4, lap=0), people).place.round == 5


# --- who ---------------------------------------------------------------------------------------------------------


def test_the_people_of_a_role_are_those_on_duty_now() -> None:
    found = [people_for(who, POST, ROTA, NOW) for who in ("owner", "duty", "backup", "lead", "U0FARAH", "channel")]

    assert found == [(), ("dev",), (), ("morag", "ann"), ("U0FARAH",), ()]


def test_an_owner_is_asked_as_the_owner_and_not_again_as_anything_else() -> None:
    owned = replace(CLAIMED, owner="dev")

    assert [people_for(who, owned, ROTA, NOW) for who in ("owner", "duty", "dev")] == [("dev",), (), ()]


def test_everybody_who_would_be_pinged_is_named_once_with_those_who_look_on() -> None:
    assert everybody(BY_ROTA, POST, ROTA, NOW) == ("dev", "morag", "ann", "tam")


def test_the_first_policy_that_is_meant_for_a_mention_is_chosen() -> None:
    urgent = replace(LADDER, name="urgent", priorities=("P0", "P1"))
    website = replace(LADDER, name="website", accounts=(POST.account,))
    policies = (urgent, website, LADDER)

    chosen = [choose(policies, replace(POST, priority=priority, account=account)) for priority, account in (
        ("P0", POST.account), ("P3", POST.account), ("P3", "other"))]  # fmt: skip

    assert [policy and policy.name for policy in chosen] == ["urgent", "website", "day"]
    assert choose((urgent,), POST) is None


# --- quiet hours -------------------------------------------------------------------------------------------------

NIGHT = replace(LADDER, quiet=Week.read("mon-sun 22:00-07:00"))


def opens(policy: Policy, moment: datetime, priority: str = "P3", closed: tuple[date, ...] = ()) -> datetime:
    """When people may be pinged, by a London clock."""
    return opens_at(policy, priority, moment, zone=LONDON, is_closed=lambda day: day in closed).astimezone(LONDON)


def london(*parts: int) -> datetime:
    """A moment by that clock."""
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (london(2026, 11, 17, 21, 59), london(2026, 11, 17, 21, 59)),
        (london(2026, 11, 17, 22, 0), london(2026, 11, 18, 7, 0)),
        (london(2026, 11, 18, 6, 59), london(2026, 11, 18, 7, 0)),
        (london(2026, 10, 24, 23, 0), london(2026, 10, 25, 7, 0)),  # the night the clocks go back
        (london(2027, 3, 27, 23, 0), london(2027, 3, 28, 7, 0)),  # the night they go forward
    ],
)
def test_a_quiet_night_ends_by_the_clock_on_the_wall(moment: datetime, until: datetime) -> None:
    assert opens(NIGHT, moment) == until


def test_what_is_urgent_is_pinged_about_at_any_hour() -> None:
    assert opens(NIGHT, london(2026, 11, 17, 23, 0), "P1") == london(2026, 11, 17, 23, 0)


def test_danger_wakes_people_though_the_policy_names_nothing_that_does() -> None:
    policy = replace(NIGHT, awake_for=frozenset())

    assert opens(policy, london(2026, 11, 17, 23, 0), "P0") == london(2026, 11, 17, 23, 0)


def test_a_closed_day_between_two_quiet_nights_is_one_long_quiet() -> None:
    policy = replace(NIGHT, quiet_on_closed_days=True)

    assert opens(policy, london(2026, 12, 24, 23, 0), closed=(date(2026, 12, 25),)) == london(2026, 12, 26, 7, 0)


def test_a_policy_that_is_quiet_for_ever_pings_all_the_same() -> None:
    policy = replace(LADDER, quiet_on_closed_days=True)

    assert opens_at(policy, "P3", NOW, zone=LONDON, is_closed=lambda day: True) == NOW


# --- what is kept ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "policy", [BY_ROTA, NIGHT, in_turn(("U1",), TEN), replace(NIGHT, quiet=Week.read("sat-sun"), repeat=0)]
)
def test_a_policy_comes_back_as_it_was_kept(policy: Policy) -> None:
    assert Policy.from_json(policy.to_json()) == policy


# --- not too much at once ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes_ago", "left"),
    [
        ([], 5),
        ([1] * 4, 1),
        ([1] * 5, 0),
        ([16] * 5, 5),
        ([1] * 4 + [20] * 6, 1),
        ([20] * 11, 0),
        ([70] * 20, 1),
        ([181] * 40, 5),
    ],
)
def test_there_is_room_for_five_in_a_quarter_eleven_in_an_hour_and_twenty_one_in_three(
    minutes_ago: list[int], left: int
) -> None:
    assert room([NOW - timedelta(minutes=ago) for ago in minutes_ago], NOW) == left
