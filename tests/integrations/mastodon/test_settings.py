"""Settings that could not work are refused in words; addresses that staff paste are known for what they are."""

import pytest
from pydantic import ValidationError

from bot.reply import Audience
from integrations.mastodon import addressing
from integrations.mastodon.settings import MastodonAccount

GOOD = {"name": "main", "network": "mastodon", "channel": "C1", "handle": "@harrowmere", "access_token": " token\n"}


def account(**settings):
    return MastodonAccount(**{**GOOD, "api_url": "https://social.example/", **settings})


def test_what_is_copied_with_blanks_and_slashes_is_made_right():
    one = account()

    assert (one.api_url, one.handle, one.host) == ("https://social.example", "harrowmere", "social.example")
    assert one.access_token.get_secret_value() == "token"
    assert account(handle="@harrowmere@example.org").host == "example.org"
    assert "'token'" not in repr(one)


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_url": "https://social.example/api/v1"},
        {"api_url": "social.example"},
        {"handle": "harrow mere"},
        {"handle": "@"},
        {"access_token": ""},
        {"limit": 20},
        {"poll_every": 1},
        {"recheck_every": 10},
        {"visibility": "direct"},
    ],
)
def test_what_cannot_work_is_refused(wrong):
    with pytest.raises(ValidationError):
        account(**wrong)


@pytest.mark.parametrize(
    ("url", "native_id"),
    [
        ("/@ann/114000000000000007", "114000000000000007"),
        ("/@ann@other.example/114000000000000007?x=1#y", "114000000000000007"),
        ("/web/statuses/114000000000000007", "114000000000000007"),
        ("/deck/@ann/114000000000000007/", "114000000000000007"),
        ("/users/ann/statuses/114000000000000007", "114000000000000007"),
        ("/@ann/statuses/01HXZ5B7", "01HXZ5B7"),
        ("/notice/AbC123", "AbC123"),
        ("/@ann", ""),
        ("/about/more", ""),
        ("/", ""),
    ],
)
async def test_the_address_of_a_post_on_our_server_names_it_and_no_other_does(network, server, url, native_id):
    net = network()

    assert net.post_at(server.api_url + url) == native_id
    assert net.post_at("https://elsewhere.example" + url) == ""


async def test_staff_see_that_the_name_goes_in_front_and_what_is_left(network):
    limits = network().limits

    assert limits.limit == 468
    assert limits.about("It opens at nine.") == "the author’s @name goes in front"
    assert limits.about("") == ""
    assert network().speaks_as.endswith("on Mastodon")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("write to help@example.org or https://social.example/@bob", set()),
        ("ask @bob, @cat@other.example. Or (@dan)", {"bob", "cat@other.example", "dan"}),
        ("@Bob@SOCIAL.example", {"bob"}),
        ("nobody @ all, a@b", set()),
    ],
)
def test_names_in_a_text_are_those_that_would_be_told(words, names):
    assert addressing.named_in(words, "social.example") == names


def test_a_private_audience_is_private_whatever_the_post_was():
    assert addressing.visibility({"visibility": "public"}, Audience.AUTHOR, "public") == "direct"
    assert addressing.visibility({}, Audience.AS_ASKED, "public") == "direct"
    assert addressing.visibility({"visibility": "local"}, Audience.AS_ASKED, "public") == "local"
