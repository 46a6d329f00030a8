"""How X counts the length of a text."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.x.network import XNetwork
from integrations.x.weighted import has_link, weighted_length

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/x/weighted_length_vectors.json"

OURS = [
    ("", 0),
    ("Bins are on Friday.", 19),
    ("Mae’r biniau ŵ ŷ", 16),
    ("e\u0301", 1),
    ("–—‘’“”…", 8),
    ("漢字かな", 8),
    ("한글", 4),
    ("£5", 2),
    ("€5", 3),
    ("https://harrowmere.example.com/a/very/long/path?that=goes&on=and#on", 23),
    ("http://x.com", 23),
    ("See https://gov.uk/bins.", 28),
    ("(https://gov.uk/bins)", 25),
    ("https://example.com/wiki/Tip_(place) now", 27),
    ("https://example.com:8080/a", 23),
    ("gov.uk", 23),
    ("www.harrowmere.gov.uk/tips", 23),
    ("harrowmere.gov.uk, gov.uk", 48),
    ("Closed today.It opens at 9.30", 44),
    ("Closed.It opens", 29),
    ("bins@harrowmere.gov.uk", 22),
    ("@harrowmere.uk", 14),
    ("#tips.uk", 8),
    ("https://localhost/bins", 22),
    ("https://harrowmere.notatopleveldomain/bins", 42),
    ("http://пример.рф", 23),
    ("https://example.comです", 27),
    ("gov.uk/bins\ngov.uk/tips", 47),
    ("👍", 2),
    ("👍🏽", 2),
    ("👨‍👩‍👧‍👦👩🏾‍⚕️", 4),
    ("🏴󠁧󠁢󠁷󠁬󠁳󠁿🇬🇧", 4),
    ("☎️", 2),
    ("❤️‍🔥", 2),
    ("3️⃣", 2),
    ("©2026", 5),
    ("©️2026", 6),
]


@pytest.mark.parametrize(("text", "length"), OURS, ids=[ascii(text)[:60] for text, _ in OURS])
def test_a_text_is_as_long_as_x_counts_it(text, length):
    assert weighted_length(text) == length


@pytest.mark.skipif(not SAMPLES.exists(), reason="the published vectors are not beside this checkout")
def test_every_published_vector_is_met():
    vectors = json.loads(SAMPLES.read_text())["tests"]

    wrong = {
        v["description"]: weighted_length(v["text"])
        for v in vectors
        if weighted_length(v["text"]) != v["expected"]["weightedLength"]
    }

    assert wrong == {}


@given(st.text(max_size=300))
def test_any_text_can_be_counted_and_weighs_at_most_two_a_character_and_23_a_link(text):
    assert 0 <= weighted_length(text) <= 2 * len(text) + 23 * text.count(".")


@pytest.mark.parametrize(
    "text", ["a.com." * 500, "(" * 3000, "https://a.com/" + "(a" * 1500, "👨\u200d" * 1000, "http://" + "a." * 1500]
)
@pytest.mark.timeout(5)
def test_hostile_texts_are_counted_in_little_time(text):
    assert weighted_length(text) > 0


def test_a_reply_over_280_says_by_how_much():
    assert XNetwork.limits.over("x" * 281) == 1
    assert XNetwork.limits.over("x" * 257 + " gov.uk/a/long/path/that/goes/on") == 1


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("See https://gov.uk/bins", True),
        ("See gov.uk", True),
        ("(harrowmere.gov.uk)", True),
        ("It opens at nine.", False),
        ("Write to bins@gov.uk", False),
        ("1.5 hours", False),
        ("", False),
    ],
)
def test_a_link_that_x_would_charge_for_is_seen(text, linked):
    assert has_link(text) is linked
