"""A whole run's log at info: what happened is there, nobody's words or names are, and no secret."""

import json

import pytest

from integrations.sandbox.answering import sends
from tests.commands.line import KEY, Line
from tests.commands.test_run import call, port_of, writes

pytestmark = pytest.mark.slow

POST = "CANARY-POST the lights are red"
NOTE = "CANARY-NOTE asked highways"
REPLY = "CANARY-REPLY an engineer comes"


async def test_a_run_logs_what_happened_and_nobodys_words_names_or_secrets(council: Line, slack, webchat) -> None:
    priya = slack.user("priya")
    async with council.running("run", TOLBOOTH_REPLIES__HOLD="0") as running:
        port = await port_of(running)
        await running.until("slack_socket_opened")
        await writes(port, POST, by="CANARY-AUTHOR")
        await slack.until(lambda: slack.card("M-1"))
        await priya.command("/claim 1", channel="mentions")
        await priya.command(f"/mention note 1 {NOTE}", channel="mentions")
        await priya.command(f"/reply 1 {REPLY}", channel="mentions")
        await sends(priya)
        await slack.until(lambda: webchat.posts)
        refused = await call(port, b'{"type": "mention.created", "data": {"text": "CANARY-BAD"}}')
        unsigned = await call(port, b"CANARY-BAD", key=b"CANARY-KEY-0123456789")
        await running.stop()

    log = "\n".join(running.log)
    assert (refused, unsigned) == (422, 401)
    assert webchat.posts[0]["text"] == REPLY
    assert "CANARY" not in log
    assert "Lou" not in log
    for secret in (slack.bot_token, slack.app_token, KEY, KEY.removeprefix("whsec_")):
        assert secret not in log
    events = [json.loads(line)["event"] for line in running.log]
    assert {"started", "slack_joined", "mentions_received", "webhook_refused", "stopped"} <= set(events)
