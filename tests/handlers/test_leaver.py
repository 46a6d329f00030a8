"""``leaver``: a lead sees all that somebody has, and hands it on in one form."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from bot.command import Way
from bot.duty.rota import DutyRole, Plan, Rotation
from bot.errors import FormProblem
from bot.form import Form
from bot.mention import Action, State
from bot.register import Kept
from bot.store import schema
from bot.store.duty import calendars
from bot.store.duty.leaver import Turns
from tests.bot.council import rows
from tests.handlers.office import DEV, FARAH, LONDON, MORAG, PRIYA, TAM, Office

Opens = Callable[..., Office]
TURNS = Rotation("nights", DutyRole.DUTY, (PRIYA.id, DEV.id), datetime(2026, 11, 16, 9), LONDON)  # noqa: DTZ001 - the clock on the wall
LEAVES = f"leaver <@{PRIYA.id}>"


@pytest.fixture
async def office(open_office: Opens) -> Office:
    """Priya has two claims, one asleep, one that Dev offers her, a draft, turns on duty and an account."""
    office = open_office(
        plan=Plan((TURNS,)),
        register=(Kept("pins", "pins", "Pinterest", custodian=PRIYA.id, kept_in="the safe", is_listed=True),),
        named_in={"duty.officers": (DEV.id, PRIYA.id), "roles.lead": (MORAG.id,)},
    )
    for person in (PRIYA, FARAH, DEV, MORAG, TAM):
        await office.desk.meet(person)
    for author in ("Ann", "Bob", "Cat", "Dan"):
        await office.hears("Is my school shut?", by=author)
    for line in ("claim 1", "claim 2", "claim 3", "snooze 3 tomorrow highways will know"):
        await office.ask(PRIYA, line)
    await office.ask(DEV, "claim 4")
    await office.ask(DEV, f"give 4 <@{PRIYA.id}>")
    await office.ask(PRIYA, "reply 1 Your school is open.")
    return office


def filled(**chosen: str) -> dict[str, str]:
    """The form as a lead fills it in."""
    return {"to": FARAH.id, "claims": "release", "turns": Turns.LEFT, "drafts": "leave", "why": "last day Friday", **chosen}


async def hands_on(office: Office, **chosen: str) -> str:
    """What a lead is answered with."""
    answer = await office.sends_in(MORAG, await office.ask(MORAG, LEAVES), filled(**chosen))
    return "\n".join("".join(part if isinstance(part, str) else part.text for part in line) for line in answer.body)  # type: ignore[union-attr]


async def test_a_lead_is_shown_all_that_somebody_has_and_nothing_changes(office: Office) -> None:
    before = [await office.now(number) for number in (1, 2, 3, 4)]

    told = await office.says(MORAG, LEAVES)

    assert told.splitlines() == [
        "What Priya Shah has",
        "Claims: M-1, M-2",
        "Asleep, with them as owner: M-3",
        "Offered to them: M-4",
        "Begun and not sent: 1 draft",
        "Turns on duty in the next 60 days: Tue 17 Nov 09:00 to Mon 23 Nov 09:00, duty officer; "
        "Mon 30 Nov 09:00 to Mon 7 Dec 09:00, duty officer; Mon 14 Dec 09:00 to Mon 21 Dec 09:00, duty officer; "
        "Mon 28 Dec 09:00 to Mon 4 Jan 09:00, duty officer; Mon 11 Jan 09:00 to Sat 16 Jan 09:00, duty officer",
        "By hand",
        "Account pins: nobody else is named. Name another holder and change its password (credential: the safe).",
        "Settings: an administrator takes them out of duty.officers.",
        "A role may also come from a group in the chat: take them out of that too.",
    ]
    assert [await office.now(number) for number in (1, 2, 3, 4)] == before


async def test_only_a_lead_hands_on_what_somebody_has(office: Office) -> None:
    shown = await office.ask(MORAG, LEAVES)

    refused = await office.says(FARAH, LEAVES)
    sent_in = await office.sends_in(FARAH, shown, filled())

    assert refused.startswith("A team lead hands on what somebody leaves.")
    assert not isinstance(sent_in, Form)
    assert (await office.now(1)).owner == PRIYA.id


async def test_what_is_put_back_is_anybodys_and_the_record_says_why(office: Office) -> None:
    told = await hands_on(office)

    one, three, four = await office.now(1), await office.now(3), await office.now(4)
    assert (one.state, one.owner) == (State.NEW, None)
    assert (three.state, three.owner) == (State.SNOOZED, None)
    assert (four.owner, four.offered_to) == (DEV.id, None)
    last = (await office.desk.events("M-1"))[-1]
    assert (last["action"], last["actor"], last["note"]) == ("release", MORAG.id, "last day Friday")
    assert "Back in the queue: M-1, M-2\nAsleep, and nobody’s: M-3\nOffers turned down for them: M-4\n" in told
    assert "What Priya Shah still has\nBegun and not sent: 1 draft\nTurns on duty" in told
    kept = await office.desk.db.read(rows, schema.event, schema.event.c.subject == f"staff:{PRIYA.id}")
    assert [(event["actor"], event["changes"]["claims"]) for event in kept] == [(MORAG.id, ["M-1", "M-2"])]


async def test_what_is_offered_is_the_leads_until_the_colleague_accepts(office: Office) -> None:
    told = await hands_on(office, claims="offer")

    waits = await office.now(1)
    assert (waits.owner, waits.offered_to) == (MORAG.id, FARAH.id)
    assert "Offered to Farah Ali, yours until they accept: M-1, M-2" in told
    await office.ask(FARAH, "accept 1")
    assert (await office.now(1)).owner == FARAH.id


async def test_a_lead_may_take_it_all(office: Office) -> None:
    told = await hands_on(office, claims="offer", to=MORAG.id)

    assert "Yours now: M-1, M-2" in told
    assert (await office.now(2)).offered_to is None


async def test_a_colleague_who_cannot_see_a_channel_is_not_offered_what_belongs_there(office: Office) -> None:
    told = await hands_on(office, claims="offer", to=TAM.id)

    assert "Back in the queue: M-1, M-2" in told
    assert (await office.now(1)).owner is None


async def test_what_was_begun_goes_under_its_card_for_staff_once(office: Office) -> None:
    await hands_on(office, drafts="note")
    await hands_on(office, drafts="note")

    notes = [event["note"] for event in await office.desk.events("M-1") if event["action"] == Action.NOTE]
    assert notes == ["Priya Shah had begun to answer: Your school is open."]


async def test_the_colleague_takes_the_turns_and_is_told_once(office: Office) -> None:
    told = await hands_on(office, turns=Turns.COLLEAGUE)

    assert "Farah Ali is on duty: 5 turns." in told
    assert "Turns on duty" not in told.partition("still has")[2]
    changes = await office.desk.db.read(rows, schema.rota_override)
    assert {(one["person"], one["made_by"], one["reason"]) for one in changes} == {(FARAH.id, MORAG.id, "last day Friday")}
    (said,) = await office.desk.db.read(rows, schema.delivery, schema.delivery.c.target == FARAH.id)
    assert said["payload"]["text"].startswith("Morag Muir put you on duty: last day Friday\nTue 17 Nov 09:00")


async def test_everybody_is_asked_to_cover_and_the_turns_stay_until_somebody_does(office: Office) -> None:
    told = await hands_on(office, turns=Turns.COVER)

    assert "Everybody on the rota is asked to cover: 5 turns." in told
    assert len(await office.desk.db.read(rows, schema.cover_request)) == 5
    assert "Turns on duty" in told.partition("still has")[2]


async def test_sent_in_twice_it_is_done_once(office: Office) -> None:
    form = await office.ask(MORAG, LEAVES)
    await office.sends_in(MORAG, form, filled(claims="offer", turns=Turns.COLLEAGUE))
    before = [await office.now(number) for number in (1, 2, 3, 4)]
    office._asked -= 1  # the chat delivers the same press again

    again = await office.sends_in(MORAG, form, filled(claims="offer", turns=Turns.COLLEAGUE))

    assert "That was done already." in again.plain  # type: ignore[union-attr]
    assert [await office.now(number) for number in (1, 2, 3, 4)] == before


@pytest.mark.parametrize(
    ("chosen", "field"),
    [({"why": " "}, "why"), ({"to": PRIYA.id}, "to"), ({"to": "U0NOBODY"}, "to")],
)
async def test_a_form_that_cannot_be_used_says_which_answer_is_wanted(
    office: Office, chosen: dict[str, str], field: str
) -> None:
    form = await office.ask(MORAG, LEAVES)

    with pytest.raises(FormProblem) as problem:
        await office.sends_in(MORAG, form, filled(**chosen))

    assert problem.value.field == field
    assert (await office.now(1)).owner == PRIYA.id


async def test_somebody_who_has_nothing_leaves_with_one_sentence(office: Office) -> None:
    told = await office.says(MORAG, f"leaver <@{TAM.id}>")

    assert told == "What Tam Doig has\nTam Doig has nothing open, no turns on duty, and nothing begun."
    assert await office.says(MORAG, "leaver") == "Say who leaves: /mention leaver @name"


async def test_a_leaver_may_be_named_as_staff_know_them(office: Office) -> None:
    assert (await office.says(MORAG, "leaver priya shah")).startswith("What Priya Shah has\n")
    assert await office.says(MORAG, "leaver @karen") == (
        "Tolbooth has met nobody called karen. Say who leaves: /mention leaver @name"
    )


async def test_where_no_form_opens_it_is_only_shown(office: Office) -> None:
    shown = await office.ask(MORAG, LEAVES, Way.SAID)

    assert not isinstance(shown, Form)


async def test_a_reply_on_its_way_alone_is_nothing_to_hand_on(open_office: Opens) -> None:
    office = open_office()
    await office.hears("Is my school shut?")
    await office.replies(PRIYA, 1, "It is open.")

    told = await office.says(MORAG, LEAVES)

    assert told == "What Priya Shah has\nA reply of theirs is on its way or in doubt: M-1"


async def test_the_colleague_named_with_the_leaver_is_chosen_already(office: Office) -> None:
    form = await office.ask(MORAG, f"leaver <@{PRIYA.id}> <@{DEV.id}>")

    assert isinstance(form, Form)
    assert form.fields[0].value == DEV.id
    assert PRIYA.id not in form.fields[0].choices


async def test_a_reply_that_is_on_its_way_goes_out(office: Office) -> None:
    await office.replies(PRIYA, 2, "It is open.")

    told = await hands_on(office)

    assert (await office.now(2)).state is State.REPLYING
    assert "A reply of theirs is on its way or in doubt: M-2" in told


async def test_help_lists_it_only_where_there_are_leads(office: Office) -> None:
    with_leads = await office.says(PRIYA, "help more")
    office.desk.house = replace(office.desk.house, leads=())

    assert "/mention leaver" in with_leads
    assert "/mention leaver" not in await office.says(PRIYA, "help more")


async def test_calendar_addresses_a_leaver_knows_are_named(office: Office) -> None:
    now = office.clock.now()
    await office.desk.db.write(calendars.make_link, PRIYA.id, by=PRIYA.id, now=now)
    await office.desk.db.write(calendars.make_link, calendars.EVERYBODY, by=PRIYA.id, now=now)

    told = await office.says(MORAG, LEAVES)

    assert "Calendar: the address of their own turns works until their account in the chat is closed." in told
    assert "Calendar: they made the address of everybody's turns. A new one closes it: /mention duty calendar all" in told


async def test_the_turns_of_one_who_has_left_already_can_still_be_handed_on(office: Office) -> None:
    await office.ask(PRIYA, f"departed {PRIYA.id}", Way.HAPPENED)

    assert "Turns on duty in the next 60 days: " in await office.says(MORAG, LEAVES)
