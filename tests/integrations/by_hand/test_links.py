"""A post has one address however its link was passed on, and only links of its own sites belong to an account."""

import pytest

from bot.clock import SystemClock
from bot.errors import Refused
from bot.ports import Outgoing
from integrations.by_hand.network import build
from integrations.by_hand.settings import ByHandAccount

GIVEN = {"name": "pins", "network": "by_hand", "channel": "mentions", "place": "Pinterest", "label": "Harrowmere"}
PIN = "https://pinterest.com/pin/4711"


def network(**more: object):
    settings = ByHandAccount.model_validate({**GIVEN, "sites": ["Pinterest.com", "https://www.pinterest.co.uk/"], **more})
    return build(settings, http=None, clock=SystemClock())


@pytest.mark.parametrize(
    "link",
    [
        PIN,
        "http://pinterest.com/pin/4711/",
        "https://www.pinterest.com/pin/4711",
        "HTTPS://WWW.Pinterest.COM/pin/4711/",
        "https://m.pinterest.com:443/pin/4711?utm_source=a&utm_medium=b",
        "https://pinterest.com/pin/4711/?fbclid=IwAR0&gclid=x&igsh=1&invite_code=9",
        "https://pinterest.com/pin/4711#comment-3",
        "https://somebody:secret@pinterest.com/pin/4711",
    ],
)
def test_one_post_has_one_address(link: str) -> None:
    assert network().post_at(link) == PIN


@pytest.mark.parametrize(
    ("link", "known"),
    [
        ("https://www.pinterest.co.uk/pin/4711/", "https://pinterest.co.uk/pin/4711"),
        ("https://uk.pinterest.com/pin/4711/", "https://uk.pinterest.com/pin/4711"),
        ("https://pinterest.com/pin?id=9&utm_id=3&q=a%20b", "https://pinterest.com/pin?id=9&q=a+b"),
        ("https://pinterest.com:8443/pin/1", "https://pinterest.com:8443/pin/1"),
    ],
)
def test_what_makes_it_another_post_stays(link: str, known: str) -> None:
    assert network().post_at(link) == known


@pytest.mark.parametrize(
    "link",
    [
        "https://pinterest.com",
        "https://www.pinterest.com/?utm_source=a",
        "https://notpinterest.com/pin/1",
        "https://pinterest.com.example.net/pin/1",
        "https://example.net/pinterest.com/pin/1",
        "https://example.net/?u=https://pinterest.com/pin/1",
        "ftp://pinterest.com/pin/1",
        "javascript:alert(1)//pinterest.com/pin/1",
        "https://[pinterest.com/pin/1",
        "https://pinterest.com:port/pin/1",
        "https://pinterest.com/pin/\u202e1",
        f"https://pinterest.com/pin/{'1' * 3000}",
        "",
    ],
)
def test_another_sites_link_is_none_of_ours(link: str) -> None:
    assert network().post_at(link) == ""


def test_the_words_and_the_link_are_put_into_the_page_of_the_settings() -> None:
    page = network(reply_page="https://forum.example.org/new?about={link}&text={text}").reply_page(PIN, "Yes & no {link}?")

    assert page == (
        "https://forum.example.org/new?about=https%3A%2F%2Fpinterest.com%2Fpin%2F4711&text=Yes%20%26%20no%20%7Blink%7D%3F"
    )


async def test_nothing_is_ever_sent_and_whoever_tries_is_told_where(clock) -> None:
    reply = Outgoing("r1", "Yes", PIN, PIN, clock.now())

    with pytest.raises(Refused, match="Pinterest are posted by hand") as refused:
        await network(reply_page="https://forum.example.org/new?about={link}").publish(reply)

    assert refused.value.by_hand == "https://forum.example.org/new?about=https%3A%2F%2Fpinterest.com%2Fpin%2F4711"


def test_an_account_says_as_whom_a_person_answers_and_is_not_read() -> None:
    made = network(handle="@harrowmere", limit=500)

    assert (made.by_hand, made.poll_every, made.speaks_as) == (True, None, "@harrowmere on Pinterest")
    assert network().speaks_as == "Harrowmere on Pinterest"
    assert (made.limits.limit, made.limits.count("👨‍👩‍👧")) == (500, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sites": []}, "at least 1 item"),
        ({"sites": "pinterest"}, "is no site; write it such as"),
        ({"sites": "https://["}, "is no site"),
        ({"reply_page": "javascript:{text}"}, "should match pattern"),
        ({"place": ""}, "at least 1 character"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        network(**wrong)
