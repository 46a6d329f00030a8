"""What watches look for on X, over real sockets: the query, what is found, what it costs, and what is left alone."""

import json
from datetime import timedelta

import pytest

from bot.errors import Refused, SignInAgain, TryLater
from bot.exchange import Gone, Incoming, Query
from integrations.sandbox.x_server import Trouble
from integrations.x.searching import query_for
from integrations.x.settings import LONGEST_QUERY

FLOOD = Query(("flood", "mill road"), ("harrowflood",), ("film",))
SEARCH = "/2/tweets/search/recent"


def told(page):
    return [(item.native_id, item.kind) for item in page.items]


def asked(x):
    return [query for _, path, query in x.calls if path == SEARCH]


@pytest.mark.parametrize(
    ("query", "written"),
    [
        (FLOOD, '("flood" OR "mill road" OR #harrowflood) -"film" -is:retweet -from:us -@us'),
        (Query(("@us", "@uslibraries")), "(@uslibraries) -is:retweet -from:us -@us"),
        (Query((), ("snow",), ("#film",), "en"), "(#snow) -#film lang:en -is:retweet -from:us -@us"),
        (Query(('a" OR from:lou "b',)), '("a OR from:lou b") -is:retweet -from:us -@us'),
        (Query(("snow",), language="en -is:reply"), '("snow") -is:retweet -from:us -@us'),
        (Query(("@us",)), ""),
    ],
)
def test_words_are_words_and_nothing_in_them_is_a_command_to_x(query, written):
    assert query_for(query, "us") == written


def test_as_much_as_a_watch_can_hold_fits_into_a_query():
    words = tuple(f"{'x' * 17} {n:02}" for n in range(15))

    assert len(query_for(Query(words), "u" * 15)) <= LONGEST_QUERY
    with pytest.raises(Refused, match="leave out some words"):
        query_for(Query((*words, "y" * 200)), "us")


async def test_a_watch_finds_what_does_not_name_us_and_leaves_the_rest_alone(x, network):
    hit = x.says("Mill Road is under water", author="ann", mentions_us=False)
    tag = x.says("look #harrowflood", author="bob", mentions_us=False)
    x.says("The film Flood is on", mentions_us=False)
    x.says("@harrowmere there is a flood")
    x.says("A flood of tears", author=x.me.handle, mentions_us=False)
    x.says("RT: a flood", reposts=hit, mentions_us=False)

    page = await network().search(FLOOD, None)

    assert told(page) == [(hit, "watch"), (tag, "watch")]


async def test_an_account_answered_by_hand_can_be_searched_too(x, network):
    hit = x.says("a flood", mentions_us=False)
    account = network(replies="by_hand")

    assert told(await account.search(FLOOD, None)) == [(hit, "watch")]
    assert account.abilities.searches
    assert "0.005 dollars for each post found; searches stop for the day at 2500 posts" in account.abilities.searches.cost


async def test_it_begins_with_the_last_hour_and_carries_on_where_it_was_also_after_a_restart(x, network, clock):
    x.says("an old flood", mentions_us=False)
    clock.advance(hours=2)
    first = x.says("a flood", mentions_us=False)
    page = await network().search(FLOOD, None)
    clock.advance(minutes=20)
    again = await network().search(FLOOD, page.cursor)
    second = x.says("another flood", mentions_us=False)

    assert told(page) == [(first, "watch")]
    assert set(told(again)) <= {(first, "watch")}
    assert told(await network().search(FLOOD, again.cursor))[-1] == (second, "watch")


@pytest.mark.parametrize("cursor", ["{}", "[1]", "nonsense", "5", '{"newest": "x", "settled": 1}'])
async def test_a_cursor_of_something_else_begins_anew(x, network, cursor):
    hit = x.says("a flood", mentions_us=False)

    assert told(await network().search(FLOOD, cursor)) == [(hit, "watch")]


async def test_a_broad_search_comes_in_parts_and_none_is_left_out(x, network, clock):
    x.largest_page = 5
    ids = []
    for number in range(23):
        clock.advance(seconds=10)
        ids.append(x.says(f"flood {number}", mentions_us=False))
    account = network()

    first = await account.search(FLOOD, None)
    second = await account.search(FLOOD, first.cursor)

    assert (first.more, second.more) == (True, False)
    assert {item.native_id for page in (first, second) for item in page.items} == set(ids)


async def test_what_was_paid_for_before_a_failure_is_kept(x, network):
    x.largest_page = 5
    ids = [x.says(f"flood {number}", mentions_us=False) for number in range(8)]
    account = network()
    await account.check()
    x.chaos += [Trouble(slow=0), Trouble(status=503)]

    first = await account.search(FLOOD, None)
    second = await account.search(FLOOD, first.cursor)

    assert [item.native_id for item in first.items] == ids[3:]
    assert set(ids[:3]) <= {item.native_id for item in second.items}


async def test_over_its_share_of_the_budget_it_says_so_and_asks_x_for_nothing(x, network, clock):
    for number in range(12):
        x.says(f"flood {number}", mentions_us=False)
    account = network(read_budget_per_day=20)
    before = await account.search(FLOOD, None)
    calls = len(x.calls)

    page = await account.search(FLOOD, before.cursor)

    assert (page.items, page.cursor, page.wait) == ((), before.cursor, timedelta(hours=1))
    assert "read_budget_per_day" in page.slowed
    assert len(x.calls) == calls
    clock.advance(days=1)
    assert not (await account.search(FLOOD, before.cursor)).slowed


@pytest.mark.parametrize(
    ("status", "raises"), [(401, SignInAgain), (429, TryLater), (503, TryLater), (400, Refused), (402, TryLater)]
)
async def test_what_x_answers_badly_is_said_as_what_it_is(x, network, status, raises):
    account = network()
    await account.search(FLOOD, None)
    x.chaos.append(Trouble(status=status, body={"title": "no"}))

    with pytest.raises(raises):
        await account.search(FLOOD, None)


async def test_keys_of_another_account_search_nothing(x, network):
    with pytest.raises(Refused, match="the keys belong to"):
        await network(handle="somebodyelse").search(FLOOD, None)

    assert asked(x) == []


async def test_only_our_own_handle_leaves_a_query_that_asks_for_nothing(x, network):
    page = await network().search(Query(("@harrowmere",)), "c")

    assert (page.items, page.cursor, asked(x)) == ((), "c", [])


async def test_an_edited_hit_is_told_with_its_edit_and_nothing_else_than_posts_comes(x, network):
    hit = x.says("a flood", mentions_us=False)
    x.edit(hit, "a flood in Mill Road")

    page = await network().search(FLOOD, None)

    assert {item.native_id for item in page.items} == {hit}
    assert not [item for item in page.items if isinstance(item, Gone)]
    assert [item.kind for item in page.items if isinstance(item, Incoming)] == ["watch"]
    assert json.loads(page.cursor)["newest"]
