"""Every payload as Meta documents it or was seen to send it, through the adapter's own calls; and Meta's signatures."""

import json
from pathlib import Path

import pytest

from bot.ports import Answered, Edited, Gone, Incoming
from integrations.facebook.network import build
from integrations.facebook.parse import Reader
from integrations.facebook.settings import FacebookAccount
from integrations.graph.client import proof
from integrations.graph.hooks import sign

PAYLOADS = Path(__file__).parents[3].parent / "shared/data/payloads"
OTHER = "2121008874780932"
HOLDS = {
    "facebook/webhook_feed_comment_add.json": [Incoming],
    "facebook/webhook_feed_comment_edited.json": [Edited],
    "facebook/webhook_feed_comment_hide.json": [],
    "facebook/webhook_feed_comment_remove.json": [Gone],
    "facebook/webhook_feed_reaction_add.json": [],
    "facebook/webhook_feed_status_add_by_visitor.json": [Incoming],
    "facebook/webhook_mention_comment_no_sender.json": [Incoming],
    "facebook/webhook_mention_post.json": [Incoming],
    "facebook/webhook_ratings.json": [Incoming],
    "messenger/webhook_message.json": [Incoming],
    "messenger/webhook_message_echo.json": [Answered],
}


def sample(name):
    path = PAYLOADS / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())


@pytest.mark.parametrize(("name", "kinds"), HOLDS.items())
def test_a_webhook_as_meta_sends_it_is_read(page, http, clock, name, kinds):
    given = {**page.settings, "network": "facebook", "page_id": OTHER}
    network = build(FacebookAccount.model_validate(given), http=http, clock=clock)

    received = network.receive(page.call(sample(name)["body"]))

    assert [type(one) for one in received.items] == kinds
    assert all(one.posted_at <= clock.now() for one in received.items if isinstance(one, Incoming))


def test_a_comment_as_meta_lists_it_is_read(clock):
    node = sample("facebook/comment_node.json")["body"]

    found = Reader(OTHER, "https://www.facebook.com").comment(node, {"id": f"{OTHER}_1"}, clock.now())

    assert (found.text, found.author.id, found.url) == ("My Nice Car ", "2711636948859886", node["permalink_url"])


def test_metas_signature_and_proof_are_ours():
    vectors = sample("signature_vectors.json")
    signed, proved = vectors["meta_x_hub_signature_256"], vectors["meta_appsecret_proof"]

    assert sign(signed["app_secret"], signed["raw_body"].encode()) == signed["header"]
    assert proof(proved["app_secret"], proved["access_token"]) == proved["appsecret_proof"]


def test_a_signature_and_a_proof_are_as_reckoned_by_hand():
    """By ``openssl dgst -sha256 -hmac``."""
    assert sign("k", b"{}") == "sha256=add853b103fbcc936a194f9eb15e29c4ff08af6e47d5d1bca4f20218e31e4fff"
    assert proof("k", "t") == "e7fcbc16f826ad96485eaceefe03a0d954616dfabe1f523bd63bb7621b5e0bd5"
