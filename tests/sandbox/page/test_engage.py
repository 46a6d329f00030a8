"""The third panel: what each person sees of Viva Engage, and what they write there; nothing of it while it is closed."""

import json

import pytest

from tests.sandbox.page.caller import Caller, Json

pytestmark = pytest.mark.slow  # a town each


async def panel(caller: Caller, who: str = "U0PRIYA", place: str = "mentions") -> Json:
    """The panel, open at a place."""
    return dict((await caller.get(f"/view?as={who}&engage={place}"))["engage"])


async def test_it_is_closed_until_it_is_asked_for(caller: Caller) -> None:
    assert (await caller.view())["engage"] is None


@pytest.mark.parametrize(
    ("who", "names"),
    [("U0PRIYA", ["Mentions", "Webchat", "Mentions private", "Messages"]), ("U0DEV", ["Mentions", "Webchat", "Messages"])],
)
async def test_a_private_community_is_for_its_members(caller: Caller, who: str, names: list[str]) -> None:
    shown = await panel(caller, who, "mentions-private")

    assert [one["name"] for one in shown["places"]] == names
    assert shown["open"] == ("mentions-private" if "Mentions private" in names else "mentions")


async def test_what_is_said_stands_in_the_thread_that_was_begun_last_first(caller: Caller) -> None:
    for text in ("Good morning", "Anybody for lunch?"):
        await caller.do("engage", who="U0PRIYA", where="webchat", text=text)
    lunch, morning = (await panel(caller, place="webchat"))["threads"]

    await caller.do("engage", who="U0DEV", where="webchat", text="And to you, @priya", thread=morning["id"])

    threads = (await panel(caller, place="webchat"))["threads"]
    assert [one["id"] for one in threads] == [lunch["id"], morning["id"]]
    said = threads[1]["messages"][-1]
    assert (said["user"], said["text"]) == ({"id": "U0DEV", "name": "Dev Rao", "bot": False}, "And to you, Priya Shah")
    assert all(isinstance(one["id"], str) for one in json.loads(json.dumps(threads)))


async def test_what_is_written_in_private_is_for_one_person(caller: Caller) -> None:
    await caller.do("engage", who="U0PRIYA", where="private", text="Good morning, Tolbooth")

    mine, theirs = await panel(caller, place="private"), await panel(caller, "U0DEV", "private")

    assert mine["threads"][0]["messages"][0]["text"] == "Good morning, Tolbooth"
    assert theirs["threads"] == []


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"where": "mentions-private", "text": "Hello"}, 404, "You are not in that community."),
        ({"where": "nowhere", "text": "Hello"}, 404, "You are not in that community."),
        ({"where": "mentions", "text": "Hello", "thread": "1"}, 404, "That thread is not there any more."),
        ({"where": "mentions", "text": " "}, 422, "There is nothing in text."),
        ({"where": "mentions", "text": "x" * 10_001}, 422, "text is longer than 10,000 characters."),
    ],
)
async def test_what_cannot_be_said_there_is_refused_with_a_sentence(
    caller: Caller, fields: Json, status: int, sentence: str
) -> None:
    assert (await caller.tries("engage", who="U0DEV", **fields))[0] == status
    assert (await caller.tries("engage", who="U0DEV", **fields))[1]["error"] == sentence
