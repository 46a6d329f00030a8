"""Bodies a hostile or broken sender could sign: each is refused by name, at once, and none breaks the reader."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.ports import WebhookRefused
from integrations.webchat.parse import items_in

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
MIB = 1 << 20


def created(**changes: Any) -> dict[str, Any]:
    post = {"id": "p1", "text": "Hello", "author": {"id": "a1", "name": "Lou"}, "posted_at": "2026-11-17T09:00:00Z"}
    return {"type": "mention.created", "data": {**post, **changes}}


BROKEN = {
    "a mebibyte of brackets": b"[" * MIB,
    "arrays in arrays": b'{"type":"x","data":{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
    "objects in objects": b'{"data":' * 50_000 + b"1" + b"}" * 50_000,
    "a number of half a million digits": b'{"type":"x","data":{"n":' + b"1" * 500_000 + b"}}",
    "not UTF-8": b'{"type":"mention.created","data":{"id":"\xff"}}',
    "nothing": b"",
    "a list": b"[]",
    "half an object": b'{"type":"mention.created","data":{',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_body_that_cannot_be_read_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(WebhookRefused) as refused:
        items_in(body, NOW)

    assert refused.value.status == 422
    assert refused.value.fields


WRONG = {
    "data.posted_at": [created(posted_at=float("nan")), created(posted_at=1e300), created(posted_at="2026-11-17T09:00:00")],
    "data.id": [created(id=""), created(id="x" * 501), created(id=7), created(id=None)],
    "data.author": [created(author="Lou"), created(author=[])],
    "data.url": [created(url="javascript:alert(1)"), created(url="file:///etc/passwd")],
    "data.media.0.url": [created(media=[{"url": "data:text/html,x"}])],
}


@pytest.mark.parametrize(("field", "event"), [(field, event) for field, events in WRONG.items() for event in events])
def test_a_field_that_cannot_be_right_is_named(field: str, event: dict[str, Any]) -> None:
    with pytest.raises(WebhookRefused) as refused:
        items_in(json.dumps(event).encode(), NOW)

    assert refused.value.fields == (field,)


def test_of_two_types_the_same_one_is_believed_throughout() -> None:
    body = b'{"type":"mention.created","type":"mention.unknown","data":{}}'

    assert items_in(body, NOW) == ()
