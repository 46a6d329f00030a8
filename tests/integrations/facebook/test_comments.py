"""Comments in public: before, during and after an answer, and what else can be done with them."""

import json
from dataclasses import replace

import pytest

from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Answered, Edited, Found, Gone, Held, NotFound, Verdict
from bot.reply import Act, Attachment
from tests.standins.facebook import POST
from tests.standins.graph import PAGE, Trouble, error


def json_bytes(body):
    return json.dumps(body).encode()


async def test_a_comment_changed_meanwhile_stops_the_answer_once(page, network, reply):
    one, comment = network(), page.says("Is it open?")
    await one.fetch(None)
    page.comments[comment]["message"] = "Is it shut?"

    look = await one.preflight(reply(comment))

    assert (look.verdict, look.items[0].text) == (Verdict.CHANGED, "Is it shut?")
    assert (await one.preflight(reply(comment))).verdict is Verdict.OK, "staff have seen the new words by now"


async def test_a_deleted_comment_is_not_answered(page, network, reply):
    comment = page.says("Is it open?")
    page.deletes(comment)

    look = await network().preflight(reply(comment))

    assert (look.verdict, look.items) == (Verdict.GONE, (Gone(comment, look.items[0].at),))


async def test_nothing_is_taken_for_deleted_when_the_token_may_not_read(page, network, reply, clock):
    comment = page.says("Is it open?")
    page.comments.clear()
    page.scopes -= {"pages_read_user_content"}

    with pytest.raises(SignInAgain, match="may not read"):
        await network().preflight(reply(comment))
    with pytest.raises(SignInAgain, match="may not read"):
        await network().look_up([Held(comment, f"post:{POST}", clock.now())])


async def test_an_answer_that_is_no_comment_says_nothing_of_it(page, network, reply):
    one, comment = network(), page.says("Open?")
    await one.fetch(None)
    page.chaos.append(Trouble(200, b'{"status": "ok"}', path=comment))

    with pytest.raises(TryLater):
        await one.preflight(reply(comment))


async def test_a_closed_thread_is_answered_nowhere(page, network, reply):
    comment = page.says("Is it open?")
    page.comments[comment]["closed"] = True

    look = await network().preflight(reply(comment))

    assert (look.verdict, look.by_hand) == (Verdict.NOT_ALLOWED, network().reply_page(comment, ""))


async def test_a_visitors_post_is_looked_at_and_answered(page, network, reply):
    post = page.visits("A pothole")
    sent = reply(post, conversation=f"post:{post}")
    one = network()

    assert (await one.preflight(sent)).verdict is Verdict.OK
    receipt = await one.publish(sent)

    assert page.comments[receipt.native_id]["post"] == post


async def test_a_mention_elsewhere_is_tried_though_it_cannot_be_seen(page, network, reply):
    sent = reply("1_2", conversation="mention:900_1")
    one = network()
    page.chaos.append(Trouble(403, json_bytes(error(200)), method="POST"))

    assert (await one.preflight(sent)).verdict is Verdict.OK
    with pytest.raises(Refused, match="does not let") as caught:
        await one.publish(sent)

    assert caught.value.by_hand, "one missing right elsewhere is no reason to sign in again"


async def test_pictures_are_refused_before_anything_is_public(page, network, reply):
    with pytest.raises(Refused, match="without pictures"):
        await network().publish(reply(page.says("x"), media=(Attachment("1", "a.png", "image/png", 3),)))

    assert page.shown() == []


async def test_the_same_words_to_two_people_are_told_apart(page, network, reply, clock):
    """Answer once, reply to each: what another reply has the receipt of proves nothing of this one."""
    one, comment = network(), page.says("Open?")
    began = clock.now()
    sent = await one.publish(reply(comment, key="r1"))
    clock.advance(minutes=2)

    assert await one.find_sent(reply(comment, key="r1", first_sent_at=began)) == Found(sent)
    other = reply(comment, key="r2", first_sent_at=began, last_sent_at=began)
    assert await one.find_sent(other) is NotFound.ABSENT


async def test_what_another_reply_is_known_by_is_not_this_one_after_a_restart_either(page, network, reply, clock):
    first = page.says("Open?")
    below = page.says("And mine?", "bob", below=first)
    bobs = await network().publish(reply(below, key="to-bob"))
    clock.advance(seconds=20)
    anns = reply(first, key="to-ann")
    clock.advance(minutes=3)

    assert await network().find_sent(replace(anns, others=frozenset({bobs.native_id}))) is NotFound.ABSENT
    arrived = await network().publish(anns)
    assert await network().find_sent(replace(anns, others=frozenset({bobs.native_id}))) == Found(arrived)


async def test_an_answer_to_an_answer_is_never_taken_for_somebody_elses(page, network, reply, clock):
    first = page.says("Open?")
    below = page.says("Yes, open?", "lou", below=first)
    began = clock.now()
    await network().publish(reply(first, key="r1"))
    clock.advance(minutes=2)
    doubtful = reply(below, key="r2", first_sent_at=began, last_sent_at=began)

    assert await network().find_sent(doubtful) is NotFound.CANNOT_TELL, "after a restart nobody knows whose it is"


async def test_a_duplicate_is_ours_only_when_it_is_found(page, network, reply):
    one, comment = network(), page.says("Open?")
    other = page.says("Shut?", "lou")
    sent = await one.publish(reply(comment))
    page.chaos += [Trouble(400, json_bytes(error(506)), method="POST") for _ in range(2)]

    assert await one.publish(reply(comment)) == sent
    with pytest.raises(Refused, match="few words"):
        await one.publish(reply(other, key="r2"))


async def test_a_try_cut_off_is_unsure_and_found(page, network, reply):
    comment = page.says("Open?")
    page.chaos.append(Trouble(lost=True, method="POST"))
    one = network()

    with pytest.raises(Unsure):
        await one.publish(reply(comment))

    assert isinstance(await one.find_sent(reply(comment)), Found)
    assert len(page.shown()) == 1


async def test_each_act_is_done_and_a_repeat_is_harmless(page, network):
    one, comment = network(), page.says("Open?")
    ours = page.answers(comment, "Yes")

    for _ in range(2):
        await one.act(Act.HIDE, comment)
        assert page.comments[comment]["hidden"]
        await one.act(Act.LIKE, comment)
        assert page.comments[comment]["liked"]
        await one.act(Act.EDIT_OWN, ours, "Yes, from nine")
        assert page.comments[ours]["message"] == "Yes, from nine"
    await one.act(Act.UNHIDE, comment)
    await one.act(Act.UNLIKE, comment)
    assert not page.comments[comment]["hidden"]
    for _ in range(2):
        await one.act(Act.DELETE_OWN, ours)
    assert ours not in page.comments


async def test_an_act_fails_as_what_it_is(page, network):
    one, comment = network(), page.says("Open?")

    with pytest.raises(NotThere):
        await one.act(Act.HIDE, "1_2")
    page.chaos.append(Trouble(403, json_bytes(error(200)), method="POST"))
    with pytest.raises(Refused, match="permission"):
        await one.act(Act.HIDE, comment)
    page.chaos.append(Trouble(500, b"", method="POST"))
    with pytest.raises(TryLater):
        await one.act(Act.HIDE, comment)


async def test_fifty_posts_are_looked_at_in_one_call(page, network, clock):
    one = network()
    comments = [page.says(f"Open? {number}") for number in range(50)]
    await one.fetch(None)
    page.comments[comments[3]]["message"] = "Shut?"
    del page.comments[comments[4]]
    before = len(page.calls)

    items = await one.look_up([Held(comment, f"post:{POST}", clock.now()) for comment in comments])

    assert {(type(one), one.native_id) for one in items} == {(Edited, comments[3]), (Gone, comments[4])}
    assert len([path for _, path, _ in page.calls[before:] if path != "debug_token"]) == 1


async def test_what_cannot_be_seen_again_is_not_looked_for(page, network, clock):
    held = [
        Held("1_2", "mention:900_1", clock.now()),
        Held("m_1", "dm:1", clock.now()),
        Held("321", "review:321", clock.now()),
    ]

    assert await network().look_up(held) == []
    assert page.calls == []


@pytest.mark.parametrize(
    ("url", "native_id"),
    [
        (f"https://www.facebook.com/{PAGE}/posts/77/?comment_id=501", "77_501"),
        (f"https://www.facebook.com/{PAGE}/posts/77?comment_id=501&reply_comment_id=502", "77_502"),
        ("https://facebook.com/harrowmere/posts/some-words/77/", f"{PAGE}_77"),
        ("https://m.facebook.com/story.php?story_fbid=77&id=900", "900_77"),
        ("https://www.facebook.com/harrowmere/posts/pfbid02abc", ""),
        ("https://www.facebook.com/harrowmere/posts/77?comment_id=Y29tbWVudA%3D%3D", ""),
        ("https://facebook.com.example.org/1/posts/77", ""),
        ("https://x.com/a/status/1", ""),
        ("http://[", ""),
    ],
)
async def test_a_pasted_address_is_understood_when_it_has_the_numbers(network, url, native_id):
    assert network().post_at(url) == native_id


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": [{"id": "9_1", "message": "It opens at nine."}]}, []])
async def test_an_answer_that_proves_nothing_is_no_proof(page, network, reply, clock, body):
    sent = reply(page.says("Open?"))
    clock.advance(minutes=5)
    page.chaos.append(Trouble(200, json_bytes(body), method="GET", path="/comments"))

    try:
        found = await network().find_sent(sent)
    except TryLater:
        found = NotFound.CANNOT_TELL

    assert found is NotFound.CANNOT_TELL


async def test_our_own_answer_that_comes_back_is_nobody_elses(page, network, reply, clock):
    """An answer to an answer comes back as if it answered the comment above, perhaps before its receipt is kept."""
    one, first = network(), page.says("Open?")
    below = page.says("Yes, open?", "lou", below=first)
    page.told()
    await one.publish(reply(below, "From nine."))

    assert one.receive(page.told()[0]).items == ()
    page.answers(first, "From ten.")
    assert [item.text for item in one.receive(page.told()[0]).items] == ["From ten."]
    clock.advance(minutes=10)
    assert "From nine." in [item.text for item in (await one.fetch(None)).items if isinstance(item, Answered)]


async def test_only_the_whole_of_a_list_proves_that_nothing_arrived(page, network, reply, clock):
    comment = page.says("Open?")
    sent = reply(comment)
    for number in range(310):
        page.says(f"{number}", "lou", below=comment, told=False)
    clock.advance(minutes=5)

    assert await network().find_sent(sent) is NotFound.CANNOT_TELL
    assert all(said["filter"] == "stream" for _, path, said in page.calls if path.endswith("/comments"))


async def test_what_was_said_in_private_is_never_answered_in_public(page, network, reply):
    comment = page.says("Open?")

    with pytest.raises(Refused, match="not answered in public") as caught:
        await network().publish(reply(comment, private=True))

    assert page.shown() == []
    assert "inbox" in caught.value.by_hand
