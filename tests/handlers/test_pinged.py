"""What those who were pinged may answer, and who else may."""

from dataclasses import replace

from bot.card import Answer
from bot.engine.escalate import Escalate
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office


async def waits(office: Office, minutes: float = 60) -> None:
    """Nobody looks for so long, and the loop that pings goes round."""
    office.clock.advance(minutes=minutes)
    await Escalate(office.desk).once()


async def test_one_who_is_not_available_is_told_who_is_asked_instead(office: Office) -> None:
    for person in (DEV, FARAH):
        await office.desk.meet(person)
    await office.hears("Is my school shut?")
    await waits(office)

    told = [await office.says(who, "unavailable 1") for who in (DEV, DEV, FARAH)]

    assert told == [
        "Thank you for saying so. Farah Ali is asked now.",
        "Nobody is waiting for you about M-1 just now, so nothing changes.",
        "Thank you for saying so. Nobody else is left to ask, so the team leads have been told.",
    ]


async def test_the_message_that_asked_has_done_its_work(office: Office) -> None:
    await office.hears("Is my school shut?")
    await waits(office)

    answer = await office.ask(DEV, "unavailable 1")

    assert isinstance(answer, Answer)
    assert answer.replaces


async def test_an_owner_is_told_how_to_put_it_back(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")

    told = await office.says(PRIYA, "unavailable 1")

    assert told == "M-1 is yours, so nobody else looks at it. To put it back in the queue: /mention release 1"


async def test_one_who_was_pinged_and_left_the_channel_may_still_read_it(office: Office) -> None:
    await office.hears("Is my school shut?")
    await waits(office)
    office.chat.members["mentions"] = frozenset()

    assert "pinged" in await office.says(DEV, "record 1")
    assert "you are not in it" in await office.says(PRIYA, "record 1")


async def test_a_colleague_who_was_not_pinged_may_acknowledge_what_they_may_act_on(office: Office) -> None:
    await office.hears("Is my school shut?")
    await waits(office)

    told = await office.says(PRIYA, "acknowledge 1")

    assert told.startswith("Thank you: nobody else is pinged for now.")
    assert "you are not in it" in await office.says(TAM, "acknowledge 1")


async def test_the_record_says_who_was_pinged_and_who_was_not_available(office: Office) -> None:
    for person in (DEV, FARAH):
        await office.desk.meet(person)
    await office.hears("Is my school shut?")
    await waits(office)
    await office.ask(DEV, "unavailable 1")

    said = (await office.says(MORAG, "record 1")).splitlines()

    assert [line.rpartition(" · ")[2] for line in said[1:5]] == [
        "came in", "pinged Dev Rao", "Dev Rao was not available", "pinged Farah Ali"]  # fmt: skip


async def test_only_who_may_read_a_private_message_can_say_that_they_look_at_it(office: Office) -> None:
    office.chat.members["private"] = frozenset({PRIYA.id})
    await office.hears("He hit me again", private=True)
    await waits(office)

    told = [await office.says(who, "acknowledge 1") for who in (DEV, PRIYA)]

    assert told[0].startswith("M-1 is a private message. Only team leads, and its private channel")
    assert told[1].startswith("Thank you: nobody else is pinged for now.")


async def test_one_who_says_again_that_they_look_is_told_that_it_puts_nothing_off(office: Office) -> None:
    await office.hears("Is my school shut?")
    await waits(office)

    told = []
    for _ in range(2):
        told.append(await office.says(DEV, "acknowledge 1"))
        office.clock.advance(minutes=55)

    assert told[1] == (
        "Thank you. Pings about M-1 were put off once already, so whoever is next is asked at 17 Nov at 11:00."
    )


async def test_a_ladder_is_no_way_to_read_a_message_that_is_held_by_now(office: Office) -> None:
    await office.hears("He hit me again", private=True)
    await waits(office)
    accounts = dict(office.desk.house.accounts)
    accounts["website"] = replace(accounts["website"], private_channel="")
    office.desk.house = replace(office.desk.house, accounts=accounts)

    told = [await office.says(who, "record 1") for who in (DEV, MORAG)]

    assert told[0].startswith("M-1 is a private message. Only team leads")
    assert "pinged" in told[1]


async def test_the_only_lead_who_is_not_available_hears_that_the_channel_is_told(office: Office) -> None:
    office.desk.house = replace(office.desk.house, officers=(MORAG.id,))
    await office.desk.meet(MORAG)
    await office.hears("Is my school shut?")
    await waits(office)

    told = await office.says(MORAG, "unavailable 1")

    assert told == "Thank you for saying so. Nobody else is left to ask, so its channel is told."
