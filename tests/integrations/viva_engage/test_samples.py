"""The sample payloads, where they are to hand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SignInAgain
from integrations.http import HttpAnswer
from integrations.viva_engage.failures import Call, explained, failure
from integrations.viva_engage.reading_json import feed

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "payloads" / "yammer"
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def sample(name: str) -> Any:
    path = SAMPLES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the sample {name}.json is not here")
    return json.loads(path.read_text())["body"]


def test_a_page_of_a_community():
    found = feed(sample("messages_in_group"), NOW)

    assert found is not None
    [one] = found.messages
    assert (one.id, one.sender, one.thread, one.group, one.replied_to) == (305298242, 1486405, 305298242, 15824708, None)
    assert one.at == datetime(2013, 6, 25, 18, 14, 45, tzinfo=UTC)
    assert one.url.endswith("/messages/305298242")
    assert (found.older, found.me, found.starters, found.unread) == (True, 1486405, {305298242: 1486405}, 0)
    assert (found.people[1486405].email, found.people[1486405].network) == ("joe@example.gov.uk", 0)


def test_what_staff_wrote_under_a_card():
    found = feed(sample("messages_reply_staff_command"), NOW)

    assert found is not None
    assert [(one.plain, one.parsed, one.thread, one.replied_to) for one in found.messages] == [
        ("claim", "claim", 305298242, 305298242)
    ]


def test_a_token_that_is_not_known():
    body = json.dumps(sample("error_401_token")).encode()

    assert explained(body) == "Token not found."
    assert isinstance(failure(HttpAnswer(401, {}, body), Call.READ), SignInAgain)
