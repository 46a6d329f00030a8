"""The Web API about people, groups and conversations; the table of every method there is."""

from integrations.sandbox import slack_chat, slack_files, slack_views
from integrations.sandbox.slack_call import Call, Method
from integrations.sandbox.slack_gate import SlackError, kind_scope
from integrations.sandbox.slack_members import Member
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Channel

SLACKBOT = {"id": "USLACKBOT", "name": "slackbot", "real_name": "Slackbot", "is_bot": False, "deleted": False}
"""Slack lists it among the people and does not call it a bot."""


def auth_test(call: Call) -> Json:
    """``auth.test``: who the token is."""
    world = call.world
    about = {"url": f"https://{world.domain}.slack.com/", "team": world.team_name, "team_id": world.team_id}
    return about | {"user": "tolbooth", "user_id": world.bot_user, "bot_id": world.bot_id, "is_enterprise_install": False}


def users_info(call: Call) -> Json:
    """``users.info``."""
    return {"user": as_user(call, found_user(call, call.text("user")))}


def users_list(call: Call) -> Json:
    """``users.list``: everybody, those who left and Slackbot too."""
    everybody = [as_user(call, member) for member in call.world.members.values()]
    return call.page("members", [{**SLACKBOT, "team_id": call.world.team_id}, *everybody])


def found_user(call: Call, id: str) -> Member:
    """The person with that id."""
    if id not in call.world.members:
        raise SlackError("user_not_found")
    return call.world.members[id]


def as_user(call: Call, member: Member) -> Json:
    """A person as Slack shows them to an app; the address only with its own scope."""
    profile: Json = {"real_name": member.name, "display_name": member.name, "team": member.team}
    if member.email and "users:read.email" in call.gate.scopes:
        profile["email"] = member.email
    user: Json = {"id": member.id, "team_id": member.team, "name": member.handle, "real_name": member.name}
    user |= {
        "deleted": member.deleted,
        "is_bot": member.bot,
        "is_app_user": False,
        "profile": profile,
        "tz": "Europe/London",
    }
    user["is_stranger"] = member.team != call.world.team_id
    if not member.deleted:
        user |= {"is_restricted": member.guest, "is_ultra_restricted": False, "is_admin": False, "is_owner": False}
    return user


def group_members(call: Call) -> Json:
    """``usergroups.users.list``."""
    group = call.world.groups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


def group_update(call: Call) -> Json:
    """``usergroups.users.update``: these and nobody else. Guests, bots and those who have left are refused."""
    group = call.world.groups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    users = [one for one in call.text("users").split(",") if one]
    if not users:
        raise SlackError("no_users_provided")
    known = [call.world.members.get(one) for one in users]
    if any(one is None or one.deleted or one.guest or one.bot for one in known):
        raise SlackError("invalid_users")
    group.members[:] = users
    return {"usergroup": {"id": group.id, "handle": group.handle, "users": users, "user_count": len(users)}}


def conversations_open(call: Call) -> Json:
    """``conversations.open`` with one person; the same conversation every time."""
    if channel := call.text("channel"):
        found = call.world.channels.get(channel)
        if found is None or not found.with_user:
            raise SlackError("channel_not_found")
        return {"no_op": True, "already_open": True, "channel": {"id": found.id}}
    asked = call.arguments.get("users") or ""
    users = asked if isinstance(asked, list) else [one for one in str(asked).split(",") if one]
    if len(users) != 1:
        raise SlackError("users_list_not_supplied" if not users else "not_enough_users")
    member = found_user(call, users[0])
    if member.deleted:
        raise SlackError("user_disabled")
    if member.bot:
        raise SlackError("cannot_dm_bot")
    already = "D" + member.id[1:] in call.world.channels
    return {"no_op": already, "already_open": already, "channel": {"id": call.world.direct(member.id).id}}


def conversations_info(call: Call) -> Json:
    """``conversations.info``."""
    return {"channel": as_channel(call, call.channel(what="read"))}


def conversations_members(call: Call) -> Json:
    """``conversations.members``, the bot among them."""
    return call.page("members", call.channel(what="read").members)


def conversations_list(call: Call) -> Json:
    """``conversations.list``: public channels unless ``types`` says otherwise, and what the bot is in."""
    types = (call.text("types") or "public_channel").split(",")
    wanted = []
    for channel in call.world.channels.values():
        kind = "im" if channel.with_user else "private_channel" if channel.private else "public_channel"
        hidden = (channel.private and call.world.bot_user not in channel.members) or (
            channel.archived and call.on("exclude_archived")
        )
        if kind in types and not hidden:
            wanted.append(as_channel(call, channel))
    for kind in types:
        call.gate.need(kind_scope("D" if kind == "im" else "C", private=kind == "private_channel", what="read"))
    return call.page("channels", wanted)


def as_channel(call: Call, channel: Channel) -> Json:
    """A conversation as Slack shows it to an app."""
    direct = bool(channel.with_user)
    about: Json = {"id": channel.id, "is_channel": not direct, "is_group": False, "is_im": direct, "is_mpim": False}
    about |= {"is_private": channel.private, "is_archived": channel.archived, "context_team_id": call.world.team_id}
    if direct:
        return about | {"user": channel.with_user}
    inside = call.world.bot_user in channel.members
    return about | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": inside,
        "num_members": len(channel.members),
    }


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": slack_chat.post_message,
    "chat.postEphemeral": slack_chat.post_ephemeral,
    "chat.update": slack_chat.update,
    "chat.delete": slack_chat.delete,
    "chat.getPermalink": slack_chat.permalink,
    "conversations.open": conversations_open,
    "conversations.info": conversations_info,
    "conversations.list": conversations_list,
    "conversations.members": conversations_members,
    "conversations.history": slack_chat.history,
    "conversations.replies": slack_chat.replies,
    "files.info": slack_files.files_info,
    "users.info": users_info,
    "users.list": users_list,
    "usergroups.users.list": group_members,
    "usergroups.users.update": group_update,
    "views.open": slack_views.open_view,
    "views.push": slack_views.push,
    "views.update": slack_views.update,
    "views.publish": slack_views.publish,
}
"""Besides ``apps.connections.open``, which the server answers itself."""
