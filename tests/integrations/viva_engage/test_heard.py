"""What a line means: a verb, a note, or nothing of ours; in any words, nothing that the public would see."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers
from bot.settings import Commands
from integrations.viva_engage.body import BARE
from integrations.viva_engage.heard import SLASH_ONLY, Asked, Noted, Where, Words, read, spelled, words_of
from integrations.viva_engage.parse import Message, User

ME = User(9, "Tolbooth", "", is_active=True, network=1)
COMMANDS = Commands()
SEEN_BY_THE_PUBLIC = SLASH_ONLY | {"approve", "settle"}
TAILS = [
    "",
    " ",
    " 142",
    " to the station",
    " this idea",
    " to her?",
    " me if you know",
    " @dev",
    " [[user:5]]",
    "\nmore",
    " https://a.example",
]


def heard(text: str, where: Where = Where.MENTION) -> Asked | Noted | None:
    return read(Words(text, text), where, handlers.TYPED, COMMANDS)


@pytest.mark.parametrize(
    ("line", "verb", "rest"),
    [
        ("claim", "claim", ""),
        ("Claim.", "claim", ""),
        ("claim 7", "claim", "7"),
        ("reply: We grit it tonight.\nThank you", "reply", "We grit it tonight.\nThank you"),
        ("reply to her?", "reply", "to her?"),
        ("close it is for highways", "close", "it is for highways"),
        ("note seen it", "note", "seen it"),
        ("priority P1 flood", "priority", "P1 flood"),
        ("done https://x.example/1", "done", "https://x.example/1"),
        ("handover #floods", "handover", "#floods"),
        ("help more", "help", "more"),
        ("/like", "like", ""),
        ("/mention find bins", "find", "bins"),
        ("/Claim 7", "claim", "7"),
        ("/send_back 7 too long", "send_back", "7 too long"),
    ],
)
def test_a_verb_is_heard(line: str, verb: str, rest: str) -> None:
    assert heard(line) == Asked(verb, rest)


@pytest.mark.parametrize(
    "line",
    [
        "close to the station",
        "like this idea",
        "stop me if you know this",
        "claim form is on the site",
        "give me a minute",
        "next week then",
        "show me",
        "done?",
        "done that",
        "record numbers today",
        "handover is at 5",
        "help me out here",
        "why is it late",
        "find her number",
        "“send”",
        "M-7 claim",
    ],
)
def test_a_sentence_that_begins_like_a_verb_is_a_note(line: str) -> None:
    assert heard(line) == Noted(line)


@given(st.sampled_from(sorted(handlers.TYPED)), st.sampled_from(TAILS), st.text(max_size=20))
def test_no_words_in_a_thread_ask_for_what_the_public_sees_without_a_slash(verb: str, tail: str, more: str) -> None:
    found = heard(f"{verb}{tail}{more}")

    assert isinstance(found, Asked | Noted)
    assert isinstance(found, Noted) or found.verb in BARE - SEEN_BY_THE_PUBLIC


@given(st.sampled_from(sorted(handlers.TYPED)), st.sampled_from(TAILS), st.sampled_from([Where.ELSEWHERE, Where.DIGEST]))
def test_elsewhere_in_a_community_a_verb_needs_its_number(verb: str, tail: str, where: Where) -> None:
    found = heard(f"{verb}{tail}", where)

    assert found is None or (isinstance(found, Asked) and (tail == " 142" or found.text == "") and verb not in SLASH_ONLY)


def test_in_private_any_verb_counts_but_what_freezes_or_is_public() -> None:
    assert heard("find bins", Where.PRIVATE) == Asked("find", "bins")
    assert heard("stop me if you know this", Where.PRIVATE) is None
    assert heard("like 142", Where.PRIVATE) is None
    assert heard("good morning", Where.PRIVATE) is None


def test_our_name_in_front_is_dropped_and_names_go_to_the_public_as_names() -> None:
    def message(plain: str, parsed: str) -> Message:
        return Message(1, 5, 1, 3, datetime(2026, 11, 17, tzinfo=UTC), plain, parsed)

    ours = words_of(message("@Tolbooth reply Thanks, Dev Rao", "[[user:9]] reply Thanks, [[user:5]]"), ME)
    given_away = words_of(message("give Dev Rao", "give [[user:5]]"), ME)

    alone = words_of(message("Tolbooth", "[[user:9]]"), ME)

    found = [read(one, Where.MENTION, handlers.TYPED, COMMANDS) for one in (ours, given_away, alone)]

    assert found == [Asked("reply", "Thanks, Dev Rao"), Asked("give", "[[user:5]]"), Asked("menu", "")]


def test_what_help_says_can_be_typed_is_understood_as_it_is_spelled() -> None:
    for verb, way in spelled(handlers.TYPED).items():
        if verb != "mention":
            found = heard(way if verb == "handover" else f"{way} 142")
            assert isinstance(found, Asked)
            assert found.verb == verb
