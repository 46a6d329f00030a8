"""The public may write what they like: it pings nobody, links nowhere, reorders nothing, and breaks no call."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.card import Answer, Button, Card, Code, Link, Notice, Ping, Quote, Strong, When
from bot.command import Place
from bot.form import Field, Form
from integrations.slack.draw import answer_blocks, blocks, fallback
from integrations.slack.draw_form import form_view
from integrations.slack.text import clean

HOSTILE = [
    "<!channel> <!here> <!everyone>",
    "@channel @here @everyone",
    "<@U0PRIYA> <!subteam^S0DUTY>",
    "<https://evil.example|council.gov.uk>",
    "*bold* _it_ ~no~ `code` ```pre``` > quote",
    "&lt;!channel&gt; &amp;",
    "<!date^1794906000^{date}|now>",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f\u061c",
    "nul\x00 bell\x07 escape\x1b[2J",
    "\ud800 lone \udfff",
    "line\u2028separator\r\nreturn",
    '"}],"blocks":[{"type":"section"}]',
    "z\u0351\u0352\u0353" + "\u0351" * 500,
]


def everywhere(words):
    """The words in every place that can hold anybody's."""
    at = When(datetime(2026, 11, 17, tzinfo=UTC), words)
    line = (words, Strong(words), Link("https://x.example", words), Link(words, words), Ping(words, words), at)
    buttons = (Button(words, "see", "M-1", confirm=words, url=words),)
    card = Card("M-1", 1, line, words, line, line, (words, at, Strong(words)), buttons, summary=words)
    body = (line, Quote(words), Code(words))
    field = Field("words", words, value=words, hint=words)
    form = Form("v", "s", words, words, body, (field, Field("c", words, choices={"a": words})), buttons)
    return card, Notice(body, buttons), Answer(body, buttons, card), form


def drawn(words):
    card, notice, answer, form = everywhere(words)
    view = form_view(form, Place("slack", "C1"))
    return [*blocks(card), *blocks(notice), *answer_blocks(answer), *view["blocks"], view], [card, notice, answer]


def objects(thing):
    if isinstance(thing, dict):
        yield thing
        for inner in thing.values():
            yield from objects(inner)
    elif isinstance(thing, list):
        for inner in thing:
            yield from objects(inner)


def must_only_be_shown(words):
    """What must be true of any words at all."""
    shown, said = drawn(words)
    for one in objects(shown):
        if one.get("type") == "mrkdwn":
            assert re.fullmatch(r"<!date\^\d+\^[^<>|]+\|[^<>|]+>", one["text"])
        assert one.get("type") not in ("user", "broadcast", "usergroup", "channel") or one["user_id"] == words
        if one.get("type") == "link":
            assert one["url"].startswith(("https://", "http://"))
    for what in said:
        assert not set(fallback(what)) & set("<>")
        assert len(fallback(what)) <= 3000
    json.dumps(shown, ensure_ascii=False).encode()


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_ever_shown(words):
    must_only_be_shown(words)


@given(st.text(max_size=300))
def test_any_words_are_only_ever_shown(words):
    must_only_be_shown(words)


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_reorders_or_hides_is_left(words):
    text = json.dumps(drawn(words)[0], ensure_ascii=False)

    assert not set(text) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x00\x07\x1b\ud800\udfff"
    )


def test_a_name_cannot_pose_as_the_next_line_of_a_card():
    card = Card("M-1", 1, ("Ada\nClaimed by Priya",), "Hello")

    [text] = blocks(card)[0]["elements"][0]["elements"]
    assert text["text"] == "Ada Claimed by Priya"


def test_the_fallback_is_cut_after_it_is_escaped():
    assert len(fallback(Notice((("&<>" * 2000,),)))) <= 3000


def test_a_family_stays_a_family():
    assert clean("👨‍👩‍👧") == "👨‍👩‍👧"


@pytest.mark.parametrize("words", HOSTILE)
async def test_slack_takes_hostile_words_and_nobody_is_pinged(words, signed_in, slack):
    card, notice, _, _ = everywhere(words)

    await signed_in.post("mentions", card, "c")
    await signed_in.post("mentions", notice, "n")

    assert len(slack.channel("mentions").messages) == 2
    assert slack.user("priya").notifications == []
