"""How a saved reply stands, what fills its gaps, and how much of its words is left in a reply."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.mention import Author, Mention
from bot.reply import Written
from bot.saving.gaps import added_to, begun, filled, gaps, left_open
from bot.saving.likeness import best, is_bound, share_left
from bot.saving.saved import Drawn, Saved, SavingRules, Standing, read_mark, reference
from tests.bot.council import account, house

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SALT = "There are 3,100 tonnes of salt in stock, {name}, and every road on the list is gritted by {day}."
WHOLE = "There are 3,100 tonnes of salt in stock, Lou, and every road on the list is gritted by Friday."


def saved(**changes: object) -> Saved:
    """An approved one of Steve's, changed where a test says so."""
    made = Saved(
        number=4,
        title="Salt in stock",
        text=SALT,
        second="",
        topic="roads.gritting",
        owner="U0STEVE",
        made_by="U0STEVE",
        made_at=NOW,
        written_by="U0STEVE",
        changed_at=NOW,
        review_at=NOW + 180 * DAY,
        approved_by="U0MORAG",
        approved_at=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def mention(**changes: object) -> Mention:
    """Lou asks."""
    made = Mention(
        **{"number": 1, "account": "website", "network": "webchat", "native_id": "p1", "url": "", "conversation": "p1"},  # type: ignore[arg-type]
        author=Author("a1", "Lou"),
        text="Is there salt?",
        language="en",
        kind="post",
        private=False,
        media=(),
        posted_at=NOW,
        received_at=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "standing", "barred"),
    [
        ({}, Standing.APPROVED, None),
        ({"review_at": NOW}, Standing.REVIEW, None),
        ({"approved_by": None, "approved_at": None}, Standing.WAITS, Standing.WAITS),
        ({"owner": None}, Standing.OWNERLESS, None),
        ({"owner": "U0GONE"}, Standing.OWNERLESS, None),
        ({"expires_at": NOW + timedelta(milliseconds=1)}, Standing.APPROVED, None),
        ({"expires_at": NOW}, Standing.EXPIRED, Standing.EXPIRED),
        ({"expires_at": NOW, "approved_by": None, "approved_at": None}, Standing.EXPIRED, Standing.EXPIRED),
        ({"ended_at": NOW, "expires_at": NOW}, Standing.ENDED, Standing.ENDED),
    ],
)
def test_each_stands_as_it_does_and_cannot_be_sent_once_it_is_over(
    changes: dict[str, object], standing: Standing, barred: Standing | None
) -> None:
    one = saved(**changes)

    assert one.standing(NOW, {"U0GONE"}) is standing
    assert Drawn(one, 1, (SALT,), approved=one.approved_by is not None).barred(NOW) is barred


def test_words_approved_before_a_change_that_waits_may_still_go_and_the_new_ones_may_not() -> None:
    changed = saved(edition=2, approved_by=None, approved_at=None)

    before, now = Drawn(changed, 1, (SALT,), approved=True), Drawn(changed, 2, (SALT,), approved=False)

    assert (before.barred(NOW), now.barred(NOW)) == (None, Standing.WAITS)


def test_an_owner_is_asked_a_fortnight_before_and_of_a_short_life_a_quarter_before() -> None:
    short, long = saved(expires_at=NOW + 4 * HOUR), saved(expires_at=NOW + 100 * DAY)

    assert short.asks_at(SavingRules()) == (NOW + 166 * DAY, NOW + 3 * HOUR)
    assert long.asks_at(SavingRules()) == (NOW + 166 * DAY, NOW + 86 * DAY)
    asked = replace(long, told_at=NOW + 86 * DAY)
    assert long.is_to_be_asked_about(SavingRules(), NOW + 86 * DAY)
    assert not asked.is_to_be_asked_about(SavingRules(), NOW + 90 * DAY)
    assert asked.is_to_be_asked_about(SavingRules(), NOW + 166 * DAY), "of the review too, once"


@pytest.mark.parametrize(
    ("word", "number"), [("S-4", 4), ("s4", 4), ("S4.", 4), ("S-", None), ("W-4", None), ("salt", None)]
)
def test_a_reference_is_read_however_it_is_typed(word: str, number: int | None) -> None:
    assert reference(word) == number


@pytest.mark.parametrize(("mark", "read"), [("S-4@2", (4, 2)), ("S-4", None), ("9f8a", None), ("", None), ("xS-4@2", None)])
def test_a_mark_names_the_saved_reply_and_its_edition(mark: str, read: tuple[int, int] | None) -> None:
    assert read_mark(mark) == read


def test_what_is_known_is_filled_in_and_the_rest_is_left_for_a_person() -> None:
    rules = house(organisation="Harrowmere Council")
    text = "Hi {Name}, {ref} reached {account} of {organisation} on { date }: {when}, {WHO}, {2}, {}."

    written = begun(saved(text=text), mention(), rules, NOW)

    assert written.text == (
        "Hi Lou, M-1 reached Harrowmere web chat of Harrowmere Council on 17 November: {when}, {WHO}, {2}, {}."
    )
    assert (written.drawn_from, written.second, gaps(written.text)) == ("S-4@1", "", ("{when}", "{WHO}"))
    unknown = begun(saved(text="Hi {name}, {organisation}"), mention(author=Author("", "")), house(), NOW)
    assert unknown.text == "Hi, {organisation}"


@pytest.mark.parametrize(
    ("called", "text"),
    [
        ("Lou Smith 🌻 (she/her)", "Hi Lou, yes, Lou."),
        ("Lou {ref} @evil https://evil.example", "Hi, yes, {name}."),
        ("HARROWMERE LIES", "Hi, yes, {name}."),
        ("@loubee99", "Hi, yes, {name}."),
        ("L" + "o" * 60, "Hi, yes, {name}."),
    ],
)
def test_whatever_somebody_calls_themselves_is_not_put_into_our_words(called: str, text: str) -> None:
    written = begun(saved(text="Hi {name}, yes, {name}."), mention(author=Author("a", called)), house(), NOW)

    assert written.text == text


def test_the_mark_of_saved_words_stays_whatever_is_put_above_them() -> None:
    held = Written("Saved.", drawn_from="S-4@1")

    assert added_to(held, Written("Sorry.")).drawn_from == "S-4@1"
    assert added_to(held, Written("Said before.", drawn_from="r9")).drawn_from == "S-4@1"
    assert added_to(held, Written("Newer.", drawn_from="S-4@2")).drawn_from == "S-4@2"


def test_the_second_language_comes_along_where_two_are_owed() -> None:
    both = house(account(languages=("cy", "en")))

    assert begun(saved(second="Helo {name}"), mention(), both, NOW).second == "Helo Lou"
    assert begun(saved(second="Helo {name}"), mention(), house(), NOW).second == ""


def test_only_gaps_of_the_saved_words_count_and_only_while_they_are_there() -> None:
    assert left_open((SALT,), "gritted by {day}, says {somebody}") == ("{day}",)
    assert left_open((SALT,), WHOLE) == ()


def test_a_name_cannot_bring_a_gap_of_its_own_to_be_filled() -> None:
    assert filled("Hi {name}", {"name": "{ref}", "ref": "M-1"}) == "Hi {ref}"


def test_saved_words_stand_above_what_was_written_and_not_twice() -> None:
    new = Written("Saved.", drawn_from="S-4@1")

    assert added_to(Written("Mine."), new).text == "Saved.\n\nMine."
    assert added_to(Written("Saved."), new).text == "Saved."
    assert added_to(Written(""), new) == new


@pytest.mark.parametrize(
    ("written", "bound"),
    [
        (WHOLE, True),
        (f"Hello there. {WHOLE} Do write again.", True),
        (WHOLE.upper(), True),
        ("There are 3,100 tonnes of grit in store, Lou, and every road on that list is salted by Friday.", True),
        ("There are 3,100 tonnes of salt in stock.", True),  # nine of its eighteen words
        ("3,100 tonnes of salt are in stock.", False),
        ("We had a delivery this morning, so there is plenty for all of the roads that we treat.", False),
        ("", False),
        ("Friday gritted is list the on road every and stock in salt of tonnes 3,100 are There", False),
    ],
)
def test_a_reply_is_bound_while_half_of_the_words_are_left_in_their_order(written: str, bound: bool) -> None:
    assert is_bound((SALT,), written) is bound


def test_a_long_hostile_text_is_compared_in_no_time() -> None:
    assert share_left("a b " * 20_000, "b a " * 20_000) > 0


def test_those_that_suit_come_first_by_topic_and_by_words_that_few_have() -> None:
    salt = saved()
    bins = saved(number=5, title="Missed bin", text="Leave it out, and we come back within two days.", topic="bins.missed")
    late = saved(number=6, title="Bins in snow", text="Bins are late while roads are not gritted.", topic="bins.snow")
    every = [salt, bins, late]

    asked = "My bin was not emptied, when do you come back?"
    assert [one.number for one in best(every, asked, "bins.missed", 3)] == [5, 6]
    assert [one.number for one in best(every, "How much salt is in stock?", "", 3)] == [4]
    assert best(every, "hello?", "", 3) == []
