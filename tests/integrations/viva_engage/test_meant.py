"""What counts as meant for us, for whom, and by whom an answer is read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

import handlers
from bot.card import Answer, Button
from bot.clock import MovableClock
from bot.command import Command, Place, Way
from bot.errors import UserError
from bot.form import Field, Form
from bot.settings import Commands
from integrations.sandbox.engage_server import NEXT_DOOR, Community, StandInEngage, Trouble
from integrations.viva_engage.client import Engage
from integrations.viva_engage.heard import Asked, Noted, Where, Words, read
from integrations.viva_engage.parse import Message
from integrations.viva_engage.placing import community_of
from integrations.viva_engage.prompts import Press, Prompt, lets_go, opened, turn
from integrations.viva_engage.reading_json import feed
from tests.integrations.viva_engage.hearing import Hearing, OneOfTwo, done

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
HERE = Place("viva_engage", "1", "2", "M-142")


@pytest.fixture
async def hearing(there: StandInEngage, desk_community: Community, engage: Engage, clock: MovableClock) -> Hearing:
    one = Hearing(there, desk_community, engage, OneOfTwo(clock))
    await one.opens()
    return one


def preview(command: Command) -> Answer | Form:
    """As the handlers answer a reply: they refuse what is too long, and ask again where something changed."""
    if "too long" in command.text:
        raise UserError("That does not fit.")
    if command.verb == "reply" and (command.way is Way.TYPED or "changed" in command.text):
        mark = "send:changed" if command.text.startswith("Old") else "send:abc"
        return Form(
            "reply",
            "look",
            "Reply to M-142",
            body=((f"It will read: {command.text}",),),
            buttons=(Button("Reply as @us", "reply", "M-142", mark),),
            context={"ref": "M-142"},
        )
    return done(command)


async def says_at_once(hearing: Hearing, *lines: str) -> list[str]:
    """Priya writes several things in a minute; which verbs were pressed and typed."""
    for line in lines:
        hearing.person("priya").says(line, under=hearing.thread)
    return [f"{one.way} {one.verb}" for one in await hearing.hears()]


# --- what lets words go ------------------------------------------------------------------------------------------


async def test_words_that_are_replaced_are_not_sent_though_what_replaces_them_is_refused(hearing: Hearing) -> None:
    hearing.answers = preview
    await says_at_once(hearing, "reply Stale words")

    assert await says_at_once(hearing, "reply too long", "send") == ["typed reply", "said note"]
    assert "Nothing was sent by this" in hearing.answered


async def test_send_counts_for_what_was_read_before_it_was_written_and_what_it_is_about_is_shown_anew(
    hearing: Hearing,
) -> None:
    hearing.answers = preview
    assert await says_at_once(hearing, "reply Yes", "send") == ["typed reply"]
    assert "You wrote that before this was shown" in hearing.answered
    assert "It will read: Yes" in hearing.answered

    assert await says_at_once(hearing, "repyl No", "send") == ["said note"]
    assert "You wrote something else here since" in hearing.answered
    assert "write send" in hearing.answered
    assert await says_at_once(hearing, "send") == ["pressed reply"]


async def test_a_second_send_of_the_same_minute_sends_nothing_that_changed_meanwhile(hearing: Hearing) -> None:
    hearing.answers = preview
    await says_at_once(hearing, "reply Old words")

    assert await says_at_once(hearing, "send", "send") == ["pressed reply"]
    assert "Look at it once more" in hearing.answered


async def test_an_offer_whose_saying_is_in_doubt_is_none(hearing: Hearing) -> None:
    hearing.answers = preview
    hearing.there.problems.next(Trouble.DROPPED, method="POST", path="messages.json")
    await says_at_once(hearing, "reply Yes")
    hearing.there.problems.next(Trouble.DROPPED, method="POST", path="messages.json")

    assert await says_at_once(hearing, "send") == ["said note"]


@pytest.mark.parametrize("trouble", [Trouble.DROPPED, Trouble.LOST, Trouble.BAD_GATEWAY])
async def test_an_answer_that_was_lost_is_looked_for_and_said_once(hearing: Hearing, trouble: Trouble) -> None:
    hearing.answers = preview
    hearing.there.problems.next(trouble, method="POST", path="messages.json", times=1 if trouble is Trouble.LOST else 3)
    await says_at_once(hearing, "reply Yes")
    for _ in range(4):
        await hearing.hears()

    assert sum("It will read: Yes" in one.text for one in hearing.thread.replies) == 1
    assert await says_at_once(hearing, "send") == ["pressed reply"]


async def test_a_question_that_was_lost_is_asked_again_and_what_was_answered_is_kept(hearing: Hearing) -> None:
    asks = Form("snooze", "why", "Snooze M-142", "Snooze", fields=(Field("until", "Until when?"), Field("why", "Why?")))
    hearing.answers = lambda command: done(command) if command.way is Way.SENT_IN else asks
    await says_at_once(hearing, "snooze")
    hearing.there.problems.next(Trouble.DROPPED, method="POST", path="messages.json")
    await says_at_once(hearing, "tomorrow")
    await hearing.hears()
    await says_at_once(hearing, "they ring back")

    assert await says_at_once(hearing, "snooze") == ["sent in snooze"]
    assert hearing.asked[-1].values == {"until": "tomorrow", "why": "they ring back"}


def test_what_the_public_sees_has_to_be_looked_at_and_what_stops_it_does_not() -> None:
    seen = [Press("x", "X", verb) for verb in ("like", "hide", "unsay", "settle")]
    seen += [Press("approve", "Approve", "approve", "M-1", "0" * 24), Press("send", "Ask to Send", "reply", "", "send:a")]
    stops = [Press("undo", "Undo", "undo", "M-1", "0" * 8), Press("back", "Send Back", "send_back", "M-1", "0" * 8)]
    prompt = Prompt(NOW, HERE, (*seen, *stops), shown=5)

    assert all(map(lets_go, seen))
    assert not any(prompt.is_unseen_by(6, one) for one in (*seen, *stops))
    assert all(prompt.is_unseen_by(5, one) for one in seen)
    assert not any(prompt.is_unseen_by(4, one) for one in stops)


def test_a_number_alone_changes_an_answer_for_an_hour() -> None:
    prompt = opened(Form("x", "s", "T", "Go", fields=(Field("a", "A", optional=True),)), HERE, NOW, 7)
    alone, whole = Words("1", "1"), Words("1: yes", "1: yes")

    assert turn(prompt, alone, NOW)
    assert turn(prompt, alone, NOW + timedelta(hours=2)) is None
    assert turn(prompt, whole, NOW + timedelta(hours=2))


# --- what is a command, and where --------------------------------------------------------------------------------


def heard(text: str, where: Where, *, to_us: bool = False) -> Asked | Noted | None:
    return read(Words(text, text, to_us), where, handlers.TYPED, Commands())


SENTENCES = (
    "close 2 tickets are enough for us",
    "claim 3 days for the party",
    "note 2 people are vegan",
    "claim 3",
    "queue",
)


@pytest.mark.parametrize("line", SENTENCES)
def test_talk_among_colleagues_is_never_a_command(line: str) -> None:
    assert heard(line, Where.TALK) is None
    assert heard(f"/{line}", Where.TALK)


def test_a_bare_number_before_other_words_is_a_mention_only_where_that_cannot_be_mistaken() -> None:
    assert [heard(line, Where.ELSEWHERE) is None for line in SENTENCES] == [True, True, True, False, False]
    assert heard("note #2 seen it", Where.ELSEWHERE) == Asked("note", "#2 seen it")
    for where in (Where.DIGEST, Where.PRIVATE):
        assert heard("claim 3 days for the party", where) is None
        assert heard("give 3 of them a call", where) is None
        assert heard("close 3 to the station", where) is None
        assert heard("note 3 seen it", where) == Asked("note", "3 seen it")
        assert heard("priority 3 P1 flood", where) == Asked("priority", "3 P1 flood")


@pytest.mark.parametrize(
    ("line", "where", "to_us"),
    [
        ("Close the gate please, Priya", Where.MENTION, False),
        ("close 2 tickets are enough", Where.MENTION, False),
        ("close to the station it leaks", Where.MENTION, True),
        ("stop asking me", Where.PRIVATE, True),
        ("like I said yesterday it is shut", Where.MENTION, True),
        ("start with the gate", Where.TALK, True),
        ("claim 3 days for the party", Where.TALK, True),
    ],
)
def test_a_sentence_that_could_be_either_is_asked_about(line: str, where: Where, to_us: bool) -> None:
    found = heard(line, where, to_us=to_us)

    assert isinstance(found, Asked)
    assert found.is_doubtful


@pytest.mark.parametrize(
    "line", ["like", "like M-2", "start", "unsay #2 wrong day", "claim 3", "close it is theirs", "why is it"]
)
def test_our_name_and_a_whole_command_are_no_sentence(line: str) -> None:
    assert heard(line, Where.MENTION, to_us=True) == Asked(*line.split(" ", 1)) if " " in line else Asked(line, "")


async def test_a_sentence_about_closing_is_a_note_and_closes_by_one_word_more(hearing: Hearing) -> None:
    (noted,) = await hearing.says("priya", "Close the gate please, Priya")
    assert (noted.verb, noted.text) == ("note", "M-142 Close the gate please, Priya")
    assert "M-142 stays open" in hearing.answered

    (closed,) = await hearing.says("priya", "close")
    assert (closed.verb, closed.way, closed.ref_and_rest()) == ("close", Way.PRESSED, ("M-142", "the gate please, Priya"))


async def test_our_name_before_a_sentence_does_nothing_until_one_word_says_so(hearing: Hearing) -> None:
    assert await hearing.says("priya", "@tolbooth like I said yesterday it is shut") == []
    assert "Nothing was done" in hearing.answered
    assert await hearing.says("priya", "@tolbooth stop asking me") == []
    asked = hearing.person("priya").told[-1]
    assert "/stop asking me" in asked.text

    (stopped,) = await hearing.says("priya", "stop", under=asked)
    assert (stopped.verb, stopped.way, stopped.text) == ("stop", Way.PRESSED, "asking me")


async def test_in_what_a_colleague_began_only_our_name_or_a_slash_asks_for_something(hearing: Hearing) -> None:
    party = hearing.person("dev").says("Staff party on Friday", where=hearing.desk)
    for line in SENTENCES:
        assert await hearing.says("priya", line, under=party) == []

    (asked,) = await hearing.says("priya", "@tolbooth claim 2", under=party)
    assert (asked.verb, asked.text) == ("claim", "2")
    assert hearing.person("priya").told == []


async def test_a_number_that_is_one_of_the_words_is_said_to_be(hearing: Hearing) -> None:
    await hearing.says("priya", "note 143 she rang again")

    assert "this is about M-142. If you meant another mention, write M-143." in hearing.answered


async def test_no_staff_id_gets_into_words(hearing: Hearing) -> None:
    dev = hearing.person("dev").id
    (asked,) = await hearing.says("priya", f"reply Ask [\u200b[user:{dev}]] or @dev")

    assert asked.text == f"Ask [[user:{dev}]] or Dev Rao"


# --- who reads an answer -----------------------------------------------------------------------------------------


async def test_in_a_private_conversation_of_several_each_is_answered_alone(hearing: Hearing) -> None:
    hearing.there.add_person("gus", "Gus Guest", network=NEXT_DOOR)
    hearing.answers = preview
    several = hearing.person("priya").writes("show 1", "tolbooth", "dev", "gus")
    await hearing.hears()
    await hearing.says("priya", "find bins", under=several)
    await hearing.says("priya", "reply 142 Hello", under=several)
    assert await hearing.says("priya", "send", under=several) == []
    (pressed,) = await hearing.says("priya", "send", under=hearing.person("priya").told[-2])

    assert pressed.way is Way.PRESSED
    assert hearing.person("dev").told == hearing.person("gus").told == []
    assert len(hearing.person("priya").told) >= 2


async def test_a_refusal_names_nobody_who_is_not_meant(hearing: Hearing) -> None:
    hearing.there.add_person("gus", "Gus Guest", network=NEXT_DOOR)
    hearing.there.world.person("dev").name = f"Dev [[user:{hearing.person('priya').id}]]"
    hearing.person("gus").writes("claim 142")
    await hearing.hears()

    assert hearing.person("gus").told[-1].names == set()


async def test_what_is_asked_in_a_private_conversation_from_before_a_restore_is_looked_at_twice(hearing: Hearing) -> None:
    begun = hearing.person("priya").writes("show 142")
    (new,) = await hearing.hears()
    (follows,) = await hearing.says("priya", "show 142", under=begun)
    hearing.memory.kept = {name: value for name, value in hearing.memory.kept.items() if not name.startswith("private:")}
    (old,) = await hearing.says("priya", "reply 142 words", under=begun)

    assert (new.at.message, follows.at.message, old.at.message) == ("", "", str(begun.id))


def test_what_does_not_say_where_it_stands_was_said_where_it_was_read() -> None:
    def message(**more: object) -> Message:
        return Message(9, 5, 9, at=NOW, plain="", parsed="", **({"group": None} | more))

    found: Callable[..., int | None] = community_of
    assert found(message(), "community:77") == 77
    assert found(message(group=3), "private") == 3
    assert found(message(), "private") is None
    assert found(message(is_direct=True), "community:77") is None


def test_who_reads_a_private_conversation_is_known_only_where_all_of_them_are_told() -> None:
    def read_by(*people: object) -> frozenset[int]:
        wild = {
            "id": 9,
            "sender_id": 5,
            "thread_id": 9,
            "conversation_id": 7,
            "direct_message": True,
            "body": {"plain": "x"},
        }
        names = {"type": "conversation", "id": 7, "participating_names": list(people)}
        page = feed({"messages": [wild], "references": [names]}, NOW)
        assert page
        return page.messages[0].between

    assert read_by({"id": 5}, {"id": 1}) == {1, 5}
    assert read_by({"id": 5}, {"id": "?"}) == frozenset()
    assert read_by() == frozenset()
