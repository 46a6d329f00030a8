"""A stand-in for GOV.UK Notify as an account the public can text meets it, and the account."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.ports import Outgoing
from integrations.http import Http
from integrations.notify.network import NotifyTexts, build
from integrations.notify.settings import NotifyAccount
from tests.standins.notify import KEY, SENDER, TEMPLATE, StandInNotify

GIVEN = {"name": "texts", "network": "notify", "channel": "mentions", "private_channel": "private", "api_key": KEY}
MORE = {"template": TEMPLATE, "text_sender": SENDER, "callback_token": "a token of ours"}
Made = Callable[..., NotifyTexts]


@pytest.fixture
async def service(clock: MovableClock) -> AsyncIterator[StandInNotify]:
    """Notify."""
    async with StandInNotify(clock, page=5) as stand_in:
        yield stand_in


@pytest.fixture
async def texts(service: StandInNotify, clock: MovableClock) -> AsyncIterator[Made]:
    """Builds the account."""
    async with Http(timedelta(seconds=2)) as http:

        def made(**changed: object) -> NotifyTexts:
            settings = NotifyAccount.model_validate({**GIVEN, **MORE, "api_url": service.url, **changed})
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

    def made(**changed: object) -> NotifyTexts:
        settings = NotifyAccount.model_validate({**GIVEN, **MORE, **changed})
        return build(settings, http=None, clock=clock)  # type: ignore[arg-type]

    return made
