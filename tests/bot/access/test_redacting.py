"""What is other people's is taken out of words, generously; what is the person's own, or the organisation's, stays."""

import pytest

from bot.access.redacting import Known, could_be_names, plain, redacted, with_parts

KNOWN = Known(
    own=frozenset({"lou tranter", "lou_t"}),
    ours=frozenset({"harrowmere council", "harrowmere"}),
    others=frozenset({"ann oyelaran", "bob", "josé núñez"}) | with_parts(("Will Okafor",)),
    staff={"priya shah": "[a member of staff]", "priya": "[a member of staff]", "u0priya": "[a member of staff]"},
)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I am Lou Tranter, @lou_t", "I am Lou Tranter, @lou_t"),
        ("Ask Ann Oyelaran or ann oyelaran.", "Ask [another person] or [another person]."),
        (
            "spoke to priya, and priya shah says it will",
            "spoke to [a member of staff], and [a member of staff] says it will",
        ),
        ("Jose\u0301 Nu\u0301n\u0303ez and Ann\u00a0Oyelaran", "[another person] and [another person]"),
        ("ANN OYELARAN said so, and Bob's dog", "[another person] said so, and [another person]'s dog"),
        ("Bob knows, bob does not: bob it", "[another person] knows, bob does not: bob it"),
        ("JOSÉ NÚÑEZ waits", "[another person] waits"),
        ("Will it rain, Okafor? will it?", "[another person] it rain, [another person]? will it?"),
        (
            "Mrs Featherstone next door, and Cllr. Ian Reid-Hughes",
            "Mrs [another person] next door, and Cllr. [another person]",
        ),
        ("Mr Tranter is my father", "Mr Tranter is my father"),
        ("Priya Shah (U0PRIYA) rang", "[a member of staff] ([a member of staff]) rang"),
        ("Harrowmere Council is slow", "Harrowmere Council is slow"),
        ("see @ann.o@toot.example and @bob!", "see [a handle] and [a handle]!"),
        ("mail ann@mail.example or bob at mail dot example", "mail [an e-mail address] or [an e-mail address]"),
        ("ring 07700 900123 or +44 20 7946 0018", "ring [a telephone number] or [a telephone number]"),
        ("She is at EH1 1AA now", "She is at [a postcode] now"),
        ("", ""),
        ("😀 \x00 “@” @@ ...", "😀 \x00 “@” @@ ..."),
    ],
)
def test_what_stands_in_the_place_of_what_is_not_theirs(said: str, left: str) -> None:
    assert redacted(said, KNOWN)[0] == left


def test_what_was_taken_out_is_told_with_its_place() -> None:
    text = "Ann Oyelaran, ann@mail.example"

    assert [text[one.start : one.end] for one in redacted(text, KNOWN)[1]] == ["Ann Oyelaran", "ann@mail.example"]


def test_a_name_is_looked_for_among_one_to_four_words_in_a_row() -> None:
    found = could_be_names(["Say Ann Mary de Oyelaran"])

    assert plain("Ann Mary de Oyelaran") in found
    assert plain("ann") in found
    assert "say ann mary de oyelaran" not in found
