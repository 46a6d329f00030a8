"""Payloads as servers give them: recorded ones where they are beside this checkout, and other servers' shapes."""

import json
from pathlib import Path

import pytest

from bot.errors import NotThere, Refused
from bot.ports import Incoming
from integrations.http import HttpAnswer
from integrations.mastodon import parse
from integrations.mastodon.failures import Call, failure
from integrations.mastodon.replies import receipt
from tests.standins.mastodon import Trouble

PAYLOADS = Path(__file__).parent / "payloads"
SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/mastodon"


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    read = json.loads(path.read_text())
    return read.get("body") or read["response"]["json"]


async def told(server, network, body):
    """What a poll makes of a page."""
    server.chaos.append(Trouble("GET", "/api/v1/notifications", 200, json.dumps(body).encode()))
    return (await network().fetch('{"v":1,"lists":{"notifications":{"since":"2019-01-01T00:00:00Z","anchor":"1"}}}')).items


async def test_a_mention_from_gotosocial_is_read(server, network):
    (post,) = await told(server, network, json.loads((PAYLOADS / "gotosocial_mention.json").read_text()))

    assert post.text == "Lamp 12 in Mill Lane is out.\n\n- since Monday\n- all night"
    assert (post.author.name, post.author.handle, post.language) == ("imogen", "imogen@fenwick.example", "")
    assert post.private


async def test_a_mention_from_pleroma_is_read_and_keeps_the_conversation_it_names(server, network):
    (post,) = await told(server, network, json.loads((PAYLOADS / "pleroma_mention.json").read_text()))

    assert post.text == "Ydy'r llyfrgell ar agor?\nDiolch"
    assert (post.conversation, post.private) == ("thread-4711", False)


@pytest.mark.parametrize("name", ["notifications_mention.json", "notifications_page.json"])
async def test_a_recorded_page_is_read(server, network, name):
    items = await told(server, network, sample(name))

    assert all(isinstance(one, Incoming) and one.author.id and one.text for one in items)
    assert len(items) == 1


@pytest.mark.parametrize("name", ["post_status.json", "reply_post.json", "delete_status.json"])
def test_a_recorded_yes_names_the_post(name):
    given = sample(name)

    assert (receipt(given).native_id, receipt(given).url) == (given["id"], given["url"])


def test_a_recorded_reply_is_alike_to_what_was_sent():
    assert parse.alike(parse.shown(sample("reply_post.json"))) == parse.alike("@mastodonpy_test_2@localhost same!")


@pytest.mark.parametrize(
    ("name", "status", "error"), [("status_empty_422.json", 422, Refused), ("status_missing_404.json", 404, NotThere)]
)
def test_a_recorded_refusal_is_understood(clock, name, status, error):
    answer = HttpAnswer(status, {}, json.dumps(sample(name)).encode())

    assert isinstance(failure(answer, Call.CREATE, clock.now()), error)
