"""What staff are told under a card, in a channel or privately: each notice, and when there is nothing left to say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Ping
from bot.notices import NOTICES, About, notice_for
from bot.reply import Audience, Post, ReplyState
from bot.rights.right import Right
from bot.store.duty.rights import told_of
from bot.story import Addition, Story
from bot.words.replying import NOT_ACCEPTED
from tests.bot.stories import CAME, CLAIMED, CLOSED, NOW, POST, REPLIED, REPLYING, SEEN, STORIES, reply, story
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import house

HOUSE = house()
WROTE_AGAIN = Addition("p2", "Still stuck", NOW)
SENT = reply(ReplyState.SENT, url="https://x.example/us/2")
FIRST_PART = replace(SENT, parts=2)
LATER_PART = replace(
    reply(ReplyState.WITHDRAWN), id="r2", part=2, parts=2, first_id="r1", posts=(Post("It is Thursday.", "en"),)
)


def about(told: Story, what: str, **more: object) -> About:
    extra = {name: more.pop(name) for name in ("note", "by", "card") if name in more}
    return About(told, {"what": what, "reply": "r1", **more}, HOUSE, NOW + timedelta(minutes=35), **extra)  # type: ignore[arg-type]


OFFERED, ASLEEP = STORIES["offered"].mention, STORIES["asleep"].mention
UNTIL, LATE = (NOW + timedelta(days=30)).isoformat(), (NOW - timedelta(days=2)).isoformat()
OWED = {"task": "t1", "mark": "t1", "kind": "promise", "text": "a call back", "to": "U0PRIYA", "due": NOW.isoformat()}
HELD = replace(POST, account="form", private=True, text="I cannot pay my rent")
WAITS = reply(ReplyState.WAITING, posts=(Post("An engineer is on the way. ^PS"),), submitted_at=NOW)
APPROVED = reply(ReplyState.HELD, posts=WAITS.posts, approved_by="U0FARAH", hold_until=NOW)
CHANGED = replace(APPROVED, text="An engineer is on the way.", written="Somebody is on the way, sorry.")
WAITING = story(CLAIMED, WAITS, asked=("U0FARAH",))
OVERRODE = {"overrode": "personal_data,links", "note": "Their own number, already in the post"}
LATER = NOW + timedelta(days=20)
CLAIMED_RIGHT = Right(
    "r1", 142, "foia_20wd", NOW, "2026-12-15", "2026-12-16", NOW, LATER, owner="U0PRIYA", by="U0FARAH", made_at=NOW
)
RIGHT, RED = told_of(CLAIMED_RIGHT), told_of(replace(CLAIMED_RIGHT, red_at=NOW))
ENDED_RIGHT = told_of(replace(CLAIMED_RIGHT, ended_at=NOW, outcome="not_one"))
TOLD: Mapping[str, About] = {
    "right": about(story(POST), "right", **RIGHT, deed="put", by="Farah Ali"),
    "right_that_stands_still": about(story(POST), "right", **RIGHT, deed="paused", by="Farah Ali", note="which year?"),
    "right_that_is_over": about(story(POST), "right", **ENDED_RIGHT, deed="ended", by="Farah Ali", note="only asked"),
    "right_given": about(story(POST), "right_given", **RIGHT, person="U0PRIYA", by="Farah Ali"),
    "right_given_by_itself": about(story(POST), "right_given", **RIGHT, person="U0PRIYA"),
    "right_due": about(story(POST), "right_due", **RIGHT, person="U0PRIYA"),
    "right_due_to_a_lead": about(story(POST), "right_due", **RED, person="U0MORAG"),
    "kept": about(story(POST), "kept", by="Farah Ali", note="a solicitor wrote"),
    "let_go": about(story(POST), "let_go", by="Morag Muir", note="settled"),
    "gone_but_kept": about(story(CLAIMED), "gone_but_kept"),
    "full_text": about(story(POST), "full_text"),
    "addition": about(story(POST, additions=(WROTE_AGAIN,)), "addition", native_id="p2"),
    "addition_to_the_owner": about(story(CLAIMED, additions=(WROTE_AGAIN,)), "addition", native_id="p2"),
    "noted_by_the_bot": about(story(POST), "note", note="It was said to Harrowmere itself too: M-3", by="system"),
    "said_to_us": about(story(replace(POST, watch="W-1")), "said_to_us"),
    "said_to_us_and_somebodys": about(story(replace(CLAIMED, watch="W-1", channel="floods")), "said_to_us"),
    "edited": about(story(CLAIMED), "edited"),
    "gone": about(story(CLAIMED), "gone"),
    "note": about(story(POST), "note", note="asked highways", by="Farah Ali"),
    "sent": about(story(REPLIED, SENT), "sent"),
    "sent_approved_and_in_parts": about(
        story(REPLIED, replace(FIRST_PART, approved_by="U0FARAH", posts=(Post("One. ^PS"), Post("Two. ^PS")))), "sent"
    ),
    "sent_privately": about(story(REPLIED, replace(SENT, audience=Audience.AUTHOR)), "sent"),
    "not_sent_a_later_part": about(
        story(CLAIMED, FIRST_PART, replace(LATER_PART, state=ReplyState.FAILED)), "not_sent", reply="r2", reason="too old"
    ),
    "unsure_a_later_part": about(
        story(REPLYING, FIRST_PART, replace(LATER_PART, state=ReplyState.UNSURE)), "unsure", reply="r2"
    ),
    "partly": about(story(CLAIMED, FIRST_PART, LATER_PART), "partly", reply="r2", by="Farah Ali"),
    "looked_up": about(story(REPLYING, reply(ReplyState.SENDING)), "looked_up"),
    "full": about(story(REPLYING, replace(reply(ReplyState.HELD), hold_until=NOW + timedelta(hours=1))), "full"),
    "not_shown": about(story(REPLIED, SENT), "not_shown"),
    "answered": about(story(REPLIED, replace(SENT, state=ReplyState.BY_HAND)), "answered"),
    "answered_without_approval": about(
        story(REPLIED, replace(SENT, state=ReplyState.BY_HAND)), "answered", approval="none", overrode="blocked_words"
    ),
    "not_sent_as_the_account_may_not": about(story(CLAIMED, reply(ReplyState.FAILED)), "not_sent", reason=NOT_ACCEPTED),
    "answered_elsewhere": about(
        story(REPLIED, replace(SENT, state=ReplyState.BY_HAND, by="system")), "elsewhere", ended=True, owner="U0PRIYA"
    ),
    "answered_elsewhere_too": about(story(REPLIED, replace(SENT, state=ReplyState.BY_HAND, by="system")), "elsewhere"),
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
    "hidden": about(story(CLAIMED), "hidden", by="Morag Muir", rule="3.2", mark="h1", until=UNTIL),
    "shown_again": about(story(CLAIMED), "shown_again", by="Farah Ali"),
    "shown_again_by_itself": about(story(CLAIMED), "shown_again"),
    "kept_hidden": about(story(CLAIMED), "kept_hidden", by="Farah Ali", until=UNTIL),
    "hiding_ends": about(story(CLAIMED), "hiding_ends", rule="3.2", mark="h1", until=UNTIL),
    "act_refused": about(
        story(CLAIMED), "act_refused", action="hide", reason="the account must be signed in again", url="https://x.example/1"
    ),
    "act_refused_of_a_reply": about(story(REPLIED, SENT), "act_refused", action="take_down", reason="it is too old"),
    "taken_down": about(story(REPLIED, SENT), "taken_down", by="Priya Shah"),
    "corrected": about(story(REPLIED, SENT), "corrected", by="Priya Shah"),
    "task": about(story(REPLIED, SENT), "task", **OWED, person="U0PRIYA", by="Priya Shah"),
    "task_to_a_lead": about(story(REPLIED, SENT), "task", **{**OWED, "due": LATE}, person="U0MORAG", by="Priya Shah"),
    "task_whose_words_were_erased": about(story(REPLIED, SENT), "task", **{**OWED, "text": ""}, person="U0PRIYA"),
    "task_to_look_again": about(story(CLAIMED), "task", **{**OWED, "kind": "review"}, person="U0PRIYA"),
    "task_to_translate": about(story(REPLIED, SENT), "task", **{**OWED, "kind": "translation"}, person="U0PRIYA"),
    "task_given": about(story(REPLIED, SENT), "task_given", **OWED, person="U0PRIYA", by="Morag Muir"),
    "task_given_to_look_again": about(
        story(CLAIMED), "task_given", **{**OWED, "kind": "review"}, person="U0FARAH", by="Morag Muir"
    ),
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
    "submitted": about(WAITING, "submitted"),
    "approval": about(WAITING, "approval"),
    "approval_of_what_was_sent_in_past_a_finding": about(WAITING, "approval", pictures=2, **OVERRODE),
    "approval_of_several_posts_to_its_author": about(
        story(CLAIMED, replace(WAITS, posts=(Post("One."), Post("Two.")), audience=Audience.AUTHOR)), "approval"
    ),
    "approval_about_a_private_message": about(story(replace(CLAIMED, private=True), WAITS, asked=("U0FARAH",)), "approval"),
    "approval_unheard": about(story(CLAIMED, WAITS), "approval_unheard"),
    "ping_about_a_reply_that_waits": about(WAITING, "ping", person="U0DEV", owner="U0PRIYA"),
    "ping_to_the_owner_whose_reply_waits": about(WAITING, "ping", person="U0PRIYA", owner="U0PRIYA", minutes=10),
    "approved": about(story(REPLYING, APPROVED), "approved", by="Farah Ali"),
    "approved_with_a_change": about(story(REPLYING, CHANGED), "approved", by="Farah Ali", changed=True),
    "approved_yours": about(story(REPLYING, APPROVED), "approved_yours", by="Farah Ali"),
    "approved_yours_with_a_change": about(
        story(REPLYING, CHANGED), "approved_yours", by="Farah Ali", changed=True, note="Nothing to be sorry for"
    ),
    "sent_back": about(story(CLAIMED, reply(ReplyState.WITHDRAWN)), "sent_back", by="Farah Ali"),
    "sent_back_yours": about(
        story(CLAIMED, reply(ReplyState.WITHDRAWN)), "sent_back_yours", by="Farah Ali", note="Say when, please."
    ),
    "recalled": about(story(CLAIMED, reply(ReplyState.WITHDRAWN)), "recalled", by="Priya Shah"),
    "approval_over": about(story(SEEN, reply(ReplyState.WITHDRAWN)), "approval_over", ended="release"),
    "not_approved": about(story(SEEN, reply(ReplyState.WITHDRAWN)), "not_approved", ended="release"),
    "not_approved_yours": about(story(CLOSED, reply(ReplyState.WITHDRAWN)), "not_approved_yours", ended="close"),
    "undone": about(story(CLAIMED, reply(ReplyState.WITHDRAWN)), "undone", by="Farah Ali"),
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
        ("approved since it was asked about", about(story(REPLYING, APPROVED), "approval")),
        ("taken back since it was sent in", about(story(CLAIMED, reply(ReplyState.WITHDRAWN)), "submitted")),
        ("sent back since nobody could be told", about(story(CLAIMED, reply(ReplyState.WITHDRAWN)), "approval_unheard")),
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
