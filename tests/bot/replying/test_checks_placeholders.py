"""Gaps of a standard answer that nobody filled in."""

import pytest

from bot.replying.findings import Check
from tests.bot.replying.drafts import excerpts, picture


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("Hi [NAME], sorry about [ISSUE]. ^PK", ["[NAME]", "[ISSUE]"]),
        ("Hi [first name], see <INSERT LINK>", ["[first name]", "<INSERT LINK>"]),
        ("Dear {name}, dear {{ customer_name }}", ["{name}", "{{ customer_name }}"]),
        ("Hi %FIRST_NAME%", ["%FIRST_NAME%"]),
        ("Your reference is XXXX. We come on XX/XX/XXXX", ["XXXX", "XX/XX/XXXX"]),
        ("It opens at ____ today", ["____"]),
        ("See [insert the page about bins]", ["[insert the page about bins]"]),
        ("Ring us on INSERT NUMBER HERE", ["INSERT NUMBER HERE"]),
        ("Annwyl [ENW]", ["[ENW]"]),
    ],
)
def test_a_gap_that_was_not_filled_in_is_found(text: str, gaps: list[str]) -> None:
    assert excerpts(Check.PLACEHOLDERS, text) == gaps


@pytest.mark.parametrize(
    "text",
    [
        "[UPDATE] The A38 is open again",
        "[CYMRAEG] isod",
        "They wrote “recieve” [sic]",
        "Mail us: bins [at] harrowmere [dot] example",
        "See [our page](https://harrowmere.example/bins) or <https://harrowmere.example>",
        "Sizes XXL to XXXL, thanks xxx <3",
        "We open 9 to 5 {weather permitting, as ever}",
        "@lou_ann_ and __bold__ and 50% OFF 20%",
        "Post 1 [1/2]",
    ],
)
def test_what_stands_in_brackets_for_a_reason_is_not(text: str) -> None:
    assert excerpts(Check.PLACEHOLDERS, text) == []


def test_the_second_language_and_what_a_picture_shows_are_looked_at_too() -> None:
    assert excerpts(Check.PLACEHOLDERS, "Yes", second="Hi [NAME]") == ["[NAME]"]
    assert excerpts(Check.PLACEHOLDERS, "Yes", media=(picture("A map of [STREET]"),)) == ["[STREET]"]
