"""The settings of an account on X, right and wrong."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from integrations import NETWORKS
from integrations.x.network import build
from integrations.x.settings import XAccount

KEYS = {"consumer_key": "k", "consumer_secret": "ks", "access_token": "t", "access_token_secret": "ts"}


def account(**settings):
    return XAccount(**{"name": "main", "network": "x", "channel": "C1", "handle": "@harrowmere"} | settings)


def test_four_keys_are_enough_and_replies_go_by_hand_unless_asked_otherwise():
    made = account(**KEYS)

    assert (made.handle, made.replies, made.poll_every) == ("harrowmere", "by_hand", timedelta(seconds=60))
    assert (made.api_url, made.web_url) == ("https://api.x.com", "https://x.com")


def test_a_user_token_is_enough():
    assert account(user_token="u").user_token.get_secret_value() == "u"


def test_a_refresh_token_and_its_client_are_enough():
    made = account(client_id="c", refresh_token="r")

    assert made.renews
    assert made.token_url == "https://api.x.com/2/oauth2/token"


def test_searches_are_kept_in_order_each_once_and_may_be_lines_of_one_text():
    assert account(**KEYS, searches=[" pothole ", "snow", "pothole", ""]).searches == ("pothole", "snow")
    assert account(**KEYS, searches="pothole\nsnow OR ice").searches == ("pothole", "snow OR ice")


def test_prices_may_be_written_as_numbers():
    assert str(account(**KEYS, cost_reply=0.015).cost_reply) == "0.015"


def test_keys_may_stand_in_files(tmp_path):
    (tmp_path / "secret").write_text("from-the-file\n")

    made = account(**{**KEYS, "consumer_secret": None}, consumer_secret_file=str(tmp_path / "secret"))

    assert made.consumer_secret.get_secret_value() == "from-the-file"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "keys are missing: give consumer_key"),
        ({"consumer_key": "k", "access_token": "t"}, "give consumer_secret, access_token_secret too"),
        (KEYS | {"user_token": "u"}, "not two of these"),
        (KEYS | {"poll_every": 1}, "from 5 to 3600 seconds"),
        (KEYS | {"recheck_every": 60}, "0, or from 600 to 43200"),
        (KEYS | {"replies": "maybe"}, "'by_hand' or 'api'"),
        (KEYS | {"handle": "not a handle"}, "handle"),
        (KEYS | {"api_url": "api.x.com"}, "api_url"),
        (KEYS | {"colour": "blue"}, "colour"),
        ({"client_id": "c"}, "give refresh_token too"),
        ({"refresh_token": "r"}, "give client_id too"),
        (KEYS | {"client_id": "c", "refresh_token": "r"}, "not two of these"),
        (KEYS | {"searches": ["ok", "x" * 513]}, "query 2 has 513 characters; X takes 512"),
        (KEYS | {"searches": [f"pothole {n}" for n in range(21)]}, "at most 20 queries"),
        (KEYS | {"searches": ["a", "b", "c"], "poll_every": 5}, "with 3 searches poll_every must be at least 9 seconds"),
        (KEYS | {"read_budget_per_day": -1}, "read_budget_per_day"),
        (KEYS | {"cost_reply": "free"}, "cost_reply"),
        (KEYS | {"direct_messages": True}, 'direct_messages needs replies = "api"'),
        (KEYS | {"likes": True}, 'likes needs replies = "api"'),
    ],
)
def test_a_wrong_setting_is_named(settings, says):
    with pytest.raises(ValidationError, match=says):
        account(**settings)


def test_no_key_is_shown_when_settings_are_wrong_or_printed():
    with pytest.raises(ValidationError) as caught:
        account(**KEYS | {"consumer_key": "sesame", "poll_every": 1})

    assert "sesame" not in str(caught.value)
    assert "sesame" not in repr(account(**KEYS | {"consumer_key": "sesame"}))


def test_every_setting_says_what_it_is():
    assert [name for name, field in XAccount.model_fields.items() if not field.description] == []


def test_the_registry_finds_this_folder():
    assert NETWORKS["x"].build() is build
    assert NETWORKS["x"].settings_class() is XAccount
