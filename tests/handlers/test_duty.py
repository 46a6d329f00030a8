"""The verb ``duty``: what it shows, what it spells out before anything changes, and who may change whose turns."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.card import Answer, Notice, plain
from bot.command import Role, Staff, Way
from bot.duty.rota import DutyRole, Plan, Unit
from bot.engine.shifts import Shifts
from bot.errors import FormProblem
from bot.form import Form
from tests.bot.week_about import PLAN, november
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office

ADMIN = Staff(MORAG.id, MORAG.name, frozenset({Role.ADMIN}))
FRIDAY = "fri 18:00 to sat 09:00"


@pytest.fixture
async def office(open_office: Callable[..., Office]) -> Office:
    """Dev and Farah take weeks in turn, Priya stands behind them, Morag leads, Tam is on no rota."""
    office = open_office(plan=replace(PLAN, standing={DutyRole.LEAD: (MORAG.id,)}))
    for person in (DEV, FARAH, PRIYA, MORAG, TAM):
        await office.desk.meet(person)
    return office


async def on_duty(office: Office, day: int, hour: int) -> tuple[str, ...]:
    return (await office.desk.rota()).on_duty(DutyRole.DUTY, november(day, hour))


async def asks(office: Office, who: Staff, line: str, reason: str = "dentist") -> str:
    """Typed, looked over and sent in; what the person is answered."""
    form = await office.ask(who, line)
    answer = await office.sends_in(who, form, {"reason": reason})
    assert isinstance(answer, Answer)
    return answer.plain


async def told(office: Office) -> list[Notice]:
    """All that was said privately since the last look."""
    office.chat.said.clear()
    await office.shows_cards()
    return [what for what in office.chat.said if isinstance(what, Notice)]


def name_in(answer: str) -> str:
    """What a request or change is called."""
    return answer.rpartition("withdraw ")[2].strip()


# --- what it shows -----------------------------------------------------------------------------------------------


async def test_it_shows_who_has_each_role_until_when_and_who_is_next_and_your_own_turns(office: Office) -> None:
    assert (await office.says(DEV, "duty")).split("\n") == [
        "Duty officer: Dev Rao until Mon 23 Nov 09:00, then Farah Ali",
        "Backup: Priya Shah",
        "Team lead: Morag Muir",
        "Your turns: Tue 17 Nov 09:00 to Mon 23 Nov 09:00, duty officer; Mon 30 Nov 09:00 to Mon 7 Dec 09:00, duty officer; "
        "Mon 14 Dec 09:00 to Mon 21 Dec 09:00, duty officer; Mon 28 Dec 09:00 to Mon 4 Jan 09:00, duty officer",
    ]


async def test_where_nobody_takes_turns_those_who_are_always_on_duty_are_named(open_office: Callable[..., Office]) -> None:
    office = open_office(plan=Plan(standing={DutyRole.DUTY: (DEV.id, FARAH.id)}))

    assert await office.says(PRIYA, "duty") == f"Duty officer: {DEV.id}, then {FARAH.id}"


async def test_without_anybody_it_says_what_happens_then(open_office: Callable[..., Office]) -> None:
    office = open_office(officers=(), leads=())

    assert (await office.says(PRIYA, "duty")).startswith("Nobody is on duty: a mention that waits too long is only raised")
    assert "duty" not in await office.says(PRIYA, "help more")


async def test_what_is_wanted_and_what_was_changed_is_listed_with_a_button_to_take_it(office: Office) -> None:
    ref = name_in(await asks(office, DEV, f"duty cover me {FRIDAY}"))
    await asks(office, MORAG, f"duty put <@{PRIYA.id}> on duty tomorrow 09:00 to 17:00", "training")

    answer = await office.ask(FARAH, "duty")

    assert isinstance(answer, Answer)
    assert f"Cover wanted: Dev Rao, duty officer, Fri 20 Nov 18:00 to Sat 21 Nov 09:00 ({ref})" in answer.plain
    assert "Changed: Priya Shah is duty officer, Wed 18 Nov 09:00 to 17:00: training (" in answer.plain
    assert [(button.label, button.argument) for button in answer.buttons] == [
        ("Cover Dev Rao", f"take {ref}"), ("Ask for Cover", "cover me"), ("Whole Rota", "")
    ]  # fmt: skip


async def test_an_unknown_word_points_to_help_and_help_lists_every_way(office: Office) -> None:
    assert "To see what there is: /mention duty help" in await office.says(DEV, "duty dance")
    assert "/mention duty swap @name my shift for their shift why: offer" in await office.says(DEV, "duty help")


# --- cover -------------------------------------------------------------------------------------------------------


async def test_cover_is_spelled_out_before_anybody_is_asked(office: Office) -> None:
    form = await office.ask(DEV, f"duty cover me {FRIDAY} dentist")

    assert isinstance(form, Form)
    assert "Friday 20 November 2026 18:00 to Saturday 21 November 2026 09:00 (15 h)" in str(form.body)
    assert form.fields[0].value == "dentist"
    assert await told(office) == []


async def test_sent_in_the_others_are_asked_and_the_first_to_press_has_it(office: Office) -> None:
    answer = await asks(office, DEV, f"duty cover me {FRIDAY}")
    (press,) = {(button.verb, button.argument) for notice in await told(office) for button in notice.buttons}

    first = await office.says(FARAH, " ".join(press), Way.PRESSED)
    second = await office.says(PRIYA, " ".join(press), Way.PRESSED)

    assert answer.startswith(
        "Asked everybody else on the rota, and the team leads. It stays yours until one of them accepts."
    )
    assert first == "Thank you. You are duty officer for Dev Rao: Fri 20 Nov 18:00 to Sat 21 Nov 09:00."
    assert second.startswith("Farah Ali was first and covers it")
    assert await on_duty(office, 20, 20) == (FARAH.id,)


async def test_my_shift_is_my_next_turn(office: Office) -> None:
    form = await office.ask(FARAH, "duty cover me my shift a wedding")

    assert "Monday 23 November 2026 09:00 to Monday 30 November 2026 09:00 (7 d)" in str(form.body)
    assert isinstance(form, Form)
    assert form.fields[0].value == "a wedding"


async def test_only_the_part_that_is_the_persons_turn_is_asked_for(office: Office) -> None:
    form = await office.ask(DEV, "duty cover me sun to tue away")

    assert "Sunday 22 November 2026 00:00 to Monday 23 November 2026 09:00" in str(form.body)


DAYS = Plan((replace(PLAN.rotations[0], people=(PRIYA.id, FARAH.id, DEV.id), unit=Unit.DAYS),))
"""From Monday on: Priya, Farah, Dev."""


async def test_a_colleagues_turn_between_two_of_ones_own_is_never_given_away(open_office: Callable[..., Office]) -> None:
    office = open_office(plan=DAYS)
    for person in (DEV, FARAH, PRIYA):
        await office.desk.meet(person)

    form = await office.ask(FARAH, "duty cover me tue 10:00 to sat 08:00 a holiday")
    ref = name_in(await asks(office, FARAH, "duty cover me tue 10:00 to sat 08:00"))
    await office.says(PRIYA, f"duty take {ref}")

    assert isinstance(form, Form)
    assert "Tuesday 17 November 2026 10:00 to Wednesday 18 November 2026 09:00" in str(form.body)
    assert "Somebody else is on duty from Wed 18 Nov 09:00. The turn from Fri 20 Nov 09:00 is asked for apart." in str(
        form.body
    )
    assert [await on_duty(office, day, 10) for day in (17, 18, 19, 20)] == [
        (PRIYA.id,), (DEV.id,), (PRIYA.id,), (FARAH.id,)
    ]  # fmt: skip


async def test_a_swap_gives_nothing_of_a_third_persons(open_office: Callable[..., Office]) -> None:
    office = open_office(plan=DAYS)
    for person in (DEV, FARAH, PRIYA):
        await office.desk.meet(person)

    form = await office.ask(FARAH, f"duty swap <@{DEV.id}> my shift for wed 09:00 to sun 09:00 a wedding")

    assert isinstance(form, Form)
    assert "Wednesday 18 November 2026 09:00 to Thursday 19 November 2026 09:00" in str(form.body)
    assert "Somebody else is on duty from Thu 19 Nov 09:00." in str(form.body)


async def test_why_somebody_is_not_there_is_for_those_of_the_rota_and_leads(office: Office) -> None:
    ref = name_in(await asks(office, DEV, f"duty cover me {FRIDAY}", "chemotherapy"))
    await office.ask(FARAH, f"duty take {ref}")

    seen = {who.name: await office.says(who, "duty") for who in (DEV, FARAH, MORAG, TAM)}

    assert [name for name, text in seen.items() if f"to Sat 21 Nov 09:00: chemotherapy ({ref})" in text] == [
        "Dev Rao", "Farah Ali", "Morag Muir"
    ]  # fmt: skip
    assert f"Changed: Farah Ali is duty officer, Fri 20 Nov 18:00 to Sat 21 Nov 09:00 ({ref})" in seen[TAM.name]
    for line in ("home", f"duty swap <@{FARAH.id}> my shift for sun", f"duty swap <@{FARAH.id}> {FRIDAY} for sun"):
        assert "chemotherapy" not in await office.says(FARAH, line) + await office.says(TAM, line)


async def test_one_who_was_put_on_reads_why_though_the_rota_does_not_name_them(office: Office) -> None:
    await asks(office, MORAG, f"duty put <@{TAM.id}> on duty tonight", "Dev is ill")

    assert "09:00: Dev is ill (" in await office.says(TAM, "duty")


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("today to 9999-12-31", "Say when"),
        ("0001-01-01 to 0001-01-02", "Say when"),
        ("today to 31 Dec 2030", "longer than 31 days"),
        ("2026-11-01 to 2026-11-02", "past"),
    ],
)
async def test_a_day_nobody_plans_for_is_answered_in_words(office: Office, when: str, why: str) -> None:
    for line in (f"duty put <@{PRIYA.id}> on duty {when} training", f"duty cover <@{DEV.id}> {when} training"):
        assert why in await office.says(MORAG, line)


async def test_without_a_turn_then_the_next_ones_are_named(office: Office) -> None:
    told = await office.says(FARAH, f"duty cover me {FRIDAY}")

    assert told.startswith(
        "Farah Ali is not on the rota then. Next turns: Mon 23 Nov 09:00 to Mon 30 Nov 09:00, duty officer"
    )


async def test_what_cannot_be_read_is_answered_with_examples(office: Office) -> None:
    assert "fri 18:00 to sat 09:00; tonight; 21 Dec 09:00 to 23 Dec 09:00" in await office.says(
        DEV, "duty cover me whenever"
    )


async def test_without_a_word_a_form_asks_when_and_why(office: Office) -> None:
    first = await office.ask(DEV, "duty cover me")

    with pytest.raises(FormProblem, match="Say when") as problem:
        await office.sends_in(DEV, first, {"when": "whenever", "reason": "dentist"})
    second = await office.sends_in(DEV, first, {"when": FRIDAY, "reason": "dentist"})

    assert problem.value.field == "when"
    assert isinstance(second, Form)
    assert (second.step, second.fields[0].value) == ("cover", "dentist")


async def test_no_reason_is_asked_for_in_its_field(office: Office) -> None:
    form = await office.ask(DEV, f"duty cover me {FRIDAY}")

    with pytest.raises(FormProblem, match="Say why"):
        await office.sends_in(DEV, form, {"reason": " "})


async def test_said_under_a_card_it_shows_the_same_and_a_button_for_the_form(office: Office) -> None:
    answer = await office.ask(DEV, f"duty cover me {FRIDAY} dentist", Way.SAID)

    assert isinstance(answer, Answer)
    assert answer.buttons[0].argument == f"cover me {FRIDAY} dentist"
    assert isinstance(await office.ask(DEV, f"duty {answer.buttons[0].argument}", Way.PRESSED), Form)


async def test_one_who_is_not_on_the_rota_cannot_take_it_and_a_lead_can(office: Office) -> None:
    ref = name_in(await asks(office, DEV, f"duty cover me {FRIDAY}"))

    refused = await office.says(TAM, f"duty take {ref}")
    taken = await office.says(MORAG, f"duty take {ref}")

    assert refused.startswith("Only somebody on the rota, or a team lead, can cover.")
    assert taken.startswith("Thank you. You are duty officer for Dev Rao")


async def test_the_asker_withdraws_it_once_it_was_looked_at_and_somebody_else_does_not(office: Office) -> None:
    ref = name_in(await asks(office, DEV, f"duty cover me {FRIDAY}"))

    form = await office.ask(DEV, f"duty withdraw {ref.upper()}")
    refused = await office.sends_in(FARAH, form)
    done = await office.sends_in(DEV, form)

    assert "Friday 20 November 2026 18:00 to Saturday 21 November 2026 09:00 (15 h)" in str(form.body)
    assert isinstance(refused, Answer)
    assert isinstance(done, Answer)
    assert refused.plain == "Dev Rao asked for that: Dev Rao or a team lead can withdraw it."
    assert done.plain.startswith("Withdrawn: duty officer, Fri 20 Nov 18:00")


async def test_said_under_a_card_it_is_withdrawn_at_once(office: Office) -> None:
    ref = name_in(await asks(office, DEV, f"duty cover me {FRIDAY}"))

    assert (await office.says(DEV, f"duty withdraw {ref}", Way.SAID)).startswith("Withdrawn: duty officer")


async def test_what_does_not_stand_cannot_be_withdrawn(office: Office) -> None:
    assert (await office.says(DEV, "duty withdraw d12345")).startswith("No change to the rota called “d12345” stands.")


# --- swap --------------------------------------------------------------------------------------------------------


async def test_a_swap_is_offered_and_accepted(office: Office) -> None:
    form = await office.ask(DEV, f"duty swap <@{FARAH.id}> my shift for their shift a wedding")
    await office.sends_in(DEV, form, {"reason": "a wedding"})
    (notice,) = await told(office)
    accept, no = notice.buttons

    answer = await office.says(FARAH, f"{accept.verb} {accept.argument}", Way.PRESSED)

    assert no.label == "Not This Time"
    assert answer.startswith("Thank you. You are duty officer for Dev Rao: Tue 17 Nov 09:00 to Mon 23 Nov 09:00.")
    assert answer.endswith("Dev Rao takes Mon 23 Nov 09:00 to Mon 30 Nov 09:00 for you.")
    assert [await on_duty(office, 18, 9), await on_duty(office, 24, 9)] == [(FARAH.id,), (DEV.id,)]


async def test_a_swap_names_both_turns_or_says_which_is_missing(office: Office) -> None:
    nobody = await office.says(DEV, "duty swap my shift")
    half = await office.says(DEV, f"duty swap <@{FARAH.id}> my shift")
    unlike = await office.says(DEV, f"duty swap <@{PRIYA.id}> my shift for tomorrow")

    assert nobody.startswith("Say with whom")
    assert half.startswith("Say which turn of Farah Ali’s")
    assert unlike == "Those are turns of two kinds, duty officer and backup. Swap like for like."


async def test_a_swap_that_is_not_taken_is_told_to_whoever_offered_it(office: Office) -> None:
    form = await office.ask(DEV, f"duty swap <@{FARAH.id}> my shift for their shift")
    await office.sends_in(DEV, form, {"reason": "a wedding"})
    (offer,) = await told(office)

    await office.ask(FARAH, f"duty {offer.buttons[1].argument}", Way.PRESSED)

    (notice,) = await told(office)
    assert notice.plain.startswith("Farah Ali cannot swap this time")


# --- for others --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lead", [MORAG, ADMIN], ids=["lead", "admin"])
async def test_a_lead_puts_somebody_on_and_all_of_them_are_told(office: Office, lead: Staff) -> None:
    answer = await asks(office, lead, f"duty put <@{FARAH.id}> on duty tonight", "Dev is ill")

    assert answer.startswith("Farah Ali is duty officer: Tuesday 17 November 2026 18:00 to Wednesday 18 November 2026 09:00")
    assert {notice.plain for notice in await told(office)} == {
        "Morag Muir put you on as duty officer: Tue 17 Nov 18:00 to Wed 18 Nov 09:00. Dev is ill",
        "Farah Ali is duty officer in your place: Tue 17 Nov 18:00 to Wed 18 Nov 09:00. Dev is ill",
    }
    assert await on_duty(office, 17, 20) == (FARAH.id,)


async def test_a_lead_asks_for_cover_in_somebodys_place(office: Office) -> None:
    answer = await asks(office, MORAG, f"duty cover <@{DEV.id}> {FRIDAY}", "Dev is ill")

    assert "It stays where it is until one of them accepts." in answer


@pytest.mark.parametrize("role", [None, Role.DUTY, Role.APPROVER, Role.PUBLISHER])
@pytest.mark.parametrize("line", [f"duty cover <@{DEV.id}> {FRIDAY} ill", f"duty put <@{FARAH.id}> on duty tonight ill"])
async def test_nobody_but_a_lead_acts_for_others(office: Office, line: str, role: Role | None) -> None:
    priya = Staff(PRIYA.id, PRIYA.name, frozenset({role} if role else ()))

    assert (await office.says(priya, line)).startswith("Team leads change the rota and the turns of others.")


@pytest.mark.parametrize("line", [f"duty cover <@{DEV.id}> {FRIDAY} ill", f"duty put <@{FARAH.id}> on duty tonight ill"])
async def test_a_leads_form_sent_in_by_somebody_else_changes_nothing(office: Office, line: str) -> None:
    form = await office.ask(MORAG, line)

    answer = await office.sends_in(PRIYA, form, {"reason": "because"})

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("Team leads change the rota and the turns of others.")
    assert await told(office) == []


async def test_somebody_elses_swap_cannot_be_sent_in(office: Office) -> None:
    form = await office.ask(DEV, f"duty swap <@{FARAH.id}> my shift for their shift")

    answer = await office.sends_in(MORAG, form, {"reason": "because"})

    assert isinstance(answer, Answer)
    assert answer.plain == "That was not your form."


@pytest.mark.parametrize(
    "line", ["duty put <@U0GUEST> on duty tonight ill", "duty swap <@U0GUEST> my shift for their shift"]
)
async def test_somebody_the_chat_does_not_know_is_never_put_on(office: Office, line: str) -> None:
    assert await office.says(MORAG, line) == "U0GUEST is no full member of staff here. Name a colleague with @."


async def test_whoever_is_on_duty_by_the_rota_may_stop_publishing_and_put_claims_back(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")

    refused = await office.says(FARAH, "release 1")
    await office.ask(DEV, "release 1")

    assert refused.startswith("Priya Shah has M-1")
    assert (await office.now(1)).owner is None
    assert (await office.says(FARAH, "stop wrong figures")).startswith("Team leads and duty officers")
    assert (await office.says(DEV, "stop wrong figures")).startswith("Stopped.")


async def test_home_shows_who_is_on_duty_and_your_own_next_turn(office: Office) -> None:
    mine, others = (await office.says(FARAH, "home")).split("\n"), (await office.says(TAM, "home")).split("\n")

    assert "On duty: Dev Rao until Mon 23 Nov 09:00, then Farah Ali" in mine
    assert "Your next turn: Mon 23 Nov 09:00 to Mon 30 Nov 09:00, duty officer" in mine
    assert not any(line.startswith("Your next turn") for line in others)


# --- while a hand-off waits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["my shift", "now to tue 12:00"])
@pytest.mark.parametrize("who", [FARAH, DEV], ids=["who is to come", "who holds on"])
async def test_a_turn_that_was_not_accepted_yet_can_be_asked_for_by_both(office: Office, who: Staff, when: str) -> None:
    office.clock.advance(days=6)
    await Shifts(office.desk).once()
    for minutes in (-25, 5):
        office.clock.advance(seconds=(november(23, 9) - office.clock.now()).total_seconds() + minutes * 60)
        await Shifts(office.desk).once()

    form = await office.ask(who, f"duty cover me {when} ill")

    assert isinstance(form, Form)
    assert await on_duty(office, 23, 10) == (DEV.id,)
    assert plain(form.body[1]).startswith("Monday 23 November 2026 09:05 to ")
