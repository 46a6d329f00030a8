"""How long a text is, each way of counting at its limit and one beyond."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replying import counting

FAMILY = "👨‍👩‍👧‍👦"
WELSH = "🏴󠁧󠁢󠁷󠁬󠁳󠁿"

WAYS = {
    "characters": counting.characters(500),
    "visible": counting.visible(500),
    "visible and bytes": counting.visible_and_bytes(300, 3_000),
    "linked": counting.linked(500),
    "text messages": counting.text_messages(918),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_text_as_long_as_the_limit_fits_and_one_more_does_not(way):
    limits = WAYS[way]

    assert limits.over("x" * limits.limit) == 0
    assert limits.over("x" * (limits.limit + 1)) == 1


@pytest.mark.parametrize("way", WAYS)
@given(text=st.text(max_size=60))
def test_composed_and_decomposed_letters_count_alike(way, text):
    limits = WAYS[way]

    assert limits.count(counting.unicodedata.normalize("NFD", text)) == limits.count(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [("", 0), ("e\u0301", 1), (FAMILY, 1), (WELSH * 2, 2), ("👍🏽", 1), ("a\r\nb", 3), ("นี้", 1), ("한글", 2)],
)
def test_what_people_see_as_one_character_is_one(text, seen):
    assert counting.graphemes(text) == seen


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://harrowmere.example/a/very/long/path?that=goes&on=and#on", 23),
        ("http://x.org", 23),
        ("See https://x.org/a.", 28),
        ("(https://x.org/a), then", 31),
        ("https://x.org/wiki/Bin_(lid)", 23),
        ("(see https://x.org/wiki/Bin_(lid))", 29),
        ("https://x.org/Bin_(lid)_and_(wheel).", 24),
        ("x.org/bins", 10),
        ("@ann@social.example thanks", 11),
        ("@ann thanks", 11),
        ("bins@harrowmere.example", 23),
        ("a/@ann@social.example", 21),
        (f"{FAMILY} https://x.org/{FAMILY}", 25),
    ],
)
def test_links_count_alike_and_names_without_their_host(text, length):
    assert counting.linked(500).count(text) == length


def test_a_text_can_be_short_enough_to_see_and_still_have_too_many_bytes():
    limits = counting.visible_and_bytes(300, 3_000)
    heavy = FAMILY * 120  # 25 bytes each

    assert counting.graphemes(heavy) == 120
    assert limits.over(heavy) == 0
    assert limits.over(heavy + "x") == 1
    assert (limits.about(heavy), limits.about(heavy + "x")) == ("", "3,001 of 3,000 bytes")


@pytest.mark.parametrize(
    ("text", "places", "messages"),
    [
        ("", 0, 0),
        ("x" * 160, 160, 1),
        ("x" * 161, 161, 2),
        ("x" * 306, 306, 2),
        ("x" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("x" * 152 + "€" + "x" * 152, 306, 3),
        ("’" * 70, 70, 1),
        ("’" * 71, 71, 2),
        ("’" * 134, 134, 2),
        ("’" * 135, 135, 3),
        ("👍" * 35, 70, 1),
        ("👍" * 36, 72, 2),
        ("👍" * 67, 134, 3),
        ("é" * 160, 160, 1),
        ("e\u0301" * 160, 160, 1),
        ("ŵ" * 71, 71, 2),
        ("^PK", 4, 1),
    ],
)
def test_a_text_makes_as_many_messages_as_the_network_would_send(text, places, messages):
    assert (counting.places(text), counting.messages(text)) == (places, messages)


@pytest.mark.parametrize(
    ("text", "price", "said"),
    [
        ("", Decimal(2), ""),
        ("Bins are on Friday.", None, "1 text message"),
        ("x" * 161, Decimal("2.3"), "2 text messages, 4.6p"),
        ("x" * 161, Decimal(3), "2 text messages, 6p"),
        ("x" * 16_000, Decimal("2.3"), "105 text messages, £2.42"),
        ("We’ll look. " * 8, None, "2 text messages; “’” is not in their usual alphabet, so each holds less"),
    ],
)
def test_staff_are_told_how_many_messages_it_makes_and_what_they_cost(text, price, said):
    assert counting.text_messages(price=price).about(text) == said


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "text", ["http://" * 3000, "@a" * 5000, "@" + "a." * 5000, "https://" + "." * 9000, "\ud83d" * 500, "👍" * 10_000]
)
@pytest.mark.timeout(5)
def test_hostile_texts_are_counted_in_little_time(way, text):
    assert WAYS[way].count(text) > 0
