"""What Slack tells an app of what a person did: one function for each kind of payload."""

from integrations.sandbox.slack_members import Member
from integrations.sandbox.slack_words import Json, Press
from integrations.sandbox.slack_world import Channel, Message, View, Workspace

VERIFICATION_TOKEN = "stand-in"  # noqa: S105  deprecated by Slack, present in every payload, proves nothing


def command(world: Workspace, member: Member, channel: Channel, typed: tuple[str, str]) -> Json:
    """A slash command; ``typed`` is the command and the text after it. All values are strings."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": member.team,
        "team_domain": world.domain,
        "channel_id": channel.id,
        "channel_name": "privategroup" if channel.private and not channel.with_user else channel.name,
        "user_id": member.id,
        "user_name": member.handle,
        "command": typed[0],
        "text": typed[1],
        "api_app_id": world.app_id,
        "is_enterprise_install": "false",
    }


def interaction(world: Workspace, member: Member, kind: str) -> Json:
    """What every interaction says of who and where."""
    user = {"id": member.id, "username": member.handle, "name": member.handle, "team_id": member.team}
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "team": {"id": world.team_id, "domain": world.domain},
        "user": user,
        "api_app_id": world.app_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def press_on_message(world: Workspace, member: Member, message: Message, press: Press) -> Json:
    """``block_actions`` from a message. An ephemeral one is named but not included."""
    channel = world.channels[message.channel]
    place: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": message.ephemeral}
    if message.thread_ts:
        place["thread_ts"] = message.thread_ts
    payload = interaction(world, member, "block_actions") | {
        "container": place,
        "channel": {"id": channel.id, "name": channel.name},
    }
    payload |= {"state": {"values": {}}, "actions": [pressed(world, press)]}
    return payload if message.ephemeral else payload | {"message": message_json(message)}


def press_on_view(world: Workspace, member: Member, view: View, press: Press) -> Json:
    """``block_actions`` from a modal or Home."""
    payload = interaction(world, member, "block_actions") | {"container": {"type": "view", "view_id": view.id}}
    return payload | {"view": view_json(view), "actions": [pressed(world, press)]}


def pressed(world: Workspace, press: Press) -> Json:
    """The one action in a ``block_actions`` payload."""
    now = world.clock.now().timestamp()
    action: Json = {
        "type": press.element["type"],
        "action_id": press.element["action_id"],
        "block_id": press.block["block_id"],
    }
    action["action_ts"] = f"{now:.0f}.{world.next():06}"
    if press.option is None:
        action |= {key: press.element[key] for key in ("text", "value", "style", "url") if key in press.element}
    elif press.element["type"] == "checkboxes":
        action["selected_options"] = [press.option]
    else:
        action["selected_option"] = press.option
    return action


def typed_in(world: Workspace, member: Member, view: View, block: Json) -> Json:
    """``block_actions`` for letters typed into a field that is dispatched as they are entered."""
    now, element = world.clock.now().timestamp(), block["element"]
    state = view.typed[block["block_id"]][element["action_id"]]
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    action |= {"value": state["value"], "action_ts": f"{now:.0f}.{world.next():06}"}
    payload = interaction(world, member, "block_actions") | {"container": {"type": "view", "view_id": view.id}}
    return payload | {"view": view_json(view), "actions": [action]}


def closed(world: Workspace, member: Member, view: View) -> Json:
    """``view_closed``. What was filled in is not told: apps must not rely on it."""
    left = view_json(view) | {"state": {"values": {}}}
    return interaction(world, member, "view_closed") | {"view": left, "is_cleared": False}


def submission(world: Workspace, member: Member, view: View) -> Json:
    """``view_submission``."""
    return interaction(world, member, "view_submission") | {"view": view_json(view), "response_urls": []}


def shortcut(world: Workspace, member: Member, callback_id: str, message: Message | None) -> Json:
    """A global shortcut, or one on a message."""
    payload = interaction(world, member, "message_action" if message else "shortcut")
    payload |= {"callback_id": callback_id, "action_ts": f"{world.clock.now().timestamp():.6f}"}
    if message:
        channel = {"id": message.channel, "name": world.channels[message.channel].name}
        payload |= {"message_ts": message.ts, "channel": channel, "message": message_json(message)}
    return payload


def event(world: Workspace, inner: Json) -> Json:
    """An ``event_callback`` around an event; its ``event_id`` is the same on every retry."""
    number = world.next()
    who = {
        "enterprise_id": None,
        "team_id": world.team_id,
        "user_id": world.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": world.team_id,
        "api_app_id": world.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev0{number:08}",
        "event_time": int(world.clock.now().timestamp()),
        "authorizations": [who],
        "is_ext_shared_channel": False,
        "event_context": f"4-stand-in-{number}",
    }


def said(message: Message, channel: Channel) -> Json:
    """The event for what a person said: ``message`` in a direct message, else ``app_mention``."""
    words: Json = {"user": message.user, "ts": message.ts, "event_ts": message.ts, "text": message.raw_text}
    words |= {"channel": channel.id, "team": message.world.team_id, "client_msg_id": f"stand-in-{message.order}"}
    if message.thread_ts:
        words["thread_ts"] = message.thread_ts
    return words | ({"type": "message", "channel_type": "im"} if channel.with_user else {"type": "app_mention"})


def user_change(world: Workspace, user: Json) -> Json:
    """The event for a change to somebody's account."""
    now = world.clock.now().timestamp()
    return {"type": "user_change", "user": user, "cache_ts": int(now), "event_ts": f"{now:.6f}"}


def message_json(message: Message) -> Json:
    """A message as Slack shows it to an app."""
    world = message.world
    app = {"bot_id": world.bot_id, "app_id": world.app_id} if message.user == world.bot_user else {}
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.raw_text,
        "team": world.team_id,
    }
    shown |= app | {"blocks": message.blocks}
    if message.thread_ts or (not message.ephemeral and message.thread):
        shown["thread_ts"] = message.thread_ts or message.ts
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    return shown | ({"metadata": message.metadata} if message.metadata else {})


def view_json(view: View) -> Json:
    """A view as Slack shows it to an app, with what the person has filled in."""
    world = view.world
    plain: Json = {"callback_id": "", "private_metadata": "", "external_id": "", "submit": None, "close": None}
    plain |= {"clear_on_close": False, "notify_on_close": False}
    about: Json = {"id": view.id, "hash": view.hash, "root_view_id": view.root, "previous_view_id": view.previous or None}
    about |= {"team_id": world.team_id, "app_id": world.app_id, "bot_id": world.bot_id}
    return plain | view.body | about | {"blocks": view.blocks, "state": {"values": view.typed}}
