"""A network that does nothing beyond the least: what an adapter does not offer, it inherits from here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.ports import (
    Found,
    Guarantee,
    Held,
    Item,
    NotFound,
    Outgoing,
    Page,
    Preflight,
    Query,
    Received,
    Verdict,
    Webhook,
    WebhookRefused,
)
from bot.reply import Abilities, Act


class PlainNetwork:
    """Is never called, looks nothing up, has nothing to act on; ``limits``, ``speaks_as``, ``publish`` are the adapter's."""

    abilities: Abilities = Abilities()
    guarantee: Guarantee = Guarantee.NONE
    settle: timedelta = timedelta(0)
    repeat_within: timedelta | None = None
    poll_every: timedelta | None = None
    by_hand: bool = False
    own_id: str = ""

    async def fetch(self, cursor: str | None) -> Page:
        """Nothing to ask for."""
        return Page((), cursor)

    def receive(self, request: Webhook) -> Received:  # noqa: ARG002  # the port's name
        """Nobody calls: said in the words for an account there is none of, so that no names can be found out."""
        raise WebhookRefused(404, "not found")

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:  # noqa: ARG002
        """Not offered."""
        return ()

    async def search(self, query: Query, cursor: str | None) -> Page:  # noqa: ARG002
        """Not offered."""
        raise Refused("this network cannot be searched")

    async def ends_at(self) -> datetime | None:
        """It does not end by itself."""
        return None

    def post_at(self, url: str) -> str:  # noqa: ARG002
        """None of its posts has an address."""
        return ""

    async def preflight(self, reply: Outgoing) -> Preflight:  # noqa: ARG002
        """Nothing can be seen before."""
        return Preflight(Verdict.OK)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:  # noqa: ARG002
        """There is nothing to look in."""
        return NotFound.CANNOT_TELL

    async def read_back(self, native_id: str) -> Found | NotFound:  # noqa: ARG002
        """Not offered."""
        return NotFound.CANNOT_TELL

    async def act(self, act: Act, native_id: str, text: str = "") -> None:  # noqa: ARG002
        """Not offered."""
        raise Refused(f"this network has no way to {act}")

    def reply_page(self, native_id: str, text: str) -> str:  # noqa: ARG002
        """None."""
        return ""

    async def check(self) -> Sequence[str]:
        """All is well."""
        return ()
