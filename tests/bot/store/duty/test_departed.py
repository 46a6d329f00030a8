"""Who has left is told nothing and texted nothing, is on duty nowhere, and floods nobody with what they leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.duty.contact import Contact
from bot.duty.rota import DutyRole, Hold, Override, Plan, Rota, Rotation, Turn, Unit, Why
from bot.mention import SYSTEM
from bot.ports import Way
from bot.store import mentions, schema
from bot.store.duty import calendars, covers, departed, pings, rota, shifts, ways
from bot.store.duty.pings import Asked
from tests.bot.council import LONDON, Bench, house

DEV, FARAH, PRIYA, MORAG = "U0DEV", "U0FARAH", "U0PRIYA", "U0MORAG"
DAILY = Rotation(
    "days", DutyRole.DUTY, (DEV, FARAH, PRIYA), datetime.fromisoformat("2026-11-16 17:00"), LONDON, unit=Unit.DAYS
)
PHONES = {"contacts": {DEV: Contact(DEV, "+447700900123")}, "ways": {Way.TEXT: timedelta(minutes=3)}}
STANDING = {DutyRole.LEAD: (MORAG,)}


async def with_rota(bench: Bench, **more: object) -> Bench:
    """Three people take turns by day, from Dev on."""
    bench.desk.house = house(plan=Plan((DAILY,), standing=STANDING), **more)
    for person, name in ((DEV, "Dev Rao"), (FARAH, "Farah Ali"), (PRIYA, "Priya Shah"), (MORAG, "Morag Muir")):
        await bench.db.write(mentions.meet, person, name)
    return bench


async def leaves(bench: Bench, person: str = DEV) -> None:
    """The chat says that somebody has left."""
    await bench.db.write(departed.depart, person, house=bench.house, now=bench.clock.now())


async def turns(bench: Bench, days: int = 4) -> list[Turn]:
    """Who is the duty officer in the next days."""
    now = bench.clock.now()
    here = await bench.db.read(rota.snapshot, bench.house, now)
    return here.turns(DutyRole.DUTY, now, now + timedelta(days=days))


async def waiting_for(bench: Bench, person: str) -> list[str]:
    """What is still to be said to somebody."""
    mine = (schema.delivery.c.target == person) & (schema.delivery.c.state == "pending")
    return [row["payload"].get("text", row["kind"]) for row in await bench.all(schema.delivery, mine)]


async def test_the_turns_of_one_who_has_left_are_gaps_that_say_so(either: Bench) -> None:
    await with_rota(either)

    await leaves(either)

    assert [(turn.person, turn.why, turn.reason) for turn in await turns(either)] == [
        ("", Why.LEFT, DEV),
        (FARAH, Why.ROTATION, ""),
        (PRIYA, Why.ROTATION, ""),
        ("", Why.LEFT, DEV),
        (FARAH, Why.ROTATION, ""),
    ]


async def test_one_put_on_for_a_while_who_has_left_is_a_gap_too(bench: Bench) -> None:
    await with_rota(bench)
    now = bench.clock.now()
    put = Override("", DutyRole.DUTY, "U0TAM", now, now + timedelta(hours=2), "training", MORAG)
    await bench.db.write(rota.add_override, put, house=bench.house, now=now)

    await leaves(bench, "U0TAM")

    first = (await turns(bench))[0]
    assert (first.person, first.why, first.reason) == ("", Why.LEFT, "U0TAM")


async def test_whoever_always_has_a_role_has_it_no_longer(bench: Bench) -> None:
    bench.desk.house = house()
    await bench.db.write(mentions.meet, DEV, "Dev Rao")

    await leaves(bench)

    now = bench.clock.now()
    here = await bench.db.read(rota.snapshot, bench.house, now)
    assert here.on_duty(DutyRole.DUTY, now) == (FARAH,)


async def test_no_other_way_is_tried_for_one_who_has_left_whatever_the_settings_say(either: Bench) -> None:
    await with_rota(either, **PHONES)
    before = await either.db.write(pings.ask, Asked("test", None, DEV, "duty", 0, 0), either.house, either.clock.now())

    await leaves(either)
    after = await either.db.write(pings.ask, Asked("test", None, DEV, "duty", 0, 0), either.house, either.clock.now())
    tried = await either.db.write(ways.chat_failed, after, either.house, either.clock.now())
    next_ways = {row["id"]: row["next_way_at"] for row in await either.all(schema.ping)}
    either.clock.advance(hours=1)
    await either.db.write(ways.take_due, either.house, either.clock.now())

    assert not tried
    assert next_ways[before] is None
    assert await either.all(schema.delivery, schema.delivery.c.kind == "sms") == []


async def test_a_text_message_that_waits_is_not_sent_to_one_who_left_meanwhile(bench: Bench) -> None:
    await with_rota(bench, **PHONES)
    await bench.db.write(pings.ask, Asked("test", None, DEV, "duty", 0, 0), bench.house, bench.clock.now())
    bench.clock.advance(minutes=4)
    await bench.db.write(ways.take_due, bench.house, bench.clock.now())

    await leaves(bench)

    (text,) = await bench.all(schema.delivery, schema.delivery.c.kind == "sms")
    assert text["state"] == "cancelled"


async def test_nothing_waits_to_be_said_to_one_who_left_nor_to_the_bot_itself(either: Bench) -> None:
    await with_rota(either)
    now = either.clock.now()
    await either.db.write(rota.tell, "k:1", DEV, "before", house=either.house, now=now)

    await leaves(either)
    await either.db.write(rota.tell, "k:2", DEV, "after", house=either.house, now=now)
    asked = (await either.db.read(covers.open_covers, now))[0]
    await either.db.write(covers.take_cover, asked.id, by=FARAH, house=either.house, now=now)

    assert await waiting_for(either, DEV) == []
    assert await waiting_for(either, SYSTEM) == []


async def test_a_lead_hears_of_a_departure_once_and_again_each_day_while_turns_are_nobodys(bench: Bench) -> None:
    await with_rota(bench)
    await leaves(bench)
    assert [text.splitlines()[0] for text in await waiting_for(bench, MORAG)] == [
        "Dev Rao's account in the chat was closed."
    ]

    for _ in range(25):
        bench.clock.advance(hours=1)
        await bench.db.write(departed.remind, bench.house, bench.clock.now())

    (reminder,) = [text for text in await waiting_for(bench, MORAG) if "account" not in text]
    assert reminder.startswith(
        "Dev Rao has left, and nobody covers yet: Thu 19 Nov 17:00 to Fri 20 Nov 17:00, duty officer; "
    )


async def test_once_somebody_covers_all_of_it_nobody_is_reminded(bench: Bench) -> None:
    await with_rota(bench)
    await leaves(bench)
    for asked in await bench.db.read(covers.open_covers, bench.clock.now()):
        await bench.db.write(covers.take_cover, asked.id, by=FARAH, house=bench.house, now=bench.clock.now())

    bench.clock.advance(hours=25)
    await bench.db.write(departed.remind, bench.house, bench.clock.now())

    assert len(await waiting_for(bench, MORAG)) == 1


async def test_a_hand_off_is_not_given_back_to_one_who_has_left(either: Bench) -> None:
    await with_rota(either)
    for minutes in (0, 455):
        either.clock.advance(minutes=minutes)
        await either.db.write(shifts.look, either.house, either.clock.now())
    assert [(one["from_person"], one["keeps"]) for one in await either.all(schema.handover)] == [(DEV, True)]

    await leaves(either)
    for minutes in (1, 30):
        either.clock.advance(minutes=minutes)
        await either.db.write(shifts.look, either.house, either.clock.now())

    (one,) = await either.all(schema.handover)
    assert (one["from_person"], one["to_person"], one["keeps"]) == (None, FARAH, False)
    assert (await turns(either))[0].person == FARAH


async def test_after_a_hand_off_to_one_who_has_left_the_duty_stays_with_whoever_has_it(bench: Bench) -> None:
    await with_rota(bench)
    for minutes in (0, 450, 40):
        bench.clock.advance(minutes=minutes)
        await bench.db.write(shifts.look, bench.house, bench.clock.now())

    await leaves(bench, FARAH)
    await bench.db.write(shifts.look, bench.house, bench.clock.now())

    assert (await turns(bench))[0].person == DEV


async def test_the_address_of_everybodys_turns_closes_with_the_account_of_whoever_made_it(either: Bench) -> None:
    await with_rota(either)
    now = either.clock.now()
    own = await either.db.write(calendars.make_link, FARAH, by=FARAH, now=now)
    shared = await either.db.write(calendars.make_link, calendars.EVERYBODY, by=DEV, now=now)

    await leaves(either)

    assert await either.db.read(calendars.whose, shared) is None
    assert await either.db.read(calendars.whose, own) == FARAH
    assert any("The calendar address of everybody's turns was theirs" in text for text in await waiting_for(either, MORAG))


async def test_an_address_that_somebody_else_made_stays(bench: Bench) -> None:
    await with_rota(bench)
    shared = await bench.db.write(calendars.make_link, calendars.EVERYBODY, by=MORAG, now=bench.clock.now())

    await leaves(bench)

    assert await bench.db.read(calendars.whose, shared) == calendars.EVERYBODY


async def test_who_asks_for_something_again_is_back(bench: Bench) -> None:
    await with_rota(bench)
    await leaves(bench)

    await bench.db.write(mentions.meet, DEV, "Dev Rao")

    assert (await turns(bench))[0].person == DEV


def test_who_has_left_keeps_no_duty_though_nobody_has_accepted_it() -> None:
    change = datetime(2026, 11, 17, 17, tzinfo=UTC)
    here = Rota(Plan((DAILY,)), holds=(Hold(DutyRole.DUTY, DEV, change),))

    assert here.on_duty(DutyRole.DUTY, change) == (DEV,)
    assert replace(here, gone=frozenset({DEV})).on_duty(DutyRole.DUTY, change) == (FARAH,)
