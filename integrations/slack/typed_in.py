"""What Slack says of a form that is being filled in: each batch of letters, and that it was closed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.command import Way
from integrations.slack.draw_form import VALUE
from integrations.slack.payloads import Asked, sent_in

KEEP = "keep"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """All that stood in a form at a moment. ``at`` is by Slack's clock, in seconds; what was typed later has a later one."""

    asked: Asked
    at: float


def typed_in(body: Json) -> Typed:
    """A batch of letters: what the field holds now, beside all the others. Raises Unreadable when the form is not ours."""
    asked = sent_in(body)
    action = (body.get("actions") or [{}])[0]
    at = str(action.get("action_ts") or "")
    newest = {str(action.get("block_id")): str(action.get("value") or "")} if action.get("action_id") == VALUE else {}
    return Typed(kept(asked, {**asked.values, **newest}, at), float(at))


def closed(body: Json) -> Typed:
    """A form that was closed, with what Slack says it held, which is mostly nothing. Raises Unreadable."""
    asked = sent_in(body)
    return Typed(kept(asked, asked.values, "closed"), float("inf"))


def kept(asked: Asked, values: Mapping[str, str], mark: str) -> Asked:
    """The form as something to be kept. Nobody asked for that, so nobody is answered; each batch has a key of its own."""
    return replace(asked, step=KEEP, way=Way.HAPPENED, values=dict(values), key=f"{asked.key}:{mark}")
