"""Whose replies need a second pair of eyes, who is asked in which order, and what an approver changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.command import Role, Staff
from bot.reply import Post, ReplyState
from bot.replying.approval import DAILY, MOST_LAPS, Circle, area, circle, fingerprint, needs, next_due
from bot.replying.changes import Change, differences
from bot.replying.policy import ApprovalTable
from bot.story import Addition
from bot.words.approvals import approve_label, changed_words, waits_for, whose
from tests.bot.council import account
from tests.bot.stories import CLAIMED, NOW, reply, story

TRAINEE = Staff("U0TAM", "Tam Doig", frozenset({Role.TRAINEE}))
RESPONDER = Staff("U0PRIYA", "Priya Shah")
LEAD = Staff("U0MORAG", "Morag Muir", frozenset({Role.LEAD}))
BINS = replace(CLAIMED, topic="bins.missed", priority="P1")
ANY = ApprovalTable()
EVERYONE = ApprovalTable(everyone=True)


@pytest.mark.parametrize(
    ("table", "staff", "asked"),
    [
        (ANY, TRAINEE, True),
        (ANY, RESPONDER, False),
        (ANY, LEAD, False),
        (EVERYONE, RESPONDER, True),
        (EVERYONE, LEAD, True),
        (ApprovalTable(people=("U0PRIYA",)), RESPONDER, True),
        (ApprovalTable(people=("S0NEW",)), replace(RESPONDER, groups=frozenset({"S0NEW"})), True),
        (ApprovalTable(people=("S0NEW",)), replace(LEAD, groups=frozenset({"S0NEW"})), False),
        (ApprovalTable(people=("U0MORAG",)), LEAD, True),
        (ApprovalTable(accounts=("website",)), TRAINEE, True),
        (ApprovalTable(accounts=("x",)), TRAINEE, False),
        (ApprovalTable(topics=("bins",)), TRAINEE, True),
        (ApprovalTable(topics=("bins.missed",)), TRAINEE, True),
        (ApprovalTable(topics=("bin",)), TRAINEE, False),
        (ApprovalTable(topics=("bins.missed.twice",)), TRAINEE, False),
        (ApprovalTable(priorities=("P0", "P1")), TRAINEE, True),
        (ApprovalTable(priorities=("P0",)), TRAINEE, False),
        (ApprovalTable(everyone=True, accounts=("x",), topics=("bins",)), RESPONDER, False),
    ],
)
def test_a_table_asks_for_approval_of_whom_and_where_it_says(table: ApprovalTable, staff: Staff, asked: bool) -> None:
    assert needs((table,), staff, BINS, trusted=False) is asked


def test_without_a_table_nobody_needs_it_and_of_several_one_suffices() -> None:
    assert not needs((), TRAINEE, BINS, trusted=False)
    assert needs((ApprovalTable(accounts=("x",)), EVERYONE), RESPONDER, BINS, trusted=False)


@pytest.mark.parametrize(
    ("table", "staff", "asked"),
    [
        (ANY, TRAINEE, False),
        (ApprovalTable(priorities=("P1",)), TRAINEE, False),
        (EVERYONE, RESPONDER, False),
        (ApprovalTable(everyone=True, priorities=("P1",)), RESPONDER, True),
        (ApprovalTable(everyone=True, accounts=("website",)), TRAINEE, True),
    ],
)
def test_trust_lifts_what_is_asked_of_the_person_and_not_what_is_asked_of_an_account_or_a_priority(
    table: ApprovalTable, staff: Staff, asked: bool
) -> None:
    assert needs((table,), staff, BINS, trusted=True) is asked


def test_trust_is_about_the_first_part_of_a_topic() -> None:
    assert [area(topic) for topic in ("bins.missed", "bins", "")] == ["bins", "bins", ""]


def test_approvers_are_asked_first_then_leads_then_whoever_is_on_duty_then_all_of_them() -> None:
    around = circle({"W"}, approvers=("A", "W", "B"), leads=("B", "L"), duty=("D", "A"))
    asked: list[str] = []
    laps = []
    for _ in range(5):
        laps.append(around.next_after(asked))
        asked += laps[-1]

    everybody = ("A", "B", "L", "D")
    assert laps == [("A", "B"), ("L",), ("D",), everybody, everybody]


def test_where_no_approver_is_there_leads_are_asked_at_once_and_nobody_where_nobody_is() -> None:
    around = circle({"W", "A"}, approvers=("A",), leads=("W", "L"), duty=())

    assert around.asks_no_approver
    assert around.next_after() == around.next_after(["L"]) == ("L",)
    assert Circle().next_after() == ()


def test_whoever_came_on_duty_or_was_left_out_is_asked_before_all_are_asked_again() -> None:
    around = circle({"W"}, approvers=("A",), leads=("L",), duty=("NEW",))

    assert around.next_after(["A", "L", "OLD"]) == ("NEW",)


def test_others_are_asked_four_times_more_and_then_daily() -> None:
    now, within = datetime(2026, 11, 17, 9, 0, tzinfo=UTC), timedelta(minutes=15)

    waits = [next_due(laps, now, within) - now for laps in range(1, MOST_LAPS + 3)]

    assert waits == [within] * MOST_LAPS + [DAILY, DAILY]


def test_the_mark_stands_for_the_posts_the_mention_and_the_account() -> None:
    waits = reply(ReplyState.WAITING, posts=(Post("On the way. ^PK"),), submitted_at=NOW)
    told = story(CLAIMED, waits)
    website = account()
    others = [
        (told, replace(waits, posts=(Post("On the way. ^TD"),)), website),
        (told, replace(waits, updated_at=NOW + timedelta(seconds=1)), website),
        (told, waits, replace(website, speaks_as="@other on X")),
        (story(replace(CLAIMED, text="It is fixed"), waits), waits, website),
        (story(CLAIMED, waits, additions=(Addition("p2", "Still stuck", NOW),)), waits, website),
        (story(replace(CLAIMED, private=True), waits), waits, website),
    ]

    marks = {fingerprint(*one) for one in others}

    assert len(marks) == len(others)
    assert fingerprint(told, waits, website) not in marks
    assert fingerprint(told, replace(waits, approval_laps=3), website) == fingerprint(told, waits, website)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("Bins go out on Friday.", "Bins go out on Friday.", ()),
        ("Bins  go out", "Bins go out", ()),
        ("Bins go out on Friday.", "Bins go out on Thursday.", (Change("Friday.", "Thursday."),)),
        ("We are sorry. Bins go out.", "Bins go out.", (Change("We are sorry.", ""),)),
        ("Bins go out.", "Bins go out. Call us.", (Change("", "Call us."),)),
        ("a b c d e", "a X c Y e", (Change("b c d", "X c Y"),)),
    ],
)
def test_what_was_changed_is_told_word_by_word(before: str, after: str, changes: tuple[Change, ...]) -> None:
    assert differences(before, after) == changes


def test_changes_are_told_in_words_and_the_rest_counted() -> None:
    told = changed_words([Change("Friday", "Thursday"), Change("sorry", ""), Change("", "Call us"), *[Change("a", "b")] * 6])

    assert told[:3] == ["“Friday” is now “Thursday”", "Left out: “sorry”", "Added: “Call us”"]
    assert told[-1] == "… and 1 more change."


def test_who_is_waited_for_is_said_by_name() -> None:
    assert waits_for("Tam", ["Morag"]) == "Tam’s reply waits for Morag’s approval"
    assert waits_for("Tam", ["Morag", "Dev"]) == "Tam’s reply waits for approval by Morag or Dev"
    assert waits_for("Tam", []) == "Tam’s reply waits for approval"
    assert whose(["A", "B", "C", "D", "A"]) == "A, B or 2 others"


def test_the_button_names_the_account_however_long_that_is() -> None:
    label = approve_label("Harrowmere and District Council, Environmental Services and Public Realm, on Mastodon")

    assert len(label) <= 75
    assert label.startswith("Approve as Harrowmere")
    assert label.endswith("on Mastodon")
