"""What Slack refuses in blocks and views: sizes, counts, ids and kinds, read from its reference in November 2026."""

import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

from integrations.sandbox.slack_words import Json, walk

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_BLOCK_WORDS = 13_200  # not in the reference; what people met: github.com/slackapi/bolt-js/issues/2509
MOST_VIEW_BYTES = 250_000
KINDS = frozenset(
    {
        "actions",
        "alert",
        "card",
        "carousel",
        "container",
        "context",
        "context_actions",
        "data_table",
        "data_visualization",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "plan",
        "rich_text",
        "section",
        "table",
        "task_card",
        "video",
    }
)
ONLY_ON = {"markdown": ("message",), "table": ("message",), "alert": ("modal",)}
TEXT = {  # (kind of block or element, key): (longest text, must be plain)
    ("header", "text"): (150, True),
    ("section", "text"): (3000, False),
    ("input", "label"): (2000, True),
    ("input", "hint"): (2000, True),
    ("image", "title"): (2000, True),
    ("button", "text"): (75, True),
    ("plain_text_input", "placeholder"): (150, True),
    ("static_select", "placeholder"): (150, True),
    ("confirm", "title"): (100, True),
    ("confirm", "text"): (300, False),
    ("confirm", "confirm"): (30, True),
    ("confirm", "deny"): (30, True),
    ("option", "text"): (75, False),
    ("option", "description"): (75, False),
    ("modal", "title"): (24, True),
    ("modal", "submit"): (24, True),
    ("modal", "close"): (24, True),
}
LENGTH = {"block_id": 255, "action_id": 255, "callback_id": 255, "external_id": 255, "private_metadata": 3000}
LENGTH_OF = {
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("image", "image_url"): 3000,
    ("image", "alt_text"): 2000,
    ("option", "value"): 150,
    ("plain_text_input", "initial_value"): 3000,
}
COUNT = {  # (kind, key): (fewest, most)
    ("context", "elements"): (1, 10),
    ("actions", "elements"): (1, 25),
    ("context_actions", "elements"): (1, 5),
    ("section", "fields"): (1, 10),
    ("overflow", "options"): (1, 5),
    ("static_select", "options"): (1, 100),
    ("radio_buttons", "options"): (1, 10),
    ("checkboxes", "options"): (1, 10),
}
STANDS_IN = {  # element: the blocks it may stand in, where Slack is strict about that
    "plain_text_input": ("input",),
    "file_input": ("input",),
    "button": ("actions", "section"),
    "overflow": ("actions", "section"),
}
NEEDS = {
    "header": ("text",),
    "input": ("label", "element"),
    "context": ("elements",),
    "actions": ("elements",),
    "rich_text": ("elements",),
    "markdown": ("text",),
    "image": ("alt_text", "image_url"),
    "button": ("text",),
    "overflow": ("options",),
    "confirm": ("title", "text"),
    "option": ("text", "value"),
    "radio_buttons": ("options",),
    "checkboxes": ("options",),
    "modal": ("title", "blocks"),
    "home": ("blocks",),
}


DISPATCHED_ON = {"on_enter_pressed", "on_character_entered"}


def problems_in(blocks: Any, surface: str) -> list[str]:
    """Why Slack would refuse these blocks, in its own style; ``surface`` is message, modal or home."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return ["must be an array of blocks [json-pointer:/blocks]"]
    found = []
    if len(blocks) > MOST_BLOCKS[surface]:
        found.append(f"no more than {MOST_BLOCKS[surface]} items allowed [json-pointer:/blocks]")
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    found += [f"`block_id` {id!r} already exists in this payload" for id in sorted({id for id in ids if ids.count(id) > 1})]
    for number, block in enumerate(blocks):
        found += block_problems(block, surface, f"/blocks/{number}")
    return found


def view_problems(view: Any, surface: str) -> list[str]:
    """Why Slack would refuse this view."""
    if not isinstance(view, dict) or view.get("type") != surface:
        return [f"must be a view of type {surface} [json-pointer:/view]"]
    found = list(thing_problems(surface, view, "/view")) + problems_in(view.get("blocks", []), surface)
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in view.get("blocks") or ())
    if surface == "modal" and asks and not view.get("submit"):
        found.append("`submit` is required when an `input` block is used [json-pointer:/view]")
    return found


def block_problems(block: Json, surface: str, at: str) -> Iterator[str]:
    """What is wrong with one block and all that is in it."""
    kind = block.get("type")
    if kind not in KINDS or surface not in ONLY_ON.get(str(kind), (surface,)):
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    if kind == "section" and not (block.get("text") or block.get("fields")):
        yield f"missing required field: text or fields [json-pointer:{at}]"
    if kind == "markdown" and len(str(block.get("text", ""))) > 12_000:
        yield f"must be less than 12001 characters [json-pointer:{at}/text]"
    yield from thing_problems(kind, block, at)
    elements = [*(block.get("elements") or ()), block.get("accessory"), block.get("element")]
    actions = [one["action_id"] for one in elements if isinstance(one, dict) and one.get("action_id")]
    if len(actions) != len(set(actions)):
        yield f"`action_id` already exists in this block [json-pointer:{at}]"
    if kind == "rich_text":
        yield from rich_problems(block, at)
        return
    if kind == "input" and surface != "modal" and (block.get("element") or {}).get("type") == "file_input":
        yield f"unsupported type: file_input [json-pointer:{at}/element]"
    for number, element in enumerate(one for one in elements if isinstance(one, dict)):
        if kind not in STANDS_IN.get(str(element.get("type")), (kind,)):
            yield f"unsupported type: {element.get('type')} [json-pointer:{at}/elements/{number}]"
        yield from thing_problems(element.get("type", ""), element, f"{at}/elements/{number}")


def thing_problems(kind: str, thing: Json, at: str) -> Iterator[str]:
    """What is wrong with one block, element, option, confirm dialogue or view, by the tables above."""
    for key in NEEDS.get(kind, ()):
        if not thing.get(key) and not (key == "blocks" and key in thing):
            yield f"missing required field: {key} [json-pointer:{at}]"
    for (of, key), (most, plain) in TEXT.items():
        if of == kind and thing.get(key) is not None:
            yield from text_problems(thing[key], most, f"{at}/{key}", plain=plain)
    for key, most in LENGTH.items() | {(key, most) for (of, key), most in LENGTH_OF.items() if of == kind}:
        if len(str(thing.get(key) or "")) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{at}/{key}]"
    for (of, key), (fewest, most) in COUNT.items():
        if of == kind and key in thing and not fewest <= len(thing[key]) <= most:
            yield f"must have {fewest} to {most} items [json-pointer:{at}/{key}]"
    yield from inner_problems(kind, thing, at)


def inner_problems(kind: str, thing: Json, at: str) -> Iterator[str]:
    """What is wrong with the texts, options and dialogue a thing holds, and with its other values."""
    if kind == "button" and thing.get("style") not in (None, "primary", "danger"):
        yield f"value is not one of the allowed values [json-pointer:{at}/style]"
    if kind == "image" and not re.match(r"https?://(?![^/]*\.invalid\b)", str(thing.get("image_url") or "")):
        yield f"downloading image failed [json-pointer:{at}/image_url]"
    if kind == "file_input" and not 1 <= int(thing.get("max_files") or 10) <= 10:
        yield f"must be from 1 to 10 [json-pointer:{at}/max_files]"
    when = (thing.get("dispatch_action_config") or {}).get("trigger_actions_on", ())
    if (kind != "plain_text_input" and when) or not set(when) <= DISPATCHED_ON:
        yield f"value is not one of the allowed values [json-pointer:{at}/dispatch_action_config]"
    if not 0 < int(thing.get("max_length") or 1) <= 3000:
        yield f"must be from 1 to 3000 [json-pointer:{at}/max_length]"
    texts = [(one, 2000) for one in thing.get("fields") or ()]
    texts += [(one, 3000) for one in thing.get("elements") or () if kind == "context" and one.get("type") != "image"]
    for text, most in texts:
        yield from text_problems(text, most, at)
    for option in thing.get("options") or ():
        yield from thing_problems("option", option, f"{at}/options")
    chosen = [thing.get("initial_option"), *(thing.get("initial_options") or ())]
    if any(one and one not in thing.get("options", ()) for one in chosen):
        yield f"initial option is not among the options [json-pointer:{at}]"
    if kind != "confirm" and thing.get("confirm"):  # in the dialogue itself, ``confirm`` is a label
        yield from thing_problems("confirm", thing["confirm"], f"{at}/confirm")


def text_problems(text: Any, most: int, at: str, *, plain: bool = False) -> Iterator[str]:
    """What is wrong with a text object."""
    if not isinstance(text, dict) or text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield f"must be a {'plain_text' if plain else 'text'} object [json-pointer:{at}]"
        return
    length = len(str(text.get("text") or ""))
    if not 0 < length <= most:
        yield f"must be more than 0 and less than {most + 1} characters [json-pointer:{at}/text]"


def rich_problems(block: Json, at: str) -> Iterator[str]:
    """What is wrong inside a rich_text block."""
    for element in block.get("elements") or ():
        if not str(element.get("type", "")).startswith("rich_text_"):
            yield f"unsupported type: {element.get('type')} [json-pointer:{at}/elements]"
    for leaf in walk(block):
        if leaf.get("type") == "text" and not leaf.get("text"):
            yield f"must be more than 0 characters [json-pointer:{at}/elements/text]"
        if leaf.get("type") == "date" and not isinstance(leaf.get("timestamp"), int):
            yield f"must be a timestamp in whole seconds [json-pointer:{at}/elements/date]"


def block_length(blocks: list[Json]) -> int:
    """How many characters of text the blocks hold."""
    return sum(len(thing["text"]) for thing in walk(blocks) if isinstance(thing.get("text"), str))


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block and every element has an id, as Slack gives one to those without."""
    copy: list[Json] = json.loads(json.dumps(blocks))
    for block in copy:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        inner = block.get("elements", []) if block["type"] in ("actions", "context_actions") else []
        for element in [*inner, block.get("accessory"), block.get("element")]:
            if element and element.get("type") != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return copy
