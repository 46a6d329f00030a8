"""Cards, notices, answers and forms as blocks: what they look like is kept in ``golden/`` (UPDATE_GOLDEN=1 rewrites it)."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.card import Answer, Button, Card, Code, Link, Notice, Ping, Quote, Strong, Weight, When
from bot.command import Place
from bot.form import Field, Form
from integrations.slack.draw import answer_blocks, blocks, card_blocks, fallback, notice_blocks
from integrations.slack.draw_form import answer_view, form_view

GOLDEN = Path(__file__).parent / "golden"
NINE = When(datetime(2026, 11, 17, 9, 0, tzinfo=UTC), "today at 09:00")
AT = Place("slack", "C0MENTIONS", thread="1.000001", ref="M-142", message="1.000001")
CARD = Card(
    ref="M-142",
    version=3,
    heading=(Strong("Ada Byron"), " (@ada) on X · ", Link("https://x.example/ada/1", "open")),
    quote="Is Harrowmere Primary shut?\nThe bus never came.",
    media=("1 picture",),
    status=("Claimed by ", Ping("U0PRIYA", "Priya"), " · respond by ", NINE),
    footer=("M-142 · came in ", NINE, " · bins"),
    buttons=(
        Button("Reply", "reply", "M-142", weight=Weight.PRIMARY),
        Button("Release", "release", "M-142"),
        Button("Close", "close", "M-142", "spam", weight=Weight.DANGER, confirm="Close M-142 without a reply?"),
        Button("Open on X", "", url="https://x.example/ada/1"),
    ),
    summary="Ada Byron: Is Harrowmere Primary shut?",
)
NOTICE = Notice(
    (
        ("M-142 waits ", Strong("2 hours"), ":"),
        Quote("Is Harrowmere Primary shut?"),
        ("Log in as:",),
        Code("ssh harrowmere"),
        ("First line",),
        (),
        ("after a blank one, see ", Link("ftp://x.example", "the file")),
    ),
    buttons=(Button("Acknowledge", "acknowledge", "M-142", "e1"),),
)
FORM = Form(
    verb="reply",
    step="preview",
    title="Reply to M-142 as @harrowmere on X",
    submit="Preview",
    body=(("Ada Byron asked:",), Quote("Is it shut?")),
    fields=(
        Field("words", "Your reply", value="Yes", hint="280 characters", lines=5, max_length=280),
        Field("account", "Account", value="b", choices={"a": "Bins", "b": "Schools"}),
        Field("topic", "Topic", choices={str(n): f"Topic {n}" for n in range(7)}, optional=True),
    ),
    buttons=(Button("Save Draft", "save", "M-142"),),
    context={"draft": "7"},
)
DRAWN = {
    "card": card_blocks(CARD),
    "notice": notice_blocks(NOTICE),
    "answer": answer_blocks(Answer((("Yours now.",),), buttons=(Button("Undo", "undo", "M-142"),), card=CARD)),
    "form": form_view(FORM, AT),
    "telling_form": form_view(Form("more", "", "More", body=(("Twelve verbs",),)), AT),
    "done": answer_view(Answer((("Going out in 10 seconds",),), buttons=(Button("Undo", "undo", "M-142"),)), AT),
}


def card(**changes):
    given = {"ref": "M-1", "version": 1, "heading": ("Ada",), "quote": "Hello"}
    return Card(**given | changes)


def part(drawn, name):
    return next(block for block in drawn if block["block_id"].endswith(f":{name}"))


def words_of(block):
    return "".join(element["text"] for group in block["elements"] for element in group["elements"])


@pytest.mark.parametrize("name", DRAWN)
def test_it_is_drawn_as_in_the_golden_file(name):
    golden = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(DRAWN[name], indent=2, ensure_ascii=False) + "\n")

    assert DRAWN[name] == json.loads(golden.read_text())


def test_every_block_of_a_card_names_card_version_and_part():
    names = [block["block_id"] for block in card_blocks(CARD)]

    assert names == [f"card:M-142:3:{part}" for part in ("heading", "quote", "media", "status", "footer", "buttons")]


def test_what_a_card_does_not_have_takes_no_block():
    assert [block["block_id"] for block in card_blocks(card())] == ["card:M-1:1:heading", "card:M-1:1:quote"]


def test_a_quote_of_many_lines_keeps_the_card_to_six_and_loses_no_word():
    drawn = card_blocks(card(quote="\n\n".join("abcdefgh"), status=("new",), footer=("M-1",)))

    text = words_of(part(drawn, "quote"))
    assert text == "a\nb\nc d e f g h"


def test_a_long_quote_is_cut_at_a_word_and_says_where_the_rest_is():
    drawn = card_blocks(card(quote="word " * 300, full_text_in_thread=True))

    text = words_of(part(drawn, "quote"))
    assert text.endswith("word… full text in the thread")
    assert len(text) < 640


@pytest.mark.parametrize("cluster", ["👩‍👩‍👧‍👦", "👍🏽", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇬🇧", "é", "கி"])
def test_a_cut_never_splits_what_a_reader_sees_as_one_character(cluster):
    for before in range(580, 600):
        drawn = card_blocks(card(quote="x" * before + cluster * 20))

        text = words_of(part(drawn, "quote")).removesuffix("…").lstrip("x")
        assert text == cluster * (len(text) // len(cluster))


def test_a_footer_of_words_and_moments_is_small_print():
    footer = part(card_blocks(card(footer=("M-1 · ", "came ", NINE, " · bins"))), "footer")

    assert footer["type"] == "context"
    assert [element["type"] for element in footer["elements"]] == ["plain_text", "mrkdwn", "plain_text"]
    assert footer["elements"][1]["text"] == "<!date^1794906000^{date_short_pretty} at {time}|today at 09:00>"


def test_a_footer_has_ten_elements_at_most_and_loses_no_moment():
    footer = part(card_blocks(card(footer=tuple(piece for n in range(12) for piece in (f"{n} ", NINE)))), "footer")

    assert len(footer["elements"]) <= 10
    assert sum(element["text"].count("today at 09:00") for element in footer["elements"]) == 12


def test_a_card_has_four_buttons_at_most():
    buttons = tuple(Button(f"B{n}", "see", "M-1") for n in range(7))

    assert len(part(card_blocks(card(buttons=buttons)), "buttons")["elements"]) == 4


def test_two_buttons_of_one_verb_have_two_action_ids():
    drawn = blocks(Notice(((" ",),), buttons=(Button("A", "see", "M-1"), Button("B", "see", "M-2"))))

    assert [button["action_id"] for button in drawn[-1]["elements"]] == ["do:see:0", "do:see:1"]


def test_sizes_are_held_to_slacks_limits():
    long = "x" * 5000
    button = Button(long, "see", "M-1", confirm=long, weight=Weight.DANGER, url="https://x.example/" + long)
    field = Field("f", long, value=long, hint=long, choices={str(n): long for n in range(200)})
    [pressed] = notice_blocks(Notice((), buttons=(button,)))[0]["elements"]
    view = form_view(Form("v", "s", long, submit=long, fields=(field, Field("g", "G", value="x" * 3000))), AT)

    assert (len(pressed["text"]["text"]), "url" in pressed) == (75, False)
    assert [len(pressed["confirm"][key]["text"]) for key in ("title", "text", "confirm")] == [100, 300, 30]
    assert (len(view["title"]["text"]), len(view["submit"]["text"])) == (24, 24)
    assert len(view["blocks"][0]["element"]["options"]) == 100
    assert len(view["blocks"][1]["element"]["initial_value"]) == 3000
    assert len(fallback(Notice(((long,),)))) <= 3000


def test_a_body_longer_than_slack_takes_ends_in_an_ellipsis():
    [block] = notice_blocks(Notice(tuple((f"{n} " + "x" * 500,) for n in range(60))))

    assert len(words_of(block)) < 13_200
    assert words_of(block).endswith("…")


def test_a_value_slack_would_not_give_back_is_a_bug_we_hear_of():
    with pytest.raises(ValueError, match="carries more"):
        blocks(Notice((), buttons=(Button("A", "see", "M-1", "x" * 2000),)))


def test_a_context_slack_would_not_give_back_is_a_bug_we_hear_of():
    with pytest.raises(ValueError, match="context is longer"):
        form_view(Form("v", "s", "t", context={"draft": "x" * 3000}), AT)


def test_what_was_typed_is_kept_even_if_it_is_over_the_limit():
    view = form_view(Form("v", "s", "t", "Send", fields=(Field("words", "W", value="x" * 300, max_length=280),)), AT)

    assert view["blocks"][0]["element"]["max_length"] == 300
    assert view["blocks"][0]["element"]["initial_value"] == "x" * 300
