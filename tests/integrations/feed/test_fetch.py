"""A feed is asked only for what changed, gently, where it is now, and never inside a network that is not meant."""

import asyncio
import gzip
import time
from datetime import timedelta

import pytest

from bot.errors import Refused, TryLater
from bot.ports import Edited, Incoming
from tests.standins.feed import Told, item, rss

YEAR = "31536000"


async def test_the_first_read_brings_the_last_day_and_notes_the_rest(site, network, clock):
    site.says("Old news", "ann", clock.now() - timedelta(days=3))
    new = site.says("Bridge shut", "ann", clock.now() - timedelta(hours=2))

    first = await network().fetch(None)
    second = await network().fetch(first.cursor)

    assert [post.native_id for post in first.items] == [new]
    assert second.items == ()


async def test_what_was_too_old_at_first_stays_out_also_when_its_words_change(site, network, clock):
    old = site.says("Old news", "ann", clock.now() - timedelta(days=3))
    page = await network().fetch(None)
    site.edits(old, "Old news, corrected", clock.now())
    new = site.says("Bridge shut", "ann", clock.now())

    page = await network().fetch(page.cursor)

    assert [post.native_id for post in page.items] == [new]


async def test_how_far_back_the_first_read_goes_can_be_set(site, network, clock):
    site.says("Old news", "ann", clock.now() - timedelta(days=3))

    assert len((await network(first_hours=100).fetch(None)).items) == 1
    assert (await network(first_hours=0).fetch(None)).items == ()


async def test_what_has_not_changed_is_not_sent_again(site, network, clock):
    site.says("Bridge shut", "ann", clock.now())
    page = await network().fetch(None)

    again = await network().fetch(page.cursor)

    assert again.items == ()
    assert site.asked[-1][1]["If-None-Match"].startswith('"')


async def test_the_date_of_the_last_answer_is_sent_back_as_it_came(site, network, serve, clock):
    serve(rss(item("a", guid="1", at=clock.now())), **{"Last-Modified": "Tue, 17 Nov 2026 08:00:00 GMT"})
    page = await network().fetch(None)

    await network().fetch(page.cursor)

    assert site.asked[-1][1]["If-Modified-Since"] == "Tue, 17 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "ttl", "wait"),
    [
        ({"Cache-Control": "public, max-age=3600"}, "", timedelta(hours=1)),
        ({"Cache-Control": "max-age=60"}, "", None),
        ({"Cache-Control": f"max-age={YEAR}"}, "", timedelta(hours=6)),
        ({}, "120", timedelta(hours=2)),
        ({}, "-5", None),
        ({"Cache-Control": "max-age=often"}, "soon", None),
    ],
)
async def test_a_feed_says_how_often_it_wants_to_be_asked_within_reason(network, serve, headers, ttl, wait):
    serve(rss("", channel=f"<ttl>{ttl}</ttl>"), **headers)

    assert (await network().fetch(None)).wait == wait


@pytest.mark.parametrize("status", [301, 308])
async def test_a_feed_that_moved_for_good_is_asked_there_from_then_on(site, network, clock, status):
    site.at["/old"] = Told(status, headers={"Location": "/feed"})
    site.says("Bridge shut", "ann", clock.now())
    page = await network(url=f"{site.host}/old").fetch(None)
    site.asked.clear()

    await network(url=f"{site.host}/old").fetch(page.cursor)

    assert [path for path, _ in site.asked] == ["/feed"]


async def test_a_feed_that_is_elsewhere_for_now_is_asked_at_its_own_address_again(site, network):
    site.at["/old"] = Told(302, headers={"Location": "/feed"})
    page = await network(url=f"{site.host}/old").fetch(None)
    site.asked.clear()

    await network(url=f"{site.host}/old").fetch(page.cursor)

    assert [path for path, _ in site.asked] == ["/old", "/feed"]


async def test_a_feed_that_left_its_new_address_is_looked_for_at_the_one_in_the_settings(site, network, clock):
    site.at["/old"] = Told(301, headers={"Location": "/new"})
    site.at["/new"] = Told(200, site.atom())
    page = await network(url=f"{site.host}/old").fetch(None)
    site.at = {"/old": Told(200, rss(item("Back", guid="7", at=clock.now())))}

    back = await network(url=f"{site.host}/old").fetch(page.cursor)

    assert [post.text for post in back.items] == ["Back"]


async def test_a_feed_that_leads_on_for_ever_is_refused(site, network):
    site.at["/feed"] = Told(302, headers={"Location": "/feed"})

    with pytest.raises(Refused, match="more than 3 times"):
        await network().fetch(None)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:9/",
        "http://169.254.169.254/latest/",
        "http://[::1]:9/",
        "http://localhost:9/",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_to_an_address_inside_a_network_is_not_followed(site, network, location):
    site.at["/feed"] = Told(301, headers={"Location": location})

    with pytest.raises(Refused):
        await network().fetch(None)


async def test_a_name_that_leads_inside_a_network_is_read_only_where_the_settings_say_so(site, network):
    named = site.url.replace("127.0.0.1", "localhost")

    with pytest.raises(Refused, match="set inside = true"):
        await network(url=named).fetch(None)

    assert (await network(url=named, inside=True).fetch(None)).items == ()


async def test_no_error_names_the_address_which_may_be_a_secret(site, network):
    site.at["/feed/s3cret"] = Told(410)

    with pytest.raises(Refused) as caught:
        await network(url=f"{site.host}/feed/s3cret").fetch(None)

    assert "s3cret" not in str(caught.value)
    assert "take the account out" in str(caught.value)


async def test_a_packed_feed_is_unpacked_and_one_that_swells_is_refused(network, serve, clock):
    serve(gzip.compress(rss(item("Packed", guid="1", at=clock.now()))), **{"Content-Encoding": "gzip"})
    assert [post.text for post in (await network().fetch(None)).items] == ["Packed"]

    serve(gzip.compress(b" " * (6 << 20)), **{"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="larger than 5 MB"):
        await network().fetch(None)


async def test_a_site_that_is_not_there_is_tried_later(network):
    with pytest.raises(TryLater):
        await network(url="http://127.0.0.1:9/feed").fetch(None)


async def test_an_address_that_never_was_a_feed_is_refused_and_says_where_to_look(network, serve):
    serve(b"<!DOCTYPE html><html><head><title>News</title></head></html>", "text/html")

    with pytest.raises(Refused, match="web page, not a feed"):
        await network().fetch(None)

    (fault,) = await network().check()
    assert "web page" in fault


async def test_changed_words_are_an_edit_told_one_time(network, serve, clock):
    serve(rss(item("Bridge shut", guid="7", at=clock.now())))
    first = await network().fetch(None)
    serve(rss(item("Bridge open", guid="7", at=clock.now())))

    second = await network().fetch(first.cursor)
    third = await network().fetch(second.cursor)

    assert second.items == (Edited("7", "Bridge open", clock.now()),)
    assert third.items == ()


async def test_entries_that_share_one_id_are_each_told_one_time_and_never_as_edits_of_each_other(network, serve, clock):
    def part(*names):
        return rss("".join(item(name, guid="0", link=f"https://news.example/{name}", at=clock.now()) for name in names))

    told, cursor = [], None
    for names in (("A",), ("B", "A"), ("C", "B", "A"), ("D",), ("A again", "D")):
        serve(part(*names))
        page = await network().fetch(cursor)
        cursor = page.cursor
        told += [(type(one), one.text) for one in page.items]

    assert told == [(Incoming, name) for name in ("A", "B", "C", "D", "A again")]


async def test_entries_of_one_id_and_the_same_words_are_all_told(network, serve, clock):
    def part(*numbers):
        return rss("".join(item("Road shut", guid="0", link=f"https://news.example/{n}", at=clock.now()) for n in numbers))

    serve(part(1))
    page = await network().fetch(None)
    serve(part(2, 1))

    assert [one.url for one in (await network().fetch(page.cursor)).items] == ["https://news.example/2"]


@pytest.mark.slow
async def test_a_feed_made_to_be_slow_leaves_everything_else_its_turn(network, serve, clock):
    slow, longest, began = f"<![CDATA[{'<b></b>' * 7_000}]]>", 0.0, time.process_time()
    items = "".join(item(f"No {n}", at=clock.now(), rest=f"<description>{slow}</description>") for n in range(20))
    serve(rss(items).replace(b"Harrowmere Forum", slow.encode()))

    reading = asyncio.create_task(network().fetch(None))
    while not reading.done():
        last = time.process_time()
        await asyncio.sleep(0)
        longest = max(longest, time.process_time() - last)

    assert len(reading.result().items) == 20
    assert longest < (time.process_time() - began) / 2


async def test_an_archive_that_is_put_in_again_is_no_news(network, serve, clock):
    page = await network().fetch((await network().fetch(None)).cursor)
    serve(rss("".join(item(f"Old {n}", guid=str(n), at=clock.now() - timedelta(days=31 + n)) for n in range(40))))

    assert (await network().fetch(page.cursor)).items == ()


async def test_only_entries_with_the_wanted_words_come_in_also_when_they_get_them_later(network, serve, clock):
    herald = network(words=("Harrowmere Council", "bins"))
    serve(rss(item("Bins late", guid="1", at=clock.now()) + item("Cabins for sale", guid="2", at=clock.now())))
    first = await herald.fetch(None)
    serve(rss(item("Bins late", guid="1", at=clock.now()) + item("HARROWMERE COUNCIL sells", guid="2", at=clock.now())))

    second = await herald.fetch(first.cursor)

    assert [post.native_id for post in first.items] == ["1"]
    assert [(type(post), post.native_id) for post in second.items] == [(Incoming, "2")]


async def test_a_thousand_entries_are_remembered_and_those_in_the_feed_are_not_forgotten(network, serve, clock):
    def part(first):
        return rss("".join(item(f"No {n}", guid=str(n), at=clock.now()) for n in (0, *range(first, first + 450))))

    serve(part(1))
    page = await network().fetch(None)
    for first in (500, 1000, 1500):
        serve(part(first))
        page = await network().fetch(page.cursor)

    serve(rss(item("No 0", guid="0", at=clock.now())))
    assert (await network().fetch(page.cursor)).items == ()
    assert len(page.cursor) < 60_000


async def test_another_address_in_the_settings_is_a_first_read(site, network, clock):
    page = await network().fetch(None)
    site.at["/other"] = Told(200, rss(item("Old", guid="1", at=clock.now() - timedelta(days=5))))

    assert (await network(url=f"{site.host}/other").fetch(page.cursor)).items == ()


async def test_a_reply_goes_by_hand_where_the_entry_stands(network, serve, clock, site):
    serve(rss(item("a", guid="7", link="https://news.example/a", at=clock.now())))
    herald = network()
    await herald.fetch(None)

    assert herald.by_hand
    assert herald.reply_page("7", "Hello") == "https://news.example/a"
    assert network().reply_page("https://news.example/b", "Hello") == "https://news.example/b"
    assert network().reply_page("7", "Hello") == ""


async def test_the_check_names_a_feed_that_moved_and_one_without_dates(site, network):
    site.at["/old"] = Told(301, headers={"Location": "/undated"})
    site.at["/undated"] = Told(200, rss(item("a", guid="1")))

    moved, undated = await network(url=f"{site.host}/old").check()

    assert "Put that in url" in moved
    assert "no dates" in undated
