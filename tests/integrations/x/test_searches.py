"""Saved searches over real sockets: what they find, what they leave out, and that they never stand in a mention's way."""

from datetime import timedelta

from bot.ports import Gone
from integrations.sandbox.x_server import Trouble
from integrations.x.network import build

SEARCH = "/2/tweets/search/recent"


def asked(x):
    return [query for _, path, query in x.calls if path == SEARCH]


def told(page):
    return [(item.native_id, item.kind) for item in page.items]


async def test_a_post_that_does_not_name_us_is_found_by_a_search(x, network):
    hit = x.says("Pothole in Mill Road, Harrowmere", author="ann", mentions_us=False)
    x.says("Pothole somewhere else", mentions_us=False)

    page = await network(searches=("pothole harrowmere",)).fetch(None)

    assert told(page) == [(hit, "search")]
    assert page.items[0].author.handle == "ann"


async def test_a_post_found_in_several_ways_arrives_once_and_as_a_mention(x, network):
    post_id = x.says("@harrowmere pothole in Mill Road")

    page = await network(searches=("pothole", "mill road")).fetch(None)

    assert told(page) == [(post_id, "mention")]


async def test_a_post_that_two_searches_find_arrives_once(x, network):
    post_id = x.says("A pothole in Mill Road", mentions_us=False)

    page = await network(searches=("pothole", "mill road")).fetch(None)

    assert told(page) == [(post_id, "search")]


async def test_a_mention_that_a_search_finds_first_is_still_called_a_mention(x, network):
    account = network(searches=("pothole",))
    await account.check()
    post_id = x.says("@harrowmere pothole in Mill Road")
    x.chaos.append(Trouble(status=200, body={"meta": {"result_count": 0}}))

    page = await account.fetch(None)

    assert told(page) == [(post_id, "mention")]


async def test_our_own_posts_and_reposts_are_no_hits(x, network):
    ours = x.says("We mended the pothole", author=x.me.handle, mentions_us=False)
    x.says("RT: We mended the pothole", reposts=ours, mentions_us=False)

    page = await network(searches=("pothole",)).fetch(None)

    assert page.items == ()


async def test_each_search_carries_on_where_it_was(x, network, clock):
    x.says("A pothole", mentions_us=False)
    account = network(searches=("pothole", "streetlight"))
    cursor = (await account.fetch(None)).cursor
    clock.advance(minutes=20)
    cursor = (await account.fetch(cursor)).cursor
    clock.advance(minutes=1)
    light = x.says("A dark streetlight", mentions_us=False)

    page = await account.fetch(cursor)

    assert told(page) == [(light, "search")]


async def test_a_search_added_later_begins_with_the_last_day(x, network, clock):
    cursor = (await network().fetch(None)).cursor
    earlier = x.says("A pothole", mentions_us=False)
    clock.advance(hours=3)

    page = await network(searches=("pothole",)).fetch(cursor)

    assert told(page) == [(earlier, "search")]


async def test_a_cursor_from_before_there_were_searches_is_read(x, network, clock):
    old = '{"newest": 1, "settled": true, "watched": [], "looked_at": ""}'
    hit = x.says("A pothole", mentions_us=False)

    page = await network(searches=("pothole",)).fetch(old)

    assert told(page) == [(hit, "search")]


async def test_a_search_that_found_nothing_for_weeks_asks_for_no_more_than_x_takes(x, network, clock):
    account = network(searches=("pothole",))
    cursor = (await account.fetch(None)).cursor
    clock.advance(days=20)
    hit = x.says("A pothole", mentions_us=False)

    page = await account.fetch(cursor)

    assert told(page) == [(hit, "search")]


async def test_a_broad_search_comes_in_parts_and_none_is_left_out(x, network, clock):
    x.largest_page = 5
    ids = []
    for number in range(33):
        clock.advance(seconds=10)
        ids.append(x.says(f"Snow {number}", mentions_us=False))
    account = network(searches=("snow",))

    first = await account.fetch(None)
    second = await account.fetch(first.cursor)
    third = await account.fetch(second.cursor)

    assert (first.more, second.more) == (True, False)
    assert [item.native_id for item in first.items] == ids[8:]
    assert {item.native_id for page in (first, second) for item in page.items} == set(ids)
    assert {item.native_id for item in third.items} <= set(ids[-13:])


async def test_what_was_found_before_a_failure_is_kept_and_the_rest_follows(x, network, clock):
    x.largest_page = 5
    ids = [x.says(f"Snow {number}", mentions_us=False) for number in range(8)]
    account = network(searches=("snow",))
    await account.check()
    x.chaos += [Trouble(slow=0), Trouble(slow=0), Trouble(status=503)]

    first = await account.fetch(None)
    second = await account.fetch(first.cursor)

    assert [item.native_id for item in first.items] == ids[3:]
    assert [item.native_id for item in second.items] == ids[:3]


async def test_a_search_x_does_not_take_keeps_no_mention_back(x, network):
    mention = x.says("Is the tip open?")

    page = await network(searches=('"half a phrase',)).fetch(None)

    assert told(page) == [(mention, "mention")]


async def test_a_search_x_does_not_take_is_named_by_the_check(x, network):
    faults = await network(searches=("pothole", '"half a phrase')).check()

    assert len(faults) == 1
    assert "search 2 does not work" in faults[0]


async def test_a_hit_that_is_deleted_goes_like_a_mention(x, network, clock):
    hit = x.says("A pothole", mentions_us=False)
    account = network(searches=("pothole",))
    cursor = (await account.fetch(None)).cursor
    x.delete(hit)
    clock.advance(hours=7)

    page = await account.fetch(cursor)

    assert page.items == (Gone(hit, clock.now()),)


async def test_a_search_no_longer_wanted_leaves_the_cursor(x, network, clock):
    cursor = (await network(searches=("pothole",)).fetch(None)).cursor

    after = (await network().fetch(cursor)).cursor

    assert len(after) < len(cursor)


async def test_a_search_asks_for_whole_posts_newest_first(x, network):
    await network(searches=("pothole",)).fetch(None)

    (query,) = asked(x)
    assert query["sort_order"] == "recency"
    assert "conversation_id" in query["tweet.fields"]


async def test_searches_wait_when_x_says_nothing_is_left_and_mentions_go_on(x, network, clock):
    x.limits.in_a_window = 2
    account = network(searches=("pothole", "snow"), recheck_every=0)
    cursor = (await account.fetch(None)).cursor
    x.limits.in_a_window = 300
    clock.advance(seconds=60)
    mention = x.says("Is the tip open?")

    page = await account.fetch(cursor)

    assert told(page) == [(mention, "mention")]
    assert len(asked(x)) == 2
    clock.advance(minutes=20)
    await account.fetch(page.cursor)
    assert len(asked(x)) == 4


async def test_the_first_search_goes_back_one_day_and_no_further(x, network, clock):
    x.says("A pothole", mentions_us=False, at=clock.now() - timedelta(days=2))

    page = await network(searches=("pothole",)).fetch(None)

    assert page.items == ()


class HurryingClock:
    """Every look at it costs 2 seconds."""

    def __init__(self, start):
        self.moment = start

    def now(self):
        self.moment += timedelta(seconds=2)
        return self.moment


async def test_a_slow_x_is_searched_a_few_queries_at_a_time(x, account, http, clock):
    words = [f"word{number}" for number in range(6)]
    hurrying = build(account(searches=words), http=http, clock=HurryingClock(clock.now()))

    page = await hurrying.fetch(None)

    assert 0 < len(asked(x)) < len(words)
    assert page.cursor
