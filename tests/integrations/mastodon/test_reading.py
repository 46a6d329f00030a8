"""Reading: nothing is lost between pages, late ones are found, and a conversation keeps together."""

import asyncio
import gc
from datetime import timedelta
from time import process_time

import pytest

from bot.ports import Gone, Held, Incoming
from tests.standins.mastodon import US, Trouble


async def read_all(network, cursor):
    items, pages = [], 0
    while True:
        page = await network.fetch(cursor)
        items, cursor, pages = [*items, *page.items], page.cursor, pages + 1
        if not page.more:
            return items, cursor, pages


async def test_a_long_outage_is_read_page_by_page_oldest_first_without_gaps(server, network, clock):
    net = network()
    server.says("@harrowmere before")
    _, cursor, _ = await read_all(net, None)
    said = []
    for number in range(170):
        clock.advance(minutes=1)
        said.append(server.says(f"@harrowmere question {number}", by=f"person{number % 9}"))

    items, _, pages = await read_all(net, cursor)

    assert [one.native_id for one in items] == said
    assert pages >= 4


async def test_the_first_time_only_the_last_day_is_read(server, network, clock):
    server.says("@harrowmere long ago")
    clock.advance(hours=25)
    recent = [server.says(f"@harrowmere {number}") for number in range(90)]

    items, cursor, _ = await read_all(network(), None)
    later, _, _ = await read_all(network(), cursor)

    assert [one.native_id for one in items] == recent
    assert not later


async def test_a_notification_with_an_older_number_that_turns_up_late_is_found(server, network, clock):
    net = network()
    held = server.write("@harrowmere held back", server.account("bob"))
    number = server.new_id()
    server.says("@harrowmere on time")
    items, cursor, _ = await read_all(net, None)
    clock.advance(minutes=2)

    server.notify(held, number=number)
    late, cursor, _ = await read_all(net, cursor)

    assert [one.text for one in items] == ["on time"]
    assert [one.native_id for one in late] == [held]


async def test_ids_that_are_no_numbers_are_read_the_same(server, network, clock):
    server.prefix = "01HX"
    net = network()
    first = server.says("@harrowmere one")
    _, cursor, _ = await read_all(net, None)
    clock.advance(minutes=15)
    second = server.says("@harrowmere two")

    items, _, _ = await read_all(net, cursor)

    assert first.startswith("01HX")
    assert [one.native_id for one in items] == [second]


async def test_a_quiet_account_asks_once_a_poll_and_a_busy_window_is_not_read_for_ever(server, network, clock):
    net = network()
    for number in range(25):
        server.says(f"@harrowmere {number}")
    _, cursor, _ = await read_all(net, None)
    server.calls.clear()

    for _ in range(4):
        items, cursor, pages = await read_all(net, cursor)
        assert (items, pages) == ([], 1)

    assert server.calls == ["GET /api/v1/notifications"] * 4


async def test_likes_boosts_our_own_posts_and_what_has_no_post_stay_out(server, network):
    server.notify(server.write("@harrowmere a", server.people[US]))
    server.notify(server.write("@harrowmere b", server.account("ann"), reblog={"id": "1"}))
    server.notify(server.write("@harrowmere c", server.account("ann")), "favourite")
    server.notify(server.write("@harrowmere d", server.account("ann")))
    server.notifications[-1]["status"] = {}
    good = server.says("@harrowmere e")

    items, _, _ = await read_all(network(), None)

    assert [one.native_id for one in items] == [good]


async def test_a_private_post_is_private_and_so_is_every_kind_that_is_not_known(server, network):
    for visibility in ("public", "unlisted", "private", "direct", "mutuals_only"):
        server.says("@harrowmere x", visibility=visibility)

    items, _, _ = await read_all(network(), None)

    assert [one.private for one in items] == [False, False, True, True, True]


async def test_what_is_said_in_private_is_a_conversation_of_its_own(server, network):
    opened = server.says("@harrowmere is it open?")
    private = server.says("@harrowmere my number is 7", visibility="direct", in_reply_to=opened)
    server.says("@harrowmere any news?", in_reply_to=private)
    server.says("@harrowmere and now?", visibility="private", in_reply_to=private)

    items, _, _ = await read_all(network(), None)

    assert [one.private for one in items] == [False, True, False, True]
    assert items[0].conversation == items[2].conversation != items[1].conversation == items[3].conversation


async def test_private_words_are_not_shown_beside_a_public_post_that_answers_them(server, network):
    private = server.says("@harrowmere my number is 7", visibility="direct")
    ours = server.write("@ann number 7 is refused", server.people[US], visibility="direct", in_reply_to=private)
    server.says("@harrowmere why?", in_reply_to=ours)
    server.says("@harrowmere but why?", in_reply_to=ours, visibility="direct")

    _, public, direct = (await read_all(network(), None))[0]

    assert (public.in_reply_to, public.parent) == (ours, None)
    assert direct.parent.text == "number 7 is refused"


async def test_posts_too_large_for_one_page_are_read_a_few_at_a_time(server, network):
    net = network()
    _, cursor, _ = await read_all(net, None)
    huge = [server.says(f"@harrowmere {'a ' * 450_000}", by="mallory@evil.example") for _ in range(5)]
    said = server.says("@harrowmere I am trapped")

    items, _, _ = await read_all(net, cursor)

    assert [one.native_id for one in items] == [*huge, said]


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_post_too_large_by_itself_is_stepped_over_and_the_leads_hear_of_it(server, network, is_first):
    net = network()
    before = server.says("@harrowmere before")
    cursor = None if is_first else (await net.fetch(None)).cursor
    server.says(f"@harrowmere {'a' * 4_400_000}", by="mallory@evil.example")
    said = server.says("@harrowmere I am trapped")
    found, slowed = [], []

    for _ in range(4):
        page = await net.fetch(cursor)
        found, slowed, cursor = [*found, *page.items], [*slowed, page.slowed], page.cursor

    assert [one.native_id for one in found] == [*([before] if is_first else []), said]
    assert "larger than anything that is read" in "".join(slowed)
    assert slowed[-1] == ""


@pytest.mark.slow
async def test_posts_made_to_be_slow_to_read_leave_others_their_turn(server, network):
    net = network()
    cursor = (await net.fetch(None)).cursor
    for _ in range(8):
        server.posts[server.says("@harrowmere x", by="mallory@evil.example")]["content"] = "<b>" * 66_000

    gc.disable()  # one round over all that the tests before left is no work of the reading
    try:
        shares = [await longest_share(net.fetch(cursor)) for _ in range(3)]
    finally:
        gc.enable()

    assert min(shares) < 0.5, "one post held the others up for most of the time"


async def longest_share(reading):
    """How much of the whole reading's work was done in its longest piece without a turn for others."""
    task, longest, began = asyncio.create_task(reading), 0.0, process_time()
    while not task.done():
        last = process_time()
        await asyncio.sleep(0)
        longest = max(longest, process_time() - last)
    assert len(task.result().items) == 8
    return longest / (process_time() - began)


async def test_a_post_too_large_keeps_nothing_from_being_looked_at_once_more(server, network, clock):
    asked = [server.says("@harrowmere when?"), server.says(f"@harrowmere {'a' * 4_400_000}")]
    server.delete(asked[0])

    found = await network().look_up([Held(one, one, clock.now()) for one in asked])

    assert [(type(one), one.native_id) for one in found] == [(Gone, asked[0])]


async def test_a_parent_that_a_server_forbids_hides_nothing(server, network):
    hidden = server.write("x", server.account("mallory"))
    said = server.says("@harrowmere and you?", in_reply_to=hidden)
    server.chaos.append(Trouble("GET", f"/api/v1/statuses/{hidden}", 403, b'{"error": "This action is not allowed"}'))

    items, _, _ = await read_all(network(), None)

    assert [(one.native_id, one.parent) for one in items] == [(said, None)]


async def test_a_warning_pictures_language_and_address_come_with_the_post(server, network):
    picture = {"type": "image", "url": "https://files.example/1.png", "description": "A flooded road"}
    server.says(
        "@harrowmere look", spoiler_text="flood ", media_attachments=[picture, {"url": "javascript:x"}], language="cy"
    )

    (post,), _, _ = await read_all(network(), None)

    assert post.text == "[CW: flood]\nlook"
    assert [(one.kind, one.alt) for one in post.media] == [("image", "A flooded road")]
    assert post.language == "cy"
    assert post.url.startswith(server.api_url)


async def test_a_quote_of_ours_shows_what_it_quotes_and_is_called_so(server, network):
    ours = server.write("The library opens at nine.", server.people[US])
    quote = {"state": "accepted", "quoted_status": server.posts[ours]}
    server.notify(server.write("Not true!", server.account("ann"), quote=quote), "quote")

    (post,), _, _ = await read_all(network(), None)

    assert (post.kind, post.text) == ("quote", "Not true!\n\nquoting @harrowmere: “The library opens at nine.”")


async def test_a_thread_is_one_conversation_and_its_parent_is_read_once(server, network):
    root = server.says("@harrowmere is it open?")
    ours = server.write("@ann it is", server.people[US], in_reply_to=root)
    for by in ("ann", "bob", "cat"):
        server.says("@harrowmere thanks", by=by, in_reply_to=ours)

    items, _, _ = await read_all(network(), None)

    assert {one.conversation for one in items} == {root}
    assert [(one.parent.text, one.parent.ours) for one in items[1:]] == [("it is", True)] * 3
    assert server.calls.count(f"GET /api/v1/statuses/{ours}") == 1


async def test_a_very_long_thread_still_finds_its_first_post(server, network):
    root = last = server.write("It began here.", server.account("ann"))
    for _ in range(12):
        last = server.write("and on", server.account("bob"), in_reply_to=last)
    server.says("@harrowmere and you?", in_reply_to=last)

    (post,), _, _ = await read_all(network(), None)

    assert post.conversation == root


async def test_a_parent_that_is_gone_or_broken_hides_nothing(server, network):
    gone, broken = (server.write("x", server.account("ann")) for _ in range(2))
    server.says("@harrowmere one", by="bob", in_reply_to=gone)
    server.says("@harrowmere two", by="cat", in_reply_to=broken)
    server.delete(gone)
    server.chaos.append(Trouble("GET", f"/api/v1/statuses/{broken}", 500))

    items, _, _ = await read_all(network(), None)

    assert [(one.text, one.conversation, one.parent) for one in items] == [("one", gone, None), ("two", broken, None)]


async def test_reading_slows_down_and_says_so_when_most_of_a_limit_is_used(server, network):
    server.left = 20

    page = await network().fetch(None)

    assert page.wait >= timedelta(seconds=60)
    assert "20 more reads" in page.slowed
    assert all(isinstance(one, Incoming) for one in page.items)


async def test_a_limit_told_in_seconds_of_the_epoch_is_understood(server, network, clock):
    server.left, server.reset = 1, str(int(clock.now().timestamp()) + 600)

    page = await network().fetch(None)

    assert timedelta(minutes=9) < page.wait <= timedelta(minutes=10)
