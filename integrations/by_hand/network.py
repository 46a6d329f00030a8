"""The ``by_hand`` network: knows which links are its own, and where a person posts the answer. It calls nobody."""

from urllib.parse import quote

from bot.errors import Refused
from bot.ports import Clock, Outgoing, Receipt
from bot.replying.counting import visible
from integrations.by_hand.links import one_spelling
from integrations.by_hand.settings import ByHandAccount
from integrations.http import Http
from integrations.plain import PlainNetwork


def build(account: ByHandAccount, *, http: Http, clock: Clock, tokens: object = None) -> "ByHand":  # noqa: ARG001
    """The account as the core uses it."""
    return ByHand(account)


class ByHand(PlainNetwork):
    """One account. A person reads there, and a person answers there."""

    by_hand = True

    def __init__(self, account: ByHandAccount) -> None:
        self.account = account
        self.limits = visible(account.limit)
        who = account.handle or account.label or account.name
        self.speaks_as = f"{who} on {account.place}"

    def post_at(self, url: str) -> str:
        """The link in one spelling, so that a post is known however its link was passed on."""
        return one_spelling(url, self.account.sites)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Always refused, with the page where a person can."""
        page = self.reply_page(reply.in_reply_to, reply.text)
        raise Refused(f"replies on {self.account.place} are posted by hand", page or None)

    def reply_page(self, native_id: str, text: str) -> str:
        """The page of the settings with the words and the link in it; without one nothing, and the post's link serves."""
        page = self.account.reply_page
        link = native_id if native_id.startswith("https://") else ""
        return page.replace("{link}", quote(link, safe="")).replace("{text}", quote(text, safe=""))
