"""Comments on Instagram: its own rules of what may be said, what is hidden, and what can be done with a comment."""

import json
from datetime import timedelta

import pytest

from bot.errors import NotThere, Refused, TryLater
from bot.ports import Answered, Gone, Held, Incoming, NotFound, Verdict
from bot.reply import Act, Attachment, Audience
from integrations.instagram.rules import LIMITS, broken
from tests.standins.graph import Trouble, error, written
from tests.standins.instagram import MEDIA


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("It opens at nine.", ""),
        ("#one #two #three #four", ""),
        ("#one #two #three #four #five", "5 hashtags"),
        ("See https://harrowmere.example/a#b", ""),
        ("https://a.example and www.b.example", "2 links"),
        ("THE BRIDGE IS SHUT", "capitals"),
        ("The A1 is shut", ""),
        ("OPEN from 9", ""),
        ("👍 10", ""),
        ("B", ""),
        ("Bridge no. #1 &#39;", ""),
    ],
)
def test_instagrams_rules_are_told_apart(text, says):
    assert (says in broken(text)) if says else broken(text) == ""


async def test_a_text_that_breaks_a_rule_counts_as_too_long_and_is_sent_by_nobody(account, network, reply):
    shouted = "THE BRIDGE IS SHUT"
    comment = account.says("Open?")

    assert (LIMITS.over(shouted), LIMITS.over("a" * 300), LIMITS.over("a" * 301)) == (1, 0, 1)
    assert "capitals" in LIMITS.about(shouted)
    look = await network().preflight(reply(comment, shouted))
    assert (look.verdict, look.reason) == (Verdict.NOT_ALLOWED, "It is all in capitals: Instagram does not take that.")
    with pytest.raises(Refused, match="5 hashtags"):
        await network().publish(reply(comment, "#a #b #c #d #e"))
    with pytest.raises(Refused, match="301 characters"):
        await network().publish(reply(comment, "a" * 301))
    assert account.shown() == []


async def test_a_hidden_comment_is_shown_again_before_it_is_answered(account, network, reply):
    one, comment = network(), account.says("Open?")
    for _ in range(2):
        await one.act(Act.HIDE, comment)

    assert "show it again first" in (await one.preflight(reply(comment))).reason
    await one.act(Act.UNHIDE, comment)
    assert (await one.preflight(reply(comment))).verdict is Verdict.OK


async def test_an_answer_that_is_no_comment_says_nothing_of_it(account, network, reply):
    one, comment = network(), account.says("Open?")
    await one.fetch(None)
    account.chaos.append(Trouble(200, b'{"status": "ok"}', path=comment))

    with pytest.raises(TryLater):
        await one.preflight(reply(comment))


async def test_what_apps_cannot_do_there_is_refused(account, network, reply):
    one, comment = network(), account.says("Open?")

    for act in (Act.LIKE, Act.EDIT_OWN):
        with pytest.raises(Refused, match="no way"):
            await one.act(act, comment)
    with pytest.raises(Refused, match="Private"):
        await one.publish(reply(comment, audience=Audience.AUTHOR))
    with pytest.raises(Refused, match="without pictures"):
        await one.publish(reply(comment, media=(Attachment("1", "a.png", "image/png", 3),)))


async def test_an_act_fails_as_what_it_is(account, network):
    one, ours = network(), account.says("Yes", "")

    for _ in range(2):
        await one.act(Act.DELETE_OWN, ours)
    with pytest.raises(NotThere):
        await one.act(Act.HIDE, ours)
    account.chaos.append(Trouble(403, json.dumps(error(200)).encode(), method="POST"))
    with pytest.raises(Refused, match="permission"):
        await one.act(Act.HIDE, ours)
    account.chaos.append(Trouble(500, b"", method="POST"))
    with pytest.raises(TryLater):
        await one.act(Act.HIDE, ours)


async def test_threads_are_read_with_what_they_answer(account, network):
    first = account.says("Open?")
    account.says("It is", "lou", below=first)
    ours = account.says("Yes", "", below=first)
    account.says("Snow again tomorrow.", "")

    page = await network().fetch(None)

    told = {one.native_id: one for one in page.items}
    assert [one.parent.text for one in page.items if isinstance(one, Incoming)] == ["Snow on the moor.", "Open?"]
    assert [one.in_reply_to for one in page.items if isinstance(one, Answered)] == [first]
    assert told[ours].url == f"https://www.instagram.com/p/{MEDIA}/"


async def test_more_comments_than_fit_a_page_are_all_read(account, network, clock):
    for number in range(120):
        account.says(f"Open? {number}")
        clock.advance(seconds=1)

    assert len((await network().fetch(None)).items) == 120


async def test_all_answers_in_a_long_thread_are_read(account, network):
    first = account.says("Open?")
    wanted = {first, *(account.says(f"Yes {number}", "lou", below=first) for number in range(120))}

    page = await network().fetch(None)

    assert {item.native_id for item in page.items} == wanted
    assert (page.more, page.slowed) == (False, "")


async def test_after_an_outage_all_comments_and_tags_are_read_part_by_part(account, network, clock):
    cursor = (await network().fetch(None)).cursor
    wanted = {account.says(f"Open? {number}") for number in range(1_100)}
    for number in range(130):
        at = written(clock.now() + timedelta(seconds=number))
        account.tags.insert(0, {"id": f"188{number}", "username": "lou", "caption": "With you", "timestamp": at})
        wanted.add(f"188{number}")
    clock.advance(hours=1)
    found, parts = set(), 0
    while cursor:
        page = await network().fetch(cursor)
        found |= {item.native_id for item in page.items}
        cursor, parts = page.cursor if page.more else "", parts + 1
        assert page.slowed == ""

    assert found == wanted
    assert parts == 2


async def test_a_tag_is_a_mention_and_keeps_its_words(account, network):
    where = {"id": "18077", "caption": "With @harrowmere", "username": "max", "permalink": "https://www.instagram.com/p/x/"}
    account.tags.append(
        where | {"timestamp": account.media[MEDIA]["timestamp"].replace("-16T", "-17T").replace("T09", "T08")}
    )
    one = network()

    first = await one.fetch(None)
    again = await one.fetch(first.cursor)

    assert [item.text for item in first.items] == ["@max: With @harrowmere"]
    assert [type(item) for item in again.items if not isinstance(item, Incoming)] == []


async def test_deleted_comments_are_found_by_looking_again_unless_the_token_may_not_read(account, network, clock):
    comment = account.says("Open?")
    held = [Held(comment, f"media:{MEDIA}", clock.now())]
    account.deletes(comment)

    assert [type(item) for item in await network().look_up(held)] == [Gone]


async def test_what_another_reply_is_known_by_is_not_this_one_after_a_restart_either(account, network, reply, clock):
    comment = account.says("Open?")
    first = await network().publish(reply(comment, key="r1"))
    clock.advance(seconds=20)
    second = reply(comment, key="r2", others=frozenset({first.native_id}))
    clock.advance(minutes=3)

    assert await network().find_sent(second) is NotFound.ABSENT


async def test_an_answer_below_an_answer_is_never_taken_for_somebody_elses(account, network, reply, clock):
    first = account.says("Open?")
    below = account.says("Yes, open?", "lou", below=first)
    began = clock.now()
    await network().publish(reply(first))
    clock.advance(minutes=2)

    doubtful = reply(below, key="r2", first_sent_at=began, last_sent_at=began)
    assert await network().find_sent(doubtful) is NotFound.CANNOT_TELL


async def test_nobody_can_tell_what_arrived_below_other_peoples_pictures(network, reply, clock):
    sent = reply("17905", conversation="mention:18077")
    clock.advance(minutes=5)

    assert await network().find_sent(sent) is NotFound.CANNOT_TELL


async def test_its_set_up_is_looked_at(account, network):
    assert list(await network().check()) == []
    account.scopes.discard("instagram_manage_comments")
    account.subscriptions[0]["fields"] = ["comments"]

    first, second = await network().check()

    assert ("instagram_manage_comments" in first, "leaves out mentions" in second) == (True, True)


async def test_what_was_said_in_private_is_never_answered_in_public(account, network, reply):
    comment = account.says("Open?")

    with pytest.raises(Refused):
        await network().publish(reply(comment, private=True))

    assert account.shown() == []
