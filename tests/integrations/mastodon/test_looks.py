"""Looking a second time at what is held, and looking for what nobody told us of."""

from datetime import timedelta

import pytest

from bot.errors import Refused, TryLater
from bot.ports import Answered, Edited, Gone, Held, Query
from tests.standins.mastodon import US, Trouble


@pytest.fixture
def held(clock):
    return lambda *ids: [Held(native_id, "", clock.now() - timedelta(hours=1)) for native_id in ids]


@pytest.mark.parametrize("level", [6, 1])
async def test_edits_deletions_and_answers_are_found_on_new_servers_and_old_ones(server, network, held, clock, level):
    server.level = level
    same, edited, gone, answered = (server.says(f"@harrowmere {n}") for n in ("a", "b", "c", "d"))
    ids = held(same, edited, gone, answered)
    clock.advance(minutes=1)
    server.edit(edited, "@harrowmere bee")
    server.delete(gone)
    answer = server.write("@ann from my phone", server.people[US], in_reply_to=answered, visibility="direct")

    found = await network().look_up(ids)

    assert [(type(one), one.native_id) for one in found] == [(Edited, edited), (Gone, gone), (Answered, answer)]
    assert found[0].text == "bee"
    assert (found[2].in_reply_to, found[2].text) == (answered, "from my phone")
    assert any(call == "GET /api/v1/statuses" for call in server.calls) == (level == 6)


async def test_one_post_that_breaks_the_server_hides_nothing_of_the_others_and_is_not_gone(server, network, held):
    server.level = 1
    broken, gone = server.says("@harrowmere a"), server.says("@harrowmere b")
    ids = held(broken, gone)
    server.delete(gone)
    server.chaos += [Trouble("GET", f"/api/v1/statuses/{broken}", 500)] * 2

    found = await network().look_up(ids)

    assert [(type(one), one.native_id) for one in found] == [(Gone, gone)]


async def test_when_everything_seems_gone_it_is_believed_only_of_a_server_that_shows_our_own_posts(server, network, held):
    ids = held(*(server.says(f"@harrowmere {n}") for n in range(4)))
    for one in ids:
        server.delete(one.native_id)

    unsure = await network().look_up(ids)
    server.write("We are here.", server.people[US])
    sure = await network().look_up(ids)

    assert not unsure
    assert {one.native_id for one in sure} == {one.native_id for one in ids}


async def test_a_page_of_a_proxy_is_no_deletion(server, network, held):
    server.level = 1
    ids = held(server.says("@harrowmere a"))
    server.chaos.append(Trouble("GET", f"/api/v1/statuses/{ids[0].native_id}", 404, b"<html>Not Found"))

    assert not await network().look_up(ids)


async def test_a_watch_finds_tags_a_little_back_and_carries_on_without_telling_twice(server, network, clock):
    net, query = network(), Query(tags=("#Ferry", "snow", "ice", "road", "bridge", "flood"), without=("sold out",))
    server.says("No #ferry, years ago", "old", at=clock.now() - timedelta(days=9))
    first = server.says("No #Ferry today", "bob")
    server.says("#ferry tickets SOLD OUT", "cat")
    server.says("#ferry for friends", "dan", visibility="unlisted")
    server.says("@harrowmere the #ferry?", "eve")
    server.write("The #ferry runs.", server.people[US])

    page = await net.search(query, None)
    clock.advance(minutes=5)
    second = server.says("#FLOOD in Mill Lane", "fay")
    next_page = await net.search(query, page.cursor)

    assert [(one.native_id, one.kind) for one in page.items] == [(first, "watch")]
    assert [one.native_id for one in next_page.items] == [second]
    assert not (await net.search(query, next_page.cursor)).items


async def test_a_post_that_reaches_the_server_late_is_found_by_the_watch_too(server, network, clock):
    net, query = network(), Query(tags=("ferry",))
    server.says("#ferry one", "ann")
    page = await net.search(query, None)
    clock.advance(minutes=5)
    late = server.says("#ferry two", "bob", at=clock.now() - timedelta(minutes=30))

    assert [one.native_id for one in (await net.search(query, page.cursor)).items] == [late]


async def test_words_are_looked_for_only_where_the_server_can_and_in_one_language_if_asked(server, network):
    english = server.says("The ferry boat is late", "ann")
    server.says("Mae'r ferry boat yn hwyr", "bob", language="cy")
    net = network(searches_words=True)

    page = await net.search(Query(words=("ferry boat", "ferry"), language="en"), None)

    assert [one.native_id for one in page.items] == [english]
    assert not (await net.search(Query(words=("ferry boat", "ferry"), language="en"), page.cursor)).items
    assert not network().abilities.searches.words
    with pytest.raises(Refused, match="hashtags only"):
        await network().search(Query(words=("ferry",)), None)


async def test_a_search_that_is_not_answered_with_a_list_is_tried_later(server, network):
    server.chaos.append(Trouble("GET", "/api/v1/timelines/tag/ferry", 200, b'{"error": "?"}'))

    with pytest.raises(TryLater):
        await network().search(Query(tags=("ferry",)), None)
