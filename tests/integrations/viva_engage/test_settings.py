"""The settings of the chat and of an account: what is needed, how it is written, and what is said of what is not right."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import SettingsError
from bot.settings.file import load
from integrations import CHATS, MESSENGERS, NETWORKS
from integrations.viva_engage.settings import SigningIn, VivaEngageAccount, VivaEngageSettings

APP = {"client_id": "0c7a1b5e-0000-4000-8000-7011b0077011", "tenant": "harrowmere.gov.uk"}
ACCOUNT = {"name": "colleagues", "network": "viva_engage", "channel": "desk", **APP}
PAGE = "eyJfdHlwZSI6Ikdyb3VwIiwiaWQiOiIxNTgyNDcwOCJ9"


@pytest.mark.parametrize("written", [15824708, "15824708", " 15824708 ", PAGE], ids=str)
def test_a_community_is_named_by_its_number_or_as_its_page_does(written):
    chat = VivaEngageSettings(communities={"desk": written}, **APP)

    assert chat.communities == {"desk": "15824708"}
    assert VivaEngageAccount(**ACCOUNT, listens_to=[written]).listens_to == ("15824708",)


@pytest.mark.parametrize("written", [0, -1, True, 1.5, "", "desk", "eyJ9", "٣", "1" * 30, None, {}, "WzFd"], ids=str)
def test_what_names_no_community_is_refused(written):
    with pytest.raises(ValidationError, match="community's number"):
        VivaEngageSettings(communities={"desk": written}, **APP)
    with pytest.raises(ValidationError, match=r"name a community for each channel"):
        VivaEngageSettings(communities={}, **APP)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client_id": ""}, "client_id and tenant of your app in Entra, or a token"),
        ({"tenant": ""}, "client_id and tenant of your app in Entra, or a token"),
        ({"tenant": "common"}, "your own directory"),
        ({"tenant": "a/b"}, "as Entra shows it"),
        ({"client_id": "two words"}, "as Entra shows it"),
        ({"token": "two words"}, "one line without spaces"),
        ({"sign_in_url": "http://127.0.0.1"}, "https://"),
        ({"poll_every": 59}, "from 60 to 3600 seconds"),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [VivaEngageSettings, VivaEngageAccount])
def test_both_are_signed_in_alike(kind, wrong, said):
    rest = ACCOUNT if kind is VivaEngageAccount else {**APP, "communities": {"desk": "1"}}
    assert isinstance(kind(**rest), SigningIn)
    assert kind(**rest).poll_every == timedelta(minutes=1)

    with pytest.raises(ValidationError) as error:
        kind(**{**rest, **wrong})

    assert said in str(error.value)


def test_an_account_listens_to_something_and_not_to_what_it_leaves_out():
    with pytest.raises(ValidationError, match="listens to nothing"):
        VivaEngageAccount(**ACCOUNT, mentions=False)
    with pytest.raises(ValidationError, match="both name 15824708"):
        VivaEngageAccount(**ACCOUNT, listens_to=["15824708"], not_in=[15824708])


def test_tokens_from_files_and_lists_from_the_environment_are_read_and_faults_named(tmp_path: Path, monkeypatch):
    (tmp_path / "token").write_text("stand-in-token\n")
    path = tmp_path / "tolbooth.toml"
    path.write_text(f"""
[viva_engage]
token_file = "{tmp_path / "token"}"
[viva_engage.communities]
desk = 15824708
[[accounts]]
name = "colleagues"
network = "viva_engage"
channel = "desk"
token_file = "{tmp_path / "token"}"
""")
    monkeypatch.setenv("TOLBOOTH_ACCOUNTS__COLLEAGUES__LISTENS_TO", "1, 2")
    given = {"networks": NETWORKS, "chats": CHATS, "messengers": MESSENGERS}

    loaded = load(path, **given)

    assert loaded.secrets == {"stand-in-token"}
    [account] = loaded.accounts
    assert isinstance(account, VivaEngageAccount)
    assert account.listens_to == ("1", "2")
    monkeypatch.setenv("TOLBOOTH_VIVA_ENGAGE__COMMUNITIES", "{}")
    monkeypatch.delenv("TOLBOOTH_ACCOUNTS__COLLEAGUES__LISTENS_TO")
    path.write_text(path.read_text().replace("desk = 15824708", 'desk = "Desk"').replace("token_file", "#"))
    with pytest.raises(SettingsError) as error:
        load(path, **given)
    assert "viva_engage.communities.desk: write the community's number" in str(error.value)
