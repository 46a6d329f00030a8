"""Whatever anybody types or pastes: no check fails, takes long, or speaks of words that are not there."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reply import ReplyState
from bot.replying.findings import Check, PreElection, Rules, Says
from bot.replying.look_over import CHECKS, MOST, Draft, look_over
from tests.bot.council import account
from tests.bot.replying.drafts import draft, picture, rules
from tests.bot.stories import reply

pytestmark = pytest.mark.slow

PERIOD = PreElection(date(2026, 1, 1), date(2026, 12, 31), ("Ana Hargreave", "#Vote"))
OWN = st.sampled_from(
    ["07700 900123", "+44 1632 960123", "sam@example.org", "@example.org", "HM4 2QX", "943 476 5919", "", "@", "x"]
)
WHOLE = rules(
    blocked_words=("idiot", "moan*", "no comment"),
    link_hosts=("harrowmere.example",),
    reading_age=9,
    pre_election=(PERIOD,),
    language_of=lambda text: "en" if "the" in text else "cy",
)
PIECES = st.sampled_from(
    [
        "07700 900123",
        "+44",
        "HM4 2QX",
        "sam@example.org",
        "@lou",
        "943 476 5919",
        "4111 1111 1111 1111",
        "12-34-56 12345678",
        "GB82 WEST 1234 5698 7654 32\n    ",
        "https://",
        "evil.example/x",
        "bit.ly/x",
        "\\",
        "#stormdarragh",
        "We'll",
        "will",
        "by",
        "within",
        "3",
        "days",
        "Friday",
        "tomorrow",
        "5pm",
        "31 February",
        "99/99",
        "the 0th",
        "1am",
        "13pm\n    ",
        "your case is",
        "as you told us",
        "privately",
        "What is your",
        "address",
        "This is",
        "Orrendale Police",
        "Harrowmere Council",
        "IDIOT",
        "moaning",
        "DO NOT GO\n    ",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200d",
        "́",
        "👩\u200d👩\u200d👧",
        "🏴",
        "ﬁ",
        "İ",
        "ß",
        "ς",
        "�",
        "\n",
        ".",
        "?",
        "!",
        ":",
        "/",
        "^PK",
        "account number is",
        "in the next",
        "a couple of",
        "next",
        "week",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=25).map(" ".join))
OTHERS = (account("p", label="Orrendale Police", speaks_as="@OrrendalePolice"), account("c", label="Harrowmere Council"))


def anything(text: str, second: str = "", alt: str = "") -> Draft:
    """A draft with everything a draft can have."""
    sent = reply(ReplyState.SENT, text="An engineer is on the way.")
    return draft(text, asked="ring 07700900123", second=second, media=(picture(alt),), others=OTHERS, replies=(sent,))


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_no_text_makes_a_check_fail_and_what_is_found_stands_there(text: str, second: str, alt: str) -> None:
    whole = anything(text, second, alt)

    for check, look in CHECKS.items():
        for finding in look(whole, WHOLE):
            assert finding.check is check
            assert finding.reason
            assert finding.fix
            assert any(finding.excerpt in part for part in (text, second, alt, "IMG_2031.jpg"))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(OWN, max_size=3), OWN)
def test_one_more_contact_of_our_own_never_adds_a_finding(text: str, own: list[str], one_more: str) -> None:
    look = CHECKS[Check.PERSONAL_DATA]
    before = list(look(anything(text), replace(WHOLE, own_contacts=tuple(own))))
    after = list(look(anything(text), replace(WHOLE, own_contacts=(*own, one_more))))

    assert [finding for finding in before if finding in after] == after


LONG = 100_000
HOSTILE = {
    "one letter": "a",
    "full stops": "a.",
    "hyphens": "a-",
    "an @ each": "a@",
    "@ with stops": "a@a.",
    "at and dot": "a at a dot ",
    "digits": "1",
    "digits apart": "1 ",
    "brackets": "(1",
    "numbers": "07700 900123 ",
    "postcodes": "HM4 2QX ",
    "slashes": "a.b/",
    "schemes": "https://",
    "backslashes": "https:\\\\",
    "hashtags": "#stormdarragh",
    "hashes": "#",
    "capitals": "A",
    "loud words": "ROAD CLOSED ",
    "promises": "we'll by friday ",
    "days": "by friday ",
    "sentences": "We will be there by Friday. ",
    "end of the": "end of the ",
    "your": "your case is ",
    "as you": "as you told us a a ",
    "names": "this is Orrendale Police ",
    "quotes": ".\"'",
    "emoji": "👩‍👩‍👧‍👦",
    "flags": "🏴\U000e0067\U000e0062",
    "marks": "\u0301",
    "turns": "\u202e\u2066",
    "spaces": " \n",
    "carets": "^PK",
    "wide": "ｗｗｗ．",
    "ligature": "\ufdfa",
    "zeros": "0",
    "vowels": "the aeiou ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hundred_thousand_letters_are_read_to_their_end_by_every_check(piece: str) -> None:
    text = (piece * (LONG // len(piece) + 1))[:LONG]

    for look in CHECKS.values():
        for _ in zip(range(MOST), look(anything(text), WHOLE), strict=False):
            pass


def test_what_is_found_often_is_said_a_few_times() -> None:
    text = " ".join(f"HM{number} 2QX" for number in range(10, 60))

    assert len(look_over(draft(text), Rules(says={Check.PERSONAL_DATA: Says.WARN}))) == MOST
