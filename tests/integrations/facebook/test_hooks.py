"""What webhooks tell of a Page: each shape as Meta sends it, with invented people."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.ports import Answered, Edited, Gone, Incoming, Webhook, WebhookRefused
from tests.standins.graph import PAGE, WORDS

AT = 1_793_000_000
WHEN = datetime.fromtimestamp(AT, UTC)
POST = f"{PAGE}_77"
COMMENT = {
    "from": {"id": "2401", "name": "Ann Example"},
    "item": "comment",
    "comment_id": "77_501",
    "post_id": POST,
    "parent_id": POST,
    "created_time": AT,
    "verb": "add",
    "message": "Is the bridge open?",
}


@pytest.fixture
def told(page, network):
    """What one update, or a whole entry, is taken for."""

    def made(value=None, field="feed", owner=PAGE, **entry):
        entry = entry or {"changes": [{"field": field, "value": value}]}
        call = page.call({"object": "page", "entry": [{"id": owner, "time": AT, **entry}]})
        return network().receive(call)

    return made


def test_a_comment_is_a_mention_with_its_place(told):
    (found,) = told(COMMENT).items

    assert (found.native_id, found.text, found.author.name, found.kind) == (
        "77_501",
        "Is the bridge open?",
        "Ann Example",
        "comment",
    )
    assert (found.conversation, found.in_reply_to, found.posted_at) == (f"post:{POST}", POST, WHEN)
    assert found.url == f"https://www.facebook.com/{PAGE}/posts/77/?comment_id=501"


def test_an_answer_to_a_comment_names_that_comment(told):
    (found,) = told(COMMENT | {"comment_id": "77_502", "parent_id": "77_501"}).items

    assert (found.in_reply_to, found.conversation) == ("77_501", f"post:{POST}")


def test_other_words_and_none_follow(told):
    edited = told(COMMENT | {"verb": "edited", "edited_time": AT, "message": "Is the old bridge open?"}).items
    gone = told({name: value for name, value in COMMENT.items() if name != "message"} | {"verb": "remove"}).items

    assert [(type(one), one.native_id) for one in edited + gone] == [(Edited, "77_501"), (Gone, "77_501")]
    assert edited[0].text == "Is the old bridge open?"


@pytest.mark.parametrize(
    "value",
    [
        COMMENT | {"verb": "hide", "is_hidden": True},
        COMMENT | {"verb": "unhide"},
        {"item": "reaction", "reaction_type": "anger", "verb": "add", "post_id": POST, "from": {"id": "2401"}},
        {"item": "share", "verb": "add", "post_id": POST, "from": {"id": "2401"}},
        {"item": "status", "verb": "add", "post_id": POST, "from": {"id": PAGE}, "message": "We are open."},
        COMMENT | {"verb": "remove", "from": {"id": PAGE}},
    ],
    ids=lambda value: f"{value['item']} {value['verb']}",
)
def test_what_nobody_has_to_answer_is_left_out(told, value):
    assert told(value).items == ()


def test_what_the_page_itself_says_below_a_comment_is_an_answer_given_elsewhere(told):
    ours = {"from": {"id": PAGE, "name": "Harrowmere"}, "comment_id": "77_502", "parent_id": "77_501", "message": "Yes."}

    (found,) = told(COMMENT | ours).items

    assert found == Answered("77_502", "77_501", "Yes.", WHEN, f"https://www.facebook.com/{PAGE}/posts/77/?comment_id=502")


def test_what_the_page_says_below_its_own_post_answers_no_conversation(told):
    (found,) = told(COMMENT | {"from": {"id": PAGE}}).items

    assert isinstance(found, Answered)
    assert found.in_reply_to == POST, "conversations are named post:…, so no mention is meant"


def test_a_post_on_the_timeline_is_a_mention(told):
    (found,) = told(
        {"item": "status", "verb": "add", "post_id": POST, "from": {"id": "2401", "name": "Ann"}, "message": "A pothole"}
    ).items

    assert (found.native_id, found.kind, found.conversation) == (POST, "post", f"post:{POST}")


def test_a_mention_without_its_author_is_somebodys(told):
    value = {
        "message": "Harrowmere, what about this?",
        "post_id": "900_1",
        "comment_id": "1_2",
        "item": "comment",
        "verb": "add",
    }

    (found,) = told(value, field="mention").items

    assert (found.author.id, found.author.name) == ("", "Somebody on Facebook")
    assert (found.native_id, found.conversation, found.kind) == ("1_2", "mention:900_1", "mention")


def test_a_mention_without_words_says_so_and_leads_there(told):
    (found,) = told({"post_id": "900_1", "item": "post", "verb": "add"}, field="mention").items

    assert found.text.startswith("The Page was named")
    assert found.url == "https://www.facebook.com/900_1"


def test_a_review_says_whether_it_recommends(told):
    value = {
        "verb": "add",
        "item": "rating",
        "review_text": "They cleared our road",
        "recommendation_type": "positive",
        "reviewer_id": "2401",
        "reviewer_name": "Ann",
        "open_graph_story_id": "321",
        "created_time": AT,
    }

    (found,) = told(value, field="ratings").items

    assert (found.native_id, found.kind) == ("321", "review")
    assert found.text == "They cleared our road\n\n[recommends this Page]"


def message(**about):
    return {"sender": {"id": "24088"}, "recipient": {"id": PAGE}, "timestamp": AT * 1000, **about}


def test_a_message_is_private_and_its_conversation_is_the_persons(told):
    (found,) = told(messaging=[message(message={"mid": "m_1", "text": "My child is ill"})]).items

    assert isinstance(found, Incoming)
    assert (found.private, found.kind, found.conversation, found.posted_at) == (True, "direct", "dm:24088", WHEN)


def test_messages_are_edited_taken_back_and_answered_elsewhere(told):
    echo = {
        "sender": {"id": PAGE},
        "recipient": {"id": "24088"},
        "message": {"mid": "m_2", "text": "Call us", "is_echo": True},
    }
    answer = {
        "sender": {"id": PAGE},
        "recipient": {"id": "24088"},
        "message": {"mid": "m_3", "text": "Yes", "reply_to": {"mid": "m_1"}},
    }

    items = told(
        messaging=[
            message(message_edit={"mid": "m_1", "text": "My son is ill", "num_edit": 1}),
            message(message={"mid": "m_1", "is_deleted": True}),
            echo,
            answer,
            message(read={"watermark": AT}),
            message(reaction={"mid": "m_1", "reaction": "love"}),
        ]
    ).items

    assert [(type(one), one.native_id) for one in items] == [
        (Edited, "m_1"),
        (Gone, "m_1"),
        (Answered, "m_2"),
        (Answered, "m_3"),
    ]
    assert [one.in_reply_to for one in items[2:]] == ["dm:24088", "m_1"]


def test_messages_stay_out_where_they_are_not_wanted(page, network):
    body = {
        "object": "page",
        "entry": [{"id": PAGE, "time": AT, "messaging": [message(message={"mid": "m_1", "text": "x"})]}],
    }

    assert network(messenger=False).receive(page.call(body)).items == ()


def test_what_happened_on_other_pages_of_the_app_is_theirs(page, network):
    update = {"field": "feed", "value": COMMENT | {"from": {"id": "55", "name": "Other Page"}}}
    said = message(message={"mid": "m_1", "text": "x"})
    call = page.call({"object": "page", "entry": [{"id": "55", "time": AT, "changes": [update], "messaging": [said]}]})

    assert (network().receive(call).items, network().receive(call).others) == ((), ("55",))
    found = network(page_id="55", messenger=False).receive(call).items
    assert [type(one) for one in found] == [Answered], "55 is that Page itself, and wants no messages"
    with pytest.raises(WebhookRefused, match="signature"):
        network(page_id="55", app_secret="of-another-app").receive(call)


@pytest.mark.parametrize("words", [{}, {"message": None}, {"message": ""}])
def test_an_edit_that_comes_without_its_words_takes_none_away(told, words):
    value = {name: value for name, value in COMMENT.items() if name != "message"} | {"verb": "edited"} | words

    assert told(value).items == told(value | {"item": "post"}).items == ()
    assert told(messaging=[message(message_edit={"mid": "m_1", "num_edit": 1})]).items == ()
    assert told({"verb": "edit", "reviewer_id": "24", "open_graph_story_id": "9"}, field="ratings").items == ()


def test_one_bad_update_hides_none_of_the_good(told):
    changes = [{"field": "feed", "value": value} for value in (None, {}, 7, COMMENT | {"comment_id": ["x"]}, COMMENT)]

    assert [one.native_id for one in told(changes=[*changes, "x", None]).items] == ["77_501"]


def test_a_thousand_updates_in_one_call_are_all_read(told):
    changes = [{"field": "feed", "value": COMMENT | {"comment_id": f"77_{n}"}} for n in range(1000)]

    assert len(told(changes=changes).items) == 1000


def test_a_post_from_the_future_is_from_now(told, clock):
    (found,) = told(COMMENT | {"created_time": AT * 2}).items

    assert found.posted_at <= clock.now()


def test_the_answer_is_a_plain_200(told):
    received = told(COMMENT)

    assert (received.status, received.answer, received.delivery_id) == (200, "EVENT_RECEIVED", "")


def test_the_handshake_gives_the_challenge_back_to_who_knows_the_words(network, clock):
    query = {"hub.mode": "subscribe", "hub.verify_token": WORDS, "hub.challenge": "1158201444"}
    call = Webhook("GET", {}, query, b"", clock.now())

    received = network().receive(call)

    assert (received.status, received.answer, received.content_type) == (200, "1158201444", "text/plain")
    for wrong in ({"hub.verify_token": "other"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": "<script>"}):
        with pytest.raises(WebhookRefused) as caught:
            network().receive(replace(call, query=query | wrong))
        assert caught.value.status == 403


def test_bytes_are_signed_as_they_came(page, network):
    """Meta escapes what is not ASCII: the same JSON in other bytes is another body."""
    value = COMMENT | {"message": "Äre you öpen? 🌉"}
    call = page.call({"object": "page", "entry": [{"id": PAGE, "time": AT, "changes": [{"field": "feed", "value": value}]}]})

    assert network().receive(call).items[0].text == "Äre you öpen? 🌉"
    again = json.dumps(json.loads(call.body), ensure_ascii=False).encode()
    with pytest.raises(WebhookRefused):
        network().receive(replace(call, body=again))
