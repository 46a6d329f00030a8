"""What opens Viva Engage: an access token, and another in its place when one is not taken any more."""

from typing import Protocol

from pydantic import SecretStr

from bot.errors import SignInAgain
from bot.logs import REDACTOR


class NobodySignedIn(SignInAgain):
    """Nobody ever was: there is nothing that could work again by itself."""


class TokenStore(Protocol):
    """Keeps one secret text by name, sealed, through restarts and for every copy of the bot. May raise Busy."""

    async def load(self, account: str, /) -> str | None:
        """What was last kept; None when nothing was."""
        ...

    async def save(self, account: str, tokens: str, /) -> None:
        """Keep this in the place of what was there; it is safe once this returns."""
        ...


class Keys(Protocol):
    """Access tokens of the service user."""

    async def token(self) -> str:
        """One that should be taken now. Raises SignInAgain where only a person can help, TryLater."""
        ...

    async def renew(self, rejected: str = "") -> str:
        """Another than the one that was not taken. Raises SignInAgain where only a person can help, TryLater."""
        ...


class GivenToken:
    """The token in the settings, which something else renews."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token.get_secret_value()
        REDACTOR.learn([self._token])

    async def token(self) -> str:
        """The one there is."""
        return self._token

    async def renew(self, rejected: str = "") -> str:  # noqa: ARG002 - the protocol's name
        """There is no other."""
        raise SignInAgain(
            "Viva Engage does not take the token in the settings any more: put a new one there and restart, "
            "or leave token out and run `tolbooth sign-in`"
        )
