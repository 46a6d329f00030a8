"""What whoever comes next is told: on one screen, page by page, narrowed, shared, and read up later."""

from datetime import datetime

from bot.card import Answer
from bot.command import Staff, Way
from bot.duty.rota import DutyRole, Plan, Rotation, Unit
from bot.engine.shifts import Shifts
from bot.form import Form
from bot.store import schema
from bot.triage import read_rules
from tests.bot.council import rows
from tests.handlers.office import DEV, FARAH, LONDON, MORAG, PRIYA, TAM, Office, account

DAILY = Rotation(
    "days", DutyRole.DUTY, (DEV.id, FARAH.id), datetime.fromisoformat("2026-11-16 17:00"), LONDON, unit=Unit.DAYS
)
PLAN = Plan((DAILY,))


async def lines(office: Office, line: str = "handover", who: Staff = MORAG) -> list[str]:
    """What somebody is told, line by line."""
    return (await office.says(who, line)).splitlines()


async def met(office: Office) -> Office:
    """Everybody has a name."""
    for person in (PRIYA, FARAH, DEV, MORAG):
        await office.desk.meet(person)
    return office


async def test_what_somebody_should_have_looked_at_by_now_comes_before_what_is_older(open_office) -> None:
    office = open_office(triage=read_rules())
    await office.hears("Is it open?")
    office.clock.advance(minutes=10)
    await office.hears("I can smell gas on Mill Road", by="Ann")
    office.clock.advance(minutes=16)

    told = await lines(office)

    assert told[0] == "Oldest unseen: M-1, 26 m"
    assert told[3] == "Unseen: M-2 (look now: 11 m late), M-1 (26 m)"


async def test_offers_what_wakes_and_doubtful_replies_have_a_line_each(office: Office) -> None:
    await met(office)
    for by in ("Ann", "Bob", "Cat"):
        await office.hears("Is it open?", by=by)
    await office.ask(PRIYA, "claim 1")
    await office.ask(PRIYA, f"give 1 <@{FARAH.id}>")
    await office.ask(PRIYA, "snooze 2 2h highways will know")
    await office.ask(PRIYA, "snooze 3 3d highways will know")

    told = await lines(office)

    assert "Offered: M-1 to Farah Ali" in told
    assert "Waking: M-2 (Tue 17 Nov 11:00)" in told


async def test_it_says_who_is_on_duty_and_who_is_next_and_where_nobody_is(open_office) -> None:
    ends = Rotation(
        "days",
        DutyRole.DUTY,
        (DEV.id,),
        datetime.fromisoformat("2026-11-16 17:00"),
        LONDON,
        until=datetime.fromisoformat("2026-11-20 17:00"),
    )
    office = await met(open_office(plan=Plan((ends,))))

    told = await lines(office)

    assert told[2] == "On duty: Dev Rao until Fri 20 Nov 17:00, then nobody"
    assert any(line.startswith("Nobody is on duty: duty officer, Fri 20 Nov 17:00 to ") for line in told)


async def test_a_handover_nobody_accepted_is_said(open_office) -> None:
    office = await met(open_office(plan=PLAN))
    await walk_to_five(office)

    assert "Handover not accepted: Dev Rao to Farah Ali, duty officer" in await lines(office)


async def walk_to_five(office: Office) -> None:
    """From nine to five, by the loop of the shifts."""
    loop = Shifts(office.desk)
    for minutes in (0, 450, 20, 10):
        office.clock.advance(minutes=minutes)
        await loop.once()


async def test_person_channel_and_account_narrow_it_together(open_office) -> None:
    office = await met(open_office(accounts={"website": account("website"), "floods": account("floods", channel="floods")}))
    await office.hears("Is it open?")
    await office.hears("Water in Elm Row", on="floods", by="Ann")
    await office.hears("Water in Oak Row", on="floods", by="Bob")
    office.chat.members["floods"] = office.chat.members["mentions"]
    await office.ask(FARAH, "claim 2")

    assert (await lines(office, "handover floods"))[1] == "2 open · 1 unseen · 0 overdue"
    assert (await lines(office, f"handover <@{FARAH.id}|farah> #floods floods"))[1] == "1 open · 0 unseen · 0 overdue"
    assert "Farah Ali has nothing open of that." in await lines(office, f"handover <@{FARAH.id}> website")
    assert "Nothing is open from website." not in await lines(office, "handover website")


async def test_an_account_nobody_knows_is_answered_with_those_there_are(office: Office) -> None:
    told = await office.says(MORAG, "handover websit")

    assert told == "“websit” is no @person, #channel or account. The accounts are: by hand, form, website, x."


async def test_next_leads_through_all_that_is_open_and_stops_at_the_end(office: Office) -> None:
    await office.floods(45)

    pages = [await office.ask(PRIYA, f"handover website{page}") for page in ("", " page 1", " page 2", " page 3")]

    assert all(isinstance(page, Answer) for page in pages)
    nexts = [
        [button.argument for button in page.buttons if button.label == "Next"] for page in pages if isinstance(page, Answer)
    ]
    assert nexts == [["website page 1"], ["website page 2"], ["website page 3"], []]
    assert [str(page.body[0][0]) for page in pages[1:]] == [  # type: ignore[index]
        f"{span} of 45 open, in the order to look at them" for span in ("1 to 20", "21 to 40", "41 to 45")
    ]


async def test_a_page_shows_no_words_to_one_outside_the_channel(office: Office) -> None:
    await office.hears("My neighbour shouts")

    assert "neighbour" not in await office.says(TAM, "handover page 1")
    assert "neighbour" in await office.says(PRIYA, "handover page 1")


# --- shared ------------------------------------------------------------------------------------------------------


async def posted(office: Office) -> list[str]:
    """What was said in channels, oldest first."""
    found = await office.database.read(rows, schema.delivery, schema.delivery.c.kind == "post")
    return [row["payload"]["text"] for row in found]


async def test_what_is_shared_is_of_that_channel_only_and_once_for_each_time_it_is_asked(office: Office) -> None:
    await met(office)
    await office.hears("Is it open?")
    await office.hears("My neighbour shouts", private=True, by="Ann")

    shared = await office.ask(PRIYA, "handover", Way.PRESSED)
    assert isinstance(shared, Answer)
    assert [button.argument for button in shared.buttons if button.label == "Share"] == ["share"]
    await office.ask(PRIYA, "handover share")

    (text,) = await posted(office)
    assert text.splitlines()[:3] == [
        "Handover, shared by Priya Shah",
        "Oldest unseen: M-1, under a minute",
        "1 open · 1 unseen · 0 overdue",
    ]
    assert "M-2" not in text
    assert "neighbour" not in text


async def test_the_same_press_told_to_us_twice_is_shared_once(office: Office) -> None:
    await office.hears("Is it open?")

    await office.ask(PRIYA, "handover share")
    office._asked -= 1
    await office.ask(PRIYA, "handover share")

    assert len(await posted(office)) == 1


async def test_where_no_cards_appear_there_is_nothing_to_share(open_office) -> None:
    office = open_office(accounts={"website": account("website", channel="elsewhere")})

    told = await office.says(PRIYA, "handover share")

    assert told == "A handover is shared in a channel where cards appear. Ask for it there."
    assert "[Share]" not in str(await office.ask(PRIYA, "handover"))


# --- the buttons, and what is kept -------------------------------------------------------------------------------


async def test_the_form_holds_the_draft_and_what_is_sent_in_is_kept(open_office) -> None:
    office = await met(open_office(plan=PLAN))
    await office.hears("Is it open?")
    office.clock.advance(minutes=450)
    loop = Shifts(office.desk)
    await loop.once()
    office.clock.advance(minutes=1)
    await loop.once()
    (row,) = await office.database.read(rows, schema.handover)

    form = await office.ask(DEV, f"shift write {row['id']}", Way.PRESSED)
    assert isinstance(form, Form)
    assert form.fields[0].value.startswith("Open: 1\nUnseen, oldest first: M-1")
    refused = await office.says(FARAH, f"shift write {row['id']}", Way.PRESSED)
    sent = await office.sends_in(DEV, form, {"note": "The crew comes at six."})
    accepted = await office.says(FARAH, f"shift accept {row['id']}", Way.PRESSED)

    assert refused == "Dev Rao hands over, so Dev Rao writes it."
    assert isinstance(sent, Answer)
    assert sent.plain.startswith("Sent to Farah Ali.")
    assert accepted == "Thank you. You are on duty as duty officer from 17:00. To read it again: /handover last"
    assert await lines(office, "handover last") == [
        "Tue 17 Nov 17:00 · duty officer · Dev Rao to Farah Ali · accepted by Farah Ali at 16:31",
        "> The crew comes at six.",
    ]
    assert await lines(office, "handover find CREW six") == await lines(office, "handover 2026-11-17", FARAH)
    assert await lines(office, "handover find unicorn") == ["No handover holds “unicorn”."]
    assert await lines(office, "handover 2026-11-18") == ["No handover was sent for 2026-11-18."]
    for day in ("2026-11-31", "9999-12-31"):
        assert (await lines(office, f"handover {day}"))[0].startswith("There is no such day:")


async def test_kept_handovers_are_for_leads_and_those_on_the_rota(open_office) -> None:
    office = await met(open_office(plan=PLAN))

    assert await office.says(TAM, "handover last") == (
        "Kept handovers are for team leads and those on the rota. Ask Morag Muir."
    )
    assert await office.says(DEV, "handover last") == "No handover has been sent yet."


async def test_who_is_not_ready_says_so_by_a_button_that_then_has_done_its_work(open_office) -> None:
    office = await met(open_office(plan=PLAN))
    loop = Shifts(office.desk)
    for minutes in (0, 450, 20):
        office.clock.advance(minutes=minutes)
        await loop.once()
    (row,) = await office.database.read(rows, schema.handover)

    answer = await office.ask(FARAH, f"ready {row['id']} no", Way.PRESSED)

    assert isinstance(answer, Answer)
    assert answer.replaces
    assert answer.plain.startswith("Thank you for saying. The team leads know, and cover is asked for.")
    assert await office.says(DEV, f"ready {row['id']} yes") == (
        "That is for Farah Ali to answer, or for a team lead in their place."
    )
