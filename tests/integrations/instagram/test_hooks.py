"""What webhooks tell of an Instagram account, in each of their shapes, with invented people; and where it is named."""

import json
from pathlib import Path

import pytest

from bot.ports import Answered, Edited, Gone, Held, Incoming
from integrations.instagram.network import build
from integrations.instagram.settings import InstagramAccount
from tests.standins.instagram import ACCOUNT, MEDIA, NAME

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/instagram"
AT = 1_793_000_000
ANN = {"id": "56011", "username": "ann_example"}
COMMENT = {"from": ANN, "media": {"id": MEDIA, "media_product_type": "FEED"}, "id": "17901", "text": "Is the bridge open?"}


@pytest.fixture
def told(account, network):
    def made(value=None, field="comments", owner=ACCOUNT, **entry):
        entry = entry or {"changes": [{"field": field, "value": value}]}
        return network().receive(account.call({"object": "instagram", "entry": [{"id": owner, "time": AT, **entry}]}))

    return made


@pytest.mark.parametrize(
    "entry",
    [
        {"changes": [{"field": "comments", "value": COMMENT}]},
        {"field": "comments", "value": COMMENT},
        {
            "changes": [
                {
                    "field": "comments",
                    "value": {name: COMMENT[name] for name in COMMENT if name != "id"} | {"comment_id": "17901"},
                }
            ]
        },
    ],
    ids=["listed", "flat", "by another name"],
)
def test_a_comment_is_a_mention_in_each_of_its_shapes(told, entry):
    (found,) = told(**entry).items

    assert (found.native_id, found.text, found.author.handle) == ("17901", "Is the bridge open?", "ann_example")
    assert (found.conversation, found.in_reply_to, found.kind) == (f"media:{MEDIA}", MEDIA, "comment")


@pytest.mark.parametrize(
    "ours",
    [{"id": ACCOUNT}, {"id": "99", "username": NAME.upper()}, {"id": "99", "self_ig_scoped_id": "21057"}],
    ids=["its number", "its name", "its other number"],
)
def test_what_the_account_itself_says_is_an_answer_or_nothing(told, ours):
    below = told(COMMENT | {"from": ours, "parent_id": "17900"}).items
    alone = told(COMMENT | {"from": ours}).items

    assert [(type(one), one.in_reply_to) for one in below] == [(Answered, "17900")]
    assert alone == ()


def test_messages_and_what_is_not_known_are_left_out(told):
    message = {"sender": {"id": "1"}, "recipient": {"id": ACCOUNT}, "message": {"mid": "m", "text": "hello"}}

    assert told(messaging=[message]).items == ()
    assert told({"x": 1}, field="story_insights").items == ()


def test_one_bad_comment_hides_none_of_the_good(told):
    values = [None, {}, COMMENT | {"media": None}, COMMENT | {"id": {}}, COMMENT | {"text": 7}, COMMENT | {"id": "17909"}]

    items = told(changes=[{"field": "comments", "value": value} for value in values]).items

    assert [one.native_id for one in items] == ["17901", "17909"]


def test_comments_of_other_accounts_of_the_app_are_theirs(told):
    received = told(COMMENT, owner="17841499999999999")

    assert (received.items, received.others) == ((), ("17841499999999999",))


@pytest.mark.parametrize("in_a_comment", [True, False])
async def test_a_mention_is_there_at_once_and_its_words_with_the_next_read(account, network, in_a_comment):
    one = network()
    native_id = account.names("@harrowmere look at this", in_a_comment=in_a_comment)

    (found,) = one.receive(account.told()[0]).items
    words = [item for item in (await one.fetch(None)).items if item.native_id == native_id]

    assert isinstance(found, Incoming)
    assert (found.text.startswith("Somebody named this account"), found.author.id) == (True, "")
    assert [(type(item), item.text) for item in words] == [(Edited, "@ann: @harrowmere look at this")]


async def test_the_words_of_a_mention_are_found_after_a_restart_too(account, network, clock):
    native_id = account.names("@harrowmere look")
    (found,) = network().receive(account.told()[0]).items
    held = [Held(native_id, found.conversation, clock.now())]
    one = network()

    assert [item.text for item in await one.look_up(held)] == ["@ann: @harrowmere look"]
    assert await one.look_up(held) == []
    account.elsewhere.clear()
    assert [type(item) for item in await one.look_up(held)] == [Gone]


async def test_a_mention_is_answered_where_it_was_made(account, network, reply):
    comment, picture = account.names("@harrowmere look"), account.names("@harrowmere", in_a_comment=False)
    found = {one.native_id: one for one in network().receive(account.told()[0]).items}

    for native_id in (comment, picture):
        await network().publish(reply(native_id, conversation=found[native_id].conversation))

    assert [sorted(said) for said in account.answered] == [["comment_id", "media_id", "message"], ["media_id", "message"]]


HOLDS = {
    "webhook_comments_changes_real.json": ("17841474524784050", []),
    "webhook_comments_facebook_login.json": ("17841474524784050", [Incoming]),
    "webhook_comments_flat_instagram_login.json": ("17841474524784050", [Incoming]),
    "webhook_dm.json": ("instagram-message-id-123", []),
    "webhook_dm_unsend.json": ("x", []),
    "webhook_mentions_comment.json": ("17841405726653026", [Incoming]),
    "webhook_mentions_media.json": ("17841405726653026", [Incoming]),
}


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())["body"]


@pytest.mark.parametrize(("name", "owner", "kinds"), [(name, *held) for name, held in HOLDS.items()])
def test_a_webhook_as_meta_sends_it_is_read(account, http, clock, name, owner, kinds):
    given = {**account.settings, "network": "instagram", "ig_user_id": owner if kinds else ACCOUNT, "username": NAME}
    one = build(InstagramAccount.model_validate(given), http=http, clock=clock)

    received = one.receive(account.call(sample(name)))

    assert [type(item) for item in received.items] == kinds


async def test_the_words_of_a_mention_as_meta_gives_them_are_read(account, network, clock):
    body = sample("mentioned_comment.json")["mentioned_comment"]
    account.elsewhere[body["id"]] = body

    (found,) = await network().look_up([Held(body["id"], "mention:1", clock.now())])

    assert found.text == "@ikroskun: @ikroskun good"
