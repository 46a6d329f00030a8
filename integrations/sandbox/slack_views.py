"""The Web API about views: modals in a stack of three, and Home."""

import json
import secrets
from collections.abc import Collection
from typing import Any

from integrations.sandbox.slack_blocks import MOST_VIEW_BYTES, view_problems, with_ids
from integrations.sandbox.slack_call import Call
from integrations.sandbox.slack_gate import SlackError
from integrations.sandbox.slack_payloads import view_json
from integrations.sandbox.slack_words import Json, walk
from integrations.sandbox.slack_world import View, Workspace

DEEPEST = 3


def open_view(call: Call) -> Json:
    """``views.open``: takes the place of whatever modal was there."""
    body = taken(call, "modal")
    user = spend_trigger(call)
    view = new_view(call.world, user, body)
    unique_external_id(call.world, view)
    call.world.modals[user] = [view]
    return shown(call.world, view)


def push(call: Call) -> Json:
    """``views.push``: on top of the modal that is there."""
    view = taken(call, "modal")
    return shown(call.world, pushed(call.world, spend_trigger(call), view))


def update(call: Call) -> Json:
    """``views.update``, by ``view_id`` or ``external_id``."""
    id, external = call.text("view_id"), call.text("external_id")
    matches = [
        one for one in call.world.views() if (id and one.id == id) or (external and one.body.get("external_id") == external)
    ]
    if not matches:
        raise SlackError("not_found")
    old = matches[0]
    same_hash(call, old)
    body = taken(call, str(old.body["type"]))
    return shown(call.world, replaced(call.world, old, body))


def publish(call: Call) -> Json:
    """``views.publish``: a person's Home."""
    user = call.text("user_id")
    if user not in call.world.members:
        raise SlackError("user_not_found")
    body = taken(call, "home")
    old = call.world.homes.get(user)
    if old:
        same_hash(call, old)
        return shown(call.world, replaced(call.world, old, body))
    call.world.homes[user] = new_view(call.world, user, body)
    return shown(call.world, call.world.homes[user])


def spend_trigger(call: Call) -> str:
    """Whose trigger it is. Good once, for three seconds."""
    trigger = call.world.triggers.get(call.text("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if call.world.clock.now() > trigger.until:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger.user


def same_hash(call: Call, old: View) -> None:
    """A hash, if given, must be that of the view as it is now."""
    if call.text("hash") not in ("", old.hash):
        raise SlackError("hash_conflict")


def unique_external_id(world: Workspace, view: View) -> None:
    """Raises when another view has the external id."""
    external = view.body.get("external_id")
    if external and any(one.body.get("external_id") == external for one in world.views()):
        raise SlackError("duplicate_external_id")


def taken(call: Call, surface: str) -> Json:
    """The view that was sent, if Slack would take it from this app."""
    return checked(call.parsed("view"), surface, call.gate.scopes)


def checked(view: Any, surface: str, scopes: Collection[str]) -> Json:
    """The view, if Slack would take it from an app with these scopes."""
    if problems := view_problems(view, surface):
        raise SlackError("invalid_arguments", response_metadata={"messages": problems})
    if "files:read" not in scopes and any(one.get("type") == "file_input" for one in walk(view["blocks"])):
        raise SlackError("missing_scope", needed="files:read", provided=",".join(sorted(scopes)))
    if len(json.dumps(view)) > MOST_VIEW_BYTES:
        raise SlackError("view_too_large")
    return dict(view)


def new_view(world: Workspace, user: str, body: Json, id: str = "") -> View:
    """A view nobody has touched."""
    number = f"{world.next():08}"
    view = View(
        world, id or f"V0{number}", user, body, f"{number}.{secrets.token_hex(4)}", "", blocks=with_ids(body["blocks"])
    )
    view.root = view.id
    for block in view.blocks:
        elements = [block["element"]] if block["type"] == "input" else block.get("elements", ())
        for element in elements if block["type"] in ("input", "actions") else ():
            if element["type"] != "button" and element["type"] != "overflow":
                view.typed.setdefault(block["block_id"], {})[element["action_id"]] = initial(element)
    return view


def initial(element: Json) -> Json:
    """What an input holds before anybody touches it."""
    match kind := element["type"]:
        case "checkboxes":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "file_input":
            return {"type": kind, "files": []}
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case _:
            return {"type": kind, "selected_option": element.get("initial_option")}


def pushed(world: Workspace, user: str, body: Json) -> View:
    """A new view on top of the person's stack."""
    stack = world.modals.setdefault(user, [])
    if len(stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    view = new_view(world, user, body)
    if stack:
        view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    return view


def replaced(world: Workspace, old: View, body: Json) -> View:
    """The view with another body. What was typed stays where block and action ids are the same."""
    view = new_view(world, old.user, body, old.id)
    view.root, view.previous = old.root, old.previous
    for block_id, actions in view.typed.items():
        for action_id in actions:
            typed = old.typed.get(block_id, {}).get(action_id)
            if typed and typed["type"] == actions[action_id]["type"]:
                actions[action_id] = typed
    stack = world.modals.get(old.user, [])
    world.modals[old.user] = [view if one.id == old.id else one for one in stack]
    if body["type"] == "home":
        world.homes[old.user] = view
    return view


def shown(world: Workspace, view: View) -> Json:
    """What the app is told; the person sees it now."""
    world.show(view.user, view)
    world.changed(by_app=True)
    return {"view": view_json(view)}
