"""The verb ``rota``: what everybody sees, and what team leads change in a form that shows first what it would give."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bot.card import Answer, plain
from bot.command import Role, Staff, Way
from bot.duty.rota import DutyRole, Plan
from bot.errors import FormProblem
from bot.form import Form
from bot.store.duty import calendars
from tests.bot.week_about import PLAN, november
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office

ADMIN = Staff(MORAG.id, MORAG.name, frozenset({Role.ADMIN}))
NIGHTS = {
    **{"name": "nights", "role": "duty", "people": "<@U0PRIYA>\nTam Doig", "change": "daily"},
    **{"starts": "2026-11-18 17:00", "ends": "", "hours": "mon-fri 17:00-09:00", "zone": "", "layer": "1"},
}


@pytest.fixture
async def office(open_office: Callable[..., Office]) -> Office:
    """Dev and Farah take weeks in turn, Priya stands behind them, Morag leads."""
    office = open_office(plan=replace(PLAN, standing={DutyRole.LEAD: (MORAG.id,)}))
    for person in (DEV, FARAH, PRIYA, MORAG, TAM):
        await office.desk.meet(person)
    return office


async def changes(office: Office, line: str, values: Mapping[str, str], who: Staff = MORAG) -> str:
    """Opened, filled in, looked over and sent in; the answer."""
    form = await office.ask(who, line)
    assert isinstance(form, Form)
    filled = {each.name: each.value for each in form.fields} | {"reason": "winter"} | dict(values)
    looked = await office.sends_in(who, form, filled)
    answer = await office.sends_in(who, looked) if isinstance(looked, Form) else looked
    assert isinstance(answer, Answer)
    return answer.plain


async def plan(office: Office) -> Plan:
    return (await office.desk.rota()).plan


# --- what it shows -----------------------------------------------------------------------------------------------


async def test_everybody_sees_who_takes_turns_and_the_next_four(office: Office) -> None:
    told = (await office.says(PRIYA, "rota")).split("\n")

    assert told[:3] == [
        "weeks · duty officer · weekly from Mon 09:00",
        "In turn: Dev Rao, Farah Ali",
        "Next: Dev Rao, Mon 16 Nov 09:00 to Mon 23 Nov 09:00; Farah Ali, Mon 23 Nov 09:00 to Mon 30 Nov 09:00; "
        "Dev Rao, Mon 30 Nov 09:00 to Mon 7 Dec 09:00; Farah Ali, Mon 7 Dec 09:00 to Mon 14 Dec 09:00",
    ]
    assert "Team lead, always: Morag Muir" in told
    assert (
        "Duty officer, the last 28 days and the next 14: Dev Rao 24 h and 1 night, then 168 h and 7 nights; "
        "Farah Ali 0 h, then 168 h and 7 nights"
    ) in told


@pytest.mark.parametrize("verb", ["rota", "duty"])
async def test_what_is_not_covered_in_the_next_two_weeks_is_named_with_why(office: Office, verb: str) -> None:
    await office.database.write(calendars.keep, DEV.id, [(november(18, 9), november(19, 9))], office.clock.now())

    told = await office.says(PRIYA, verb)

    assert "Gap: nobody is duty officer, Wed 18 Nov 09:00 to Thu 19 Nov 09:00: Dev Rao is away" in told.split("\n")


@pytest.mark.parametrize(
    ("who", "labels"),
    [(PRIYA, ["Who Is On Now"]), (MORAG, ["Edit weeks", "Edit behind", "Add a Rotation", "Who Is On Now"])],
    ids=["responder", "lead"],
)
async def test_only_leads_have_buttons_to_change_it(office: Office, who: Staff, labels: list[str]) -> None:
    answer = await office.ask(who, "rota")

    assert isinstance(answer, Answer)
    assert [button.label for button in answer.buttons] == labels


# --- changing it -------------------------------------------------------------------------------------------------


async def test_a_rotation_is_edited_as_it_stands_and_looked_over_before_it_counts(office: Office) -> None:
    form = await office.ask(MORAG, "rota edit Weeks")
    assert isinstance(form, Form)
    filled = {each.name: each.value for each in form.fields}

    looked = await office.sends_in(MORAG, form, filled | {"people": "Farah Ali (U0FARAH)\n<@U0PRIYA>", "reason": "winter"})

    assert filled["people"] == "Dev Rao (U0DEV)\nFarah Ali (U0FARAH)"
    assert isinstance(looked, Form)
    assert [plain(line) for line in looked.body] == [
        "weeks, duty officer. Its next turns would be:",
        "Farah Ali, Mon 16 Nov 09:00 to Mon 23 Nov 09:00",
        "Priya Shah, Mon 23 Nov 09:00 to Mon 30 Nov 09:00",
        "Farah Ali, Mon 30 Nov 09:00 to Mon 7 Dec 09:00",
        "Priya Shah, Mon 7 Dec 09:00 to Mon 14 Dec 09:00",
        "From now on Farah Ali is duty officer, in the place of Dev Rao. They are told.",
        "Why: winter",
    ]
    assert (await plan(office)).rotations == PLAN.rotations


@pytest.mark.parametrize("lead", [MORAG, ADMIN], ids=["lead", "admin"])
async def test_sent_in_it_counts_and_is_on_the_record(office: Office, lead: Staff) -> None:
    told = await changes(office, "rota edit weeks", {"people": "Farah Ali\nPriya Shah"}, lead)

    (event,) = await office.desk.events("rota")
    assert told == "In force from now on: weeks. To see it: /mention rota"
    assert (await office.desk.rota()).on_duty(DutyRole.DUTY, november(18)) == (FARAH.id,)
    assert (event["actor"], event["action"], event["note"]) == (MORAG.id, "plan", "winter")


async def test_a_rotation_is_added(office: Office) -> None:
    await changes(office, "rota add", NIGHTS)

    assert [one.name for one in (await plan(office)).rotations] == ["weeks", "behind", "nights"]
    assert (await office.desk.rota()).on_duty(DutyRole.DUTY, november(18, 20)) == (PRIYA.id,)


async def test_a_rotation_is_ended(office: Office) -> None:
    told = await changes(office, "rota end weeks", {})

    assert told.startswith("Ended: weeks.")
    assert [one.name for one in (await plan(office)).rotations] == ["behind"]
    assert (await office.desk.rota()).on_duty(DutyRole.DUTY, november(18)) == (DEV.id, FARAH.id)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "say what this rotation is called"),
        ("name", "Weeks", "is called that already"),
        ("people", "", "nobody is named"),
        ("people", "<@U0GUEST>", "U0GUEST is no full member of staff"),
        ("people", "Somebody Else", "Somebody Else is no full member of staff"),
        ("change", "sometimes", "cannot be read; write daily"),
        ("starts", "tomorrow", "cannot be read; write YYYY-MM-DD HH:MM"),
        ("ends", "2026-11-01 09:00", "is not after it starts"),
        ("hours", "always", "write days and hours"),
        ("hours", "", "both say who has the role duty"),
        ("zone", "Scotland", "is not a time zone"),
        ("layer", "ten", "write a number from 0 to 9"),
        ("reason", " ", "Say why"),
    ],
)
async def test_a_mistake_is_shown_at_its_field(office: Office, field: str, value: str, says: str) -> None:
    form = await office.ask(MORAG, "rota add")
    layer = {"layer": "0"} if (field, value) == ("hours", "") else {}

    with pytest.raises(FormProblem, match=says) as problem:
        await office.sends_in(MORAG, form, {**NIGHTS, "reason": "winter", **layer, field: value})

    assert problem.value.field == field
    assert (await plan(office)).rotations == PLAN.rotations


async def test_a_form_opened_before_somebody_else_changed_the_rota_is_not_put_in_force(office: Office) -> None:
    form = await office.ask(MORAG, "rota end behind")
    await changes(office, "rota add", NIGHTS)

    answer = await office.sends_in(MORAG, form, {"reason": "winter"})

    assert isinstance(answer, Answer)
    assert answer.plain == "The rota was changed meanwhile, by Morag Muir. Look at it again: /mention rota"
    assert len((await plan(office)).rotations) == 3


async def test_a_rotation_nobody_knows_is_answered_with_those_there_are(office: Office) -> None:
    assert await office.says(MORAG, "rota edit days") == "Say which: weeks, behind."


@pytest.mark.parametrize("role", [None, Role.DUTY, Role.APPROVER, Role.PUBLISHER])
@pytest.mark.parametrize("line", ["rota edit weeks", "rota add", "rota end weeks"])
async def test_nobody_but_a_lead_changes_the_rota(office: Office, line: str, role: Role | None) -> None:
    priya = Staff(PRIYA.id, PRIYA.name, frozenset({role} if role else ()))

    assert (await office.says(priya, line)).startswith("Team leads change the rota")


@pytest.mark.parametrize("line", ["rota edit weeks", "rota end weeks"])
async def test_a_leads_form_sent_in_by_somebody_else_changes_nothing(office: Office, line: str) -> None:
    form = await office.ask(MORAG, line)
    assert isinstance(form, Form)
    filled = {each.name: each.value for each in form.fields} | {"reason": "winter"}
    looked = await office.sends_in(MORAG, form, filled) if form.step == "look" else form

    answer = await office.sends_in(PRIYA, looked, filled)

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("Team leads change the rota")
    assert (await plan(office)).rotations == PLAN.rotations


@pytest.mark.parametrize("text", ["edit weeks", "add", "end weeks"])
async def test_said_where_no_form_can_open_there_is_a_button_that_opens_it(office: Office, text: str) -> None:
    answer = await office.ask(MORAG, f"rota {text}", Way.SAID)

    assert isinstance(answer, Answer)
    assert answer.buttons[0].argument == text
    assert isinstance(await office.ask(MORAG, f"rota {answer.buttons[0].argument}", Way.PRESSED), Form)
