"""Which app and which workspace a payload says it is from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Home:
    """The app and the workspace we signed in to; what Slack did not say is empty."""

    team: str
    enterprise: str = ""
    app: str = ""


def comes_from(body: Json, home: Home) -> bool:
    """Whether a payload is for this app, from this workspace. One that names no workspace is nobody's."""
    if home.app and body.get("api_app_id") != home.app:
        return False
    enterprise = enterprise_of(body)
    if home.enterprise and enterprise and enterprise != home.enterprise:
        return False
    return team_of(body) == home.team


def team_of(body: Json) -> str:
    """The workspace whose installation this is for; empty when none is named.

    In a channel shared with others a form names the sender's workspace as ``team`` and ours in the view, and an event
    names ours in ``authorizations``: https://docs.slack.dev/apis/events-api/#authorizations
    """
    view = part(body, "view")
    if installed := view.get("app_installed_team_id"):
        return str(installed)
    if "authorizations" in body:
        return str(authorization(body).get("team_id") or "")
    return str(part(body, "team").get("id") or body.get("team_id") or "")


def enterprise_of(body: Json) -> str:
    """The organisation of several workspaces it is from; empty for a workspace that stands alone."""
    if "authorizations" in body:
        return str(authorization(body).get("enterprise_id") or "")
    return str(part(body, "enterprise").get("id") or body.get("enterprise_id") or "")


def authorization(body: Json) -> Json:
    """The installation an event was sent to."""
    given = body.get("authorizations")
    first = given[0] if isinstance(given, list) and given else {}
    return first if isinstance(first, dict) else {}


OBJECTS = ("event", "view", "user", "channel", "message", "container", "team", "enterprise")
LISTS = ("actions", "authorizations")


def is_shaped(body: Json) -> bool:
    """Whether the parts of a payload that Bolt looks into are what Bolt takes them for."""
    objects = [body[name] for name in OBJECTS if body.get(name) is not None]
    lists = [body[name] for name in LISTS if body.get(name) is not None]
    inner = [one for given in lists if isinstance(given, list) for one in given]
    return all(isinstance(one, dict) for one in (*objects, *inner)) and all(isinstance(one, list) and one for one in lists)


def part(body: Json, name: str) -> Json:
    """An object within a payload; empty when there is none."""
    inner = body.get(name)
    return inner if isinstance(inner, dict) else {}
