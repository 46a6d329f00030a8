"""Every kind of block is drawn, or is a plain box that says what it is."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from integrations.sandbox.slack_blocks import KINDS
from tests.browser.window import Window
from tests.house.tree import ROOT

Json = dict[str, Any]
NOT_DRAWN = {
    "alert",
    "card",
    "carousel",
    "container",
    "data_table",
    "data_visualization",
    "file",
    "plan",
    "task_card",
    "video",
}
"""Kinds the bot does not use."""

PLAIN: Json = {"type": "plain_text", "text": "Plain words"}
OPTION: Json = {"text": {"type": "plain_text", "text": "Tomorrow"}, "value": "tomorrow"}
BUTTON: Json = {"type": "button", "text": {"type": "plain_text", "text": "Press Me"}, "action_id": "b", "value": "1"}
TABLE_CELL: Json = {"type": "raw_text", "text": "Cell"}
SAMPLES: dict[str, tuple[Json, str]] = {
    "actions": ({"elements": [BUTTON]}, "Press Me"),
    "context": ({"elements": [{"type": "mrkdwn", "text": "small *words*"}]}, "small words"),
    "context_actions": ({"elements": [BUTTON]}, "Press Me"),
    "divider": ({}, ""),
    "header": ({"text": PLAIN}, "Plain words"),
    "image": ({"image_url": "https://pictures.invalid/1", "alt_text": "A red light"}, "A red light"),
    "input": ({"label": PLAIN, "element": {"type": "plain_text_input", "action_id": "i"}}, "Plain words"),
    "markdown": ({"text": "**bold** words"}, "bold words"),
    "rich_text": (
        {"elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Rich words"}]}]},
        "Rich words",
    ),
    "section": (
        {
            "text": {"type": "mrkdwn", "text": "A &lt;section&gt;"},
            "accessory": {"type": "static_select", "options": [OPTION], "placeholder": PLAIN, "action_id": "s"},
        },
        "A <section>",
    ),
    "table": ({"rows": [[TABLE_CELL], [TABLE_CELL]]}, "Cell"),
}

DRAW = """
async (blocks) => {
  const { drawBlock, KNOWN } = await import("/client/blocks.js");
  const { render } = await import("/client/vendor/lit-html/lit-html.js");
  const read = (block) => {
    const place = document.createElement("div");
    document.body.append(place);
    render(drawBlock(block, { names: {}, me: "U0PRIYA", key: "test", press() {}, follow() {} }), place);
    const words = place.innerText;
    const unknown = place.querySelectorAll(".unknown").length;
    place.remove();
    return [words, unknown];
  };
  return [KNOWN, blocks.map(read)];
}
"""


async def drawn(window: Window, blocks: list[Json]) -> tuple[set[str], list[tuple[str, int]]]:
    """The kinds the page knows, and for each block its words and how many boxes for the unknown are in it."""
    known, found = await window.page.evaluate(DRAW, [{"block_id": "x"} | block for block in blocks])
    return set(known), [(words, boxes) for words, boxes in found]


async def test_every_kind_is_drawn_or_says_that_it_is_not(window: Callable[..., Awaitable[Window]]) -> None:
    kinds = sorted(KINDS)
    here = await window()

    known, found = await drawn(here, [{"type": kind} | SAMPLES.get(kind, ({}, ""))[0] for kind in kinds])

    assert {kind for kind in kinds if kind not in known} == NOT_DRAWN
    for kind, (words, boxes) in zip(kinds, found, strict=True):
        if kind in NOT_DRAWN:
            assert words.strip() == f"A block of kind “{kind}”: not drawn here"
        else:
            assert SAMPLES[kind][1] in words, kind
            assert not boxes, kind


async def test_what_the_bot_draws_is_drawn_whole(window: Callable[..., Awaitable[Window]]) -> None:
    cards = sorted((ROOT / "tests" / "golden" / "cards").glob("*.blocks.json"))
    blocks = [block for card in cards for block in json.loads(card.read_text())]
    here = await window()

    known, found = await drawn(here, blocks)

    assert blocks
    assert {block["type"] for block in blocks} <= known
    assert not [words for words, boxes in found if boxes]
