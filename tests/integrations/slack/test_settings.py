"""Wrong tokens are refused in words that say what to do, and never repeat the token."""

import pytest
from pydantic import ValidationError

from integrations.slack.settings import SlackSettings, value

BOT, APP = "xoxb-1-secret", "xapp-1-secret"


def refusal(**given):
    with pytest.raises(ValidationError) as caught:
        SlackSettings.model_validate(given)
    return str(caught.value)


def test_socket_mode_needs_two_tokens():
    settings = SlackSettings.model_validate({"bot_token": f" {BOT}\n", "app_token": APP})

    assert (settings.mode, value(settings.bot_token), value(settings.app_token)) == ("socket", BOT, APP)
    assert settings.api_url == "https://slack.com/api/"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"bot_token": APP, "app_token": BOT}, "holds an app-level token (xapp-…): swap it with slack.app_token"),
        ({"bot_token": "xoxp-1-secret", "app_token": APP}, "slack.bot_token must start with xoxb-"),
        ({"bot_token": BOT, "app_token": BOT}, "slack.app_token holds a bot token"),
        ({"bot_token": BOT, "app_token": "1-secret"}, "slack.app_token must start with xapp-"),
        ({"bot_token": BOT}, "needs slack.app_token"),
        ({"mode": "http", "bot_token": BOT}, "needs slack.signing_secret"),
        ({"mode": "http", "bot_token": BOT, "signing_secret": " "}, "needs slack.signing_secret"),
        ({"bot_token": BOT, "app_token": APP, "api_url": "https://slack.com/"}, "api_url"),
    ],
)
def test_what_is_wrong_is_said_without_the_token(given, words):
    said = refusal(**given)

    assert words in said
    assert "1-secret" not in said


def test_a_secret_may_be_in_a_file(tmp_path):
    (tmp_path / "token").write_text(f"{BOT}\n")

    settings = SlackSettings.model_validate({"bot_token_file": str(tmp_path / "token"), "app_token": APP})

    assert value(settings.bot_token) == BOT
    assert BOT not in repr(settings)
