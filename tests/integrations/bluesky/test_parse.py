"""Payloads in, what staff read out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.mention import Media
from integrations.bluesky import parse, richtext

PAYLOADS = Path(__file__).parent / "payloads"
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
US = "did:plc:usususususususususususus"
READER = parse.Reader(US, "https://bsky.app", NOW)


def payload(name: str) -> dict[str, Any]:
    """One of the invented ones."""
    found: dict[str, Any] = json.loads((PAYLOADS / name).read_text())
    return found


def view(**changes: Any) -> dict[str, Any]:
    """The mention among them, changed."""
    given = payload("notifications.json")["notifications"][2]
    given["record"] = {**given["record"], **changes.pop("record", {})}
    return {**given, **changes}


def read(given: Mapping[str, Any]) -> tuple[parse.Seen, ...]:
    """One of them, read."""
    return parse.seen({"notifications": [given]}, "notifications", NOW)


def test_a_mention_has_its_links_in_full_its_labels_at_its_head_and_its_card_below() -> None:
    mention = READER.posts(payload("notifications.json"), "notifications")[2]

    item = READER.incoming(mention)

    assert item.text == (
        "Content warning: spam, graphic pictures\n\n"
        "@harrowmere.test ❄️ see https://www.harrowmere.test/roads/winter or here (https://elsewhere.invented.test/x)\n\n"
        "Gritting routes\nhttps://harrowmere.test/gritting"
    )
    assert (item.kind, item.language, item.author.name) == ("mention", "en-GB", "Huw 🌊")
    assert item.url == "https://bsky.app/profile/did:plc:mentionmentionmentionmen/post/3m5mention222"
    assert item.conversation == item.native_id


def test_a_reply_says_what_it_answers_and_belongs_to_its_root() -> None:
    reply = READER.incoming(READER.posts(payload("notifications.json"), "notifications")[1])

    assert reply.kind == "reply"
    assert reply.in_reply_to == "at://did:plc:otherotherotherotherothe/app.bsky.feed.post/3m5other22222"
    assert reply.conversation == f"at://{US}/app.bsky.feed.post/3m5root222222"
    assert (reply.author.name, reply.author.handle) == ("", "")


def test_a_quote_with_a_picture_names_what_it_quotes_and_describes_the_picture() -> None:
    quote = READER.incoming(READER.posts(payload("notifications.json"), "notifications")[0])

    assert (quote.kind, quote.in_reply_to) == ("quote", f"at://{US}/app.bsky.feed.post/3m5root222222")
    assert quote.conversation == quote.native_id
    assert quote.media == (Media("photo", quote.url, "A notice on a door"),)


def test_films_and_pictures_have_their_addresses_and_no_other_kind_of_address() -> None:
    film, pictures = (READER.incoming(post) for post in READER.posts(payload("posts.json")))

    assert film.media == (Media("video", "https://video.invented.test/film/thumbnail.jpg", "Water over the weir"),)
    assert film.text == "The weir this morning"
    assert pictures.media == (
        Media("photo", "https://cdn.invented.test/f/1", "A hole in the road"),
        Media("photo", pictures.url, ""),
    )


def test_only_what_the_card_shows_is_kept_of_an_author() -> None:
    post = READER.posts(payload("posts.json"))[0]

    kept = json.loads(READER.incoming(post).raw)

    assert set(kept["author"]) == {"did", "handle"}


@pytest.mark.parametrize(
    ("claimed", "posted_at"),
    [
        ("2031-01-01T00:00:00Z", NOW),
        ("0001-01-01T00:00:00+14:00", NOW),
        ("1066-10-14T09:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2026-11-17T08:00:00.123456789Z", datetime(2026, 11, 17, 8, 0, 0, 123456, tzinfo=UTC)),
        ("yesterday", NOW),
        (None, NOW),
    ],
)
def test_a_claimed_time_is_never_later_than_now_and_never_beyond_belief(claimed: object, posted_at: datetime) -> None:
    (post,) = read(view(record={"createdAt": claimed}, indexedAt="2999-01-01T00:00:00Z"))

    assert READER.incoming(post).posted_at == posted_at


@pytest.mark.parametrize(
    "spoilt",
    [
        {},
        {"uri": "https://bsky.app/x"},
        {"uri": "at://did:plc:a/app.bsky.graph.follow/3m5mention222"},
        {"cid": None},
        {"record": None},
        {"record": {"$type": "app.bsky.feed.generator", "text": "x"}},
        {"record": {"$type": "app.bsky.feed.post", "text": 7}},
        {"record": {"$type": "app.bsky.feed.post", "text": "x", "langs": "y" * 300_000}},
    ],
)
def test_what_is_no_post_is_left_out_and_hides_no_other(spoilt: dict[str, Any]) -> None:
    bad = {**payload("notifications.json")["notifications"][0], **spoilt} if spoilt else spoilt

    found = parse.seen({"posts": [bad, view(), None, 7]}, "posts", NOW)

    assert [post.uri for post in found] == [view()["uri"]]


def test_words_that_are_markup_elsewhere_and_half_characters_stay_words() -> None:
    (post,) = read(view(record={"text": "<b>1 < 2 &amp; \ud83d</b>", "facets": [], "embed": None, "labels": {}}, labels=[]))

    assert post.text == "<b>1 < 2 &amp; \ufffd</b>"


@pytest.mark.parametrize(
    "index",
    [
        {"byteStart": 3, "byteEnd": 2},
        {"byteStart": -1, "byteEnd": 4},
        {"byteStart": 0, "byteEnd": 999},
        {"byteStart": 0, "byteEnd": 1},
        {"byteStart": True, "byteEnd": 3},
        {"byteStart": "0", "byteEnd": 3},
        {},
    ],
)
def test_a_link_that_begins_or_ends_nowhere_changes_nothing(index: dict[str, Any]) -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://x.invented.test"}

    assert richtext.read("ŵy!", [{"index": index, "features": [link]}]) == "ŵy!"


def test_links_that_overlap_or_lead_out_of_the_web_are_left_as_words() -> None:
    def link(start: int, end: int, uri: str) -> dict[str, Any]:
        features = [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]
        return {"index": {"byteStart": start, "byteEnd": end}, "features": features}

    facets = [link(0, 4, "https://a.test/"), link(2, 8, "https://b.test/"), link(5, 9, "javascript:x()"), None, {"index": 3}]

    assert richtext.read("here and", facets) == "here (https://a.test/) and"


def test_what_stands_beside_a_text_of_ours_is_counted_in_bytes() -> None:
    text = "Diolch 🌊 @huw.invented.test: https://harrowmere.test/a#b (#snow, #2026) a@b.test"

    facets = richtext.facets_of(text, {"huw.invented.test": "did:plc:huw"})

    cut = [text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in facets]
    assert cut == ["@huw.invented.test", "https://harrowmere.test/a#b", "#snow"]
    assert [one["features"][0]["$type"].rpartition("#")[2] for one in facets] == ["mention", "link", "tag"]
