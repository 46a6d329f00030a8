"""Files that staff put into a form: fetched by id with our token, from Slack's own hosts only, and no larger than asked."""

import logging

import pytest
from structlog.testing import capture_logs

from bot.errors import Refused, SignInAgain, TryLater

pytestmark = pytest.mark.slow

LARGEST = 1_000
PNG = b"\x89PNG" + b"x" * 200


async def put(slack, content=PNG, name="bins.png"):
    """A file Priya put in; returns what Slack stores."""
    return slack.workspace.files[slack.user("priya").uploads(name, content)]


async def test_a_file_is_fetched_with_its_name_and_kind(signed_in, slack):
    stored = await put(slack)

    file = await signed_in.file(stored.id, LARGEST)

    assert (file.name, file.media_type, file.content) == ("bins.png", "image/png", PNG)


async def test_a_file_that_says_it_is_too_large_is_not_fetched_at_all(signed_in, slack):
    stored = await put(slack, b"x" * (LARGEST + 1))

    with pytest.raises(Refused, match="larger than"):
        await signed_in.file(stored.id, LARGEST)


async def test_a_file_that_is_larger_than_it_says_is_not_read_to_its_end(signed_in, slack):
    stored = await put(slack)
    stored.told = {"size": 1}
    stored.content = b"x" * (LARGEST + 1)

    with pytest.raises(Refused, match="larger than"):
        await signed_in.file(stored.id, LARGEST)


@pytest.mark.parametrize("what", ["unknown", "deleted", "not ready", "no id"])
async def test_a_file_that_is_not_there_is_refused_in_words(signed_in, slack, what):
    stored = await put(slack)
    stored.is_deleted, stored.is_ready = what == "deleted", what != "not ready"
    wanted = {"unknown": "F0NOWHERE", "no id": "../../etc/passwd"}.get(what, stored.id)

    with pytest.raises(Refused, match="wait a moment" if what == "not ready" else "add it again"):
        await signed_in.file(wanted, LARGEST)


@pytest.mark.parametrize(
    "told",
    [
        {"url_private_download": "https://elsewhere.example/a.png"},
        {"url_private_download": "https://slack.com.elsewhere.example/a.png"},
        {"is_external": True},
    ],
)
async def test_our_token_goes_to_slacks_own_hosts_only(signed_in, slack, told):
    stored = await put(slack)
    stored.told = told

    with pytest.raises(Refused, match="does not lie in Slack"):
        await signed_in.file(stored.id, LARGEST)


async def test_without_the_scope_an_administrator_is_told_which(signed_in, slack):
    stored = await put(slack)
    slack.gate.scopes.discard("files:read")

    with pytest.raises(SignInAgain, match="files:read"):
        await signed_in.file(stored.id, LARGEST)


async def test_a_page_to_sign_in_at_is_no_file(signed_in, slack):
    stored = await put(slack)
    slack.chaos.next("download", 302)

    with pytest.raises(SignInAgain, match="files:read"):
        await signed_in.file(stored.id, LARGEST)


@pytest.mark.parametrize("trouble", [503, 429, "drop"])
async def test_trouble_on_the_way_may_be_tried_again_and_no_address_is_logged(signed_in, slack, trouble, caplog):
    stored = await put(slack)
    slack.chaos.next("download", trouble, times=2)  # a read whose connection broke is asked for once more

    with caplog.at_level(logging.DEBUG), capture_logs() as logs, pytest.raises(TryLater) as error:
        await signed_in.file(stored.id, LARGEST)

    said = f"{caplog.text} {logs} {error.value} {error.value.__cause__}"
    assert "files-pri" not in said
    assert slack.bot_token not in said
