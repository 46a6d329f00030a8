"""What ships is what wins on the questions that were held back, and the figures of the README are those of the benchmark."""

from functools import cache

import pytest

from tests.bench.past_answers import METHODS, MOST, Score, labelled, score

pytestmark = pytest.mark.slow
EVERY = labelled()


@cache
def held_back(name: str) -> Score:
    """What a method is worth on the half that no weight was chosen on."""
    return score(METHODS[name], EVERY, held_back=True)


def test_what_ships_finds_more_than_plain_full_text() -> None:
    plain, ships = held_back("plain full text"), held_back("as it ships")

    assert (plain.questions, round(plain.hits, 2), round(ships.hits, 2)) == (48, 0.54, 0.79)
    assert ships.asks > plain.asks
    assert ships.needless < plain.needless
    assert MOST == 3


def test_where_staff_gave_no_topic_the_words_alone_find_no_less_and_find_it_sooner() -> None:
    plain, words = held_back("plain full text"), held_back("+ synonyms")

    assert words.hits >= plain.hits
    assert words.asks > plain.asks
    assert words.first > plain.first


def test_nothing_heavier_wins_enough_to_ship() -> None:
    words, ships = held_back("+ synonyms"), held_back("as it ships")

    assert held_back("synonyms, characters").hits <= words.hits
    assert held_back("synonyms, fed back").hits <= words.hits
    assert held_back("ships, characters").hits <= ships.hits


def test_no_question_is_judged_by_its_own_thread_or_a_copy_of_itself() -> None:
    for one in EVERY:
        learns_from = [other for other in EVERY if one.may_learn_from(other)]
        assert all(other.thread != one.thread and other.is_public for other in learns_from)
    assert {one.is_held_back for one in EVERY} == {True, False}
