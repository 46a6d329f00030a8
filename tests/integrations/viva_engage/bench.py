"""What the tests of Viva Engage share: a network over loopback, a way to it, and time that passes while one waits."""

from datetime import timedelta

from bot.clock import MovableClock
from integrations.alone.peers import AlonePeers
from integrations.http import Http
from integrations.sandbox.engage_server import StandInEngage
from integrations.viva_engage.client import Engage
from integrations.viva_engage.entra import keys_of
from integrations.viva_engage.settings import SigningIn


class PassingPeers(AlonePeers):
    """Time passes while one waits."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(clock)
        self.clock = clock

    async def wait(self, loop: str, timeout: timedelta) -> None:
        self.clock.advance(min(timeout, timedelta(seconds=1)))


class Drawer:
    """A place to keep sign-ins, in the open."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def load(self, account: str, /) -> str | None:
        return self.kept.get(account)

    async def save(self, account: str, tokens: str, /) -> None:
        self.kept[account] = tokens


def way_to(stand_in: StandInEngage, http: Http, clock: MovableClock, peers: AlonePeers, **settings: object) -> Engage:
    """The client, signed in by a token."""
    given = SigningIn(**{"api_url": stand_in.api_url, "token": stand_in.token(), "client_id": "app"} | settings)
    return Engage(given, http=http, clock=clock, keys=keys_of(given, tokens=None, clock=clock), peers=peers)
