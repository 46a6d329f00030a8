"""What stands before every Web API method: tokens, scopes, rates, and the trouble a test asks for."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integrations.sandbox.slack_words import Json

SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "app_mentions:read",
        "im:history",
        "im:write",
        "users:read",
        "users:read.email",
        "channels:read",
        "groups:read",
        "usergroups:read",
        "usergroups:write",
        "files:read",
    }
)
"""What the app was granted unless the test says otherwise."""

NEEDED = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "files.info": "files:read",
    "usergroups.users.list": "usergroups:read",
    "usergroups.users.update": "usergroups:write",
}
"""One scope each. Methods about conversations need one that depends on the kind; see ``kind_scope``."""

PER_MINUTE = {
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.info": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "views.open": 100,
    "views.update": 100,
    "views.push": 100,
    "views.publish": 100,
    "chat.postEphemeral": 100,
    "users.info": 100,
    "files.info": 100,
    "conversations.members": 100,
    "conversations.list": 20,
    "users.list": 20,
    "usergroups.users.list": 20,
    "usergroups.users.update": 20,
}


class SlackError(Exception):
    """An ``ok: false`` answer; ``more`` joins it."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class RateLimited(Exception):
    """A 429; ``after`` is what Retry-After says, in seconds."""

    def __init__(self, after: int) -> None:
        super().__init__(f"retry after {after} s")
        self.after = after


@dataclass(slots=True)
class Gate:
    """Whom to let through. Times come from the caller."""

    bot_token: str
    app_token: str
    scopes: set[str]
    limits_on: bool = False
    posts: dict[str, datetime] = field(default_factory=dict)
    calls: dict[str, deque[datetime]] = field(default_factory=dict)

    def check(self, method: str, token: str, arguments: Mapping[str, object], now: datetime) -> None:
        """Raises SlackError or RateLimited where Slack would."""
        self.check_token(method, token)
        if needed := NEEDED.get(method):
            self.need(needed)
        if self.limits_on:
            self.check_rate(method, str(arguments.get("channel", "")), now)

    def check_token(self, method: str, token: str) -> None:
        """The right kind of token, and ours."""
        if not token:
            raise SlackError("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise SlackError("invalid_auth")
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        if token != wanted and method != "auth.test":
            raise SlackError("not_allowed_token_type")

    def need(self, scope: str) -> None:
        """Raises ``missing_scope`` unless it was granted."""
        if scope not in self.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def check_rate(self, method: str, channel: str, now: datetime) -> None:
        """One post a second in each channel; so many a minute of the rest."""
        if method == "chat.postMessage":
            if channel in self.posts and now - self.posts[channel] < timedelta(seconds=1):
                raise RateLimited(1)
            self.posts[channel] = now
        recent = self.calls.setdefault(method, deque())
        while recent and now - recent[0] >= timedelta(minutes=1):
            recent.popleft()
        if len(recent) >= PER_MINUTE.get(method, 600):
            raise RateLimited(max(1, 60 - int((now - recent[0]).total_seconds())))
        recent.append(now)


def kind_scope(id: str, *, private: bool, what: str) -> str:
    """The scope for reading one conversation; ``what`` is ``read`` or ``history``."""
    kind = "im" if id.startswith("D") else "groups" if private else "channels"
    return f"{kind}:{what}"


def failed(error: SlackError) -> Json:
    """The answer Slack gives instead."""
    return {"ok": False, "error": error.code, **error.more}
