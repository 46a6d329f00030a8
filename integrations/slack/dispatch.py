"""Bolt as Tolbooth uses it: it sorts what arrives, calls nobody, and acknowledges after the work is done."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.calls import Calls, Identity, sdk_log

bolt_log = logging.getLogger("integrations.slack.bolt")
bolt_log.setLevel(logging.ERROR)  # its warnings quote what staff wrote


def bolt(calls: Calls, us: Identity) -> AsyncApp:
    """Bolt, which sorts what arrives. Its own client has no token, so that it calls nobody and SLACK_* variables cannot
    put another in its place; signatures are checked before it, by our clock."""
    return AsyncApp(
        name="integrations.slack.app",
        logger=bolt_log,
        client=AsyncWebClient(token=None, base_url=calls.settings.api_url, retry_handlers=[], logger=sdk_log),
        authorize=authorized(us),
        signing_secret="",
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )


def authorized(us: Identity) -> Callable[[], Any]:
    """What Bolt asks for each request: the identity from signing in, so that our own posts are recognised."""
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=us.team,
        bot_user_id=us.user,
        bot_id=us.bot,
        bot_token="",
        bot_scopes=list(us.scopes or ()),
    )

    async def authorize() -> AuthorizeResult:
        return known

    return authorize
