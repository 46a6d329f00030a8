"""What staff are told under a card, in a channel or privately: each notice, and when there is nothing left to say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Ping
from bot.notices import NOTICES, About, notice_for
from bot.reply import ReplyState
from bot.story import Addition, Story
from tests.bot.stories import CAME, CLAIMED, CLOSED, NOW, POST, REPLIED, REPLYING, SEEN, STORIES, reply, story
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import house

HOUSE = house()
WROTE_AGAIN = Addition("p2", "Still stuck", NOW)
SENT = reply(ReplyState.SENT, url="https://x.example/us/2")


def about(told: Story, what: str, **more: object) -> About:
    extra = {name: more.pop(name) for name in ("note", "by", "card") if name in more}
    return About(told, {"what": what, "reply": "r1", **more}, HOUSE, NOW + timedelta(minutes=35), **extra)  # type: ignore[arg-type]


OFFERED, ASLEEP = STORIES["offered"].mention, STORIES["asleep"].mention
HELD = replace(POST, account="form", private=True, text="I cannot pay my rent")
TOLD: Mapping[str, About] = {
    "full_text": about(story(POST), "full_text"),
    "addition": about(story(POST, additions=(WROTE_AGAIN,)), "addition", native_id="p2"),
    "addition_to_the_owner": about(story(CLAIMED, additions=(WROTE_AGAIN,)), "addition", native_id="p2"),
    "edited": about(story(CLAIMED), "edited"),
    "gone": about(story(CLAIMED), "gone"),
    "note": about(story(POST), "note", note="asked highways", by="Farah Ali"),
    "sent": about(story(REPLIED, SENT), "sent"),
    "answered": about(story(REPLIED, replace(SENT, state=ReplyState.BY_HAND)), "answered"),
    "answered_without_words": about(story(REPLIED, reply(ReplyState.BY_HAND, text="")), "answered"),
    "not_sent": about(
        story(CLAIMED, reply(ReplyState.FAILED)),
        "not_sent",
        reason="the conversation is gone",
        by_hand="https://x.example/reply",
    ),
    "unsure": about(story(REPLYING, reply(ReplyState.UNSURE)), "unsure"),
    "again": about(story(REPLYING, reply(ReplyState.HELD)), "again", by="Farah Ali"),
    "ping_about_a_reply_in_doubt": about(story(REPLYING, reply(ReplyState.UNSURE)), "ping", person="U0DEV", owner="U0PRIYA"),
    "stopped": about(story(CLAIMED, reply(ReplyState.WITHDRAWN)), "stopped", why="wrote again"),
    "closed": about(story(CLOSED, closed_by="U0FARAH"), "closed"),
    "held": about(story(HELD), "held"),
    "ping": about(story(POST), "ping", person="U0DEV", card="https://chat.example/1"),
    "ping_about_what_was_seen": about(story(SEEN), "ping", person="U0DEV"),
    "ping_to_the_owner": about(story(CLAIMED), "ping", person="U0PRIYA", owner="U0PRIYA"),
    "ping_to_an_owner_who_has_been_quiet": about(story(CLAIMED), "ping", person="U0PRIYA", owner="U0PRIYA", minutes=10),
    "shadow": about(story(POST), "shadow", person="U0DEV", by="Dev Rao"),
    "ping_about_what_nobody_looked_at_in_time": about(
        story(replace(POST, see_by=NOW, respond_by=NOW + timedelta(days=1))), "ping", person="U0DEV"
    ),
    "ping_to_the_next": about(story(CLAIMED), "ping", person="U0DEV", owner="U0PRIYA"),
    "ping_to_the_channel": about(story(POST), "ping", person=""),
    "offer": about(story(OFFERED), "offer", to="U0FARAH", by="Priya Shah", card="https://chat.example/1"),
    "offer_by_a_lead": about(story(OFFERED), "offer", to="U0FARAH", by="Morag Muir"),
    "offer_of_a_private_message": about(story(replace(OFFERED, private=True)), "offer", to="U0FARAH", by="Priya Shah"),
    "offered": about(story(OFFERED), "offered", to="U0FARAH", by="Priya Shah"),
    "offered_by_a_lead": about(story(OFFERED), "offered", to="U0FARAH", by="Morag Muir"),
    "accepted": about(story(replace(CLAIMED, owner="U0FARAH")), "accepted", by="Farah Ali"),
    "declined": about(story(CLAIMED), "declined", by="Farah Ali"),
    "declined_by_saying_nothing": about(story(CLAIMED), "declined", by="Farah Ali", lapsed=True),
    "snoozed": about(story(ASLEEP), "snoozed", by="Priya Shah", note="highways will know"),
    "woke": about(story(SEEN), "woke"),
    "woke_with_an_owner": about(story(CLAIMED), "woke"),
    "expired": about(story(replace(SEEN, last_owner="U0PRIYA")), "expired", by="Priya Shah"),
    "priority": about(story(replace(SEEN, priority="P1")), "priority", by="Farah Ali", note="road closed"),
    "priority_without_a_reason": about(story(replace(SEEN, priority="P1")), "priority", by="Farah Ali"),
    "ping_about_a_private_message": about(story(replace(POST, private=True)), "ping", person="U0DEV"),
}


def test_every_kind_of_notice_is_tried() -> None:
    assert {str(made.payload["what"]) for made in TOLD.values()} == set(NOTICES)


def test_the_notices_read_as_in_the_golden_file() -> None:
    parts = []
    for name, made in TOLD.items():
        notice = notice_for(made)
        assert notice, name
        parts.append(f"## {name}\n{drawn(notice)}")

    assert_golden("notices.txt", "\n\n".join(parts))


@pytest.mark.parametrize(
    ("why", "made"),
    [
        ("claimed since", about(story(CLAIMED), "ping", person="U0DEV")),
        ("closed since", about(story(CLOSED), "ping", person="U0DEV")),
        ("closed before a lead read of it", about(story(replace(CLOSED, private=True)), "held")),
        ("settled since", about(story(REPLIED, SENT), "unsure")),
        ("sent again since", about(story(REPLYING, reply(ReplyState.HELD)), "unsure")),
        ("the addition was deleted", about(story(POST, additions=(replace(WROTE_AGAIN, text=""),)), "addition")),
        ("the reply is not there", about(story(CLAIMED), "not_sent")),
        ("the note was erased", about(story(POST), "note", by="Farah Ali")),
        ("the words were erased", about(story(replace(POST, text="")), "full_text")),
        ("the offer was answered", about(story(CLAIMED), "offer", to="U0FARAH", by="Priya Shah")),
        ("offered to another since", about(story(OFFERED), "offer", to="U0DEV", by="Priya Shah")),
        ("woken since", about(story(SEEN), "snoozed", by="Priya Shah", note="highways will know")),
        ("answered since it woke", about(story(REPLIED), "woke")),
        ("from a later release", about(story(POST), "something new")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_point_any_more_is_not_said(why: str, made: About) -> None:
    assert notice_for(made) is None, why


def test_a_private_message_is_never_quoted_in_a_ping() -> None:
    private = replace(POST, private=True, text="My neighbour shouts all night")

    notice = notice_for(about(story(private), "ping", person="U0DEV"))

    assert notice
    assert "neighbour" not in notice.plain


def test_a_held_message_is_not_quoted_to_the_lead_until_asked_for() -> None:
    notice = notice_for(TOLD["held"])

    assert notice
    assert "rent" not in notice.plain


def test_the_owner_is_named_so_that_they_notice() -> None:
    notice = notice_for(TOLD["addition_to_the_owner"])

    assert notice
    first = notice.body[0]
    assert isinstance(first, tuple)
    assert first[0] == Ping("U0PRIYA", "Priya Shah")


def test_how_long_it_waited_is_counted_from_when_it_came_in() -> None:
    late = About(STORIES["overdue"], {"what": "ping", "person": "U0DEV"}, HOUSE, CAME + timedelta(hours=3, minutes=10))

    notice = notice_for(late)

    assert notice
    assert notice.plain.startswith("M-142 has waited 3 h 10 m (Harrowmere web chat). Nobody has looked at it.")
