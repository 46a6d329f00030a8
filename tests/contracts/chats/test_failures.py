"""What goes wrong is named by what may be done next: looked for, asked again later, signed in anew, or never."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import MessageRef, NotFound
from tests.contracts.chats.bench import CHANNEL, SHUT_OUT, ChatBench, ChatOffers, On, Trouble
from tests.contracts.chats.benches import offering, on
from tests.contracts.chats.cards import CARD, all_of, now_saying, ping, places, posted, said_to_all

IN_DOUBT = (Trouble.LOST, Trouble.HALF, Trouble.UNHEARD, Trouble.BROKEN)
Act = Callable[[ChatBench, MessageRef], Awaitable[object]]
WRITES: dict[str, Act] = {
    "a card": lambda bench, card: posted(bench, CARD, "card:2"),
    "under a card": lambda bench, card: bench.chat.post(CHANNEL, said_to_all("Look at this."), "thread:2", thread=card),
    "to one person": lambda bench, card: bench.chat.tell(bench.person("dev").id, ping("", "Dev"), "ping:2"),
}

REDRAW: Act = lambda bench, card: bench.chat.redraw(card, now_saying("Claimed by Priya"))  # noqa: E731


@on()
@pytest.mark.parametrize("what", WRITES)
async def test_an_answer_that_never_came_leaves_us_unsure_and_nothing_is_sent_twice(bench: ChatBench, what: str) -> None:
    card = await posted(bench)
    await bench.chat.tell(bench.person("dev").id, ping("", "Dev"), "ping:1")
    before = len(places(bench)) + len(bench.person("dev").was_told())

    for trouble in IN_DOUBT:
        bench.goes_wrong(trouble, On.POST)
        with pytest.raises(Unsure):
            await WRITES[what](bench, card)

    done = len(places(bench)) + len(bench.person("dev").was_told()) - before
    assert done == 2


@on(offering(ChatOffers.FINDS))
@pytest.mark.parametrize("is_under", [False, True])
async def test_what_was_lost_is_found_by_its_key_and_by_no_other(bench: ChatBench, is_under: bool) -> None:
    first, began = await posted(bench), bench.clock.now()
    under = first if is_under else None
    words = said_to_all("The school is shut: a pipe burst.")
    bench.goes_wrong(Trouble.LOST, On.POST)
    with pytest.raises(Unsure):
        await bench.chat.post(CHANNEL, words if is_under else CARD, "key:lost", thread=under)
    (made,) = set(places(bench)) - {first.id}
    bench.clock.advance(minutes=2)
    await bench.chat.post(CHANNEL, words, "key:later", thread=under)
    bench.clock.advance(minutes=2)

    found = await bench.chat.find_posted(CHANNEL, "key:lost", began, thread=under)

    assert isinstance(found, MessageRef)
    assert (found.id, found.channel) == (made, first.channel)
    assert await bench.chat.find_posted(CHANNEL, "key:never", began, thread=under) in (NotFound.ABSENT, NotFound.CANNOT_TELL)


@on(offering(ChatOffers.FINDS))
async def test_what_never_arrived_is_not_found_and_anothers_copy_of_our_words_is_none_of_ours(bench: ChatBench) -> None:
    card, began = await posted(bench, key="key:gone"), bench.clock.now()
    (words,) = (one.text for one in bench.shown())
    bench.deletes(card)
    bench.copies(words)
    bench.clock.advance(minutes=2)
    await posted(bench, now_saying(words), "key:other")
    bench.clock.advance(minutes=2)

    assert await bench.chat.find_posted(CHANNEL, "key:gone", began) in (NotFound.ABSENT, NotFound.CANNOT_TELL)


@on(offering(ChatOffers.FINDS))
async def test_when_it_cannot_be_looked_for_nobody_says_that_it_is_not_there(bench: ChatBench) -> None:
    card, began = await posted(bench), bench.clock.now()

    for trouble in (Trouble.BROKEN, Trouble.GARBAGE, Trouble.TOKEN, Trouble.UNHEARD):
        bench.goes_wrong(trouble, On.LOOK)
        try:
            found = await bench.chat.find_posted(CHANNEL, "card:142", began)
        except OutsideError:
            continue
        finally:
            bench.clock.advance(minutes=2)
        assert found in (NotFound.CANNOT_TELL, card)

    assert await bench.chat.find_posted(CHANNEL, "card:142", began) == card


@on()
async def test_a_card_in_doubt_is_drawn_again_without_harm(bench: ChatBench) -> None:
    card = await posted(bench)
    bench.clock.advance(seconds=30)

    for trouble in (Trouble.UNHEARD, Trouble.BROKEN):
        bench.goes_wrong(trouble, On.REDRAW)
        with pytest.raises((TryLater, Unsure)):
            await bench.chat.redraw(card, now_saying("Claimed by Priya"))
        bench.clock.advance(minutes=1)
    assert "Claimed by Priya" not in all_of(bench, card)
    await bench.chat.redraw(card, now_saying("Claimed by Priya"))

    assert all_of(bench, card).count("Claimed by Priya") == 1


@on()
@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.HALF])
async def test_what_changed_is_not_said_twice_when_only_the_answer_was_lost(bench: ChatBench, trouble: Trouble) -> None:
    card = await posted(bench)
    bench.goes_wrong(trouble, On.REDRAW)
    with pytest.raises((TryLater, Unsure)):
        await bench.chat.redraw(card, now_saying("Claimed by Priya"))

    await bench.restarts()
    await bench.chat.redraw(card, now_saying("Claimed by Priya"))

    assert all_of(bench, card).count("Claimed by Priya") == 1


@on()
@pytest.mark.parametrize("what", WRITES)
async def test_asked_to_wait_we_say_for_how_long_and_what_is_to_be_left_alone(bench: ChatBench, what: str) -> None:
    card = await posted(bench)
    await bench.chat.tell(bench.person("dev").id, ping("", "Dev"), "ping:1")
    bench.clock.advance(minutes=1)
    bench.goes_wrong(Trouble.WAIT, On.POST)

    with pytest.raises(TryLater) as caught:
        await WRITES[what](bench, card)

    assert caught.value.after >= timedelta(seconds=17)
    assert caught.value.bucket


@on()
async def test_after_the_wait_all_goes_on(bench: ChatBench) -> None:
    card = await posted(bench)
    bench.clock.advance(minutes=1)
    bench.goes_wrong(Trouble.WAIT, On.POST)
    with pytest.raises(TryLater):
        await posted(bench, CARD, "card:2")

    bench.clock.advance(minutes=1)

    again = await posted(bench, CARD, "card:2")
    assert set(places(bench)) == {card.id, again.id}


@on()
async def test_a_token_that_is_refused_asks_for_a_new_sign_in_and_is_not_named(bench: ChatBench) -> None:
    card = await posted(bench)
    bench.clock.advance(minutes=1)

    for act in (*WRITES.values(), REDRAW):
        for kind in (On.POST, On.REDRAW):
            bench.goes_wrong(Trouble.TOKEN, kind, times=2)
        with pytest.raises(SignInAgain) as caught:
            await act(bench, card)
        assert not any(secret in str(caught.value) for secret in bench.secrets)
        bench.calms()
        bench.clock.advance(minutes=1)


@on()
async def test_a_channel_that_is_not_there_or_was_shut_is_refused_by_its_name(bench: ChatBench) -> None:
    for channel in ("nowhere", SHUT_OUT):
        with pytest.raises(Refused, match=channel):
            await bench.chat.post(channel, CARD, f"card:{channel}")

    await posted(bench)
    bench.clock.advance(minutes=1)
    bench.shuts(CHANNEL)
    with pytest.raises(Refused, match=CHANNEL):
        await posted(bench, CARD, "card:2")


@on()
async def test_words_for_a_thread_that_was_deleted_go_nowhere_else(bench: ChatBench) -> None:
    card = await posted(bench)
    bench.deletes(card)

    with pytest.raises(NotThere):
        await bench.chat.post(CHANNEL, said_to_all("Look at this."), "thread:2", thread=card)

    assert places(bench) == {}


@on()
async def test_words_for_somebody_who_is_not_there_are_refused_and_reach_nobody(bench: ChatBench) -> None:
    with pytest.raises(Refused):
        await bench.chat.tell(bench.nobody(), ping("", "Dev"), "ping:1")

    assert [bench.person(name).was_told() for name in ("priya", "dev", "morag")] == [[], [], []]
    assert places(bench) == {}
