"""A lost connection to Slack: every socket drops, and nothing can be asked of it until it is back."""

from integrations.sandbox.slack_people import METHODS
from integrations.sandbox.slack_server import StandInSlack

EVERY_CALL = (*METHODS, "apps.connections.open", "response_url")
MANY = 5_000
WAIT = 5
"""Seconds the bot is told to wait before it asks again."""


class LostConnection:
    """Begins and ends one."""

    def __init__(self, slack: StandInSlack) -> None:
        self._slack = slack
        self.is_lost = False

    def begin(self) -> None:
        """Lose it."""
        for method in EVERY_CALL:
            self._slack.chaos.next(method, 429, times=MANY, retry_after=WAIT)
        self._slack.chaos.drop_sockets()
        self.is_lost = True

    def is_back(self) -> None:
        """Have it back."""
        if self.is_lost:
            self._slack.chaos.calm()
            self.is_lost = False
