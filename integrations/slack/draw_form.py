"""Forms as Slack's modals, and the reading of what was filled in."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.card import Answer
from bot.command import Place
from bot.form import Field, Form
from bot.reply import MediaRules
from integrations.slack.body import body_blocks
from integrations.slack.draw import actions, answer_blocks
from integrations.slack.rich_text import Json
from integrations.slack.text import clean, cut, one_line, size

TITLE = 24
METADATA = 3000
INPUT = 3000
MOST_BLOCKS = 100
RADIO_AT_MOST = 5
OPTIONS = 100
OPTION_VALUE = 150
TICKS = 10
FILES = 10
FILE_TYPES: Mapping[str, tuple[str, ...]] = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic",),
    "video/mp4": ("mp4",),
    "video/quicktime": ("mov",),
}
"""How Slack names kinds of file: by their endings, as a help to whoever chooses; what is in them is looked at later."""
VALUE = "value"
"""The action_id of every field's element."""


def form_view(form: Form, at: Place) -> Json:
    """A form as a modal. It carries where it was asked for, because Slack does not say so when it is sent in.

    Raises ValueError when context and place are too long for Slack to give back, and for fields without a button that
    sends them in, which Slack refuses: https://docs.slack.dev/reference/views/modal-views
    """
    if form.fields and not form.submit:
        raise ValueError(f"the form {form.title!r} has fields, so Slack wants a button that sends it in")
    fields = [field_block(field) for field in form.fields]
    after = [actions(form.buttons), *fields] if form.buttons_first else [*fields, actions(form.buttons)]
    shown = [*body_blocks(form.body), *after]
    view = modal(form.title, [block for block in shown if block], at, form.context)
    view["callback_id"] = cut(f"form:{form.verb}:{form.step}", 255)
    if any(field.keeps for field in form.fields):
        view["notify_on_close"] = True
    if form.submit:
        view |= {"submit": label(form.submit, TITLE), "close": label("Cancel", TITLE)}
    return view


def answer_view(answer: Answer, at: Place, title: str = "Done") -> Json:
    """An answer as a modal that only tells; its buttons can still be pressed."""
    return modal(title, answer_blocks(answer), at, {})


def modal(title: str, blocks: list[Json], at: Place, context: Mapping[str, str]) -> Json:
    """What every modal has."""
    return {
        "type": "modal",
        "title": label(title, TITLE),
        "close": label("Close", TITLE),
        "private_metadata": metadata(at, context),
        "blocks": blocks[:MOST_BLOCKS],
    }


def label(text: str, limit: int) -> Json:
    """Plain words, never empty."""
    return {"type": "plain_text", "text": cut(one_line(text), limit) or "…", "emoji": False}


def metadata(at: Place, context: Mapping[str, str]) -> str:
    """Context and place as text. Raises ValueError when too long."""
    place = {"channel": at.channel, "thread": at.thread, "ref": at.ref, "message": at.message}
    text = json.dumps({"context": dict(context), "at": place}, separators=(",", ":"), ensure_ascii=False)
    if size(text) > METADATA:
        raise ValueError("the form's context is longer than Slack gives back")
    return text


def read_metadata(text: str, chat: str) -> tuple[dict[str, str], Place]:
    """Context and place again; empty ones when the modal is not of our making."""
    try:
        kept = json.loads(text or "{}")
        context = {str(key): str(value) for key, value in kept.get("context", {}).items()}
        place = Place(chat=chat, **{"channel": "", **kept.get("at", {})})
        place = replace(place, said_at=said_at(place.message))
    except (ValueError, TypeError, AttributeError):
        return {}, Place(chat=chat, channel="")
    return context, place


def said_at(message: str) -> datetime | None:
    """When a message was posted: its id is the time. None for what is no such id."""
    try:
        return datetime.fromtimestamp(float(message), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def field_block(field: Field) -> Json:
    """One question. Its block_id is the field's name, so that an error can be shown under it."""
    block: Json = {
        "type": "input",
        "block_id": cut(field.name, 255),
        "label": label(field.label, 2000),
        "optional": field.optional,
        "element": element(field),
    }
    if field.keeps:
        block["dispatch_action"] = True
    if field.hint:
        block["hint"] = label(field.hint, 2000)
    return block


def element(field: Field) -> Json:
    """What is filled in."""
    if field.files:
        return file_chooser(field.files)
    if field.several:
        return ticks(field)
    return choice(field) if field.choices else words(field)


def words(field: Field) -> Json:
    """A box for words. What is in it already is never cut, for it comes back as what somebody wrote.

    Raises ValueError for more than Slack's box holds; for the field's own limit the check says what to shorten.
    """
    value = clean(field.value)
    if size(value) > INPUT:
        raise ValueError(f"the words in {field.name!r} are more than Slack's box holds")
    element: Json = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": field.lines > 1,
        "max_length": min(INPUT, max(field.max_length, size(value), 1)),
    }
    if field.keeps:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return element | ({"initial_value": value} if value else {})


def choice(field: Field) -> Json:
    """A choice: all on show when few, else a list. Raises ValueError for a value longer than Slack gives back."""
    options = options_of(field)[:OPTIONS]
    chosen = [option for option in options if option["value"] == field.value]
    kind = "radio_buttons" if len(options) <= RADIO_AT_MOST else "static_select"
    return {"type": kind, "action_id": VALUE, "options": options} | ({"initial_option": chosen[0]} if chosen else {})


def ticks(field: Field) -> Json:
    """Boxes to tick. Raises ValueError for more of them than Slack has: one that is left out could not be ticked."""
    options = options_of(field)
    if len(options) > TICKS:
        raise ValueError(f"{field.name!r} has more boxes to tick than Slack takes")
    ticked = [option for option in options if option["value"] in field.value.split(",")]
    return {"type": "checkboxes", "action_id": VALUE, "options": options} | ({"initial_options": ticked} if ticked else {})


def options_of(field: Field) -> list[Json]:
    """All that can be chosen. Raises ValueError for a value longer than Slack gives back."""
    if any(size(value) > OPTION_VALUE for value in field.choices):
        raise ValueError(f"a choice of {field.name!r} carries more than Slack gives back")
    return [{"text": label(shown, 75), "value": value} for value, shown in field.choices.items()]


def file_chooser(rules: MediaRules) -> Json:
    """Where files are put. https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""
    endings = [ending for kind in sorted(rules.media_types) for ending in FILE_TYPES.get(kind, ())]
    most = min(max(rules.most, 1), FILES)
    return {"type": "file_input", "action_id": VALUE, "max_files": most} | ({"filetypes": endings} if endings else {})


def filled_in(state: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field name; an empty field is an empty text, several things stand with commas between.

    ``state`` is a view's ``state``.
    """
    values = {}
    for name, elements in (state.get("values") or {}).items():
        values[str(name)] = content(elements.get(VALUE) or {})
    return values


def content(element: Mapping[str, Any]) -> str:
    """What one field holds: words, the value chosen, the values ticked, or the ids of files."""
    if element.get("type") == "file_input":
        return ",".join(str(one.get("id") or "") for one in element.get("files") or () if one.get("id"))
    if element.get("type") == "checkboxes":
        return ",".join(str(one.get("value") or "") for one in element.get("selected_options") or ())
    return str(element.get("value") or (element.get("selected_option") or {}).get("value") or "")
