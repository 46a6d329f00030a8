"""What somebody looks for, as it is read from what they typed."""

from datetime import UTC, date, datetime

import pytest

from bot.errors import NeedsMore
from bot.finding.days import day_meant
from bot.finding.query import Known, Query, Term, read_query
from bot.mention import OPEN, State
from tests.bot.council import LONDON

KNOWN = Known(
    frozenset({"x", "webchat"}),
    {"website": "Harrowmere web chat", "x": "@harrowmere"},
    datetime(2026, 11, 17, 9, tzinfo=UTC),
    LONDON,
)
TUESDAY = date(2026, 11, 17)


def test_words_phrases_beginnings_and_what_is_left_out() -> None:
    query = read_query('bins “Mill Road” flood* -film –"north side"', KNOWN)

    assert query.wanted == (Term(("bin",)), Term(("mill", "road")), Term(("flood",), "flood"))
    assert query.without == (Term(("film",)), Term(("north", "side")))


def test_filters() -> None:
    query = read_query('account:"harrowmere web chat" network:X topic:Bins by:"Priya Shah" state:open state:answered', KNOWN)

    assert query == Query(
        networks=("x",),
        accounts=("website",),
        topics=("bins",),
        people=("Priya Shah",),
        states=OPEN | {State.REPLIED},
    )


def test_days_begin_and_end_where_the_organisation_is() -> None:
    query = read_query("from:2026-07-01 until:1/7/2026", KNOWN)

    assert query.since == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert query.until == datetime(2026, 7, 1, 23, tzinfo=UTC)


def test_all_after_because_is_the_reason_for_looking_for_a_person() -> None:
    query = read_query('noise author:"Lou Tranter" because they asked, from:us, on Friday', KNOWN)

    assert (query.author, query.because) == ("Lou Tranter", "they asked, from:us, on Friday")
    assert query.wanted == (Term(("nois",)),)


def test_because_is_a_word_like_others_where_no_person_is_looked_for() -> None:
    assert read_query("late because", KNOWN).wanted == (Term(("late",)), Term(("becaus",)))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Say what to look for"),
        ("!!! ??? 🚮", "Say what to look for"),
        ("-film", "besides what to leave out"),
        ("netwrok:x bins", "Did you mean network:?"),
        ("network:twitter", "There is no network “twitter” here"),
        ("account:websit", "Did you mean website?"),
        ("state:", "right after state:"),
        ("-state:open x", "Only words can be left out"),
        ("from:someday", "“someday” is no day"),
        ("from:31/02/2026", "is no day"),
        ("from:friday until:monday bins", ""),
        ("from:today until:yesterday", "no time between"),
        ("author:lou", "needs a reason"),
        ("author:lou because", "needs a reason"),
        ("author:lou because Lou complained", "without their name"),
        ("author:zara because Zara’s complaint", "without their name"),
        ("author:zar because zara asked us", "without their name"),
        ("author:z because they asked", "three or more"),
        ("x" * 10_000, "10,000 characters"),
        ("a b " * 200, ""),
        (" ".join(f"w{n}" for n in range(60)), "more than 40 words"),
    ],
)
def test_what_cannot_be_looked_for_is_said_in_a_sentence(typed: str, told: str) -> None:
    if not told:
        assert read_query(typed, KNOWN)
        return
    with pytest.raises(NeedsMore) as said:
        read_query(typed, KNOWN)

    assert told in str(said.value)


def test_an_address_a_time_and_a_smiley_are_no_filters() -> None:
    assert len(read_query("https://example.org/bins 9:30 :-)", KNOWN).wanted) == 2


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("today", TUESDAY),
        ("yesterday", date(2026, 11, 16)),
        ("tue", TUESDAY),
        ("Wednesday", date(2026, 11, 11)),
        ("7d", date(2026, 11, 10)),
        ("2 weeks ago", date(2026, 11, 3)),
        ("2026-1-2", date(2026, 1, 2)),
        ("02/01/2026", date(2026, 1, 2)),
        ("17 Nov", TUESDAY),
        ("18 November", date(2025, 11, 18)),
        ("29 feb", date(2024, 2, 29)),
        ("3rd march 2024", date(2024, 3, 3)),
        ("31 Nov", None),
        ("9999999d", None),
        ("tues day", None),
        ("", None),
    ],
)
def test_a_day_as_people_write_it(written: str, day: date | None) -> None:
    assert day_meant(written, TUESDAY) == day
