"""What is left of a reply that stopped on its way: the writer's own words, never those the machine put beside them."""

import pytest

from bot.house import Account
from bot.reply import Abilities, Answers, Post, Written
from bot.replying.posts import compose
from bot.replying.rest import rest_of
from tests.bot.council import account

LONG = "\n\n".join(f"Line {number}: the bins of street {number} go out on Thursday 1/2." for number in range(20))


def on(**changes: object) -> Account:
    """An account where one post may answer another."""
    return account(abilities=Abilities(threads=True), **changes)


@pytest.mark.parametrize("signs", [True, False])
@pytest.mark.parametrize("text", [LONG, LONG + " ^FA"])
def test_the_rest_is_the_end_of_what_was_written_without_counters_or_a_sign_off_of_the_machines(
    text: str, signs: bool
) -> None:
    posts = compose(Written(text, split=True), on(signs=signs), "PK").posts
    assert len(posts) > 2

    for number in range(1, len(posts)):
        rest = rest_of(posts[number:], (text,))
        assert text.endswith(rest)
        assert len(rest) >= sum(len(post.text) for post in posts[number:]) - 10 * len(posts[number:])


def test_a_thread_in_a_second_language_is_left_as_it_was_written() -> None:
    written = Written(LONG, LONG.replace("Line", "Llinell"), split=True)
    posts = [one for one in compose(written, on(languages=("cy", "en"))).posts if one.language == "en"]

    assert rest_of(posts, (written.text, written.second)) == written.second


def test_a_fraction_at_the_end_of_a_post_that_stands_alone_is_no_counter() -> None:
    assert rest_of([Post("Take 1/2", "en")], ()) == "Take 1/2"


def test_words_that_are_in_no_text_that_is_known_are_kept_without_their_counters() -> None:
    posts = [Post("One. 2/3", answers=Answers.PREVIOUS), Post("Two. 3/3 ^PK", answers=Answers.PREVIOUS)]

    assert rest_of(posts, ("Something else",)) == "One.\n\nTwo. ^PK"
