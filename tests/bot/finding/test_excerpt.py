"""The words around what was found."""

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.card import Strong, plain
from bot.finding.excerpt import Sought, excerpt

MILL = Sought({"mill", "flood"}, ("brown",))


def strong(text: str) -> list[str]:
    """What is made strong."""
    return [part.text for part in excerpt(text, MILL) if isinstance(part, Strong)]


def test_what_was_found_is_strong_however_it_is_spelt() -> None:
    text = "Flooding at the MILLS, brownish; no mile or café"

    assert strong(text) == ["Flooding", "MILLS", "brownish"]
    assert plain(excerpt(text, MILL)) == text


def test_an_excerpt_is_taken_around_the_first_of_it_on_whole_words() -> None:
    told = plain(excerpt(f"{'so it goes ' * 30}at the mill {'and on ' * 40}", MILL))

    assert told.startswith("…")
    assert told.endswith("…")
    assert "the mill and" in told
    assert len(told) < 170


def test_without_anything_found_it_is_the_beginning() -> None:
    assert excerpt("Nothing here\nat all", MILL) == ("Nothing here at all",)


@settings(max_examples=50)
@given(some.text(max_size=400))
def test_an_excerpt_holds_only_what_the_text_holds(text: str) -> None:
    told = plain(excerpt(text, MILL))

    assert told.strip("…") in " ".join(text.split()) or "…" in text
