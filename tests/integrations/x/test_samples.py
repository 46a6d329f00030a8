"""Every refusal and answer that X documents or was seen to give, as it came, through the network's own calls."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Refused, TryLater
from bot.ports import Receipt
from integrations.sandbox.x_server import Trouble
from integrations.x import parse

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/x"
READER = parse.Reader("1", "https://x.com")


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())["body"]


@pytest.mark.parametrize(
    ("name", "status", "error", "says"),
    [
        ("error_400_invalid_request.json", 400, Refused, "is missing but it is required"),
        ("error_402_credits_depleted.json", 402, TryLater, "no credits left"),
        ("error_403_duplicate.json", 403, Refused, "very text"),
        ("error_403_not_summoned.json", 403, Refused, "named or quoted"),
        ("error_429_usage_capped.json", 429, TryLater, "monthly cap"),
    ],
)
async def test_a_refusal_as_x_gives_it_is_understood(x, network, reply, name, status, error, says):
    x.chaos.append(Trouble(status=status, body=sample(name), method="POST"))

    with pytest.raises(error, match=says) as caught:
        await network().publish(reply(x.says("When?")))

    if isinstance(caught.value, TryLater):
        assert caught.value.after == timedelta(hours=1)


async def test_the_yes_as_x_documents_it_is_a_receipt(x, network, reply):
    x.chaos.append(Trouble(status=201, body=sample("create_post_201.json"), method="POST"))

    receipt = await network().publish(reply(x.says("When?")))

    assert receipt == Receipt("1445880548472328192", "https://x.com/harrowmere/status/1445880548472328192")


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("xaa_*.json")) or [None], ids=lambda path: path.stem if path else "none"
)
def test_an_event_as_x_pushes_it_is_read_or_left_out_without_harm(path):
    if path is None:
        pytest.skip("the samples are not beside this checkout")
    event = sample(path.name).get("data", {})

    items = READER.items([{"data": event.get("payload"), "includes": event.get("includes")}])

    assert len(items) <= 1
