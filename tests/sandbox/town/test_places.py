"""What residents write in each place reaches the desk, and what staff answer is seen there."""

import json
from typing import Any

import aiohttp
import pytest

from integrations.sandbox.answering import sends
from integrations.sandbox.board import Board, sign
from integrations.sandbox.places import Author, Post, Thread
from integrations.sandbox.town import ALT, Town
from integrations.sandbox.town_people import PEOPLE

pytestmark = pytest.mark.slow

PLACES = ("x", "board", "webchat")
CHANNEL = {"x": "mentions", "board": "mentions", "webchat": "webchat"}


async def card(town: Town, ref: str, says: str = "") -> str:
    """The card's words, once it says so."""
    await town.slack.until(lambda: says in town.slack.card(ref).text, 10)
    return town.slack.card(ref).text


def thread(town: Town, place: str, post: str) -> Thread:
    """The thread that began with a post."""
    return next(one for one in town.places[place].threads() if one.id == post)


async def answer(town: Town, number: int, text: str) -> None:
    """Priya answers, and the hold runs out."""
    priya = town.slack.user("priya")
    await priya.command(f"/reply {number}", channel="mentions")
    await priya.submit({"text": text})
    sent = await sends(priya)
    assert not sent.errors, sent.errors
    await town.passes(seconds=11)


@pytest.mark.parametrize("place", PLACES)
async def test_a_post_becomes_a_card_and_the_answer_appears_under_it(town: Town, place: str) -> None:
    post = await town.post(place, "Lou Tranter", "Is the ford open? <b>&amp;")
    await card(town, "M-1")

    await answer(town, 1, "It is open until six.")

    await town.slack.until(lambda: len(thread(town, place, post).posts) == 2, 10)
    first, second = thread(town, place, post).posts
    assert town.slack.card("M-1").channel == town.slack.channel(CHANNEL[place]).id
    assert "Is the ford open? <b>&amp;" in town.slack.card("M-1").text
    assert (first.author_name, first.ours, "Is the ford open? <b>&amp;" in first.text) == ("Lou Tranter", False, True)
    said = "It is open until six." + " ^PS" * (place == "x")  # where whoever wrote it signs
    assert (second.author_name, second.ours, second.text) == ("Harrowmere Council", True, said)
    await card(town, "M-1", "answered by Priya Shah")


@pytest.mark.parametrize("place", PLACES)
async def test_an_edited_post_is_marked_on_its_card(town: Town, place: str) -> None:
    post = await town.post(place, "Lou Tranter", "The brigde is shut")
    await card(town, "M-1")

    await town.edit(place, post, "The bridge is shut")

    assert "The bridge is shut" in await card(town, "M-1", "bridge")
    shown = thread(town, place, post).posts[0]
    assert (shown.edited, shown.gone) == (True, False)
    assert "The bridge is shut" in shown.text


@pytest.mark.parametrize("place", PLACES)
async def test_a_deleted_post_is_gone_from_its_card(town: Town, place: str) -> None:
    post = await town.post(place, "Lou Tranter", "My number is 01632 960001")
    await card(town, "M-1", "960001")

    await town.delete(place, post)
    await town.passes(minutes=11)

    await town.slack.until(lambda: "960001" not in town.slack.card("M-1").text, 10)
    shown = thread(town, place, post).posts[0]
    assert (shown.gone, shown.text) == (True, "")


@pytest.mark.parametrize("place", PLACES)
async def test_what_the_author_adds_under_their_post_joins_its_card(town: Town, place: str) -> None:
    post = await town.post(place, "Lou Tranter", "Is the ford open?")
    await card(town, "M-1")

    more = await town.post(place, "Lou Tranter", "It has rained all night", in_reply_to=post)

    assert [one.id for one in thread(town, place, post).posts] == [post, more]
    await town.slack.until(lambda: any("rained all night" in one.text for one in town.slack.card("M-1").thread), 10)
    with pytest.raises(LookupError):
        town.slack.card("M-2")


async def test_an_authors_answer_to_our_answer_joins_the_conversation(town: Town) -> None:
    post = await town.post("board", "Lou Tranter", "Is the ford open?")
    await card(town, "M-1")
    await answer(town, 1, "It is.")
    await town.slack.until(lambda: len(thread(town, "board", post).posts) == 2, 10)
    ours = thread(town, "board", post).posts[1]

    await town.post("board", "Lou Tranter", "Thank you!", in_reply_to=ours.id)

    assert [one.text for one in thread(town, "board", post).posts] == ["Is the ford open?", "It is.", "Thank you!"]
    await town.slack.until(lambda: any("Thank you!" in one.text for one in town.slack.card("M-1").thread), 10)


@pytest.mark.parametrize("place", ["x", "board"])
async def test_a_picture_is_described(town: Town, place: str) -> None:
    post = await town.post(place, "Lou Tranter", "Look", picture=True)

    assert ALT in await card(town, "M-1", ALT)
    assert thread(town, place, post).posts[0].alt == ALT


async def test_the_thread_written_in_last_comes_first(town: Town) -> None:
    first = await town.post("board", "Ada", "one")
    second = await town.post("board", "Ben", "two")
    assert [one.id for one in town.places["board"].threads()] == [second, first]

    await town.post("board", "Ben", "me too", in_reply_to=first)

    assert [one.id for one in town.places["board"].threads()] == [first, second]


@pytest.mark.parametrize("place", PLACES)
async def test_nobody_changes_what_is_not_there_or_not_a_residents(town: Town, place: str) -> None:
    post = await town.post(place, "Lou Tranter", "Is the ford open?")
    await card(town, "M-1")
    await answer(town, 1, "It is.")
    await town.slack.until(lambda: len(thread(town, place, post).posts) == 2, 10)
    ours = thread(town, place, post).posts[1].id

    for missing in (ours, "nothing"):
        with pytest.raises(LookupError, match="no such post"):
            await town.edit(place, missing, "other words")
        with pytest.raises(LookupError, match="no such post"):
            await town.delete(place, missing)
    with pytest.raises(LookupError, match="no such post"):
        await town.post(place, "Lou Tranter", "hello?", in_reply_to="nothing")
    with pytest.raises(LookupError, match="There are: x, webchat, board"):
        await town.post("radio", "Lou Tranter", "hello?")


async def test_a_private_line_is_seen_in_the_private_channel_only(town: Town) -> None:
    await town.places["webchat"].write(somebody(), "he reads my messages", alt=None, in_reply_to="", private=True)

    await card(town, "M-1")

    assert town.slack.card("M-1").channel == town.slack.channel("mentions-private").id


async def test_an_answer_nobody_signed_is_refused_and_a_repeat_is_shown_once_only(town: Town) -> None:
    board = town.places["board"]
    assert isinstance(board, Board)
    post = await town.post("board", "Lou Tranter", "Is the ford open?")
    body = json.dumps({"type": "reply.created", "data": {"id": "r1", "in_reply_to": post, "text": "Yes"}}).encode()
    stamp = str(int(town.clock.now().timestamp()))

    async def call(key: bytes, stamp: str = stamp) -> int:
        signed = {"webhook-id": "r1", "webhook-timestamp": stamp, "webhook-signature": sign(key, "r1", stamp, body)}
        async with aiohttp.ClientSession() as http, http.post(board.reply_url, data=body, headers=signed) as answer:
            return answer.status

    assert await call(b"another key") == 401
    assert await call(board.key, str(int(stamp) - 600)) == 401
    assert await call(board.key) == 200
    assert await call(board.key) == 200
    assert [one.text for one in shown(town, "board")] == ["Is the ford open?", "Yes"]


async def test_the_towns_people_have_their_parts(town: Town) -> None:
    assert [(one.handle, one.role) for one in PEOPLE] == [
        ("priya", "responder"),
        ("farah", "responder"),
        ("dev", "duty officer"),
        ("morag", "team lead"),
        ("tam", "trainee"),
    ]
    assert town.slack.channel("mentions-private").members == ["U0PRIYA", "U0MORAG", town.slack.bot_user]


async def test_the_bot_says_what_can_be_typed_and_what_it_is_in_the_chat(town: Town) -> None:
    typed = [words for words, _, _ in town.bot.typed()]

    assert typed[:4] == ["/claim", "/reply", "/mention record", "/handover"]
    assert "/mention snooze" in typed
    assert "/mention undo" not in typed
    assert town.bot.manifest()["features"]["slash_commands"][0]["command"] == "/mention"


def shown(town: Town, place: str) -> list[Post]:
    """Every post of a place."""
    return [post for one in town.places[place].threads() for post in one.posts]


def somebody() -> Author:
    """A visitor."""
    return Author("Visitor 4102", "visitor_4102")


async def test_what_the_settings_say_of_pictures_is_what_each_network_takes(town: Town) -> None:
    bot: Any = town.bot

    said = {account.name: account.takes_pictures for account in bot.loaded.accounts}

    assert said == {name: network.abilities.media is not None for name, network in bot.networks.items()}
    assert "files:read" in bot.manifest()["oauth_config"]["scopes"]["bot"]
