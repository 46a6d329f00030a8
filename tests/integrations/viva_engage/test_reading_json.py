"""Wild JSON: whatever comes, no other error than ours; and what is good is heard beside what is not."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import OutsideError
from integrations.http import HttpAnswer
from integrations.viva_engage import reading_json
from integrations.viva_engage.failures import Call, failure, read
from integrations.viva_engage.parse import A_GUEST, Feed

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
GOOD = {
    "id": 9_100_000_000_000_007,
    "sender_id": 1486416,
    "replied_to_id": None,
    "created_at": "2026/11/17 08:59:45 +0000",
    "thread_id": 9_100_000_000_000_007,
    "group_id": 15824708,
    "body": {"plain": "claim", "parsed": "claim", "rich": "<p>claim</p>"},
    "sender_type": "user",
    "system_message": False,
    "direct_message": False,
    "attachments": [{"type": "file", "original_name": "bins.jpg"}],
    "web_url": "https://www.yammer.com/harrowmere.gov.uk/messages/9100000000000007",
}
REFERENCES = [
    {"type": "user", "id": 1486416, "state": "active", "full_name": "Priya Shah", "email": "Priya@Harrowmere.gov.uk"},
    {"type": "thread", "id": 9_100_000_000_000_007, "thread_starter_id": 9_100_000_000_000_007},
    {"type": "message", "id": 9_100_000_000_000_007, "sender_id": 1486416},
    {"type": "group", "id": 15824708, "full_name": "Desk"},
]
META = {"older_available": True, "requested_poll_interval": 60, "current_user_id": 1486405}
WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800\x00"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "type", "state"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """The JSON with some of its values, however deep, replaced or left out."""
    if draw(st.integers(0, 5)) == 0:
        return draw(WILD)
    if isinstance(whole, dict):
        return {name: draw(spoilt(one)) for name, one in whole.items() if draw(st.integers(0, 9))}
    return [draw(spoilt(one)) for one in whole] if isinstance(whole, list) else whole


@settings(max_examples=40, deadline=None)
@given(spoilt({"messages": [GOOD], "references": REFERENCES, "meta": META}), spoilt(GOOD), st.integers(0, 1))
def test_no_page_however_spoilt_raises_and_a_good_message_beside_bad_ones_is_heard(page, bad, place):
    found = reading_json.feed(page, NOW)
    assert found is None or isinstance(found, Feed)
    for one in found.messages if found else ():
        assert 0 < one.id < 2**63
        assert one.at <= NOW
        assert one.at.tzinfo is UTC
        assert len(one.plain) <= reading_json.LONGEST_TEXT
        json.dumps([one.plain, one.parsed, *one.attachments]).encode()
    assert found is None or found.poll_each >= timedelta(minutes=1)
    reading_json.user(bad), reading_json.community(bad), reading_json.members(page), reading_json.one_by_email(page, "x")

    beside = [bad, GOOD | {"id": 5, "thread_id": 5}]
    both = reading_json.feed({"messages": beside if place else beside[::-1]}, NOW)
    assert both is not None
    assert 5 in [one.id for one in both.messages]
    assert len({one.id for one in both.messages}) + both.unread == 2 or reading_json.message_id(bad) == 5


@settings(max_examples=40, deadline=None)
@given(st.integers(300, 599), st.binary(max_size=40) | WILD.map(lambda one: json.dumps(one).encode()), st.sampled_from(Call))
def test_every_refusal_is_one_of_ours(status, body, call):
    assert isinstance(failure(HttpAnswer(status, {}, body), call), OutsideError)
    read(body)


def test_a_whole_page_is_read():
    older = GOOD | {
        "id": 7,
        "thread_id": 9,
        "replied_to_id": 9,
        "sender_id": "1486427",
        "group_id": None,
        "direct_message": True,
    }
    page = {"messages": [GOOD, older, GOOD], "references": REFERENCES, "meta": META | {"requested_poll_interval": 300}}

    found = reading_json.feed(page, NOW)

    assert found is not None
    first, second = found.messages
    assert (first.id, first.sender, first.thread, first.group, first.is_direct, first.replied_to) == (
        7,
        1486427,
        9,
        None,
        True,
        9,
    )
    assert (second.id, second.plain, second.attachments, second.at.minute) == (GOOD["id"], "claim", ("bins.jpg",), 59)
    assert found.people[1486416].email == "priya@harrowmere.gov.uk"
    assert found.starters == {GOOD["id"]: 1486416}
    assert (found.older, found.me, found.oldest, found.poll_each) == (True, 1486405, 7, timedelta(minutes=5))


def test_attachments_alone_are_a_message_and_nothing_at_all_is_none():
    alone = reading_json.message(GOOD | {"body": {}}, NOW)
    assert alone is not None
    assert (alone.plain, alone.attachments) == ("", ("bins.jpg",))
    assert reading_json.message(GOOD | {"body": None, "attachments": []}, NOW) is None
    assert reading_json.feed({"messages": "none"}, NOW) is None


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2013/06/25 18:14:45 +0000", datetime(2013, 6, 25, 18, 14, 45, tzinfo=UTC)),
        ("2026/07/01 01:00:00 +0100", datetime(2026, 7, 1, 0, 0, tzinfo=UTC)),
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2199/01/01 00:00:00 +0000", NOW),
        ("0001/01/01 00:00:00 +2359", NOW),
        ("2026-11-01T10:00:00", NOW),
        ("yesterday", NOW),
        (None, NOW),
    ],
)
def test_times_are_aware_and_never_to_come(said, at):
    assert reading_json.moment(said, NOW) == at


def test_a_guest_is_never_of_our_network_and_what_is_not_said_to_be_active_is_not():
    person = {"id": 1, "network_id": 7654, "state": "active", "full_name": "Gail\nGuest"}
    for flags in ({"guest": True}, {"aad_guest": 1}, {"aad_guest": "true"}):
        found = reading_json.user(person | flags)
        assert found is not None
        assert found.network == A_GUEST
    plain = reading_json.user(person | {"guest": False, "aad_guest": None})
    assert plain is not None
    assert (plain.network, plain.is_active, plain.name) == (7654, True, "Gail Guest")
    assert [reading_json.user(person | {"state": state}).is_active for state in ("pending", "deleted", None)] == [False] * 3
    contact = {"contact": {"email_addresses": [{"type": "primary", "address": "Gail@Example.org"}]}}
    assert reading_json.user(person | contact).email == "gail@example.org"
