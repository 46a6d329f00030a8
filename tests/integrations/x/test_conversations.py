"""Which post belongs to which: replies to us and to others, quotes, and posts that were edited meanwhile."""

from bot.ports import Found


async def test_an_answer_to_our_reply_shares_its_conversation_and_says_what_it_answers(x, network, reply):
    first = x.says("When does the tip open?", author="ann")
    account = network()
    receipt = await account.publish(reply(first))
    answer = x.says("And on Sundays?", author="ann", in_reply_to=receipt.native_id)

    page = await account.fetch(None)

    assert [(item.native_id, item.conversation, item.in_reply_to, item.kind) for item in page.items] == [
        (first, first, "", "mention"),
        (answer, first, receipt.native_id, "reply"),
    ]


async def test_an_answer_to_a_post_of_our_own_is_in_that_posts_conversation(x, network):
    notice = x.says("The tip is shut on Monday", author=x.me.handle)
    answer = x.says("Why?", in_reply_to=notice)

    page = await network().fetch(None)

    (item,) = page.items
    assert (item.native_id, item.conversation, item.in_reply_to) == (answer, notice, notice)
    assert (item.parent.native_id, item.parent.text, item.parent.ours) == (notice, "The tip is shut on Monday", True)


async def test_of_somebody_elses_post_that_is_answered_no_words_are_kept(x, network):
    other = x.says("My own words", author="bob", mentions_us=False)
    x.says("What do you say to that?", author="ann", in_reply_to=other)

    page = await network().fetch(None)

    (item,) = page.items
    assert (item.in_reply_to, item.parent) == (other, None)
    assert b"My own words" not in item.raw


async def test_an_answer_to_an_edited_post_names_the_number_it_first_had(x, network, clock):
    first = x.says("Is my scool shut?", author="ann")
    clock.advance(minutes=1)
    second = x.edit(first, "Is my school shut?")
    x.says("Mine is", author="bob", in_reply_to=second)

    page = await network().fetch(None)

    assert {item.in_reply_to for item in page.items if item.native_id != first} == {first}


async def test_our_reply_under_a_newer_version_is_found_by_the_number_we_know(x, network, reply, clock):
    first = x.says("Is my scool shut?")
    account = network()
    clock.advance(minutes=1)
    receipt = await account.publish(reply(x.edit(first, "Is my school shut?")))

    found = await account.find_sent(reply(first))

    assert found == Found(receipt)


async def test_a_quote_of_our_own_post_shows_what_it_quotes(x, network):
    notice = x.says("The tip is shut on Monday", author=x.me.handle)
    x.says("Well done, as ever", author="ann", quotes=notice)

    page = await network().fetch(None)

    (item,) = page.items
    assert item.kind == "quote"
    assert item.text == (
        f"Well done, as ever https://x.com/harrowmere/status/{notice}\n\nquoting @harrowmere: “The tip is shut on Monday”"
    )


async def test_of_a_quoted_post_of_somebody_else_only_the_link_is_kept(x, network):
    theirs = x.says("There is a hole in Mill Road", author="bob", mentions_us=False)
    x.says("@harrowmere look", author="ann", quotes=theirs)

    page = await network().fetch(None)

    assert [item.text for item in page.items] == [f"@harrowmere look https://x.com/bob/status/{theirs}"]


async def test_a_quote_of_a_post_that_is_gone_still_arrives(x, network):
    notice = x.says("The tip is shut", author=x.me.handle)
    x.says("Well done", author="ann", quotes=notice)
    x.delete(notice)

    page = await network().fetch(None)

    assert [item.text for item in page.items] == [f"Well done https://x.com/harrowmere/status/{notice}"]
