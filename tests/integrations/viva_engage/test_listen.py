"""Reading once a minute: who asked what where, each once, whatever goes wrong in between."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.card import Answer, Button
from bot.clock import MovableClock
from bot.command import SAID_THERE, Command, Way
from bot.errors import Busy, FormProblem
from bot.form import Field, Form
from bot.words import BUSY
from integrations.sandbox.engage_server import NEXT_DOOR, Community, StandInEngage, Trouble
from integrations.viva_engage.client import Engage
from tests.integrations.viva_engage.hearing import Hearing, OneOfTwo, done


@pytest.fixture
def peers(clock: MovableClock) -> OneOfTwo:
    return OneOfTwo(clock)


@pytest.fixture
async def hearing(there: StandInEngage, desk_community: Community, engage: Engage, peers: OneOfTwo) -> Hearing:
    one = Hearing(there, desk_community, engage, peers)
    await one.opens()
    return one


async def test_a_verb_in_the_thread_is_asked_by_whoever_wrote_it(hearing: Hearing) -> None:
    (asked,) = await hearing.says("priya", "Claim")

    priya = hearing.person("priya")
    assert (asked.verb, asked.text, asked.way, asked.by.name) == ("claim", "", Way.TYPED, "Priya Shah")
    assert asked.by.id == str(priya.id)
    assert (asked.at.ref, asked.at.channel, asked.at.thread) == ("M-142", str(hearing.desk.id), str(hearing.thread.id))
    assert hearing.thread.replies[-1].liked_by == ["Tolbooth"]


async def test_anything_else_there_is_a_note_and_is_liked(hearing: Hearing) -> None:
    (asked,) = await hearing.says("priya", "M-7 was close to the station too", attachments=["map.pdf"])

    assert (asked.verb, asked.way) == ("note", Way.SAID)
    assert asked.text == "M-142 M-7 was close to the station too (attached: map.pdf)"
    assert SAID_THERE in asked.context
    assert asked.ref_and_rest()[0] == "M-142"
    assert len(hearing.thread.replies) == 1
    assert hearing.thread.replies[0].liked_by == ["Tolbooth"]


async def test_an_attachment_alone_is_a_note_of_its_name(hearing: Hearing) -> None:
    (asked,) = await hearing.says("priya", "", attachments=["plan.pdf"])

    assert asked.text == "M-142 (attached: plan.pdf)"


async def test_what_stood_there_before_the_first_start_is_left_alone(
    there: StandInEngage, desk_community: Community, engage: Engage, peers: OneOfTwo
) -> None:
    there.person("priya").writes("queue")
    one = Hearing(there, desk_community, engage, peers)

    assert await one.hears() == []
    assert await one.hears() == []


async def test_each_message_is_acted_on_once_after_a_restart_an_edit_and_a_page_told_twice(hearing: Hearing) -> None:
    said = hearing.person("priya").says("claim", under=hearing.thread)
    await hearing.hears()

    hearing.person("priya").edits(said, "release")
    hearing.there.problems.next(Trouble.DOUBLED, path="messages")
    hearing.listener = hearing.begun()
    await hearing.hears()
    await hearing.hears()

    assert [one.verb for one in hearing.asked] == ["claim"]


async def test_messages_that_come_out_of_order_are_all_acted_on(hearing: Hearing) -> None:
    for number in range(3):
        hearing.person("priya").says(f"line {number}", under=hearing.thread)
    hearing.there.problems.next(Trouble.SHUFFLED, path="messages")

    asked = await hearing.hears()

    assert [one.text for one in asked] == ["M-142 line 0", "M-142 line 1", "M-142 line 2"]


async def test_after_an_outage_every_message_is_acted_on_within_the_limits(hearing: Hearing) -> None:
    for number in range(70):
        hearing.person("priya").says(f"line {number}", under=hearing.thread)

    asked = await hearing.hears()

    assert [one.text for one in asked] == [f"M-142 line {number}" for number in range(70)]
    assert hearing.there.limits.tightest_window() <= 10


async def test_each_feed_is_read_once_a_minute_also_after_a_restart(hearing: Hearing) -> None:
    for _ in range(3):
        hearing.listener = hearing.begun()
        wait = await hearing.listener.round()
        hearing.clock.advance(seconds=20)
        assert wait <= timedelta(seconds=60)

    assert hearing.there.limits.shortest_gap(f"in_group/{hearing.desk.id}") >= timedelta(seconds=60)


@pytest.mark.parametrize("trouble", [Busy("full disk"), None])
async def test_what_the_database_cannot_take_is_tried_again_and_not_lost(
    hearing: Hearing, trouble: Exception | None
) -> None:
    fails = [True]

    def answers(_command: Command) -> Answer:
        if fails.pop() if fails else False:
            if trouble:
                raise trouble
            return Answer(((BUSY,),))
        return Answer((("Done.",),), card_says_it=True)

    hearing.answers = answers
    await hearing.says("priya", "claim")
    assert hearing.listener.health()["behind"] is True
    hearing.clock.advance(seconds=6)
    await hearing.listener.round()

    assert [one.key for one in hearing.asked] == [hearing.asked[0].key] * 2
    assert hearing.thread.replies[0].liked_by == ["Tolbooth"]
    assert hearing.listener.health()["behind"] is False


async def test_an_answer_that_cannot_be_said_yet_is_said_later_and_nothing_done_twice(hearing: Hearing) -> None:
    hearing.answers = lambda _: Answer((("Priya has it.",),))
    hearing.there.problems.next(Trouble.TOO_MANY, method="POST")
    await hearing.says("priya", "claim")
    while len(hearing.thread.replies) < 2:
        await hearing.hears()

    assert hearing.answered == "Priya has it."
    assert len(hearing.asked) == 1


async def test_a_fault_of_ours_is_answered_and_stops_nothing(hearing: Hearing) -> None:
    def answers(command: Command) -> Answer:
        if command.verb == "claim":
            raise RuntimeError("a fault")
        return Answer((("Fine.",),))

    hearing.answers = answers
    hearing.person("priya").says("claim", under=hearing.thread)
    hearing.person("dev").says("release", under=hearing.thread)
    await hearing.hears()

    said = [one.text for one in hearing.thread.replies if one.author == "Tolbooth"]
    assert said[0].startswith("Something went wrong (ref ")
    assert said[1] == "Fine."


async def test_a_sign_in_that_ends_is_seen_in_health_and_mends_by_itself(hearing: Hearing) -> None:
    hearing.there.withdraw_consent()
    hearing.person("priya").says("claim", under=hearing.thread)
    await hearing.hears()
    assert hearing.listener.health()["signed_in"] is False

    hearing.there.withdraw_consent(withdrawn=False)
    asked = await hearing.hears()

    assert [one.verb for one in asked] == ["claim"]
    assert hearing.listener.health()["signed_in"] is True


async def test_it_listens_for_ever_and_reads_again_once_time_was_moved_on(hearing: Hearing) -> None:
    heard = asyncio.Event()

    def answers(command: Command) -> Answer:
        heard.set()
        return done(command)

    hearing.answers = answers
    listening = asyncio.create_task(hearing.listener.run())
    hearing.person("priya").says("claim", under=hearing.thread)
    async with asyncio.timeout(5):
        await heard.wait()
    listening.cancel()

    assert [one.verb for one in hearing.asked] == ["claim"]
    assert hearing.there.limits.shortest_gap(f"in_group/{hearing.desk.id}") >= timedelta(seconds=60)


async def test_what_acting_takes_puts_off_no_read(hearing: Hearing) -> None:
    released = asyncio.Event()

    def answers(command: Command) -> Answer:
        if command.verb == "claim":
            hearing.clock.advance(seconds=50)
            hearing.person("priya").says("release", under=hearing.thread)
        else:
            released.set()
        return Answer((("Done.",),))

    hearing.answers = answers
    hearing.person("priya").says("claim", under=hearing.thread)
    hearing.clock.advance(minutes=2)  # every feed is due at once
    listening = asyncio.create_task(hearing.listener.run())
    async with asyncio.timeout(5):
        await released.wait()
    listening.cancel()

    polls = hearing.there.limits.polls(f"in_group/{hearing.desk.id}")
    assert max(after - before for before, after in pairwise(polls[1:])) < timedelta(seconds=75)


async def test_a_copy_reads_nothing_while_another_does(hearing: Hearing) -> None:
    hearing.peers.is_ours = False
    assert await hearing.says("priya", "claim") == []

    hearing.peers.is_ours = True
    asked = await hearing.hears()

    assert [one.verb for one in asked] == ["claim"]


# --- who ---------------------------------------------------------------------------------------------------------


async def test_a_guest_and_one_whose_account_is_closed_ask_nothing_and_are_told_once(hearing: Hearing) -> None:
    hearing.there.add_person("guest", "Dev Rao", network=NEXT_DOOR)
    hearing.desk.members.add(hearing.person("guest").id)
    hearing.person("guest").says("claim", under=hearing.thread)
    await hearing.hears()
    hearing.person("guest").says("reply Hello", under=hearing.thread)
    await hearing.hears()

    assert hearing.asked == []
    assert [one.text for one in hearing.person("guest").told] == [
        "Only members of this organisation's own network can use Tolbooth. Please ask Dev Rao."
    ]


# --- where an answer goes ----------------------------------------------------------------------------------------


async def test_a_list_goes_to_whoever_asked_alone_and_the_mentions_own_answer_in_its_thread(hearing: Hearing) -> None:
    hearing.answers = lambda command: Answer(((f"About {command.verb}.",),))
    for line in ("queue", "show", "show 7"):
        await hearing.says("priya", line)

    assert [one.text for one in hearing.person("priya").told] == ["About queue.", "About show."]
    assert [one.text for one in hearing.thread.replies if one.author == "Tolbooth"] == ["About show."]


async def test_what_is_written_in_private_is_answered_there(hearing: Hearing) -> None:
    hearing.answers = lambda _: Answer((("Nothing is open.",),))
    hearing.person("priya").writes("find bins")
    (asked,) = await hearing.hears()
    hearing.person("priya").writes("Hello?")
    hearing.person("priya").writes("Hello?")
    await hearing.hears()

    assert (asked.verb, asked.text, asked.at.ref) == ("find", "bins", "")
    told = [one.text for one in hearing.person("priya").told]
    assert told[0] == "Nothing is open."
    assert len(told) == 2
    assert "Write help" in told[1]


async def test_in_a_digest_a_verb_needs_its_number_and_words_alone_are_kept_nowhere(hearing: Hearing) -> None:
    hearing.thread = await hearing.posts("2 mentions have come in.\n\nM-7 · a\nM-8 · b\n\ndigest ref ABCDEFGH")
    asked = await hearing.says("priya", "claim 8")
    asked += await hearing.says("priya", "what a day")

    assert [(one.verb, one.text, one.at.ref) for one in asked] == [("claim", "8", "")]
    assert "write the verb and the number" in hearing.person("priya").told[-1].text


async def test_in_a_thread_of_ours_that_is_not_remembered_a_verb_is_not_done_and_a_number_is_looked_at_twice(
    hearing: Hearing,
) -> None:
    await hearing.hears()
    hearing.memory.kept.pop(f"thread:{hearing.thread.id}")

    assert await hearing.says("priya", "claim") == []
    assert "cannot tell which mention" in hearing.person("priya").told[-1].text
    assert await hearing.says("priya", "what a day") == []
    (asked,) = await hearing.says("priya", "claim 150")
    assert (asked.text, asked.at.message, asked.at.said_at) == ("150", str(hearing.thread.id), None)


async def test_a_thread_is_known_by_what_is_remembered_of_its_card_too(hearing: Hearing) -> None:
    hearing.memory.kept = {f"said:{hearing.thread.id}:M-142": "{}", **hearing.memory.kept}
    hearing.memory.kept.pop(f"thread:{hearing.thread.id}", None)

    (asked,) = await hearing.says("priya", "claim")

    assert asked.at.ref == "M-142"


async def test_words_in_one_private_conversation_press_nothing_of_another(hearing: Hearing) -> None:
    hearing.answers = preview
    first, second = (hearing.person("priya").writes(f"reply {number} Hello") for number in (142, 143))
    await hearing.hears()
    assert all("send (" in one.text for one in hearing.person("priya").told)
    hearing.person("priya").says("send", under=first)
    await hearing.hears()
    hearing.person("priya").says("send", under=first)
    asked = await hearing.hears()

    assert asked == []
    hearing.person("priya").says("send", under=second)
    assert [one.way for one in await hearing.hears()] == [Way.PRESSED]


async def test_the_answer_goes_to_the_person_where_the_thread_is_gone_meanwhile(hearing: Hearing) -> None:
    def answers(_command: Command) -> Answer:
        hearing.there.delete_thread(hearing.thread)
        return Answer((("Nobody has it.",),))

    hearing.answers = answers
    await hearing.says("priya", "show")

    assert [one.text for one in hearing.person("priya").told] == ["Nobody has it."]


async def test_an_answer_whose_own_answer_was_lost_is_not_said_twice(hearing: Hearing) -> None:
    hearing.answers = lambda _: Answer((("Nobody has it.",),))
    hearing.there.problems.next(Trouble.LOST, method="POST")
    await hearing.says("priya", "show")
    await hearing.hears()

    assert [one.text for one in hearing.thread.replies] == ["show", "Nobody has it."]
    assert len(hearing.asked) == 1


async def test_other_talk_in_the_community_is_nobodys_business(hearing: Hearing) -> None:
    for line in ("Close to the station there is a leak", "Lunch?", "like this idea", "stop me if you know this"):
        hearing.person("priya").says(line, where=hearing.desk)

    assert await hearing.hears() == []
    assert hearing.person("priya").told == []


async def test_people_named_are_given_by_their_staff_ids(hearing: Hearing) -> None:
    (asked,) = await hearing.says("priya", "give @dev please")

    assert asked.text == f"<@{hearing.person('dev').id}> please"


async def test_our_name_in_front_makes_any_verb_one(hearing: Hearing) -> None:
    (asked,) = await hearing.says("priya", "@tolbooth why is it late")

    assert (asked.verb, asked.text) == ("why", "is it late")


# --- what is open with a person ----------------------------------------------------------------------------------


def preview(command: Command) -> Answer | Form:
    """A reply as the handlers answer it."""
    if command.verb == "reply" and command.way is Way.TYPED:
        buttons = (
            Button("Reply as @us", "reply", "M-142", "send:abc"),
            Button("Change the Words", "reply", "M-142", "write"),
        )
        return Form(
            "reply", "look", "Reply to M-142", body=(("It will read: Hello",),), buttons=buttons, context={"ref": "M-142"}
        )
    if command.way is Way.PRESSED and "send:" in command.text:
        return Answer((("On its way.",),), (Button("Undo", "undo", "M-142", "r1"),))
    return Answer((("Noted.",),), card_says_it=True)


async def test_a_word_presses_the_button_of_whoever_was_shown_it_and_of_nobody_else(hearing: Hearing) -> None:
    hearing.answers = preview
    await hearing.says("priya", "reply Hello")
    assert "send (Reply as @" in hearing.answered

    (by_another,) = await hearing.says("dev", "send")
    assert (by_another.verb, by_another.way) == ("note", Way.SAID)
    assert "Nothing was sent" in hearing.answered

    (quoted,) = await hearing.says("priya", "just write “send” and it goes")
    assert quoted.verb == "note"
    assert await hearing.says("priya", "Send!") == []
    assert "It will read: Hello" in hearing.answered

    (pressed,) = await hearing.says("priya", "Send!")
    assert (pressed.verb, pressed.text, pressed.way) == ("reply", "M-142 send:abc", Way.PRESSED)
    assert pressed.context == {"ref": "M-142"}

    (twice,) = await hearing.says("priya", "send")
    assert twice.verb == "note"
    assert "Your reply was let go already" in hearing.answered

    (undone,) = await hearing.says("priya", "undo")
    assert (undone.verb, undone.text, undone.way) == ("undo", "M-142 r1", Way.PRESSED)


async def test_a_word_of_yesterday_presses_nothing(hearing: Hearing) -> None:
    hearing.answers = preview
    await hearing.says("priya", "reply Hello")
    hearing.clock.advance(hours=25)

    (asked,) = await hearing.says("priya", "send")

    assert asked.verb == "note"


async def test_a_form_is_asked_one_by_one_and_a_problem_asks_that_field_again(hearing: Hearing) -> None:
    fields = (Field("rule", "Which rule?", choices={"1.1": "Abuse", "1.2": "Spam"}), Field("why", "Why?", max_length=30))
    problems = [FormProblem("why", "Say more.")]

    def answers(command: Command) -> Answer | Form:
        if command.way is not Way.SENT_IN:
            return Form("hide", "why", "Hide M-142", "Hide", fields=fields, context={"ref": "M-142"})
        if problems:
            raise problems.pop()
        return Answer((("Hidden.",),))

    hearing.answers = answers
    await hearing.says("priya", "/hide")
    assert "1 Abuse" in hearing.answered
    await hearing.says("priya", "nonsense")
    assert "none of the choices" in hearing.answered
    await hearing.says("priya", "spam")
    await hearing.says("priya", "close to the law")
    assert "hide" in hearing.answered
    (first,) = await hearing.says("priya", "hide")
    assert first.values == {"rule": "1.2", "why": "close to the law"}
    assert "Say more." in hearing.answered
    await hearing.says("priya", "It sells watches")
    (second,) = await hearing.says("priya", "hide")

    assert (second.way, second.step, second.text) == (Way.SENT_IN, "why", "M-142")
    assert second.values == {"rule": "1.2", "why": "It sells watches"}
    assert hearing.answered == "Hidden."
    (after,) = await hearing.says("priya", "hide")
    assert after.verb == "note"
