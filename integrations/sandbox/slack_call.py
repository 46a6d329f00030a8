"""One call of the Web API: its arguments, whichever way they came, and the checks every method makes."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.slack_blocks import MOST_BLOCK_WORDS, block_length, problems_in, with_ids
from integrations.sandbox.slack_gate import Gate, SlackError, kind_scope
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Channel, Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """Arguments come as JSON, a form or a query: ``blocks`` may be a string, and true may be ``1``."""

    world: Workspace
    gate: Gate
    arguments: Json

    def text(self, key: str) -> str:
        """A word; empty when absent."""
        return str(self.arguments.get(key) or "")

    def on(self, key: str) -> bool:
        """Yes or no."""
        return str(self.arguments.get(key, "")).lower() in ("1", "true")

    def parsed(self, key: str) -> Any:
        """JSON, itself or written out; None when absent. Raises ``invalid_arguments``."""
        given = self.arguments.get(key)
        if not isinstance(given, str):
            return given
        try:
            return json.loads(given) if given else None
        except ValueError:
            raise SlackError("invalid_arguments", response_metadata={"messages": [f"{key} is not JSON"]}) from None

    def blocks(self) -> list[Json] | None:
        """The blocks with an id each; None when not given. Raises what Slack would."""
        given = self.parsed("blocks")
        if given is None:
            return None
        if problems := problems_in(given, "message"):
            raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": problems})
        if block_length(given) > MOST_BLOCK_WORDS:
            raise SlackError("msg_blocks_too_long")
        return with_ids(given)

    def metadata(self) -> Json | None:
        """The message's metadata; None when not given, empty to remove it."""
        given = self.parsed("metadata")
        if not given:
            return {} if given == {} else None
        if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
            raise SlackError("invalid_metadata_format")
        return dict(given)

    def channel(self, *, to_post: bool = False, what: str = "") -> Channel:
        """The conversation named. ``to_post`` also takes a name or a person's id; ``what`` is read or history."""
        world, asked = self.world, self.text("channel")
        found = world.channels.get(asked)
        if found is None and to_post:
            named = (one for one in world.channels.values() if not one.with_user and one.name == asked.removeprefix("#"))
            found = world.direct(asked) if asked in world.members else next(named, None)
        if found is None or (found.private and world.bot_user not in found.members):
            raise SlackError("channel_not_found")
        if what:
            self.gate.need(kind_scope(found.id, private=found.private, what=what))
        if to_post and found.archived:
            raise SlackError("is_archived")
        if to_post and world.bot_user not in found.members and "chat:write.public" not in self.gate.scopes:
            raise SlackError("not_in_channel")
        return found

    def page(self, name: str, everything: Sequence[Any], most: int = 1000) -> Json:
        """One page of a list, and the cursor of the next."""
        try:
            start = int(base64.b64decode(self.text("cursor"), validate=True) or 0)
            limit = min(int(self.text("limit") or 100), most)
        except ValueError:
            raise SlackError("invalid_cursor") from None
        end = start + max(limit, 1)
        after = base64.b64encode(str(end).encode()).decode() if end < len(everything) else ""
        return {name: list(everything[start:end]), "response_metadata": {"next_cursor": after}, "has_more": bool(after)}


Method = Callable[[Call], Json]
