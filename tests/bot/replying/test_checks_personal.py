"""Personal data of others is found in any spelling; what is the organisation's own, or nobody's, is not."""

import pytest

from bot.replying.findings import Check
from tests.bot.replying.drafts import excerpts, found, picture, rules

OURS = ("01632 960100", "jo.bell@harrowmere.example", "@harrowmere.gov.example", "HM1 1AA")


def personal(text: str, *own: str, **other: object) -> list[str]:
    """What is found in an answer."""
    return excerpts(Check.PERSONAL_DATA, text, rules(own_contacts=own), **other)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Ring Sam on 07700 900123.", "07700 900123"),
        ("Ring Sam on +44 7700 900123.", "+44 7700 900123"),
        ("Her number is (01632) 960 123, mornings only", "(01632) 960 123"),
        ("It is 07700 900123 26 Mill Road", "07700 900123"),
        ("On 17 07700 900123", "07700 900123"),
        ("020 7946 0018/9", "020 7946 0018"),
        ("Text 447700900123", "447700900123"),
        ("０７７００ ９００１２３ is his", "０７７００ ９００１２３"),
        ("Call her on 1632 960123", "1632 960123"),
        ("Write to sam.tranter@example.org!", "sam.tranter@example.org"),
        ("sam.tranter at example dot org", "sam.tranter at example dot org"),
        ("Next door at HM4 2QX", "HM4 2QX"),
        ("next door at hm42qx", "hm42qx"),
        ("It is 943 476 5919 on your letter", "943 476 5919"),
        ("Your NHS number 9434765919 is there", "9434765919"),
        ("QQ would be wrong, AB 12 34 56 C is right", "AB 12 34 56 C"),
        ("Card 4111 1111 1111 1111 was charged", "4111 1111 1111 1111"),
        ("Paid to 12-34-56 12345678 today", "12-34-56 12345678"),
        ("Paid to sort code 12-34-56 today", "12-34-56"),
        ("Paid to GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
        ("Your account number is 71234567.", "71234567"),
        ("We have you down as DOB 12/03/1961.", "12/03/1961"),
        ("Her date of birth is 1st March 1961", "1st March 1961"),
    ],
)
def test_what_is_somebodys_own_is_found_as_it_stands(text: str, what: str) -> None:
    assert personal(text) == [what]


@pytest.mark.parametrize(
    "text",
    [
        "The 2024-2025 figures: £12,345,678.90, up from £11,000,000",
        "Open 09:00-17:00 on 12 03 2026, 13.04.2026 and 2026-05-01, numbers 14 to 112",
        "Your report is 26111742, the order 0098765432, the planning ref 0123456789, UPRN 010012345678",
        "Call 101, 111, 119, 999 or 116 123; text 7726",
        "Ring 0300 123 4567, 0345 123 4567, 0800 1111 or 0808 157 0000",
        "Take the A38, the M5 and the a1 1st exit; P45, COVID-19, T20, U18 5pm, B4066",
        "Ask pals@harrowmere.example, hr-enquiries@harrowmere.example or foi.team@harrowmere.example",
        "See https://harrowmere.example/news/07700900123?at=HM42QX and #2026 @user07700900123",
        "By @lou@social.example, 943 476 5918, 1234 5678 9012 3456, AB 12 34 56 Z",
        "Write your date of birth as 12 digits or DD/MM/YYYY; the hall was born on 12/03/1961",
        "Charity number 1234567, company 01234567, VAT 123 4567 89",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert personal(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ring 01632 960100",
        "Ring (01632) 960-100",
        "Ring +44 1632 960100",
        "Mail jo.bell@Harrowmere.example",
        "Mail jo@harrowmere.gov.example or jo@mail.harrowmere.gov.example",
        "We are at HM1 1AA, hm11aa",
    ],
)
def test_the_organisations_own_is_nobodys_in_any_spelling(text: str) -> None:
    assert personal(text, *OURS) == []
    assert personal(text) != []


def test_a_domain_like_our_own_is_not_our_own() -> None:
    assert personal("jo@notharrowmere.gov.example", *OURS) == ["jo@notharrowmere.gov.example"]


def test_what_the_author_wrote_themselves_is_said_to_be_so_in_public_and_may_be_repeated_in_private() -> None:
    asked = "my no is 07700900123, ring me"

    public = found(Check.PERSONAL_DATA, "We will ring 07700 900123", asked=asked)

    assert "They wrote it themselves" in public[0].reason
    assert personal("We will ring 07700 900123", asked=asked, private=True) == []
    assert personal("We will ring 07700 900124", asked=asked, private=True) == ["07700 900124"]


def test_the_second_language_and_the_words_on_a_picture_are_looked_at_too() -> None:
    other = {"second": "Ffoniwch 07700 900123", "media": (picture("A letter to Sam, HM4 2QX"),)}

    assert personal("Ring us", **other) == ["07700 900123", "HM4 2QX"]


def test_the_reason_says_what_it_is_and_never_repeats_it() -> None:
    findings = found(Check.PERSONAL_DATA, "07700 900123, sam@example.org, NHS number 9434765919")

    assert [one.reason.partition(",")[0] for one in findings] == [
        "This looks like an e-mail address",
        "This looks like an NHS number",
        "This looks like a telephone number",
    ]
    assert not any(one.excerpt in one.reason + one.fix for one in findings)
