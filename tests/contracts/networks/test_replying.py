"""What every network makes of a reply: public at most one time, never too long, found again when its answer was lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotThere, OutsideError, Refused, TryLater, Unsure
from bot.ports import REPEATABLE, Found, Guarantee, NotFound, Outgoing, Receipt, Verdict
from bot.reply import Act, Audience, TextLimits
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import offering, on
from tests.contracts.networks.listener import Listener

ANSWER = "It opens at nine, and the cafe at ten."
MARKS = 'If 2 < 3 & 4 > 3: use the <blue> bin, "not" the brown.'
WHILE = timedelta(seconds=90)
"""How long after a lost answer the sender looks, where a network settles quicker."""


@on(offering(Offers.REPLIES))
async def test_a_reply_is_public_under_what_it_answers_and_its_receipt_names_it(
    bench: NetworkBench, listener: Listener
) -> None:
    asked = await question(bench, listener)

    receipt = await bench.network.publish(bench.outgoing(asked, ANSWER))

    (shown,) = bench.public()
    assert (shown.text, shown.in_reply_to) == (ANSWER, asked)
    assert receipt.native_id in {"", shown.native_id}
    assert receipt.native_id or not bench.network.abilities.reads_back


@on(offering(Offers.REPLIES))
async def test_a_reply_is_shown_as_it_was_written(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)

    await bench.network.publish(bench.outgoing(asked, MARKS))

    assert [shown.text for shown in bench.public()] == [MARKS]


@on(offering(Offers.REPLIES))
async def test_a_look_too_soon_proves_nothing_and_a_late_one_does(bench: NetworkBench, listener: Listener) -> None:
    reply = bench.outgoing(await question(bench, listener), ANSWER)
    settles = bench.network.settle > timedelta(0)

    assert not settles or await bench.network.find_sent(reply) is not NotFound.ABSENT
    if bench.network.guarantee is Guarantee.LOOKUP:
        assert await found_later(bench, reply) is NotFound.ABSENT


@on(offering(Offers.REPLIES))
async def test_a_reply_at_the_limit_goes_out_whole(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)
    text = as_long_as(bench.network.limits)

    await bench.network.publish(bench.outgoing(asked, text))

    (shown,) = bench.public()
    assert shown.text == text


@on(offering(Offers.REPLIES, Offers.LIMIT))
async def test_one_more_is_too_long_for_us_and_for_the_other_side(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)
    text = as_long_as(bench.network.limits) + "x"

    assert bench.network.limits.over(text) > 0
    with pytest.raises(Refused):
        await bench.network.publish(bench.outgoing(asked, text))
    assert not bench.public()


@on(offering(Offers.REPLIES))
async def test_a_lost_answer_never_makes_two_public_replies(bench: NetworkBench, listener: Listener) -> None:
    reply = bench.outgoing(await question(bench, listener), ANSWER)
    await bench.loses_the_answer()
    with pytest.raises(Unsure):
        await bench.network.publish(reply)

    await bench.restart()
    found = await found_later(bench, reply)
    if isinstance(found, Found):
        assert found.receipt.native_id in {"", bench.public()[0].native_id}
    else:
        assert found is NotFound.CANNOT_TELL
        assert Offers.LOOKS not in bench.offers or bench.network.guarantee in REPEATABLE
    if bench.network.guarantee in REPEATABLE:
        await bench.network.publish(replace(reply, last_sent_at=bench.clock.now()))

    assert [shown.text for shown in bench.public()] == [ANSWER]


@on(offering(Offers.REPLIES))
async def test_a_reply_that_never_arrived_is_never_found_and_goes_out_at_most_one_time_after_all(
    bench: NetworkBench, listener: Listener
) -> None:
    reply = bench.outgoing(await question(bench, listener), ANSWER)
    await bench.goes_wrong(500, on="write")
    with pytest.raises((Unsure, TryLater)) as caught:
        await bench.network.publish(reply)
    assert isinstance(caught.value, Unsure), "a 5xx on a write may have been carried out"

    found = await found_later(bench, reply)

    assert not isinstance(found, Found)
    assert found is NotFound.CANNOT_TELL or bench.network.guarantee is Guarantee.LOOKUP or repeatable(bench)
    assert not bench.public()
    if found is NotFound.ABSENT or repeatable(bench):
        await bench.network.publish(replace(reply, last_sent_at=bench.clock.now()))
        assert [shown.text for shown in bench.public()] == [ANSWER]


@on(offering(Offers.REPLIES, Offers.LOOKS))
async def test_another_reply_to_the_same_post_is_not_taken_for_this_one(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)
    await bench.network.publish(bench.outgoing(asked, "Somebody else's words.", key="r0"))

    found = await found_later(bench, bench.outgoing(asked, ANSWER, key="r1"))

    assert not isinstance(found, Found)


@on(offering(Offers.REPLIES))
async def test_what_is_for_its_author_alone_never_shows_in_public(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)
    private = replace(bench.outgoing(asked, ANSWER), audience=Audience.AUTHOR)

    if bench.network.abilities.private is None:
        with pytest.raises(Refused):
            await bench.network.publish(private)
    else:
        await quietly(bench, private)

    assert not bench.public()


async def quietly(bench: NetworkBench, private: Outgoing) -> Receipt | None:
    """Sent, or refused for a reason of the network's own."""
    try:
        return await bench.network.publish(private)
    except OutsideError:
        return None


@on(offering(Offers.REPLIES, Offers.PREFLIGHT))
async def test_a_look_before_sending_sees_that_the_post_is_gone(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)
    there = await bench.network.preflight(bench.outgoing(asked, ANSWER))
    await bench.deletes(asked)
    bench.clock.advance(minutes=1)

    gone = await bench.network.preflight(bench.outgoing(asked, ANSWER))

    assert there.verdict is Verdict.OK
    assert gone.verdict is Verdict.GONE
    assert gone.reason
    assert not bench.public()


@on(offering(Offers.REPLIES, Offers.READ_BACK))
async def test_a_reply_is_read_back_and_one_that_was_taken_down_is_not(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)
    receipt = await bench.network.publish(bench.outgoing(asked, ANSWER))
    assert isinstance(await bench.network.read_back(receipt.native_id), Found)

    if Act.DELETE_OWN in bench.network.abilities.acts:
        await bench.network.act(Act.DELETE_OWN, receipt.native_id)
        await bench.network.act(Act.DELETE_OWN, receipt.native_id)
        assert not bench.public()
        bench.clock.advance(minutes=2)
        assert not isinstance(await bench.network.read_back(receipt.native_id), Found)


@on(offering(Offers.REPLIES))
async def test_what_may_be_done_to_a_post_may_be_done_twice_and_undone(bench: NetworkBench, listener: Listener) -> None:
    asked = await question(bench, listener)
    acts = bench.network.abilities.acts

    for there, back in ((Act.LIKE, Act.UNLIKE), (Act.HIDE, Act.UNHIDE)):
        for act in (there, there, back, back):
            refused = await refusal(bench, act, asked)
            assert refused or act in acts
            assert not isinstance(refused, NotThere)

    assert (await bench.network.preflight(bench.outgoing(asked, ANSWER))).verdict is Verdict.OK


async def refusal(bench: NetworkBench, act: Act, native_id: str) -> Refused | None:
    """Why an act is not done; None when it was."""
    try:
        await bench.network.act(act, native_id)
    except Refused as error:
        return error
    return None


@on(offering(Offers.REPLIES))
async def test_other_words_for_our_own_reply_may_be_given_twice(bench: NetworkBench, listener: Listener) -> None:
    if Act.EDIT_OWN not in bench.network.abilities.acts:
        with pytest.raises(Refused):
            await bench.network.act(Act.EDIT_OWN, "1", "Other words.")
        return
    asked = await question(bench, listener)
    receipt = await bench.network.publish(bench.outgoing(asked, ANSWER))

    await bench.network.act(Act.EDIT_OWN, receipt.native_id, "It opens at ten.")
    await bench.network.act(Act.EDIT_OWN, receipt.native_id, "It opens at ten.")

    assert [shown.text for shown in bench.public()] == ["It opens at ten."]


async def question(bench: NetworkBench, listener: Listener) -> str:
    """Somebody asks, and it is heard."""
    native_id = await bench.says("When does it open?")
    if {Offers.POLL, Offers.CALLS} & bench.offers:
        await listener.hears()
    return native_id


async def found_later(bench: NetworkBench, reply: Outgoing) -> Found | NotFound:
    """What a look finds once the network has settled."""
    bench.clock.advance(max(bench.network.settle, WHILE))
    return await bench.network.find_sent(reply)


def repeatable(bench: NetworkBench) -> bool:
    """Whether a repeat is harmless."""
    return bench.network.guarantee in REPEATABLE


def as_long_as(limits: TextLimits) -> str:
    """The longest text of one plain letter that fits."""
    low, high = 1, 2
    while not limits.over("x" * high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if limits.over("x" * middle) else (middle, high)
    return "x" * low
