"""What people will remember as a promise, and when it is due by the organisation's own clocks."""

from datetime import UTC, datetime

import pytest

from bot.replying.findings import Check
from tests.bot.replying.drafts import excerpts, found


@pytest.mark.parametrize(
    ("text", "what", "due"),
    [
        ("We'll collect it by Friday.", "by Friday", "11-20 17:00"),
        ("A crew is coming back tomorrow from 7am.", "tomorrow", "11-18 17:00"),
        ("Somebody will call you tomorrow morning", "tomorrow morning", "11-18 12:00"),
        ("We aim to reply within 3 working days.", "within 3 working days", "11-20 17:00"),
        ("We'll reply within five working days.", "within five working days", "11-24 17:00"),
        ("You’ll hear from us within 24 hours", "within 24 hours", "11-18 09:30"),
        ("Someone will call you back in the next hour.", "in the next hour", "11-17 10:30"),
        ("An engineer will fix it this afternoon", "this afternoon", "11-17 17:00"),
        ("It should be fixed by 5pm.", "by 5pm", "11-17 17:00"),
        ("It should be fixed by 9am", "by 9am", "11-18 09:00"),
        ("We will be there by 17:30 tomorrow", "by 17:30 tomorrow", "11-18 17:30"),
        ("It will be mended next week", "next week", "11-27 17:00"),
        ("By the end of the week we'll have it cleared.", "By the end of the week", "11-20 17:00"),
        ("We'll let you know by the end of the month", "by the end of the month", "11-30 17:00"),
        ("We'll have an answer by 12 March.", "by 12 March", "2027-03-12 17:00"),
        ("We'll have an answer by 12/03/2027", "by 12/03/2027", "2027-03-12 17:00"),
        ("We'll have an answer by the 3rd", "by the 3rd", "12-03 17:00"),
        ("We will look at it next Friday", "next Friday", "11-27 17:00"),
        ("It will be emptied on Thursday 19th November by 4pm", "on Thursday 19th November by 4pm", "11-19 16:00"),
        ("We hope to be back in 2 weeks", "in 2 weeks", "12-01 17:00"),
        ("Our crews will be gritting tonight", "tonight", "11-17 23:59"),
        ("If you apply by 12 March we will let you know by 1 April", "by 1 April", "2027-04-01 16:00"),
        ("By Friday.", "By Friday", "11-20 17:00"),
        ("Byddwn yno erbyn dydd Gwener.", "erbyn dydd Gwener", "11-20 17:00"),
        ("Byddwn mewn cysylltiad o fewn 3 diwrnod", "o fewn 3 diwrnod", "11-20 17:00"),
        ("Bydd y criw yn Heol y Felin yfory o 7am.", "yfory", "11-18 17:00"),
        ("Byddwn yno yr wythnos nesaf", "yr wythnos nesaf", "11-27 17:00"),
    ],
)
def test_a_promise_is_found_with_when_it_is_due(text: str, what: str, due: str) -> None:
    (finding,) = found(Check.PROMISE, text)

    assert finding.excerpt == what
    assert finding.due_at == datetime.fromisoformat(due if due.startswith("2027") else f"2026-{due}").replace(tzinfo=UTC)


def test_summer_is_counted_where_the_organisation_is() -> None:
    (finding,) = found(Check.PROMISE, "We'll be there by 5pm tomorrow", at=datetime(2026, 7, 1, 9, tzinfo=UTC))

    assert finding.due_at == datetime(2026, 7, 2, 16, tzinfo=UTC)
    assert finding.reason == "People will remember this as a promise (Thursday 2 July, 17:00)."


def test_the_day_is_the_one_it_is_where_the_organisation_is() -> None:
    (finding,) = found(Check.PROMISE, "We'll be there tomorrow", at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))

    assert finding.due_at == datetime(2026, 7, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize("minute", [30, 44])
def test_the_same_promise_looked_at_again_soon_after_is_due_at_the_same_time(minute: int) -> None:
    (finding,) = found(Check.PROMISE, "We'll ring in 2 hours", at=datetime(2026, 11, 17, 9, minute, 59, tzinfo=UTC))

    assert finding.due_at == datetime(2026, 11, 17, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["We'll reply by 31/02/2027", "We'll reply by 30 February", "We'll be there by 13pm"])
def test_a_day_that_does_not_exist_is_found_and_never_guessed(text: str) -> None:
    (finding,) = found(Check.PROMISE, text)

    assert finding.due_at is None


@pytest.mark.parametrize(
    "text",
    [
        "You must apply by 5pm on 21 April.",
        "Please put it out by 7am tomorrow, and we will do the rest.",
        "You will need to be there by 5pm",
        "Apply by 12 March",
        "The library will be open tomorrow until 8pm.",
        "The pool opens again on Sunday 27 December at 8am.",
        "We won't get to it by Friday, sorry.",
        "Will it be done by Friday?",
        "It'll be cold tonight",
        "It was missed twice in 2 weeks, and we will look into it.",
        "We'll be with you in a minute",
        "We did it in 3 days",
        "You can pay within 14 days",
        "Mae'r llyfrgell ar agor yfory",
    ],
)
def test_asking_and_telling_are_no_promise(text: str) -> None:
    assert excerpts(Check.PROMISE, text) == []


def test_each_promise_of_a_reply_is_found() -> None:
    text = "We'll ring you by noon. If not, we will be there by Friday; a crew will clear it next week."

    assert excerpts(Check.PROMISE, text) == ["by noon", "by Friday", "next week"]
