"""Words as they are compared: the same stems whatever the case, accents and endings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.finding.terms import FACET, LONGEST, MOST, PARTED, as_stored, facet, joined, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flooding", "floods"),
        ("the council's BINS", "The Council’s bin"),
        ("CAFÉ", "cafe"),
        ("ﬁne", "fine"),
        ("Straße", "STRASSE"),
        ("don’t", "dont"),
        ("mill-road", "Mill Road!"),
        ("हिन्दी", "हिन्दी"),
        ("𝕱𝖑𝖔𝖔𝖉", "flood"),
    ],
)
def test_what_people_take_for_the_same_word_is_the_same(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


@settings(max_examples=50)
@given(some.text())
def test_terms_are_letters_and_digits_so_that_no_index_reads_a_sign_in_them(text: str) -> None:
    found = terms(text)

    assert all(term.isalnum() and len(term) <= LONGEST for term in found)
    assert not {PARTED, FACET} & set("".join(found))


def test_the_longest_text_fits_what_a_database_can_hold() -> None:
    found = joined(["\U00020000" * 100 + f" {n}" for n in range(MOST)])

    stored = as_stored(found, "postgresql")

    assert len(found) == MOST
    assert len(stored.encode()) < 1 << 21
    assert sum(len(term.encode()) + 8 for term in set(found)) < 1 << 20


def test_no_phrase_runs_from_one_text_into_the_next() -> None:
    assert joined(["mill", "road"]) == ["mill", PARTED, "road"]


def test_what_is_known_of_a_mention_is_spelt_as_no_word_is_and_no_two_names_alike() -> None:
    names = ["by hand", "by-hand", "byhand", "BYHAND", "≡"]

    spelt = {facet("account", name) for name in names}

    assert len(spelt) == len(names) - 1
    assert all(" " not in one and "'" not in one and one.startswith(FACET) for one in spelt)
