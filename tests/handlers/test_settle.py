"""A reply in doubt, and the person who finishes what the bot cannot."""

from collections.abc import Callable

import pytest

from bot.card import Answer, Weight
from bot.command import Role, Staff, Way
from bot.delivery import DeliveryState
from bot.mention import Action, State
from bot.portray import card_of
from bot.reply import ReplyState
from bot.store import outbox
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
