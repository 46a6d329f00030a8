"""What a text says on a locked screen: enough to act on, nothing of the public's, and one fragment where that can be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words.pings import ONE_TEXT, Told, Waiting, email, fits, gsm, is_gsm, subject, text_message

NOW = datetime(2026, 11, 17, 9, 40, tzinfo=UTC)


def waiting(number: int = 142, minutes: float = 40, **more) -> Waiting:
    account = more.pop("account", "Harrowmere web chat")
    return Waiting("escalation", f"M-{number}", NOW - timedelta(minutes=minutes), account, **more)


def text(*ones: Waiting, organisation: str = "Harrowmere Council", more: int = 0) -> str:
    return text_message(Told(ones, NOW, organisation, more))


def test_it_says_what_waits_how_long_and_what_to_press() -> None:
    assert text(waiting()) == (
        "Harrowmere Council: M-142 has waited 40 minutes (Harrowmere web chat) and nobody has looked. "
        "Open the chat and claim it."
    )


def test_without_a_name_for_the_organisation_it_is_tolbooth() -> None:
    assert text(waiting(), organisation="").startswith("Tolbooth: M-142 has waited")


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (waiting(is_seen=True), "and nobody has it. Open the chat and claim it."),
        (
            waiting(is_seen=True, is_owned=True),
            "and whoever has it has not answered yet. Open the chat and acknowledge it.",
        ),
        (waiting(is_owned=True, is_own=True), "and it is yours to answer. Open the chat and answer it."),
        (waiting(minutes=1), "has waited 1 minute ("),
        (waiting(minutes=0.5), "has waited under a minute ("),
        (waiting(minutes=190), "has waited 3 h 10 m ("),
        (Waiting("readiness"), ": Your turn on duty begins soon. Open the chat and say that you are ready."),
        (Waiting("test"), ": This is the weekly test that we can reach you. Open the chat and say that you got it."),
    ],
)
def test_each_case_has_its_own_words(one: Waiting, says: str) -> None:
    assert says in text(one)


def test_what_waits_besides_is_counted() -> None:
    assert text(waiting(), waiting(7), more=11).endswith("claim it. And 12 more wait.")
    assert text(waiting(), waiting(7)).endswith("And 1 more waits.")


def test_a_long_account_is_left_out_before_a_long_organisation() -> None:
    long = "The Very Long Name of Harrowmere and Tarnbrook Joint Services Board"

    assert text(waiting(account=long)) == (
        "Harrowmere Council: M-142 has waited 40 minutes and nobody has looked. Open the chat and claim it."
    )
    assert text(waiting(), organisation=long * 2).startswith("Tolbooth: M-142 has waited")


def test_what_other_alphabets_spell_otherwise_is_spelled_plainly() -> None:
    said = text(waiting(account="Sgwrs Tŷ’r Cyngor"), organisation="Cyngor Caerŵyn – “Ŷ”")

    assert said.startswith('Cyngor Caerwyn - "Y": M-142 has waited 40 minutes (Sgwrs Ty\'r Cyngor)')
    assert fits(said)


def test_a_name_in_another_script_stays_as_it_is() -> None:
    assert text(waiting(), organisation="Δήμος").startswith("Tolbooth: ")
    assert gsm("Рада") == "Рада"


@given(
    st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60),
    st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60),
    st.integers(1, 99_999_999),
    st.integers(0, 500_000),
)
def test_whatever_the_names_it_is_one_text(organisation: str, account: str, number: int, more: int) -> None:
    said = text(waiting(number, minutes=999_999, account=account), organisation=organisation, more=more)

    assert fits(said)
    assert len(said) <= ONE_TEXT


def test_braces_and_the_euro_count_twice() -> None:
    assert fits("a" * 160)
    assert not fits("a" * 159 + "€")
    assert fits("a" * 158 + "€")
    assert not fits("я" * 71)


def test_an_email_names_what_else_waits() -> None:
    told = Told([waiting(), waiting(7, minutes=5)], NOW, "Harrowmere Council", 3)

    assert subject(told) == "Harrowmere Council: M-142 has waited 40 minutes and nobody has looked (and 4 more)"
    assert email(told) == (
        "M-142 has waited 40 minutes (Harrowmere web chat) and nobody has looked. Open the chat and claim it.\n"
        "\n"
        "Also waiting:\n"
        "- M-7 has waited 5 minutes (Harrowmere web chat) and nobody has looked.\n"
        "- and 3 more\n"
        "\n"
        "Harrowmere Council, sent by Tolbooth because the chat got no answer. Answers to this e-mail are not read."
    )


def test_our_own_words_are_in_the_alphabet() -> None:
    assert is_gsm(text(waiting()))
