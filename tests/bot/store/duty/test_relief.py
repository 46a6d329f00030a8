"""Whose duty begins or ends by an edit of the rota, or by a calendar read late, hears so at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.duty.rota import DutyRole, Plan, Rota, switched
from bot.store import mentions, schema
from bot.store.duty import plans, relief
from tests.bot.council import Bench, house
from tests.bot.rotas import rotation

DEV, FARAH, MORAG = "U0DEV", "U0FARAH", "U0MORAG"
NAMES = {DEV: "Dev Rao", FARAH: "Farah Ali", MORAG: "Morag Muir"}
NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
DEVS, FARAHS = Plan((rotation(people=(DEV,)),)), Plan((rotation(people=(FARAH,)),))


async def told(bench: Bench) -> dict[str, list[str]]:
    """What each person was told."""
    said: dict[str, list[str]] = {}
    for row in await bench.all(schema.delivery, schema.delivery.c.kind == "tell"):
        said.setdefault(row["target"], []).append(row["payload"]["text"])
    return said


async def opens(bench: Bench, plan: Plan, **other: str) -> Bench:
    """That plan is in force, and everybody has a name."""
    for person, name in NAMES.items():
        await bench.db.write(mentions.meet, person, name)
    bench.desk.house = house(plan=plan, **other)
    await bench.db.write(plans.seed_plan, bench.house, bench.clock.now())
    return bench


async def changed(bench: Bench, plan: Plan, by: str = MORAG) -> None:
    """Somebody puts another plan in force."""
    about = {"why": "Dev moves on", "house": bench.house, "now": bench.clock.now()}
    await bench.db.write(relief.change_plan, plan, by=by, since=1, **about)  # type: ignore[arg-type]  # as they are named


async def test_an_edit_that_counts_at_once_is_told_to_both_and_the_group_follows(either: Bench) -> None:
    await opens(either, DEVS, user_group="S0DUTY")

    await changed(either, FARAHS)

    text = "From now on Farah Ali is duty officer, in the place of Dev Rao. Morag Muir changed the rota: Dev moves on"
    assert await told(either) == {DEV: [text], FARAH: [text]}
    assert await either.all(schema.delivery, schema.delivery.c.kind == "group")


async def test_whoever_edits_it_is_not_told_what_they_did(bench: Bench) -> None:
    await opens(bench, DEVS)

    await changed(bench, FARAHS, by=DEV)

    assert list(await told(bench)) == [FARAH]


async def test_an_edit_of_later_turns_tells_nobody(bench: Bench) -> None:
    await opens(bench, DEVS)

    await changed(bench, Plan((rotation(people=(DEV, FARAH)),)))

    assert await told(bench) == {}


async def test_settings_that_put_somebody_else_on_are_told_too(bench: Bench) -> None:
    await opens(bench, DEVS)
    bench.desk.house = replace(bench.house, plan=FARAHS)

    await bench.db.write(relief.seed_plan, bench.house, bench.clock.now())

    assert sorted(await told(bench)) == [DEV, FARAH]


async def test_the_leads_hear_of_a_gap_that_a_calendar_read_late_makes_and_both_when_it_goes(either: Bench) -> None:
    await opens(either, DEVS)
    away = [(NOW - timedelta(minutes=5), NOW + timedelta(hours=2))]
    about = {"house": either.house, "now": either.clock.now()}

    await either.db.write(relief.keep_absences, DEV, away, **about)  # type: ignore[arg-type]  # as they are named
    first = await told(either)
    either.clock.advance(minutes=1)
    await either.db.write(relief.forget_absences, [], house=either.house, now=either.clock.now())

    assert sorted(first) == [DEV, MORAG]
    assert first[MORAG][0].startswith(
        "From now on nobody is duty officer, in the place of Dev Rao. Dev Rao's own calendar says so. "
        "Dev Rao comes Tue 17 Nov 11:00. To put somebody on: "
    )
    assert any(text.startswith("From now on Dev Rao is duty officer.") for text in (await told(either))[DEV])


def test_only_a_role_that_others_have_now_is_named() -> None:
    lead = {DutyRole.LEAD: (MORAG,)}

    (one,) = switched(Rota(replace(DEVS, standing=lead)), Rota(replace(FARAHS, standing=lead)), NOW)

    assert (one.role, one.had, one.has) == (DutyRole.DUTY, (DEV,), (FARAH,))
