"""The organisation's own rules, read once from the settings, as the core needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.contact import Contact
from bot.escalation import Policy
from bot.mention import Mention
from bot.reply import TextLimits
from bot.rota import Plan
from bot.triage import Rule
from bot.working_time import OfficeHours


@dataclass(frozen=True, slots=True)
class Account:
    """One profile of the organisation on a network."""

    name: str
    network: str
    channel: str
    private_channel: str
    label: str
    respond_within: timedelta
    speaks_as: str
    by_hand: bool
    limits: TextLimits

    def channel_for(self, private: bool) -> str:
        """Where a mention's card goes; empty when it must be held."""
        return self.private_channel if private else self.channel


BY_HAND = "by hand"
"""The account of mentions that staff brought in themselves."""


@dataclass(frozen=True, slots=True)
class House:
    """Who is pinged, how long things may take, and where cards go."""

    accounts: Mapping[str, Account]
    zone: ZoneInfo
    hours: OfficeHours
    chats: tuple[str, ...]
    officers: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    """Leads by name: these can be told things. A group of leads cannot, but its members have the role."""
    lead_groups: bool = False
    acknowledge_within: timedelta = timedelta(minutes=10)
    hold: timedelta = timedelta(seconds=10)
    organisation: str = ""
    triage: tuple[Rule, ...] = ()
    commands: Mapping[str, str] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    """The rota as the settings have it: the first one, until staff change it in the chat."""
    policies: tuple[Policy, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)

    def account_of(self, mention: Mention) -> Account:
        """The mention's account; one that left the settings keeps the name and can only be answered by hand."""
        if known := self.accounts.get(mention.account):
            return known
        return gone_account(mention.account, mention.network)

    @property
    def has_leads(self) -> bool:
        """Whether anybody at all is a lead."""
        return bool(self.leads) or self.lead_groups

    @property
    def has_two_leads(self) -> bool:
        """Whether there may be a second lead to agree with the first."""
        return len(self.leads) > 1 or self.lead_groups

    def respond_by(self, account: Account, start: datetime) -> datetime:
        """When silence becomes rude for what came in at ``start``."""
        return self.hours.after(start, account.respond_within)

    def channel_of(self, mention: Mention) -> str:
        """The channel a mention belongs to; empty for a private message that is held."""
        return self.account_of(mention).channel_for(mention.private)

    def is_held(self, mention: Mention) -> bool:
        """A private message that no channel may show: only leads may look."""
        return mention.private and not self.channel_of(mention)

    def pinged_for(self, mention: Mention) -> tuple[str, ...]:
        """Who is pinged about a mention, in order: the owner first; for a held one, or one with no channel, the leads."""
        others = self.officers
        if self.is_held(mention) or (not others and not self.channel_of(mention)):
            others = self.leads or self.officers
        owner = (mention.owner,) if mention.owner else ()
        return (*owner, *(person for person in others if person != mention.owner))


def gone_account(name: str, network: str) -> Account:
    """An account that is no longer, or never was, in the settings."""
    return Account(
        name=name,
        network=network,
        channel="",
        private_channel="",
        label=name,
        respond_within=timedelta(hours=1),
        speaks_as=name,
        by_hand=True,
        limits=TextLimits(10_000, "characters", len),
    )
