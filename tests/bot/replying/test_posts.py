"""What goes out for what was written: signed, in one language or two, in one post or several."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from bot.house import gone_account
from bot.reply import Abilities, Answers, Audience, Post, TextLimits, Written
from bot.replying import counting
from bot.replying.posts import compose, initials_of, parity

SHORT = counting.visible(100)
PLAIN = replace(gone_account("main", "somewhere"), limits=SHORT)
SIGNING = replace(PLAIN, signs=True)
WELSH = replace(PLAIN, languages=("cy", "en"))
THREADED = replace(SIGNING, abilities=Abilities(threads=True))
BOTH = replace(THREADED, languages=("cy", "en"))

WORDS = st.text(min_size=1, max_size=400)
SENTENCES = st.lists(
    st.sampled_from(
        [
            "The road is closed.",
            "See https://x.example/a/b?c=d",
            "@ann_lee",
            "#BinDay",
            "Mae’r ffordd ar gau!",
            "👨‍👩‍👧‍👦",
            "\n\n",
            "é",
        ]
    ),
    max_size=60,
).map(" ".join)


def texts(composed):
    return [post.text for post in composed.posts]


# --- signing off


def test_a_reply_ends_with_the_initials_of_whoever_wrote_it():
    assert texts(compose(Written("It opens at nine."), SIGNING, "PK")) == ["It opens at nine. ^PK"]


@pytest.mark.parametrize("typed", ["It is open. ^PK", "It is open. ^pk", "It is open.\n^PK", "It is open. ^JD"])
def test_a_sign_off_that_was_typed_is_not_added_to(typed):
    assert texts(compose(Written(typed), SIGNING, "PK")) == [typed]


@pytest.mark.parametrize("initials", ["", "TOLBOOTH", "R2D", "^PK", "P K", "4"])
def test_what_are_not_a_persons_initials_sign_nothing(initials):
    assert texts(compose(Written("It is open."), SIGNING, initials)) == ["It is open."]


def test_an_account_that_does_not_sign_is_not_signed_for():
    assert texts(compose(Written("It is open."), PLAIN, "PK")) == ["It is open."]


def test_the_sign_off_counts():
    composed = compose(Written("x" * 97), SIGNING, "PK")

    assert (composed.used, composed.over) == (101, 1)


def test_nothing_is_not_signed():
    assert texts(compose(Written("  "), SIGNING, "PK")) == [""]


@given(WORDS)
def test_signing_what_is_signed_changes_nothing(text):
    once = compose(Written(text), SIGNING, "PK").posts[0].text

    assert compose(Written(once), SIGNING, "PK").posts[0].text == once


# --- two languages


def test_both_languages_share_a_post_where_they_fit_the_first_one_first():
    composed = compose(Written("Bore da.", "Good morning."), replace(WELSH, signs=True), "PK")

    assert composed.posts == (Post("Bore da.\n\nGood morning. ^PK"),)


def test_languages_that_do_not_fit_together_answer_the_same_post_each_in_its_own():
    composed = compose(Written("b" * 60, "g" * 60), replace(WELSH, signs=True), "PK")

    assert composed.posts == (Post("b" * 60 + " ^PK", "cy"), Post("g" * 60 + " ^PK", "en"))
    assert {post.answers for post in composed.posts} == {Answers.SAME}
    assert (composed.over, composed.would_split) == (0, 0)


@pytest.mark.parametrize(
    ("written", "post"),
    [
        (Written("Rhybudd.", one_language=True), Post("Rhybudd.", "cy")),
        (Written("", "Flood warning.", one_language=True), Post("Flood warning.", "en")),
        (Written("Rhybudd.", "a half-written warn", one_language=True), Post("Rhybudd.", "cy")),
        (Written("Rhybudd."), Post("Rhybudd.", "cy")),
    ],
)
def test_one_language_is_only_what_is_written(written, post):
    assert compose(written, WELSH).posts == (post,)


def test_a_sign_off_typed_below_both_languages_stands_once():
    composed = compose(Written("Bore da. ^PK", "Good morning. ^PK"), replace(WELSH, signs=True), "PK")

    assert texts(composed) == ["Bore da.\n\nGood morning. ^PK"]


def test_words_of_a_second_language_are_never_left_behind_when_the_account_no_longer_owes_it():
    assert texts(compose(Written("Bore da.", "Good morning."), PLAIN)) == ["Bore da.\n\nGood morning."]


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("aaaa", "bb", 0.5), ("bb", "aaaa", 0.5), ("é", "e\u0301", 1.0), ("a", "", 0.0), ("", "", 0.0)],
)
def test_parity_is_the_shorter_over_the_longer(first, second, ratio):
    assert parity(first, second) == ratio


# --- several posts

LONG = "The road is closed from the station to the bridge. Buses stop at the school. " * 4


def test_what_is_too_long_is_one_post_and_says_so_until_somebody_asks_for_several():
    composed = compose(Written(LONG), THREADED, "PK")

    assert (len(composed.posts), composed.over > 0, composed.would_split) == (1, True, 4)


def test_several_posts_are_numbered_answer_one_another_and_end_with_the_sign_off():
    composed = compose(Written(LONG, split=True), THREADED, "PK")

    assert [text.rsplit(" ", 1)[1] for text in texts(composed)] == ["1/4", "2/4", "3/4", "^PK"]
    assert texts(composed)[-1].endswith(" 4/4 ^PK")
    assert all("." in text[-6:-3] for text in texts(composed)[:-1])
    assert [post.answers for post in composed.posts] == [Answers.SAME, *[Answers.PREVIOUS] * 3]
    assert composed.over == 0


def test_what_fits_is_not_split_though_somebody_asked():
    assert texts(compose(Written("It is open.", split=True), THREADED, "PK")) == ["It is open. ^PK"]


@pytest.mark.parametrize(
    ("account", "audience"),
    [(replace(THREADED, abilities=Abilities()), Audience.AS_ASKED), (THREADED, Audience.AUTHOR)],
)
def test_where_there_are_no_threads_nothing_is_split(account, audience):
    composed = compose(Written(LONG, audience=audience, split=True), account, "PK")

    assert (len(composed.posts), composed.would_split) == (1, 0)
    assert composed.over > 0


@pytest.mark.parametrize("word", ["https://x.example/" + "a" * 120, "@" + "a" * 120, "#" + "a" * 120])
def test_a_link_or_name_that_fits_no_post_is_not_broken(word):
    composed = compose(Written(f"{LONG} {word}", split=True), THREADED, "PK")

    assert (len(composed.posts), composed.would_split) == (1, 0)
    assert composed.over > 0


def test_words_without_spaces_are_parted_between_characters():
    composed = compose(Written("道路は閉鎖されています" * 20, split=True), THREADED, "PK")

    assert composed.over == 0
    assert len(composed.posts) == 3


def test_more_than_ten_posts_are_not_offered():
    assert compose(Written("word " * 160, split=True), THREADED, "PK").would_split == 9
    assert compose(Written("word " * 190, split=True), THREADED, "PK").would_split == 0


def test_each_language_may_be_a_thread_of_its_own():
    composed = compose(Written(LONG, LONG.upper(), split=True), BOTH, "PK")

    assert [(post.language, post.answers) for post in composed.posts] == [
        ("cy", Answers.SAME),
        *[("cy", Answers.PREVIOUS)] * 3,
        ("en", Answers.SAME),
        *[("en", Answers.PREVIOUS)] * 3,
    ]


@given(st.one_of(WORDS, SENTENCES, SENTENCES.map(lambda text: text + "^" + text)))
@example("word \u0301word " * 40)
@example("\u0600 " * 150)
@example("x" * 90 + " " + "y" * 90 + " ^PK")
@settings(max_examples=150)
def test_posts_hold_every_character_in_order_and_fit_and_break_nothing(text):
    composed = compose(Written(text, split=True), THREADED, "PK")
    posts = texts(composed)

    if len(posts) == 1:
        assert bare(posts[0].removesuffix(" ^PK")) == bare(counting.composed(text).strip().removesuffix(" ^PK"))
        return
    assert [SHORT.over(one) for one in posts] == [0] * len(posts)
    assert len(posts) <= 10
    most = len(posts)
    words = [one.removesuffix(f" {number}/{most}") for number, one in enumerate(posts, 1)]
    words[-1] = words[-1].rsplit(f" {most}/{most} ^", 1)[0]
    assert bare("".join(words)) == bare(without_sign_off(counting.composed(text)))
    assert sorted(visible_in(words)) == sorted(visible_in([without_sign_off(counting.composed(text))]))
    for link in ("https://x.example/a/b?c=d", "@ann_lee", "#BinDay"):
        assert sum(one.count(link) for one in words) == text.count(link)


def bare(text):
    return "".join(text.split())


def without_sign_off(text):
    return text.strip().removesuffix(" ^PK")


def visible_in(parts):
    return [one for part in parts for one in iter_graphemes(part) if not one.isspace()]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["👍" * 10_000, "a" * 20_000, "a " * 10_000, "http://" * 3_000, "." * 20_000, "@a" * 5_000])
def test_hostile_drafts_are_composed_in_little_time(text):
    composed = compose(Written(text, split=True), THREADED, "PK")

    assert composed.over > 0


# --- who may read it


def test_a_private_reply_is_counted_by_the_limits_of_private_ones():
    account = replace(PLAIN, abilities=Abilities(private=TextLimits(1_000, "characters", len)))

    assert compose(Written("x" * 500, audience=Audience.AUTHOR), account).over == 0
    assert compose(Written("x" * 500), account).over == 400


@pytest.mark.parametrize(
    ("name", "initials"), [("Priya Kaur", "PK"), ("Mary Ann van der Berg", "MAV"), ("priya", "P"), ("", ""), ("4 Ever", "E")]
)
def test_initials_are_those_of_the_name(name, initials):
    assert initials_of(name) == initials
