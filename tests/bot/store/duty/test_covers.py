"""Cover and swaps: who is asked, that the first has it, and that a swap is two changes or none."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.duty.rota import DutyRole, Plan, Rotation
from bot.errors import NotAllowed, NotYours
from bot.store import mentions, schema
from bot.store.duty import covers, plans, rota
from bot.store.duty.covers import Cover
from bot.times.week import Week
from tests.bot.council import Bench
from tests.bot.week_about import (
    BEHIND,
    DEV,
    FARAH,
    FRIDAY,
    LONDON,
    MONDAY,
    MORAG,
    PRIYA,
    WEEKS,
    november,
    override,
    with_rota,
)

TELL = schema.delivery.c.kind == "tell"
PENDING = schema.delivery.c.state == "pending"
TAM = "U0TAM"
NEXT_WEEK = november(24, 18), november(25, 9)
"""An evening of Farah's."""


def cover(person: str = DEV, *, by: str = "", **other: object) -> Cover:
    """Dev's Friday night."""
    fields: dict[str, object] = {"start": FRIDAY[0], "end": FRIDAY[1], "reason": "dentist", "role": DutyRole.DUTY}
    return Cover(id="", person=person, asked_by=by or person, **{**fields, **other})  # type: ignore[arg-type]


async def asked(bench: Bench, what: Cover | None = None) -> str:
    """The request's name."""
    made = await bench.db.write(covers.ask_cover, what or cover(), house=bench.house, now=bench.clock.now())
    return made.id


async def swap(bench: Bench) -> str:
    """Dev offers Farah his Friday night for her Tuesday night."""
    return await asked(bench, cover(offered_to=FARAH, back=NEXT_WEEK))


async def takes(bench: Bench, ref: str, by: str) -> None:
    await bench.db.write(covers.take_cover, ref, by=by, house=bench.house, now=bench.clock.now())


async def withdraws(bench: Bench, ref: str, by: str, *, leads: bool = False) -> None:
    await bench.db.write(covers.withdraw, ref, by=by, leads=leads, house=bench.house, now=bench.clock.now())


async def puts_on(bench: Bench, person: str, **when: datetime) -> None:
    """A lead does, at once."""
    await bench.db.write(rota.add_override, override(person, **when), house=bench.house, now=bench.clock.now())


async def on_duty(bench: Bench, moment: datetime) -> tuple[str, ...]:
    return (await bench.db.read(rota.snapshot, bench.house, bench.clock.now())).on_duty(DutyRole.DUTY, moment)


async def told(bench: Bench, person: str, *where: object) -> list[str]:
    return [row["payload"]["text"] for row in await bench.all(schema.delivery, TELL, *where) if row["target"] == person]


async def introduced(bench: Bench) -> Bench:
    """Everybody has a name."""
    for person, name in ((DEV, "Dev Rao"), (FARAH, "Farah Ali"), (PRIYA, "Priya Shah"), (MORAG, "Morag Muir")):
        await bench.db.write(mentions.meet, person, name)
    return with_rota(bench)


async def test_everybody_else_of_the_rota_and_the_leads_are_asked_at_once_with_a_button(bench: Bench) -> None:
    await introduced(bench)
    ref = await asked(bench)

    now = bench.clock.now()
    rows = await bench.all(schema.delivery, TELL, schema.delivery.c.due_at == now)

    assert {row["target"] for row in rows} == {FARAH, PRIYA, MORAG}
    assert {row["payload"]["text"] for row in rows} == {
        "Dev Rao asks for cover as duty officer: Fri 20 Nov 18:00 to Sat 21 Nov 09:00. Why: dentist\n"
        "Whoever takes it first has it."
    }
    assert rows[0]["payload"]["buttons"] == [["I Can Cover", "duty", f"take {ref}"]]


async def test_until_somebody_takes_it_the_turn_stays(bench: Bench) -> None:
    await asked(with_rota(bench))

    assert await on_duty(bench, FRIDAY[0]) == (DEV,)


async def test_the_first_to_accept_has_it_and_the_second_is_told_who_was_first(either: Bench) -> None:
    await introduced(either)
    ref = await asked(either)
    await takes(either, ref, FARAH)

    with pytest.raises(NotAllowed, match=r"^Farah Ali was first and covers it: Fri 20 Nov 18:00 to Sat 21 Nov 09:00"):
        await takes(either, ref, PRIYA)

    assert await on_duty(either, FRIDAY[0]) == (FARAH,)
    assert (await either.one(schema.rota_override))["reason"] == "dentist"
    assert await told(either, DEV, PENDING) == [
        "Farah Ali covers Dev Rao as duty officer: Fri 20 Nov 18:00 to Sat 21 Nov 09:00. The rota has it."
    ]


async def test_pressing_twice_is_taking_it_once(either: Bench) -> None:
    ref = await asked(with_rota(either))

    await takes(either, ref, FARAH)
    await takes(either, ref, FARAH)

    assert len(await either.all(schema.rota_override)) == 1


async def test_asking_twice_asks_everybody_once(either: Bench) -> None:
    with_rota(either)

    assert await asked(either) == await asked(either)
    assert len(await told(either, FARAH)) == 1


async def test_nobody_covers_themselves(bench: Bench) -> None:
    ref = await asked(with_rota(bench))

    with pytest.raises(NotAllowed, match="your own turn"):
        await takes(bench, ref, DEV)


async def test_what_stands_in_the_way_meanwhile_leaves_the_request_open(either: Bench) -> None:
    with_rota(either)
    ref = await asked(either)
    await puts_on(either, PRIYA, start=FRIDAY[0], end=november(20, 20))

    with pytest.raises(NotAllowed, match="U0DEV is not duty officer for all of that any more: Fri 20 Nov 18:00"):
        await takes(either, ref, FARAH)

    assert [one.id for one in await either.db.read(covers.open_covers, either.clock.now())] == [ref]


async def test_somebody_put_on_for_all_of_it_ends_the_request(either: Bench) -> None:
    with_rota(either)
    ref = await asked(either)

    await puts_on(either, PRIYA, start=november(20, 9), end=november(21, 12))

    assert await due(either, DEV) == await due(either, MORAG) == []
    with pytest.raises(NotAllowed, match="withdrawn meanwhile"):
        await takes(either, ref, FARAH)


async def test_the_asker_put_on_again_still_wants_cover(bench: Bench) -> None:
    ref = await asked(with_rota(bench))

    await puts_on(bench, DEV)

    assert [one.id for one in await bench.db.read(covers.open_covers, bench.clock.now())] == [ref]


async def test_a_turn_that_is_a_colleagues_by_now_is_not_given_away(either: Bench) -> None:
    await introduced(either)
    ref = await asked(either)
    plan = Plan((replace(WEEKS, people=(PRIYA, FARAH)), BEHIND))
    now, house = either.clock.now(), either.house
    await either.db.write(plans.change_plan, plan, by=MORAG, why="Dev moves on", house=house, since=0, now=now)

    with pytest.raises(NotAllowed, match="Dev Rao is not duty officer for all of that any more"):
        await takes(either, ref, FARAH)

    assert await on_duty(either, FRIDAY[0]) == (PRIYA,)


async def test_nobody_asks_for_cover_of_a_colleagues_turn(bench: Bench) -> None:
    with pytest.raises(NotAllowed, match="U0DEV is not duty officer for all of that"):
        await asked(with_rota(bench), cover(end=november(24)))


async def test_hours_that_somebody_else_always_has_are_not_given_away_with_the_nights(bench: Bench) -> None:
    nights = replace(WEEKS, hours=Week.read("mon-fri 17:00-09:00"))
    with_rota(bench, Plan((nights,), standing={DutyRole.DUTY: (PRIYA,)}))

    with pytest.raises(NotAllowed, match="not duty officer for all of that"):
        await asked(bench, cover(start=november(18, 17), end=november(20, 9)))


async def test_a_hand_off_that_waits_leaves_the_turn_theirs_to_have_covered(bench: Bench) -> None:
    await introduced(bench)
    ref = await asked(bench, cover(FARAH, start=november(23, 9), end=november(24, 9)))
    await bench.db.write(waiting, november(23, 9))
    bench.clock.advance(days=6, hours=1)

    await takes(bench, ref, PRIYA)

    assert await on_duty(bench, november(23, 20)) == (PRIYA,)
    assert "Priya Shah is duty officer in your place: Mon 23 Nov 10:00 to Tue 24 Nov 09:00." in await told(bench, DEV)


def waiting(conn: Connection, since: datetime) -> None:
    """Farah has not accepted yet: Dev keeps the duty."""
    until = since + timedelta(days=7)
    about = {"role": "duty", "shift_at": since, "ends_at": until, "from_person": DEV, "to_person": FARAH}
    conn.execute(schema.handover.insert().values(id="h1", keeps=True, state="drafted", facts={}, **about))


async def test_a_shorter_request_beside_a_longer_one_is_one_of_its_own(bench: Bench) -> None:
    with_rota(bench)

    longer, shorter = await asked(bench), await asked(bench, cover(start=november(21, 2)))

    assert longer != shorter


async def test_asked_again_for_what_has_begun_it_is_the_same(bench: Bench) -> None:
    with_rota(bench)
    ref = await asked(bench)
    bench.clock.advance(days=3, hours=12)

    assert await asked(bench) == ref


async def test_a_shadow_is_neither_asked_nor_put_on_alone_but_may_stand_in_for_a_shadow(bench: Bench) -> None:
    shadows = Rotation("learning", DutyRole.SHADOW, (TAM, PRIYA), MONDAY, LONDON)
    with_rota(bench, Plan((WEEKS, shadows)))
    alone = await asked(bench)
    beside = await asked(bench, cover(PRIYA, role=DutyRole.SHADOW, start=november(24), end=november(25)))

    with pytest.raises(NotYours, match="Only somebody on the rota, or a team lead"):
        await takes(bench, alone, TAM)
    await takes(bench, beside, TAM)

    assert len(await told(bench, TAM)) == 1


async def test_a_lead_may_ask_for_somebody_who_then_hears_who_took_it(bench: Bench) -> None:
    await introduced(bench)
    ref = await asked(bench, cover(by=MORAG))

    await takes(bench, ref, FARAH)

    assert any("Farah Ali covers Dev Rao" in text for text in await told(bench, DEV))
    assert any("Farah Ali covers Dev Rao" in text for text in await told(bench, MORAG))


async def test_who_covers_may_ask_for_cover_in_turn(bench: Bench) -> None:
    with_rota(bench)
    await takes(bench, await asked(bench), FARAH)
    later = FRIDAY[0] + timedelta(hours=3)
    ref = await asked(bench, cover(FARAH, start=later, reason="fell ill"))

    await takes(bench, ref, PRIYA)

    assert [await on_duty(bench, at) for at in (FRIDAY[0], later, FRIDAY[1])] == [(FARAH,), (PRIYA,), (DEV,)]


# --- reminders ---------------------------------------------------------------------------------------------------


async def due(bench: Bench, person: str) -> list[datetime]:
    rows = await bench.all(schema.delivery, TELL, PENDING, schema.delivery.c.target == person)
    return sorted(row["due_at"] for row in rows if "Nobody covers" in row["payload"]["text"])


async def test_the_asker_and_the_leads_are_reminded_while_nobody_has_taken_it(bench: Bench) -> None:
    await asked(with_rota(bench))

    soon = [november(17, 18), november(19, 18), november(20, 6), november(20, 16)]

    for person, hears in ((DEV, soon), (MORAG, soon), (FARAH, [])):
        assert await due(bench, person) == hears


async def test_reminders_begin_two_weeks_before(bench: Bench) -> None:
    far = november(17, 9) + timedelta(days=28)
    await asked(with_rota(bench), cover(start=far, end=far + timedelta(hours=12)))

    assert [far - at for at in await due(bench, DEV)] == [
        *(timedelta(days=days) for days in (14, 7, 3, 1)), timedelta(hours=12), timedelta(hours=2)
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["taken", "withdrawn"])
async def test_once_it_is_settled_nobody_is_reminded(either: Bench, how: str) -> None:
    ref = await asked(with_rota(either))

    await (takes(either, ref, FARAH) if how == "taken" else withdraws(either, ref, DEV))

    assert await due(either, DEV) == await due(either, MORAG) == []


# --- withdrawing -------------------------------------------------------------------------------------------------


async def test_a_request_that_was_withdrawn_can_no_longer_be_taken(either: Bench) -> None:
    ref = await asked(with_rota(either))
    await withdraws(either, ref, DEV)

    with pytest.raises(NotAllowed, match="withdrawn meanwhile"):
        await takes(either, ref, FARAH)

    assert await on_duty(either, FRIDAY[0]) == (DEV,)


async def test_only_the_asker_or_a_lead_withdraws(bench: Bench) -> None:
    ref = await asked(with_rota(bench))

    with pytest.raises(NotAllowed, match="or a team lead can withdraw it"):
        await withdraws(bench, ref, PRIYA)
    await withdraws(bench, ref, MORAG, leads=True)

    assert await bench.db.read(covers.open_covers, bench.clock.now()) == ()


async def test_taken_cover_is_withdrawn_by_the_same_name(bench: Bench) -> None:
    ref = await asked(with_rota(bench))
    await takes(bench, ref, FARAH)

    await withdraws(bench, ref, DEV)

    assert await on_duty(bench, FRIDAY[0]) == (DEV,)


# --- swaps -------------------------------------------------------------------------------------------------------


async def test_a_swap_is_offered_to_one_and_changes_nothing_yet(bench: Bench) -> None:
    await introduced(bench)
    await swap(bench)

    assert await told(bench, PRIYA) == await told(bench, MORAG) == []
    assert await told(bench, FARAH) == [
        "Dev Rao offers you a swap as duty officer.\n"
        "You would take: Fri 20 Nov 18:00 to Sat 21 Nov 09:00\n"
        "Dev Rao would take: Tue 24 Nov 18:00 to Wed 25 Nov 09:00\n"
        "Why: dentist\nNothing changes until you accept."
    ]
    assert [await on_duty(bench, at) for at in (FRIDAY[0], NEXT_WEEK[0])] == [(DEV,), (FARAH,)]


async def test_accepted_both_have_the_others_turn(either: Bench) -> None:
    ref = await swap(with_rota(either))

    await takes(either, ref, FARAH)

    assert [await on_duty(either, at) for at in (FRIDAY[0], NEXT_WEEK[0])] == [(FARAH,), (DEV,)]


async def test_where_one_half_is_not_possible_any_more_neither_is_done(either: Bench) -> None:
    with_rota(either)
    ref = await swap(either)
    await puts_on(either, PRIYA, start=NEXT_WEEK[0], end=NEXT_WEEK[1])

    with pytest.raises(NotAllowed, match="U0FARAH is not duty officer for all of that any more: Tue 24 Nov 18:00"):
        await takes(either, ref, FARAH)

    assert await on_duty(either, FRIDAY[0]) == (DEV,)
    assert (await either.one(schema.cover_request))["taken_by"] is None


async def test_nobody_but_the_one_it_is_offered_to_accepts_or_declines_a_swap(bench: Bench) -> None:
    ref = await swap(with_rota(bench))

    with pytest.raises(NotAllowed, match="offered to somebody else"):
        await takes(bench, ref, PRIYA)
    with pytest.raises(NotAllowed, match="not offered to you"):
        await bench.db.write(covers.decline, ref, by=PRIYA, house=bench.house, now=bench.clock.now())


async def test_declined_it_is_over_and_the_asker_is_told(bench: Bench) -> None:
    await introduced(bench)
    ref = await swap(bench)

    await bench.db.write(covers.decline, ref, by=FARAH, house=bench.house, now=bench.clock.now())

    assert (await told(bench, DEV))[0].startswith("Farah Ali cannot swap this time")
    with pytest.raises(NotAllowed, match="withdrawn meanwhile"):
        await takes(bench, ref, FARAH)


async def test_both_halves_of_a_swap_are_withdrawn_together(either: Bench) -> None:
    ref = await swap(with_rota(either))
    await takes(either, ref, FARAH)

    await withdraws(either, f"{ref}-2", DEV)

    assert [await on_duty(either, at) for at in (FRIDAY[0], NEXT_WEEK[0])] == [(DEV,), (FARAH,)]


async def test_once_a_colleague_has_begun_their_half_of_a_swap_the_asker_cannot_take_back_their_own(either: Bench) -> None:
    await introduced(either)
    ref = await swap(either)
    await takes(either, ref, FARAH)
    either.clock.advance(days=5)

    with pytest.raises(NotAllowed, match="Farah Ali has begun their half of that swap: Farah Ali or a team lead"):
        await withdraws(either, f"{ref}-2", DEV)
    await withdraws(either, f"{ref}-2", FARAH)

    assert [await on_duty(either, at) for at in (FRIDAY[0], NEXT_WEEK[0])] == [(FARAH,), (FARAH,)]


async def test_nor_does_the_one_who_accepted_once_the_asker_has_begun_the_other_half(bench: Bench) -> None:
    await introduced(bench)
    ref = await asked(bench, cover(FARAH, start=NEXT_WEEK[0], end=NEXT_WEEK[1], offered_to=DEV, back=FRIDAY))
    await takes(bench, ref, DEV)
    bench.clock.advance(days=4)

    with pytest.raises(NotAllowed, match="Farah Ali has begun"):
        await withdraws(bench, ref, DEV)
    await withdraws(bench, ref, FARAH)


async def test_when_both_have_begun_only_a_lead_withdraws_what_is_left(bench: Bench) -> None:
    ref = await swap(with_rota(bench))
    await takes(bench, ref, FARAH)
    bench.clock.advance(days=7, hours=12)

    for person in (DEV, FARAH):
        with pytest.raises(NotAllowed, match="a team lead can withdraw what is left"):
            await withdraws(bench, ref, person)
    await withdraws(bench, ref, MORAG, leads=True)

    assert await on_duty(bench, NEXT_WEEK[0] + timedelta(hours=6)) == (FARAH,)


async def test_a_swap_of_which_a_part_was_covered_by_somebody_else_is_undone_by_a_lead_alone(either: Bench) -> None:
    with_rota(either)
    ref = await swap(either)
    await takes(either, ref, FARAH)
    await takes(either, await asked(either, cover(DEV, start=NEXT_WEEK[0], end=november(25, 1))), PRIYA)

    for part in (ref, f"{ref}-2", f"{ref}-3"):
        with pytest.raises(NotAllowed):
            await withdraws(either, part, DEV)
    assert [await on_duty(either, at) for at in (FRIDAY[0], november(25, 1))] == [(FARAH,), (DEV,)]
    await withdraws(either, f"{ref}-3", MORAG, leads=True)

    assert [await on_duty(either, at) for at in (FRIDAY[0], november(25, 1))] == [(FARAH,), (FARAH,)]


async def test_all_of_it_is_on_the_record(either: Bench) -> None:
    with_rota(either)
    await takes(either, await swap(either), FARAH)
    await withdraws(either, await asked(either, cover(start=november(18), end=november(19))), DEV)

    found = [event["action"] for event in await either.desk.events("rota")]

    assert found == ["swap_offered", "cover_taken", "override", "override", "cover_asked", "cover_withdrawn"]
    assert (await either.verdict()).startswith("ok:")
