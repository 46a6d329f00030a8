"""A stand-in for Twilio as an account the public can text meets it, and the account."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.ports import Outgoing
from integrations.http import Http
from integrations.twilio.network import TwilioTexts, build
from integrations.twilio.settings import TwilioAccount
from tests.standins.twilio import ACCOUNT, HOOK, OURS, TOKEN, StandInTwilio

GIVEN = {"name": "texts", "network": "twilio", "channel": "mentions", "private_channel": "private", "number": OURS}
MORE = {"account_sid": ACCOUNT, "secret": TOKEN, "webhook_url": HOOK}
Made = Callable[..., TwilioTexts]


@pytest.fixture
async def service(clock: MovableClock) -> AsyncIterator[StandInTwilio]:
    """Twilio."""
    async with StandInTwilio(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def texts(service: StandInTwilio, clock: MovableClock) -> AsyncIterator[Made]:
    """Builds the account."""
    async with Http(timedelta(seconds=2)) as http:

        def made(**changed: object) -> TwilioTexts:
            settings = TwilioAccount.model_validate({**GIVEN, **MORE, "api_url": service.url, **changed})
            return build(settings, http=http, clock=clock)

        yield made


@pytest.fixture
def reply(clock: MovableClock) -> Callable[..., Outgoing]:
    """A reply to somebody's text."""

    def made(text: str = "It opens at nine.", key: str = "r1", **changed: object) -> Outgoing:
        now = clock.now()
        about = {"first_sent_at": now, "last_sent_at": now, "author_id": "+447700900123", **changed}
        return Outgoing(key, text, "in-1", "together", now, **about)  # type: ignore[arg-type]

    return made


@pytest.fixture
def heard(clock: MovableClock) -> Made:
    """Builds the account where it is only called."""

    def made(**changed: object) -> TwilioTexts:
        settings = TwilioAccount.model_validate({**GIVEN, **MORE, **changed})
        return build(settings, http=None, clock=clock)  # type: ignore[arg-type]

    return made


@pytest.fixture
def public(clock: MovableClock) -> StandInTwilio:
    """Those who text, where Twilio itself is not asked."""
    stand_in = StandInTwilio(clock)
    stand_in.url = "https://api.twilio.example"
    return stand_in
