"""After an outage: nothing is lost, nothing comes twice, in order, and never faster than allowed."""

from functools import partial

import pytest

from integrations.sandbox.engage_server import Trouble
from integrations.viva_engage.parse import Feed, Message
from integrations.viva_engage.walk import since

OUTAGE = 500


@pytest.fixture
def read(engage, desk_community):
    return partial(engage.in_community, desk_community.id, patient=True)


def says(there, desk_community, count):
    return [there.person("priya").says(f"line {number}", where=desk_community).id for number in range(count)]


@pytest.mark.parametrize("counts_all_older", [False, True])
async def test_five_hundred_messages_are_walked_whole_in_order_and_within_the_limit(
    there, read, desk_community, counts_all_older
):
    there.routes.counts_all_older = counts_all_older
    known, *ids = says(there, desk_community, OUTAGE + 1)
    for trouble in (Trouble.SHUFFLED, Trouble.DOUBLED, Trouble.CUT, Trouble.WILD):
        there.problems.next(trouble, method="GET")

    walked = await since(read, known, most=2 * OUTAGE)

    assert [one.id for one in walked.messages] == ids
    assert walked.complete
    assert there.limits.refused == []
    assert there.limits.tightest_window() <= 10
    assert len(there.limits.polls(f"in_group/{desk_community.id}")) == 1, "the rest is paging"
    assert walked.me == there.service.id
    assert there.world.person("priya").id in walked.people


async def test_pages_that_come_late_lose_nothing(there, read, desk_community):
    ids = says(there, desk_community, 50)
    await read()
    there.problems.next(Trouble.REPEATED, times=3, method="GET")

    walked = await since(read, 0, most=100)

    assert ([one.id for one in walked.messages], walked.complete) == (ids, True)


async def test_nothing_new_is_one_call_and_the_most_is_a_stop(there, read, desk_community):
    ids = says(there, desk_community, 90)
    assert (await since(read, ids[-1], most=10)).messages == ()
    assert len(there.limits.calls) == 1

    walked = await since(read, ids[0], most=40)
    assert ([one.id for one in walked.messages], walked.complete) == (ids[-40:], False)


@pytest.mark.parametrize("is_empty", [True, False], ids=["empty", "the same again"])
async def test_a_page_that_never_leads_further_back_is_asked_for_three_times_and_then_given_up(clock, is_empty):
    asked = []

    async def read(*, newer_than=None, older_than=None):
        asked.append(older_than)
        message = Message(9, sender=1, thread=9, group=None, at=clock.now(), plain="", parsed="")
        return Feed(older=True, messages=()) if is_empty and older_than else Feed((message,), older=True, oldest=9)

    walked = await since(read, 2, most=100)

    assert ([one.id for one in walked.messages], walked.complete, asked) == ([9], False, [None, 9, 9, 9])
