"""A dated promise is followed to kept, late or broken; it survives its author, and shows when its author writes again."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.card import Answer, plain
from bot.command import Staff, Way
from bot.form import Form
from bot.mention import SYSTEM
from bot.portray import card_of
from bot.reports.report import Period
from bot.store import schema
from bot.store.duty import departed, falling_due
from bot.store.proof import forget, verify
from bot.store.reading import reports_in_public
from bot.task import Outcome, outcome_of
from tests.bot.council import rows
from tests.handlers.able import Opens, opened
from tests.handlers.office import FARAH, LONDON, MORAG, PRIYA, Office

VERGE = "the verge will be cut"


def test_a_time_that_was_changed_before_it_had_passed_is_the_one_that_counts(office: Office) -> None:
    monday = office.clock.now()
    friday, next_week = monday + timedelta(days=4), monday + timedelta(days=9)
    in_time, too_late = (monday + timedelta(days=2), next_week), (monday + timedelta(days=5), next_week)

    assert outcome_of([(monday, friday)], friday) is Outcome.KEPT
    assert outcome_of([(monday, friday), in_time], next_week) is Outcome.KEPT
    assert outcome_of([(monday, friday), too_late], next_week) is Outcome.LATE


async def ends(office: Office) -> str:
    """How the only promise ended, once its record proves it."""
    (row,) = await office.database.read(rows, schema.task)
    told = await office.database.read(verify.verify)
    assert told.fault == ""
    return str(row["outcome"])


async def pressed(office: Office, label: str) -> Answer | Form:
    """Priya presses a button of what she owes."""
    shown = await office.ask(PRIYA, "tasks")
    assert isinstance(shown, Answer)
    press = next(button for button in shown.buttons if button.label == label)
    return await office.ask(PRIYA, f"tasks {press.argument}", Way.PRESSED)


async def begins(office: Office, who: Staff, offered: Answer) -> Form:
    """Somebody presses the button that begins an apology."""
    press = offered.buttons[0]
    form = await office.ask(who, f"reply {press.ref} {press.argument}", Way.PRESSED)
    assert isinstance(form, Form)
    return form


@pytest.mark.slow
@pytest.mark.parametrize(("days", "became"), [(1, "kept"), (6, "late")])
async def test_a_promise_that_is_done_was_kept_or_kept_late(open_office: Opens, days: int, became: str) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, f"promise 1 Friday 5pm {VERGE}")
    office.clock.advance(timedelta(days=days))

    await pressed(office, "Done")

    assert await ends(office) == became
    assert f"the promise was kept{', late' if days > 3 else ''}" in await office.says(PRIYA, "record 1")


@pytest.mark.slow
async def test_who_cannot_keep_a_promise_says_why_and_is_offered_an_honest_apology(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, f"promise 1 Friday 5pm {VERGE}")
    no_reason = await office.says(PRIYA, "tasks broken 1", Way.SAID)

    told = await office.sends_in(PRIYA, await pressed(office, "Can’t Keep It"), {"why": "the mower is broken"})
    assert isinstance(told, Answer)
    form = await begins(office, PRIYA, told)

    assert no_reason.startswith("Say why it cannot be kept: /mention tasks broken 1")
    assert told.plain.startswith("Noted on M-1: the promise cannot be kept.")
    assert await ends(office) == "broken"
    assert isinstance(form, Form)
    assert "I’m sorry. We told you to expect this by Friday 20 November. We did not do what we said" in form.fields[0].value
    assert (await office.now(1)).state == "new"
    said = (await office.desk.events("M-1"))[-1]
    assert (said["action"], said["note"]) == ("owed_done", "the mower is broken")


@pytest.mark.slow
async def test_on_monday_the_promise_of_one_who_left_on_friday_stands_on_the_card(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("The verge is a jungle", by="Sid")
    await office.ask(PRIYA, f"promise 2 Friday 5pm {VERGE}")
    await office.ask(PRIYA, "close 2 promised")
    office.clock.advance(timedelta(days=4))
    await office.database.write(departed.depart, PRIYA.id, house=office.desk.house, now=office.clock.now())
    office.clock.advance(timedelta(days=2))
    await office.database.write(falling_due.ask_due, office.desk.house, office.clock.now())

    await office.hears("Priya promised a reply by Friday about the verge. Friday's been", by="Sid")
    await office.hears("Is my school shut?", by="Ann")
    story, other = await office.desk.story("M-3"), await office.desk.story("M-4")
    shown = await office.ask(MORAG, "show 3")
    form = await office.ask(MORAG, "reply 3")

    said = "Promised on M-2: “the verge will be cut”, by 20 Nov at 17:00. Morag Muir has it now; it is "
    card = card_of(story, office.desk.house, office.clock.now())
    assert said in plain(card.status)
    assert "Promised" not in plain(card_of(other, office.desk.house, office.clock.now()).status)
    assert isinstance(shown, Answer)
    assert isinstance(form, Form)
    assert said in shown.plain
    assert said in Answer(form.body).plain
    assert form.buttons[0].argument == shown.buttons[0].argument
    assert shown.buttons[0].label == "Begin an Apology"
    begun = await begins(office, MORAG, shown)
    assert isinstance(begun, Form)
    assert begun.fields[0].value.startswith("I’m sorry.")
    assert (await office.desk.events("M-2"))[-1]["actor"] == SYSTEM


@pytest.mark.slow
async def test_what_was_promised_privately_is_not_told_beside_what_is_public(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("My rent is late", by="Sid", private=True)
    await office.ask(PRIYA, "promise 2 Friday 5pm a call about the rent")

    await office.hears("Is the library open?", by="Sid")
    await office.hears("Did you forget me?", by="Sid", private=True)

    assert (await office.desk.story("M-3")).promises == ()
    assert [one.task.what for one in (await office.desk.story("M-4")).promises] == ["a call about the rent"]


@pytest.mark.slow
async def test_a_report_counts_promises_beside_all_that_were_due(open_office: Opens) -> None:
    office = await opened(open_office)
    for text in ("one", "two", "three"):
        await office.ask(PRIYA, f"promise 1 Friday 5pm {text}")
    await office.ask(PRIYA, "promise 1 2026-12-24 much later")
    owed = await office.ask(PRIYA, "tasks")
    assert isinstance(owed, Answer)
    marks = [button.argument.split()[1] for button in owed.buttons]
    await office.ask(PRIYA, f"tasks done {marks[0]}")
    await office.ask(PRIYA, f"tasks broken {marks[1]} no money")
    before = await office.database.write(
        lambda conn: conn.execute(update(schema.task).where(schema.task.c.outcome == "kept").values(outcome="")).rowcount
    )
    today = office.clock.now().date()

    period = Period(today, today + timedelta(days=7), LONDON)
    found = await office.database.read(reports_in_public.read, office.desk.house, period)

    assert before == 1  # as an earlier release wrote it
    assert (found.promises.kept, found.promises.broken, found.promises.open, found.promises.total) == (1, 1, 1, 3)


@pytest.mark.slow
async def test_only_a_promise_can_be_broken_and_only_its_author_is_said_sorry_to(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, f"promise 1 Friday 5pm {VERGE}")
    await office.hears("Is my school shut?", by="Ann")
    (row,) = await office.database.read(rows, schema.task)
    refused = await office.says(FARAH, f"tasks broken t{str(row['id'])[:8]} why not")

    elsewhere = await office.ask(PRIYA, f"reply 2 use:t{str(row['id'])[:8]}", Way.PRESSED)

    assert refused.startswith("Whoever owes that for M-1")
    assert isinstance(elsewhere, Form)
    assert elsewhere.fields[0].value == ""


@pytest.mark.slow
async def test_nobody_is_said_sorry_to_for_what_another_was_promised_under_the_same_post(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("Fix my light", by="Sid", conversation="post")
    await office.ask(PRIYA, "promise 2 Friday 5pm the lamp")
    office.clock.advance(timedelta(days=10))

    await office.hears("Great work council", by="Ann", conversation="post")
    await office.hears("So where is my lamp", by="Sid")

    assert (await office.desk.story("M-3")).promises == ()
    assert "lamp" not in await office.says(FARAH, "show 3")
    assert [one.task.what for one in (await office.desk.story("M-4")).promises] == ["the lamp"]


@pytest.mark.slow
async def test_an_apology_names_the_day_the_public_was_told_however_often_it_was_put_off(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.hears("Fix my light", by="Sid")
    await office.ask(PRIYA, "promise 2 Friday 5pm the lamp")
    await office.ask(PRIYA, "tasks later 2 2026-12-18 the contractor is late")
    office.clock.advance(timedelta(days=40))

    await office.hears("Well?", by="Sid")
    form = await begins(office, FARAH, await office.ask(FARAH, "show 3"))  # type: ignore[arg-type]

    assert "We told you to expect this by Friday 20 November." in form.fields[0].value


@pytest.mark.slow
async def test_late_is_said_in_one_word_wherever_a_promise_stands(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, f"promise 1 Friday 5pm {VERGE}")
    office.clock.advance(timedelta(days=5))

    told = [await office.says(PRIYA, line) for line in ("tasks", "handover", "show 1")]

    assert ["overdue" in one for one in told] == [True] * 3
    assert "d late" not in "".join(told)


@pytest.mark.slow
async def test_nothing_is_promised_on_what_was_erased(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "close 1 done")
    now = office.clock.now() + timedelta(days=1)
    await office.database.write(forget.purge, now, frozenset(), SYSTEM, house=office.desk.house, now=now)

    told = await office.says(PRIYA, "promise 1 tomorrow ring Lou of 12 Mill Lane")

    assert told.startswith("The words of M-1 are erased, so nothing more is written there.")
    assert not await office.database.read(rows, schema.task)
