"""What became of the last day's posts: deleted, hidden, edited; and how often X is asked."""

from bot.ports import Edited, Gone, Incoming
from integrations.sandbox.x_server import Trouble


def looks(x):
    return [query["ids"].split(",") for _, path, query in x.calls if path == "/2/tweets"]


async def test_posts_of_protected_and_suspended_authors_are_gone(x, network, clock):
    shy, closed = x.says("Hello", author="shy"), x.says("Hello", author="closed")
    account = network()
    cursor = (await account.fetch(None)).cursor
    x.protect("shy")
    x.suspend("closed")
    clock.advance(hours=7)

    page = await account.fetch(cursor)

    assert {item.native_id for item in page.items if isinstance(item, Gone)} == {shy, closed}


async def test_a_day_with_many_mentions_is_asked_after_in_batches_of_a_hundred(x, network, clock):
    ids = [x.says(f"Snow {number}") for number in range(230)]
    account = network()
    cursor = (await account.fetch(None)).cursor
    x.delete(ids[0])
    x.delete(ids[-1])
    clock.advance(hours=7)

    page = await account.fetch(cursor)

    assert [item.native_id for item in page.items if isinstance(item, Gone)] == [ids[0], ids[-1]]
    assert [len(look) for look in looks(x)] == [100, 100, 30]


async def test_a_post_deleted_in_its_last_watched_hour_is_still_noticed(x, network, clock):
    post_id = x.says("Hello")
    account = network()
    cursor = (await account.fetch(None)).cursor
    for _ in range(3):
        clock.advance(hours=7)
        cursor = (await account.fetch(cursor)).cursor
    clock.advance(hours=2, minutes=30)
    x.delete(post_id)
    clock.advance(hours=5)

    page = await account.fetch(cursor)

    assert page.items == (Gone(post_id, clock.now()),)


async def test_a_post_that_was_there_when_a_day_old_is_asked_after_no_more(x, network, clock):
    post_id = x.says("Hello")
    account = network()
    cursor = (await account.fetch(None)).cursor
    clock.advance(hours=25)
    cursor = (await account.fetch(cursor)).cursor
    clock.advance(hours=7)

    await account.fetch(cursor)

    assert looks(x) == [[post_id]]


async def test_an_edit_that_takes_our_name_out_is_noticed(x, network, clock):
    post_id = x.says("@harrowmere is my scool shut?")
    account = network()
    cursor = (await account.fetch(None)).cursor
    clock.advance(minutes=15)
    x.edit(post_id, "Is my school shut?")
    x.find(post_id).mentions_us = False
    edited_at = clock.now()
    clock.advance(hours=7)

    page = await account.fetch(cursor)

    assert [(item.native_id, item.text, item.at) for item in page.items] == [(post_id, "Is my school shut?", edited_at)]
    assert isinstance(page.items[0], Edited)


async def test_a_look_that_fails_keeps_no_mention_back_and_is_tried_again_soon(x, network, clock):
    deleted = x.says("Goes")
    account = network()
    cursor = (await account.fetch(None)).cursor
    x.delete(deleted)
    clock.advance(hours=7)
    new = x.says("Is the tip open?")
    x.chaos += [Trouble(slow=0), Trouble(status=503)]

    first = await account.fetch(cursor)
    clock.advance(minutes=1)
    at_once = await account.fetch(first.cursor)
    clock.advance(minutes=10)
    soon = await account.fetch(at_once.cursor)

    assert [item.native_id for item in first.items if isinstance(item, Incoming)] == [new]
    assert not any(isinstance(item, Gone) for item in (*first.items, *at_once.items))
    assert [item.native_id for item in soon.items if isinstance(item, Gone)] == [deleted]


async def test_a_post_x_says_nothing_about_is_not_taken_for_gone(x, network, clock):
    x.says("Hello")
    account = network()
    cursor = (await account.fetch(None)).cursor
    clock.advance(hours=7)
    x.chaos += [Trouble(slow=0), Trouble(status=200, body={"meta": {}})]

    page = await account.fetch(cursor)

    assert not any(isinstance(item, Gone) for item in page.items)
