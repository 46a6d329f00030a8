"""What becomes of posts later: edits, deletions and answers given elsewhere are heard of where the network lets us."""

from bot.ports import Answered, Edited, Gone, Incoming, Query
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import offering, on
from tests.contracts.networks.listener import Listener


@on(offering(Offers.EDITS))
async def test_an_edit_is_heard_of_with_its_words(bench: NetworkBench, listener: Listener) -> None:
    native_id = await bench.says("Is the pool open on Sunday?")
    await listener.hears()

    bench.clock.advance(minutes=3)
    await bench.edits(native_id, "Is the pool open on Monday?")

    found = await listener.learns(Edited)
    assert {(one.native_id, one.text) for one in found if isinstance(one, Edited)} == {
        (native_id, "Is the pool open on Monday?")
    }


@on(offering(Offers.DELETIONS))
async def test_a_deletion_is_heard_of_and_no_other_post_is_called_gone(bench: NetworkBench, listener: Listener) -> None:
    kept, native_id = await bench.says("I stay.", by="bob"), await bench.says("I regret this.")
    await listener.hears()

    await bench.deletes(native_id)

    assert {one.native_id for one in await listener.learns(Gone)} == {native_id}
    assert kept in listener.held


@on(offering(Offers.EDITS))
async def test_a_post_that_did_not_change_is_not_called_edited(bench: NetworkBench, listener: Listener) -> None:
    text = "Is the pool open?"
    native_id = await bench.says(text)
    await listener.hears()

    found = await listener.learns(Edited)

    assert {one.text for one in found if isinstance(one, Edited) and one.native_id == native_id} <= {text}


@on(offering(Offers.ELSEWHERE))
async def test_an_answer_given_elsewhere_is_noticed_and_is_no_mention(bench: NetworkBench, listener: Listener) -> None:
    asked = await bench.says("When is the office open?")
    await listener.hears()

    bench.clock.advance(minutes=2)
    answer = await bench.answers_elsewhere(asked, "From nine to five.")

    found = [one for one in await listener.learns(Answered) if isinstance(one, Answered)]
    assert {(one.native_id, one.in_reply_to, one.text) for one in found} == {(answer, asked, "From nine to five.")}
    assert answer not in listener.held


@on(offering(Offers.SEARCHES))
async def test_a_search_finds_what_does_not_name_us_and_leaves_out_what_comes_anyway(
    bench: NetworkBench, listener: Listener
) -> None:
    await searched(bench, None)
    named = await bench.says("The ferry is late, council!")
    found = await bench.finds("No ferry again this morning.")
    if Offers.REPLIES in bench.offers:
        await bench.network.publish(bench.outgoing(named, "The ferry runs again at ten."))

    hits, _ = await searched(bench, None)

    assert found in hits
    assert not {shown.native_id for shown in bench.public()} & set(hits)
    assert named not in hits
    assert all(kind == "watch" for kind in hits.values())


async def searched(bench: NetworkBench, cursor: str | None) -> tuple[dict[str, str], str | None]:
    """What a watch for the ferry finds, with its kinds, and where it carries on."""
    hits: dict[str, str] = {}
    for _ in range(10):
        bench.clock.advance(minutes=6)
        page = await bench.network.search(Query(words=("ferry",)), cursor)
        hits |= {one.native_id: one.kind for one in page.items if isinstance(one, Incoming)}
        cursor = page.cursor
        if not page.more:
            break
    return hits, cursor
