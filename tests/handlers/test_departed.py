"""That somebody has left is for the chat to say, and for nobody to type; what sleeps can be let go of."""

from datetime import datetime, timedelta

from bot.command import Way
from bot.duty.rota import DutyRole, Plan, Rotation, Unit
from bot.engine.shifts import Shifts
from bot.store import schema
from tests.bot.council import rows
from tests.handlers.office import DEV, FARAH, LONDON, MORAG, PRIYA, Office

DAILY = Rotation(
    "days", DutyRole.DUTY, (DEV.id, FARAH.id), datetime.fromisoformat("2026-11-16 17:00"), LONDON, unit=Unit.DAYS
)


async def test_nobody_can_type_or_press_that_a_colleague_has_left(office: Office) -> None:
    await office.hears("Is it open?")
    await office.ask(PRIYA, "claim 1")

    for way in (Way.TYPED, Way.PRESSED, Way.SAID, Way.SENT_IN):
        told = await office.says(MORAG, f"departed {PRIYA.id}", way)
        assert told == (
            "Only the chat itself says who has left. To hand on what a colleague still has: /mention leaver @name"
        )
    assert (await office.now(1)).owner == PRIYA.id


async def test_when_the_chat_says_so_their_claims_go_back(office: Office) -> None:
    await office.hears("Is it open?")
    await office.ask(PRIYA, "claim 1")

    told = await office.says(PRIYA, f"departed {PRIYA.id}", Way.HAPPENED)

    assert told == ""
    assert (await office.now(1)).owner is None


async def test_what_sleeps_can_be_put_back_and_sleeps_on_and_nobody_can_put_back_what_nobody_has(office: Office) -> None:
    await office.hears("When will the road open?")
    await office.ask(PRIYA, "claim 1")
    await office.ask(PRIYA, "snooze 1 2h highways will know")

    told = await office.says(PRIYA, "release 1")
    again = await office.says(PRIYA, "release 1")

    assert told == "M-1 is nobody's now. It sleeps on, and wakes by itself."
    assert again == "M-1 is asleep. To take it up again: /claim 1"
    mention = await office.now(1)
    assert (mention.owner, mention.snooze_until) == (None, office.clock.now() + timedelta(hours=2))


async def test_a_lead_cannot_accept_for_one_whose_account_is_closed(open_office) -> None:
    office = open_office(plan=Plan((DAILY,)))
    for person in (FARAH, DEV, MORAG):
        await office.desk.meet(person)
    loop = Shifts(office.desk)
    for minutes in (0, 450, 31):
        office.clock.advance(minutes=minutes)
        await loop.once()
    (one,) = await office.database.read(rows, schema.handover)
    office.chat.closed = {FARAH.id}

    told = await office.says(MORAG, f"shift accept {one['id']}", Way.PRESSED)

    assert told == (
        "Farah Ali has left, so nobody can accept it for them. Put somebody else on: "
        "/mention duty put @name on duty WHEN why"
    )
    (after,) = await office.database.read(rows, schema.handover)
    assert after["state"] == "sent"


async def test_what_is_asked_for_because_somebody_left_is_for_a_lead_to_take_back(open_office) -> None:
    office = open_office(plan=Plan((DAILY,)))
    for person in (FARAH, DEV, MORAG):
        await office.desk.meet(person)
    await office.ask(DEV, f"departed {DEV.id}", Way.HAPPENED)
    asked = (await office.database.read(rows, schema.cover_request))[0]

    told = await office.sends_in(FARAH, await office.ask(FARAH, f"duty withdraw {asked['id']}"))

    assert told.plain == "Cover is asked for because Dev Rao has left: a team lead can withdraw it."


async def test_who_comes_back_and_asks_for_something_is_on_duty_again(open_office) -> None:
    office = open_office(plan=Plan((DAILY,)))
    await office.desk.meet(DEV)
    await office.ask(DEV, f"departed {DEV.id}", Way.HAPPENED)
    gone = (await office.desk.rota()).on_duty(DutyRole.DUTY, office.clock.now())

    await office.ask(DEV, "queue")

    assert gone == ()
    assert (await office.desk.rota()).on_duty(DutyRole.DUTY, office.clock.now()) == (DEV.id,)
