"""The ladder as it is climbed: by the rota, from the moment silence is rude, past nobody, and never at a quiet hour."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import null

from bot.duty.escalation import Policy
from bot.duty.rota import DutyRole, Plan
from bot.mention import Action, State
from bot.store import schema
from bot.times.targets import Target, Targets, read_length
from bot.times.week import Week
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.night import DEV, FARAH, MORAG, PRIYA, TAM, Night, ladder, plan, rotation

pytestmark = pytest.mark.slow

SEE_SOON = Targets((Target(see=read_length("20 minutes")),))


async def test_by_the_rota_it_goes_from_duty_to_backup_to_lead_to_the_channel_and_round_again(either: Bench) -> None:
    night = Night(either)
    await either.arrives()

    told = [await night.goes_by(minutes=wait) for wait in (60, 10, 10, 20, 30, 10, 10, 20)]

    assert told == [[FARAH], [PRIYA], [MORAG], ["mentions"], [FARAH], [PRIYA], [MORAG], ["mentions"]]
    assert (await either.verdict()).startswith("ok")


async def test_after_two_more_times_through_it_is_once_a_day(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    for wait in (60, 10, 10, 20, 30, 10, 10, 20, 30, 10, 10, 20):
        assert await night.goes_by(minutes=wait)

    assert await night.goes_by(hours=23, minutes=59) == []
    assert await night.goes_by(minutes=1) == [DEV]


async def test_who_is_on_duty_is_found_when_the_rung_is_reached(bench: Bench) -> None:
    night = Night(bench, policies=(ladder("duty", "duty"),))
    bench.clock.advance(hours=22, minutes=55)
    await bench.arrives()

    assert await night.goes_by(minutes=60) == [FARAH]
    bench.clock.advance(hours=-1)
    assert await night.goes_by(hours=1, minutes=10) == [DEV]


async def test_an_owner_who_is_silent_is_asked_first_and_the_duty_officer_when_it_is_put_back(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)

    told = [await night.goes_by(minutes=wait) for wait in (60, 10)]

    assert told == [[TAM], [FARAH]]
    assert "Still on it? If not, it goes back to the queue in 10 minutes" in night.said_to(TAM)[0]


async def test_a_person_a_rung_names_is_pinged_whoever_is_on_duty(bench: Bench) -> None:
    night = Night(bench, policies=(ladder(TAM, "channel"),))
    await bench.arrives()

    assert await night.goes_by(minutes=60) == [TAM]


async def test_each_ping_is_on_the_record_with_whom_as_what_and_on_which_rung(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    await night.goes_by(minutes=60)
    await night.goes_by(minutes=10)

    told = [event["changes"] for event in await bench.desk.events("M-1") if event["action"] == "escalate"]

    assert told == [
        {"pinged": FARAH, "role": "duty", "rung": "2"},
        {"pinged": PRIYA, "role": "backup", "rung": "3"},
    ]


# --- nobody ------------------------------------------------------------------------------------------------------


async def test_with_nobody_on_duty_the_next_rung_is_climbed_at_once_and_the_leads_hear_once_a_day(bench: Bench) -> None:
    night = Night(bench, plan=plan(rotation(DutyRole.DUTY, DEV, until=bench.clock.now().replace(tzinfo=None))))
    await bench.arrives(post("p1", by="lou"), post("p2", by="ann"))

    told = await night.goes_by(minutes=60)

    assert sorted(told) == [MORAG] * 3
    assert [said for said in night.said_to(MORAG) if said.startswith("Nobody is on duty as the duty officer just now")]
    for wait in (20, 30):
        await night.goes_by(minutes=wait)
    assert len([said for said in night.said_to(MORAG) if said.startswith("Nobody is on duty")]) == 1


async def test_a_role_that_nobody_takes_in_turn_is_passed_over_without_a_word(bench: Bench) -> None:
    night = Night(bench, plan=plan(rotation(DutyRole.DUTY, DEV)))
    await bench.arrives()

    told = [await night.goes_by(minutes=wait) for wait in (60, 10)]

    assert told == [[DEV], [MORAG]]


async def test_somebody_who_comes_on_duty_is_pinged_then_and_not_a_day_later(bench: Bench) -> None:
    hours = Week.read("mon-fri 13:00-17:00")
    by_day = Plan((rotation(DutyRole.DUTY, DEV, hours=hours),), {DutyRole.LEAD: (MORAG,)})
    night = Night(bench, plan=by_day, policies=(ladder("duty", "channel"),))
    await bench.arrives()

    assert await night.goes_by(hours=1) == [MORAG, "mentions"]
    assert await night.goes_by(hours=2, minutes=59) == []
    assert await night.goes_by(minutes=1) == [DEV]


async def test_with_nobody_anywhere_it_is_never_without_a_next_look(bench: Bench) -> None:
    night = Night(bench)
    bench.desk.house = house(account(private_channel=""), officers=(), leads=())
    await bench.arrives(post("p1", private=True))

    assert await night.goes_by(hours=1) == []
    assert await bench.due_at() == bench.clock.now() + timedelta(hours=1)


# --- looking on --------------------------------------------------------------------------------------------------


async def test_a_shadow_sees_what_the_duty_officer_gets_has_nothing_to_press_and_is_not_waited_for(bench: Bench) -> None:
    night = Night(bench, plan=plan(rotation(DutyRole.DUTY, DEV), rotation(DutyRole.SHADOW, TAM)))
    await bench.arrives()

    told = [await night.goes_by(minutes=wait) for wait in (60, 10)]

    assert [sorted(one) for one in told] == [[DEV, TAM], [MORAG]]
    assert night.said_to(TAM)[0].startswith(f"{DEV} is pinged about this. You see it as a shadow")
    assert [notice.buttons for who, notice in night.wall.told if who == TAM] == [()]
    assert [row["person"] for row in await bench.all(schema.ping)] == [DEV, MORAG]


# --- from when on ------------------------------------------------------------------------------------------------


async def test_it_begins_when_somebody_should_have_looked_and_by_then_nobody_has(bench: Bench) -> None:
    night = Night(bench, targets=SEE_SOON)
    await bench.arrives()

    assert await night.goes_by(minutes=19) == []
    assert await night.goes_by(minutes=1) == [FARAH]


@pytest.mark.parametrize("action", [Action.SEE, Action.NOTE])
async def test_once_somebody_has_looked_nobody_is_pinged_before_an_answer_is_due(bench: Bench, action: Action) -> None:
    night = Night(bench, targets=SEE_SOON)
    await bench.arrives()

    await bench.does(action, note="looked")

    assert await night.goes_by(minutes=59) == []
    assert await night.goes_by(minutes=1) == [FARAH]


async def test_a_look_after_the_first_ping_does_not_stop_the_next(bench: Bench) -> None:
    night = Night(bench, targets=SEE_SOON)
    await bench.arrives()
    await night.goes_by(minutes=20)

    await bench.does(Action.SEE)

    assert await night.goes_by(minutes=10) == [PRIYA]


async def test_what_is_raised_is_pinged_about_by_its_new_times(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()

    await bench.does(Action.PRIORITY, priority="P0", note="a child is in the river")

    assert await night.goes_by(minutes=4) == []
    assert await night.goes_by(minutes=1) == []  # whoever raised it has looked
    assert await bench.due_at() == (await bench.mention()).respond_by


async def test_what_is_raised_has_the_policy_for_such_mentions_from_then_on(bench: Bench) -> None:
    urgent = replace(ladder(TAM, "channel"), name="urgent", priorities=("P0",))
    night = Night(bench, policies=(urgent, ladder("duty", "channel")))
    await bench.arrives()

    await bench.does(Action.PRIORITY, priority="P0", note="smoke")

    assert await night.goes_by(minutes=60) == [TAM]


async def test_what_is_lowered_before_anybody_was_pinged_waits_for_its_new_time(bench: Bench) -> None:
    targets = Targets((Target(priority="P4", respond=read_length("5 hours"), see=read_length("5 hours")),))
    night = Night(bench, targets=targets)
    await bench.arrives()

    await bench.does(Action.PRIORITY, priority="P4", note="praise")

    assert await night.goes_by(hours=4, minutes=59) == []
    assert await night.goes_by(minutes=1) == [FARAH]


@pytest.mark.parametrize(("by", "priority", "sleeps"), [(PRIYA, "P1", False), (PRIYA, "P4", True), ("system", "P1", True)])
async def test_a_person_who_raises_what_sleeps_wakes_it(bench: Bench, by: str, priority: str, sleeps: bool) -> None:
    night = Night(bench)
    await bench.arrives()
    until = bench.clock.now() + timedelta(hours=8)
    await bench.does(Action.SNOOZE, until=until, note="tomorrow")

    await bench.does(Action.PRIORITY, by, priority=priority, note="a man is on the roof")

    assert (await bench.mention()).state == (State.SNOOZED if sleeps else State.NEW)
    assert (await bench.due_at() == until) is sleeps
    assert await night.goes_by(hours=1) == ([] if sleeps else [FARAH])


# --- what is kept ------------------------------------------------------------------------------------------------


async def test_later_settings_change_nothing_for_a_mention_until_it_is_opened_again(bench: Bench) -> None:
    night = Night(bench, policies=(ladder(TAM),))
    await bench.arrives()
    bench.desk.house = replace(bench.house, policies=(ladder(DEV),))

    first = await night.goes_by(minutes=60)
    await bench.does(Action.CLOSE, note="praise")
    await bench.arrives(post("p2", "But one thing", conversation="p1"))

    assert (first, await night.goes_by(minutes=60)) == ([TAM], [DEV])


async def test_a_row_of_an_older_release_gets_the_policy_of_today_with_its_next_step(either: Bench) -> None:
    night = Night(either)
    await either.arrives()
    await either.db.write(lambda conn: conn.execute(schema.escalation.update().values(policy=null())))

    assert await night.goes_by(minutes=60) == [FARAH]
    kept = (await either.one(schema.escalation))["policy"]
    assert Policy.from_json(kept).name == "by rota"


# --- quiet hours -------------------------------------------------------------------------------------------------

QUIET = ladder("duty", "backup", "channel", quiet=Week.read("mon-sun 22:00-07:00"))


async def test_nobody_is_pinged_at_a_quiet_hour_and_no_rung_is_lost_by_it(bench: Bench) -> None:
    night = Night(bench, policies=(QUIET,))
    bench.clock.advance(hours=12)
    await bench.arrives()

    assert await night.goes_by(hours=2) == []
    assert await night.goes_by(hours=7, minutes=59) == []
    assert await night.goes_by(minutes=1) == [FARAH]
    assert await night.goes_by(minutes=10) == [PRIYA]


async def test_what_is_urgent_wakes_people_all_the_same(bench: Bench) -> None:
    night = Night(bench, policies=(QUIET,))
    bench.clock.advance(hours=14)
    await bench.arrives()

    await bench.does(Action.PRIORITY, priority="P0", note="smoke")

    assert await night.goes_by(hours=1) == [FARAH]


async def test_a_ping_that_could_not_leave_before_the_quiet_hours_leaves_after_them(bench: Bench) -> None:
    night = Night(bench, policies=(QUIET,))
    bench.clock.advance(hours=11, minutes=59)
    await bench.arrives()
    bench.clock.advance(hours=1)
    await night.escalates()

    bench.clock.advance(hours=1, minutes=2)
    held = await night.looks()
    in_the_night = await night.goes_by(hours=7, minutes=58)

    assert (held, in_the_night) == ([], [])
    assert await night.goes_by(minutes=1) == [FARAH]
    assert [answer for _, _, answer in await night.pings()] == ["over", None]
