"""Every row of every network's table of errors, as the answer to one call: taken for what it is, and nothing made public."""

from datetime import timedelta

import pytest

from bot.errors import OutsideError, SignInAgain, TryLater, Unsure
from tests.contracts.networks.bench import ErrorCase, NetworkBench, Offers
from tests.contracts.networks.benches import BENCHES, bringing, offering, on
from tests.contracts.networks.listener import A_MINUTE, Listener


@on(BENCHES)
async def test_every_error_of_its_table_is_taken_for_what_it_is(bench: NetworkBench, listener: Listener) -> None:
    began, wrong = bench.clock.now(), {}

    for case in bench.errors:
        error = await met(bench, listener, case)
        if said := misread(error, case, late=bench.clock.now() - began):
            wrong[case.name] = said

    assert not wrong
    assert not bench.public()


async def met(bench: NetworkBench, listener: Listener, case: ErrorCase) -> OutsideError | None:
    """What an answer is taken for."""
    asked = await bench.says(f"When does it open, after {case.name}?")
    bench.clock.advance(bench.network.poll_every or A_MINUTE)
    await bench.restart()
    if case.on == "write" and {Offers.POLL, Offers.CALLS} & bench.offers:
        await listener.hears()
    await bench.goes_wrong(case.status, case.body, case.headers, on=case.on)
    reply = bench.outgoing(asked, f"At nine, after {case.name}.", key=f"r-{case.name}")
    try:
        await (listener.reads() if case.on == "read" else bench.network.publish(reply))
    except OutsideError as error:
        return error
    return None


def misread(error: OutsideError | None, case: ErrorCase, *, late: timedelta) -> str:
    """Whether it is another error than it should be, says too little, or is tried again too soon, being so late already."""
    if not isinstance(error, case.raises) or len(str(error)) <= len("refused"):
        return f"{error!r} in place of {case.raises.__name__}"
    if case.at_least and (not isinstance(error, TryLater) or error.after + late < case.at_least):
        return f"tried again too soon: {getattr(error, 'after', None)}"
    return ""


MORE_STATUSES = [502, *(pytest.param(status, marks=pytest.mark.slow) for status in (500, 504))]


@on(offering(Offers.POLL))
@pytest.mark.parametrize("status", MORE_STATUSES)
async def test_a_read_that_breaks_is_tried_later_and_the_post_is_not_lost(
    bench: NetworkBench, listener: Listener, status: int
) -> None:
    native_id = await bench.says("Heard at the second try.")
    await bench.goes_wrong(status, b"<html>", on="read")

    with pytest.raises(TryLater):
        await listener.hears()

    bench.clock.advance(hours=1)
    assert native_id in {post.native_id for post in await listener.posts()}


@on(offering(Offers.POLL))
async def test_keys_that_are_not_accepted_ask_for_a_sign_in_and_reading_carries_on_after_it(
    bench: NetworkBench, listener: Listener
) -> None:
    native_id = await bench.says("Heard after the sign-in.")
    body = next((case.body for case in bench.errors if case.on == "read" and case.raises is SignInAgain), None)
    if body is None:
        return  # it is read without keys
    case = next(case for case in bench.errors if case.on == "read" and case.raises is SignInAgain)
    await bench.goes_wrong(case.status, body, case.headers, on="read")

    with pytest.raises(SignInAgain):
        await listener.hears()

    await bench.restart()
    bench.clock.advance(minutes=10)
    assert native_id in {post.native_id for post in await listener.posts()}


@on(bringing())
async def test_an_account_that_works_has_no_faults_and_says_when_its_sign_in_ends(bench: NetworkBench) -> None:
    ends_at = await bench.network.ends_at()

    assert ends_at is None or ends_at.tzinfo is not None
    assert list(await bench.network.check()) == []
    assert bench.network.speaks_as


@on(offering(Offers.REPLIES))
@pytest.mark.parametrize("status", [502, pytest.param(504, marks=pytest.mark.slow)])
async def test_a_gateway_that_gave_up_on_a_reply_leaves_a_doubt(
    bench: NetworkBench, listener: Listener, status: int
) -> None:
    asked = await bench.says("When does it open?")
    await listener.hears()
    await bench.goes_wrong(status, b"<html>", on="write")

    with pytest.raises(Unsure):
        await bench.network.publish(bench.outgoing(asked, "At nine."))
