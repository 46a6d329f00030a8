"""The app manifest: what an administrator pastes into Slack to make the app, and why it asks for each scope."""

from collections.abc import Mapping
from typing import Any, Literal

from bot.settings import CoreSettings

SCOPES: Mapping[str, str] = {
    "commands": "the slash commands",
    "chat:write": "post the cards, keep them up to date, and answer privately",
    "app_mentions:read": "hear when staff name the bot in a thread, where slash commands do not work",
    "im:history": "read what staff write to the bot in its own direct messages, and nothing else",
    "im:write": "ping a duty officer in a direct message",
    "users:read": "show who acted, and refuse guests, bots and people who have left",
    "channels:read": "find the channels named in the settings and see who is in them",
    "groups:read": "the same for private channels the bot was invited to",
}
"""What the app needs, with the reason: shown by ``check`` and in the documents."""
GROUP_SCOPES: Mapping[str, str] = {"usergroups:read": "see who is in the user groups that roles are given to"}
"""Needed only when a role is given to a group."""
KEPT_GROUP_SCOPES: Mapping[str, str] = {
    **GROUP_SCOPES,
    "usergroups:write": "keep the user group of shifts.user_group holding whoever is on duty",
}
FILE_SCOPES: Mapping[str, str] = {"files:read": "fetch the pictures that staff put into a reply"}
"""Needed only when an account's replies can carry pictures."""
HISTORY_SCOPE = "channels:history"
"""Never asked for. If it was granted all the same, a card whose posting got no answer is looked for."""
EVENTS = ("app_mention", "message.im", "user_change")
RAISE_MENTION, SHOW_QUEUE, HOME = "raise_mention", "show_queue", "home"
SURFACES = frozenset({RAISE_MENTION, SHOW_QUEUE, HOME})
"""Ways in that can be switched on: nothing is promised in the manifest that nobody listens for."""
SHORTCUTS = (
    {
        "name": "Raise as mention",
        "type": "message",
        "callback_id": RAISE_MENTION,
        "description": "Put what this message says in the queue",
    },
    {
        "name": "Show mention queue",
        "type": "global",
        "callback_id": SHOW_QUEUE,
        "description": "What is waiting for an answer",
    },
)


def scopes(core: CoreSettings, *, pictures: bool = False) -> Mapping[str, str]:
    """The scopes these settings need, with reasons; ``pictures``: whether replies of some account can carry them."""
    roles = [holder for ids in core.roles.model_dump().values() for holder in ids]
    holders = (*roles, *core.staff.may_reply, *(holder for table in core.approval for holder in table.people))
    asked = GROUP_SCOPES if any(holder.startswith("S") for holder in holders) else {}
    return {**SCOPES, **(KEPT_GROUP_SCOPES if core.shifts.user_group else asked), **(FILE_SCOPES if pictures else {})}


def manifest(
    core: CoreSettings,
    mode: Literal["socket", "http"] = "socket",
    request_url: str = "https://YOUR-HOST/slack/events",
    *,
    surfaces: frozenset[str] = SURFACES,
    pictures: bool = False,
) -> dict[str, Any]:
    """The manifest for these settings. ``request_url`` is where Slack reaches Tolbooth in http mode."""
    shortcuts = [shortcut for shortcut in SHORTCUTS if shortcut["callback_id"] in surfaces]
    home = HOME in surfaces
    by_http = mode == "http"
    url = {"request_url": request_url} if by_http else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Tolbooth",
            "description": "What the public says to us: seen, owned, answered and remembered together.",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {"home_tab_enabled": home, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Tolbooth", "always_online": True},
            "slash_commands": [command | ({"url": request_url} if by_http else {}) for command in commands(core)],
            **({"shortcuts": shortcuts} if shortcuts else {}),
        },
        "oauth_config": {"scopes": {"bot": list(scopes(core, pictures=pictures))}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": [*EVENTS, *(["app_home_opened"] if home else [])]},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not by_http,
            "token_rotation_enabled": False,
        },
    }


def commands(core: CoreSettings) -> list[dict[str, Any]]:
    """The slash commands under the names in the settings."""
    named = core.commands
    rows = (
        (named.mention, "See, claim, answer and hand over what the public says", "[queue | claim 142 | reply 142 | help]"),
        (named.claim, "Take a mention, so that everyone sees you have it", "[142]"),
        (named.reply, "Write a reply; it is shown to you before it goes", "[142] [your words]"),
        (named.handover, "What whoever comes next needs to know", ""),
    )
    return [
        {"command": name, "description": description, "should_escape": True} | ({"usage_hint": hint} if hint else {})
        for name, description, hint in rows
    ]
