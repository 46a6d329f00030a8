"""Filling in a modal as a person does, with the checks Slack makes before anything is sent."""

from collections.abc import Mapping
from typing import Any

from integrations.sandbox.slack_files import file_json
from integrations.sandbox.slack_words import Json, Press, words
from integrations.sandbox.slack_world import View

MISSING = "Please complete this required field."


def fill(view: View, values: Mapping[str, Any]) -> None:
    """Type and choose: each key is a field's label, block id or action id, each value words, a label, or several.

    Raises LookupError for a field or an option that is not there.
    """
    for name, value in values.items():
        block = field(view, name)
        element = block["element"]
        view.typed[block["block_id"]][element["action_id"]] = filled(view, element, value)


def choose(view: View, press: Press) -> None:
    """Keep an option that was pressed, where the view has a place for it."""
    kind, place = press.element["type"], view.typed.get(press.block.get("block_id", ""), {})
    if press.option is None or press.element.get("action_id") not in place:
        return
    if kind == "checkboxes":
        before = place[press.element["action_id"]]["selected_options"]
        kept = [one for one in before if one["value"] != press.option["value"]]
        state: Json = {"selected_options": [*kept, press.option] if len(kept) == len(before) else kept}
    else:
        state = {"selected_option": press.option}
    place[press.element["action_id"]] = {"type": kind, **state}


def field(view: View, name: str) -> Json:
    """The input block meant."""
    for label, block in view.fields.items():
        if name in (label, block["block_id"], block["element"]["action_id"]):
            return block
    raise LookupError(f"{view.title!r} has no field {name!r}; it has {list(view.fields)}")


def filled(view: View, element: Json, value: Any) -> Json:
    """The state of an input that holds this value."""
    kind = element["type"]
    if kind == "checkboxes":
        several = [value] if isinstance(value, str) else value or ()
        return {"type": kind, "selected_options": [option(view, element, one) for one in several]}
    if kind == "file_input":
        ids = [value] if isinstance(value, str) else value or ()
        return {"type": kind, "files": [stored(view, id) for id in ids if id]}
    if "options" in element:
        return {"type": kind, "selected_option": option(view, element, value) if value else None}
    return {"type": kind, "value": str(value) if value not in (None, "") else None}


def stored(view: View, id: str) -> Json:
    """A file that was put in."""
    if id not in view.world.files:
        raise LookupError(f"there is no file {id!r}")
    return file_json(view.world, view.world.files[id])


def option(view: View, element: Json, wanted: str) -> Json:
    """The option with that label or value."""
    labels = []
    for one in element["options"]:
        labels.append(words(one["text"], view.world.shown_name))
        if wanted in (labels[-1], one["value"]):
            return dict(one)
    raise LookupError(f"no option {wanted!r}; there are {labels}")


def problems(view: View) -> dict[str, str]:
    """What Slack shows under the fields, by block id, before it sends anything."""
    found = {}
    for block in view.fields.values():
        state = view.typed[block["block_id"]][block["element"]["action_id"]]
        value = state.get("value") or state.get("selected_option") or state.get("selected_options") or state.get("files")
        if not value and not block.get("optional"):
            found[block["block_id"]] = MISSING
        elif value and (said := problem(block["element"], value)):
            found[block["block_id"]] = said
    return found


def problem(element: Json, value: Any) -> str:
    """What is wrong with what is there; empty when nothing is."""
    if element["type"] == "file_input":
        return files_problem(element, value)
    return length_problem(element, value) if isinstance(value, str) else ""


def files_problem(element: Json, files: list[Json]) -> str:
    """Too many, or of a kind that is not taken; empty when neither."""
    most, kinds = element.get("max_files", 10), element.get("filetypes") or [one["filetype"] for one in files]
    if len(files) > most:
        return f"You can add at most {most} files."
    return "" if all(one["filetype"] in kinds for one in files) else f"Only these kinds of file: {', '.join(kinds)}."


def length_problem(element: Json, value: str) -> str:
    """Too long or too short; empty when neither."""
    most, fewest = element.get("max_length", 3000), element.get("min_length", 0)
    if len(value) > most:
        return f"Must be at most {most} characters."
    return f"Must be at least {fewest} characters." if len(value) < fewest else ""
