"""Replies go where they are meant to, with whom they are for, and what else can be done is done as YouTube does it."""

import pytest

from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Found, Gone, Held, NotFound, Verdict
from bot.reply import Act
from tests.standins.youtube import Trouble


def ours(youtube):
    return [(one.text, one.parent) for one in youtube.said.values() if not one.by]


async def test_an_answer_to_an_answer_begins_with_whom_it_is_to(youtube, network, reply):
    asked = youtube.says("Is the tip open?")
    other = youtube.says("And the pool?", by="bob", parent=asked)

    receipt = await network().publish(reply(other))

    assert ours(youtube) == [("@bob It opens at nine.", asked)]
    assert receipt.url.endswith(f"lc={receipt.native_id}")


@pytest.mark.parametrize("text", ["@Bob it does", "x" * 10_000])
async def test_nobody_is_named_twice_nor_at_the_price_of_words(youtube, network, reply, text):
    asked = youtube.says("Is the tip open?")
    other = youtube.says("And the pool?", by="bob", parent=asked)

    await network().publish(reply(other, text))

    assert ours(youtube) == [(text, asked)]


async def test_an_answer_to_what_is_gone_is_not_sent(youtube, network, reply):
    asked = youtube.says("Is the tip open?")
    other = youtube.says("And the pool?", by="bob", parent=asked)
    del youtube.said[other]

    with pytest.raises(NotThere):
        await network().publish(reply(other))

    assert ours(youtube) == []


async def test_the_same_words_to_somebody_else_in_the_thread_are_not_this_reply(youtube, network, reply, clock):
    asked = youtube.says("Is the tip open?")
    bob = youtube.says("And the pool?", by="bob", parent=asked)
    cat = youtube.says("The pool?", by="cat", parent=asked)
    tube, mine, theirs = network(), reply(cat), reply(bob)
    await tube.publish(theirs)
    clock.advance(minutes=2)

    assert await tube.find_sent(mine) is NotFound.ABSENT
    assert isinstance(await tube.find_sent(theirs), Found)


async def test_the_same_words_of_a_minute_before_may_be_another_reply(youtube, network, reply, clock):
    asked = youtube.says("Is the tip open?")
    await network().publish(reply(asked))
    clock.advance(minutes=1)
    lost = reply(asked, key="r2")
    clock.advance(minutes=2)

    assert await network().find_sent(lost) is NotFound.CANNOT_TELL


async def test_a_reply_whose_addressee_took_another_name_since_is_not_called_absent(youtube, network, reply, clock):
    asked = youtube.says("Is the tip open?")
    bob = youtube.says("And the pool?", by="bob", parent=asked)
    lost = reply(bob)
    await network().publish(lost)
    youtube.said[bob].by = "bobby"
    clock.advance(minutes=2)

    assert await network().find_sent(lost) is NotFound.CANNOT_TELL


async def test_what_was_said_in_private_is_never_answered_on_youtube(youtube, network, reply):
    asked = youtube.says("Is the tip open?")

    with pytest.raises(Refused):
        await network().publish(reply(asked, private=True))

    assert ours(youtube) == []


async def test_an_older_reply_with_the_same_words_is_not_this_one(youtube, network, reply, clock):
    asked = youtube.says("Is the tip open?")
    tube = network()
    await tube.publish(reply(asked))
    clock.advance(hours=2)
    mine = reply(asked)
    clock.advance(minutes=2)

    assert await tube.find_sent(mine) is NotFound.ABSENT


async def test_what_has_not_settled_or_whose_thread_is_gone_cannot_be_told(youtube, network, reply, clock):
    asked = youtube.says("Is the tip open?")
    tube, mine = network(), reply(asked)
    youtube.chaos.append(Trouble("write", 503))
    with pytest.raises(Unsure):
        await tube.publish(mine)

    assert await tube.find_sent(mine) is NotFound.CANNOT_TELL
    del youtube.said[asked]
    clock.advance(minutes=5)
    assert await tube.find_sent(mine) is NotFound.CANNOT_TELL


async def test_a_look_before_sending_names_what_is_held_closed_changed_or_gone(youtube, network, reply, clock):
    tube = network()
    held, closed, changed, gone = (youtube.says(text) for text in ("a", "b", "c", "d"))
    replies = [reply(one) for one in (held, closed, changed, gone)]
    youtube.said[held].status = "heldForReview"
    youtube.closed.add(closed)
    clock.advance(minutes=1)
    youtube.said[changed].text, youtube.said[changed].updated = "other", clock.now()
    del youtube.said[gone]

    found = [await tube.preflight(one) for one in replies]

    assert [one.verdict for one in found] == [Verdict.NOT_ALLOWED, Verdict.NOT_ALLOWED, Verdict.CHANGED, Verdict.GONE]
    assert all(one.reason for one in found)
    assert "held for review" in found[0].reason
    assert found[0].by_hand.startswith("https://www.youtube.com/watch")
    assert found[2].items[0].text == "other"
    assert isinstance(found[3].items[0], Gone)


async def test_hiding_holds_for_review_and_showing_publishes(youtube, network):
    asked = youtube.says("Rude")
    tube = network()

    await tube.act(Act.HIDE, asked)
    assert youtube.said[asked].status == "heldForReview"
    await tube.act(Act.UNHIDE, asked)
    assert youtube.said[asked].status == "published"
    with pytest.raises(NotThere):
        await tube.act(Act.HIDE, "Ugz99999harrowmereAaABAg")
    with pytest.raises(Refused):
        await tube.act(Act.LIKE, asked)


async def test_other_words_keep_the_name_at_their_head(youtube, network, reply):
    asked = youtube.says("Is the tip open?")
    other = youtube.says("And the pool?", by="bob", parent=asked)
    tube = network()
    receipt = await tube.publish(reply(other))

    await tube.act(Act.EDIT_OWN, receipt.native_id, "At ten.")

    assert ours(youtube) == [("@bob At ten.", asked)]


async def test_what_somebody_else_wrote_is_not_deleted(youtube, network):
    asked = youtube.says("Mine")

    with pytest.raises(Refused, match="owner or a manager"):
        await network().act(Act.DELETE_OWN, asked)


async def test_posts_we_hold_are_looked_at_fifty_at_once(youtube, network, clock):
    held = [Held(youtube.says(f"No {number}"), "", clock.now()) for number in range(50)]
    clock.advance(minutes=1)
    youtube.said[held[3].native_id].updated = clock.now()
    del youtube.said[held[7].native_id]

    items = await network().look_up([*held, Held("no id of YouTube's!", "", clock.now())])

    assert [one.native_id for one in items] == [held[3].native_id, held[7].native_id]
    assert len([1 for _, route, _ in youtube.calls if route == "comments"]) == 1


async def test_what_we_hid_is_not_taken_for_deleted(youtube, network, clock):
    hidden, deleted = youtube.says("Rude"), youtube.says("Taken back")
    youtube.ids_leave_out_held = True
    await network().act(Act.HIDE, hidden)
    del youtube.said[deleted]

    items = await network().look_up([Held(one, "", clock.now()) for one in (hidden, deleted)])

    assert [(type(one), one.native_id) for one in items] == [(Gone, deleted)]


async def test_a_link_that_youtube_shows_as_a_title_does_not_hide_a_reply(youtube, network, reply):
    mine = reply(youtube.says("Where is the film?"), "Here: https://www.youtube.com/watch?v=hwVideo0002")
    await network().publish(mine)
    next(one for one in youtube.said.values() if not one.by).displayed = "Here: Our film of the harbour"

    assert isinstance(await network().find_sent(mine), Found)


async def test_when_everything_seems_gone_it_is_first_asked_whose_sign_in_this_is(youtube, network, clock):
    held = [Held(f"Ugz{number:05d}harrowmereAaABAg", "", clock.now()) for number in range(3)]

    assert len(await network().look_up(held)) == 3
    youtube.channel = "UCsomebodyelse0000000000"
    with pytest.raises(SignInAgain):
        await network().look_up(held)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://www.youtube.com/watch?v=abc&lc=Ugz00001harrowmereAaABAg", "Ugz00001harrowmereAaABAg"),
        ("https://youtu.be/abc?lc=Ugz00001harrowmereAaABAg.9abc", "Ugz00001harrowmereAaABAg.9abc"),
        ("https://www.youtube.com/watch?v=abc", ""),
        ("https://youtube.example/watch?v=abc&lc=Ugz00001harrowmereAaABAg", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_pasted_address_names_a_comment(network, url, found):
    assert network().post_at(url) == found


@pytest.mark.parametrize("body", [b'{"ok": true}', b"{}", b'{"items": null}'])
async def test_an_answer_that_is_not_youtubes_calls_nothing_gone(youtube, network, reply, clock, body):
    asked = youtube.says("Is the tip open?")
    youtube.chaos += [Trouble("read", 200, body), Trouble("read", 200, body)]

    with pytest.raises(TryLater):
        await network().look_up([Held(asked, asked, clock.now())])
    with pytest.raises(TryLater):
        await network().preflight(reply(asked))
