"""Forms as Slack's modals, and the reading of what was filled in."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.card import Answer
from bot.command import Place
from bot.form import Field, Form
from integrations.slack.draw import actions, answer_blocks
from integrations.slack.rich_text import Json, body_block
from integrations.slack.text import clean, cut, one_line, size

TITLE = 24
METADATA = 3000
INPUT = 3000
MOST_BLOCKS = 100
RADIO_AT_MOST = 5
OPTIONS = 100
OPTION_VALUE = 150
VALUE = "value"
"""The action_id of every field's element."""


def form_view(form: Form, at: Place) -> Json:
    """A form as a modal. It carries where it was asked for, because Slack does not say so when it is sent in.

    Raises ValueError when context and place are too long for Slack to give back.
    """
    shown = [body_block(form.body), *(field_block(field) for field in form.fields), actions(form.buttons)]
    view = modal(form.title, [block for block in shown if block], at, form.context)
    view["callback_id"] = cut(f"form:{form.verb}:{form.step}", 255)
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
        "element": choice(field) if field.choices else words(field),
    }
    if field.hint:
        block["hint"] = label(field.hint, 2000)
    return block


def words(field: Field) -> Json:
    """A box for words. What is in it already is never cut for the field's own limit: the check says what to shorten."""
    value = cut(clean(field.value), INPUT)
    element: Json = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": field.lines > 1,
        "max_length": min(INPUT, max(field.max_length, size(value), 1)),
    }
    return element | ({"initial_value": value} if value else {})


def choice(field: Field) -> Json:
    """A choice: all on show when few, else a list. Raises ValueError for a value longer than Slack gives back."""
    if any(size(value) > OPTION_VALUE for value in field.choices):
        raise ValueError(f"a choice of {field.name!r} carries more than Slack gives back")
    options = [{"text": label(shown, 75), "value": value} for value, shown in list(field.choices.items())[:OPTIONS]]
    chosen = [option for option in options if option["value"] == field.value]
    kind = "radio_buttons" if len(options) <= RADIO_AT_MOST else "static_select"
    return {"type": kind, "action_id": VALUE, "options": options} | ({"initial_option": chosen[0]} if chosen else {})


def filled_in(state: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field name; an empty field is an empty text. ``state`` is a view's ``state``."""
    values = {}
    for name, elements in (state.get("values") or {}).items():
        element = elements.get(VALUE) or {}
        chosen = element.get("selected_option") or {}
        values[str(name)] = str(element.get("value") or chosen.get("value") or "")
    return values
