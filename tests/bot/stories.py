"""Mentions in every state, as plain rows, for what is drawn from them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.exchange import Parent
from bot.mention import Author, Media, Mention, State
from bot.reply import Reply, ReplyState
from bot.story import Addition, Story

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
CAME = NOW - timedelta(minutes=30)
NAMES = {"U0PRIYA": "Priya Shah", "U0FARAH": "Farah Ali"}
POST = Mention(
    number=142,
    account="website",
    network="webchat",
    native_id="p1",
    url="https://x.example/lou/1",
    conversation="p1",
    author=Author("a1", "Lou Tranter", "@lou"),
    text="The traffic light at Mill Road is stuck on red",
    language="en",
    kind="mention",
    private=False,
    media=(),
    posted_at=CAME,
    received_at=CAME,
    respond_by=CAME + timedelta(hours=1),
)
SEEN = replace(POST, seen_at=NOW, seen_by="U0FARAH", version=2)
CLAIMED = replace(
    SEEN, state=State.CLAIMED, owner="U0PRIYA", owned_at=NOW - timedelta(minutes=4), last_owner="U0PRIYA", version=3
)
REPLYING = replace(CLAIMED, state=State.REPLYING, version=4)
REPLIED = replace(REPLYING, state=State.REPLIED, ended_at=NOW, version=5)
CLOSED = replace(SEEN, state=State.CLOSED, ended_at=NOW, close_reason="praise, thanked in person", version=3)
ANN = Parent("q1", Author("", "Ann Oyelaran", "@ann"), "Is the crossing at Mill Road safe?", "https://x.example/ann/1")
RED_LIGHT = Media("photo", "https://x.example/1.jpg", "A red light above a zebra crossing")


def reply(state: ReplyState, **changes: object) -> Reply:
    """Priya's reply."""
    made = Reply("r1", 142, "website", "An engineer is on the way.", state, "U0PRIYA", created_at=NOW, updated_at=NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


def story(mention: Mention, *replies: Reply, **more: object) -> Story:
    """A mention with what belongs to it."""
    return Story(mention, replies=replies, names=NAMES, **more)  # type: ignore[arg-type]


STORIES: Mapping[str, Story] = {
    "new": story(POST),
    "seen": story(SEEN),
    "claimed": story(CLAIMED),
    "waits_for_approval": story(CLAIMED, reply(ReplyState.WAITING, submitted_at=NOW), asked=("U0FARAH",)),
    "reply_held": story(REPLYING, reply(ReplyState.HELD, hold_until=NOW + timedelta(seconds=10))),
    "reply_leaving": story(REPLYING, reply(ReplyState.SENDING)),
    "replied": story(REPLIED, reply(ReplyState.SENT, sent_at=NOW, url="https://x.example/us/2")),
    "replied_without_a_link": story(replace(REPLIED, url=""), reply(ReplyState.SENT, sent_at=NOW)),
    "by_hand": story(REPLIED, reply(ReplyState.BY_HAND, sent_at=NOW)),
    "answered_elsewhere": story(REPLIED, reply(ReplyState.BY_HAND, by="system", sent_at=NOW, url="https://x.example/us/2")),
    "in_answer_to_somebody": story(POST, context={"p1": ANN}),
    "in_answer_to_us": story(POST, context={"p1": replace(ANN, ours=True, text="The light is mended. " * 12)}),
    "private_replied": story(replace(REPLIED, private=True, url=""), reply(ReplyState.SENT, sent_at=NOW)),
    "closed": story(CLOSED, closed_by="U0FARAH"),
    "overdue": story(replace(POST, respond_by=NOW - timedelta(minutes=5))),
    "to_be_looked_at": story(replace(POST, see_by=NOW + timedelta(minutes=5))),
    "not_looked_at_yet": story(replace(POST, see_by=NOW)),
    "reply_held_again": story(REPLYING, reply(ReplyState.HELD, hold_until=NOW + timedelta(seconds=10)), again=True),
    "needs_a_person": story(REPLYING, reply(ReplyState.UNSURE), needs_human="d1"),
    "edited": story(replace(SEEN, edited_at=NOW, text="The light at Mill Road works again"), earlier_texts=1),
    "deleted": story(
        replace(CLOSED, text="", gone_at=NOW, close_reason="deleted by its author", seen_at=None, seen_by=None),
        closed_by="system",
    ),
    "deleted_while_claimed": story(replace(CLAIMED, text="", gone_at=NOW)),
    "private": story(replace(POST, private=True, url="", kind="dm")),
    "with_photo": story(replace(POST, media=(RED_LIGHT,))),
    "with_two_videos_and_no_words": story(replace(POST, text="", media=(replace(RED_LIGHT, kind="video", alt=""),) * 2)),
    "with_additions": story(
        POST,
        additions=(Addition("p2", "Still stuck", NOW), Addition("p3", "Children are crossing between cars", NOW)),
    ),
    "asleep": story(replace(SEEN, state=State.SNOOZED, snooze_until=NOW + timedelta(hours=2))),
    "asleep_with_an_owner": story(replace(CLAIMED, state=State.SNOOZED, snooze_until=NOW + timedelta(hours=2))),
    "offered": story(replace(CLAIMED, offered_to="U0FARAH", offer_until=NOW + timedelta(minutes=10))),
    "released": story(replace(SEEN, last_owner="U0PRIYA", version=4)),
}
