"""A reply in doubt, and the person who finishes what the bot cannot."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Answer, Weight
from bot.command import Role, Staff, Way
from bot.delivery import DeliveryState
from bot.exchange import Edited
from bot.mention import Action, Move, State
from bot.portray import card_of
from bot.reply import Answers, Post, ReplyState, Written
from bot.replying.policy import Approval, ApprovalTable
from bot.store.sending import outbox
from tests.handlers.drawn import drawn
from tests.handlers.office import FARAH, MORAG, PRIYA, Office

D = DeliveryState


async def in_doubt(office: Office) -> None:
    """Nobody can account for Priya's reply to M-1."""
    await office.hears("Is my school shut?")
    named = Staff(PRIYA.id, PRIYA.name, frozenset({Role.PUBLISHER}))
    await office.replies(named, 1, "It is open.")
    live = (await office.desk.story("M-1")).live_reply
    assert live
    await office.system("M-1", Action.UNSURE)
    delivery = await office.database.read(outbox.of_reply, live.id)
    assert delivery
    await office.database.write(outbox.settle, delivery.id, D.NEEDS_HUMAN, [D.PENDING])


async def card(office: Office) -> str:
    return drawn(card_of(await office.desk.story("M-1"), office.desk.house, office.clock.now()))


async def state(office: Office) -> tuple[State, ReplyState | None]:
    """Where the mention and its reply stand."""
    story = await office.desk.story("M-1")
    return story.mention.state, story.live_reply.state if story.live_reply else None


async def test_the_card_has_four_buttons_the_last_of_them_a_danger_that_asks_first(office: Office) -> None:
    await in_doubt(office)

    *others, last = card_of(await office.desk.story("M-1"), office.desk.house, office.clock.now()).buttons

    assert [button.label for button in (*others, last)][-3:] == ["It Is There", "It Is Not", "Send Again"]
    assert (last.weight, last.confirm) == (Weight.DANGER, "If the first one turns up too, the public sees both.")


async def test_send_again_can_be_undone_and_is_then_in_doubt_as_before(office: Office) -> None:
    await in_doubt(office)

    answer = await office.ask(FARAH, "settle 1 again", Way.PRESSED)
    again, shown = await state(office), await card(office)
    assert isinstance(answer, Answer)
    undo = answer.buttons[0]
    told = await office.says(PRIYA, f"{undo.verb} {undo.ref} {undo.argument}", Way.PRESSED)

    assert answer.plain == "The reply to M-1 goes out again in a moment. Until then it can be undone."
    assert again == (State.REPLYING, ReplyState.HELD)
    assert "Priya Shah’s reply goes out again at " in shown
    assert told == "The reply to M-1 is not sent again. Whether the first try went out is still to be said."
    assert await state(office) == (State.REPLYING, ReplyState.UNSURE)
    assert "had the reply sent again" in await office.says(PRIYA, "record 1")
    assert "took back the second try" in await office.says(PRIYA, "record 1")


async def test_while_publishing_is_stopped_nothing_is_sent_again(office: Office) -> None:
    await in_doubt(office)
    await office.ask(MORAG, "stop wrong figures")

    told = await office.says(FARAH, "settle 1 again")

    assert told.startswith("Publishing is stopped, so the reply to M-1 is not sent again.")
    assert await state(office) == (State.REPLYING, ReplyState.UNSURE)


async def test_only_those_who_may_publish_may_send_again(open_office: Callable[..., Office]) -> None:
    office = open_office(restricted=True)
    await in_doubt(office)

    told = await office.says(FARAH, "settle 1 again")

    assert told.startswith("You are not set up to publish replies")
    assert await state(office) == (State.REPLYING, ReplyState.UNSURE)


@pytest.mark.parametrize("word", ["there", "absent"])
async def test_what_is_being_sent_again_cannot_be_settled_meanwhile(office: Office, word: str) -> None:
    await in_doubt(office)
    await office.ask(FARAH, "settle 1 again")

    told = await office.says(FARAH, f"settle 1 {word}")

    assert told == "The reply to M-1 is being looked up at this moment. Try again in a minute."
    assert await state(office) == (State.REPLYING, ReplyState.HELD)


async def test_a_trainee_does_not_send_again_and_is_told_who_can(office: Office) -> None:
    await in_doubt(office)
    await office.desk.meet(MORAG)
    before = await state(office)

    told = await office.says(Staff(FARAH.id, FARAH.name, frozenset({Role.TRAINEE})), "settle 1 again", Way.PRESSED)

    assert told == "A colleague looks at what you write before it is public: Morag Muir can do that for M-1."
    assert await state(office) == before


async def changed_meanwhile(office: Office) -> None:
    """The author edits what M-1 is about."""
    await office.desk.take_in([Edited("p1", "I take it back, thanks!", office.clock.now())], "website")


@pytest.mark.slow
async def test_what_the_author_changed_since_is_shown_before_the_reply_is_sent_again(office: Office) -> None:
    await in_doubt(office)
    await changed_meanwhile(office)

    shown = await office.ask(FARAH, "settle 1 again", Way.PRESSED)
    before = await state(office)
    assert isinstance(shown, Answer)
    (again,) = shown.buttons
    told = await office.says(FARAH, f"{again.verb} {again.ref} {again.argument}", Way.PRESSED)

    assert "I take it back, thanks!" in shown.plain
    assert "It is open." in shown.plain
    assert before == (State.REPLYING, ReplyState.UNSURE)
    assert told.startswith("The reply to M-1 goes out again in a moment.")


@pytest.mark.slow
async def test_what_the_author_changes_after_it_was_shown_is_shown_once_more(office: Office) -> None:
    await in_doubt(office)
    await changed_meanwhile(office)
    shown = await office.ask(FARAH, "settle 1 again", Way.PRESSED)
    assert isinstance(shown, Answer)
    (again,) = shown.buttons
    await office.desk.take_in([Edited("p1", "Or is it?", office.clock.now() + timedelta(minutes=1))], "website")

    told = await office.says(FARAH, f"{again.verb} {again.ref} {again.argument}", Way.PRESSED)

    assert "Or is it?" in told
    assert await state(office) == (State.REPLYING, ReplyState.UNSURE)


@pytest.mark.slow
async def test_one_who_is_trusted_here_may_send_again_and_one_who_is_not_may_not(open_office: Callable[..., Office]) -> None:
    everyone = Approval(tables=(ApprovalTable(),))
    office = open_office(approval=everyone)
    await in_doubt(office)
    trainee = Staff(FARAH.id, FARAH.name, frozenset({Role.TRAINEE}))

    refused = await office.says(trainee, "settle 1 again", Way.PRESSED)
    office.desk.house = replace(office.desk.house, approval=Approval(tables=(ApprovalTable(priorities=("P0",)),)))
    let = await office.says(trainee, "settle 1 again", Way.PRESSED)

    assert refused.startswith("A colleague looks at what you write")
    assert let.startswith("The reply to M-1 goes out again")


async def thread_in_doubt(office: Office, second: Answers = Answers.PREVIOUS) -> None:
    """Nobody can account for the first of Priya's two posts to M-1."""
    await office.hears("Is my school shut?")
    named = Staff(PRIYA.id, PRIYA.name, frozenset({Role.PUBLISHER}))
    posts = (Post("The first. 1/2"), Post("The second. 2/2", answers=second))
    written = Written("The first. The second.", split=True)
    await office.desk.meet(named)
    await office.desk.make(Move("M-1", Action.REPLY, by=PRIYA.id, text=written.text, written=written, posts=posts))
    live = (await office.desk.story("M-1")).live_reply
    assert live
    await office.system("M-1", Action.UNSURE)
    delivery = await office.database.read(outbox.of_reply, live.id)
    assert delivery
    await office.database.write(outbox.settle, delivery.id, D.NEEDS_HUMAN, [D.PENDING])


async def test_the_first_of_two_posts_being_there_does_not_answer_it_when_the_second_cannot_follow(office: Office) -> None:
    await thread_in_doubt(office)

    told = await office.says(PRIYA, "settle 1 there", Way.PRESSED)

    assert (await office.now(1)).state is State.CLAIMED
    assert told == (
        "Thank you. Post 1 of 2 is public, but the rest could not follow it: "
        "that is a draft of Priya Shah again, and M-1 is not answered yet."
    )


async def test_the_first_of_two_posts_not_being_there_leaves_all_of_it_to_be_sent(office: Office) -> None:
    await thread_in_doubt(office)

    told = await office.says(PRIYA, "settle 1 absent", Way.PRESSED)

    assert told.startswith("Thank you. The reply to M-1 is a draft again.")


async def test_the_first_of_two_posts_being_there_lets_the_second_go_and_undo_says_what_is_public(office: Office) -> None:
    await thread_in_doubt(office, Answers.SAME)

    told = await office.says(PRIYA, "settle 1 there", Way.PRESSED)
    stopped = await office.says(PRIYA, "undo 1")

    assert told == "Thank you. Post 1 of 2 is public, and post 2 goes after it. M-1 is answered once all are."
    assert stopped.startswith("Stopped: Post 1 of 2 on M-1 is public already, and nothing after.")
    assert "nothing was published" not in stopped
