"""What can be seen without reading: no words, no description, capitals, hashtags, characters that do not show, repeats."""

from datetime import timedelta

import pytest

from bot.reply import Post, ReplyState
from bot.replying.findings import Check
from tests.bot.replying.drafts import excerpts, found, picture
from tests.bot.stories import NOW, reply


@pytest.mark.parametrize(
    "text", ["", "  ", "@lou", "@lou@social.example ^PK", "https://harrowmere.example/bins", "👍🏽", "... ?!", "^PK"]
)
def test_a_reply_without_words_is_found(text: str) -> None:
    assert excerpts(Check.ADDRESS_ONLY, text) == [text.strip()]


@pytest.mark.parametrize("text", ["Yes", "@lou Yes ^PK", "101", "Oes", "好", "See www.harrowmere.example"])
def test_one_word_is_enough(text: str) -> None:
    assert excerpts(Check.ADDRESS_ONLY, text) == []


def test_a_second_language_needs_words_too_and_a_picture_that_is_described_has_some() -> None:
    assert excerpts(Check.ADDRESS_ONLY, "Yes", second="@lou") == ["@lou"]
    assert excerpts(Check.ADDRESS_ONLY, "👍", media=(picture("A gritter in the snow"),)) == []


@pytest.mark.parametrize("alt", ["", " ", "image", "IMG_2031.JPG", "Llun"])
def test_a_picture_that_is_not_described_is_found(alt: str) -> None:
    assert excerpts(Check.ALT_TEXT, "Look", media=(picture("A closed road"), picture(alt, "map.png"))) == ["map.png"]


# --- capitals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Hello. THE ROAD IS CLOSED today", "THE ROAD IS CLOSED"),
        ("ROAD CLOSED", "ROAD CLOSED"),
        ("MAE'R FFORDD AR GAU. Sorry", "MAE'R FFORDD AR GAU"),
    ],
)
def test_a_sentence_in_capitals_is_found(text: str, what: str) -> None:
    assert excerpts(Check.CAPITALS, text) == [what]


@pytest.mark.parametrize(
    "text",
    [
        "The NHS, RSPCA, BBC & HMRC agree",
        "UK GDPR and FOI",
        "Do NOT travel",
        "OK",
        "A38, M5 and B4066 ^PK",
        "#ROADCLOSED @HARROWMERE HTTPS://HARROWMERE.EXAMPLE/ROAD/CLOSED/NOW",
        "道路は閉鎖されています",
    ],
)
def test_abbreviations_are_no_sentence(text: str) -> None:
    assert excerpts(Check.CAPITALS, text) == []


# --- hashtags ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("#stormdarragh", "#StormDarragh"),
        ("#roadclosed", "#RoadClosed"),
        ("#Roadclosed", "#RoadClosed"),
        ("#ROADCLOSED", "#RoadClosed"),
        ("#worldbookday", "#WorldBookDay"),
        ("#harrowmerebins2026", "#HarrowmereBins"),
        ("#dechraucanolbwynt", "#RoadClosed"),
    ],
)
def test_a_hashtag_of_several_words_is_asked_to_show_them(tag: str, shown: str) -> None:
    (finding,) = found(Check.HASHTAGS, f"Sorry! {tag}, again")

    assert tag.startswith(finding.excerpt)
    assert finding.fix.endswith(f"{shown}.")


@pytest.mark.parametrize(
    "tag",
    [
        "#HarrowmereBins",
        "#RoadClosed",
        "#SnowHarrowmere",
        "#bins",
        "#snow",
        "#GCSE",
        "#COVID19",
        "#flooding",
        "#volunteering",
        "#safeguarding",
        "#councillors",
        "#neighbourhoods",
        "#apprenticeships",
        "#Llyfrgell",
        "#harrowmere",
        "#2026",
        "#streetlights",
        "#accessibility",
    ],
)
def test_one_word_and_words_that_show_are_fine(tag: str) -> None:
    assert excerpts(Check.HASHTAGS, tag) == []


def test_a_link_has_no_hashtags() -> None:
    assert excerpts(Check.HASHTAGS, "https://harrowmere.example/bins#stormdarragh") == []


# --- characters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why", "where"),
    [
        ("Pay\u200b here", "zero width space", "Pay"),
        ("ba\u00addly pasted", "soft hyphen", "ba"),
        ("Leave it \u202etuo", "right-to-left override", "Leave it"),
        ("Leave \u2066it out", "unbalanced", "Leave"),
        ("Leave it\u202c out", "unbalanced", "Leave it"),
        ("Blank \u3164 name", "hangul filler", "Blank"),
        ("So z\u0337\u0322\u0321\u0327\u031b\u0328 bad", "piled", "So z"),
        ("What \ufffd is it", "could not be read", "What"),
        ("Why \udc80 is it", "could not be read", "Why"),
        ("Left\u200eright", "left-to-right mark", "Left"),
        ("\u2060Begins", "word joiner", "Begins"),
    ],
)
def test_what_does_not_show_is_found_with_the_words_before_it(text: str, why: str, where: str) -> None:
    (finding,) = found(Check.CHARACTERS, text)

    assert why in finding.reason
    assert finding.excerpt == where


@pytest.mark.parametrize(
    "text",
    [
        "Mae'r tŷ ar gau: ŵ, ŷ, â",
        "👩‍👩‍👧‍👦 👍🏽 ❤️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣",
        "Tiê\u0301ng Viê\u0323t",
        "\u2067سلام\u2069 and good day",
        "می\u200cخواهم\u200f.",
        "क्\u200dष",
        "One\ttwo\r\nthree",
    ],
)
def test_what_scripts_and_emoji_need_is_fine(text: str) -> None:
    assert excerpts(Check.CHARACTERS, text) == []


# --- the same again ----------------------------------------------------------------------------------------------

SENT = reply(ReplyState.SENT, text="An engineer is on the way.", sent_at=NOW - timedelta(hours=2))


@pytest.mark.parametrize(
    "text", ["An engineer is on the way.", "@lou an ENGINEER is on the way ^FA", "An engineer  is on the way!!"]
)
def test_what_was_said_here_already_is_noticed_with_who_and_when(text: str) -> None:
    (finding,) = found(Check.REPEATED, text, replies=(SENT,))

    assert finding.reason == "Priya Shah said this here already (17 November, 07:30)."


def test_what_the_public_read_counts_too_in_each_language() -> None:
    pair = reply(
        ReplyState.SENT, text="Sorry about that.", posts=(Post("Sorry about that. ^PS"), Post("Mae'n ddrwg gennym. ^PS"))
    )

    assert excerpts(Check.REPEATED, "Thank you all", second="Mae'n ddrwg gennym", replies=(pair,)) == ["Mae'n ddrwg gennym"]


@pytest.mark.parametrize("state", [ReplyState.DRAFT, ReplyState.FAILED, ReplyState.WITHDRAWN, ReplyState.DELETED])
def test_what_nobody_could_read_was_not_said(state: ReplyState) -> None:
    assert excerpts(Check.REPEATED, "An engineer is on the way.", replies=(reply(state),)) == []


def test_news_and_thanks_are_no_repeats() -> None:
    assert excerpts(Check.REPEATED, "An engineer is there now.", replies=(SENT,)) == []
    assert excerpts(Check.REPEATED, "Thank you!", replies=(reply(ReplyState.SENT, text="Thank you!"),)) == []
