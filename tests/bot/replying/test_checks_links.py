"""Links lead where the organisation wants, and show where they lead."""

import pytest

from bot.replying.findings import Check
from tests.bot.replying.drafts import excerpts, found, rules

LISTED = rules(link_hosts=("harrowmere.example", "https://www.gov.uk/", "*.nhs.uk", "hrw.re"))


@pytest.mark.parametrize(
    "text",
    [
        "https://harrowmere.example/bins",
        "See (www.harrowmere.example:443/bins?x=1#y).",
        "HTTPS://JOBS.Harrowmere.Example.",
        "https://www.gov.uk and 111.nhs.uk/online",
        "hrw.re/x1",
    ],
)
def test_a_listed_host_and_all_below_it_are_fine(text: str) -> None:
    assert excerpts(Check.LINKS, text, LISTED) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("See https://evil.example/x.", "https://evil.example/x"),
        ("evil.example/x", "evil.example/x"),
        ("Go to evil.com, now", "evil.com"),
        ("www.evil.zzz", "www.evil.zzz"),
        ("https://harrowmere.example.evil.example", "https://harrowmere.example.evil.example"),
        ("https://notharrowmere.example", "https://notharrowmere.example"),
        ("link:https://evil.example", "https://evil.example"),
        ("evil。com", "evil。com"),
    ],
)
def test_any_other_host_is_found(text: str, what: str) -> None:
    (finding,) = found(Check.LINKS, text, LISTED)

    assert finding.excerpt == what
    assert finding.fix == "Use the full address on harrowmere.example."
    assert excerpts(Check.LINKS, text) == []


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://bit.ly/3xyz", "does not show where it leads"),
        ("bit.ly/3xyz", "does not show where it leads"),
        ("tinyurl.com/bins", "does not show where it leads"),
        ("https://harrowmere.example@evil.example/x", "it leads to evil.example"),
        ("https://harrowmere.example\\@evil.example", "leads elsewhere"),
        ("https://hаrrowmere.example", "not all plain"),
        ("https://xn--hrrowmere-9fb.example/", "not all plain"),
        ("http://192.0.2.7/bins", "to a number"),
        ("http://3221225991/bins", "to a number"),
        ("http://[2001:db8::7]/bins", "to a number"),
    ],
)
def test_a_link_that_hides_where_it_leads_is_found_with_or_without_a_list(link: str, why: str) -> None:
    for by in (LISTED, rules()):
        (finding,) = found(Check.LINKS, f"Look: {link}", by)
        assert finding.excerpt == link
        assert why in finding.reason or "lead elsewhere" in finding.reason


def test_a_host_that_reads_like_one_of_ours_is_called_that() -> None:
    for link in ("https://harrovvmere.example", "https://www.harr0wmere.example", "harrow-mere.example/x"):
        (finding,) = found(Check.LINKS, link, LISTED)
        assert finding.reason == "This reads like harrowmere.example, and is another address."


@pytest.mark.parametrize(
    "text",
    [
        "Tomorrow.Please bring e.g. tins, i.e. food",
        "a.m./p.m., 10.30/11.00, 8.30am, no.10, U.K. and P.S.",
        "info@evil.com, @lou@social.example, @harrowmere.social.example",
        "We are open.It is cold.No buses. And/or, he/she",
        "https://",
    ],
)
def test_a_full_stop_makes_no_link(text: str) -> None:
    assert excerpts(Check.LINKS, text, LISTED) == []
