"""Every answer that was recorded from a real server, as it came."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, Unsure
from integrations.bluesky import parse
from integrations.bluesky.failures import InvalidSwap, TokenRejected, failure
from integrations.http import HttpAnswer

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/bluesky"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def sample(name: str) -> dict[str, Any]:
    """The recorded answer."""
    path = SAMPLES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    found: dict[str, Any] = json.loads(path.read_text())["response"]
    return found


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("bad_token", TokenRejected),
        ("create_record_existing_rkey_500", Unsure),
        ("create_session_bad_password_401", SignInAgain),
        ("get_post_thread_deleted_source", NotThere),
        ("get_record_missing_400", NotThere),
        ("put_record_bad_rkey_400", Refused),
        ("put_record_conflict_InvalidSwap", InvalidSwap),
        ("too_long_400", Refused),
    ],
)
def test_a_no_as_it_was_recorded_is_understood(name: str, error: type[OutsideError]) -> None:
    said = sample(name)

    found = failure(HttpAnswer(said["status"], {}, json.dumps(said["json"]).encode()), creating=True, now=NOW)

    assert type(found) is error
    assert "did:" not in str(found)


@pytest.mark.parametrize(
    ("name", "key", "count"),
    [
        ("get_posts", "posts", 1),
        ("get_posts_deleted_source", "posts", 0),
        ("get_posts_reply_disabled", "posts", 1),
        ("list_notifications", "notifications", None),
        ("list_notifications_reasons_page1", "notifications", None),
    ],
)
def test_posts_as_they_were_recorded_are_read_each_with_its_words(name: str, key: str, count: int | None) -> None:
    body = sample(name)["json"]

    found = parse.Reader("did:plc:us", "https://bsky.app", NOW).posts(body, key)

    posts = [one for one in body[key] if one["record"].get("$type") == parse.POST]
    assert len(found) == (len(posts) if count is None else count)
    assert [post.record["text"] for post in found] == [one["record"]["text"] for one in posts]


def test_own_records_as_they_were_recorded_are_replies_to_others() -> None:
    body = sample("list_records")["json"]
    me = parse.owner(body["records"][0]["uri"])

    told = list(parse.Reader(me, "https://bsky.app", NOW).answered(body))

    assert [one.text for one in told] == [one["value"]["text"] for one in body["records"]]
