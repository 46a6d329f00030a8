"""X's JSON, well formed and wild."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mention import Author
from bot.ports import Edited, Gone
from integrations.x import parse
from integrations.x.snowflake import first_at, made_at

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/x"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
READER = parse.Reader("7001", "https://x.com")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
WILD = ("text", "author_id", "created_at", "edit_history_tweet_ids", "referenced_tweets", "entities", "attachments")
wild_posts = st.fixed_dictionaries(
    {"id": st.from_regex(r"[0-9]{1,19}", fullmatch=True) | json_values},
    optional=dict.fromkeys(WILD, json_values),
)


def post(post_id=None, **more):
    return {"id": post_id or str(first_at(NOON)), "text": "Hello", "author_id": "9"} | more


def only(*posts, **page):
    (item,) = READER.items([{"data": list(posts)} | page])
    return item


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())["body"]


def test_a_page_as_x_documents_it_is_read():
    (item,) = READER.items([sample("mentions_page.json")])

    assert (item.native_id, item.text) == ("1301573587187331074", "Hey @XDevelopers, love the new API!")
    assert item.author == Author("1234567890", "Dev Person", "developer")
    assert item.posted_at == datetime(2024, 1, 15, 10, 30, tzinfo=UTC)


def test_an_empty_page_as_x_documents_it_holds_nothing():
    page = sample("mentions_empty.json")

    assert READER.items([page]) == ()
    assert parse.newest_id([page]) == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("xaa_post_mention_create.json", "mention"),
        ("xaa_post_reply_create.json", "reply"),
        ("xaa_post_quote_create.json", "quote"),
    ],
)
def test_a_post_as_x_pushes_it_is_read(name, kind):
    event = sample(name)["data"]

    (item,) = READER.items([{"data": event["payload"], "includes": event["includes"]}])

    assert item.kind == kind
    assert item.posted_at.utcoffset() == timedelta(0)


def test_a_repost_as_x_pushes_it_stays_out():
    assert READER.items([{"data": sample("xaa_post_repost_create.json")["data"]["payload"]}]) == ()


def test_a_post_without_a_time_has_the_time_in_its_number():
    assert only(post(str(first_at(NOON)))).posted_at == NOON


def test_a_number_gives_back_its_moment():
    """The pair is from X's own example of a pushed post."""
    assert made_at("2080765813578191303").replace(microsecond=0) == datetime(2026, 7, 24, 21, 23, 23, tzinfo=UTC)


def test_a_time_without_a_zone_is_utc():
    assert only(post(created_at="2026-11-03T12:00:00")).posted_at == NOON


def test_an_edit_keeps_the_first_number_and_the_first_moment():
    first, second = str(first_at(NOON)), str(first_at(NOON + timedelta(minutes=5)))

    incoming, edited = READER.items([{"data": [post(second, edit_history_tweet_ids=[first, second], text="Better")]}])

    assert (incoming.native_id, incoming.posted_at) == (first, NOON)
    assert edited == Edited(first, "Better", NOON + timedelta(minutes=5), incoming.raw)


def test_escaped_characters_are_undone_once():
    assert only(post(text="Fish &amp; chips &lt;3 &amp;lt;")).text == "Fish & chips <3 &lt;"


def test_a_short_link_is_shown_as_where_it_leads():
    urls = [
        {"url": "https://t.co/1111111111", "expanded_url": "https://gov.uk/a?b=1&copy=2"},
        {"url": "https://t.co/2222222222", "expanded_url": "https://x.com/a/status/1/photo/1", "media_key": "3_1"},
    ]

    item = only(post(text="See https://t.co/1111111111 https://t.co/2222222222", entities={"urls": urls}))

    assert item.text == "See https://gov.uk/a?b=1&copy=2"


def test_pictures_come_with_the_words_in_their_place():
    media = [
        {"media_key": "3_1", "type": "photo", "url": "https://p.invalid/1", "alt_text": "A gate &amp; a sign"},
        {"media_key": "7_2", "type": "video", "preview_image_url": "https://p.invalid/2"},
    ]

    item = only(post(attachments={"media_keys": ["3_1", "7_2", "3_404"]}), includes={"media": media})

    assert [(one.kind, one.url, one.alt) for one in item.media] == [
        ("photo", "https://p.invalid/1", "A gate & a sign"),
        ("video", "https://p.invalid/2", ""),
    ]


def test_an_author_x_left_out_has_no_name_but_the_mention_arrives():
    item = only(post("42"))

    assert (item.author, item.url) == (Author("9", ""), "https://x.com/i/web/status/42")


def test_the_raw_post_is_kept():
    assert json.loads(only(post("42", odd={"kept": True})).raw)["data"]["odd"] == {"kept": True}


def test_deleted_and_hidden_posts_of_a_look_up_are_gone_and_other_problems_are_not():
    types = {"1": "resource-not-found", "2": "not-authorized-for-resource", "3": "disallowed-resource"}
    errors = [{"resource_id": one, "type": f"https://api.twitter.com/2/problems/{kind}"} for one, kind in types.items()]

    assert parse.gone({"errors": errors}, NOON, 10) == (Gone("1", NOON), Gone("2", NOON))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("It opens at nine.", "@ann_smith It opens at nine."),
        ("It opens  at nine.\n\nBring a card", "@ann @bob It opens at nine. Bring a card"),
        ("See gov.uk/bins", "@ann See http://gov.uk/bins/"),
        ("@ann Hello", "@ann Hello"),
        ("Cafe\u0301", "@ann Café"),
        ("", "@ann"),
    ],
)
def test_a_reply_is_known_again_in_what_x_made_of_it(ours, theirs):
    assert parse.alike(ours) == parse.alike(theirs)


def test_other_words_are_not_taken_for_the_same_reply():
    assert parse.alike("It opens at nine.") != parse.alike("@ann It opens at ten.")


@given(st.lists(wild_posts, max_size=4), json_values, json_values)
def test_no_answer_of_x_is_too_wild_to_read(posts, includes, errors):
    page = {"data": posts, "includes": includes, "errors": errors, "meta": errors}

    for item in READER.items([page]):
        assert item.native_id.isdigit()
    assert parse.newest_id([page]) >= 0
    parse.gone(page, NOON, 1)


def test_when_most_posts_are_suddenly_hidden_it_is_our_rights_that_changed() -> None:
    hidden = "https://api.x.com/2/problems/not-authorized-for-resource"
    errors = [{"resource_id": str(n), "type": hidden} for n in range(1, 6)]

    assert parse.gone({"errors": errors}, NOON, 6) == ()
    assert len(parse.gone({"errors": errors}, NOON, 60)) == 5
