"""Terms as people write them, read into what networks are asked."""

import pytest

from bot.watching.terms import LONGEST, MOST, Terms, Unfit, read_terms
from bot.watching.watch import crossed, reference


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("flood, #harrowflood -film", Terms(("flood",), ("harrowflood",), ("film",))),
        ("mill road, high  water", Terms(("mill road", "high water"))),
        ("“high water” mill road", Terms(("high water", "mill road"))),
        ("flood\nFLOOD; Flood", Terms(("flood",))),
        ('flood -"disaster film" –premiere', Terms(("flood",), (), ("disaster film", "premiere"))),
        ("#flood #snow", Terms((), ("flood", "snow"))),
        ("stop-and-search, St Mary’s", Terms(("stop-and-search", "St Mary's"))),
        ("fl\u00adood\u200b", Terms(("flood",))),
    ],
)
def test_terms_are_read_as_people_write_them(written: str, read: Terms) -> None:
    assert read_terms(written) == read
    assert read_terms(read.wanted, ", ".join(read.without)) == read


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "Say what to look for"),
        ("-film", "Say what to look for"),
        ("a", "2 to 60 characters"),
        ("x" * (LONGEST + 1), "2 to 60 characters"),
        (",".join(f"word{n}" for n in range(MOST + 1)), "Make two of it"),
        ("from:loudavies", "no signs such as"),
        ("(flood OR snow)", "no signs such as"),
        ("x.com/loudavies", "no signs such as"),
        ("#2026", "can be no hashtag"),
        ("#a-b", "can be no hashtag"),
    ],
)
def test_what_can_be_no_term_is_sent_back_with_the_reason(written: str, told: str) -> None:
    with pytest.raises(Unfit, match=told):
        read_terms(written)


def test_a_card_names_the_words_that_were_found_and_all_of_them_where_none_can_be_seen() -> None:
    terms = Terms(("flood", "mill road"), ("harrowflood",))

    assert terms.found_in("MILL  ROAD is under water #harrowflood") == "mill road, #harrowflood"
    assert terms.found_in("a picture") == "flood, mill road, #harrowflood"


@pytest.mark.parametrize(
    ("written", "number"), [("W-3", 3), ("w3", 3), ("W-3.", 3), ("3", None), ("M-3", None), ("we", None)]
)
def test_a_watch_is_understood_however_it_is_written(written: str, number: int | None) -> None:
    assert reference(written) == number


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [(0, 39, []), (39, 40, [80]), (40, 49, []), (49, 50, [100]), (0, 50, [80, 100])],
)
def test_each_part_of_the_budget_is_crossed_once(before: int, after: int, parts: list[int]) -> None:
    assert crossed(before, after, 50) == parts


def test_the_signs_that_end_a_sentence_are_left_out() -> None:
    assert read_terms('Where is the bus?, Help!, #flood! "what now?!"') == Terms(
        ("Where is the bus", "Help", "what now"), ("flood",)
    )
