"""Answers by message: Meta's windows, private answers to comments, and looking whether one arrived."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Refused, Unsure
from bot.ports import Answered, Found, Incoming, NotFound, Verdict
from bot.reply import Act, Audience
from tests.standins.facebook import person
from tests.standins.graph import PAGE, Trouble

ANN = person("ann")["id"]


@pytest.fixture
def answer(page, reply):
    """A reply to Ann's message."""

    def made(text="Call 0300 1.", **more):
        return reply(page.writes("Is it open?"), text, conversation=f"dm:{ANN}", **more)

    return made


async def test_a_message_is_answered_with_its_key_in_it(page, network, answer):
    receipt = await network().publish(answer())

    assert page.messages[receipt.native_id]["message"] == "Call 0300 1."
    (sent,) = [said for method, path, said in page.calls if path.endswith("/messages")]
    assert (sent["messaging_type"], "outbox:r1" in sent["message"]) == ("RESPONSE", True)


async def test_after_a_day_nobody_is_written_to_and_staff_hear_why(page, network, answer, clock):
    late = answer()
    clock.advance(hours=25)
    one = network()

    look = await one.preflight(late)

    assert look.verdict is Verdict.NOT_ALLOWED
    assert "24 hours" in look.reason
    assert "business.facebook.com" in look.by_hand
    with pytest.raises(Refused, match="time for an answer is over") as caught:
        await one.publish(late)
    assert "business.facebook.com" in caught.value.by_hand


async def test_a_person_may_answer_for_a_week_where_the_app_has_that_feature(page, network, answer, clock):
    page.human_agent = True
    late = answer()
    clock.advance(days=3)
    one = network(human_agent=True)

    assert (await one.preflight(late)).verdict is Verdict.OK
    assert (await one.publish(late)).native_id in page.messages
    clock.advance(days=7)
    assert (await one.preflight(late)).verdict is Verdict.NOT_ALLOWED


async def test_a_long_message_is_refused_with_its_length(network, answer):
    look = await network().preflight(answer("x" * 2001))

    assert (look.verdict, "2,001" in look.reason) == (Verdict.NOT_ALLOWED, True)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_message_whose_answer_was_lost_is_found_by_its_echo_or_in_the_conversation(
    page, network, answer, clock, restarted
):
    one, sent = network(), answer()
    page.chaos.append(Trouble(lost=True, method="POST", path="/messages"))

    with pytest.raises(Unsure):
        await one.publish(sent)
    if restarted:
        one = network()
    else:
        one.receive(page.told()[0])
        page.chaos.append(Trouble(500))
    clock.advance(seconds=5)

    found = await one.find_sent(sent)

    assert isinstance(found, Found)
    assert page.messages[found.receipt.native_id]["message"] == sent.text


async def test_the_same_words_sent_before_are_not_this_message_after_a_restart_either(network, answer, clock):
    first, second = await network().publish(answer(key="r1")), answer(key="r2")
    clock.advance(minutes=2)

    assert await network().find_sent(replace(second, others=frozenset({first.native_id}))) is NotFound.ABSENT


async def test_a_message_that_never_arrived_is_absent_only_after_a_while(network, answer, clock):
    one, sent = network(), answer()

    assert await one.find_sent(sent) is NotFound.CANNOT_TELL
    clock.advance(minutes=2)
    assert await one.find_sent(sent) is NotFound.ABSENT


async def test_a_comment_is_answered_privately_once(page, network, reply, clock):
    one = network()
    private = reply(page.says("My address is …"), "Please write to us.", audience=Audience.AUTHOR, author_id=ANN)

    receipt = await one.publish(private)

    assert page.messages[receipt.native_id]["with"] == ANN
    assert page.shown() == [], "nothing of it is public"
    look = await one.preflight(private)
    assert (look.verdict, "once" in look.reason) == (Verdict.NOT_ALLOWED, True)
    with pytest.raises(Refused, match="sent already"):
        await one.publish(private)
    assert await one.find_sent(private) == Found(receipt)
    clock.advance(days=8)


async def test_an_old_comment_is_not_answered_privately(page, network, reply, clock):
    private = reply(page.says("My address is …"), audience=Audience.AUTHOR, author_id=ANN)
    clock.advance(days=8)

    look = await network().preflight(private)

    assert (look.verdict, "7 days" in look.reason) == (Verdict.NOT_ALLOWED, True)
    with pytest.raises(Refused, match="answer in public"):
        await network().publish(private)


async def test_a_private_answer_that_never_left_is_absent_after_a_while(page, network, reply, clock):
    private = reply(page.says("My address is …"), audience=Audience.AUTHOR, author_id=ANN)
    clock.advance(minutes=2)

    assert await network().find_sent(private) is NotFound.ABSENT


async def test_messages_and_answers_to_them_are_polled_too(page, network):
    mid = page.writes("Is it open?")
    page.messages["m_ours"] = page.messages[mid] | {
        "id": "m_ours",
        "message": "Yes.",
        "from": {"id": PAGE},
    }
    page.messages["m_ours"]["to"] = {"id": ANN}

    items = (await network().fetch(None)).items

    assert [type(one) for one in items if one.native_id.startswith("m_")] == [Incoming, Answered]
    assert next(one for one in items if isinstance(one, Answered)).in_reply_to == mid


async def test_a_message_cannot_be_taken_back(network):
    with pytest.raises(Refused, match="stays with the person"):
        await network().act(Act.DELETE_OWN, "m_1")


async def test_a_message_changed_meanwhile_stops_the_answer(page, network, answer):
    one, sent = network(), answer()
    one.receive(page.told()[0])
    page.messages[sent.in_reply_to]["message"] = "Is it shut?"

    look = await one.preflight(sent)

    assert look.verdict is Verdict.CHANGED
    assert look.items[0].text == "Is it shut?"


async def test_the_window_is_as_long_as_meta_says(network, answer, clock):
    sent = answer()
    clock.advance(timedelta(hours=24) - timedelta(minutes=1))

    assert (await network().preflight(sent)).verdict is Verdict.OK


async def test_where_messages_stay_out_none_is_sent_either(page, network, reply):
    one = network(messenger=False)

    assert (one.abilities.private, network().abilities.private is None) == (None, False)
    with pytest.raises(Refused, match="sends no messages"):
        await one.publish(reply(page.says("x"), audience=Audience.AUTHOR, author_id=ANN))


@pytest.mark.parametrize(
    "body",
    [
        {"data": []},
        {"data": [{"id": "t_1", "participants": {"data": [{"id": "555"}]}, "messages": {"data": [{"id": "m_1"}]}}]},
        {"data": [{"id": "t_1", "participants": {"data": [{"id": ANN}]}}]},
        {"data": [{"id": "t_1", "participants": {"data": [{"id": ANN}]}, "messages": {"data": [{"id": "m_1"}]}}]},
    ],
    ids=["none", "somebody else's", "no messages", "nobody's messages"],
)
async def test_an_answer_that_proves_nothing_is_no_proof(page, network, answer, clock, body):
    sent = answer()
    clock.advance(minutes=5)
    page.chaos.append(Trouble(200, json.dumps(body).encode(), method="GET", path="/conversations"))

    assert await network().find_sent(sent) is NotFound.CANNOT_TELL


async def test_what_we_sent_comes_back_as_nothing_and_what_others_sent_as_an_answer(page, network, answer):
    one = network()
    await one.publish(answer())
    echoes = page.told()[0]
    theirs = page.call(echoes.body.replace(b"outbox:", b"another:"))

    assert [type(item) for item in one.receive(echoes).items] == [Incoming]
    assert [type(item) for item in one.receive(theirs).items] == [Incoming, Answered]


async def test_a_visitors_post_is_answered_privately_by_its_own_number(page, network, reply):
    post = page.visits("A pothole")
    page.chaos.append(Trouble(200, b'{"recipient_id": "1", "message_id": "m_9"}', method="POST"))

    receipt = await network().publish(reply(post, conversation=f"post:{post}", audience=Audience.AUTHOR))

    assert receipt.native_id == "m_9"
    assert json.loads(page.calls[-1][2]["recipient"]) == {"post_id": post}


async def test_what_was_said_elsewhere_is_not_answered_privately(network, reply):
    private = reply("1_2", conversation="mention:900_1", audience=Audience.AUTHOR)

    assert (await network().preflight(private)).verdict is Verdict.NOT_ALLOWED
    with pytest.raises(Refused, match="on the Page itself"):
        await network().publish(private)
