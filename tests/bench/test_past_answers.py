"""What ships won on the first half of the questions; what it is worth is told of the other."""

from functools import cache

import pytest

from tests.bench.past_answers import METHODS, MOST, Score, labelled, score

pytestmark = pytest.mark.slow
EVERY = labelled()


@cache
def held_back(name: str) -> Score:
    """What a method is worth on the half that no weight was chosen on."""
    return score(METHODS[name], EVERY, held_back=True)


@cache
def first(name: str) -> Score:
    """What a method is worth on the half it was chosen on."""
    return score(METHODS[name], EVERY, held_back=False)


def test_what_ships_finds_more_than_plain_full_text() -> None:
    plain, ships = held_back("plain full text"), held_back("as it ships")

    assert (plain.questions, round(plain.hits, 2), round(ships.hits, 2)) == (48, 0.54, 0.79)
    assert ships.asks > plain.asks
    assert ships.needless < plain.needless
    assert MOST == 3


def test_it_was_chosen_on_the_first_half_alone_where_nothing_simpler_finds_as_much() -> None:
    ships, bare = first("as it ships"), first("as it ships, no topic")

    assert (ships.questions, round(ships.hits, 2)) == (43, 0.93)
    assert first("plain, topics").hits < ships.hits
    assert first("the same, no topic").hits < bare.hits  # without the synonyms
    assert first("+ topics").hits == ships.hits  # without the floor, which takes away needless offers
    assert first("+ topics").needless - ships.needless > 0.15


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
