"""A card for each state a mention can be in, kept in ``golden/cards`` to be looked at (UPDATE_GOLDEN=1 rewrites it)."""

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mention import Action, Media, State
from bot.moving import MOVES, allows
from bot.portray import CARD_SHOWS, card_of
from bot.reply import ReplyState
from integrations.slack.draw import card_blocks
from tests.bot.stories import CLAIMED, NOW, POST, REPLIED, REPLYING, STORIES, reply, story
from tests.handlers.drawn import GOLDEN, assert_golden, drawn
from tests.handlers.office import house

DRAWN_FOR_SLACK = ("new", "claimed", "replied", "closed", "overdue", "needs_a_person")
PRESSED = {
    "claim": Action.CLAIM,
    "reply": Action.REPLY,
    "release": Action.RELEASE,
    "close": Action.CLOSE,
    "note": Action.NOTE,
    "undo": Action.WITHDRAW,
    "settle": Action.SENT,
}
READS_ONLY = {"record", "look"}
NOT_A_BUTTON = {
    Action.SENT: "the bot's, or a person's word: settle",
    Action.NOT_SENT: "see settle",
    Action.UNSURE: "the bot's, or Undo of Send Again",
    Action.RESEND: "see settle: Send Again",
    Action.ANSWERED: "Done is on the form, once the page was opened",
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
