"""The public may write what they like: it pings nobody, links nowhere, reorders nothing, and breaks no call."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.card import Answer, Button, Card, Code, Link, Notice, Picture, Ping, Quote, Strong, When
from bot.command import Place
from bot.form import Field, Form, fits
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
    "x" * 100_000,
    "<!channel> & " * 8_000,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 5_000,
    "\n" * 100_000,
    "https://" + "x" * 2_500,
    ":smile: :+1:",
    "H\u0430rrowmere C\u043euncil",
    "\x02claim 1\x03",
]
PIECES = st.sampled_from(
    ["<!channel>", "<@U0PRIYA>", "@here", "&", "<", ">", "|", "^", "*", "\u202e", "\u0301" * 9, "\n", "\u0430", "a"]
)
ANY = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(PIECES, st.text(max_size=5), st.characters(categories=["Cs", "Mn", "Cf", "Cc"])), max_size=40).map(
        "".join
    ),
    st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=9), st.integers(1, 2_000)),
)


def everywhere(words):
    """The words in every place that can hold anybody's."""
    at = When(datetime(2026, 11, 17, tzinfo=UTC), words)
    line = (words, Strong(words), Link("https://x.example", words), Link(words, words), Ping(words, words), at)
    buttons = (Button(words, "see", "M-1", confirm=words, url=words),)
    card = Card("M-1", 1, line, words, line, line, line, (words, at, Strong(words)), buttons, summary=words)
    crest = Picture("https://council.example/crest.png", words, line)
    body = (crest, line, Quote(words), Code(words), Picture(words, words, line), crest)
    field = Field("words", words, value=words if fits(words) else "", hint=words, keeps=True)
    chosen = Field("c", words, choices={"a": words}), Field("t", words, words, choices={"a": words}, several=True)
    form = Form("v", "s", words, words or "Send", body, (field, *chosen), buttons)
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
        assert len(fallback(what).encode("utf-16-le")) <= 6000
    json.dumps(shown, ensure_ascii=False).encode()
    slack_would_take(words)


def slack_would_take(words):
    """The sizes Slack holds: of each thing drawn, and of all the words in a message together."""
    card, notice, answer, form = everywhere(words)
    view = form_view(form, Place("slack", "C1"))
    for message in (blocks(card), blocks(notice), answer_blocks(answer)):
        assert len(message) <= 50
        assert sum(units(one["text"]) for one in objects(message) if is_text(one)) <= 13_200
    for one in objects([*blocks(card), *blocks(notice), *answer_blocks(answer), view]):
        for key, limit in LIMITS.items():
            if key in one:
                found = one[key]["text"] if isinstance(one[key], dict) else one[key]
                if isinstance(found, dict):
                    continue  # a question of its own: its parts are looked at by themselves
                assert units(found) <= limit.get(one.get("type"), limit[None]), (key, one.get("type"))
        assert not is_text(one) or one["text"], "empty words are refused"
    assert len(json.dumps(view)) < 250_000


LIMITS = {
    "title": {None: 100, "modal": 24},
    "submit": {None: 24},
    "close": {None: 24},
    "confirm": {None: 30},
    "deny": {None: 30},
    "label": {None: 2000},
    "hint": {None: 2000},
    "block_id": {None: 255},
    "action_id": {None: 255},
    "callback_id": {None: 255},
    "private_metadata": {None: 3000},
    "url": {None: 3000},
    "initial_value": {None: 3000},
    "value": {None: 150, "button": 2000},
    "text": {None: 300, "text": 2800, "button": 75, "plain_text": 3000, "mrkdwn": 3000, "link": 3000},
}
"""Of each property, by the type of what has it."""


def units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_text(one):
    return isinstance(one.get("text"), str)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.slow
def test_hostile_words_are_only_ever_shown(words):
    must_only_be_shown(words)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_any_words_are_only_ever_shown(request):
    examples = 10_000 if request.config.getoption("--long") else 300

    settings(max_examples=examples, deadline=None)(given(ANY)(must_only_be_shown))()


@pytest.mark.parametrize(
    "words", [pytest.param(one, marks=pytest.mark.slow) if len(one) > 3_000 else one for one in HOSTILE]
)
def test_nothing_that_reorders_or_hides_is_left(words):
    text = json.dumps(drawn(words)[0], ensure_ascii=False)

    assert not set(text) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x00\x07\x1b\ud800\udfff"
    )


@pytest.mark.parametrize("draw", [str, Strong])
def test_a_name_cannot_pose_as_the_next_line_of_a_card(draw):
    card = Card("M-1", 1, (draw("Ada\nClaimed by Priya"),), "Hello")

    [text] = blocks(card)[0]["elements"][0]["elements"]
    assert text["text"] == "Ada Claimed by Priya"


@pytest.mark.parametrize(
    ("heading", "drawn"),
    [
        (
            (Strong("H\u0430rrowmere Council"), " · web chat"),
            "H\u0430rrowmere Council (some letters only look Latin) · web chat",
        ),
        (
            (Strong("Harrowmere \u0421\u043e\u0443\u043d"),),
            "Harrowmere \u0421\u043e\u0443\u043d (some letters only look Latin)",
        ),
        ((Strong("\u0391da"),), "\u0391da (some letters only look Latin)"),
        (("(@h\u0430rrow) · @harrow",), "(@h\u0430rrow (some letters only look Latin)) · @harrow"),
        (
            (Strong("\u0410\u043d\u043d\u0430"), " (@\u0430\u043d\u043d\u0430) · @harrow on X"),
            "\u0410\u043d\u043d\u0430 (@\u0430\u043d\u043d\u0430) · @harrow on X",
        ),
        ((Strong("Zoë Nguyễn"),), "Zoë Nguyễn"),
        ((Strong("田中 Ken"),), "田中 Ken"),
        ((Strong("\U0001d573arrow"),), "\U0001d573arrow"),
    ],
)
def test_a_name_that_mixes_alphabets_is_marked(heading, drawn):
    [section] = blocks(Card("M-1", 1, heading, "Hello"))[0]["elements"]

    assert "".join(one["text"] for one in section["elements"]) == drawn


@pytest.mark.parametrize("mark", ["\u0351", "\u20dd", "\u0489", "\ufe2e", "\U0001e000"])
def test_a_tower_of_marks_is_cut_to_four(mark):
    assert clean("z" + mark * 50 + "y" + mark) == "z" + mark * 4 + "y" + mark


@pytest.mark.parametrize(
    "text",
    [
        "e\u0301\u0323",
        "\u05e9\u05c1\u05b8\u05bc",
        "\u0915\u094d\u0937\u093f",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "1\ufe0f\u20e3",
    ],
)
def test_marks_a_language_needs_stay(text):
    assert clean(text * 3) == text * 3


def test_the_full_text_of_a_long_post_is_there_and_says_how_much_is_not():
    words = "".join(f"word{n:05} " for n in range(10_000))

    [block] = blocks(Notice((("The full text:",), Quote(words))))

    shown = "".join(one["text"] for group in block["elements"] for one in group["elements"]).removeprefix("The full text:")
    beginning, _, rest = shown.partition("… (and ")
    assert len(beginning) > 11_000
    assert words.startswith(beginning)
    assert rest == f"{len(words) - len(beginning):,} more characters, kept in the record)"


def test_a_text_that_fits_a_message_is_shown_whole():
    words = "word " * 2_000

    [block] = blocks(Notice((Quote(words),)))

    assert "".join(one["text"] for one in block["elements"][0]["elements"]) == words


def test_a_choice_slack_would_not_give_back_is_a_bug_we_hear_of():
    form = Form("v", "s", "t", submit="Send", fields=(Field("f", "F", choices={"x" * 151: "X"}),))

    with pytest.raises(ValueError, match="carries more"):
        form_view(form, Place("slack", "C1"))


def test_the_fallback_is_cut_after_it_is_escaped():
    assert len(fallback(Notice((("&<>" * 2000,),)))) <= 3000


def test_a_family_stays_a_family():
    assert clean("👨‍👩‍👧") == "👨‍👩‍👧"


@pytest.mark.slow
@pytest.mark.parametrize("words", HOSTILE)
async def test_slack_takes_hostile_words_and_nobody_is_pinged(words, signed_in, slack):
    card, notice, _, _ = everywhere(words)

    await signed_in.post("mentions", card, "c")
    await signed_in.post("mentions", notice, "n")

    assert len(slack.channel("mentions").messages) == 2
    assert slack.user("priya").notifications == []
