"""What can be wrong between an account and Meta: the token, its permissions, the app's webhooks, an old version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from bot.errors import OutsideError, Refused, TryLater
from bot.ports import Clock
from integrations.graph.client import Body, GraphClient, elements, mapping, mappings
from integrations.graph.errors import NoRight, number
from integrations.graph.settings import GraphAccount

ENDS: Mapping[str, date] = {
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
}
"""When Meta stops answering to a version: https://developers.facebook.com/docs/graph-api/changelog/versions"""
NEWEST = "v26.0"
SOON = timedelta(days=60)
SIGN_IN_SOON = timedelta(days=14)
BELIEVED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Token:
    """What Meta says of a token."""

    valid: bool
    scopes: frozenset[str]
    app_id: str
    owner: str
    ends_at: datetime | None

    @classmethod
    def read(cls, facts: Body) -> Self:
        """The answer of ``debug_token``."""
        ends = [number(facts.get(name)) for name in ("expires_at", "data_access_expires_at")]
        moments = [datetime.fromtimestamp(at, UTC) for at in ends if 0 < at < 10**11]
        return cls(
            facts.get("is_valid") is True,
            frozenset(str(scope) for scope in elements(facts.get("scopes"))),
            str(facts.get("app_id") or ""),
            str(facts.get("profile_id") or ""),
            min(moments, default=None),
        )


class Checks:
    """Looks at one account. ``scopes``: what it needs, each with what for; ``fields``: what its webhooks should tell."""

    def __init__(self, account: GraphAccount, client: GraphClient, clock: Clock, needs: "Needs") -> None:
        self._account, self._client, self._clock, self._needs = account, client, clock, needs
        self._believed_until = datetime.min.replace(tzinfo=UTC)

    async def token(self) -> Token:
        """What Meta says of the token."""
        return Token.read(await self._client.token_facts())

    async def ends_at(self) -> datetime | None:
        """When the token ends, or its sight of people's posts; the earlier of the two."""
        return (await self.token()).ends_at

    async def believe(self) -> None:
        """Raises NoRight or TryLater unless the token may read: else everything would seem to be gone."""
        if self._clock.now() < self._believed_until:
            return
        token = await self.token()
        if not token.valid or not self._needs.to_read <= token.scopes:
            raise NoRight("the token may not read the account's posts any more: see tolbooth check")
        self._believed_until = self._clock.now() + BELIEVED_FOR

    async def faults(self) -> list[str]:
        """All that is wrong, each with its cure."""
        try:
            token = await self.token()
        except TryLater as error:
            return [f"Meta cannot be asked: {error}. Look at api_url and the way out to the internet, and try again."]
        except OutsideError as error:
            return [
                f"Meta does not say what the token may do: {error}. Compare app_id and app_secret with the app's settings."
            ]
        if not token.valid:
            return ["access_token does not work any more: make a new Page token, best of a system user."]
        return [
            *self._of_token(token),
            *self._of_version(),
            *await self._of_page(),
            *await self._of_app(),
        ]

    def _of_token(self, token: Token) -> list[str]:
        found = []
        if token.app_id and token.app_id != self._account.app_id:
            found.append(f"access_token was made for app {token.app_id}, not for app_id: make one with this app.")
        if token.owner and token.owner != self._account.page_id:
            found.append(
                f"access_token belongs to {token.owner}, not to page_id: take the Page's own from GET /me/accounts."
            )
        for scope, what in self._needs.scopes.items():
            if scope not in token.scopes:
                found.append(
                    f"the token lacks {scope}, without which Tolbooth cannot {what}: tick it and make the token anew."
                )
        if token.ends_at and token.ends_at - self._clock.now() < SIGN_IN_SOON:
            found.append(f"access_token ends on {token.ends_at:%-d %B %Y}: make a new one, best of a system user.")
        return found

    def _of_version(self) -> list[str]:
        wanted, given = self._account.graph_version, self._client.version
        cure = f'set graph_version = "{NEWEST}", read what changed, and look that posts come in.'
        if int(wanted[1:3]) < min(int(name[1:3]) for name in ENDS):
            return [f"version {wanted} of the Graph API has ended or soon will: {cure}"]
        if wanted in ENDS and ENDS[wanted] - self._clock.now().date() < SOON:
            return [f"version {wanted} of the Graph API ends on {ENDS[wanted]:%-d %B %Y}: {cure}"]
        if given and given != wanted:
            return [f"Meta answers as {given} though {wanted} is asked for: {cure}"]
        return []

    async def _of_page(self) -> list[str]:
        """Whether the app is installed on the Page, for all it should hear of."""
        path = f"{self._account.page_id}/subscribed_apps"
        wanted = ",".join(self._needs.page_fields)
        cure = f"POST /{path}?subscribed_fields={wanted} with the Page token, or Webhooks in the app's dashboard."
        try:
            apps = mappings(await self._client.get(path))
        except OutsideError as error:
            return [f"it cannot be seen whether the app is installed on the Page: {error}."]
        ours = next((app for app in apps if str(app.get("id")) == self._account.app_id), None)
        if ours is None:
            return [f"the app is not installed on the Page, so no webhook comes: {cure}"]
        missing = lacking(self._needs.page_fields, elements(ours.get("subscribed_fields")))
        return [f"the app does not hear of {missing} on the Page: {cure}"] if missing else []

    async def _of_app(self) -> list[str]:
        """Whether the app itself is subscribed, and to what."""
        about = self._needs.about
        cure = f"in the app's dashboard, Webhooks, {about}: the address is https://YOUR-HOST/hooks/{self._account.name}."
        try:
            found = mappings(await self._client.as_app(f"{self._account.app_id}/subscriptions"))
        except Refused as error:
            return [f"the app's webhooks cannot be seen: {error}."]
        except OutsideError as error:
            return [f"the app's webhooks cannot be seen: {error}. Compare app_secret with the app's settings."]
        ours = next((one for one in found if one.get("object") == about and one.get("active") is not False), None)
        if ours is None:
            return [f"the app has no webhook for {about}: {cure}"]
        missing = lacking(self._needs.app_fields, elements(ours.get("fields")))
        return [f"the app's webhook for {about} leaves out {missing}: {cure}"] if missing else []


@dataclass(frozen=True, slots=True)
class Needs:
    """What one kind of account needs of Meta."""

    about: str
    """The ``object`` of its webhooks."""
    scopes: Mapping[str, str]
    """Permissions, each with what cannot be done without it."""
    to_read: frozenset[str]
    app_fields: Sequence[str]
    page_fields: Sequence[str]


def lacking(wanted: Sequence[str], given: Sequence[object]) -> str:
    """The fields that are not among the given, which may be names or objects with one."""
    names = {str(mapping(one).get("name") or one) for one in given}
    return ", ".join(field for field in wanted if field not in names)
