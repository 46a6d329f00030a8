"""A card for each state a mention can be in, kept in ``golden/cards`` to be looked at (UPDATE_GOLDEN=1 rewrites it)."""

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Link
from bot.mention import Action, Media, State
from bot.moving import MOVES, allows
from bot.portray import CARD_SHOWS, card_of
from bot.reply import Abilities, Post, ReplyState
from bot.story import Addition
from integrations.slack.draw import card_blocks
from tests.bot.stories import CLAIMED, NOW, POST, REPLIED, REPLYING, STORIES, reply, story
from tests.handlers.drawn import GOLDEN, assert_golden, drawn
from tests.handlers.office import house

DRAWN_FOR_SLACK = ("waits_for_approval", "new", "claimed", "replied", "closed", "overdue", "needs_a_person")
PRESSED = {
    "claim": Action.CLAIM,
    "reply": Action.REPLY,
    "release": Action.RELEASE,
    "close": Action.CLOSE,
    "note": Action.NOTE,
    "undo": Action.WITHDRAW,
    "settle": Action.SENT,
    "recall": Action.RECALL,
}
READS_ONLY = {"record", "look", "approve"}
NOT_A_BUTTON = {
    Action.SUBMIT: "the form's, where approval is needed",
    Action.APPROVE: "under the card and on what approvers are told, beside the words; the card leads there",
    Action.SEND_BACK: "see approve",
    Action.RECALL: "only while a reply waits",
    Action.SENT: "the bot's, or a person's word: settle",
    Action.NOT_SENT: "see settle",
    Action.UNSURE: "the bot's, or Undo of Send Again",
    Action.RESEND: "see settle: Send Again",
    Action.ANSWERED: "Done is on the form, once the page was opened",
    Action.ELSEWHERE: "the bot's",
    Action.REOPEN: "the author's writing again does it",
    Action.GIVE: "wants a colleague's name",
    Action.ACCEPT: "on what the colleague is told, and on their Home",
    Action.DECLINE: "see accept",
    Action.SNOOZE: "wants a moment and a reason",
    Action.WAKE: "the bot's",
    Action.EXPIRE: "the bot's",
}
HOUSE = house()


@pytest.mark.parametrize("name", STORIES)
def test_a_card_reads_as_in_the_golden_file(name: str) -> None:
    assert_golden(f"cards/{name}.txt", drawn(card_of(STORIES[name], HOUSE, NOW)))


@pytest.mark.parametrize("name", DRAWN_FOR_SLACK)
def test_a_card_is_drawn_as_in_the_golden_file(name: str) -> None:
    blocks = card_blocks(card_of(STORIES[name], HOUSE, NOW))
    golden = GOLDEN / "cards" / f"{name}.blocks.json"

    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(blocks, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    assert blocks == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", STORIES)
def test_a_card_has_at_most_six_lines_and_four_buttons(name: str) -> None:
    card = card_of(STORIES[name], HOUSE, NOW)
    lines = drawn(replace(card, buttons=())).split("\n")

    assert len(lines) <= 6
    assert len(card.buttons) <= 4


@pytest.mark.parametrize("name", STORIES)
def test_only_buttons_that_would_work_are_shown(name: str) -> None:
    mention = STORIES[name].mention
    shown = {button.verb for button in card_of(STORIES[name], HOUSE, NOW).buttons}

    moves = {PRESSED[verb] for verb in shown - READS_ONLY}

    assert not {
        move
        for move in moves
        if not allows(mention.state, move) and not (move is Action.REPLY and mention.state is State.NEW)
    }, "a button that would be refused"


@pytest.mark.parametrize("state", State)
def test_every_move_a_person_can_make_has_its_button(state: State) -> None:
    held = reply(ReplyState.HELD, hold_until=NOW)
    mention = {State.REPLYING: REPLYING, State.REPLIED: REPLIED, State.CLAIMED: CLAIMED}.get(
        state, replace(POST, state=state)
    )
    drawn_for = story(mention, held) if state is State.REPLYING else story(mention)

    shown = {PRESSED.get(button.verb) for button in card_of(drawn_for, HOUSE, NOW).buttons}

    possible = {action for (here, action) in MOVES if here is state} - set(NOT_A_BUTTON)
    possible -= {Action.RELEASE} if mention.owner is None else set()  # nobody has it to put back
    assert not possible - shown, "a move that no button makes"


def test_a_reply_that_has_left_can_no_longer_be_undone() -> None:
    assert card_of(STORIES["reply_leaving"], HOUSE, NOW).buttons == ()


def test_one_primary_button_at_most() -> None:
    for name, told in STORIES.items():
        weights = [button.weight for button in card_of(told, HOUSE, NOW).buttons]

        assert weights.count("primary") <= 1, name


def test_a_long_post_says_that_its_full_text_is_in_the_thread() -> None:
    card = card_of(story(replace(POST, text="word " * CARD_SHOWS)), HOUSE, NOW)

    assert card.full_text_in_thread


def test_a_deleted_post_shows_none_of_its_words() -> None:
    card = card_of(STORIES["deleted_while_claimed"], HOUSE, NOW)

    assert card.quote == "(deleted by its author)"
    assert "traffic" not in drawn(card) + card.summary


def test_what_the_author_added_is_still_to_be_answered_when_the_first_post_is_deleted() -> None:
    gone = STORIES["deleted_while_claimed"].mention
    added = Addition("p2", "And the other one?", NOW)
    card = card_of(story(gone, additions=(added,)), HOUSE, NOW)

    assert card.quote == "(deleted by its author)\n+ And the other one?"
    assert "Nothing is left" not in drawn(card)
    assert card.buttons[0].label == "Reply"


def test_a_photo_is_described_and_never_shown() -> None:
    card = card_of(STORIES["with_photo"], HOUSE, NOW)

    assert drawn(card).split("\n")[2] == ("Photo ×1, described as “A red light above a zebra crossing” · Look at the source")
    assert "image" not in json.dumps([block["type"] for block in card_blocks(card)])


def test_pictures_and_videos_together_are_attachments() -> None:
    several = (Media("photo", "https://x.example/1"), Media("video", "https://x.example/2"))

    assert "Attachment ×2, no description" in drawn(card_of(story(replace(POST, media=several)), HOUSE, NOW))


def test_an_account_that_left_the_settings_still_has_its_card() -> None:
    card = card_of(story(replace(POST, account="gone")), HOUSE, NOW)

    assert "Lou Tranter (@lou) · gone · " in drawn(card)


def test_what_somebody_has_looked_at_and_what_is_to_be_answered_first_show_only_the_answer() -> None:
    seen = replace(STORIES["seen"].mention, see_by=NOW + timedelta(minutes=5))
    answered_first = replace(POST, see_by=NOW + timedelta(hours=4))

    shown = [drawn(card_of(story(mention), HOUSE, NOW)) for mention in (seen, answered_first)]

    assert all("An answer is due by 17 Nov at 10:00" in card and "looked at by" not in card for card in shown)


def test_the_time_due_passes_to_overdue_at_the_moment_itself() -> None:
    due = POST.respond_by
    assert due

    before = drawn(card_of(story(POST), HOUSE, due - timedelta(seconds=1)))
    at = drawn(card_of(story(POST), HOUSE, due))

    assert "An answer is due by 17 Nov at 10:00" in before
    assert "Overdue: an answer was due by 17 Nov at 10:00" in at


def test_a_reply_that_was_not_seen_yet_has_no_tick_and_says_so_and_later_that_it_does_not_show() -> None:
    website = replace(HOUSE.accounts["website"], abilities=Abilities(reads_back=True))
    looked_at = replace(HOUSE, accounts={"website": website})
    sent = reply(ReplyState.SENT, sent_at=NOW, native_id="r1", url="https://x.example/us/2", posts=(Post("On the way."),))
    seen = replace(sent, confirmed_at=NOW)
    told = STORIES["replied"].mention
    late = NOW + timedelta(minutes=10)

    assert "is being looked for · See the reply" in drawn(card_of(story(told, sent), looked_at, NOW))
    assert "but it does not show · See the reply" in drawn(card_of(story(told, sent), looked_at, late))
    assert "The network took" not in drawn(card_of(story(told, seen), looked_at, late))
    assert "The network took" not in drawn(card_of(story(told, sent), HOUSE, late))


def test_a_reply_in_several_posts_is_linked_at_its_beginning() -> None:
    first = reply(ReplyState.SENT, url="https://x.example/us/2", parts=2)
    later = {"id": "r2", "first_id": "r1", "part": 2, "updated_at": NOW + timedelta(seconds=1)}
    second = replace(first, url="https://x.example/us/3", **later)  # type: ignore[arg-type]  # as their names say

    shown = card_of(story(STORIES["replied"].mention, first, second), HOUSE, NOW)

    assert shown.status == (Link("https://x.example/us/2", "See the reply"),)
