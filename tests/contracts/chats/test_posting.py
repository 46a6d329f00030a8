"""What is posted is to be seen with all that it says, where it belongs, and by those whom it is for."""

from dataclasses import replace

import pytest

from bot.card import Digest
from bot.errors import NotThere, Refused
from bot.ports import MessageRef
from tests.contracts.chats.bench import CHANNEL, ChatBench, ChatOffers
from tests.contracts.chats.benches import BENCHES, offering, on
from tests.contracts.chats.cards import CARD, all_of, at, ping, places, posted, said_to_all, thread


@on(always=True)
async def test_a_card_shows_all_that_it_says_and_what_can_be_done(bench: ChatBench) -> None:
    card = await posted(bench)

    shown = at(bench, card)
    for words in ("M-142", "Ada Byron", "on X", "08:57", *CARD.quote.split("\n"), "1 picture", "Nobody has this yet"):
        assert words in shown.text
    assert "https://x.com/ada/status/77" in shown.links
    assert {"claim", "reply", "close"} <= shown.can
    assert not card.shared


@on()
async def test_what_is_said_goes_under_its_card_or_into_the_channel_or_to_one_person(bench: ChatBench) -> None:
    card = await posted(bench)

    under = await bench.chat.post(CHANNEL, said_to_all("Priya asked the school."), "thread:1", thread=card)
    alone = await bench.chat.post(CHANNEL, said_to_all("Dev has the next shift."), "post:1")
    dev = bench.person("dev")
    await bench.chat.tell(dev.id, ping(dev.id, "Dev"), "ping:1")

    assert ["Priya asked the school." in one for one in thread(bench, card)] == [True]
    assert "Dev has the next shift." in at(bench, alone).text
    assert not at(bench, alone).under
    (heard,) = dev.was_told()
    assert "M-142 has waited an hour." in heard
    assert bench.person("priya").was_told() == []
    assert set(places(bench)) == {card.id, under.id, alone.id}
    assert len({card.id, under.id, alone.id}) == 3


@on(always=True)
async def test_a_card_says_what_changed_and_the_same_again_adds_nothing(bench: ChatBench) -> None:
    card = await posted(bench)
    claimed = replace(CARD, version=2, status=("Claimed by Priya",), buttons=())
    closed = replace(CARD, version=3, status=("Closed by Dev: answered by telephone",), buttons=())

    assert await bench.chat.redraw(card, claimed) is None
    assert "Claimed by Priya" in all_of(bench, card)
    after_one = places(bench)
    await bench.chat.redraw(card, claimed)
    await bench.restarts()
    await bench.chat.redraw(card, claimed)
    assert places(bench) == after_one

    await bench.chat.redraw(card, closed)
    assert "Closed by Dev: answered by telephone" in all_of(bench, card)
    await bench.chat.redraw(card, claimed)
    assert all_of(bench, card).rindex("Claimed by Priya") > all_of(bench, card).rfind("Closed by Dev")
    assert card.id in places(bench)


@on(offering(ChatOffers.IN_PLACE))
async def test_a_card_is_changed_where_it_stands(bench: ChatBench) -> None:
    card = await posted(bench)

    await bench.chat.redraw(card, replace(CARD, version=2, status=("Claimed by Priya",), buttons=()))

    assert list(places(bench)) == [card.id]
    assert "Nobody has this yet" not in at(bench, card).text
    assert at(bench, card).can == frozenset()


@on()
async def test_a_card_that_was_deleted_is_said_to_be_gone_or_stands_somewhere_else(bench: ChatBench) -> None:
    card = await posted(bench)
    bench.deletes(card)

    elsewhere: MessageRef | None = None
    gone = False
    try:
        elsewhere = await bench.chat.redraw(card, replace(CARD, version=2, status=("Claimed by Priya",)))
    except NotThere:
        gone = True

    assert gone or (elsewhere and elsewhere.id != card.id and "Claimed by Priya" in all_of(bench, elsewhere))
    assert len(places(bench)) == (0 if gone else 1)


@on()
async def test_what_was_said_is_linked_to_and_what_is_not_there_is_not(bench: ChatBench) -> None:
    card = await posted(bench)

    assert (await bench.chat.link_to(card)).startswith("https://")
    assert card.id.replace(".", "") in await bench.chat.link_to(card)


@on([name for name in BENCHES if name not in offering(ChatOffers.DIGESTS)])
async def test_several_cards_in_one_message_are_refused_where_each_stands_alone(bench: ChatBench) -> None:
    with pytest.raises(Refused):
        await bench.chat.post(CHANNEL, Digest(((CARD, "card:142"), (CARD, "card:143"))), "digest:1")

    assert places(bench) == {}


@on(offering(ChatOffers.DIGESTS))
async def test_several_cards_in_one_message_are_each_to_be_read_found_and_given_their_own_place(bench: ChatBench) -> None:
    other = replace(CARD, ref="M-143", quote="The ferry is late again.", footer=("M-143",))
    began = bench.clock.now()

    both = await bench.chat.post(CHANNEL, Digest(((CARD, "card:142"), (other, "card:143"))), "digest:1")

    text = at(bench, both).text
    assert both.shared
    assert all(words in text for words in ("M-142", "M-143", "Is my school shut tomorrow?", "The ferry is late again."))
    for key in ("card:142", "card:143"):
        assert await bench.chat.find_posted(CHANNEL, key, began) == both

    own = await bench.chat.redraw(both, replace(other, version=2, status=("Claimed by Priya",)))

    assert own is not None
    assert own.id != both.id
    assert not own.shared
    assert "M-143" in all_of(bench, own)
    assert "Claimed by Priya" in all_of(bench, own)
