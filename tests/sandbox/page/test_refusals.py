"""What cannot be done is refused with a sentence: names of nobody, fields missing or of the wrong kind."""

from datetime import timedelta

import pytest

from integrations.sandbox.page.deeds import DEEDS
from tests.sandbox.page.caller import Caller, Json

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOBODY = "There is nobody here by that name."


async def test_a_command_the_manifest_has_not_is_refused(shared: Caller) -> None:
    answer = await shared.tries("write", who="U0PRIYA", where="C0MENTIONS", text="/foo 1")

    assert answer == (422, {"error": "/foo is not a command here. Type / to see those there are.", "fields": ["text"]})


async def test_a_thread_that_is_not_there_cannot_be_written_in(shared: Caller) -> None:
    answer = await shared.tries("write", who="U0PRIYA", where="C0MENTIONS", text="Hello", thread="1.000001")

    assert answer == (404, {"error": "That thread is not there any more."})


async def test_nobody_writes_where_they_are_not(shared: Caller) -> None:
    for where in ("C0MENTIONSPRIVATE", "D0PRIYA", "C0NOWHERE", "mentions"):
        answer = await shared.tries("write", who="U0FARAH", where=where, text="Hello")
        assert answer == (404, {"error": "You are not in that conversation."})


@pytest.mark.parametrize("message", ["m99999", "m", "99", "m-1", "m１２", "x", "m" + "9" * 40, "m1.5"])
async def test_a_message_that_is_not_there_cannot_be_acted_on(shared: Caller, message: str) -> None:
    answer = await shared.tries("press", who="U0PRIYA", message=message, block_id="b", action_id="a")

    assert answer == (404, {"error": "That message is not there any more."})


@pytest.mark.parametrize("who", ["", "U0NOBODY", "U0TOLBOOTH", "priya"])
@pytest.mark.parametrize("deed", [name for name, deed in DEEDS.items() if "as" in deed.needs.split()])
async def test_nobody_unknown_acts(shared: Caller, deed: str, who: str) -> None:
    everything = {"where": "C0MENTIONS", "text": "x", "view": "V1", "values": {}, "callback_id": "x", "message": "m1"}
    fields = everything | {"block_id": "b", "action_id": "a", "name": "a.png", "content": ""}

    assert await shared.tries(deed, who=who, **fields) == (404, {"error": NOBODY})


@pytest.mark.parametrize("network", ["", "nowhere", "../x"])
async def test_there_is_no_posting_where_there_is_no_network(shared: Caller, network: str) -> None:
    status, answer = await shared.tries("post", network=network, author="Lou", text="Hello")

    assert status == 404
    assert "There is no network called" in answer["error"]


@pytest.mark.parametrize("network", ["x", "board", "webchat"])
async def test_a_post_that_is_not_there_is_neither_answered_nor_changed(shared: Caller, network: str) -> None:
    for deed, fields in (
        ("post", {"author": "Lou", "text": "Hello", "in_reply_to": "404"}),
        ("edit", {"post": "404", "text": "x"}),
        ("delete", {"post": "404"}),
    ):
        status, answer = await shared.tries(deed, network=network, **fields)
        assert (status, answer["error"][-1]) == (404, "."), answer


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"author": " ", "text": "Hello"}, "author"),
        ({"author": "a" * 81, "text": "Hello"}, "author"),
        ({"author": "Lou", "text": "\n"}, "text"),
        ({"author": "Lou", "text": "a" * 12_001}, "text"),
        ({"author": "Lou", "text": "\ud800"}, "text"),
        ({"author": "Lou", "text": 7}, "text"),
        ({"author": "Lou", "text": "Hello", "picture": "yes"}, "picture"),
    ],
)
async def test_a_post_of_the_wrong_shape_names_the_field(shared: Caller, fields: Json, wrong: str) -> None:
    status, answer = await shared.tries("post", network="board", **fields)

    assert (status, answer["fields"]) == (422, [wrong])


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"minutes": 0},
        {"minutes": -5},
        {"minutes": 10**9},
        {"minutes": 1.5},
        {"minutes": True},
        {"minutes": "15"},
        {"until": "evening"},
        {"until": ""},
        {"minutes": 5, "until": "morning"},
    ],
)
async def test_the_clock_is_not_moved_by_nonsense(shared: Caller, fields: Json) -> None:
    before = shared.town.clock.now()

    assert (await shared.tries("pass", **fields))[0] == 422
    assert shared.town.clock.now() - before < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("deed", "fields", "status"),
    [
        ("play", {"scenario": "none", "speed": 1}, 404),
        ("play", {"scenario": "snow", "speed": 7}, 404),
        ("play", {"scenario": "snow"}, 422),
        ("speed", {"speed": 7}, 404),
        ("speed", {"speed": "fast"}, 422),
        ("visit", {"go": "home"}, 422),
    ],
)
async def test_there_is_no_playing_what_there_is_not(shared: Caller, deed: str, fields: Json, status: int) -> None:
    answered, answer = await shared.tries(deed, **fields)

    assert answered == status
    assert answer["error"].endswith(".")


@pytest.mark.parametrize("deed", [name for name, deed in DEEDS.items() if deed.needs])
async def test_what_is_missing_is_named(shared: Caller, deed: str) -> None:
    needs = DEEDS[deed].needs.split()

    status, answer = await shared.tries(deed)

    assert (status, answer) == (422, {"error": f"Missing: {', '.join(needs)}.", "fields": needs})
