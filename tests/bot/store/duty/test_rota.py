"""The rota in the store: whose plan is in force, what an override changes, and what each refuses."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.duty.rota import DutyRole, Plan, Rota
from bot.errors import NeedsMore, NotAllowed
from bot.mention import SYSTEM
from bot.store import schema
from bot.store.duty import plans, rota
from tests.bot.council import Bench
from tests.bot.week_about import BEHIND, DEV, FARAH, FRIDAY, MORAG, PLAN, PRIYA, WEEKS, november, override, with_rota

OTHERS = Plan((replace(WEEKS, people=(FARAH, PRIYA, DEV)), BEHIND))


async def begun(bench: Bench, plan: Plan = PLAN) -> bool:
    """The bot starts with these settings."""
    with_rota(bench, plan)
    return await bench.db.write(plans.seed_plan, bench.house, bench.clock.now())


async def changed(bench: Bench, plan: Plan = OTHERS, since: int = 1, by: str = MORAG) -> int:
    """A lead changes the plan."""
    return await bench.db.write(
        plans.change_plan, plan, by=by, why="Priya joins", house=bench.house, since=since, now=bench.clock.now()
    )


async def put(bench: Bench, person: str = FARAH, **other: object) -> str:
    """Somebody is put on for Friday night; the override's name."""
    made = await bench.db.write(rota.add_override, override(person, **other), house=bench.house, now=bench.clock.now())
    return made.id


async def withdrawn(bench: Bench, ref: str, by: str, *, leads: bool = False) -> None:
    await bench.db.write(rota.withdraw_override, ref, by=by, leads=leads, house=bench.house, now=bench.clock.now())


async def in_force(bench: Bench) -> Rota:
    return await bench.db.read(rota.snapshot, bench.house, bench.clock.now())


async def on_duty(bench: Bench, moment: datetime) -> tuple[str, ...]:
    return (await in_force(bench)).on_duty(DutyRole.DUTY, moment)


async def told(bench: Bench) -> dict[str, str]:
    """What each person is told, newest last."""
    return {row["target"]: row["payload"]["text"] for row in await bench.all(schema.delivery) if row["kind"] == "tell"}


# --- the plan ----------------------------------------------------------------------------------------------------


async def test_the_settings_are_the_first_version_and_a_restart_makes_no_second(either: Bench) -> None:
    first, again = await begun(either), await begun(either)

    assert (first, again) == (True, False)
    assert (await either.one(schema.rota_plan))["by"] == SYSTEM
    assert (await in_force(either)).plan.rotations == PLAN.rotations


async def test_without_a_rota_in_the_settings_nothing_is_kept(bench: Bench) -> None:
    assert not await begun(bench, Plan())
    assert await on_duty(bench, november(17)) == ()


async def test_what_staff_changed_stays_over_a_restart(either: Bench) -> None:
    await begun(either)
    await changed(either)

    assert not await begun(either)
    assert (await in_force(either)).plan.rotations == OTHERS.rotations


async def test_settings_that_were_changed_are_in_force_from_the_next_start(either: Bench) -> None:
    await begun(either)
    await changed(either)
    settings = Plan((replace(WEEKS, people=(PRIYA,)),))

    assert await begun(either, settings)
    assert (await in_force(either)).plan.rotations == settings.rotations
    assert len(await either.all(schema.rota_plan)) == 3


async def test_settings_that_cannot_be_used_leave_the_last_good_rota_in_force(bench: Bench) -> None:
    await begun(bench)
    with_rota(bench, Plan(), rota_fault="rota 1: people: nobody is named")

    assert not await bench.db.write(plans.seed_plan, bench.house, bench.clock.now())
    assert await on_duty(bench, november(18)) == (DEV,)


async def test_of_two_who_change_the_same_version_the_second_is_asked_to_look_again(either: Bench) -> None:
    await begun(either)
    await changed(either, since=1)

    with pytest.raises(NotAllowed, match="changed meanwhile"):
        await changed(either, PLAN, since=1)

    assert (await in_force(either)).plan.rotations == OTHERS.rotations


async def test_a_change_of_plan_is_on_the_record_with_who_and_why(either: Bench) -> None:
    await begun(either)
    await changed(either)

    *_, event = await either.desk.events("rota")
    assert (event["actor"], event["action"], event["note"]) == (MORAG, "plan", "Priya joins")
    assert (await either.verdict()).startswith("ok:")


async def test_a_change_of_plan_wants_a_reason(bench: Bench) -> None:
    await begun(bench)

    with pytest.raises(NeedsMore, match="Say why"):
        await bench.db.write(plans.change_plan, OTHERS, by=MORAG, why=" ", house=bench.house, since=1, now=november(17))


async def test_standing_people_have_a_role_that_no_rotation_has_also_once_a_plan_is_kept(bench: Bench) -> None:
    await begun(bench, Plan((BEHIND,)))

    assert await on_duty(bench, november(18)) == ("U0DEV", "U0FARAH")


# --- overrides ---------------------------------------------------------------------------------------------------


async def test_an_override_counts_for_just_as_long_as_it_says(either: Bench) -> None:
    with_rota(either)
    await put(either)

    found = [await on_duty(either, at) for at in (FRIDAY[0] - timedelta(minutes=1), *FRIDAY)]

    assert found == [(DEV,), (FARAH,), (DEV,)]


async def test_the_one_put_on_and_the_one_relieved_are_told_and_whoever_did_it_is_not(bench: Bench) -> None:
    with_rota(bench)
    for person, name in ((DEV, "Dev Rao"), (FARAH, "Farah Ali"), (MORAG, "Morag Muir")):
        await bench.db.write(rota.mentions.meet, person, name)

    await put(bench)

    assert await told(bench) == {
        FARAH: "Morag Muir put you on as duty officer: Fri 20 Nov 18:00 to Sat 21 Nov 09:00. Dev is ill",
        DEV: "Farah Ali is duty officer in your place: Fri 20 Nov 18:00 to Sat 21 Nov 09:00. Dev is ill",
    }


async def test_asked_for_twice_it_is_there_once(either: Bench) -> None:
    with_rota(either)

    assert await put(either) == await put(either)
    assert len(await either.all(schema.rota_override)) == 1


async def test_one_that_overlaps_another_is_refused_and_names_it(either: Bench) -> None:
    with_rota(either)
    ref = await put(either)

    with pytest.raises(NotAllowed, match=f"U0FARAH is put on as duty officer already, Fri 20 Nov 18:00 .*{ref}") as refused:
        await put(either, PRIYA, start=november(21, 8), end=november(22))

    assert f"withdraw {ref}" in str(refused.value)
    assert len(await either.all(schema.rota_override)) == 1


async def test_two_that_only_touch_both_stand(bench: Bench) -> None:
    with_rota(bench)
    await put(bench)

    await put(bench, PRIYA, start=FRIDAY[1], end=november(22))

    assert await on_duty(bench, FRIDAY[1]) == (PRIYA,)


async def test_another_role_is_not_in_the_way(bench: Bench) -> None:
    with_rota(bench)
    await put(bench)

    await put(bench, DEV, role=DutyRole.BACKUP)

    assert len(await bench.all(schema.rota_override)) == 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"start": november(16), "end": november(17, 9)}, "past"),
        ({"start": november(20, 9), "end": november(20, 9)}, "ends before it begins"),
        ({"start": november(20), "end": november(20) + timedelta(days=31, minutes=1)}, "longer than 31 days"),
    ],
    ids=["past", "backwards", "too long"],
)
async def test_an_impossible_one_is_refused_in_words(bench: Bench, change: dict[str, datetime], why: str) -> None:
    with_rota(bench)

    with pytest.raises(NotAllowed, match=why):
        await put(bench, **change)


async def test_one_without_a_reason_is_refused(bench: Bench) -> None:
    with pytest.raises(NeedsMore, match="Say why"):
        await put(with_rota(bench), reason="  ")


async def test_one_that_began_already_counts_from_now_on(bench: Bench) -> None:
    with_rota(bench)
    bench.clock.advance(days=3, hours=12)

    await put(bench)

    assert (await bench.one(schema.rota_override))["start_at"] == november(20, 21)


async def test_withdrawn_by_whoever_made_it_the_turns_are_as_they_were(either: Bench) -> None:
    with_rota(either)
    ref = await put(either)

    await withdrawn(either, ref, MORAG)

    assert await on_duty(either, FRIDAY[0]) == (DEV,)
    assert set(await told(either)) == {FARAH, DEV}
    with pytest.raises(NotAllowed, match=f"called “{ref}” stands"):
        await withdrawn(either, ref, MORAG)


async def test_somebody_else_cannot_withdraw_it_unless_they_are_a_lead(bench: Bench) -> None:
    with_rota(bench)
    ref = await put(bench)

    with pytest.raises(NotAllowed, match="U0MORAG or a team lead can withdraw it"):
        await withdrawn(bench, ref, PRIYA)
    await withdrawn(bench, ref, PRIYA, leads=True)

    assert await on_duty(bench, FRIDAY[0]) == (DEV,)


async def test_the_user_group_is_brought_up_to_date_with_every_override(bench: Bench) -> None:
    with_rota(bench, user_group="S0DUTY")

    await put(bench)

    row = await bench.one(schema.delivery, schema.delivery.c.kind == "group")
    assert (row["target"], row["payload"]) == ("S0DUTY", {"role": "duty"})


def test_a_name_is_short_and_can_be_typed() -> None:
    assert all(ref.isalnum() and len(ref) == 6 for ref in (rota.new_ref() for _ in range(50)))


async def test_a_lead_who_puts_herself_on_is_not_told_what_she_did(bench: Bench) -> None:
    with_rota(bench)

    await put(bench, MORAG)

    assert set(await told(bench)) == {DEV}
