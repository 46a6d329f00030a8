"""Which earlier questions are like one, and what their answers are made into."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.finding.answers import Asked, ranked, telling
from bot.finding.past import Settled, is_dated, settled
from bot.finding.reworded import reworded

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
EARLIER = (
    ("tip", "What time does the tip open today?", "waste.hwrc"),
    ("bin", "My blue bin was not emptied on Mill Road", "waste.missed"),
    ("grit", "Is Mill Road going to be gritted?", "highways.gritting"),
    ("hole", "Huge pothole on Fell Lane", ""),
)


def like(text: str, topic: str = "") -> list[str]:
    """The ids of what is like a question, the likest first."""
    earlier = [Asked(id, said, NOON - timedelta(days=day), of) for day, (id, said, of) in enumerate(EARLIER)]
    return [one.asked.id for one in ranked(Asked("this", text, NOON, topic), earlier)]


def test_a_like_question_is_found_by_its_rare_words_and_by_others_for_the_same_thing() -> None:
    assert like("when is the tip open")[0] == "tip"
    assert like("Recycling wagon never came, nothing collected")[0] == "bin"
    assert like("crater in Fell Lane")[0] == "hole"


def test_the_topic_staff_gave_outweighs_a_place_that_both_name() -> None:
    assert like("Nobody came to Mill Road again", "waste.missed")[0] == "bin"


@pytest.mark.parametrize(
    "text", ["", "Hello!", "@council https://example.org", "Zebra crossing?", "🔥🔥🔥", "¶ ≡topic≡ OR (", "x" * 10_000]
)
def test_nothing_is_like_a_question_that_shares_nothing_with_any(text: str) -> None:
    assert like(text) == []


def test_greetings_handles_and_thanks_say_nothing() -> None:
    assert telling("Hi @HarrowmereCncl please, thanks") == []


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("Hi Louise, the crew is back. ^PK", "Hi Brian, the crew is back."),
        ("@lou.example Good morning Louise - done", "Good morning Brian, done"),
        ("Hi sorry about that. We know.", "Hi sorry about that. We know."),
        ("Sorry Louise. We know.", "Sorry [name]. We know."),
        ("Thanks @lou.example, fixed.", "Thanks [name], fixed."),
        ("@lou.example thanks, we will fix it @Lou.example.", "thanks, we will fix it [name]."),
        ("@council @lou.example Hi Lou, take care, Lou.", "Hi Brian, take care, [name]."),
        ("Write to bins@harrowmere.gov.uk with a photo.", "Write to bins@harrowmere.gov.uk with a photo."),
        ("Follow @harrowmere for more.", "Follow @harrowmere for more."),
    ],
)
def test_an_answer_greets_whoever_asks_now_and_is_not_signed_by_who_wrote_it(said: str, now: str) -> None:
    assert reworded(said, was_to="Louise Tranter", to="Brian Postle", called="@lou.example") == now


@pytest.mark.parametrize("name", ["louise tranter", "Louise Tranter 🌻", "Louise (she/her)", "Louise she/her"])
def test_a_name_is_taken_out_however_its_author_decorates_it(name: str) -> None:
    assert reworded("Hi there, take care, Louise.", was_to=name, to="Brian Postle") == "Hi Brian, take care, [name]."


@pytest.mark.parametrize("name", ["Larkfield Residents", "xX_lou_Xx", "", "Wake Up Harrowmere", "@lou"])
def test_a_name_that_is_not_plainly_a_persons_is_not_greeted(name: str) -> None:
    assert reworded("Hi Louise, yes.", was_to="Louise Tranter", to=name) == "Hi, yes."
    assert reworded("Dear Mrs Tranter, yes.", was_to="Louise Tranter", to=name) == "Hello, yes."


def test_an_answer_settled_the_matter_unless_they_asked_again_or_it_was_opened_again() -> None:
    assert settled([], reopened=False) is Settled.QUIET
    assert settled(["Thank you Priya, that's all I needed to know 👍"], reopened=True) is Settled.THANKED
    assert settled(["Ta", "Still nobody has come"], reopened=False) is Settled.ASKED_AGAIN
    assert settled(["thanks for nothing"], reopened=False) is Settled.ASKED_AGAIN
    assert settled([], reopened=True) is Settled.REOPENED


@pytest.mark.parametrize("text", ["We will be back tomorrow", "by Friday", "from 7am", "until 3 November", "This morning"])
def test_words_that_name_a_day_or_a_time_want_their_dates_checked(text: str) -> None:
    assert is_dated(text, NOON, NOON)
    assert not is_dated("Call 01632 960412; it is £12.", NOON, NOON)
    assert is_dated("It is free.", NOON - timedelta(days=366), NOON)
