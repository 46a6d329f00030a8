"""The word list: it raises, and never lowers."""

from pathlib import Path

import pytest

from bot.triage import Raised, higher, raised, read_rules


@pytest.mark.parametrize(
    "text", ["I can smell gas on Mill Road", "he’s HITTING us", "please call an Ambulance", "stuck on red"]
)
def test_words_that_mean_look_soon_raise_it(text: str) -> None:
    assert raised(text, read_rules()).priority in ("P0", "P1")


@pytest.mark.parametrize("text", ["walked 999 steps today", "a lovely bath bomb", "trapper keeper", "gasoline", ""])
def test_lookalikes_do_not(text: str) -> None:
    assert raised(text, read_rules()) == Raised()


def test_a_long_post_is_looked_at_only_so_far() -> None:
    assert raised("x " * 100_000 + "smell gas", read_rules()) == Raised()


def test_the_higher_of_two_priorities_stands() -> None:
    assert higher("P3", "P0") == "P0"
    assert higher("P1", "P2") == "P1"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("x", "not TOML"),
        ("[a]\npriority='P0'\n", "lists of words"),
        ("[a]\npriority='P4'\nany=['b']\n", "can only raise"),
        ("[a]\npriority='P0'\nany=['b']\nregex='c'\n", "takes priority"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_by_name(tmp_path: Path, toml: str, says: str) -> None:
    path = tmp_path / "words.toml"
    path.write_text(toml)

    with pytest.raises(ValueError, match=says):
        read_rules(path)
