"""What is wrong with the Slack app's settings and rights, each fault with its cure. Posts nothing."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.errors import OutsideError, Refused, SignInAgain
from bot.ports import Clock
from integrations.slack.calls import Calls, Identity
from integrations.slack.people import People, is_full_member

SKEW = timedelta(seconds=60)


class Check:
    """Looks at everything the settings rely on: the ``scopes`` they need, with reasons, and the ``staff`` they name."""

    def __init__(
        self, calls: Calls, people: People, clock: Clock, *, scopes: Mapping[str, str], staff: Sequence[str]
    ) -> None:
        self._calls = calls
        self._people = people
        self._clock = clock
        self._scopes = scopes
        self._staff = staff

    async def faults(self, channels: Sequence[str]) -> list[str]:
        """Every fault found. Without a bot token that works nothing else can be asked."""
        try:
            us = await self._calls.identity()
        except SignInAgain as error:
            return [f"slack.bot_token: {error}. Copy the token from OAuth & Permissions in the app's settings."]
        except OutsideError as error:
            return [f"slack.api_url: {error}. See that this machine may call it, and that HTTPS_PROXY is right."]
        self._people.team = us.team
        found = [*clock_faults(us.at, self._clock.now()), *self._scope_faults(us)]
        for part in (self._socket_faults(), self._channel_faults(us, channels), self._holder_faults()):
            found += [fault async for fault in part]
        return found

    def _scope_faults(self, us: Identity) -> list[str]:
        if us.scopes is None:
            return []
        return [
            f"The Slack app lacks the scope {scope}, to {reason}. Add it under OAuth & Permissions, install the app again."
            for scope, reason in self._scopes.items()
            if scope not in us.scopes
        ]

    async def _socket_faults(self) -> AsyncIterator[str]:
        if self._calls.settings.mode != "socket":
            return
        try:
            await self._calls.socket_url()
        except SignInAgain as error:
            yield f"slack.app_token: {error}. Make an app-level token with connections:write under Basic Information."
        except OutsideError as error:
            yield f"Socket Mode: {error}. See that it is switched on in the app's settings."

    async def _channel_faults(self, us: Identity, channels: Sequence[str]) -> AsyncIterator[str]:
        for channel in dict.fromkeys(channels):
            try:
                members = await self._people.members(await self._people.channel_id(channel))
            except Refused as error:
                yield f"Channel {channel}: {str(error).rstrip('.')}."
                continue
            except OutsideError as error:
                yield f"Channel {channel} could not be looked at: {error}."
                continue
            if us.user not in members:
                yield f"The bot is not in {channel}: type /invite @{us.name} there."

    async def _holder_faults(self) -> AsyncIterator[str]:
        for holder in sorted(self._people.configured | set(self._staff)):
            if holder.startswith("S"):
                await self._people.group(holder)
                if self._people.is_unreadable(holder):
                    yield f"The user group {holder} cannot be read, so it gives nobody a role: see its id."
                continue
            try:
                known = is_full_member(await self._people.user(holder), self._people.team)
            except Refused:
                known = False
            except OutsideError as error:
                yield f"{holder} could not be looked up: {error}."
                continue
            if not known:
                yield f"{holder} has a role in the settings but is no full member of the workspace: put another id there."


def clock_faults(slacks: datetime | None, ours: datetime) -> list[str]:
    """Whether the clocks are too far apart: at five minutes Slack's signatures count as old."""
    if slacks is None or abs(slacks - ours) <= SKEW:
        return []
    apart = round(abs(slacks - ours).total_seconds())
    return [f"This machine's clock is {apart} seconds from Slack's: switch on time synchronisation (NTP)."]
